"""The grid of quick entry: one line per registrant of a branch, model and year."""

from collections import defaultdict

from django import forms
from django.core.exceptions import PermissionDenied

from core.forms import CountField, LineField
from core.service_forms import ServiceForm
from core.vietnamese import person_name_key
from learning_models.entering import Line, LinesError, enter_registrations
from learning_models.models import LearningModel, Rank, UnitKind
from members.models import Member
from members.permissions import VIEW as VIEW_MEMBER
from organizations.forms import PastDateField
from organizations.models import Organization

ROWS, MOST_ROWS = 10, 60
NAMESAKES = 8
MOST_PEOPLE, MOST_IN_A_FAMILY = 30_000, 99
PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
NAME_LABELS = {
    LearningModel.FAMILY: "Họ tên chủ hộ",
    LearningModel.CLAN: "Tên dòng họ",
    LearningModel.COMMUNITY: "Tên thôn, bản, tổ",
    LearningModel.COMMUNE: "Tên xã, phường",
    LearningModel.UNIT: "Tên đơn vị",
    LearningModel.CITIZEN: "Họ và tên",
}


def members_of_one_name(user, names: list[str]) -> dict[str, list[Member]]:
    """Key of a name → present members who bear it, within the user's scope; one query."""
    keys = {person_name_key(name)[:600] for name in names if name}
    found: dict[str, list[Member]] = defaultdict(list)
    if keys:
        members = Member.objects.allowed(user, VIEW_MEMBER).filter(active=True, sort_key__in=keys)
        for member in members.select_related("organization").defer("id_number").order_by("sort_key", "pk"):
            found[member.sort_key].append(member)
    return found


def member_label(member: Member) -> str:
    birth = f", {member.birth_year}" if member.birth_year else ""
    return f"{member.full_name}{birth}, {member.organization.short_name}"


class FactsForm(forms.Form):
    """What is kept of a registrant of ``model``; no more of people than name, address and how many they are."""

    name = LineField(label="Tên", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    address = LineField(
        label="Địa chỉ", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    people = CountField(label="Số người", required=False, max_value=MOST_PEOPLE)
    code = LineField(label="Mã", max_length=32, required=False, widget=forms.TextInput(attrs=PLAIN))
    unit_kind = forms.ChoiceField(label="Loại", choices=[("", "chưa rõ"), *UnitKind.choices], required=False)
    rank = forms.ChoiceField(label="Cấp quản lý", choices=[("", "chưa rõ"), *Rank.choices], required=False)
    member = forms.ModelChoiceField(Member.objects.none(), label="Hội viên", required=False, empty_label="không nối")

    def __init__(self, *args, model: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = NAME_LABELS[LearningModel(model)]
        if model == LearningModel.FAMILY:
            self.fields["people"].max_value = MOST_IN_A_FAMILY
        left_out = {"unit_kind", "rank"} if model != LearningModel.UNIT else set()
        left_out |= {"people"} if model == LearningModel.CITIZEN else {"member"}
        for name in left_out:
            del self.fields[name]


class LineForm(FactsForm):
    """One line; wholly empty it is left out."""

    def __init__(self, *args, number: int, **kwargs):
        super().__init__(*args, prefix=f"d{number}", empty_permitted=True, use_required_attribute=False, **kwargs)
        self.number = number
        self.fields["name"].error_messages["required"] = "Dòng này chưa có tên. Hãy ghi tên, hoặc xoá cả dòng."

    @property
    def typed_name(self) -> str:
        return str(self["name"].value() or "").strip()[:200]

    def offer(self, members: list[Member], reach) -> None:
        """Whom the citizen of this line may be."""
        self.fields["member"].queryset = reach
        choices = [(member.pk, member_label(member)) for member in members[:NAMESAKES]]
        self.fields["member"].widget.choices = [("", "không nối" if choices else "không thấy hội viên"), *choices]

    def cells(self) -> list[forms.BoundField]:
        return list(self)


class EntryForm(ServiceForm):
    """Several lines for one unit, model and year, written all or none."""

    registered_on = PastDateField(label="Ngày đăng ký")
    address = LineField(
        label="Địa chỉ chung",
        max_length=200,
        required=False,
        help_text="Ghi một lần, ví dụ Bản Một; dòng nào để trống địa chỉ thì lấy địa chỉ này.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, organization: Organization, model: str, year: int, reach, rows: int = ROWS, **kwargs):
        super().__init__(*args, **kwargs)
        self.organization, self.model, self.year, self.reach = organization, model, year, reach
        self.rows = max(ROWS, min(rows, MOST_ROWS))
        data = self.data if self.is_bound else None
        initial = self.initial.get("lines", {})
        self.lines = [LineForm(data, model=model, number=place, initial=initial) for place in range(1, self.rows + 1)]
        if model == LearningModel.CITIZEN:
            self.offer_members()

    def offer_members(self) -> None:
        found = members_of_one_name(self.user, [line.typed_name for line in self.lines])
        reach = Member.objects.allowed(self.user, VIEW_MEMBER).defer("id_number")
        for line in self.lines:
            line.offer(found.get(person_name_key(line.typed_name)[:600], []), reach)

    def is_valid(self) -> bool:
        lines = [line.is_valid() for line in self.lines]
        return super().is_valid() and all(lines)

    def clean(self):
        if not any(line.has_changed() for line in self.lines):
            self.add_error(None, "Chưa có dòng nào được điền. Hãy ghi ít nhất một tên.")
        return super().clean()

    @property
    def faults(self) -> list[tuple[LineForm, forms.BoundField | None, str]]:
        """Everything that is wrong in the lines: line, field (None: the line as a whole), sentence."""
        found: list[tuple[LineForm, forms.BoundField | None, str]] = []
        for line in self.lines:
            if not line.is_bound:
                continue
            found += [(line, None, text) for text in line.non_field_errors()]
            found += [(line, field, text) for field in line for text in field.errors]
        return found

    def carry_out(self, values):
        if not self.reach.filter(pk=self.organization.pk).exists():
            raise PermissionDenied
        filled = [line for line in self.lines if line.has_changed()]
        return enter_registrations(
            organization=self.organization,
            model=self.model,
            year=self.year,
            registered_on=values["registered_on"],
            lines=[Line(line.number, self.facts_of(line, values)) for line in filled],
            user=self.user,
        )

    def facts_of(self, line: LineForm, values: dict) -> dict:
        """What was typed, at the address of the whole village where the line has none."""
        facts = line.cleaned_data
        return facts | {"address": facts.get("address") or values["address"]}

    def show_refusal(self, error):
        if not isinstance(error, LinesError):
            super().show_refusal(error)
            return
        self.add_error(None, "Chưa ghi dòng nào: có dòng cần sửa.")
        for number, faults in error.faults.items():
            line = self.lines[number - 1]
            for name, text in faults:
                if name == "registered_on":
                    line.add_error("name", text)
                else:
                    line.add_error(name if name in line.fields else None, text)
