"""The form of a grid: only lines that were touched are written, and none that somebody else changed meanwhile."""

import re

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import cached_property

from core.forms import DateTextField
from core.service_forms import ScopedServiceForm, ServiceForm
from core.vietnamese import date_to_text
from learning_models.assessing import record_sheets, step_back
from learning_models.assessment_days import CHANGED, move_self_assessments, with_the_same_day
from learning_models.entries import Line, result_words
from learning_models.grids import Grid, mark_of, text_of
from learning_models.models import Assessment, Registration, Status
from learning_models.services import lock_registration
from organizations.forms import ReasonField

VERSION = re.compile(r"v([0-9]{1,18})\Z")
CONFLICT = "conflict"
ELSEWHERE_SHOWN = 10
GONE = "Có {} không còn trong danh sách từ lúc ông/bà mở trang (đã huỷ đăng ký), nên không lưu được."


def sent_keys(data) -> list[int]:
    """The registrations whose lines were sent."""
    return [int(found[1]) for name in data if (found := VERSION.match(name))]


class ShownLine:
    """A line of the grid on the page: its cells, or what it came to where nothing may be entered."""

    def __init__(self, form: "SheetsForm", line: Line):
        self.line, self.registration, self.own = line, line.registration, line.own
        self.is_conflict = line.key in form.conflicts
        self.is_open = form.grid.is_open(line)
        self.cells: list[tuple] = []
        if self.is_open:
            names = form.names_of(line)
            self.cells = list(zip(form.grid.columns, (form[name] for name in names), strict=True))
        # Kept for whoever typed it where the line can take it no more.
        self.typed = form.typed_words(line) if self.is_conflict and not self.is_open else ""
        self.version = form.version_shown(line)

    @property
    def result(self) -> str:
        return result_words(self.registration)

    @property
    def before(self) -> str:
        """What the self-assessment came to."""
        return result_words(self.line.before) if self.line.before else ""

    @property
    def may_step_back(self) -> bool:
        row = self.registration
        return row.status not in (Status.REGISTERED, Status.RECOGNISED) and row.decision_id is None


