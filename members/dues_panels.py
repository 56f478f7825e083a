"""What dues show on a unit's page."""

from django.template.loader import render_to_string
from django.utils import timezone

from members.dues_rates import rate_for
from organizations.models import Organization
from organizations.scoping import holds

PERMISSION = "members.view_dues"


def dues_panel(request, organization) -> str | None:
    """This year's rate and the way to the dues of the unit, for those who may see them."""
    if not holds(request.user, PERMISSION):
        return None
    if not Organization.objects.allowed(request.user, PERMISSION).contains(organization):
        return None
    year = timezone.localdate().year
    context = {"organization": organization, "year": str(year), "rate": rate_for(organization, year)}
    return render_to_string("members/partials/dues_panel.html", context, request)
