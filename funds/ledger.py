"""Writing in the ledger: the only code that makes entries. Each call is one transaction under its funds' locks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core.vietnamese import date_to_text
from funds.awards.writing import release_awards
from funds.balances import check_accounts, check_principal, keep_holdings
from funds.models import Account, Category, Closing, Direction, Entry, Fund
from funds.models.entries import LARGEST
from funds.pledge_ties import check_tie
from funds.seals import seal_entry
from members.dues import book_collection, release_collection
from members.models import DuesCollection

OPENING, TRANSFER_IN, TRANSFER_OUT = "opening", "transfer_in", "transfer_out"
DUES, DUES_BACK = "dues", "dues_back"


# The database itself refuses what points nowhere: asking for every single one would be a query a row.
REFERENCES = [field.name for field in Entry._meta.concrete_fields if field.is_relation]


def category(code: str) -> Category:
    return Category.objects.get(code=code)


def lock_funds(keys: Iterable[int]) -> dict[int, Fund]:
    """The funds as they are now, kept from other writers until the transaction ends; always locked in one order."""
    locked = Fund.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return {fund.pk: fund for fund in locked.filter(pk__in=set(keys)).order_by("pk")}


def closed_until(fund: Fund) -> date | None:
    """The last day of the newest closed month; entries are dated later. One query."""
    return Closing.objects.in_force().filter(fund=fund).aggregate(last=Max("last_day"))["last"]


@transaction.atomic
def write_entries(drafts: Sequence[Entry], *, user, pairs: Sequence[tuple[Entry, Entry]] = ()) -> list[Entry]:
    """Number, seal and insert entries, given with everything but sequence, number, seal, year and who wrote them when.

    ``pairs`` are transfers, both sides of each; the second names the first. Sides that stand among the drafts keep
    their place there, the others come last. All or nothing: raises ValidationError where a fund or account is not
    open on the day, the month is closed, an account would end a day below zero (save where every entry out of it
    gives its ``overdraft_reason``), or an endowment's principal would be spent.
    """
    written = in_writing_order(drafts, pairs)
    first_sides = {id(into): out for out, into in pairs}
    funds = lock_funds(entry.fund_id for entry in written)
    check_entries(written, funds)
    heads = {pk: head_of(pk) for pk in funds}
    numbers: dict[tuple, int] = {}
    now, waiting = timezone.now(), []
    for entry in written:
        if out := first_sides.get(id(entry)):
            if out.pk is None:
                # The seal of the second side needs the key of the first.
                insert(waiting)
                waiting = []
            entry.paired_with = out
        entry.created_at, entry.created_by = now, user
        number_entry(entry, numbers)
        sequence, seal = heads[entry.fund_id]
        entry.sequence = sequence + 1
        heads[entry.fund_id] = (entry.sequence, seal_entry(entry, seal))
        entry.clean_fields(exclude=REFERENCES)
        waiting.append(entry)
    insert(waiting)
    keep_holdings(written)
    check_balances(written, funds)
    return written


def in_writing_order(drafts: Sequence[Entry], pairs: Sequence[tuple[Entry, Entry]]) -> list[Entry]:
    """Drafts, first sides, second sides; a side that is a draft stands where it stood."""
    placed = {id(entry) for entry in drafts}
    sides = [*(out for out, _ in pairs), *(into for _, into in pairs)]
    return [*drafts, *(side for side in sides if id(side) not in placed)]


def insert(entries: list[Entry]) -> None:
    Entry.objects.bulk_create(entries, batch_size=500)


def head_of(fund: int) -> tuple[int, str]:
    """Sequence and seal of the fund's last entry; (0, "") of an empty ledger."""
    last = Entry.objects.filter(fund=fund).order_by("-sequence").values_list("sequence", "seal").first()
    return last or (0, "")


def number_entry(entry: Entry, numbers: dict[tuple, int]) -> None:
    """Its voucher number, the next of the fund, year and direction; ``numbers`` remembers the last ones."""
    entry.year = entry.date.year
    if entry.category.nature == Category.Nature.OPENING:
        return
    key = (entry.fund_id, entry.year, entry.direction)
    if key not in numbers:
        book = Entry.objects.filter(fund=key[0], year=key[1], direction=key[2])
        numbers[key] = book.aggregate(last=Max("number"))["last"] or 0
    numbers[key] += 1
    entry.number = numbers[key]