class SheetsForm(ServiceForm):
    """The lines of one page of a grid; ``reach`` is asked again when they are written."""

    everybody = forms.BooleanField(required=False)
    on = DateTextField(label="Ngày tự đánh giá", help_text="Ví dụ 20/11/2026.")

    def __init__(self, *args, grid: Grid, **kwargs):
        super().__init__(*args, **kwargs)
        self.grid = grid
        self.conflicts: set[int] = set()
        self.initial.setdefault("on", grid.day)
        if grid.stage == Assessment.Stage.REVIEW:
            del self.fields["on"]
        if not grid.rest_label or not grid.rest_number:
            del self.fields["everybody"]
        else:
            self.fields["everybody"].label = f"{grid.rest_label} ({grid.rest_number} {grid.place.noun})"
        asked = (line for line in grid.lines if self.is_bound or grid.is_open(line))
        self.places = {line.key: grid.entry.fields(line) for line in asked}
        for fields in self.places.values():
            self.fields |= fields

    def names_of(self, line: Line) -> list[str]:
        return list(self.places[line.key])

    @cached_property
    def lines(self) -> list[ShownLine]:
        return [ShownLine(self, line) for line in self.grid.lines]

    # What was seen, and what was typed

    def seen(self, line: Line) -> str:
        return str(self.data.get(f"v{line.key}", ""))

    def typed_texts(self, line: Line) -> list[str]:
        return [text_of(self.fields[name], self[name].data) for name in self.names_of(line)]

    def is_touched(self, line: Line) -> bool:
        """Whether something else stands in the inputs than when the line was shown."""
        return self.seen(line).partition(".")[2] != mark_of(self.typed_texts(line))

    def typed_words(self, line: Line) -> str:
        words = (self[name].value() for name in self.names_of(line))
        return ", ".join({True: "có", False: "không"}.get(word, str(word or "–")) for word in words)

    def version_shown(self, line: Line) -> str:
        """Once somebody else's change was told, the line as it is now: who saves again means it."""
        if not self.is_bound or line.key in self.conflicts:
            return self.grid.version(line)
        return self.seen(line)

    # Checking

    def clean_on(self):
        day = self.cleaned_data["on"]
        used = self.grid.place.criteria_set(day)
        if used != self.grid.criteria_set:
            name = f"“{used}”" if used else "chưa có bộ tiêu chí"
            raise ValidationError(
                f"Ngày {date_to_text(day)} theo bộ tiêu chí khác ({name}). Hãy lưu với ngày cũ, rồi mở lại danh sách "
                "theo ngày này.",
                code="other_set",
            )
        return day

    @property
    def other_day(self) -> str:
        """The day of another set of criteria, for the address of its grid."""
        if not self.has_error("on", code="other_set"):
            return ""
        return self.fields["on"].clean(self["on"].value()).isoformat()

    def clean(self):
        values = super().clean()
        self.sheets = []
        self.touched = [line for line in self.grid.lines if self.is_touched(line)]
        if gone := set(self.grid.keys or ()) - {line.key for line in self.grid.lines}:
            self.add_error(None, GONE.format(f"{len(gone)} {self.grid.place.noun}"))
        self.check_seen(self.touched)
        for line in self.touched:
            self.read(line, values)
        return values

    def check_seen(self, lines: list[Line]) -> None:
        """Refuse lines that somebody else changed since they were shown."""
        for line in lines:
            if line.key not in self.conflicts and self.seen(line) != self.grid.version(line):
                self.conflicts.add(line.key)
                now = result_words(line.registration) or "chưa đánh giá"
                status = line.registration.get_status_display()
                self.add_error(
                    self.names_of(line)[0] if self.grid.is_open(line) else None,
                    ValidationError(f"{line.name}: người khác vừa lưu “{now}” ({status}).", code=CONFLICT),
                )
        if self.conflicts and not self.has_error(NON_FIELD_ERRORS, code="told"):
            words = "Có dòng người khác vừa sửa. Số ông/bà nhập vẫn còn; xem lại từng dòng, bấm Lưu lần nữa để ghi đè."
            self.add_error(None, ValidationError(words, code="told"))

    def read(self, line: Line, values: dict) -> None:
        names = self.names_of(line)
        if not self.grid.is_open(line) or any(name in self.errors for name in names):
            return
        try:
            self.sheets.append(self.grid.entry.sheet(line, [values.get(name) for name in names]))
        except ValidationError as error:
            self.show_fault(line, error)

    def show_fault(self, line: Line, error: ValidationError) -> None:
        """Beside the input that it is about, else beside the first one."""
        names = self.names_of(line)
        parts = error.error_dict if hasattr(error, "error_dict") else {0: error.error_list}
        for place, faults in parts.items():
            self.add_error(names[place], ValidationError([each.message for each in faults]))

    # Writing

    def carry_out(self, values):
        self.check_seen(self.grid.locked_lines([line.key for line in self.touched]))
        if self.errors:
            self.grid.forget()
            return []
        sheets = list(self.sheets)
        if values.get("everybody"):
            sheets += self.grid.rest_sheets(without=[line.key for line in self.touched])
        day = values.get("on") or self.grid.day
        return record_sheets(stage=self.grid.stage, sheets=sheets, on=day, reach=self.grid.reach, user=self.user)

    def show_refusal(self, error):
        lines = {str(line.key): line for line in self.grid.lines}
        elsewhere = {}
        for name, faults in error.error_dict.items() if hasattr(error, "error_dict") else [(None, error.error_list)]:
            if name in lines:
                self.add_error(self.names_of(lines[name])[0], faults)
            elif name in self.fields or name in (None, "on", NON_FIELD_ERRORS):
                self.add_error(name if name in self.fields else None, faults)
            else:
                elsewhere[int(name)] = faults
        self.show_elsewhere(elsewhere)

    def show_elsewhere(self, faults: dict[int, list]) -> None:
        """What speaks against lines on other pages, with their names; a few of them."""
        names = self.grid.place.rows(self.grid.reach).filter(pk__in=faults).values_list("pk", "registrant__name")
        for key, name in names[:ELSEWHERE_SHOWN]:
            self.add_error(None, [f"{name} (ở trang khác): {each.messages[0]}" for each in faults[key]])


class AssessmentDayForm(ScopedServiceForm):
    """The day of one self-assessment, or of all of the unit that carry the same one."""

    on = DateTextField(label="Ngày tự đánh giá đúng", help_text="Ví dụ 20/11/2026. Điểm và kết quả giữ nguyên.")
    together = forms.BooleanField(required=False)
    reason = ReasonField(label="Lý do sửa", required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, registration: Registration, noun: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.registration = registration
        day = registration.assessed_on
        self.initial |= {"on": day, "seen": str(day)}
        number = with_the_same_day(registration, self.reach).count()
        self.fields["together"].label = f"Sửa cho cả {number} {noun} của đơn vị đang ghi ngày {date_to_text(day)}"
        if number < 2:
            del self.fields["together"]

    def carry_out(self, values):
        row = self.hold(self.registration)
        if str(row.assessed_on) != values["seen"]:
            raise ValidationError(CHANGED)
        keys = {row.pk}
        if values.get("together"):
            keys |= set(with_the_same_day(row, self.reach).order_by().values_list("pk", flat=True))
        facts = {"on": values["on"], "was": row.assessed_on, "reason": values["reason"]}
        return move_self_assessments(keys=keys, reach=self.reach, user=self.user, **facts)


class StepBackForm(ScopedServiceForm):
    """The question before one registration goes a step back; two people who ask at once take one step."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, registration: Registration, **kwargs):
        super().__init__(*args, **kwargs)
        self.registration = registration
        self.initial["seen"] = registration.status

    def carry_out(self, values):
        row = lock_registration(self.hold(self.registration))
        if row.status != values["seen"]:
            raise ValidationError(f"Người khác vừa đổi tình trạng thành “{row.get_status_display()}”. Hãy xem lại.")
        return step_back(keys=[row.pk], reach=self.reach, user=self.user)
