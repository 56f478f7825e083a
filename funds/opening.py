"""Opening a fund: its accounts, and what it had on the first day."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from funds.ledger import OPENING, category, lock_funds, reverse_entry, write_entries
from funds.models import Account, Category, Direction, Entry, Fund
from organizations.models import Organization

FIRST_ACCOUNTS = {
    Account.Kind.CASH: "Tiền mặt",
    Account.Kind.BANK: "Tiền gửi ngân hàng",
    Account.Kind.IN_KIND: "Hiện vật",
}
OPENED, CORRECTED = "Mở sổ quỹ", "Sửa số dư đầu"


@transaction.atomic
def open_fund(
    *,
    organization: Organization,
    code: str,
    name: str,
    opened_on: date,
    user,
    cash: int = 0,
    bank: int = 0,
    principal: int = 0,
    batch_id: int | None = None,
    **facts,
) -> Fund:
    """A fund with its cash box, bank account and place for things, and what they held that day, in đồng.

    ``principal`` is the part of both that an endowment keeps; ``facts`` are further fields of `Fund`. Raises
    ValidationError for a code or name that is taken, and for a principal that there is not.
    """
    fund = Fund(organization=organization, code=code, name=name, opened_on=opened_on, **facts)
    fund.full_clean()
    because(fund, user=user, reason=OPENED).save()
    for kind, title in FIRST_ACCOUNTS.items():
        because(Account(fund=fund, kind=kind, name=title), user=user, reason=OPENED).save()
    write_opening(fund, cash=cash, bank=bank, principal=principal, user=user, batch_id=batch_id)
    return fund


def write_opening(
    fund: Fund, *, cash: int, bank: int, principal: int, user, batch_id: int | None = None
) -> list[Entry]:
    """Up to four entries: cash and bank, each without and with principal; what is kept lies in the bank first."""
    check_opening(fund, cash=cash, bank=bank, principal=principal)
    kept_in_bank = min(principal, bank)
    parts = (
        (Account.Kind.CASH, cash - (principal - kept_in_bank), principal - kept_in_bank),
        (Account.Kind.BANK, bank - kept_in_bank, kept_in_bank),
    )
    drafts = []
    for kind, spendable, kept in parts:
        account = fund.accounts.filter(kind=kind).order_by("pk")[0]
        facts = {"fund": fund, "account": account, "category": category(OPENING), "direction": Direction.IN}
        facts |= {"date": fund.opened_on, "purpose": "Số dư mang sang", "batch_id": batch_id}
        drafts += [
            Entry(**facts, amount=amount, is_principal=is_principal)
            for amount, is_principal in ((spendable, False), (kept, True))
            if amount
        ]
    return write_entries(drafts, user=user)


def check_opening(fund: Fund, *, cash: int, bank: int, principal: int) -> None:
    if min(cash, bank, principal) < 0:
        raise ValidationError("Số dư mang sang không được âm.")
    if principal and not fund.endowment:
        raise ValidationError({"principal": "Chỉ quỹ giữ nguyên gốc mới có số dư gốc."})
    if principal > cash + bank:
        raise ValidationError({"principal": "Số dư gốc lớn hơn số dư mang sang."})


@transaction.atomic
def correct_opening(*, fund: Fund, cash: int, bank: int, principal: int, user, batch_id: int | None = None) -> None:
    """What the fund really had on its first day: the opening entries are reversed that day and written anew.

    Raises ValidationError when that month is closed, or when later spending would have no cover.
    """
    fund = lock_funds([fund.pk])[fund.pk]
    check_opening(fund, cash=cash, bank=bank, principal=principal)
    wrong = Entry.objects.filter(fund=fund, category__nature=Category.Nature.OPENING, reverses=None, reversal=None)
    # First what is right is added, so that no purse falls below zero in between.
    wrong = list(wrong.select_related("account", "category", "fund").order_by("pk"))
    write_opening(fund, cash=cash, bank=bank, principal=principal, user=user, batch_id=batch_id)
    for entry in wrong:
        # The books may begin earlier by now than when the entry was written.
        reverse_entry(entry=entry, date=max(entry.date, fund.opened_on), reason=CORRECTED, user=user)
