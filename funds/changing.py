"""What a manager changes of a fund and its accounts; never what the ledger says."""

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from core.money import money_to_text
from core.vietnamese import date_to_text
from funds.ledger import lock_funds
from funds.models import Account, Entry, Fund

CHANGED, ACCOUNT_SAVED = "Sửa thông tin quỹ", "Ghi tài khoản quỹ"


@transaction.atomic
def change_fund(*, fund: Fund, changes: dict, user, reason: str = "") -> Fund:
    """Raises ValidationError where the ledger speaks against it: kept principal, entries after the last day."""
    fund = lock_funds([fund.pk])[fund.pk]
    for name, value in changes.items():
        setattr(fund, name, value)
    fund.full_clean()
    entries = Entry.objects.filter(fund=fund)
    if not fund.endowment and entries.filter(is_principal=True).balance():
        raise ValidationError({"endowment": "Quỹ còn phần gốc nên vẫn là quỹ giữ nguyên gốc."})
    if fund.closed_on and (later := entries.filter(date__gt=fund.closed_on).order_by("-date").first()):
        words = f"Sổ còn bút toán ngày {date_to_text(later.date)}, sau ngày khóa sổ hẳn."
        raise ValidationError({"closed_on": words})
    if fund.closed_on and (left := entries.balance()):
        raise ValidationError({"closed_on": f"Quỹ còn {money_to_text(left)}. Hãy chi hoặc chuyển hết trước."})
    because(fund, user=user, reason=reason or CHANGED).save()
    return fund


@transaction.atomic
def save_account(*, account: Account, user, reason: str = "") -> Account:
    """A new account, or a changed one. Raises ValidationError when it is closed with money in it or entries after."""
    lock_funds([account.fund_id])
    account.full_clean()
    entries = Entry.objects.filter(account=account) if account.pk else Entry.objects.none()
    if account.closed_on and (left := entries.balance()):
        raise ValidationError({"closed_on": f"Tài khoản còn {money_to_text(left)}. Hãy chuyển hết trước."})
    if account.closed_on and entries.filter(date__gte=account.closed_on).exists():
        raise ValidationError({"closed_on": "Tài khoản còn bút toán từ ngày này. Hãy chọn ngày muộn hơn."})
    because(account, user=user, reason=reason or ACCOUNT_SAVED).save()
    return account