def check_entries(entries: Iterable[Entry], funds: dict[int, Fund]) -> None:
    """What each entry must be by itself; the balances come afterwards."""
    closed = {pk: closed_until(fund) for pk, fund in funds.items()}
    for entry in entries:
        fund = funds[entry.fund_id]
        if not (0 < entry.amount <= LARGEST or (entry.reverses_id and entry.amount < 0)):
            raise ValidationError({"amount": "Số tiền phải lớn hơn 0 và không quá một triệu tỷ đồng."})
        check_day(entry.date, fund, closed[fund.pk])
        check_place(entry, fund)
        check_principal_moves(entry, fund)
        check_tie(entry)


def check_day(day: date, fund: Fund, closed: date | None) -> None:
    if day > timezone.localdate():
        raise ValidationError({"date": f"Ngày {date_to_text(day)} chưa đến."})
    if day < fund.opened_on or (fund.closed_on and day > fund.closed_on):
        words = f"Sổ quỹ “{fund.name}” không mở vào ngày {date_to_text(day)}: sổ mở từ {date_to_text(fund.opened_on)}"
        words += f" đến hết {date_to_text(fund.closed_on)}." if fund.closed_on else "."
        raise ValidationError({"date": words})
    if closed and day <= closed:
        words = f"Sổ quỹ “{fund.name}” đã khóa đến hết ngày {date_to_text(closed)}: hãy ghi vào ngày sau đó."
        raise ValidationError({"date": words}, code="closed")


def check_place(entry: Entry, fund: Fund) -> None:
    account, booked_as = entry.account, entry.category
    if account.fund_id != fund.pk or (account.closed_on and entry.date >= account.closed_on):
        raise ValidationError({"account": f"Tài khoản “{account.name}” không dùng cho quỹ này vào ngày đã chọn."})
    if booked_as.direction != entry.direction:
        words = f"“{booked_as.name}” không phải là mục {entry.get_direction_display()}."
        raise ValidationError({"category": words})


def check_principal_moves(entry: Entry, fund: Fund) -> None:
    """Principal comes in, goes from one endowment to another, or is put right; it is never spent."""
    if not entry.is_principal:
        return
    if not fund.endowment:
        raise ValidationError({"is_principal": f"“{fund.name}” không phải là quỹ giữ nguyên gốc."})
    moved = entry.category.nature == Category.Nature.TRANSFER
    if entry.direction == Direction.OUT and not moved:
        raise ValidationError({"is_principal": f"Quỹ “{fund.name}” giữ nguyên gốc: không chi phần gốc."})


def check_balances(entries: Iterable[Entry], funds: dict[int, Fund]) -> None:
    """Asked of whatever something was taken from."""
    accounts: dict[Account, list[Entry]] = defaultdict(list)
    parts: dict[tuple, list[date]] = defaultdict(list)
    for entry in entries:
        if entry.signed < 0:
            accounts[entry.account].append(entry)
            if funds[entry.fund_id].endowment:
                parts[entry.fund_id, entry.is_principal, entry.account.kind == Account.Kind.IN_KIND].append(entry.date)
    for account, rows in accounts.items():
        permitted = all(entry.overdraft_reason for entry in rows)
        check_accounts({account: min(entry.date for entry in rows)}, permitted=permitted)
    for (fund, is_principal, in_kind), days in sorted(parts.items()):
        check_principal(funds[fund], is_principal, in_kind, min(days))


def post_entry(*, account: Account, category: Category, date: date, amount: int, user, **facts) -> Entry:
    """Book money in or out of an account, as its category says; ``facts`` are further fields of `Entry`.

    Raises ValidationError as `write_entries` does, and for a category that only services use.
    """
    if category.nature in Category.BY_SERVICES:
        raise ValidationError({"category": f"“{category.name}” không ghi trực tiếp được."})
    entry = Entry(
        fund=account.fund,
        account=account,
        category=category,
        direction=category.direction,
        date=date,
        amount=amount,
        **facts,
    )
    return write_entries([entry], user=user)[0]


