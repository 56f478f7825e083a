"""Receipts and payment vouchers of entries, as treasurers know them: forms 01-TT and 02-TT of Thông tư 133/2016/TT-BTC.

Those forms are for cash. Through a bank, and for things, the voucher says how instead, and carries no form code.
"""

import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import IO

from django.conf import settings
from django.utils.functional import cached_property

from core.documents import contained, pdf_from_template
from core.money import money_to_text, money_to_words
from core.vietnamese import date_in_words, date_to_text
from funds.models import Account, Direction, Entry, Fund, PaperSettings, paper_settings_of
from funds.models.entries import EntryQuerySet
from funds.party_names import HIDDEN
from jobs.registry import Progress
from organizations.models import Organization

TEMPLATE = settings.BASE_DIR / "templates" / "funds" / "documents" / "vouchers.typ"
DOTS = "................"
LONG_DOTS = DOTS * 4
SIGN, STAMP = "(Ký, họ tên)", "(Ký, họ tên, đóng dấu)"
# So many take two seconds.
AT_ONCE = 200
# What a voucher's page reads, so that a month of them takes one query.
NAMED = (
    "account",
    "category",
    "party",
    "campaign",
    "dues__organization",
    "reverses",
    "reversal",
    "created_by",
    *(f"{side}__{place}" for side in ("paired_with", "pair") for place in ("fund", "account")),
)


@dataclass(frozen=True)
class Signer:
    post: str
    hint: str
    name: str = ""


@dataclass(frozen=True)
class Voucher:
    """All texts of one voucher; ``facts`` are (label, text), ``mark`` what nobody may overlook."""

    unit_lines: tuple[str, ...]
    address: str
    form: str
    circular: str
    title: str
    means: str
    day: str
    book: str
    number: str
    ledger: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    signing_day: str
    signers: tuple[Signer, ...]
    received: str
    mark: str = ""


def vouchers_of(fund: Fund, entries: Iterable[Entry], *, named: bool) -> list[Voucher]:
    """``entries`` of the fund with `NAMED`, none of them an opening balance; ``named``: persons may be named.

    One query, whatever the number.
    """
    following = paper_settings_of(fund)
    return [contained(voucher_of(fund, entry, following, named=named)) for entry in entries]


def voucher_of(fund: Fund, entry: Entry, following: PaperSettings, *, named: bool) -> Voucher:
    is_receipt = entry.direction == Direction.IN
    is_cash = entry.account.kind == Account.Kind.CASH
    form = (following.receipt_form if is_receipt else following.payment_form) if is_cash else ""
    return Voucher(
        unit_lines=(fund.organization.name, fund.name),
        address=following.address or DOTS * 2,
        form=f"Mẫu số {form}" if form else "",
        circular=f"({following.circular})" if form and following.circular else "",
        title="PHIẾU THU" if is_receipt else "PHIẾU CHI",
        means=means_of(entry),
        day=date_in_words(entry.date).capitalize(),
        book=str(entry.year),
        number=entry.voucher,
        ledger=ledger_lines(entry, following),
        facts=facts_of(entry, named=named),
        signing_day=date_in_words(entry.date).capitalize(),
        signers=signers_of(entry, following),
        received=received_line(entry),
        mark=mark_of(entry),
    )


def means_of(entry: Entry) -> str:
    """How it came or went, where it was not cash."""
    account = entry.account
    if account.kind == Account.Kind.CASH:
        return ""
    if account.kind == Account.Kind.IN_KIND:
        return "(Hiện vật, ghi theo trị giá)"
    place = ", ".join(filter(None, (account.number and f"số {account.number}", account.bank)))
    return f"(Qua tài khoản ngân hàng {place or account.name})"


def ledger_lines(entry: Entry, following: PaperSettings) -> tuple[str, ...]:
    """Nợ and Có: the side that this account is, and dots for the other one; things have neither."""
    own = {Account.Kind.CASH: following.cash_code, Account.Kind.BANK: following.bank_code}.get(entry.account.kind)
    if own is None:
        return ()
    debit, credit = (own, "") if entry.direction == Direction.IN else ("", own)
    return f"Nợ: {debit or DOTS}", f"Có: {credit or DOTS}"


def facts_of(entry: Entry, *, named: bool) -> tuple[tuple[str, str], ...]:
    is_receipt, in_kind = entry.direction == Direction.IN, entry.account.kind == Account.Kind.IN_KIND
    whom = {True: "người giao" if in_kind else "người nộp tiền", False: "người nhận" if in_kind else "người nhận tiền"}
    name, address = person_of(entry, named=named)
    said = money_to_text(abs(entry.amount))
    facts = [
        (f"Họ và tên {whom[is_receipt]}", name or LONG_DOTS),
        ("Địa chỉ", address or LONG_DOTS),
        ("Lý do nộp" if is_receipt else "Lý do chi", reason_of(entry)),
        ("Trị giá" if in_kind else "Số tiền", f"({said})" if entry.amount < 0 else said),
        ("Viết bằng chữ", f"{money_to_words(entry.amount)}."),
    ]
    if entry.external_number:
        facts.append(("Số chứng từ cũ", entry.external_number))
    return (*facts, ("Kèm theo", f"{DOTS} chứng từ gốc: {DOTS * 2}"))


