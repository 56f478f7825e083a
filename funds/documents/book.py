"""The cash book, laid out as sổ quỹ tiền mặt and sổ tiền gửi ngân hàng of Thông tư 133/2016/TT-BTC."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from core.money import money_to_words
from core.numbers import number_to_text
from core.vietnamese import date_to_text
from funds.documents.listing import Listing
from funds.documents.ruled import SUM, Columns, Line, Ruled
from funds.documents.vouchers import SIGN, STAMP
from funds.models import Account, Direction, Entry, Fund, PaperSettings, paper_settings_of

Kind = Account.Kind
READ_AT_ONCE = 2000
BLANK_DAY = "Ngày ..... tháng ..... năm ........"
TITLES = {
    Kind.CASH: "SỔ QUỸ TIỀN MẶT",
    Kind.BANK: "SỔ TIỀN GỬI NGÂN HÀNG",
    Kind.IN_KIND: "SỔ THEO DÕI HIỆN VẬT THEO TRỊ GIÁ",
}
ALL_MONEY = "SỔ QUỸ"
# What came, went and is left, as each of the forms calls it.
SIDES = {
    Kind.BANK: ("Gửi vào", "Rút ra", "Còn lại"),
    Kind.IN_KIND: ("Nhập", "Xuất", "Tồn"),
}
# Millimetres, 267 in all: A4 across between margins of 15.
WIDTHS = (21, 21, 22, 22, 73, 30, 30, 30, 18)
FIELDS = (
    "created_at",
    "date",
    "direction",
    "number",
    "year",
    "amount",
    "reverses_id",
    "category__name",
    "purpose",
    "party__name",
    "account__name",
)


def cash_book(fund: Fund, account: Account | None, first: date, last: date, *, named: bool) -> Listing:
    """Of one account, or of all money of the fund; ``named``: persons may be named. Three queries, and the rows."""
    purse = purse_of(fund, account)
    brought = purse.filter(date__lt=first).balance()
    place = account.name if account else "tất cả tiền"
    paper = ruled_book(fund, account, first, last, brought, paper_settings_of(fund))
    rows = purse.between(first, last)
    return Listing(
        paper=paper,
        rows=lambda: book_lines(rows, brought, named=named, single=account is not None),
        number=rows.count(),
        stem=f"so-quy-{fund.code}-{account.pk if account else 'tien'}-{first:%Y%m%d}-{last:%Y%m%d}",
        unit=fund.organization,
        personal=named and rows.filter(party__isnull=False).exists(),
        selection=f"quỹ {fund.code}, {place}, từ {date_to_text(first)} đến {date_to_text(last)}",
    )


def purse_of(fund: Fund, account: Account | None):
    if account:
        return Entry.objects.filter(account=account)
    money = list(fund.accounts.filter(kind__in=Account.MONEY).values_list("pk", flat=True))
    return Entry.objects.filter(account__in=money)


def book_lines(rows, brought: int, *, named: bool, single: bool) -> Iterator[Line]:
    """The lines in the order of days, each with what is left after it; never held as a whole."""
    balance = brought
    ordered = rows.order_by("date", "pk").values_list(*FIELDS)
    for entered, day, direction, number, year, amount, reverses, category, purpose, party, place in ordered.iterator(
        chunk_size=READ_AT_ONCE
    ):
        is_receipt = direction == Direction.IN
        balance += amount if is_receipt else -amount
        voucher = f"{number:04d}/{year}" if number else ""
        words = f"{category} (đảo)" if reverses else category
        if purpose and purpose != category:
            words = f"{words}: {purpose}"
        if party and named:
            words = f"{words} · {party}"
        yield Line(
            (
                timezone.localtime(entered).date(),
                day,
                voucher if is_receipt else "",
                "" if is_receipt else voucher,
                words,
                amount if is_receipt else None,
                None if is_receipt else amount,
                balance,
                "" if single else place,
            ),
            sums=(amount, 0) if is_receipt else (0, amount),
        )


def ruled_book(
    fund: Fund, account: Account | None, first: date, last: date, brought: int, following: PaperSettings
) -> Ruled:
    kind = account.kind if account else None
    form = {Kind.CASH: following.cash_book_form, Kind.BANK: following.bank_book_form}.get(kind, "")

    def carry(words, sums):
        return ("", "", "", "", words, *sums, brought + sums[0] - sums[1], "")

    def closing(sums):
        left = ("", "", "", "", "Số dư cuối kỳ", "", "", brought + sums[0] - sums[1], "")
        return [
            Line(("", "", "", "", "Cộng số phát sinh trong kỳ", *sums, "", ""), kind=SUM),
            Line(left, kind=SUM),
        ]

    def notes(sums, pages):
        number = number_to_text(pages)
        numbered = [f"Sổ này có {number} trang, đánh số từ trang 1 đến trang {number}."] if pages else []
        return [
            f"Số dư cuối kỳ, bằng chữ: {money_to_words(brought + sums[0] - sums[1])}.",
            *numbered,
            f"Ngày mở sổ: {date_to_text(fund.opened_on)}.",
        ]

    return Ruled(
        unit_lines=(f"Đơn vị: {fund.organization.name}", fund.name, f"Địa chỉ: {following.address or '.' * 40}"),
        title=TITLES[kind] if kind else ALL_MONEY,
        subtitles=(
            *place_lines(account),
            f"Từ ngày {date_to_text(first)} đến ngày {date_to_text(last)}",
            "Đơn vị tính: đồng",
        ),
        columns=columns_of(kind),
        carry=carry,
        sums=(0, 0),
        opening=(Line(("", "", "", "", "Số dư đầu kỳ", "", "", brought, ""), kind=SUM),),
        closing=closing,
        notes=notes,
        signers=(
            ("Thủ quỹ", SIGN, following.treasurer_name),
            (following.accountant_post, SIGN, following.accountant_name),
            (following.head_post, STAMP, following.head_name),
        ),
        signing_day=BLANK_DAY,
        form=f"Mẫu số {form}" if form else "",
        circular=f"({following.circular})" if form and following.circular else "",
        landscape=True,
        author=fund.organization.name,
    )


def place_lines(account: Account | None) -> tuple[str, ...]:
    """Which account the book is about."""
    if account is None:
        return ("Tất cả tiền của quỹ: tiền mặt và tiền gửi ngân hàng",)
    if account.kind == Kind.BANK:
        return (f"Nơi mở tài khoản: {account.bank or '.' * 20}, số tài khoản: {account.number or '.' * 20}",)
    return (f"Loại quỹ: {account.name}",)


def columns_of(kind: Kind | None) -> Columns:
    received, spent, left = SIDES.get(kind, ("Thu", "Chi", "Tồn"))
    return Columns(
        heads=("Ngày ghi sổ", "Ngày chứng từ", "Thu", "Chi", "Diễn giải", received, spent, left, "Ghi chú"),
        widths=WIDTHS,
        numbers=frozenset({5, 6, 7}),
        middle=frozenset({0, 1, 2, 3}),
        marks=("A", "B", "C", "D", "E", "1", "2", "3", "G"),
        groups=(("", 1), ("", 1), ("Số hiệu chứng từ", 2), ("", 1), ("Số tiền", 3), ("", 1)),
    )
