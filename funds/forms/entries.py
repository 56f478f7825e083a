"""Money in or out of one fund, and taking an entry back."""

from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from core.forms import LineField, MoneyField
from core.money import money_to_words
from core.service_forms import ScopedServiceForm
from funds.ledger import closed_until, partner_of, post_entry, reverse_entry
from funds.models import Account, Campaign, Category, Direction, Entry, Fund, Party, Pledge
from funds.models.entries import LARGEST
from funds.once import key_of, new_mark, write_once
from funds.parties import alike, as_choices, enter_party
from organizations.forms import PastDateField

NEW = "new"
PLAIN = {"autocomplete": "off"}


class MarkField(forms.UUIDField):
    """Tells one showing of a form from another; anything else that comes back is no mark."""

    def __init__(self):
        super().__init__(widget=forms.HiddenInput, required=False)

    def clean(self, value) -> UUID | None:
        try:
            return super().clean(value)
        except ValidationError:
            return None


class OverdraftField(LineField):
    def __init__(self):
        super().__init__(
            label="Lý do cho chi quá số dư",
            required=False,
            max_length=200,
            help_text="Chỉ ghi khi tài khoản tạm thời âm và đã được cho phép; để trống thì không chi quá số dư.",
        )


class EntryForm(ScopedServiceForm):
    """One receipt or payment; ``reach`` are the funds that the user may write in. Saved: the entry."""

    amount = MoneyField(
        label="Số tiền (đồng)",
        min_value=1,
        max_value=LARGEST,
        help_text="Gõ 500.000, 500 nghìn hoặc 1,5 triệu. Hiện vật thì ghi trị giá.",
    )
    category = forms.ModelChoiceField(Category.objects.none(), label="Mục", empty_label="Chọn mục")
    account = forms.ModelChoiceField(Account.objects.none(), label="Tài khoản", empty_label=None)
    date = PastDateField(label="Ngày")
    party_name = LineField(
        required=False, max_length=200, widget=forms.TextInput(attrs=PLAIN | {"autocapitalize": "words"})
    )
    party = forms.ChoiceField(label="Là ai trong sổ?", required=False, widget=forms.RadioSelect)
    purpose = LineField(
        label="Nội dung",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Không ghi tên người ở đây: sổ quỹ không sửa, không xóa được. Tên ghi ở ô phía trên.",
    )
    is_principal = forms.BooleanField(label="Ghi vào phần gốc (giữ nguyên, không chi)", required=False)
    party_kind = forms.ChoiceField(
        label="Người mới này là", choices=Party.Kind.choices, required=False, initial=Party.Kind.PERSON
    )
    party_address = LineField(label="Địa chỉ, trường, nơi làm việc", required=False, max_length=300)
    anonymous = forms.BooleanField(label="Không muốn nêu tên", required=False)
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="Đợt vận động", required=False, empty_label="không theo đợt nào"
    )
    pledge = forms.ModelChoiceField(
        Pledge.objects.none(), label="Lời hứa ủng hộ", required=False, empty_label="không theo lời hứa nào"
    )
    overdraft_reason = OverdraftField()
    mark = MarkField()

    details = ["party_kind", "party_address", "anonymous", "campaign", "pledge", "overdraft_reason"]

    def __init__(self, *args, fund: Fund, direction: str, may_overdraw: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund, self.direction = fund, Direction(direction)
        self.initial = {"date": timezone.localdate(), "mark": new_mark()} | self.initial
        self.fields["category"].queryset = Category.objects.filter(direction=direction, in_use=True).exclude(
            nature__in=Category.BY_SERVICES
        )
        self.fields["account"].queryset = fund.accounts.in_use().order_by("pk")
        self.fields["campaign"].queryset = fund.campaigns.all()
        self.fields["pledge"].queryset = fund.pledges.filter(given_up_on=None).select_related("party")
        incoming = self.direction == Direction.IN
        self.fields["party_name"].label = "Người nộp, người ủng hộ" if incoming else "Người nhận tiền"
        self.drop_unneeded(incoming, may_overdraw)
        self.known = self.find_parties()

    def drop_unneeded(self, incoming: bool, may_overdraw: bool) -> None:
        needed = {
            "is_principal": incoming and self.fund.endowment,
            "campaign": incoming and self.fields["campaign"].queryset.exists(),
            "pledge": incoming and self.fields["pledge"].queryset.exists(),
            "overdraft_reason": not incoming and may_overdraw,
        }
        for name, keep in needed.items():
            if not keep:
                del self.fields[name]

    def find_parties(self) -> list[Party]:
        """Those of the unit who look like the one that was typed; the choice among them stands in the form."""
        name = str((self.data if self.is_bound else self.initial).get("party_name") or "").replace("\0", "").strip()
        known = alike(self.fund.organization, name[:200]) if name else []
        choices = [*as_choices(known), (NEW, "Người khác, ghi tên mới")] if known else []
        self.fields["party"].choices = choices
        if self.is_bound and self.data.get("party") not in dict(choices):
            # The name was changed since: what was chosen for another one does not count.
            self.data = self.data.copy()
            self.data["party"] = ""
        return known

    @property
    def amount_words(self) -> str:
        """What was typed as a sum, in words, where the form comes back."""
        amount = getattr(self, "cleaned_data", {}).get("amount")
        return money_to_words(amount) if amount else ""

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [each for each in self.visible_fields() if each.name not in (*self.details, "party")]

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.details if name in self.fields]

    @property
    def details_open(self) -> bool:
        return any(field.errors for field in self.detail_fields)

    def carry_out(self, values):
        fund = self.hold(self.fund)
        typed = {name: value for name, value in values.items() if name != "mark"}
        key = key_of(values["mark"], typed) if values["mark"] else None
        return write_once(key=key, fund=fund, user=self.user, write=lambda: self.write(values))

    def write(self, values) -> Entry:
        names = ("purpose", "is_principal", "campaign", "pledge", "overdraft_reason")
        facts = {name: values[name] for name in names if name in values}
        pledge = facts.get("pledge")
        party = self.find_or_enter(values) or (pledge.party if pledge else None)
        return post_entry(
            account=values["account"],
            category=values["category"],
            date=values["date"],
            amount=values["amount"],
            party=party,
            user=self.user,
            **facts,
        )

    def find_or_enter(self, values) -> Party | None:
        """The chosen one, or a new one where nobody looks like it or it was said to be another."""
        if not values["party_name"]:
            return None
        if self.known and not values["party"]:
            # The same name is offered first: a second press takes it.
            self.data = self.data.copy()
            self.data["party"] = str(self.known[0].pk)
            raise ValidationError({"party": "Trong sổ đã có tên giống tên này. Hãy xem rồi bấm ghi lần nữa."})
        if values["party"] and values["party"] != NEW:
            return next(party for party in self.known if str(party.pk) == values["party"])
        return enter_party(
            organization=self.fund.organization,
            name=values["party_name"],
            kind=values["party_kind"] or Party.Kind.PERSON,
            address=values["party_address"],
            anonymous=values["anonymous"],
            user=self.user,
        )


class ReversalForm(ScopedServiceForm):
    """Takes an entry back; ``reach`` are the funds that the user may write in. Saved: the reversal."""

    date = PastDateField(label="Ngày đảo")
    reason = LineField(
        label="Lý do",
        max_length=300,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Ví dụ: ghi nhầm số tiền. Không ghi tên người ở đây.",
    )
    overdraft_reason = OverdraftField()

    def __init__(self, *args, entry: Entry, may_overdraw: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.entry = entry
        closed = closed_until(entry.fund)
        # In an open month the mistake disappears on its own day.
        day = timezone.localdate() if closed and entry.date <= closed else entry.date
        self.initial = {"date": day} | self.initial
        if not may_overdraw:
            del self.fields["overdraft_reason"]

    def carry_out(self, values):
        self.hold(self.entry.fund)
        partner = partner_of(self.entry)
        if partner is not None and not self.reach.filter(pk=partner.fund_id).exists():
            raise PermissionDenied
        return reverse_entry(
            entry=self.entry,
            date=values["date"],
            reason=values["reason"],
            user=self.user,
            overdraft_reason=values.get("overdraft_reason", ""),
        )
