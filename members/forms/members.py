"""One person's facts: entered and corrected."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from core.forms import LineField
from core.service_forms import ServiceForm
from members.corrections import edit_member, version_of
from members.duplicates import LookAlike, look_alikes
from members.forms.fields import Birth, BirthField, IdNumberField, KnownField, PhoneField
from members.merging import tell_apart
from members.models import Member, Occupation, Sex
from members.services import create_member
from organizations.forms import PastDateField, ReasonField
from organizations.models import Organization
from organizations.unit_fields import UnitField, units_around

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class MemberFactsForm(ServiceForm):
    """What is known of a person; ``details`` are the names of what stands behind "Thêm chi tiết"."""

    aliases = {"birth_date": "birth", "birth_year": "birth", "id_hash": "id_number"}
    details = ["occupation", "party_member", "card_number", "code", "household", "id_number", "note"]

    full_name = LineField(
        label="Họ và tên",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
        error_messages={"required": "Hãy nhập họ và tên."},
    )
    sex = forms.ChoiceField(
        label="Giới tính", choices=Sex.choices, widget=forms.RadioSelect(attrs={"class": "choice-row"}), required=False
    )
    birth = BirthField(
        label="Ngày sinh hoặc năm sinh", required=False, help_text="Ví dụ 05/04/1960; chỉ biết năm thì ghi 1960."
    )
    phone = PhoneField(label="Điện thoại")
    occupation = forms.ChoiceField(label="Nghề nghiệp", choices=[("", "chưa rõ"), *Occupation.choices], required=False)
    party_member = KnownField(label="Đảng viên")
    card_number = LineField(
        label="Số thẻ hội viên", max_length=32, required=False, empty_value=None, widget=forms.TextInput(attrs=PLAIN)
    )
    code = LineField(
        label="Mã hội viên",
        max_length=32,
        required=False,
        empty_value=None,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Nếu Hội có đặt mã; để trống thì phần mềm tự đặt.",
    )
    household = LineField(
        label="Hộ gia đình", max_length=100, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    id_number = IdNumberField(
        label="Số căn cước",
        required=False,
        help_text="Không bắt buộc. Được mã hoá, chỉ hiện ba số cuối.",
    )
    note = LineField(
        label="Ghi chú", max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_full_name(self):
        name = self.cleaned_data["full_name"]
        if not any(char.isalpha() for char in name):
            raise ValidationError("Họ và tên phải có chữ. Hãy xem lại.")
        return name

    def facts(self) -> dict:
        """Field of `Member` → value, of everything that the form asks."""
        values = {name: self.cleaned_data[name] for name in ("full_name", "sex", "phone", *MemberFactsForm.details)}
        birth = self.cleaned_data["birth"]
        return values | {"birth_date": birth and birth.date, "birth_year": birth and birth.year}

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.details]

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.details]

    @property
    def details_open(self) -> bool:
        """Whether something behind "Thêm chi tiết" is wrong or was filled in."""
        return any(field.errors or (self.is_bound and field.data) for field in self.detail_fields)


class MemberCreateForm(MemberFactsForm):
    """A new person in one of the units of ``reach``."""

    organization = UnitField(label="Chi hội, đơn vị")
    joined_on = PastDateField(label="Vào Hội ngày", required=False, help_text="Để trống nếu không rõ ngày.")
    different = forms.BooleanField(label="Đây là người khác, cứ ghi", required=False)

    field_order = ["full_name", "organization", "sex", "birth", "phone", "joined_on"]

    def __init__(self, *args, reach, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.alike: list[LookAlike] = []
        self.reach = reach.alive()
        units = units_around(self.reach, near)
        empty = None if near in units or len(units) == 1 else "Chọn đơn vị"
        self.fields["organization"].offer(self.reach, units, empty=empty)

    def build_member(self) -> Member:
        """The unsaved person: whoever looks for the same person elsewhere looks with it."""
        return Member(organization=self.cleaned_data["organization"], **self.facts())

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in super().main_fields if field.name != "different"]

    def carry_out(self, values):
        """Write the person; one who resembles somebody in the register only once it is said to be another."""
        person = self.build_member()
        self.alike = look_alikes(person, user=self.user)
        if self.alike and not values["different"]:
            raise ValidationError({"different": "Trong sổ đã có người giống người này. Hãy xem rồi chọn."})
        member = create_member(member=person, joined_on=values["joined_on"], user=self.user)
        if not self.reach.filter(pk=member.organization_id).exists():
            raise PermissionDenied
        for each in self.alike:
            tell_apart(one=member, other=each.member, user=self.user)
        return member


class MemberEditForm(MemberFactsForm):
    """Corrections: only what was changed in the form is written, and only over the state that the form showed."""

    reason = ReasonField(label="Lý do sửa", required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    drop_id_number = forms.BooleanField(label="Xoá số căn cước đã ghi", required=False)

    details = [*MemberFactsForm.details[:-1], "drop_id_number", "note"]
    field_order = ["full_name", "sex", "birth", "phone", "reason"]

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        names = ("full_name", "sex", "phone", *MemberFactsForm.details)
        known = {name: getattr(member, name) for name in names if name != "id_number"}
        if member.birth_year:
            known["birth"] = Birth(member.birth_date, member.birth_year)
        self.initial = known | {"seen": version_of(member)}
        if member.id_hash:
            self.fields["id_number"].help_text = "Đã có số. Để trống thì giữ nguyên; nhập số mới thì thay số cũ."
        else:
            del self.fields["drop_id_number"]
            self.details = MemberFactsForm.details

    def changes(self) -> dict:
        """Field of `Member` → value, of what the person at the form changed."""
        facts = self.facts()
        names = {name for name in self.changed_data if name in facts and name != "id_number"}
        if "birth" in self.changed_data:
            names |= {"birth_date", "birth_year"}
        changes = {name: facts[name] for name in names}
        if self.cleaned_data["id_number"] or self.cleaned_data.get("drop_id_number"):
            changes["id_number"] = self.cleaned_data["id_number"]
        return changes

    def carry_out(self, values):
        if not (changes := self.changes()):
            return self.member
        return edit_member(
            member=self.member, changes=changes, seen=values["seen"], user=self.user, reason=values["reason"]
        )

    def show_refusal(self, error):
        if getattr(error, "code", "") == "stale":
            # What was typed stays; sending again is sending over the state of now.
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = version_of(self.member)
        super().show_refusal(error)
