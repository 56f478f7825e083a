"""Long ruled papers (books, lists): cut into pages beforehand, each with what it carries over from page to page.

How high a row is follows from its texts, so the number of pages is known before anything is set, and a list of any
length is cut while it is read.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings

from core.documents import lines_of, pdf_from_template, text_width
from core.documents.content import A4_LONG, A4_SHORT, clean
from core.numbers import number_to_text
from core.vietnamese import date_to_text

TEMPLATE = settings.BASE_DIR / "templates" / "funds" / "documents" / "ruled.typ"
# Millimetres and points of the template. A line of 10 points takes 4,1 mm; above and below a row's text lies 1 mm.
POINTS, LINE, PADDING = 10, 4.2, 2.0
TOP, BOTTOM, SIDE = 15, 15, 15
BROUGHT, CARRIED = "Số trang trước chuyển sang", "Cộng chuyển trang sau"
PLAIN, SUM = "plain", "sum"
# Room for the last lines and five signatures below the table.
CLOSING = 55
# Millimetres of a capital letter in bold, wider than nearly every other.
WIDEST = 3.4
# Nobody rules a page higher: a text that would needs several.
MOST_LINES = 30


Value = str | int | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """``values`` of a row as a workbook holds them; ``sums``: what it adds to what is carried over."""

    values: tuple[Value, ...]
    sums: tuple[int, ...] = ()
    kind: str = PLAIN

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts among the values; a workbook shows numbers and days on one line."""
        return tuple(value if isinstance(value, str) else "" for value in self.values)

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts on paper, cleaned as the writer cleans them."""
        return tuple(text_of(value) for value in self.values)


def text_of(value: Value) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return clean(value)
    return number_to_text(value) if isinstance(value, int) else date_to_text(value)


@dataclass(frozen=True)
class Row:
    """A line on its page, so many millimetres high."""

    cells: tuple[str, ...]
    height: float
    kind: str


@dataclass(frozen=True)
class Columns:
    """Heads, one below the other where ``groups`` (head, how many columns) stand above some; widths in millimetres.

    ``numbers``: the places of numbers; ``middle``: those of texts in the middle. ``marks`` are the letters below heads.
    """

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    numbers: frozenset[int]
    middle: frozenset[int] = frozenset()
    marks: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()

    def lines_of(self, cells: tuple[str, ...], *, bold: bool = False) -> int:
        """Of the highest cell. Most texts are short: measuring each word of all would take most of a book's time."""
        return max(
            lines_within(text, width, bold=bold) if len(text) * WIDEST > width - 3 else 1
            for text, width in zip(cells, self.widths, strict=True)
        )

    def height_of(self, cells: tuple[str, ...], *, bold: bool = False) -> float:
        return min(self.lines_of(cells, bold=bold), MOST_LINES) * LINE + PADDING

    @property
    def full_heads(self) -> tuple[str, ...]:
        """Heads in one row: that of the group stands before its own."""
        said = [words for words, number in self.groups for _ in range(number)] or [""] * len(self.heads)
        return tuple(": ".join(filter(None, pair)) for pair in zip(said, self.heads, strict=True))

    @property
    def head_height(self) -> float:
        """Of heads, groups and marks together."""
        rows = [self.height_of(self.heads, bold=True)]
        rows += [LINE + PADDING] * (bool(self.marks) + bool(self.groups))
        return sum(rows)


def lines_within(text: str, width: float, *, bold: bool) -> int:
    """A little more than `lines_of` reckons; a word that is broken leaves room at the end of its lines."""
    broken = sum(text_width(word, POINTS, bold=bold) > width - 3 for word in text.split())
    return lines_of(text, width - 1, POINTS, bold=bold) + broken


