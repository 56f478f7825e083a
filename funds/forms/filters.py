"""What a list shows; what is not understood filters nothing."""

from datetime import date

from django import forms
from django.db.models import Sum
from django.utils import timezone

from core.forms import DateTextField
from core.periods import FIRST_YEAR, LAST_YEAR, Quarter
from funds.awards.filters import QUARTERS
from funds.models import Account, Entry, Fund
from funds.statistics import FLOWS

COUNTED = (("raised", "vận động được"), ("spent", "đã chi"), ("dues", "hội phí"))


class BookForm(forms.Form):
    """Which entries of a fund the cash book shows: of all its money or of one account, from day to day."""

    account = forms.ChoiceField(label="Tài khoản", required=False)
    first = DateTextField(label="Từ ngày", required=False)
    last = DateTextField(label="Đến hết ngày", required=False)

    def __init__(self, data, *, fund: Fund):
        today = timezone.localdate()
        data = data.copy()
        if not data.get("first") and not data.get("last"):
            data["first"], data["last"] = today.replace(day=1).strftime("%d/%m/%Y"), today.strftime("%d/%m/%Y")
        super().__init__(data)
        self.fund = fund
        self.accounts = list(fund.accounts.order_by("pk"))
        names = [(str(account.pk), account.name) for account in self.accounts]
        self.fields["account"].choices = [("", "Tất cả tiền (không kể hiện vật)"), *names]
        self.full_clean()

    @property
    def account_shown(self) -> Account | None:
        key = self.cleaned_data.get("account")
        return next((account for account in self.accounts if str(account.pk) == key), None)

    @property
    def first_day(self) -> date:
        return self.cleaned_data.get("first") or self.fund.opened_on

    @property
    def last_day(self) -> date:
        return self.cleaned_data.get("last") or timezone.localdate()

    def purse(self):
        """All entries of what the book is about, whatever their day."""
        if account := self.account_shown:
            return Entry.objects.filter(account=account)
        money = [account.pk for account in self.accounts if account.kind in Account.MONEY]
        return Entry.objects.filter(account__in=money)


class PartyFilterForm(forms.Form):
    q = forms.CharField(
        label="Tìm theo tên, địa chỉ, điện thoại",
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data):
        super().__init__(data)
        self.full_clean()

    def filter(self, parties):
        text = (self.cleaned_data.get("q") or "").replace("\0", "").strip()
        return parties.search(text) if text else parties


class EntryFilterForm(forms.Form):
    """Which entries a figure of a quarter is made of; a year, and all of it where no quarter is told."""

    unit = forms.CharField(required=False, widget=forms.HiddenInput)
    own = forms.CharField(required=False, widget=forms.HiddenInput)
    counted = forms.ChoiceField(label="Khoản", choices=COUNTED)
    year = forms.IntegerField(
        label="Năm",
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    quarter = forms.ChoiceField(label="Quý", required=False, choices=QUARTERS)

    def __init__(self, data, *, unit_code: str):
        data = data.copy()
        data["unit"] = unit_code
        data.setdefault("counted", COUNTED[0][0])
        data.setdefault("year", str(timezone.localdate().year))
        super().__init__(data)
        self.full_clean()

    @property
    def flow(self) -> Sum:
        return FLOWS[f"funds.{self.cleaned_data['counted']}"]

    def total(self, entries) -> int:
        """What the figure says of these entries, in đồng."""
        return entries.order_by().aggregate(sum=self.flow)["sum"] if self.is_valid() else 0

    def filter(self, entries):
        """None where the form is not understood: a list of everything would stand behind no figure."""
        if not self.is_valid():
            return entries.none()
        chosen = self.cleaned_data
        entries = entries.filter(self.flow.filter)
        if number := chosen["quarter"]:
            quarter = Quarter(chosen["year"], int(number))
            return entries.between(quarter.first_day, quarter.last_day)
        return entries.between(date(chosen["year"], 1, 1), date(chosen["year"], 12, 31))
