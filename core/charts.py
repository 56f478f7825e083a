"""Charts drawn on the server: plain SVG that needs no script, and the table that says the same.

A missing value is words and a hatch, never a bar or a point at zero. Bars and lines start from zero.
Colours are presentation attributes, so that a drawing also stands outside a page; css/khuyenhoc.css repeats them.
"""

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.numbers import decimal_to_text

type_of_value = int | float | Decimal | None
Item = tuple[str, type_of_value]
Format = Callable[[int | float | Decimal], str]

MISSING = "chưa có số liệu"
WIDTH = 360  # the width of a phone, so that letters keep about their size there
CHARACTER = 8.6  # an ample width of one bold digit of 15 units
LETTERS_IN_LINE = 42
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

INK, QUIET, LINE, PAPER = "#1c2430", "#55606e", "#d9d6cf", "#ffffff"
BAR, SERIES, TARGET, HATCH = "#3c7f8c", "#0b5563", "#a34a00", "#8d8a82"

LABEL_LINE, BAR_HEIGHT, ROW_GAP, HEAD = 19, 14, 11, 26
PLOT_TOP, PLOT_BOTTOM, PLOT_HEIGHT = 34, 174, 140


@dataclass(frozen=True)
class Chart:
    """``title`` is the message; ``rows`` holds one tuple of texts per value, under ``headers``."""

    title: str
    svg: SafeString
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def bar_ranking(
    *,
    title: str,
    items: Iterable[Item],
    unit: str,
    target: int | float | Decimal | None = None,
    label_format: Format | None = None,
    heading: str = "Đơn vị",
) -> Chart:
    """Horizontal bars, the greatest first; items without a value stand at the end.

    ``unit`` names the values ("%", "người"). Raises ValueError for a negative value or target.
    """
    write = label_format or _plain_format(unit)
    known, missing = _split(items, target)
    known.sort(key=lambda item: -item[1])
    texts = [write(value) for _, value in known]
    room = WIDTH - CHARACTER * max(map(len, texts), default=0) - 8
    scale = room / float(max([value for _, value in known] + [target or 0], default=0) or 1)

    bars, labels = [], []
    top = HEAD if target is not None else 0
    for (label, value), text in zip(known, texts, strict=True):
        top = _write_label(labels, label, top)
        width = float(value) * scale
        bars.append(_rect("bar", 0, top, width, BAR_HEIGHT, BAR))
        labels.append(_text("chart-value", width + 6, top + 12, text, weight=600))
        top += BAR_HEIGHT + ROW_GAP
    bottom = top - ROW_GAP
    for label, _ in missing:
        top = _write_label(labels, label, top)
        labels.append(_rect("missing", 0.5, top + 0.5, 27, 13, _hatch_fill(title), stroke=QUIET))
        labels.append(_text("chart-quiet", 36, top + 12, MISSING, colour=QUIET))
        top += BAR_HEIGHT + ROW_GAP

    marks = [*bars]
    if known:
        marks.append(_line("baseline", 0.5, HEAD if target is not None else 0, 0.5, bottom, INK))
    if target is not None:
        x = float(target) * scale
        marks.append(_line("target", x, HEAD - 6, x, bottom, TARGET, width=2, dash="5 3"))
        marks.append(_target_label(x, HEAD - 11, f"Mục tiêu {write(target)}"))
    rows = [(_clean(label), text) for (label, _), text in zip(known, texts, strict=True)]
    rows += [(_clean(label), MISSING) for label, _ in missing]
    summary = _ranking_in_words(rows[: len(known)], len(missing), write(target) if target is not None else "")
    svg = _drawing(title, summary, max(top - ROW_GAP + 2, 20), [*marks, *labels], hatched=bool(missing))
    return Chart(_clean(title), svg, (heading, _value_heading(unit)), tuple(rows))


