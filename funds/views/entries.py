"""Writing money in and out, the voucher's page, and taking an entry back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView

from core.money import money_to_text, money_to_words
from core.numbers import number_to_text
from core.paginator import PrintMixin
from funds.awards.paid import Paid, paid_anew_at, paid_by
from funds.documents import vouchers_of
from funds.forms import EntryForm, ReversalForm
from funds.forms.entries import begin_gift
from funds.ledger import partner_of
from funds.models import Category, Direction, Entry, Fund
from funds.permissions import ADD_ENTRY, OVERDRAW, VIEW, rights_at
from funds.views.places import FundFormView, fund_url, make_crumbs
from organizations.scoping import ScopedMixin, holds_at

WORDS = {Direction.IN: ("Ghi thu", "phiếu thu"), Direction.OUT: ("Ghi chi", "phiếu chi")}
KEPT = ("category", "account", "date")


class EntryCreateView(FundFormView):
    """``?category=``, ``?account=``, ``?date=`` as they were in the entry before; ``?like=``: a reversed entry, to be
    written anew; ``?campaign=``, ``?pledge=``: what a gift comes of."""

    permission_required = ADD_ENTRY
    form_class = EntryForm
    template_name = "funds/entry_form.html"

    @property
    def direction(self) -> Direction:
        return Direction(self.kwargs["direction"])

    def get_initial(self):
        kept = {name: self.request.GET[name] for name in KEPT if self.request.GET.get(name)}
        if self.direction == Direction.IN:
            kept |= begin_gift(self.fund, self.request.GET)
        like = self.request.GET.get("like", "")
        rows = Entry.objects.filter(fund=self.fund, direction=self.direction).select_related("party__merged_into")
        wrong = rows.filter(pk=like).first() if like.isascii() and like.isdigit() and len(like) < 19 else None
        if wrong is None:
            return kept
        names = ("amount", "category", "account", "date", "purpose", "campaign", "pledge", "is_principal")
        party = wrong.party and wrong.party.current
        named = {"party_name": party.name, "party": party.pk} if party else {}
        return {name: getattr(wrong, name) for name in names} | named

    def subject(self):
        may_overdraw = holds_at(self.request.user, OVERDRAW, self.fund.organization)
        return {"fund": self.fund, "direction": self.direction, "may_overdraw": may_overdraw}

    def tell(self, form):
        entry = form.saved
        return f"Đã ghi {WORDS[self.direction][1]} {entry.voucher}: {money_to_text(entry.amount)}."

    def next_address(self, form):
        return form.saved.get_absolute_url()

    def get_context_data(self, **kwargs):
        title = WORDS[self.direction][0]
        crumbs = make_crumbs(self.fund, (title, ""))
        return super().get_context_data(**kwargs, title=title, submit_label=title, crumbs=crumbs)


class EntryDetailView(ScopedMixin, PrintMixin, DetailView):
    """The voucher on the screen; printed, as the form that treasurers know."""

    permission_required = VIEW
    queryset = Entry.objects.select_related(
        "fund__organization",
        "account",
        "category",
        "party__merged_into",
        "campaign",
        "pledge",
        "dues__organization",
        "reverses",
        "reversal",
        "paired_with__fund",
        "paired_with__account",
        "pair__fund",
        "pair__account",
        "created_by",
    )
    context_object_name = "entry"

    def get_template_names(self):
        return ["funds/voucher.html" if self.has_paper else "funds/entry_detail.html"]

    @property
    def has_paper(self) -> bool:
        """An opening balance is no voucher."""
        return self.printing and self.object.number is not None

    def get_context_data(self, **kwargs):
        entry, fund = self.object, self.object.fund
        rights = rights_at(self.request.user, fund.organization)
        by_services = entry.category.nature in Category.BY_SERVICES
        again = {"category": entry.category_id, "account": entry.account_id, "date": f"{entry.date:%d/%m/%Y}"}
        reversible = entry.reverses_id is None and not hasattr(entry, "reversal") and entry.number is not None
        anew = self.rewrite(by_services=by_services) or (None, "")
        vouchers = vouchers_of(fund, [entry], named=rights["parties"]) if self.has_paper else []
        return super().get_context_data(
            vouchers=vouchers,
            fund=fund,
            rights=rights,
            crumbs=make_crumbs(fund, (entry.voucher, "")),
            words=money_to_words(entry.amount),
            partner=getattr(entry, "pair", None) or entry.paired_with,
            may_reverse=rights["add"] and reversible,
            again_url=None if by_services else fund_url(fund, "entry_create", entry.direction, **again),
            rewrite_url=anew[0],
            rewrite_words=anew[1],
            paid=paid_by(entry),
            **kwargs,
        )

    def rewrite(self, *, by_services: bool) -> tuple[str, str] | None:
        """(address, words): where what was taken back is written for good, from the page of the reversal only."""
        entry = self.object
        if entry.reverses_id is None or by_services or entry.dues_id:
            return None
        anew = fund_url(entry.fund, "entry_create", entry.direction, like=entry.reverses_id)
        return paid_anew_at(entry) or (anew, "Ghi lại cho đúng")


class EntryReverseView(FundFormView):
    """Shows what will be written, and writes it."""

    permission_required = ADD_ENTRY
    form_class = ReversalForm
    template_name = "funds/entry_reverse.html"
    submit_label = "Ghi đảo"

    @cached_property
    def entry(self) -> Entry:
        entries = Entry.objects.allowed(self.request.user, self.permission_required)
        rows = entries.select_related("fund__organization", "account", "category", "party", "reversal", "paired_with")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def fund(self) -> Fund:
        return self.entry.fund

    @cached_property
    def paid(self) -> Paid | None:
        return paid_by(self.entry)

    def form_valid(self, form):
        # Afterwards the awards point to the payment no more.
        _ = self.paid
        return super().form_valid(form)

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and (done := self.done_already()):
            messages.info(request, "Bút toán này đã được đảo trước đó.")
            return redirect(done)
        return super().dispatch(request, *args, **kwargs)

    def done_already(self) -> Entry | None:
        """The reversal, where there is one: pressed twice, the second press leads there."""
        entries = Entry.objects.allowed(self.request.user, self.permission_required).select_related("reversal")
        # By its own key: a number that no key can be finds nothing there, and is an error in a link.
        return getattr(entries.filter(pk=self.kwargs["pk"]).first(), "reversal", None)

    def get(self, request, *args, **kwargs):
        if self.entry.reverses_id:
            raise Http404("Bút toán đảo không đảo lại được.")
        if self.entry.number is None:
            return redirect(fund_url(self.fund, "fund_opening"))
        return super().get(request, *args, **kwargs)

    def subject(self):
        may_overdraw = holds_at(self.request.user, OVERDRAW, self.fund.organization)
        return {"entry": self.entry, "may_overdraw": may_overdraw}

    def tell(self, form):
        done = f"Đã ghi đảo {self.entry.voucher} bằng {form.saved.voucher}."
        if self.paid is None:
            return f"{done} Nếu cần, hãy ghi lại cho đúng."
        now = "trở lại đã duyệt" if self.paid.approved else "được bỏ"
        return f"{done} {number_to_text(self.paid.number)} khoản đã trao {now}."

    def next_address(self, form):
        return form.saved.get_absolute_url()

    def get_context_data(self, **kwargs):
        entry = self.entry
        partner = partner_of(entry)
        here = (entry.voucher, reverse("funds:entry_detail", args=[entry.pk]))
        return super().get_context_data(
            **kwargs,
            entry=entry,
            sides=[side for side in (entry, partner) if side],
            paid=self.paid,
            title=f"Sửa sai {entry.voucher}",
            crumbs=make_crumbs(self.fund, here, ("Sửa sai", "")),
            cancel_url=entry.get_absolute_url(),
        )
