"""Targets as the pages show them: texts and states, made of what the builder returned."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from core.documents import contained
from core.numbers import decimal_to_text, number_to_text
from reports.builders.target_progress import WEIGHTED, Aim, TargetProgress, Together
from reports.models import Indicator, Target
from reports.presentation import show
from reports.target_forms import HandDownForm

CHANGES_SHOWN = 50


def show_target(value: Decimal | None, indicator: Indicator) -> str:
    if value is None:
        return ""
    return decimal_to_text(value) + ("%" if indicator.unit == "%" else "")


@dataclass(frozen=True)
class AimRow:
    aim: Aim
    target: str
    value: str


@dataclass(frozen=True)
class OverviewRow:
    indicator: Indicator
    own: AimRow
    coverage: str
    given: int
    expected: int


def aim_row(aim: Aim, indicator: Indicator) -> AimRow:
    return AimRow(aim, show_target(aim.target, indicator), show(aim.value, indicator.unit))


def overview_row(progress: TargetProgress) -> OverviewRow:
    given = sum(child.target is not None for child in progress.children)
    own = aim_row(contained(progress.own), progress.indicator)
    return OverviewRow(progress.indicator, own, coverage_words(progress), given, len(progress.children))


def coverage_words(progress: TargetProgress) -> str:
    coverage = progress.coverage
    if coverage is None:
        return ""
    words = f"{coverage.with_data}/{coverage.expected} đơn vị có số liệu"
    return f"{words}, {coverage.partial} chưa đủ" if coverage.partial else words


class TargetPage:
    """One indicator over the units directly below."""

    def __init__(self, progress: TargetProgress):
        self.progress = progress
        self.indicator = progress.indicator
        self.own = aim_row(contained(progress.own), progress.indicator)
        self.children = [aim_row(contained(aim), progress.indicator) for aim in progress.children]
        self.coverage = coverage_words(progress)

    @property
    def is_rate(self) -> bool:
        return self.indicator.nature == Indicator.Nature.RATIO

    @property
    def given(self) -> int:
        return sum(row.aim.target is not None for row in self.children)

    @property
    def together_words(self) -> list[str]:
        """What the targets below come to, against the unit's own; why not, where that cannot be said."""
        together = self.progress.together
        if together is None:
            return []
        if not self.given:
            return ["Chưa đơn vị cấp dưới nào được giao mục tiêu này."]
        return [*self.sum_words(together), *self.left_out_words(together)]

    def sum_words(self, together: Together) -> list[str]:
        covered = f"{together.counted}/{together.expected} đơn vị"
        if together.value is None:
            return [
                "Chưa tính được tỷ lệ chung của cấp dưới: chưa đơn vị nào đã giao có mẫu số "
                f"({self.indicator.denominator.label.lower()}). Tỷ lệ không lấy trung bình cộng."
            ]
        value = show_target(together.value, self.indicator)
        if together.way == WEIGHTED:
            over = self.indicator.denominator.label.lower()
            first = f"Mục tiêu của cấp dưới gộp lại là {value}, tính theo {over} của {covered}."
        else:
            unit = self.indicator.unit
            first = f"Mục tiêu của cấp dưới cộng lại bằng {value} {unit}, gồm {covered}."
        return [first, *self.difference_words(together)]

    def difference_words(self, together: Together) -> list[str]:
        if together.difference is None:
            return ["Đơn vị chưa có mục tiêu của mình để so sánh."]
        own, size = self.own.target, decimal_to_text(abs(together.difference))
        unit = "điểm %" if self.indicator.unit == "%" else self.indicator.unit
        if not together.difference:
            return [f"Bằng đúng mục tiêu của đơn vị ({own})."]
        way = "cao hơn" if together.difference > 0 else "thấp hơn"
        return [f"Như vậy {way} mục tiêu của đơn vị ({own}): {size} {unit}."]

    def left_out_words(self, together: Together) -> list[str]:
        if together.value is None or not together.left_out:
            return []
        return [f"Chưa tính được vì chưa có mẫu số: {', '.join(contained(together.left_out))}."]

    @property
    def agrees(self) -> bool:
        """Whether every asked unit has its target and together they make the unit's own."""
        together = self.progress.together
        return together is not None and together.difference == 0 and together.counted == together.expected


@dataclass(frozen=True)
class HandDownRow:
    """One unit of the preview as texts; ``state`` as the plan says it."""

    code: str
    unit: str
    population: str
    before: str
    after: str
    state: str
    ticked: bool


def hand_down_rows(form: HandDownForm, indicator: Indicator) -> list[HandDownRow]:
    return [
        HandDownRow(
            code=part.unit.code,
            unit=contained(part.unit.short_name),
            population=number_to_text(part.population) if part.population else "",
            before=show_target(part.before, indicator),
            after=show_target(part.after, indicator),
            state=part.state,
            ticked=part.unit.code in form.ticked,
        )
        for part in form.plan.parts
    ]


@dataclass(frozen=True)
class TargetChange:
    moment: object
    who: str
    unit: str
    before: str
    after: str
    reason: str


def changes_of(codes: list[str], indicator: Indicator, year: int) -> list[TargetChange]:
    """The newest changes of these units' targets; one query."""
    history = Target.history
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    rows = (
        history.filter(organization__code__in=codes, indicator=indicator, year=year)
        .annotate(before=Subquery(earlier.values("value")[:1]))
        .select_related("organization", "history_user")
        .order_by("-history_date", "-history_id")[:CHANGES_SHOWN]
    )
    return [
        TargetChange(
            moment=row.history_date,
            who=row.history_user.get_full_name() if row.history_user else "Hệ thống",
            unit=contained(row.organization.short_name),
            before=show_target(row.before, indicator) or "chưa giao",
            after="xoá" if row.history_type == "-" else show_target(row.value, indicator),
            reason=row.act or row.history_change_reason or "",
        )
        for row in rows
    ]
