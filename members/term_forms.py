"""Forms about terms of office."""

from django import forms
from django.db.models import Max
from django.utils import timezone

from core.forms import CountField, DateTextField, LineField
from core.service_forms import ServiceForm
from members.models import Term
from members.officer_forms import ANY
from members.terms import CORRECTED, PROLONGED, RECORDED, prolong_term, renewal_horizon, save_term
from members.unit_filters import UnitFilterForm
from organizations.forms import ReasonField
from organizations.models import Organization

RUNNING, TO_RENEW = "running", "to_renew"


class TermFilterForm(UnitFilterForm):
    show = forms.ChoiceField(
        label="Nhiệm kỳ",
        required=False,
        choices=[*ANY, (RUNNING, "đang trong nhiệm kỳ"), (TO_RENEW, "sắp hết hoặc đã hết, chưa có khoá mới")],
    )

    def found(self, terms):
        if self.errors:
            return terms.none()
        terms = terms.filter(organization__in=self.units.order_by().values("pk")).with_last_day()
        today, show = timezone.localdate(), self.cleaned_data["show"]
        if show == RUNNING:
            return terms.filter(starts_on__lte=today, last_day__gte=today)
        return terms.to_renew_by(renewal_horizon()) if show == TO_RENEW else terms


class TermForm(ServiceForm):
    number = CountField(label="Khoá thứ", min_value=1, max_value=100, help_text="Ví dụ: 5 cho khoá V.")
    starts_on = DateTextField(label="Từ ngày")
    ends_on = DateTextField(label="Đến hết ngày", help_text="Theo nghị quyết đại hội, chưa kể kéo dài.")
    decision_number = LineField(label="Số quyết định công nhận", max_length=50, required=False)
    reason = ReasonField(label="Lý do sửa", required=False)

    def __init__(self, *args, term: Term, **kwargs):
        super().__init__(*args, **kwargs)
        self.term = term
        if term.pk is None:
            del self.fields["reason"]
        if not term.prolonged_to:
            return
        self.fields["prolonged_to"] = DateTextField(
            label="Kéo dài đến hết ngày", required=False, help_text="Để trống để bỏ việc kéo dài."
        )
        self.order_fields(["number", "starts_on", "ends_on", "prolonged_to", "decision_number", "reason"])

    @classmethod
    def initial_of(cls, term: Term) -> dict:
        names = ("number", "starts_on", "ends_on", "prolonged_to", "decision_number")
        return {name: getattr(term, name) for name in names}

    @classmethod
    def initial_for(cls, organization: Organization) -> dict:
        last = Term.objects.filter(organization=organization).aggregate(number=Max("number"))["number"]
        return {"number": (last or 0) + 1} if last else {}

    def carry_out(self, values):
        for name in ("number", "starts_on", "ends_on", "prolonged_to", "decision_number"):
            if name in values:
                setattr(self.term, name, values[name])
        reason = values.get("reason") or (CORRECTED if self.term.pk else RECORDED)
        save_term(term=self.term, user=self.user, reason=reason)


class ProlongForm(ServiceForm):
    prolonged_to = DateTextField(label="Kéo dài đến hết ngày")
    reason = ReasonField(label="Căn cứ (số quyết định, lý do)")

    def __init__(self, *args, term: Term, **kwargs):
        super().__init__(*args, **kwargs)
        self.term = term

    def carry_out(self, values):
        reason = f"{PROLONGED}: {values['reason']}"
        prolong_term(term=self.term, to=values["prolonged_to"], user=self.user, reason=reason)
