"""A heat map: rows × columns of states, each a colour with its icon and its word in the legend."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.charts.drawing import INK, LINE, QUIET, SERIES, WIDTH, Chart, Drawing, clean, element, join

NAMES_WIDTH, NAME_LETTERS, NAME_LINE = 120, 13, 17
CELL_HEIGHT, CELL_GAP, HEADS = 40, 3, 38
FOOT = CELL_HEIGHT - 4
LEGEND_LINE, ICON = 28, 15
NOT_ASKED = "không phải báo cáo"


@dataclass(frozen=True)
class Mark:
    """What a state looks like: its word, an icon (an SVG path in 24 × 24), and two colours."""

    word: str
    icon: str
    fill: str
    ink: str


@dataclass(frozen=True)
class HeatCell:
    """``mark`` names the state; ``text`` stands below the icon ("17/18"); ``share`` (0 to 1) is drawn as a bar."""

    mark: str
    text: str = ""
    share: float | None = None


@dataclass(frozen=True)
class HeatRow:
    """A row of cells, None where nothing was asked; ``href`` is where a press on the row leads."""

    label: str
    cells: tuple[HeatCell | None, ...]
    href: str = ""


def heat_map(
    *,
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[HeatRow],
    marks: Mapping[str, Mark],
    heading: str = "Đơn vị",
) -> Chart:
    """``columns`` are heads of two lines; the table says every state in words, the columns as "one/two"."""
    table = tuple((clean(row.label), *(in_words(cell, marks) for cell in row.cells)) for row in rows)
    drawing = Drawing(title, table)
    step = (WIDTH - NAMES_WIDTH) / max(len(columns), 1)
    for place, (over, under) in enumerate(columns):
        middle = NAMES_WIDTH + step * (place + 0.5)
        drawing.text("chart-label", middle, 14, over, text_anchor="middle", font_weight=600)
        drawing.text("chart-quiet", middle, 31, under, text_anchor="middle", fill=QUIET, font_size=13)
    used = [name for name in marks if any(cell and cell.mark == name for row in rows for cell in row.cells)]
    ids = {name: f"{drawing.hatch_id}-{name}" for name in used}
    drawing.shapes.extend(symbol(ids[name], marks[name]) for name in used)
    top = HEADS
    for row in rows:
        draw_row(drawing, row, top, step, marks, ids)
        top += CELL_HEIGHT + CELL_GAP
    top += LEGEND_LINE - CELL_HEIGHT // 2
    for number, name in enumerate(used):
        x, y = (0, WIDTH / 2)[number % 2], top + LEGEND_LINE * (number // 2)
        mark = marks[name]
        drawing.rect("heat-cell", x + 0.5, y + 0.5, 25, 21, mark.fill, stroke=mark.ink)
        drawing.shapes.append(use(ids[name], x + 5.5, y + 3.5))
        drawing.text("chart-label", x + 33, y + 16, mark.word)
    bottom = top + LEGEND_LINE * ((len(used) + 1) // 2)
    heads = (heading, *("/".join(filter(None, column)) for column in columns))
    return Chart(clean(title), drawing.svg(bottom, "", role="group"), heads, table)


def draw_row(
    drawing: Drawing, row: HeatRow, top: float, step: float, marks: Mapping[str, Mark], ids: Mapping[str, str]
) -> None:
    lines = textwrap.wrap(clean(row.label), NAME_LETTERS, max_lines=2, placeholder=" …")
    first = top + (CELL_HEIGHT - NAME_LINE * len(lines)) / 2 + 13
    look = {"fill": SERIES, "text_decoration": "underline"} if row.href else {"fill": INK}
    names = [
        element("text", "heat-name", line, x=0, y=first + NAME_LINE * number, **look)
        for number, line in enumerate(lines)
    ]
    cells = [
        draw_cell(cell, NAMES_WIDTH + step * place, top, step - CELL_GAP, marks, ids)
        for place, cell in enumerate(row.cells)
    ]
    cells = [format_html('<g aria-hidden="true">{}</g>', join(cells))]
    if row.href:
        whole = element("rect", "heat-row", x=0, y=top, width=WIDTH, height=CELL_HEIGHT, fill="#ffffff")
        drawing.link(row.href, [whole, *names, *cells])
    else:
        drawing.shapes.extend([*names, *cells])


def draw_cell(
    cell: HeatCell | None, x: float, top: float, width: float, marks: Mapping[str, Mark], ids: Mapping[str, str]
) -> SafeString:
    if cell is None:
        return element("rect", "heat-none", x=x, y=top, width=width, height=CELL_HEIGHT, fill="none", stroke=LINE)
    mark, middle = marks[cell.mark], x + width / 2
    parts = [element("rect", "heat-cell", x=x, y=top, width=width, height=CELL_HEIGHT, fill=mark.fill)]
    if cell.share is not None:
        parts.append(
            element(
                "rect", "heat-share", x=x, y=top + CELL_HEIGHT - 4, width=width * cell.share, height=4, fill=mark.ink
            )
        )
    parts.append(use(ids[cell.mark], middle - ICON / 2, top + (4 if cell.text else (CELL_HEIGHT - ICON) / 2)))
    if cell.text:
        parts.append(
            element(
                "text", "heat-text", cell.text, x=middle, y=top + 32, text_anchor="middle", font_size=12.5, fill=INK
            )
        )
    return join(parts)


def symbol(name: str, mark: Mark) -> SafeString:
    return format_html(
        '<symbol id="{}" viewBox="0 0 24 24"><path d="{}" fill="none" stroke="{}" stroke-width="3.2"/></symbol>',
        name,
        mark.icon,
        mark.ink,
    )


def use(name: str, x: float, y: float) -> SafeString:
    return element("use", "heat-icon", href=f"#{name}", x=x, y=y, width=ICON, height=ICON)


def in_words(cell: HeatCell | None, marks: Mapping[str, Mark]) -> str:
    if cell is None:
        return NOT_ASKED
    return ", ".join(filter(None, (marks[cell.mark].word, clean(cell.text))))
