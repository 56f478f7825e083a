"""What every chart is drawn with: shapes, texts, hatches, all escaped."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

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
INK, QUIET, PAPER, BAR, SERIES, TARGET, HATCH, LINE = (
    "#1c2430",
    "#55606e",
    "#ffffff",
    "#3c7f8c",
    "#0b5563",
    "#a34a00",
    "#8d8a82",
    "#d9d6cf",
)
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Chart:
    """``title`` is the message; ``rows`` holds one tuple of texts per item, under ``headers``."""

    title: str
    svg: SafeString
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def element(tag: str, class_name: str, text: str = "", **attributes: object) -> SafeString:
    """One shape or text; ``stroke_width`` becomes ``stroke-width``."""
    pairs = ((name.replace("_", "-"), short(value)) for name, value in attributes.items())
    written = format_html_join("", ' {}="{}"', pairs)
    return format_html('<{0} class="{1}"{2}>{3}</{0}>', tag, class_name, written, clean(text))


class Drawing:
    """Collects the shapes of one chart; every text and attribute is escaped."""

    def __init__(self, title: str, rows: tuple[tuple[str, str], ...]):
        self.title = clean(title)
        # The same at every request, different for every chart of a page.
        self.hatch_id = "hatch-" + sha256(repr((self.title, rows)).encode()).hexdigest()[:12]
        self.hatch = f"url(#{self.hatch_id})"
        self.shapes: list[SafeString] = []
        self.letters: list[SafeString] = []  # drawn last

    def add(self, tag: str, class_name: str, text: str = "", **attributes: object) -> None:
        layer = self.letters if tag == "text" else self.shapes
        layer.append(element(tag, class_name, text, **attributes))

    def link(self, href: str, parts: list[SafeString]) -> None:
        """Shapes and texts that lead somewhere, drawn in their own order."""
        self.shapes.append(format_html('<a href="{}">{}</a>', href, join(parts)))

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
            points = " ".join(f"{short(x)},{short(y)}" for x, y in run)
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

    def svg(self, height: float, summary: str, *, role: str = "img", font_size: int = FONT_SIZE) -> SafeString:
        """``role`` is group where the drawing holds links: what is inside an img is hidden from readers."""
        pattern = format_html(
            '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path d="M0 0V6" stroke="{}" stroke-width="2"/></pattern></defs>',
            self.hatch_id,
            HATCH,
        )
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="{}" font-size="{}" '
            'font-family="sans-serif"><title>{}</title><desc>{}</desc>{}{}</svg>',
            *(WIDTH, short(max(height, BAR_HEIGHT)), role, font_size, self.title, clean(summary), pattern),
            join(self.shapes + self.letters),
        )


def join(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def known_values(items: list[Item], target: Value | None) -> tuple[list[Value], float]:
    """The values there are, and the one that fills the drawing (1 when there is none)."""
    known = [value for _, value in items if value is not None]
    drawn = known + ([] if target is None else [target])
    if any(not 0 <= value < float("inf") for value in drawn):
        raise ValueError("Biểu đồ chỉ vẽ số từ 0 trở lên.")
    return known, float(max(drawn, default=0)) or 1.0


def plain_format(unit: str) -> Format:
    return lambda value: decimal_to_text(value) + ("%" if unit == "%" else "")


def value_heading(unit: str) -> str:
    return "Tỷ lệ (%)" if unit == "%" else f"Số liệu ({unit})"


def clean(text: object) -> str:
    """Plain text on one line, never trusted as markup, without the characters that XML cannot hold."""
    return NOT_XML.sub("", " ".join(str(text).split()))


def short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
