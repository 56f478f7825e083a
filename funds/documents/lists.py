"""The list of donors and the list of awards, as papers of the unit."""

from collections.abc import Iterable, Iterator

from core.money import money_to_text, money_to_words
from core.numbers import number_to_text
from funds.awards.given import GivenAwards
from funds.documents.book import BLANK_DAY
from funds.documents.listing import Listing
from funds.documents.ruled import SUM, Columns, Line, Ruled
from funds.documents.vouchers import SIGN, STAMP
from funds.giving import Giver
from funds.models import Campaign, PaperSettings, paper_settings_of
from funds.selection import Selection
from organizations.letterheads import letterhead
from organizations.models import Organization

# Millimetres, 180 and 267 in all: A4 upright and across between margins of 15.
DONOR_WIDTHS = (11, 56, 45, 12, 29, 27)
AWARD_WIDTHS = (12, 21, 56, 50, 36, 46, 16, 30)
NOTHING = "Sổ chưa ghi khoản nào trong thời gian này."


def head_of(unit: Organization) -> dict:
    """What stands at the head of every list of the unit. Two queries."""
    head = letterhead(unit)
    above, own = " ".join(head.parent_lines), " ".join(head.own_lines)
    day = f"{head.place}, {BLANK_DAY[0].lower()}{BLANK_DAY[1:]}" if head.place else BLANK_DAY
    return {"unit_lines": (above, own), "signing_day": day, "official": True, "author": unit.name}


def signers_of(following: PaperSettings) -> tuple[tuple[str, str, str], ...]:
    return (
        ("Người lập biểu", SIGN, ""),
        (following.accountant_post, SIGN, following.accountant_name),
        (following.head_post, STAMP, following.head_name),
    )


def donor_list(selection: Selection, givers: list[Giver], *, campaign: Campaign | None, public: bool) -> Listing:
    """``givers`` as the reader may know them."""
    said = (selection.said, *([f"Đợt vận động: {campaign.name}"] if campaign else []))
    following = paper_settings_of(selection.fund) if selection.fund else PaperSettings()

    def carry(words, sums):
        return ("", words, "", *sums)

    paper = Ruled(
        title="DANH SÁCH ỦNG HỘ QUỸ KHUYẾN HỌC",
        subtitles=(*said, selection.period, "Đơn vị tính: đồng"),
        columns=Columns(
            heads=("STT", "Họ và tên, đơn vị ủng hộ", "Địa chỉ", "Số lần", "Số tiền", "Hiện vật (trị giá)"),
            widths=DONOR_WIDTHS,
            numbers=frozenset({3, 4, 5}),
            middle=frozenset({0}),
        ),
        carry=carry,
        sums=(0, 0, 0),
        closing=lambda sums: [Line(carry("Tổng cộng", sums), kind=SUM)] if givers else [],
        notes=lambda sums, pages: donor_notes(sums) if givers else [NOTHING],
        signers=signers_of(following),
        **head_of(selection.unit),
    )
    return Listing(
        paper=paper,
        rows=lambda: donor_lines(givers),
        number=len(givers),
        stem=f"danh-sach-ung-ho-{selection.stem}",
        unit=selection.unit,
        personal=not public and any(not giver.is_group for giver in givers),
        selection=f"{', '.join(said)}; {selection.period}",
    )


def donor_notes(sums: tuple[int, ...]) -> list[str]:
    _, money, things = sums
    words = [f"Số tiền, bằng chữ: {money_to_words(money)}."]
    return [*words, f"Hiện vật trị giá {money_to_text(things)}, không cộng vào tiền."] if things else words


def donor_lines(givers: Iterable[Giver]) -> Iterator[Line]:
    """Numbers for those that are one donor each."""
    for place, giver in enumerate(givers, start=1):
        name = f"{giver.name} ({number_to_text(giver.people)} người)" if giver.is_group and giver.people else giver.name
        sums = (giver.times, giver.money, giver.things)
        values = (
            None if giver.is_group else place,
            name,
            giver.address,
            giver.times,
            giver.money,
            giver.things or None,
        )
        yield Line(values, sums=sums)


def award_list(given: GivenAwards) -> Listing:
    """The whole list; what is not known stays empty and is counted out loud below."""

    def carry(words, sums):
        return ("", "", words, "", "", "", *sums)

    paper = Ruled(
        title="DANH SÁCH KHEN THƯỞNG, HỌC BỔNG ĐÃ TRAO",
        subtitles=(given.said, given.period, "Đơn vị tính: đồng"),
        columns=Columns(
            heads=(
                "STT",
                "Ngày trao",
                "Họ và tên",
                "Trường, nơi làm việc",
                "Đối tượng",
                "Nội dung",
                "Số suất",
                "Số tiền",
            ),
            widths=AWARD_WIDTHS,
            numbers=frozenset({6, 7}),
            middle=frozenset({0, 1}),
        ),
        carry=carry,
        sums=(0, 0),
        closing=lambda sums: [Line(carry("Tổng cộng", sums), kind=SUM)] if given.sums.rows else [],
        notes=lambda sums, pages: award_notes(given, sums) if given.sums.rows else [NOTHING],
        signers=signers_of(PaperSettings()),
        landscape=True,
        **head_of(given.unit),
    )
    place = f"{given.unit.code}-{given.first:%Y%m%d}-{given.last:%Y%m%d}"
    return Listing(
        paper=paper,
        rows=lambda: award_lines(given),
        number=given.sums.rows,
        stem=f"danh-sach-khen-thuong-{place}",
        unit=given.unit,
        personal=not given.public and bool(given.readable),
        selection=f"{given.said}; {given.period}",
    )


def award_notes(given: GivenAwards, sums: tuple[int, ...]) -> list[str]:
    notes = [f"Số tiền, bằng chữ: {money_to_words(sums[1])}."]
    for words, known in (("số suất", given.sums.with_portions), ("số tiền", given.sums.with_amount)):
        if known < given.sums.rows:
            rows = number_to_text(given.sums.rows)
            notes.append(f"{number_to_text(known)}/{rows} dòng có {words}; dòng để trống là chưa có số liệu.")
    return notes


def award_lines(given: GivenAwards) -> Iterator[Line]:
    for place, row in enumerate(given, start=1):
        values = (place, row.day, row.name, row.place, row.kind, row.title, row.portions, row.amount)
        yield Line(values, sums=(row.portions or 0, row.amount or 0))
