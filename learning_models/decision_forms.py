"""Forms about lists and decisions: filters, a new list, proposing, issuing, withdrawing."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from core.forms import DateTextField, LineField
from core.numbers import number_to_text
from core.service_forms import ScopedServiceForm
from learning_models.authorities import Authority
from learning_models.decisions import (
    discard_decision,
    issue_decision,
    lock_decision,
    mark_of_list,
    open_decision,
    open_filed_withdrawal,
    propose_decision,
    rows_of,
)
from learning_models.models import LearningModel, RecognitionDecision, Registration
from organizations.models import Level, Organization
from organizations.unit_fields import UnitField, units_around

YEARS_BACK = 9


def year_choices() -> list[tuple[str, str]]:
    this_year = timezone.localdate().year
    return [(str(year), str(year)) for year in range(this_year + 1, this_year - YEARS_BACK - 1, -1)]


def length(name: str) -> int:
    return RecognitionDecision._meta.get_field(name).max_length


class DecisionFilterForm(forms.Form):
    """Which decisions a list shows; what is not understood filters nothing."""

    unit = forms.ChoiceField(label="Đơn vị", required=False)
    model = forms.ChoiceField(label="Mô hình", required=False, choices=[("", "Mọi mô hình"), *LearningModel.choices])
    year = forms.ChoiceField(label="Năm", required=False)
    status = forms.ChoiceField(
        label="Tình trạng", required=False, choices=[("", "Tất cả"), *RecognitionDecision.Status.choices]
    )

    def __init__(self, *args, units: list[Organization], unit: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(each.code, each.short_name) for each in units]
        self.fields["year"].choices = [("", "Mọi năm"), *year_choices()]
        self.data = self.data.copy()
        self.data["unit"] = unit.code if unit else ""
        self.full_clean()

    def filter(self, decisions):
        values = {name: self.cleaned_data.get(name) for name in ("model", "year", "status")}
        return decisions.filter(**{name: value for name, value in values.items() if value})


class RowFilterForm(forms.Form):
    """Which rows of a list or of its candidates a page shows: of one unit, or by the beginnings of words."""

    branch = forms.ChoiceField(label="Đơn vị", required=False)
    q = forms.CharField(label="Tìm tên hoặc địa chỉ", max_length=100, required=False)

    def __init__(self, *args, branches: list[tuple[Organization, int]], **kwargs):
        super().__init__(*args, **kwargs)
        self.branches = {unit.code: (unit, number) for unit, number in branches}
        total = sum(number for _, number in branches)
        shown = [
            (code, f"{unit.short_name} ({number_to_text(number)})") for code, (unit, number) in self.branches.items()
        ]
        self.fields["branch"].choices = [("", f"Tất cả ({number_to_text(total)})"), *shown]
        self.full_clean()

    @property
    def unit(self) -> Organization | None:
        return self.branches.get(self.cleaned_data.get("branch"), (None, 0))[0]

    @property
    def text(self) -> str:
        return self.cleaned_data.get("q", "").replace("\0", "").strip()

    def filter(self, rows):
        if self.unit:
            rows = rows.filter(organization=self.unit)
        return rows.filter(registrant__search__words=self.text) if self.text else rows


class DecisionCreateForm(ScopedServiceForm):
    """A new list; ``reach`` holds the units, ``near`` is preset."""

    organization = UnitField(label="Hội lập danh sách")
    model = forms.ChoiceField(label="Mô hình", choices=LearningModel.choices)
    year = forms.TypedChoiceField(label="Năm", choices=year_choices, coerce=int)

    def __init__(self, *args, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].offer(self.reach, units_around(self.reach, near))
        facts = {"organization": near.code if near else "", "year": str(timezone.localdate().year)}
        self.initial = facts | self.initial

    def carry_out(self, values):
        organization = self.hold(values["organization"])
        return open_decision(organization=organization, model=values["model"], year=values["year"], user=self.user)


class DecisionForm(ScopedServiceForm):
    """One question about one decision within ``reach``."""

    def __init__(self, *args, decision: RecognitionDecision, **kwargs):
        super().__init__(*args, **kwargs)
        self.decision = decision


class ProposeForm(DecisionForm):
    proposal_number = LineField(
        label="Số tờ trình", max_length=length("proposal_number"), help_text="Ví dụ 05/TTr-HKH."
    )
    proposed_on = DateTextField(label="Ngày đề nghị")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        decision = self.decision
        facts = {
            "proposal_number": decision.proposal_number,
            "proposed_on": decision.proposed_on or timezone.localdate(),
        }
        self.initial = facts | self.initial

    def carry_out(self, values):
        return propose_decision(decision=self.hold(self.decision), user=self.user, **values)


class IssueForm(DecisionForm):
    """``seen`` tells who stood on the list when the page was shown: others by now are said, not passed over."""

    number = LineField(label="Số quyết định", max_length=length("number"), help_text="Cả ký hiệu, ví dụ 12/QĐ-UBND.")
    decided_on = DateTextField(label="Ngày quyết định")
    authority = LineField(label="Người có thẩm quyền công nhận", max_length=length("authority"))
    body = LineField(
        label="Cơ quan ban hành",
        max_length=length("body"),
        help_text="In ở đầu quyết định, ví dụ Uỷ ban nhân dân xã Chiềng Đen.",
    )
    place = LineField(
        label="Địa danh", max_length=length("place"), required=False, help_text="Đứng trước ngày, ví dụ Chiềng Đen."
    )
    signing = forms.CharField(
        label="Chức vụ người ký",
        max_length=length("signing"),
        help_text="Mỗi dòng một hàng trên giấy, ví dụ CHỦ TỊCH; hoặc KT. CHỦ TỊCH, xuống dòng PHÓ CHỦ TỊCH.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signer = LineField(label="Họ và tên người ký", max_length=length("signer"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmed = forms.BooleanField(
        label="Tôi đã đối chiếu danh sách này với quyết định đã ký.",
        error_messages={"required": "Hãy đối chiếu với quyết định đã ký rồi đánh dấu vào ô này."},
    )

    def __init__(self, *args, authority: Authority, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["authority"].help_text = authority.source
        facts = {name: getattr(authority, name) for name in ("body", "place", "signing", "signer")}
        facts |= {"authority": authority.name, "decided_on": timezone.localdate(), "seen": self.names_now()}
        self.initial = facts | self.initial

    def names_now(self) -> str:
        """How many stand on the list, and a mark that tells who."""
        return f"{rows_of(self.decision).count()}.{mark_of_list(self.decision)}"

    def check_seen(self) -> None:
        now = self.names_now()
        if self.data.get(self.add_prefix("seen")) == now:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = now
        names = f"{number_to_text(int(now.partition('.')[0]))} {self.decision.counted_in}"
        raise ValidationError(
            f"Danh sách đã thay đổi từ lúc ông/bà mở trang, nay có {names}. Hãy xem lại danh sách rồi ghi ban hành."
        )

    def clean(self):
        self.check_seen()
        return super().clean()

    def carry_out(self, values):
        decision = lock_decision(self.hold(self.decision))
        # Again, now that nobody can put a name on the list or take one off.
        self.check_seen()
        facts = {name: value for name, value in values.items() if name not in ("seen", "confirmed")}
        return issue_decision(decision=decision, user=self.user, **facts)


class GroundsField(LineField):
    def __init__(self):
        words = "In trong quyết định thu hồi, chung cho cả danh sách."
        super().__init__(label="Lý do thu hồi", max_length=length("grounds"), help_text=words)


class WithdrawForm(DecisionForm):
    """Begins the list of titles to withdraw from an issued decision; ``units`` are those that may make it."""

    grounds = GroundsField()
    organization = UnitField(
        label="Hội lập danh sách thu hồi",
        required=False,
        help_text="Chỉ chọn khi các chi hội đã chuyển sang đơn vị khác từ ngày công nhận.",
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        unit = self.decision.organization
        near = None if unit.is_dissolved else unit
        self.units = units
        self.fields["organization"].offer(units, units_around(units, near), empty=f"{unit.short_name}, như khi đề nghị")

    def carry_out(self, values):
        decision = self.hold(self.decision)
        organization = values["organization"] or decision.organization
        if values["organization"] and not self.units.filter(pk=organization.pk).exists():
            raise PermissionDenied
        facts = {"organization": organization, "model": decision.model, "year": decision.year}
        return open_decision(follows=decision, grounds=values["grounds"], user=self.user, **facts)


class FiledWithdrawForm(ScopedServiceForm):
    """Begins the withdrawal of a title that came by file; ``reach`` holds registrations, ``units`` its line above."""

    organization = UnitField(label="Hội lập danh sách thu hồi")
    given_by = LineField(
        label="Người đã ký quyết định công nhận",
        max_length=length("given_by"),
        required=False,
        help_text="In trong tờ trình, ví dụ Chủ tịch Uỷ ban nhân dân xã Chiềng Đen.",
    )
    grounds = GroundsField()

    def __init__(self, *args, registration: Registration, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.registration, self.units = registration, units
        line = list(units.above(registration.organization))
        self.fields["organization"].offer(units, line)
        usual = next((unit for unit in reversed(line) if unit.level != Level.BRANCH), line[-1] if line else None)
        self.initial.setdefault("organization", usual.code if usual else "")

    def carry_out(self, values):
        if not self.units.filter(pk=values["organization"].pk).exists():
            raise PermissionDenied
        registration = self.hold(self.registration)
        return open_filed_withdrawal(registration=registration, reach=self.reach, user=self.user, **values)


class DiscardForm(DecisionForm):
    def carry_out(self, values):
        discard_decision(decision=self.hold(self.decision), user=self.user)


class CodeForm(forms.Form):
    """The code of a certificate, as it stands on paper."""

    code = forms.CharField(
        label="Mã kiểm tra",
        max_length=60,
        help_text="26 chữ và số in cạnh mã QR; viết hoa hay thường, có gạch nối hay không đều được.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


def chosen_keys(values: list[str]) -> list[int]:
    """Ticks of a page as keys; anything else is dropped."""
    return [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19]
