"""The statement of income and expense by category, as a paper."""

from core.numbers import number_to_text
from core.vietnamese import date_to_text
from funds.documents.listing import Listing
from funds.documents.lists import head_of, signers_of
from funds.documents.ruled import SUM, Columns, Line, Ruled, Value
from funds.models import PaperSettings, paper_settings_of
from funds.statement import Amounts, Kept, Statement

NO_DATA = "chưa có số liệu"


def statement_paper(statement: Statement) -> Listing:
    """Upright, or across where principal stands apart."""
    selection = statement.selection
    parts = parts_of(statement)
    own = selection.fund
    following = paper_settings_of(own) if own else PaperSettings()
    lines = [
        Line(
            (row.words, *cells_of(row.now, parts), *cells_of(row.earlier, ["money", "things"])),
            kind=SUM if row.is_sum else "plain",
        )
        for row in statement.rows
    ]
    earlier = selection.year_earlier
    rest = (180 if len(parts) == 2 else 267) - 27 * (len(parts) + 2)
    names = {"money": "Tiền", "things": "Hiện vật", "principal": "Phần gốc", "spendable": "Phần được chi"}
    paper = Ruled(
        title="BÁO CÁO THU CHI",
        subtitles=(selection.said, selection.period, "Đơn vị tính: đồng"),
        columns=Columns(
            heads=("Nội dung", *(names[part] for part in parts), names["money"], names["things"]),
            widths=(rest, *[27] * (len(parts) + 2)),
            numbers=frozenset(range(1, len(parts) + 3)),
            groups=(("", 1), ("Kỳ này", len(parts)), ("Cùng kỳ năm trước", 2)),
        ),
        carry=lambda words, sums: (words, *[""] * (len(parts) + 2)),
        sums=(),
        closing=lambda sums: [],
        notes=lambda sums, pages: notes_of(statement),
        signers=signers_of(following),
        carries=False,
        landscape=len(parts) > 2,
        **head_of(selection.unit),
    )
    return Listing(
        paper=paper,
        rows=lambda: lines,
        number=len(lines),
        stem=f"bao-cao-thu-chi-{selection.stem}",
        unit=selection.unit,
        personal=False,
        selection=f"{selection.said}; {selection.period}; cùng kỳ {date_to_text(earlier.first)}",
    )


def parts_of(statement: Statement) -> list[str]:
    return ["money", "things", *(["principal", "spendable"] if statement.has_principal else [])]


def cells_of(amounts: Amounts | None, parts: list[str]) -> list[Value]:
    """A dash for words where there is no data: zero is said only where books were kept."""
    return [getattr(amounts, part) if amounts else "–" for part in parts]


def notes_of(statement: Statement) -> list[str]:
    earlier = statement.selection.year_earlier
    periods = (("Kỳ này", statement.now), (f"Cùng kỳ năm trước ({earlier.period.lower()})", statement.earlier))
    notes = [f"{words}: {kept_words(kept)}" for words, kept in periods]
    if statement.has_things:
        notes.append("Hiện vật ghi theo trị giá, không cộng vào tiền.")
    return notes


def kept_words(kept: Kept) -> str:
    """How many funds the column is made of, and which are missing."""
    number = kept.kept + len(kept.without)
    if not kept.kept:
        return f"{NO_DATA}, chưa quỹ nào ghi sổ." if number != 1 else f"{NO_DATA}, quỹ chưa mở sổ."
    if number == 1:
        return "1 quỹ."
    said = f"{number_to_text(kept.kept)}/{number_to_text(number)} quỹ có sổ"
    few = kept.without[:5]
    return f"{said}; chưa mở sổ: {', '.join(few)}{' …' if len(kept.without) > 5 else ''}." if few else f"{said}."
