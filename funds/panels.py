"""What this app shows on a unit's page."""

from django.template.loader import render_to_string

from funds.models import Fund
from funds.permissions import CHANGE, VIEW, VIEW_AWARD
from funds.standing import standings
from organizations.scoping import holds_at

FUNDS_SHOWN = 10


def funds_panel(request, organization) -> str | None:
    """The unit's own funds with what they hold, and the way to those below."""
    if not holds_at(request.user, VIEW, organization):
        return None
    funds = list(Fund.objects.filter(organization=organization, closed_on=None)[:FUNDS_SHOWN])
    stand = standings(funds) if funds else {}
    context = {
        "organization": organization,
        "rows": [(fund, stand[fund.pk]) for fund in funds],
        "may_see_awards": holds_at(request.user, VIEW_AWARD, organization),
        "may_add": holds_at(request.user, CHANGE, organization) and not organization.is_dissolved,
    }
    return render_to_string("funds/partials/funds_panel.html", context, request)


PANELS = [funds_panel]
