"""Money in or out of one fund, and taking an entry back."""

from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from core.forms import LineField, MoneyField
from core.money import money_to_text, money_to_words
from core.service_forms import ScopedServiceForm
from core.vietnamese import date_to_text
from funds.forms.naming import PLAIN, NamesParty, PartyChoiceField, PartyKindField, PartyNameField
from funds.ledger import category, closed_until, partner_of, post_entry, reverse_entry
from funds.models import Account, Campaign, Category, Direction, Entry, Fund, Pledge
from funds.models.entries import LARGEST
from funds.once import key_of, new_mark, write_once
from organizations.forms import PastDateField

GIFT = "donation"
IS_GIFT = "Chỉ mục vận động, ủng hộ mới ghi theo đợt vận động, lời hứa."
WHICH_THINGS = "Hãy ghi hiện vật là gì, bao nhiêu, ví dụ 50 cặp sách: thư cảm ơn viết theo lời này."


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


class PledgeField(forms.ModelChoiceField):
    """Offers the promises of which something may still come. The ledger refuses others: what comes a second time may
    have kept the promise the first time.
    """

    def __init__(self):
        super().__init__(Pledge.objects.none(), label="Lời hứa ủng hộ", required=False)

    def offer(self, fund: Fund) -> None:
        self.queryset = Pledge.objects.filter(fund=fund).select_related("campaign", "party")
        waiting = self.queryset.with_given().waiting().order_by("party__sort_key", "pk")
        named = [(str(pledge.pk), self.words(pledge)) for pledge in waiting]
        self.widget.choices = [("", "không theo lời hứa nào"), *named]

    def words(self, pledge: Pledge) -> str:
        about = pledge.things or "tiền"
        return f"{pledge.party}: {about}, còn {money_to_text(pledge.rest)}, hứa {date_to_text(pledge.pledged_on)}"


class EntryForm(NamesParty, ScopedServiceForm):
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
    party_name = PartyNameField(required=False)
    party = PartyChoiceField()
    purpose = LineField(
        label="Nội dung",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Không ghi tên người ở đây: sổ quỹ không sửa, không xóa được. Tên ghi ở ô phía trên.",
    )
    is_principal = forms.BooleanField(label="Ghi vào phần gốc (giữ nguyên, không chi)", required=False)
    party_kind = PartyKindField()
    party_address = LineField(label="Địa chỉ, trường, nơi làm việc", required=False, max_length=300)
    anonymous = forms.BooleanField(label="Không muốn nêu tên", required=False)
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="Đợt vận động", required=False, empty_label="không theo đợt nào"
    )
    pledge = PledgeField()
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
        self.fields["pledge"].offer(fund)
        incoming = self.direction == Direction.IN
        self.fields["party_name"].label = "Người nộp, người ủng hộ" if incoming else "Người nhận tiền"
        self.drop_unneeded(incoming, may_overdraw)
        self.known = self.find_parties(fund.organization)

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
        begun = any(self.initial.get(name) for name in ("campaign", "pledge"))
        return begun or any(field.errors for field in self.detail_fields)

    def clean(self):
        values = super().clean()
        account, category, pledge = (values.get(name) for name in ("account", "category", "pledge"))
        is_gift = category is None or category.nature == Category.Nature.DONATION
        for name in ("campaign", "pledge"):
            if values.get(name) and not is_gift:
                self.add_error(name, IS_GIFT)
        in_kind = account is not None and account.kind == Account.Kind.IN_KIND
        if self.direction == Direction.IN and in_kind and not values.get("purpose"):
            self.add_error("purpose", WHICH_THINGS)
        if pledge and not values.get("campaign"):
            values["campaign"] = pledge.campaign
        return values

    def carry_out(self, values):
        fund = self.hold(self.fund)
        typed = {name: value for name, value in values.items() if name != "mark"}
        key = key_of(values["mark"], typed) if values["mark"] else None
        return write_once(key=key, fund=fund, user=self.user, write=lambda: self.write(values))

    def write(self, values) -> Entry:
        names = ("purpose", "is_principal", "campaign", "pledge", "overdraft_reason")
        facts = {name: values[name] for name in names if name in values}
        pledge = facts.get("pledge")
        party = self.find_or_enter(values, self.fund.organization) or (pledge.party if pledge else None)
        return post_entry(
            account=values["account"],
            category=values["category"],
            date=values["date"],
            amount=values["amount"],
            party=party,
            user=self.user,
            **facts,
        )


def begin_gift(fund: Fund, query) -> dict:
    """What the form of a receipt begins with when it is opened for a campaign or a promise, named by their keys."""
    keys = {name: query.get(name, "") for name in ("campaign", "pledge")}
    known = {name: key for name, key in keys.items() if key.isascii() and key.isdigit() and len(key) < 19}
    if pledge := fund.pledges.with_given().select_related("party", "campaign").filter(pk=known.get("pledge")).first():
        kind = Account.Kind.IN_KIND if pledge.things else Account.Kind.CASH
        account = fund.accounts.in_use().filter(kind=kind).order_by("pk").first()
        named = {"party_name": pledge.party.name, "party": str(pledge.party_id), "purpose": pledge.things}
        facts = {"amount": pledge.rest or None, "pledge": pledge.pk, "campaign": pledge.campaign_id}
        return {"category": category(GIFT), "account": account, **named, **facts}
    if campaign := fund.campaigns.filter(pk=known.get("campaign")).first():
        return {"category": category(GIFT), "campaign": campaign.pk}
    return {}


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
