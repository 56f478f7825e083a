"""Money that moves between accounts and funds, and dues that come into a fund."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from core.forms import LineField, MoneyField
from core.service_forms import ScopedServiceForm
from funds.forms.entries import PLAIN, MarkField, OverdraftField
from funds.ledger import book_dues, post_transfer
from funds.models import Account, Entry, Fund
from funds.models.entries import LARGEST
from funds.once import key_of, new_mark, write_once
from members.models import DuesCollection
from organizations.forms import PastDateField
from organizations.models import Organization

ACCOUNTS_SHOWN = 60


class AccountChoiceField(forms.ModelChoiceField):
    """Accounts with the fund and unit they belong to."""

    def label_from_instance(self, account):
        return f"{account.fund.organization.short_name} · {account.fund.name} · {account.name}"


class TransferForm(ScopedServiceForm):
    """From an account of ``fund`` to any account in ``reach``, the funds that the user may write in.

    Those of the fund itself and of its neighbours stand in the list, any other is found by a search. Saved: the entry
    of the side that pays.
    """

    amount = MoneyField(label="Số tiền (đồng)", min_value=1, max_value=LARGEST)
    source = forms.ModelChoiceField(Account.objects.none(), label="Từ tài khoản", empty_label=None)
    query = forms.CharField(
        label="Tìm quỹ khác (tên đơn vị hoặc mã quỹ)",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Gõ vài chữ rồi bấm Tìm: danh sách bên dưới chỉ còn những quỹ tìm thấy.",
    )
    destination = AccountChoiceField(Account.objects.none(), label="Đến tài khoản", empty_label="Chọn tài khoản")
    date = PastDateField(label="Ngày")
    purpose = LineField(label="Nội dung", required=False, max_length=300, widget=forms.TextInput(attrs=PLAIN))
    is_principal = forms.BooleanField(label="Chuyển phần gốc (giữa hai quỹ giữ nguyên gốc)", required=False)
    overdraft_reason = OverdraftField()
    mark = MarkField()

    def __init__(self, *args, fund: Fund, may_overdraw: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.initial = {"date": timezone.localdate(), "mark": new_mark()} | self.initial
        money = Account.objects.in_use().filter(kind__in=Account.MONEY)
        self.fields["source"].queryset = money.filter(fund=fund).order_by("pk")
        reachable = money.filter(fund__in=self.reach.order_by().values("pk"))
        self.offer(reachable.select_related("fund__organization"))
        if not fund.endowment:
            del self.fields["is_principal"]
        if not may_overdraw:
            del self.fields["overdraft_reason"]

    def offer(self, reachable) -> None:
        """All accounts in reach are accepted; those that were searched for, else the nearest, are shown."""
        typed = self.data.get("query") if self.is_bound else self.initial.get("query")
        self.text = str(typed or "").replace("\0", "").strip()[:200]
        field = self.fields["destination"]
        field.queryset = reachable
        own = list(reachable.filter(fund=self.fund).order_by("pk"))
        others = reachable.exclude(fund=self.fund)
        if self.text:
            units = Organization.objects.search(self.text).order_by().values("pk")
            others = others.filter(fund__organization__in=units) | others.filter(fund__code__icontains=self.text)
        self.found = list(others.order_by("fund__organization__sort_key", "fund_id", "pk")[:ACCOUNTS_SHOWN])
        names = [(account.pk, field.label_from_instance(account)) for account in (*own, *self.found)]
        field.widget.choices = [("", "Chọn tài khoản"), *names]

    def carry_out(self, values):
        fund, destination = self.hold(self.fund), values["destination"]
        if not self.reach.filter(pk=destination.fund_id).exists():
            raise PermissionDenied
        names = ("source", "destination", "date", "amount", "purpose", "is_principal", "overdraft_reason")
        facts = {name: values[name] for name in names if name in values}
        key = key_of(values["mark"], facts) if values["mark"] else None

        def write() -> Entry:
            return post_transfer(**facts, user=self.user)[0]

        return write_once(key=key, fund=fund, other=destination.fund_id, user=self.user, write=write)


class DuesBookForm(ScopedServiceForm):
    """The ticked hand-overs of dues go into an account. Saved: the new entries.

    ``collections``: those that the user may book here, in a ledger by now or not.
    """

    account = forms.ModelChoiceField(Account.objects.none(), label="Vào tài khoản", empty_label=None)
    chosen = forms.TypedMultipleChoiceField(
        label="Các đợt nộp", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, fund: Fund, collections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund, self.collections = fund, collections
        self.fields["account"].queryset = fund.accounts.in_use().filter(kind__in=Account.MONEY).order_by("pk")
        keys = collections.confirmed().order_by().values_list("pk", flat=True)
        self.fields["chosen"].choices = [(key, "") for key in keys]

    def clean_chosen(self):
        if not self.cleaned_data["chosen"]:
            raise ValidationError("Hãy đánh dấu ít nhất một đợt nộp.")
        return self.cleaned_data["chosen"]

    def carry_out(self, values):
        self.hold(self.fund)
        waiting = self.collections.unbooked().filter(pk__in=values["chosen"]).select_related("organization")
        # What another press has booked meanwhile is left out.
        return [self.book(each, values["account"]) for each in waiting.order_by("collected_on", "pk")]

    def book(self, collection: DuesCollection, account: Account) -> Entry:
        try:
            return book_dues(collection=collection, account=account, user=self.user)
        except ValidationError as error:
            name = f"{collection.organization.short_name}, biên nhận số {collection.receipt_number}"
            raise ValidationError([f"{name}: {words}" for words in error.messages]) from error
