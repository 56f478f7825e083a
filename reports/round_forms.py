"""Forms of the office about rounds: opening one, its due dates, closing it, an exception after that."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.text import capfirst

from core.forms import DateTextField, QuarterField
from core.periods import Quarter
from core.service_forms import ScopedServiceForm
from organizations.forms import ReasonField
from organizations.models import Level, Organization
from reports.models import Report, ReportingRound
from reports.services import close_round, grant_exception, open_round

# Branches hardly ever report; where one does, the common date holds.
DATED_LEVELS = [Level.COMMUNE, Level.AFFILIATED, Level.DISTRICT, Level.PROVINCE]


class DueDatesForm(ScopedServiceForm):
    """A common due date, and another one for levels that hand in earlier or later."""

    due_on = DateTextField(label="Hạn nộp", help_text="Ngày cuối cùng nộp đúng hạn, ví dụ 05/04/2026.")

    def add_levels(self, levels) -> None:
        for level in DATED_LEVELS:
            if level in levels:
                self.fields[f"due_{level}"] = DateTextField(
                    label=f"Hạn riêng của {level.label}", required=False, help_text="Để trống: theo hạn nộp ở trên."
                )

    @staticmethod
    def by_level(values: dict) -> dict[str, date]:
        return {level: day for level in DATED_LEVELS if (day := values.get(f"due_{level}"))}


class RoundOpenForm(DueDatesForm):
    """A quarter that was not opened yet; ``reach`` holds the provinces. Saved: the round and its number of reports."""

    root = forms.ChoiceField(label="Hội cấp tỉnh")
    quarter = QuarterField(label="Quý", help_text="Ví dụ quý IV/2026 hoặc 2026-Q4.")

    field_order = ["root", "quarter", "due_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.roots = {root.code: root for root in self.reach}
        self.fields["root"].choices = [(code, root.name) for code, root in self.roots.items()]
        if len(self.roots) == 1:
            del self.fields["root"]
        below = Organization.objects.within(self.reach).alive().filter(reports_quarterly=True)
        self.add_levels(set(below.order_by().values_list("level", flat=True).distinct()) | {Level.PROVINCE})
        newest = ReportingRound.objects.filter(root__in=self.roots.values()).order_by("-quarter").first()
        quarter = newest.quarter.next if newest else Quarter.of(timezone.localdate())
        after = quarter.next.first_day
        self.initial = {"quarter": quarter, "due_on": date(after.year, after.month, 5)}

    def clean(self):
        values = super().clean()
        quarter = values.get("quarter")
        values["root"] = self.roots.get(values.get("root")) or next(iter(self.roots.values()))
        if quarter and ReportingRound.objects.filter(root=values["root"], quarter=quarter).exists():
            text = f"{capfirst(quarter.label)} đã mở rồi. Muốn đổi hạn hoặc bổ sung đơn vị, hãy vào trang của kỳ ấy."
            self.add_error("quarter", text)
        return values

    def carry_out(self, values):
        return open_round(
            root=self.hold(values["root"]),
            quarter=values["quarter"],
            due_on=values["due_on"],
            due_by_level=self.by_level(values),
            user=self.user,
        )


class RoundDueDatesForm(DueDatesForm):
    """Other due dates for an open round, with the reason; units recorded meanwhile are added. Saved: as on opening."""

    reason = ReasonField(label="Lý do đổi hạn", required=False, help_text="Chỉ cần khi đổi hạn nộp.")

    def __init__(self, *args, round_: ReportingRound, **kwargs):
        super().__init__(*args, **kwargs)
        self.round = round_
        self.add_levels(set(round_.reports.order_by().values_list("organization__level", flat=True).distinct()))
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])
        own = {f"due_{level}": date.fromisoformat(day) for level, day in round_.due_by_level.items()}
        self.initial = {"due_on": round_.due_on, **own}

    def clean(self):
        values = super().clean()
        if set(self.changed_data) - {"reason"} and not values.get("reason"):
            self.add_error("reason", "Hãy ghi lý do đổi hạn nộp, ví dụ: nghỉ lễ, công văn số 15.")
        return values

    def carry_out(self, values):
        round_ = self.hold(self.round)
        return open_round(
            root=round_.root,
            quarter=round_.quarter,
            due_on=values["due_on"],
            due_by_level=self.by_level(values),
            user=self.user,
            reason=values["reason"] or "Bổ sung đơn vị mới ghi nhận",
        )


class RoundCloseForm(ScopedServiceForm):
    def __init__(self, *args, round_: ReportingRound, **kwargs):
        super().__init__(*args, **kwargs)
        self.round = round_

    def carry_out(self, values):
        return close_round(round_=self.hold(self.round), user=self.user)


class ExceptionForm(ScopedServiceForm):
    """Until when one unit may still enter and hand in, and why."""

    until = DateTextField(label="Được nhập và nộp đến hết ngày", help_text="Ví dụ 20/04/2026.")
    reason = ReasonField(
        label="Lý do",
        help_text="Ví dụ: xã bị mưa lũ, mất điện từ 01/04.",
        error_messages={"required": "Hãy ghi lý do cho đơn vị nộp sau khi đóng kỳ."},
    )

    def __init__(self, *args, report: Report, **kwargs):
        super().__init__(*args, **kwargs)
        self.report = report
        self.initial = {"until": timezone.localdate() + timedelta(days=3)}

    def carry_out(self, values):
        return grant_exception(report=self.hold(self.report), user=self.user, **values)
