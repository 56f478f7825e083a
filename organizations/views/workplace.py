"""The unit that a person with several works for now."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from organizations.workplace import SESSION_KEY, Workplace


@require_POST
def switch(request):
    """Remember the chosen unit in the session: one of those that the person may work for."""
    code = request.POST.get("code", "")
    if code not in {unit.code for unit in Workplace(request).organizations}:
        raise Http404
    request.session[SESSION_KEY] = code
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "/")
