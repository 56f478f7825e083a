"""What every request passes through beside Django's own middleware."""

import time

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.utils.cache import add_never_cache_headers

RENEW_AFTER = 10 * 60  # seconds
PUBLIC = "/public/funds/"


class SessionRenewalMiddleware:
    """Push the end of an idle session out, at most every ten minutes.

    Saving the session at every request would make every reader a writer, waiting behind imports on SQLite. Pages of
    funds that anybody may read know nobody: what is the same for everybody may be kept by others, and sets no cookie.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith(PUBLIC):
            # Whoever asks for the user looks into the session, and the answer says that it depends on the cookie.
            request.user = AnonymousUser()
            return self.get_response(request)
        if request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get("renewed_at", 0) >= RENEW_AFTER:
                request.session["renewed_at"] = now
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            # Someone else at the same PC must not get pages back after signing out.
            add_never_cache_headers(response)
        return response


class AdminPolicyMiddleware:
    """Below ``/admin/`` only: a looser content security policy, and no NUL characters.

    Import-export's export page and the admin's own widgets carry inline script and style. The admin puts filters
    from the address into queries as they are, and PostgreSQL cannot hold a NUL.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        in_admin = request.path_info.startswith("/admin/")
        if in_admin and "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")
        response = self.get_response(request)
        if in_admin:
            response._csp_update = {
                "script-src": ["'self'", "'unsafe-inline'"],
                "style-src": ["'self'", "'unsafe-inline'"],
            }
        return response
