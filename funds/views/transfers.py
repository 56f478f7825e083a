"""Moving money between accounts and funds; taking confirmed dues into a fund."""

from django.utils.functional import cached_property

from core.money import money_to_text
from funds.forms import DuesBookForm, TransferForm
from funds.permissions import ADD_ENTRY, OVERDRAW, VIEW_DUES
from funds.standing import unbooked_dues
from funds.views.places import FundFormView, fund_url
from members.models import DuesCollection
from organizations.domains import subtree_ids
from organizations.scoping import holds_at

DUES_SHOWN = 200


class TransferView(FundFormView):
    permission_required = ADD_ENTRY
    form_class = TransferForm
    template_name = "funds/transfer.html"
    title = submit_label = "Chuyển tiền"

    def subject(self):
        may_overdraw = holds_at(self.request.user, OVERDRAW, self.fund.organization)
        return {"fund": self.fund, "may_overdraw": may_overdraw}

    def post(self, request, *args, **kwargs):
        if "find" not in request.POST:
            return super().post(request, *args, **kwargs)
        # Only searching: nothing is checked yet, and what was typed stays.
        kept = self.get_form_kwargs() | {"data": None, "files": None, "initial": request.POST.dict()}
        return self.render_to_response(self.get_context_data(form=self.form_class(**kept)))

    def tell(self, form):
        return f"Đã chuyển {money_to_text(form.saved.amount)}, phiếu chi {form.saved.voucher}."

    def next_address(self, form):
        return form.saved.get_absolute_url()


class DuesBookView(FundFormView):
    """The confirmed hand-overs of dues of the unit and those below that wait for a ledger, ticked and booked."""

    permission_required = ADD_ENTRY
    form_class = DuesBookForm
    template_name = "funds/dues_book.html"
    title, submit_label = "Ghi hội phí vào sổ quỹ", "Ghi các đợt đã đánh dấu"

    @cached_property
    def waiting(self) -> list[DuesCollection]:
        return list(unbooked_dues(self.fund, self.request.user, VIEW_DUES)[:DUES_SHOWN])

    def subject(self):
        inside = subtree_ids(self.fund.organization)
        collections = DuesCollection.objects.allowed(self.request.user, VIEW_DUES).filter(organization__in=inside)
        return {"fund": self.fund, "collections": collections}

    def tell(self, form):
        booked = form.saved
        if not booked:
            return "Các đợt này đã vào sổ quỹ trước đó, không ghi thêm."
        return f"Đã ghi {len(booked)} đợt hội phí, {money_to_text(sum(entry.amount for entry in booked))}."

    def next_address(self, form):
        return fund_url(self.fund, "dues_book") if len(self.waiting) == DUES_SHOWN else fund_url(self.fund)

    def get_context_data(self, **kwargs):
        waiting = self.waiting
        ticked = {str(key) for key in kwargs["form"]["chosen"].value() or []} if "form" in kwargs else set()
        context = super().get_context_data(**kwargs)
        if not context["form"].is_bound:
            ticked = {str(each.pk) for each in waiting if (each.handed_over or 0) > 0}
        return context | {"rows": [(each, str(each.pk) in ticked) for each in waiting]}
