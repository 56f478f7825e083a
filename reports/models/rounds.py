"""A quarter's reporting: the round, a report per reporting unit, its figures and words."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.models import QuarterField
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet
from reports.models.indicators import Indicator


class ReportingRoundQuerySet(ScopedQuerySet):
    scope_path = "root"


class ReportingRound(models.Model):
    """A quarter opened for a province: every unit that reports owes one report."""

    root = models.ForeignKey(Organization, models.PROTECT, related_name="rounds", verbose_name="hội cấp tỉnh")
    quarter = QuarterField("quý")
    due_on = models.DateField("hạn nộp")
    due_by_level = models.JSONField(
        "hạn nộp từng cấp", default=dict, blank=True, help_text='Ví dụ {"commune": "2022-04-05"}.'
    )
    opened_at = models.DateTimeField("mở lúc", default=timezone.now)
    closed_at = models.DateTimeField("đóng lúc", null=True, blank=True)

    objects = ReportingRoundQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "kỳ báo cáo"
        verbose_name_plural = "kỳ báo cáo"
        ordering = ["-quarter", "root"]
        constraints = [
            models.UniqueConstraint(
                fields=["root", "quarter"], name="round_once", violation_error_message="Kỳ báo cáo này đã được mở."
            ),
        ]

    def __str__(self):
        return f"{self.root}, {self.quarter.label}"

    def due_of(self, level: str) -> date:
        """The last day on which a unit of the level reports on time."""
        own = self.due_by_level.get(level)
        return date.fromisoformat(own) if own else self.due_on

    def deadline_of(self, level: str) -> datetime:
        """The moment after which a report of the level is late: midnight that ends the due date."""
        return timezone.make_aware(datetime.combine(self.due_of(level) + timedelta(days=1), time()))

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class ReportQuerySet(ScopedQuerySet):
    def reviewable(self, user, permission: str = "reports.accept_report"):
        """Reports that the user decides about: of the level below where they hold the permission, or at the very top.

        Both the unit and the one it reports to must lie within today's reach.
        """
        if user.is_superuser:
            return self.all()
        reach = Organization.objects.allowed(user, permission).order_by().values("pk")
        handed_to = Q(parent__organization__in=reach) | Q(parent=None)
        return self.filter(handed_to, organization__in=reach)

    def waiting_for(self, user):
        """Handed in, and the user's to return or accept: those that report to a unit where the user is appointed.

        Whoever reviews for the province is not shown what its districts have to decide first.
        """
        waiting = self.filter(status=Report.Status.SUBMITTED).reviewable(user)
        places = Organization.objects.working_places(user)
        at_top = Q(parent=None, organization__in=places)
        return waiting.filter(Q(parent__organization__in=places) | at_top)

    def with_counts(self):
        """Beside each report its unit, its round and how many cells it has, of which how many are declared."""
        return self.select_related("organization", "round", "submitted_by").annotate(
            cells=Count("figures"),
            reasons=Count("figures", filter=~Q(figures__reason="")),
            no_data_cells=Count("figures", filter=Q(figures__no_data=True)),
        )


class Report(models.Model):
    """What one unit owes for one quarter. ``parent`` is the report of the nearest reporting ancestor of that day.

    ``revision`` is what was accepted, None while it is not. ``included``: the report above was accepted with this one
    in it. ``open_until``: a dated exception after closing.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "đang nhập"
        SUBMITTED = "submitted", "đã nộp"
        RETURNED = "returned", "trả lại"
        ACCEPTED = "accepted", "đã duyệt"

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    HANDED_IN = (Status.SUBMITTED, Status.ACCEPTED)

    round = models.ForeignKey(ReportingRound, models.PROTECT, related_name="reports", verbose_name="kỳ báo cáo")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reports", verbose_name="đơn vị")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="báo cáo cấp trên"
    )
    status = models.CharField("trạng thái", max_length=9, choices=Status, default=Status.DRAFT)
    submitted_at = models.DateTimeField("nộp lúc", null=True, blank=True)
    first_submitted_at = models.DateTimeField("nộp lần đầu lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người nộp"
    )
    on_behalf = models.BooleanField("nộp thay", default=False)
    accepted_at = models.DateTimeField("duyệt lúc", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người duyệt"
    )
    self_accepted = models.BooleanField("người nhập tự duyệt", default=False)
    revision = models.ForeignKey(
        "reports.Revision",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="bản đang có hiệu lực",
    )
    included = models.BooleanField("đã nằm trong báo cáo cấp trên", default=False)
    open_until = models.DateField("được sửa đến hết ngày", null=True, blank=True)

    objects = ReportQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "báo cáo"
        verbose_name_plural = "báo cáo"
        ordering = ["round", "organization"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "organization"],
                name="report_once",
                violation_error_message="Đơn vị đã có báo cáo của kỳ này.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "returned", "accepted"]),
                name="report_known_status",
                violation_error_message="Trạng thái không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.round.quarter.label}"

    def get_absolute_url(self):
        return reverse("reports:report_form", args=[self.organization.code, self.round.quarter.code])

    @property
    def is_editable(self) -> bool:
        """Whether figures may be entered now: being filled in or returned, in a round that is open for this unit."""
        return self.status in self.EDITABLE and self.is_open_today

    @property
    def is_open_today(self) -> bool:
        """The round is not closed, or the unit has an exception that still holds."""
        if not self.round.is_closed:
            return True
        return self.open_until is not None and self.open_until >= timezone.localdate()


