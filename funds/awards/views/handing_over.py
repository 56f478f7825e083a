"""The hand-over: the list to sign, and the payment of those who were there in one step."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import FormView

from core.documents import DOCX_TYPE, PDF_TYPE
from core.money import money_to_text
from funds.awards.forms import HandOverForm
from funds.awards.views.places import address_of, make_crumbs
from funds.awards.views.programmes import ProgrammeMixin, find_programme, sent_keys
from funds.documents import hand_over_docx, hand_over_list, hand_over_pdf
from funds.models import Award, Programme
from funds.party_names import names_for
from funds.permissions import PAY, VIEW_AWARD
from jobs.kept_pages import attachment
from organizations.scoping import ScopedMixin, require
from spreadsheets.exporting import log_paper

FORMATS = {"pdf": (hand_over_pdf, PDF_TYPE), "docx": (hand_over_docx, DOCX_TYPE)}


def approved_of(user, permission: str, programme: Programme):
    rows = Award.objects.allowed(user, permission).filter(programme=programme, state=Award.State.APPROVED)
    return rows.select_related("recipient", "origin").in_list_order()


class HandOverView(ScopedMixin, ProgrammeMixin, FormView):
    """Whoever did not come is not ticked, and stays approved."""

    permission_required = PAY
    form_class = HandOverForm
    template_name = "funds/hand_over.html"

    @cached_property
    def awards(self) -> list[Award]:
        return list(approved_of(self.request.user, PAY, self.programme))

    def get_form_kwargs(self):
        keys = sent_keys(self.request.POST)
        return super().get_form_kwargs() | {"user": self.request.user, "programme": self.programme, "keys": keys}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        entry = form.saved
        messages.success(self.request, f"Đã ghi chứng từ {entry.voucher}: {money_to_text(entry.amount)}.")
        return redirect(address_of(self.programme))

    def get_context_data(self, **kwargs):
        names = names_for(self.request.user, [award.recipient for award in self.awards])
        sent = set(sent_keys(self.request.POST)) if self.request.method == "POST" else None
        rows = [(award, names[award.recipient_id], sent is None or award.pk in sent) for award in self.awards]
        crumbs = make_crumbs(self.programme, ("Trao và chi tiền", ""))
        portions, amount = (sum(getattr(award, name) for award in self.awards) for name in ("portions", "amount"))
        facts = {"programme": self.programme, "rows": rows, "portions": portions, "amount": amount, "crumbs": crumbs}
        return super().get_context_data(**facts, **kwargs)


@require_safe
def hand_over_paper(request, pk, ending):
    """The list to sign of all that are approved, as PDF or Word."""
    require(request.user, VIEW_AWARD)
    if ending not in FORMATS:
        raise Http404
    programme = find_programme(request.user, VIEW_AWARD, pk)
    awards = list(approved_of(request.user, VIEW_AWARD, programme))
    names = names_for(request.user, [award.recipient for award in awards])
    write, content_type = FORMATS[ending]
    content = write(hand_over_list(programme, awards, names=names, day=None), author=programme.organization.name)
    log_paper(
        name="Danh sách ký nhận",
        user=request.user,
        organization=programme.organization,
        selection=str(programme),
        ending=ending,
        rows=len(awards),
    )
    return attachment(content, content_type, f"ky-nhan-{programme.pk}.{ending}")