def line_series(
    *,
    title: str,
    points: Iterable[Item],
    unit: str,
    target: int | float | Decimal | None = None,
    label_format: Format | None = None,
    heading: str = "Kỳ",
) -> Chart:
    """A line over time, in the order given; a missing point breaks the line.

    Values are written beside their points as far as they fit, the last, highest and lowest first. Raises
    ValueError for a negative value or target.
    """
    write = label_format or _plain_format(unit)
    points = list(points)
    known, missing = _split(points, target)
    highest = float(max([value for _, value in known] + [target or 0], default=0) or 1)
    band = WIDTH / max(len(points), 1)
    places = [
        (band * (i + 0.5), None if value is None else PLOT_BOTTOM - PLOT_HEIGHT * float(value) / highest)
        for i, (_, value) in enumerate(points)
    ]
    marks = [
        _rect("missing", x - band / 2, PLOT_TOP, band, PLOT_HEIGHT, _hatch_fill(title))
        for x, y in places
        if y is None
    ]
    marks.append(_line("baseline", 0, PLOT_BOTTOM, WIDTH, PLOT_BOTTOM, INK))
    if target is not None:
        y = PLOT_BOTTOM - PLOT_HEIGHT * float(target) / highest
        marks.append(_line("target", 0, y, WIDTH, y, TARGET, width=2, dash="5 3"))
    for gap, run in groupby(places, key=lambda place: place[1] is None):
        run = list(run)
        if not gap and len(run) > 1:
            path = " ".join(f"{_n(x)},{_n(y)}" for x, y in run)
            marks.append(
                format_html(
                    '<polyline class="series" points="{}" fill="none" stroke="{}" stroke-width="2.5"/>',
                    path,
                    SERIES,
                )
            )
    for x, y in places:
        if y is not None:
            marks.append(_circle(x, y))
    marks += _point_labels(points, places, write)
    marks += _period_labels(points, places)
    bottom = PLOT_BOTTOM + 26
    if target is not None:
        marks.append(_target_label(0, bottom + 16, f"Mục tiêu {write(target)} (nét đứt)"))
        bottom += 22
    if missing:
        marks.append(_rect("missing", 0.5, bottom + 3.5, 27, 13, _hatch_fill(title), stroke=QUIET))
        marks.append(_text("chart-quiet", 36, bottom + 15, MISSING, colour=QUIET))
        bottom += 22
    rows = tuple((_clean(label), MISSING if value is None else write(value)) for label, value in points)
    summary = "; ".join(f"{label}: {text}" for label, text in rows)
    svg = _drawing(title, summary, bottom, marks, hatched=bool(missing))
    return Chart(_clean(title), svg, (heading, _value_heading(unit)), rows)


def _split(items: Iterable[Item], target: type_of_value) -> tuple[list[Item], list[Item]]:
    items = list(items)
    known = [item for item in items if item[1] is not None]
    if any(not 0 <= value < float("inf") for value in [value for _, value in known] + [target or 0]):
        raise ValueError("Biểu đồ chỉ vẽ số từ 0 trở lên.")
    return known, [item for item in items if item[1] is None]


def _plain_format(unit: str) -> Format:
    return lambda value: decimal_to_text(value) + ("%" if unit == "%" else "")


def _value_heading(unit: str) -> str:
    return "Tỷ lệ (%)" if unit == "%" else f"Số liệu ({unit})"


def _ranking_in_words(known: Sequence[tuple[str, str]], missing: int, target: str) -> str:
    sentences = []
    if known:
        sentences.append(f"Cao nhất: {known[0][0]}, {known[0][1]}.")
    if len(known) > 1:
        sentences.append(f"Thấp nhất: {known[-1][0]}, {known[-1][1]}.")
    if missing or not known:
        sentences.append(f"{missing} đơn vị {MISSING}." if missing else f"{MISSING.capitalize()}.")
    if target:
        sentences.append(f"Mục tiêu {target}.")
    return " ".join(sentences)


def _write_label(labels: list[SafeString], label: str, top: float) -> float:
    """Add the name above its bar, on two lines when long; returns where the bar begins."""
    lines = textwrap.wrap(_clean(label), LETTERS_IN_LINE, max_lines=2, placeholder=" …") or [""]
    for line in lines:
        labels.append(_text("chart-label", 0, top + 14, line))
        top += LABEL_LINE
    return top