class Figure(models.Model):
    """One cell of a report: the unit's own line, and where declared the total that stands over the sum.

    ``declared`` wins over ``from_register``; ``no_data`` says that there is none, which is never zero.
    ``version`` grows by one at every save: whoever saves names the one they saw.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures", verbose_name="báo cáo")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="figures", verbose_name="chỉ tiêu")
    from_register = models.BigIntegerField("theo sổ", null=True, blank=True)
    basis = models.CharField("căn cứ của sổ", max_length=10, blank=True)
    declared = models.BigIntegerField("số khai", null=True, blank=True)
    no_data = models.BooleanField("chưa có số liệu", default=False)
    reason = models.CharField("lý do", max_length=500, blank=True)
    declared_total = models.BigIntegerField("tổng khai", null=True, blank=True)
    total_reason = models.CharField("lý do của tổng khai", max_length=500, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người nhập"
    )
    entered_at = models.DateTimeField("nhập lúc", null=True, blank=True)
    on_behalf = models.BooleanField("nhập thay", default=False)
    version = models.PositiveIntegerField("lần ghi", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "số liệu"
        verbose_name_plural = "số liệu"
        ordering = ["report", "indicator"]
        indexes = [
            # The summary asks for these few apart.
            models.Index(fields=["report", "indicator"], condition=Q(no_data=True), name="figure_without_data"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"],
                name="figure_once",
                violation_error_message="Chỉ tiêu này đã có số liệu trong báo cáo.",
            ),
            models.CheckConstraint(
                condition=Q(declared__isnull=True) | Q(declared__gte=0),
                name="figure_declared_not_negative",
                violation_error_message="Số khai không được âm.",
            ),
            models.CheckConstraint(
                condition=Q(declared_total__isnull=True) | Q(declared_total__gte=0),
                name="figure_total_not_negative",
                violation_error_message="Tổng khai không được âm.",
            ),
            models.CheckConstraint(
                condition=Q(no_data=False) | Q(declared__isnull=True),
                name="figure_no_data_has_no_value",
                violation_error_message="Đã đánh dấu “chưa có số liệu” thì không ghi số.",
            ),
        ]

    def __str__(self):
        return f"{self.report}: {self.indicator}"


class Narrative(models.Model):
    """A section of the report in words; every line is a paragraph."""

    class Section(models.TextChoices):
        RESULTS = "results", "kết quả"
        ADVANTAGES = "advantages", "thuận lợi"
        DIFFICULTIES = "difficulties", "khó khăn"
        NEXT_TASKS = "next_tasks", "nhiệm vụ quý sau"

    report = models.ForeignKey(Report, models.CASCADE, related_name="narratives", verbose_name="báo cáo")
    section = models.CharField("mục", max_length=12, choices=Section)
    text = models.TextField("nội dung", blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người viết"
    )
    entered_at = models.DateTimeField("viết lúc", null=True, blank=True)
    on_behalf = models.BooleanField("viết thay", default=False)
    version = models.PositiveIntegerField("lần ghi", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "phần lời"
        verbose_name_plural = "phần lời"
        ordering = ["report", "section"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section"],
                name="narrative_once",
                violation_error_message="Mục này đã có nội dung.",
            ),
        ]

    def __str__(self):
        return f"{self.report}: {self.get_section_display()}"
