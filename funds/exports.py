"""The lists of funds, of their entries and of awards, with the columns of their spreadsheets."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Concat, LPad

from core.forms import DateTextField
from core.vietnamese import date_to_text
from funds.awards.exports import AwardExport
from funds.models import Account, Category, Direction, Entry, Fund
from funds.permissions import VIEW, VIEW_PARTY
from funds.resources import FundEntrySheet, FundSheet
from organizations.exporting import Export
from organizations.models import Organization


def opening_sum(**only) -> Subquery:
    """What the fund had on its first day in đồng; nothing where nothing is booked of it."""
    opening = Entry.objects.filter(
        fund=OuterRef("pk"), category__nature=Category.Nature.OPENING, reverses=None, reversal=None, **only
    )
    return Subquery(opening.order_by().values("fund").annotate(sum=Sum("amount")).values("sum"))


def own_number() -> Concat:
    """`Entry.voucher` in the database."""
    digits = Cast("number", CharField())
    # Longer numbers stay whole.
    padded = Case(When(number__lt=10_000, then=LPad(digits, 4, Value("0"))), default=digits)
    kind = Case(When(direction=Direction.IN, then=Value("PT ")), default=Value("PC "))
    return Concat(kind, padded, Value("/"), Cast("year", CharField()), output_field=CharField())


class FundExport(Export):
    code = "funds"
    label = "Quỹ"
    lead = "Mỗi quỹ một dòng, kèm số dư khi mở sổ."
    permission = VIEW
    columns = FundSheet.columns
    paths = {
        **{column.code: column.code for column in FundSheet.columns},
        "fund_code": "code",
        "organization_code": "organization__code",
        "opening_date": "opened_on",
    }

    def rows(self):
        return Fund.objects.order_by("organization__sort_key", "organization", "name", "pk").annotate(
            opening_balance=opening_sum(),
            opening_bank=opening_sum(account__kind=Account.Kind.BANK),
            opening_principal=opening_sum(is_principal=True),
        )


class FundEntryExport(Export):
    """One row per entry in force; of a transfer the side that pays, and the other one where that is out of reach."""

    code = "fund_entries"
    label = "Thu chi quỹ"
    lead = (
        "Mỗi khoản thu, chi một dòng; chuyển quỹ là một dòng chi. Không kèm số dư mang sang (ở bảng Quỹ) và các khoản "
        "đã được đảo."
    )
    permission = VIEW
    columns = FundEntrySheet.columns
    organization_path = "fund__organization"
    paths = {
        **{column.code: column.code for column in FundEntrySheet.columns},
        "fund_code": "fund__code",
        "category": "category__name",
        "account": "account__name",
        "party": "party__name",
        "campaign": "campaign__name",
        "transfer_fund_code": "pair__fund__code",
        "voucher_number": "voucher_said",
    }
    personal = frozenset({"party"})
    personal_permission = VIEW_PARTY
    fields = {
        "dated_from": DateTextField(label="Từ ngày", required=False),
        "dated_to": DateTextField(label="Đến hết ngày", required=False),
        "fund": forms.CharField(
            label="Chỉ quỹ có mã",
            required=False,
            max_length=32,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            help_text="Để trống: mọi quỹ.",
        ),
    }

    @classmethod
    def check(cls, choices):
        first, last = choices.get("dated_from"), choices.get("dated_to")
        if first and last and last < first:
            raise ValidationError({"dated_to": f"Ngày này phải từ {date_to_text(first)} trở đi."})

    def rows(self):
        said = Case(When(external_number="", then=own_number()), default=F("external_number"), output_field=CharField())
        in_force = Entry.objects.filter(reverses=None, reversal=None)
        in_force = in_force.exclude(category__nature=Category.Nature.OPENING)
        return in_force.annotate(voucher_said=said).order_by("date", "pk")

    def narrow(self, rows):
        units = self.within(Organization.objects.allowed(self.user, self.permission)).order_by().values("pk")
        rows = rows.exclude(Q(paired_with__isnull=False) & Q(paired_with__fund__organization__in=units))
        if first := self.choices.get("dated_from"):
            rows = rows.filter(date__gte=first)
        if last := self.choices.get("dated_to"):
            rows = rows.filter(date__lte=last)
        if code := self.choices.get("fund"):
            rows = rows.filter(fund__code=code)
        return rows

    def describe(self):
        words = []
        if code := self.choices.get("fund"):
            words.append(f"quỹ {code}")
        if first := self.choices.get("dated_from"):
            words.append(f"từ ngày {date_to_text(first)}")
        if last := self.choices.get("dated_to"):
            words.append(f"đến hết ngày {date_to_text(last)}")
        return words


EXPORTS = [FundExport, FundEntryExport, AwardExport]
