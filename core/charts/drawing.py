"""Charts drawn on the server: plain SVG that needs no script, and the table that says the same.

A missing value is words and a hatch, never a bar or a point at zero. Bars and lines start from zero.
Colours are presentation attributes, so that a drawing also stands outside a page; css/khuyenhoc.css
repeats them as classes.
"""

import re
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.numbers import decimal_to_text

Value = int | float | Decimal
Item = tuple[str, Value | None]
Format = Callable[[Value], str]

MISSING = "chưa có số liệu"
WIDTH = 360  # about the width of a phone, so that letters keep their size there
FONT_SIZE = 15
CHARACTER = 8.6  # an ample width of one bold digit
LETTERS_IN_LINE = 42
LABEL_LINE, BAR_HEIGHT, ROW_GAP, HEAD = 19, 14, 11, 28
PLOT_TOP, PLOT_BOTTOM = 34, 174
INK, QUIET, PAPER, BAR, SERIES, TARGET, HATCH = (
    "#1c2430",
    "#55606e",
    "#ffffff",
    "#3c7f8c",
    "#0b5563",
    "#a34a00",
    "#8d8a82",
)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Chart:
    """``title`` is the message; ``rows`` holds one tuple of texts per item, under ``headers``."""

    title: str
    svg: SafeString
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bar_ranking(
    *,
    title: str,
    items: Iterable[Item],
    unit: str,
    target: Value | None = None,
    label_format: Format | None = None,
    heading: str = "Đơn vị",
) -> Chart:
    """Horizontal bars, the greatest first; items without a value stand at the end.

    ``unit`` names the values ("%", "người"). Raises ValueError for a negative value or target.
    """
    write = label_format or _plain_format(unit)
    items = sorted(items, key=lambda item: (item[1] is None, -(item[1] or 0)))
    known, highest = _known(items, target)
    rows = tuple((_clean(label), MISSING if value is None else write(value)) for label, value in items)
    longest = max((len(text) for _, text in rows[: len(known)]), default=0)
    scale = (WIDTH - CHARACTER * longest - 8) / highest
    drawing = Drawing(title, rows)
    top = head = HEAD if target is not None else 0
    for (_, value), (label, text) in zip(items, rows, strict=True):
        top = drawing.name_above(label, top)
        if value is None:
            drawing.missing_mark(top)
        else:
            width = float(value) * scale
            drawing.rect("bar", 0, top, width, BAR_HEIGHT, BAR)
            drawing.text("chart-value", width + 6, top + 12, text, font_weight=600)
        top += BAR_HEIGHT + ROW_GAP
    bottom = top - ROW_GAP
    if known:
        drawing.line("baseline", 0.5, head, 0.5, bottom, INK)
    if target is not None:
        x = float(target) * scale
        drawing.line("target", x, head - 6, x, bottom, TARGET, stroke_width=2, stroke_dasharray="5 3")
        drawing.target_label(x, head - 12, f"Mục tiêu {write(target)}")
    svg = drawing.svg(bottom + 2, _ranking_in_words(rows, len(known)))
    return Chart(_clean(title), svg, (heading, _value_heading(unit)), rows)


def line_series(
    *,
    title: str,
    points: Iterable[Item],
    unit: str,
    target: Value | None = None,
    label_format: Format | None = None,
    heading: str = "Kỳ",
) -> Chart:
    """A line over time, in the order given; a missing point breaks the line.

    Values are written at their points as far as they fit: the last, the highest and the lowest first.
    Raises ValueError for a negative value or target.
    """
    write = label_format or _plain_format(unit)
    points = list(points)
    known, highest = _known(points, target)
    rows = tuple((_clean(label), MISSING if value is None else write(value)) for label, value in points)
    band = WIDTH / max(len(points), 1)
    scale = (PLOT_BOTTOM - PLOT_TOP) / highest
    places = [
        (band * (i + 0.5), None if value is None else PLOT_BOTTOM - float(value) * scale)
        for i, (_, value) in enumerate(points)
    ]
    drawing = Drawing(title, rows)
    for x, y in places:
        if y is None:
            drawing.rect("missing", x - band / 2, PLOT_TOP, band, PLOT_BOTTOM - PLOT_TOP, drawing.hatch)
    drawing.line("baseline", 0, PLOT_BOTTOM, WIDTH, PLOT_BOTTOM, INK)
    if target is not None:
        y = PLOT_BOTTOM - float(target) * scale
        drawing.line("target", 0, y, WIDTH, y, TARGET, stroke_width=2, stroke_dasharray="5 3")
    for is_gap, run in groupby(places, key=lambda place: place[1] is None):
        if not is_gap:
            drawing.path(list(run))
    values = {i: text for i, (_, text) in enumerate(rows) if points[i][1] is not None}
    for i, x in _that_fit(_by_weight(points), values, band):
        drawing.text("chart-value", x, places[i][1] - 11, values[i], font_weight=600, text_anchor="middle")
    periods = {i: label for i, (label, _) in enumerate(rows)}
    for i, x in _that_fit(sorted(periods, reverse=True), periods, band):
        drawing.text("chart-quiet", x, PLOT_BOTTOM + 19, periods[i], fill=QUIET, text_anchor="middle")
    bottom = PLOT_BOTTOM + 26
    if target is not None:
        drawing.target_label(0, bottom + 15, f"Mục tiêu {write(target)} (nét đứt)")
        bottom += 24
    if len(known) < len(points):
        drawing.missing_mark(bottom + 4)
        bottom += 24
    svg = drawing.svg(bottom, "; ".join(f"{label}: {text}" for label, text in rows))
    return Chart(_clean(title), svg, (heading, _value_heading(unit)), rows)


