"""Awards decided on paper, recorded and paid in one step; and one that was recorded by mistake, taken back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from core.money import money_to_text
from funds.awards.record_forms import RecordForm, WithdrawForm
from funds.awards.views.filling import FillMixin
from funds.awards.views.places import award_tabs, make_crumbs
from funds.models import Award
from funds.party_names import names_for
from funds.permissions import PAY, RECORD
from organizations.scoping import ScopedMixin, holds
from organizations.views.places import NearMixin


class AwardRecordView(ScopedMixin, NearMixin, FillMixin, FormView):
    """``?organization=CODE`` presets the unit."""

    permission_required = RECORD
    form_class = RecordForm
    template_name = "funds/award_record.html"

    def get_initial(self):
        return {"organization": self.near.code if self.near else ""}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        awards, entry = form.saved
        paid = f", chứng từ {entry.voucher}: {money_to_text(entry.amount)}" if entry else ", không ghi sổ quỹ"
        messages.success(self.request, f"Đã ghi {len(awards)} dòng đã trao{paid}.")
        day, code = awards[0].handed_on, awards[0].organization.code
        query = {"unit": code, "year": day.year, "quarter": (day.month + 2) // 3}
        return redirect(reverse("awards:award_list", query=query))

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_pay=holds(self.request.user, PAY),
            tabs=award_tabs(self.request),
            crumbs=make_crumbs(None, ("Ghi khoản đã trao", "")),
            **kwargs,
        )


class AwardWithdrawView(ScopedMixin, FormView):
    permission_required = RECORD
    form_class = WithdrawForm
    template_name = "generic/form.html"

    @cached_property
    def reach(self):
        return Award.objects.allowed(self.request.user, RECORD).paid().filter(entry=None, second_approved_by=None)

    @cached_property
    def award(self) -> Award:
        rows = self.reach.select_related("recipient", "programme", "organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def back(self) -> str:
        query = {"unit": self.award.organization.code, "year": self.award.handed_on.year}
        return reverse("awards:award_list", query=query)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.reach, "award": self.award, "user": self.request.user}

    def form_valid(self, form):
        back = self.back
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã bỏ khoản ghi nhầm; lịch sử vẫn giữ.")
        return redirect(back)

    def get_context_data(self, **kwargs):
        award = self.award
        names = names_for(self.request.user, [award.recipient] if award.recipient else [])
        who = names.get(award.recipient_id, "không ghi tên")
        lead = f"{award}, {who}, trao ngày {award.handed_on:%d/%m/%Y} tại {award.organization.short_name}."
        return super().get_context_data(
            title="Bỏ khoản ghi nhầm",
            lead=f"{lead} Số liệu của quý sẽ bớt khoản này.",
            submit_label="Bỏ khoản này",
            cancel_url=self.back,
            crumbs=make_crumbs(None, ("Bỏ khoản ghi nhầm", "")),
            **kwargs,
        )
