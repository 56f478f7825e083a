"""How a line of a grid is entered: its inputs, and the sheet that what stands in them makes."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from core.forms import CountField, LineField
from learning_models.assessing import Sheet
from learning_models.models import Assessment, CriteriaSet, Registration
from learning_models.scoring import most_points

LEVELS = {0: "Chưa đạt mức 1", 1: "Mức 1", 2: "Mức 2"}
PASSED = {"1": "Đạt", "0": "Chưa đạt"}
CLEARED = "Ông/bà đã xoá hết. Muốn bỏ phiếu đã lưu thì giữ nguyên ô này và bấm “Lùi một bước”."


@dataclass(frozen=True)
class Column:
    """``label`` stands above the cells and beside each on a phone; ``title`` says it in full."""

    label: str
    title: str


@dataclass(frozen=True)
class Line:
    """One registration of a grid. ``own`` is its sheet of the grid's stage, ``before`` the one of the stage before."""

    registration: Registration
    own: Assessment | None = None
    before: Assessment | None = None

    @property
    def key(self) -> int:
        return self.registration.pk

    @property
    def name(self) -> str:
        return self.registration.registrant.name


def result_words(row) -> str:
    """Of a registration or a sheet: "85 điểm, đạt", "mức 2", "chưa đạt"; "" where it was not judged."""
    if row.passed is None:
        return ""
    passed = "đạt" if row.passed else "chưa đạt"
    if row.score is not None:
        return f"{row.score} điểm, {passed}"
    return f"mức {row.level}" if row.level else passed


def input_of(field: forms.Field, line: Line, what: str, **attrs) -> forms.Field:
    """The field with the name that people and readers of screens are told."""
    field.label = f"{line.name}, {what}"
    field.widget.attrs |= {"aria-label": field.label} | attrs
    return field


class Entry:
    """``criteria_set`` is that of the grid's day, None where none is known."""

    def __init__(self, criteria_set: CriteriaSet | None):
        self.criteria_set = criteria_set

    @property
    def columns(self) -> list[Column]:
        raise NotImplementedError

    def fields(self, line: Line) -> dict[str, forms.Field]:
        """Name of the input → field with its initial value, in the order of the columns."""
        raise NotImplementedError

    def sheet(self, line: Line, values: list) -> Sheet:
        """Out of the inputs' values. Raises ValidationError by the place of the input (0, 1 …), or for all."""
        raise NotImplementedError


class CriterionEntry(Entry):
    """One input for each criterion."""

    def __init__(self, criteria_set: CriteriaSet):
        super().__init__(criteria_set)
        self.criteria = list(criteria_set.criteria.all())

    def name(self, line: Line, criterion) -> str:
        return f"c{line.key}-{criterion.pk}"

    def answers(self, line: Line) -> dict:
        """What was answered by this set; answers to another one are not shown as its own."""
        fits = line.own is not None and line.registration.criteria_set_id == self.criteria_set.pk
        return line.own.answers if fits else {}


class PointsEntry(CriterionEntry):
    @property
    def columns(self):
        return [Column(f"Tiêu chí {each.number}", f"{each.text} (đến {each.most} điểm)") for each in self.criteria]

    def fields(self, line):
        answers = self.answers(line)
        return {
            self.name(line, each): input_of(
                CountField(required=False, max_value=each.most, initial=answers.get(each.number)),
                line,
                f"tiêu chí {each.number}",
                placeholder=f"0–{each.most}",
                **{"data-most": str(each.most)},
            )
            for each in self.criteria
        }

    def sheet(self, line, values):
        if all(value is None for value in values):
            raise ValidationError(CLEARED)
        if None in values:
            raise ValidationError({values.index(None): "Còn thiếu điểm. Không có điểm thì ghi 0."})
        numbers = (each.number for each in self.criteria)
        return Sheet(line.key, answers=dict(zip(numbers, values, strict=True)))


class ChecklistEntry(CriterionEntry):
    """The last tick says that a line was judged, though nothing be met."""

    @property
    def columns(self):
        met = [Column(f"Chỉ tiêu {each.number}", f"{each.text} (mức {each.level})") for each in self.criteria]
        return [*met, Column("Đã chấm", "Đánh dấu khi đã chấm xong, kể cả khi không đạt chỉ tiêu nào")]

    def fields(self, line):
        answers, judged = self.answers(line), line.own is not None
        fields = {
            self.name(line, each): input_of(
                forms.BooleanField(required=False, initial=bool(answers.get(each.number))),
                line,
                f"chỉ tiêu {each.number}",
                **{"data-level": str(each.level)},
            )
            for each in self.criteria
        }
        done = forms.BooleanField(required=False, initial=judged)
        return fields | {f"d{line.key}": input_of(done, line, "đã chấm", **{"data-done": "1"})}

    def sheet(self, line, values):
        *met, done = values
        if not done and not any(met):
            raise ValidationError(CLEARED)
        numbers = (each.number for each in self.criteria)
        return Sheet(line.key, answers=dict(zip(numbers, met, strict=True)))