def _point_labels(points: list[Item], places: list[tuple], write: Format) -> list[SafeString]:
    known = [i for i, (_, value) in enumerate(points) if value is not None]
    if not known:
        return []
    first = [
        known[-1],
        max(known, key=lambda i: points[i][1]),
        min(known, key=lambda i: points[i][1]),
        known[0],
    ]
    texts = {i: write(points[i][1]) for i in known}
    return [
        _text("chart-value", x, places[i][1] - 10, texts[i], weight=600, anchor="middle")
        for i, x in _that_fit([*first, *known], texts, places)
    ]


def _period_labels(points: list[Item], places: list[tuple]) -> list[SafeString]:
    texts = {i: _clean(label) for i, (label, _) in enumerate(points)}
    return [
        _text("chart-quiet", x, PLOT_BOTTOM + 19, texts[i], colour=QUIET, anchor="middle")
        for i, x in _that_fit(list(texts)[::-1], texts, places)
    ]


def _that_fit(order: list[int], texts: dict[int, str], places: list[tuple]) -> list[tuple[int, float]]:
    """(index, x of the middle) of the texts that stand side by side without touching, the first of ``order`` first."""
    taken: dict[int, tuple[float, float]] = {}
    for i in order:
        half = min(CHARACTER * len(texts[i]) / 2, WIDTH / 2)
        x = min(max(places[i][0], half), WIDTH - half)
        if i not in taken and all(
            x + half + 4 <= left or x - half - 4 >= right for left, right in taken.values()
        ):
            taken[i] = (x - half, x + half)
    return [(i, (left + right) / 2) for i, (left, right) in sorted(taken.items())]


def _drawing(
    title: str, summary: str, height: float, parts: list[SafeString], *, hatched: bool
) -> SafeString:
    pattern = ""
    if hatched:
        pattern = format_html(
            '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<path d="M0 0V6" stroke="{}" stroke-width="2"/></pattern></defs>',
            _hatch_id(title),
            HATCH,
        )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" font-size="15" '
        'font-family="sans-serif"><title>{}</title><desc>{}</desc>{}{}</svg>',
        WIDTH,
        _n(height),
        _clean(title),
        _clean(summary),
        pattern,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _hatch_id(title: str) -> str:
    """The same chart gets the same id at every request; two charts of one page have two titles."""
    return "hatch-" + sha256(title.encode(errors="replace")).hexdigest()[:12]


def _hatch_fill(title: str) -> str:
    return f"url(#{_hatch_id(title)})"


def _rect(
    name: str, x: float, y: float, width: float, height: float, fill: str, *, stroke="none"
) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="{}" stroke="{}"/>',
        *(name, _n(x), _n(y), _n(width), _n(height), fill, stroke),
    )


def _line(
    name: str, x1: float, y1: float, x2: float, y2: float, colour: str, *, width=1, dash="none"
) -> SafeString:
    return format_html(
        '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>',
        *(name, _n(x1), _n(y1), _n(x2), _n(y2), colour, width, dash),
    )


def _circle(x: float, y: float) -> SafeString:
    return format_html(
        '<circle class="point" cx="{}" cy="{}" r="4.5" fill="{}" stroke="{}" stroke-width="1.5"/>',
        *(_n(x), _n(y), SERIES, PAPER),
    )


def _text(name: str, x: float, y: float, text: str, *, colour=INK, weight=400, anchor="start") -> SafeString:
    """Text with a white edge, so that a line behind it does not cross it."""
    return format_html(
        '<text class="{} halo" x="{}" y="{}" fill="{}" font-weight="{}" text-anchor="{}" stroke="{}" '
        'stroke-width="4" stroke-linejoin="round" paint-order="stroke">{}</text>',
        *(name, _n(x), _n(y), colour, weight, anchor, PAPER, _clean(text)),
    )


def _target_label(x: float, y: float, text: str) -> SafeString:
    anchor, x = ("start", x) if x < WIDTH / 2 else ("end", x + 1)
    return _text("target-label", x, y, text, colour=TARGET, weight=600, anchor=anchor)


def _clean(text: object) -> str:
    """Plain text of one line, never trusted as markup, without the characters that XML cannot hold."""
    return NOT_XML.sub("", "".join(str(text))).replace("\n", " ")


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
