"""What this app shows on a unit's page."""

from django.template.loader import render_to_string

from organizations.scoping import holds
from reports.overview import round_overviews


def report_panel(request, organization) -> str | None:
    """The newest rounds of the unit, or None when it never reported."""
    rounds = round_overviews(organization)[:4] if holds(request.user, "reports.view_report") else []
    if not rounds:
        return None
    context = {"organization": organization, "rounds": rounds}
    return render_to_string("reports/partials/report_panel.html", context, request)


PANELS = [report_panel]