class Drawing:
    """Collects the shapes of one chart; every text and attribute is escaped."""

    def __init__(self, title: str, rows: tuple[tuple[str, str], ...]):
        self.title = _clean(title)
        # The same at every request, different for every chart of a page.
        self.hatch_id = "hatch-" + sha256(repr((self.title, rows)).encode()).hexdigest()[:12]
        self.hatch = f"url(#{self.hatch_id})"
        self.shapes: list[SafeString] = []
        self.letters: list[SafeString] = []  # drawn last

    def add(self, tag: str, class_name: str, text: str = "", **attributes: object) -> None:
        pairs = ((name.replace("_", "-"), _short(value)) for name, value in attributes.items())
        layer = self.letters if tag == "text" else self.shapes
        layer.append(
            format_html(
                '<{0} class="{1}"{2}>{3}</{0}>',
                tag,
                class_name,
                format_html_join("", ' {}="{}"', pairs),
                _clean(text),
            )
        )

    def rect(self, class_name, x, y, width, height, fill, **attributes):
        self.add("rect", class_name, x=x, y=y, width=width, height=height, fill=fill, **attributes)

    def line(self, class_name, x1, y1, x2, y2, stroke, **attributes):
        self.add("line", class_name, x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **attributes)

    def text(self, class_name, x, y, text, **attributes):
        """With a white edge, so that no line crosses the letters."""
        edge = {
            "stroke": PAPER,
            "stroke_width": 4,
            "stroke_linejoin": "round",
            "paint_order": "stroke",
        }
        self.add("text", f"{class_name} halo", text, **({"x": x, "y": y, "fill": INK} | edge | attributes))

    def path(self, run: list[tuple[float, float]]):
        """A line through neighbouring points; one alone is a dot."""
        if len(run) > 1:
            points = " ".join(f"{_short(x)},{_short(y)}" for x, y in run)
            self.add("polyline", "series", points=points, fill="none", stroke=SERIES, stroke_width=2.5)
        for x, y in run:
            self.add("circle", "point", cx=x, cy=y, r=4.5, fill=SERIES, stroke=PAPER, stroke_width=1.5)

    def name_above(self, label: str, top: float) -> float:
        """The name over its bar, on two lines when long; returns where the bar begins."""
        for line in textwrap.wrap(label, LETTERS_IN_LINE, max_lines=2, placeholder=" …"):
            self.text("chart-label", 0, top + 14, line)
            top += LABEL_LINE
        return top

    def missing_mark(self, top: float):
        self.rect("missing", 0.5, top + 0.5, 27, 13, self.hatch, stroke=QUIET)
        self.text("chart-quiet", 36, top + 12, MISSING, fill=QUIET)

    def target_label(self, x: float, y: float, text: str):
        anchor = "start" if x < WIDTH / 2 else "end"
        self.text("target-label", x, y, text, fill=TARGET, font_weight=600, text_anchor=anchor)

    def svg(self, height: float, summary: str) -> SafeString:
        pattern = format_html(
            '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path d="M0 0V6" stroke="{}" stroke-width="2"/></pattern></defs>',
            self.hatch_id,
            HATCH,
        )
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" font-size="{}" '
            'font-family="sans-serif"><title>{}</title><desc>{}</desc>{}{}</svg>',
            *(WIDTH, _short(max(height, BAR_HEIGHT)), FONT_SIZE, self.title, _clean(summary), pattern),
            format_html_join("", "{}", ((part,) for part in self.shapes + self.letters)),
        )


def _known(items: list[Item], target: Value | None) -> tuple[list[Value], float]:
    """The values there are, and the one that fills the drawing (1 when there is none)."""
    known = [value for _, value in items if value is not None]
    drawn = known + ([] if target is None else [target])
    if any(not 0 <= value < float("inf") for value in drawn):
        raise ValueError("Biểu đồ chỉ vẽ số từ 0 trở lên.")
    return known, float(max(drawn, default=0)) or 1.0


def _plain_format(unit: str) -> Format:
    return lambda value: decimal_to_text(value) + ("%" if unit == "%" else "")


def _value_heading(unit: str) -> str:
    return "Tỷ lệ (%)" if unit == "%" else f"Số liệu ({unit})"


def _ranking_in_words(rows: tuple[tuple[str, str], ...], known: int) -> str:
    sentences = []
    if known:
        sentences.append("Cao nhất: {}, {}.".format(*rows[0]))
    if known > 1:
        sentences.append("Thấp nhất: {}, {}.".format(*rows[known - 1]))
    if known < len(rows):
        sentences.append(f"{len(rows) - known} đơn vị {MISSING}.")
    return " ".join(sentences)


def _by_weight(points: list[Item]) -> list[int]:
    """Which values are written first: the last, the highest, the lowest, the first, then the rest."""
    known = [i for i, (_, value) in enumerate(points) if value is not None]
    ranked = sorted(known, key=lambda i: points[i][1])
    return list(dict.fromkeys([*known[-1:], *ranked[-1:], *ranked[:1], *known]))


def _that_fit(order: list[int], texts: dict[int, str], band: float) -> list[tuple[int, float]]:
    """(index, x of the middle) of the texts that stand side by side; earlier ones of ``order`` win."""
    taken: dict[int, tuple[float, float]] = {}
    for i in order:
        half = min(CHARACTER * len(texts[i]) / 2, WIDTH / 2)
        middle = min(max(band * (i + 0.5), half), WIDTH - half)
        if all(abs(middle - other) >= half + other_half for other, other_half in taken.values()):
            taken[i] = (middle, half)
    return [(i, middle) for i, (middle, _) in taken.items()]


def _clean(text: object) -> str:
    """Plain text on one line, never trusted as markup, without the characters that XML cannot hold."""
    return NOT_XML.sub("", " ".join(str(text).split()))


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
