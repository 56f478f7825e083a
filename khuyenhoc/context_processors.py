"""What every signed-in page shows around its content."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import cached_property

from organizations.scoping import holds
from organizations.workplace import Workplace
from reports.models import ReportingRound


@dataclass
class Place:
    """An entry of the navigation; ``children`` stand under a group."""

    label: str
    url: str
    icon: str = ""
    current: bool = False
    children: list["Place"] = field(default_factory=list)


class Frame(Workplace):
    """Unit, quarter in work, help and navigation."""

    @cached_property
    def quarter(self):
        """The newest quarter that was opened for the province above the unit."""
        if not self.line:
            return None
        newest = ReportingRound.objects.filter(root=self.line[-1]).order_by("-quarter").values_list("quarter")
        return next((quarter for (quarter,) in newest[:1]), None)

    @cached_property
    def navigation(self) -> list[Place]:
        user, path = self.request.user, self.request.path
        places = [Place("Việc cần làm", reverse("home"), "tasks", current=path == "/")]
        if holds(user, "reports.view_report"):
            reports = reverse("reports:report_list")
            on_summary = path.startswith(reports) and "/summary/" in path
            places.append(Place("Báo cáo", reports, "reports", path.startswith(reports) and not on_summary))
            if self.organization and self.quarter:
                places.append(self.overview(on_summary=on_summary))
        if holds(user, "organizations.view_organization"):
            units = reverse("organizations:organization_list")
            places.append(Place("Tổ chức", units, "organization", path.startswith(units)))
        if holds(user, "spreadsheets.add_importbatch"):
            sheets = reverse("spreadsheets:batch_list")
            places.append(Place("Nhập từ Excel", sheets, "upload", path.startswith(sheets)))
        return places

    def overview(self, *, on_summary: bool) -> Place:
        """The group of what looks at the whole: the summary of the quarter in work, and the dashboard."""
        summary = reverse("reports:summary", args=[self.organization.code, self.quarter.code])
        dashboard = reverse("dashboard:overview", args=[self.organization.code])
        on_dashboard = self.request.path.startswith(reverse("dashboard:dashboard"))
        children = [
            Place("Bảng điều khiển", dashboard, current=on_dashboard),
            Place("Tổng hợp quý", summary, current=on_summary),
        ]
        return Place("Tổng hợp", dashboard, "summary", on_summary or on_dashboard, children)


def frame(request):
    """``frame`` for signed-in people, None for others."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"frame": None}
    return {"frame": Frame(request)}
