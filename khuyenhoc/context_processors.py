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
            current = path.startswith(reports) and not on_summary
            places.append(Place("Báo cáo", reports, "reports", current, self.report_places))
            if self.organization and self.quarter:
                places.append(self.overview(on_summary=on_summary))
        if lists := self.list_places:
            places.append(Place("Danh sách", lists[0].url, "list", any(each.current for each in lists), lists))
        if funds := self.fund_places:
            places.append(Place("Quỹ", funds[0].url, "funds", any(each.current for each in funds), funds))
        return places

    @cached_property
    def report_places(self) -> list[Place]:
        """What stands around the reports; rounds are the province's."""
        user, path = self.request.user, self.request.path
        names = [("Mục tiêu", "reports:target_home"), ("Hướng dẫn", "reports:guidance_list")]
        if holds(user, "reports.accept_report"):
            names.insert(0, ("Chờ duyệt", "reports:review_list"))
        if holds(user, "reports.change_reportinground") and self.organization and self.organization.parent_id is None:
            names.insert(0, ("Kỳ báo cáo", "reports:round_list"))
        if holds(user, "reports.change_readtoken"):
            names.append(("Khoá đọc", "reports:token_list"))
        others = [Place(label, url := reverse(name), current=path.startswith(url)) for label, name in names]
        reports = reverse("reports:report_list")
        return [Place("Báo cáo quý", reports, current=path == reports), *others]

    @cached_property
    def list_places(self) -> list[Place]:
        """The registers that the user may look at, in the order of the group."""
        names = [
            ("Hội viên", "members:member_list", "members.view_member"),
            ("Cán bộ", "members:officer_list", "members.view_officer"),
            ("Hội phí", "members:dues_home", "members.view_dues"),
            ("Mô hình học tập", "learning_models:registration_list", "learning_models.view_registration"),
            ("Tổ chức", "organizations:organization_list", "organizations.view_organization"),
            ("Nhập từ Excel", "spreadsheets:batch_list", "spreadsheets.add_importbatch"),
        ]
        if not holds(self.request.user, "spreadsheets.add_importbatch"):
            names[-1] = ("Xuất ra Excel", "spreadsheets:export_list", "spreadsheets.add_exportlog")
        return self.group(names, self.request.path.replace("/members/terms/", reverse("members:officer_list")))

    @cached_property
    def fund_places(self) -> list[Place]:
        """The books of the funds, and what goes through them."""
        names = [
            ("Sổ quỹ", "funds:fund_list", "funds.view_fund"),
            ("Khen thưởng", "awards:programme_list", "funds.view_award"),
            ("Vận động", "funds:campaign_list", "funds.view_fund"),
            ("Người ủng hộ", "funds:party_list", "funds.view_party"),
        ]
        return self.group(names, self.request.path.replace("/funds/pledges/", reverse("funds:campaign_list")))

    def group(self, names: list[tuple[str, str, str]], path: str) -> list[Place]:
        """Of (words, name of the address, permission) those that the user may open."""
        seen = [(label, reverse(name)) for label, name, permission in names if holds(self.request.user, permission)]
        # Addresses lie inside each other: the longest that fits is where one is.
        here = max((url for _, url in seen if path.startswith(url)), key=len, default="")
        return [Place(label, url, current=url == here) for label, url in seen]

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