def person_of(entry: Entry, *, named: bool) -> tuple[str, str]:
    """Name and address of the one who pays or is paid."""
    if entry.party:
        return (entry.party.name, entry.party.address) if named else (HIDDEN, "")
    if entry.dues:
        return "", entry.dues.organization.name
    return "", ""


def reason_of(entry: Entry) -> str:
    words = [entry.category.name]
    if entry.purpose and entry.purpose != entry.category.name:
        words.append(entry.purpose)
    said = ": ".join(words)
    if partner := getattr(entry, "pair", None) or entry.paired_with:
        side = "từ" if entry.direction == Direction.IN else "đến"
        said += f" ({side} {partner.account.name}, {partner.fund.name}, {partner.voucher})"
    if entry.is_principal:
        said += " (phần gốc)"
    return f"{said}; {entry.campaign.name}" if entry.campaign else said


def signers_of(entry: Entry, following: PaperSettings) -> tuple[Signer, ...]:
    """In the order of the form; whoever wrote the entry made out the voucher."""
    maker = entry.created_by.get_full_name() if entry.created_by else ""
    head = Signer(following.head_post, STAMP, following.head_name)
    accountant = Signer(following.accountant_post, SIGN, following.accountant_name)
    treasurer = Signer("Thủ quỹ", SIGN, following.treasurer_name)
    writer = Signer("Người lập phiếu", SIGN, maker)
    in_kind = entry.account.kind == Account.Kind.IN_KIND
    if entry.direction == Direction.IN:
        payer = Signer("Người giao" if in_kind else "Người nộp tiền", SIGN)
        return head, accountant, payer, writer, treasurer
    return head, accountant, treasurer, writer, Signer("Người nhận" if in_kind else "Người nhận tiền", SIGN)


def received_line(entry: Entry) -> str:
    """What the last signature confirms; nothing changes hands in a reversal, and the bank itself in its papers."""
    words = money_to_words(abs(entry.amount))
    if entry.reverses:
        side = "thu" if entry.direction == Direction.IN else "chi"
        return f"Ghi giảm số đã {side} ở {entry.reverses.voucher} (viết bằng chữ): {words}."
    if entry.account.kind == Account.Kind.BANK:
        return ""
    if entry.account.kind == Account.Kind.IN_KIND:
        return f"Đã nhận đủ hiện vật trị giá (viết bằng chữ): {words}."
    return f"Đã nhận đủ số tiền (viết bằng chữ): {words}."


def mark_of(entry: Entry) -> str:
    if entry.reverses:
        return f"GHI ĐẢO (BÚT TOÁN ĐỎ) CỦA {of_day(entry.reverses)}"
    reversal = getattr(entry, "reversal", None)
    return f"ĐÃ ĐẢO BẰNG {of_day(reversal)}" if reversal else ""


def of_day(entry: Entry) -> str:
    return f"{entry.voucher} NGÀY {date_to_text(entry.date)}"


def vouchers_pdf(vouchers: Iterable[Voucher], *, copies: int, title: str, author: str) -> bytes:
    """A4 upright, two on a page where two have room; each ``copies`` times, one below the other."""
    context = {"vouchers": [asdict(voucher) for voucher in vouchers for _ in range(copies)]}
    return pdf_from_template(TEMPLATE, context, title=title, author=author)


@dataclass(frozen=True)
class VoucherBatch:
    """The vouchers of ``entries`` (a queryset over one fund, without opening balances), in one file."""

    fund: Fund
    entries: EntryQuerySet
    stem: str
    selection: str
    named: bool
    copies: int = 1

    endings = ("pdf",)
    counted = "phiếu"
    name = "Phiếu thu, phiếu chi"

    @property
    def unit(self) -> Organization:
        return self.fund.organization

    @cached_property
    def number(self) -> int:
        return self.entries.count()

    @cached_property
    def personal(self) -> bool:
        return self.named and self.entries.filter(party__isnull=False).exists()

    def is_long(self, ending: str) -> bool:
        return self.number > AT_ONCE

    @property
    def ordered(self):
        return self.entries.select_related("fund", *NAMED).order_by("direction", "year", "number")

    def pdf_of(self, entries: Iterable[Entry]) -> bytes:
        vouchers = vouchers_of(self.fund, entries, named=self.named)
        return vouchers_pdf(vouchers, copies=self.copies, title=f"{self.name} {self.selection}", author=self.unit.name)

    def content(self, ending: str) -> bytes:
        return self.pdf_of(self.ordered)

    def write(self, ending: str, file: IO[bytes], progress: Progress) -> None:
        """A ZIP of PDF files, `AT_ONCE` vouchers in each."""
        progress.total = self.number
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for start in range(0, self.number, AT_ONCE):
                part = list(self.ordered[start : start + AT_ONCE])
                archive.writestr(f"{self.stem}-{start + 1:05d}-{start + len(part):05d}.pdf", self.pdf_of(part))
                progress.at(start + len(part))