class WholeEntry(Entry):
    """Only what a sheet comes to: the sum of points, the level, or whether it passed."""

    @property
    def kind(self) -> str:
        """ "score", "level" or "passed": the attribute that is entered."""
        if self.criteria_set is None:
            return "passed"
        return "score" if self.criteria_set.kind == CriteriaSet.Kind.POINTS else "level"

    @property
    def columns(self):
        if self.kind == "score":
            return [Column("Tổng điểm", f"Tổng điểm, đến {most_points(self.criteria_set)}")]
        return [Column("Mức đạt", "Mức đạt được")] if self.kind == "level" else [Column("Kết quả", "Đạt hay chưa đạt")]

    def fields(self, line):
        return {f"s{line.key}": input_of(self.whole_field(line.registration), line, self.columns[0].label.lower())}

    def whole_field(self, row: Registration) -> forms.Field:
        if self.kind == "score":
            field = CountField(required=False, max_value=most_points(self.criteria_set), initial=row.score)
            field.widget.attrs["data-most"] = str(most_points(self.criteria_set))
            return field
        if self.kind == "level":
            highest = max((each.level for each in self.criteria_set.criteria.all()), default=2)
            choices = [(str(level), words) for level, words in LEVELS.items() if level <= highest]
            initial = "" if row.level is None else str(row.level)
        else:
            choices, initial = list(PASSED.items()), "" if row.passed is None else str(int(row.passed))
        # What was entered by a set of another kind is not this one's.
        return forms.ChoiceField(choices=[("", "–"), *choices], required=False, initial=initial)

    def whole(self, value) -> dict:
        """The value of the input as the attribute of a sheet."""
        if value in ("", None):
            raise ValidationError(CLEARED)
        return {self.kind: value == "1" if self.kind == "passed" else int(value)}

    def sheet(self, line, values):
        return Sheet(line.key, **self.whole(values[0]))


class ReviewEntry(WholeEntry):
    """The meeting's word, preset from the self-assessment; what stays the same keeps the answers given there."""

    @property
    def columns(self):
        return [*super().columns, Column("Lý do", "Lý do, nếu chưa đạt"), Column("Nhất trí", "Nhất trí như ô bên")]

    def fields(self, line):
        length = Registration._meta.get_field("reason").max_length
        reason = LineField(required=False, max_length=length, initial=line.registration.reason)
        agreed = forms.BooleanField(required=False, initial=line.own is not None)
        return super().fields(line) | {
            f"r{line.key}": input_of(reason, line, "lý do"),
            f"k{line.key}": input_of(agreed, line, "nhất trí", **{"data-done": "1"}),
        }

    def sheet(self, line, values):
        value, reason, agreed = values
        if line.own is not None and not agreed:
            raise ValidationError({2: "Muốn bỏ kết quả bình xét đã lưu, hãy bấm “Lùi một bước”."})
        if value in ("", None) and line.own is None:
            raise ValidationError({0: "Chưa có kết quả. Hãy nhập kết quả mà cuộc họp thống nhất."})
        entered = self.whole(value)
        return Sheet(line.key, answers=self.kept(line, entered), reason=reason, **entered)

    def kept(self, line: Line, entered: dict) -> dict:
        """The answers of the self-assessment, where the meeting left its result as it was."""
        before, row = line.before, line.registration
        same_set = row.criteria_set_id == (self.criteria_set.pk if self.criteria_set else None)
        if before is None or not same_set:
            return {}
        return before.answers if all(getattr(before, name) == value for name, value in entered.items()) else {}


def entry_of(criteria_set: CriteriaSet | None, *, whole: bool) -> Entry:
    """For a self-assessment: criterion by criterion, or only what it comes to."""
    if criteria_set is None or whole:
        return WholeEntry(criteria_set)
    return (PointsEntry if criteria_set.kind == CriteriaSet.Kind.POINTS else ChecklistEntry)(criteria_set)
