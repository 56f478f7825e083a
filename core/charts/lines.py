"""A line over time."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.safestring import SafeString

from core.charts.drawing import (
    CHARACTER,
    INK,
    LINE,
    MISSING,
    QUIET,
    TARGET,
    WIDTH,
    Chart,
    Drawing,
    Format,
    Item,
    Value,
    clean,
    known_values,
    plain_format,
    value_heading,
)

PLOT_TOP, PLOT_BOTTOM = 34, 174


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
    write = label_format or plain_format(unit)
    points = list(points)
    known, highest = known_values(points, target)
    rows = tuple((clean(label), MISSING if value is None else write(value)) for label, value in points)
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
    for i, x in that_fit(by_weight(points), values, band):
        drawing.text("chart-value", x, places[i][1] - 11, values[i], font_weight=600, text_anchor="middle")
    periods = {i: label for i, (label, _) in enumerate(rows)}
    for i, x in that_fit(sorted(periods, reverse=True), periods, band):
        drawing.text("chart-quiet", x, PLOT_BOTTOM + 19, periods[i], fill=QUIET, text_anchor="middle")
    bottom = PLOT_BOTTOM + 26
    if target is not None:
        drawing.target_label(0, bottom + 15, f"Mục tiêu {write(target)} (nét đứt)")
        bottom += 24
    if len(known) < len(points):
        drawing.missing_mark(bottom + 4)
        bottom += 24
    svg = drawing.svg(bottom, "; ".join(f"{label}: {text}" for label, text in rows))
    return Chart(clean(title), svg, (heading, value_heading(unit)), rows)


def by_weight(points: list[Item]) -> list[int]:
    """Which values are written first: the last, the highest, the lowest, the first, then the rest."""
    known = [i for i, (_, value) in enumerate(points) if value is not None]
    ranked = sorted(known, key=lambda i: points[i][1])
    return list(dict.fromkeys([*known[-1:], *ranked[-1:], *ranked[:1], *known]))


def that_fit(order: list[int], texts: dict[int, str], band: float, width: float = WIDTH) -> list[tuple[int, float]]:
    """(index, x of the middle) of the texts that stand side by side; earlier ones of ``order`` win."""
    taken: dict[int, tuple[float, float]] = {}
    for i in order:
        half = min(CHARACTER * len(texts[i]) / 2, width / 2)
        middle = min(max(band * (i + 0.5), half), width - half)
        if all(abs(middle - other) >= half + other_half for other, other_half in taken.values()):
            taken[i] = (middle, half)
    return [(i, middle) for i, (middle, _) in taken.items()]


def sparkline(*, title: str, values: Sequence[Value | None], target: Value | None = None) -> SafeString | None:
    """A small line without words for a tile that says them; the target as a dashed line, a gap where data lack.

    None when fewer than two values are known. Raises ValueError for a negative value or target.
    """
    known, highest = known_values([("", value) for value in values], target)
    if len(known) < 2:
        return None
    drawing, band, bottom = Drawing(title, ()), WIDTH / len(values), 56
    scale = (bottom - 12) / highest
    places = [
        (band * (place + 0.5), None if value is None else bottom - float(value) * scale)
        for place, value in enumerate(values)
    ]
    drawing.line("baseline", 0, bottom, WIDTH, bottom, LINE)
    if target is not None:
        y = bottom - float(target) * scale
        drawing.line("target", 0, y, WIDTH, y, TARGET, stroke_width=3, stroke_dasharray="9 6")
    for is_gap, run in groupby(places, key=lambda place: place[1] is None):
        if not is_gap:
            drawing.path(list(run))
    return drawing.svg(bottom + 8, "")
