"""What this app shows on a unit's page."""

from django.template.loader import render_to_string
from django.utils import timezone

from members.dues_panels import dues_panel
from members.models import HeadCount
from members.names import Comparison, count_names
from members.officer_panels import officer_panel
from members.permissions import CHANGE, CHANGE_HEAD_COUNT, VIEW, VIEW_HEAD_COUNT
from organizations.models import Organization
from organizations.scoping import holds_at

BRANCHES_SHOWN = 100


def members_panel(request, organization) -> str | None:
    """Members by name and by the newest head count of the unit's own line, with the way to both."""
    user = request.user
    if not holds_at(user, VIEW, organization):
        return None
    sees_counts = holds_at(user, VIEW_HEAD_COUNT, organization)
    newest = HeadCount.objects.filter(organization=organization).order_by("-date").first() if sees_counts else None
    today = timezone.localdate()
    branches = list(Organization.objects.filter(parent=organization, reports_quarterly=False).alive()[:BRANCHES_SHOWN])
    days = {today, newest.date if newest else today}
    names = count_names([*((organization, day) for day in days), *((branch, today) for branch in branches)])
    context = {
        "organization": organization,
        "names": names[organization.pk, today],
        "branches": [(branch, names[branch.pk, today]) for branch in branches],
        "newest": newest,
        "comparison": Comparison(names[organization.pk, newest.date], newest.members) if newest else None,
        "may_change": holds_at(user, CHANGE, organization) and not organization.is_dissolved,
        "may_count": holds_at(user, CHANGE_HEAD_COUNT, organization),
        "sees_counts": sees_counts,
    }
    return render_to_string("members/partials/members_panel.html", context, request)


PANELS = [members_panel, officer_panel, dues_panel]
