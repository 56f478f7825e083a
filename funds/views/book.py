"""The cash book: entries of a fund or of one account by day, with the balance after each."""

from datetime import date, timedelta

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView

from core.paginator import KeysetListMixin
from core.vietnamese import date_to_text
from funds.forms import BookForm
from funds.models import Direction, Entry
from funds.permissions import VIEW_PARTY
from funds.views.places import FundMixin, fund_tabs, fund_url, make_crumbs
from organizations.scoping import holds_at


class CashBookView(FundMixin, KeysetListMixin, ListView):
    template_name = "funds/cash_book.html"
    paginate_by = 50

    @cached_property
    def book_form(self) -> BookForm:
        return BookForm(self.request.GET, fund=self.fund)

    def get_queryset(self):
        form = self.book_form
        entries = form.purse().between(form.first_day, form.last_day)
        return entries.select_related("category", "account", "party", "fund").order_by("date", "pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        fund, form = self.fund, self.book_form
        purse, entries = form.purse(), list(context["object_list"])
        brought = purse.filter(date__lt=form.first_day).balance()
        period = purse.between(form.first_day, form.last_day).order_by()
        sums = dict(period.values_list("direction").annotate(sum=Sum("amount")))
        received, spent = sums.get(Direction.IN, 0), sums.get(Direction.OUT, 0)
        return context | {
            "crumbs": make_crumbs(fund, ("Sổ quỹ", "")),
            "tabs": fund_tabs(self.request, fund),
            "book_form": form,
            "rows": with_balances(purse, entries, form.first_day, brought),
            "brought": brought,
            "received": received,
            "spent": spent,
            "carried": brought + received - spent,
            "periods": self.periods(),
            "names_shown": holds_at(self.request.user, VIEW_PARTY, fund.organization),
        }

    def periods(self) -> list[tuple[str, str]]:
        """Words and address of the periods that people look at most, for the same account."""
        today = timezone.localdate()
        month = today.replace(day=1)
        before = month - timedelta(days=1)
        asked = self.book_form.data.get("account") or ""
        spans: list[tuple[str, date, date]] = [
            ("Tháng này", month, today),
            (f"Tháng {before.month}/{before.year}", before.replace(day=1), before),
            (f"Năm {today.year}", today.replace(month=1, day=1), today),
            ("Từ khi mở sổ", self.fund.opened_on, today),
        ]
        return [
            (words, fund_url(self.fund, "cash_book", account=asked, first=date_to_text(first), last=date_to_text(last)))
            for words, first, last in spans
        ]


def with_balances(purse, entries: list[Entry], since: date, brought: int) -> list[tuple[Entry, int]]:
    """Each entry with what the purse holds after it; ``brought``: what it held before ``since``. One query."""
    if not entries:
        return []
    first, rows = entries[0], []
    before = purse.filter(Q(date__lt=first.date) | Q(date=first.date, pk__lt=first.pk), date__gte=since)
    balance = brought + before.balance()
    for entry in entries:
        balance += entry.signed
        rows.append((entry, balance))
    return rows