@dataclass(frozen=True)
class Ruled:
    """A paper without its rows: what stands above the table, and below it.

    ``carry`` makes the values of a sum out of words and sums. ``opening`` and ``closing`` are lines before the first
    and after the last row; ``closing`` is asked with the sums of all rows, ``notes`` also
    with the number of pages (0 of a workbook). ``official``: quốc hiệu at the right
    instead of a form code.
    """

    unit_lines: tuple[str, ...]
    title: str
    subtitles: tuple[str, ...]
    columns: Columns
    carry: Callable[[str, tuple[int, ...]], tuple[Value, ...]]
    sums: tuple[int, ...]
    closing: Callable[[tuple[int, ...]], list[Line]]
    notes: Callable[[tuple[int, ...], int], list[str]]
    signers: tuple[tuple[str, str, str], ...]
    signing_day: str
    opening: tuple[Line, ...] = ()
    form: str = ""
    circular: str = ""
    official: bool = False
    landscape: bool = False
    carries: bool = True
    author: str = ""

    @property
    def head_room(self) -> float:
        """Millimetres above the table on the first page."""
        left = 76 if self.official else 98
        lines = sum(lines_of(words, left, POINTS + 1, bold=True) for words in self.unit_lines)
        return 16 + 4.6 * max(3, lines) + 5 * sum(lines_of(words, 175, POINTS + 1) for words in self.subtitles)

    @property
    def page_room(self) -> float:
        """Millimetres between the margins, less the heads of the table and a little slack."""
        return (A4_SHORT if self.landscape else A4_LONG) - TOP - BOTTOM - self.columns.head_height - 3


def ruled_pages(paper: Ruled, lines: Iterable[Line]) -> Iterator[tuple[Row, ...]]:
    """The rows of each page. Every page but the last ends with what is carried over, the next begins with it."""
    cutter = Cutter(paper)
    for line in paper.opening:
        yield from cutter.add(line)
    for line in lines:
        yield from cutter.add(line)
    yield from cutter.close()


class Cutter:
    """Fills pages; ``totals`` are the sums of all lines so far."""

    def __init__(self, paper: Ruled):
        self.paper, self.totals = paper, paper.sums
        self.rows: list[Row] = []
        self.room = paper.page_room - paper.head_room

    def row(self, line: Line) -> Row:
        cells = line.cells
        return Row(cells, self.paper.columns.height_of(cells, bold=line.kind == SUM), line.kind)

    def sum_row(self, words: str) -> Row:
        return self.row(Line(self.paper.carry(words, self.totals), kind=SUM))

    @property
    def carried(self) -> float:
        return LINE * 3 + PADDING if self.paper.carries else 0

    def add(self, line: Line) -> Iterator[tuple[Row, ...]]:
        row = self.row(line)
        if self.rows and row.height + self.carried > self.room:
            yield self.turn()
        self.rows.append(row)
        self.room -= row.height
        self.count(line)

    def count(self, line: Line) -> None:
        if line.sums:
            self.totals = tuple(total + more for total, more in zip(self.totals, line.sums, strict=True))

    def turn(self) -> tuple[Row, ...]:
        """The finished page; the next one is begun."""
        page = tuple([*self.rows, self.sum_row(CARRIED)] if self.paper.carries else self.rows)
        self.rows = [self.sum_row(BROUGHT)] if self.paper.carries else []
        self.room = self.paper.page_room - sum(row.height for row in self.rows)
        return page

    def close(self) -> Iterator[tuple[Row, ...]]:
        """The last page, with the last lines and room for the signatures."""
        closing = [self.row(line) for line in self.paper.closing(self.totals)]
        needed = sum(row.height for row in closing) + CLOSING
        if self.rows and needed > self.room:
            yield self.turn()
        yield (*self.rows, *closing)


def ruled_pdf(
    paper: Ruled, pages: list[tuple[Row, ...]], *, totals: tuple[int, ...], first: int = 1, of: int | None = None
) -> bytes:
    """These pages, the first of which has the number ``first`` of ``of`` in all; only the last is signed."""
    of = of or len(pages)
    is_last = first + len(pages) - 1 == of
    context = {
        "unit_lines": paper.unit_lines,
        "title": paper.title,
        "subtitles": paper.subtitles,
        "form": paper.form,
        "circular": paper.circular,
        "official": paper.official,
        "landscape": paper.landscape,
        "columns": asdict(paper.columns)
        | {"numbers": sorted(paper.columns.numbers), "middle": sorted(paper.columns.middle)},
        "pages": [[asdict(row) for row in page] for page in pages],
        "first": first,
        "of": of,
        "notes": paper.notes(totals, of) if is_last else [],
        "signing_day": paper.signing_day,
        "signers": paper.signers if is_last else [],
    }
    title = " ".join((paper.title.capitalize(), *paper.subtitles[:2]))
    return pdf_from_template(TEMPLATE, context, title=title, author=paper.author)
