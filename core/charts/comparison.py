"""Several lines over time, to compare."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from core.charts.drawing import (
    INK,
    LINE,
    MISSING,
    PAPER,
    QUIET,
    SERIES,
    TARGET,
    WIDTH,
    Chart,
    Drawing,
    Format,
    Value,
    clean,
    known_values,
    plain_format,
    short,
)
from core.charts.lines import PLOT_TOP, that_fit

# Colour, dash and shape of the points: none of them tells a line alone.
STYLES = (
    (SERIES, "", "M-4-4H4V4H-4Z"),
    ("#a34a00", "7 3", "M0-5.5L5 4H-5Z"),
    ("#1f5fa8", "2 3", "M0-5.5L5.5 0L0 5.5L-5.5 0Z"),
    ("#7a2e6d", "9 3 2 3", "M0 5.5L5-4H-5Z"),
    ("#1b6e3c", "4 2", "M-5-1.5H-1.5V-5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5Z"),
)
MOST_SERIES = len(STYLES)
LABELS_WIDTH, LABEL_LETTERS, LABEL_STEP = 130, 13, 16
LOW_PLOT, SHOWN_POINTS = 220, 12


@dataclass(frozen=True)
class Series:
    """One line: a value per period, None where there is none."""

    name: str
    values: tuple[Value | None, ...]


def line_comparison(
    *,
    title: str,
    periods: Sequence[str],
    series: Sequence[Series],
    unit: str,
    target: Value | None = None,
    label_format: Format | None = None,
    heading: str = "Kỳ",
) -> Chart:
    """Up to five lines over the same periods, each named at its end; a missing value breaks its line.

    Raises ValueError for more lines, and for a negative value or target.
    """
    if len(series) > MOST_SERIES:
        raise ValueError(f"Biểu đồ vẽ nhiều nhất {MOST_SERIES} đường.")
    write = label_format or plain_format(unit)
    every = [(line.name, value) for line in series for value in line.values]
    known, highest = known_values(every, target)
    rows = tuple(
        (clean(period), *(MISSING if line.values[place] is None else write(line.values[place]) for line in series))
        for place, period in enumerate(periods)
    )
    drawing = Drawing(title, rows)
    labels = [EndLabel.of(line, write, periods) for line in series]
    bottom = PLOT_TOP + max(LOW_PLOT, sum(label.height for label in labels if label) + 8)
    plot = Plot(drawing, bottom, (bottom - PLOT_TOP) / highest, WIDTH - LABELS_WIDTH, len(periods))
    plot.draw_frame(write(highest) if known else "", target)
    for line, label, style in zip(series, labels, STYLES, strict=False):
        plot.draw_line(line, label, style)
    put_apart([label for label in labels if label], PLOT_TOP, bottom)
    for label, style in zip(labels, STYLES, strict=False):
        if label:
            label.draw(drawing, plot.width, style)
    texts = {place: clean(period) for place, period in enumerate(periods)}
    for place, x in that_fit(sorted(texts, reverse=True), texts, plot.band, plot.width):
        drawing.text("chart-quiet", x, bottom + 19, texts[place], fill=QUIET, text_anchor="middle")
    bottom += 26
    if target is not None:
        drawing.target_label(0, bottom + 15, f"Mục tiêu {write(target)} (nét đứt)")
        bottom += 24
    if len(known) < len(every):
        drawing.text("chart-quiet", 0, bottom + 15, f"Chỗ đứt quãng: {MISSING}", fill=QUIET)
        bottom += 24
    ends = zip(series, labels, strict=True)
    words = "; ".join(f"{line.name}: {label.value if label else MISSING}" for line, label in ends)
    return Chart(clean(title), drawing.svg(bottom, words), (heading, *(clean(line.name) for line in series)), rows)


@dataclass(frozen=True)
class Plot:
    """Where the lines stand: from the left edge to ``width``, from the top of the plot down to ``bottom``."""

    drawing: Drawing
    bottom: float
    scale: float
    width: float
    periods: int

    @property
    def band(self) -> float:
        return self.width / max(self.periods, 1)

    def draw_frame(self, highest: str, target: Value | None) -> None:
        self.drawing.line("gridline", 0, PLOT_TOP, self.width, PLOT_TOP, LINE)
        self.drawing.line("baseline", 0, self.bottom, self.width, self.bottom, INK)
        self.drawing.text("chart-quiet", 0, PLOT_TOP - 8, highest, fill=QUIET)
        if target is not None:
            y = self.bottom - float(target) * self.scale
            self.drawing.line("target", 0, y, self.width, y, TARGET, stroke_width=2, stroke_dasharray="5 3")

    def draw_line(self, line: Series, label: "EndLabel | None", style: tuple[str, str, str]) -> None:
        places = [
            (self.band * (place + 0.5), None if value is None else self.bottom - float(value) * self.scale)
            for place, value in enumerate(line.values)
        ]
        for is_gap, run in groupby(places, key=lambda place: place[1] is None):
            if not is_gap:
                draw_run(self.drawing, list(run), style, points=self.periods <= SHOWN_POINTS)
        if label:
            label.x, label.y = next(place for place in reversed(places) if place[1] is not None)


@dataclass
class EndLabel:
    """Name and last value at the right of a line; ``x`` and ``y`` are the line's last point."""

    lines: list[str]
    value: str
    x: float = 0
    y: float = 0
    top: float = 0

    @classmethod
    def of(cls, line: Series, write: Format, periods: Sequence[str]) -> "EndLabel | None":
        last = next((place for place in reversed(range(len(periods))) if line.values[place] is not None), None)
        if last is None:
            return None
        value = write(line.values[last])
        if last < len(periods) - 1:
            value += f" ({clean(periods[last])})"
        return cls(textwrap.wrap(clean(line.name), LABEL_LETTERS, max_lines=2, placeholder=" …"), value)

    @property
    def height(self) -> float:
        return LABEL_STEP * (len(self.lines) + 1) + 6

    def draw(self, drawing: Drawing, left: float, style: tuple[str, str, str]) -> None:
        colour, _, shape = style
        first = self.top + LABEL_STEP - 3
        # Dotted: from a value of long ago a solid line would look like those of the years since.
        drawing.line(
            "leader", self.x + 6, self.y, left + 6, first - 4, colour, stroke_width=0.75, stroke_dasharray="1 5"
        )
        drawing.add(
            "path", "mark", d=shape, transform=f"translate({short(left + 12.0)} {short(first - 4.0)})", fill=colour
        )
        drawing.text("chart-value", left + 21, first, self.value, font_weight=600)
        for number, name in enumerate(self.lines, start=1):
            drawing.text("chart-end", left + 21, first + LABEL_STEP * number, name, font_size=14)


def put_apart(labels: list[EndLabel], top: float, bottom: float) -> None:
    """Place every label beside the end of its line, moved down, and at the bottom up, where two would meet."""
    ordered = sorted(labels, key=lambda label: label.y)
    free = top - LABEL_STEP
    for label in ordered:
        label.top = max(free, label.y - LABEL_STEP)
        free = label.top + label.height
    for label in reversed(ordered):
        label.top = min(label.top, bottom - label.height)
        bottom = label.top


def draw_run(drawing: Drawing, run: list[tuple[float, float]], style: tuple[str, str, str], *, points: bool) -> None:
    colour, dash, shape = style
    if len(run) > 1:
        places = " ".join(f"{short(x)},{short(y)}" for x, y in run)
        dashes = {"stroke_dasharray": dash} if dash else {}
        drawing.add("polyline", "line", points=places, fill="none", stroke=colour, stroke_width=2.5, **dashes)
    for x, y in run if points or len(run) == 1 else run[-1:]:
        drawing.add("path", "mark", d=shape, transform=f"translate({short(x)} {short(y)})", fill=colour, stroke=PAPER)
