"""Forms around programmes: the programme itself, the grid of nominations, a step with several of them, the payment."""

from collections.abc import Container
from typing import ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Q
from django.utils import timezone

from core.forms import DateTextField, LineField, MoneyField
from core.history import because
from core.numbers import number_to_text
from core.periods import FIRST_YEAR, LAST_YEAR
from core.service_forms import ServiceForm
from core.vietnamese import date_to_text
from funds.awards.approving import approve, pay, refuse, restore, undo_approval
from funds.awards.line_forms import NO_YEAR, LinesMixin, NomineeForm
from funds.awards.nominations import give_up, nominate, pass_on
from funds.awards.repeats import earlier_awards, recipient_from
from funds.awards.writing import written_with
from funds.forms.entries import MarkField
from funds.models import Account, Award, AwardKind, Fund, Programme
from funds.once import key_of, new_mark
from funds.permissions import APPROVE, NOMINATE, PAY
from organizations.forms import PastDateField
from organizations.models import Organization
from organizations.scoping import holds_at
from organizations.unit_fields import UnitField, units_around


class ProgrammeForm(ServiceForm):
    """A programme of a unit within ``reach``; ``programme`` is the one that is changed, or a new one."""

    organization = UnitField(label="Đơn vị trao")
    name = LineField(label="Tên chương trình", max_length=200)
    kind = forms.ChoiceField(label="Đối tượng", choices=AwardKind.choices)
    year = forms.IntegerField(
        label="Năm",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": NO_YEAR},
        help_text="Theo năm học thì ghi năm bắt đầu, ví dụ 2026 cho năm học 2026-2027.",
    )
    is_school_year = forms.BooleanField(label="Theo năm học", required=False)
    portion_amount = MoneyField(
        label="Mức một suất (đồng)", min_value=1, help_text="Gõ 500.000, 500 nghìn hoặc 1 triệu."
    )
    fund = forms.ModelChoiceField(Fund.objects.none(), label="Chi từ quỹ", required=False, empty_label="chưa định")
    criteria = forms.CharField(label="Tiêu chí", max_length=4000, required=False, widget=forms.Textarea({"rows": 4}))
    opens_on = DateTextField(label="Nhận đề cử từ ngày", required=False)
    closes_on = DateTextField(label="Nhận đề cử đến hết ngày", required=False)

    def __init__(self, *args, programme: Programme, reach, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme, self.reach = programme, reach
        self.fields["organization"].offer(reach, units_around(reach, near))
        self.fields["fund"].queryset = Fund.objects.filter(organization__in=reach.order_by().values("pk"))

    def carry_out(self, values):
        if not self.reach.filter(pk=values["organization"].pk).exists():
            raise PermissionDenied
        # Pressed twice at once, the second press is told that there is one of this name.
        Organization.objects.select_for_update(no_key=True).get(pk=values["organization"].pk)
        for name, value in values.items():
            setattr(self.programme, name, value)
        self.check_nominations()
        self.programme.full_clean()
        because(self.programme, user=self.user, reason="Ghi chương trình").save()
        return self.programme

    def check_nominations(self) -> None:
        """What nominations were reckoned by stays as it was."""
        stored = Programme.objects.select_for_update(no_key=True).filter(pk=self.programme.pk, awards__isnull=False)
        for before in stored[:1]:
            for name in ("organization_id", "kind", "portion_amount"):
                if getattr(before, name) != getattr(self.programme, name):
                    field = name.removesuffix("_id")
                    raise ValidationError({field: "Đã có đề cử theo mức này: giữ nguyên, hoặc lập chương trình khác."})


class NominateForm(LinesMixin, ServiceForm):
    """Lines for one unit, written all or none; whoever was rewarded before is asked about first."""

    organization = UnitField(label="Đơn vị đề cử")
    confirmed = forms.BooleanField(label="Đã xem, vẫn đề cử những người này", required=False)
    mark = MarkField()

    def __init__(self, *args, programme: Programme, reach, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.programme, self.reach = programme, reach
        self.initial = {"mark": new_mark()} | self.initial
        inside = reach.within(Organization.objects.filter(pk=programme.organization_id))
        self.fields["organization"].offer(inside, units_around(inside, near))
        self.set_up_lines()
        self.repeats: list[tuple[NomineeForm, list[Award]]] = []
        if not (self.is_bound and self.data.get("asked")):
            self.fields["confirmed"].widget = forms.HiddenInput()

    def clean(self):
        values = super().clean()
        self.filled = [line for line in self.lines if line.has_changed() and not line.errors]
        if not any(line.has_changed() for line in self.lines):
            self.add_error(None, "Chưa có dòng nào được điền. Hãy ghi ít nhất một tên.")
        elif not values.get("confirmed") and not written_with(self.programme.organization, self.key(values)):
            self.ask_about_repeats()
        return values

    def key(self, values) -> UUID | None:
        """Of the form's mark and of all that was typed: pressed twice, it finds what it wrote."""
        if not values.get("mark"):
            return None
        typed = {f"{line.prefix}-{name}": value for line in self.filled for name, value in line.cleaned_data.items()}
        return key_of(values["mark"], typed | {"organization": values.get("organization")})

    def ask_about_repeats(self) -> None:
        people = [recipient_from(line.nominee(), self.programme.kind) for line in self.filled]
        found = zip(self.filled, earlier_awards(self.programme, people), strict=True)
        self.repeats = [(line, awards) for line, awards in found if awards]
        if self.repeats:
            self.fields["confirmed"].widget = forms.CheckboxInput()
            self.add_error("confirmed", "Có người đã được đề cử hoặc đã nhận. Hãy xem lại, rồi đánh dấu nếu vẫn đề cử.")

    def carry_out(self, values):
        if not self.reach.filter(pk=values["organization"].pk).exists():
            raise PermissionDenied
        nominees = [line.nominee() for line in self.filled]
        facts = {"origin": values["organization"], "nominees": nominees, "key": self.key(values)}
        return nominate(programme=self.programme, user=self.user, **facts)


class AwardStepForm(ServiceForm):
    """One step with the ticked awards of a programme; who may take it depends on where they lie."""

    STEPS = (
        ("pass_on", "Chuyển lên cấp trên"),
        ("approve", "Duyệt"),
        ("undo", "Bỏ duyệt"),
        ("refuse", "Không duyệt"),
        ("give_up", "Thôi nhận"),
        ("restore", "Xét lại"),
    )
    BY_NOMINATORS = frozenset({"pass_on", "give_up"})
    # What is done with a whole list; the others are about single people, with a reason.
    WITH_ALL = frozenset({"pass_on", "approve"})

    step = forms.ChoiceField(label="Việc cần làm", choices=STEPS)
    reason = LineField(label="Lý do", max_length=200, required=False)
    # All that wait for the step, whatever is ticked: a list of three pages is approved by one button.
    every = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, programme: Programme, keys: list[int], steps: Container[str] | None = None, **kwargs):
        """``steps``: those that are offered; all are, unless told."""
        super().__init__(*args, **kwargs)
        self.programme, self.keys = programme, keys
        if steps is not None:
            self.fields["step"].choices = [(step, label) for step, label in self.STEPS if step in steps]

    def waiting_for(self, step: str) -> list[int]:
        """All with which the user may take the step where they are appointed.

        To pass on, also those that they nominated for a unit below, which often has nobody of its own to do so.
        """
        waiting = Award.objects.filter(programme=self.programme, state=Award.State.NOMINATED)
        if step == "approve":
            rows = waiting.filter(at=self.programme.organization_id)
            rows = rows.exclude(nominated_by=self.user).exclude(first_approved_by=self.user)
        else:
            held = Organization.objects.allowed(self.user, NOMINATE).order_by()
            places = Organization.objects.working_places(self.user).allowed(self.user, NOMINATE).order_by()
            own = Q(at__in=held.values("pk"), at=F("origin"), nominated_by=self.user)
            rows = waiting.filter(Q(at__in=places.values("pk")) | own).exclude(at=self.programme.organization_id)
        return list(rows.values_list("pk", flat=True))

    def carry_out(self, values):
        if values["every"]:
            if values["step"] not in self.WITH_ALL:
                raise ValidationError("Bước này làm với từng người: hãy đánh dấu từng dòng.")
            self.keys = self.waiting_for(values["step"])
            if not self.keys:
                raise ValidationError("Không có dòng nào đang chờ ông/bà làm bước này.")
        step, facts = values["step"], {"programme": self.programme, "keys": self.keys, "user": self.user}
        units = self.check_rights(step)
        if step == "pass_on":
            return [pass_on(unit=unit, **facts | {"keys": keys}) for unit, keys in units.items()]
        if step == "refuse":
            return [refuse(unit=unit, reason=values["reason"], **facts | {"keys": k}) for unit, k in units.items()]
        if step in ("give_up", "undo"):
            return (give_up if step == "give_up" else undo_approval)(reason=values["reason"], **facts)
        return (approve if step == "approve" else restore)(**facts)

    @property
    def outcome(self) -> str:
        """What was done, and after an approval what comes next."""
        step = self.cleaned_data["step"]
        if step != "approve":
            return f"{dict(self.STEPS)[step]}: {number_to_text(len(self.keys))} dòng."
        first, second = self.saved
        once = f"Đã duyệt lần một {number_to_text(first)} đề cử: cần một người khác duyệt lần hai." if first else ""
        twice = f"Đã duyệt đủ hai lần {number_to_text(second)} đề cử: thủ quỹ trao và chi tiền được." if second else ""
        return " ".join(filter(None, (once, twice)))

    def check_rights(self, step: str) -> dict[Organization, list[int]]:
        """Where the awards lie; PermissionDenied where the user may not take the step with one of them."""
        permission = NOMINATE if step in self.BY_NOMINATORS else APPROVE
        if step in ("approve", "undo") and not holds_at(self.user, permission, self.programme.organization):
            raise PermissionDenied
        units: dict[Organization, list[int]] = {}
        rows = Award.objects.filter(programme=self.programme, pk__in=self.keys).select_related("at", "origin")
        for award in rows.order_by("pk"):
            # Who nominated may give up, wherever the nomination lies by now.
            place = award.origin if step == "give_up" else award.at
            units.setdefault(place, []).append(award.pk)
        held = Organization.objects.allowed(self.user, permission).filter(pk__in=[unit.pk for unit in units])
        if held.count() != len(units):
            raise PermissionDenied
        if not units:
            raise ValidationError("Chưa chọn ai. Hãy đánh dấu ít nhất một dòng.")
        return units


class HandOverForm(ServiceForm):
    """Out of which account, and on which day, the ticked awards are paid."""

    account = forms.ModelChoiceField(Account.objects.none(), label="Chi từ", empty_label="Chọn tài khoản")
    date = PastDateField(label="Ngày trao")

    # The sum is that of the ticked ones: where it is not covered, another account is what can be chosen.
    aliases: ClassVar[dict[str, str]] = {"amount": "account"}

    def __init__(self, *args, programme: Programme, keys: list[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.programme, self.keys = programme, keys
        accounts = Account.objects.allowed(self.user, PAY).in_use().filter(kind__in=Account.MONEY)
        if programme.fund_id:
            accounts = accounts.filter(fund=programme.fund_id)
        self.fields["account"].queryset = accounts.select_related("fund").order_by("fund__name", "pk")
        self.fields["account"].label_from_instance = lambda account: f"{account.fund.name}: {account.name}"
        self.initial.setdefault("date", date_to_text(timezone.localdate()))

    def carry_out(self, values):
        if not holds_at(self.user, PAY, self.programme.organization):
            raise PermissionDenied
        return pay(programme=self.programme, keys=self.keys, user=self.user, **values)