def post_transfer(
    *, source: Account, destination: Account, date: date, amount: int, user, purpose: str = "", **facts
) -> tuple[Entry, Entry]:
    """Move money between two accounts, of one fund or of two: a pair of entries that totals never count.

    ``facts``: ``is_principal`` (between endowment funds), ``overdraft_reason`` of the first, ``external_number``.
    Raises ValidationError as `write_entries` does, and for things, which are not money.
    """
    if source.pk == destination.pk:
        raise ValidationError({"destination": "Hãy chọn hai tài khoản khác nhau."})
    if not {source.kind, destination.kind} <= set(Account.MONEY):
        raise ValidationError("Chỉ chuyển được tiền. Hiện vật thì ghi chi ở nơi giao và ghi thu ở nơi nhận.")
    reason = facts.pop("overdraft_reason", "")
    common = {"date": date, "amount": amount, "purpose": purpose, **facts}
    out = Entry(
        fund=source.fund,
        account=source,
        category=category(TRANSFER_OUT),
        direction=Direction.OUT,
        overdraft_reason=reason,
        **common,
    )
    into = Entry(
        fund=destination.fund, account=destination, category=category(TRANSFER_IN), direction=Direction.IN, **common
    )
    write_entries([], user=user, pairs=[(out, into)])
    return out, into


@transaction.atomic
def reverse_entry(*, entry: Entry, date: date, reason: str, user, overdraft_reason: str = "") -> Entry:
    """Take an entry back: the same line once more with a negative amount, on ``date`` (not before the entry's own).

    Both sides of a transfer are reversed together; a hand-over of dues may be booked again afterwards, and awards paid
    again. Returns the reversal of ``entry``. Raises ValidationError when it was reversed already, is a reversal
    itself, or as `write_entries` does.
    """
    sides = [entry]
    if partner := partner_of(entry):
        sides = [partner, entry] if entry.paired_with_id else [entry, partner]
    lock_funds(side.fund_id for side in sides)
    if entry.reverses_id or Entry.objects.filter(reverses__in=sides).exists():
        raise ValidationError("Bút toán này đã được đảo, hoặc chính là bút toán đảo.")
    if date < entry.date:
        raise ValidationError({"date": f"Ngày đảo không trước ngày của bút toán ({date_to_text(entry.date)})."})
    if not reason.strip():
        raise ValidationError({"reason": "Hãy ghi lý do."})
    copies = [copy_back(side, date, reason, overdraft_reason) for side in sides]
    if len(copies) == 2:
        write_entries([], user=user, pairs=[(copies[0], copies[1])])
    else:
        write_entries(copies, user=user)
    if entry.dues_id:
        release_collection(collection=entry.dues, user=user)
    release_awards(entry=entry, user=user)
    return copies[sides.index(entry)]


def partner_of(entry: Entry) -> Entry | None:
    """The other side of a transfer."""
    if entry.paired_with_id:
        return entry.paired_with
    return Entry.objects.filter(paired_with=entry).first()


SAME = ("fund", "account", "category", "direction", "is_principal", "party", "campaign", "pledge", "dues")


def copy_back(entry: Entry, date: date, reason: str, overdraft_reason: str) -> Entry:
    facts = {name: getattr(entry, name) for name in SAME}
    return Entry(
        **facts, date=date, amount=-entry.amount, purpose=reason, reverses=entry, overdraft_reason=overdraft_reason
    )


@transaction.atomic
def book_dues(*, collection: DuesCollection, account: Account, user) -> Entry:
    """Take a hand-over of dues into a fund, on its day; tied to it, and once. A negative one gives money back.

    Raises ValidationError for one that is not confirmed, stands in a ledger or moves no money, and as `write_entries`.
    """
    if not collection.is_confirmed:
        raise ValidationError("Phải chốt đợt nộp trước khi ghi vào sổ quỹ.")
    if not collection.handed_over:
        raise ValidationError("Đợt nộp này cộng lại bằng 0, không có tiền giao nhận: không cần ghi sổ quỹ.")
    lock_funds([account.fund_id])
    entry = post_entry(
        account=account,
        category=category(DUES if collection.handed_over > 0 else DUES_BACK),
        date=collection.collected_on,
        amount=abs(collection.handed_over),
        purpose=f"Hội phí năm {collection.year}, biên nhận số {collection.receipt_number}",
        dues=collection,
        user=user,
    )
    book_collection(collection=collection, booked_as=entry.voucher, user=user)
    return entry
