"""What the Django admin needs and no other page gets."""


class AdminPolicyMiddleware:
    """Relax the content security policy below ``/admin/`` only.

    Import-export's export page and the admin's own widgets carry inline script and style.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_update = {
                "script-src": ["'self'", "'unsafe-inline'"],
                "style-src": ["'self'", "'unsafe-inline'"],
            }
        return response
