"""The unit that a person with several works for now."""

from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from organizations.models import Appointment, Organization
from organizations.workplace import SESSION_KEY


@require_POST
def switch(request):
    """Remember the chosen unit in the session: one where the user is appointed today, any for a superuser."""
    choices = Organization.objects.all()
    if not request.user.is_superuser:
        choices = choices.filter(appointments__in=Appointment.objects.in_force().filter(user=request.user)).distinct()
    code = request.POST.get("code", "").replace("\0", "")  # PostgreSQL takes no NUL
    organization = get_object_or_404(choices, code=code)
    request.session[SESSION_KEY] = organization.code
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else "/")
