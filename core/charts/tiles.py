"""A map without geography: one tile per place, grouped, coloured by its value in few steps that the legend says."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.safestring import SafeString

from core.charts.drawing import (
    INK,
    MISSING,
    PAPER,
    QUIET,
    WIDTH,
    Chart,
    Drawing,
    Format,
    Value,
    clean,
    element,
    join,
    plain_format,
    value_heading,
)

ACROSS, GAP, TILE_HEIGHT, GROUP_HEAD = 3, 4, 66, 28
NAME_LETTERS, NAME_LINE, NAME_SIZE = 15, 16, 13
# From little to much; white letters from the second last on.
SHADES = ("#dbe9eb", "#b5d3d7", "#8cbbc2", "#2f7480", "#0b5563")
DARK_FROM = 3
NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class MapTile:
    """A place with its value, None where there is none; ``href`` is where a press leads."""

    name: str
    value: Value | None
    href: str = ""


def tile_map(
    *,
    title: str,
    groups: Sequence[tuple[str, Sequence[MapTile]]],
    unit: str,
    label_format: Format | None = None,
    headings: tuple[str, str] = ("Đơn vị", "Nhóm"),
) -> Chart:
    """A drawing for the legend and one per group, side by side where there is room."""
    write = label_format or plain_format(unit)
    known = [tile.value for _, tiles in groups for tile in tiles if tile.value is not None]
    bounds = steps(known)
    rows = tuple(
        (clean(tile.name), clean(group), MISSING if tile.value is None else write(tile.value))
        for group, tiles in groups
        for tile in tiles
    )
    has_missing = len(known) < len(rows)
    legend = draw_legend(title, bounds, write, known=bool(known), has_missing=has_missing)
    drawings = [draw_group(group, tiles, bounds, write) for group, tiles in groups]
    heads = (*headings, value_heading(unit))
    return Chart(clean(title), join([legend, *drawings]), heads, rows)


def steps(values: Sequence[Value]) -> list[Decimal]:
    """At most four round bounds that part the values into even steps; a value on a bound belongs above it."""
    exact = [Decimal(str(value)) for value in values]
    if not exact or min(exact) == max(exact):
        return []
    least, most = min(exact), max(exact)
    rough = (most - least) / 4
    power = Decimal(10) ** rough.adjusted()
    step = next(nice * power for nice in NICE if nice * power >= rough)
    first = (least / step).to_integral_value(ROUND_FLOOR) * step
    number = int(((most - first) / step).to_integral_value(ROUND_CEILING))
    return [first + step * place for place in range(1, min(number, len(SHADES)))]


def shade(value: Value, bounds: Sequence[Decimal]) -> int:
    """Which shade: fewer steps are spread from the lightest to the darkest."""
    place = sum(Decimal(str(value)) >= bound for bound in bounds)
    return round(place * (len(SHADES) - 1) / len(bounds)) if bounds else 2


def in_words(bounds: Sequence[Decimal], write: Format) -> list[str]:
    if not bounds:
        return ["có số liệu"]
    between = [f"{write(low)} đến dưới {write(high)}" for low, high in zip(bounds, bounds[1:], strict=False)]
    return [f"dưới {write(bounds[0])}", *between, f"từ {write(bounds[-1])}"]


def draw_legend(title: str, bounds: Sequence[Decimal], write: Format, *, known: bool, has_missing: bool) -> SafeString:
    drawing, top = Drawing(title, (("legend",),)), 0
    words = in_words(bounds, write) if known else []
    for place, text in enumerate(words):
        number = round(place * (len(SHADES) - 1) / len(bounds)) if bounds else 2
        drawing.rect("map-tile", 0.5, top + 0.5, 33, 19, SHADES[number], stroke=QUIET)
        drawing.text("chart-label", 44, top + 15, text)
        top += 26
    if has_missing:
        drawing.rect("missing", 0.5, top + 0.5, 33, 19, drawing.hatch, stroke=QUIET)
        drawing.text("chart-label", 44, top + 15, MISSING)
        top += 26
    return drawing.svg(top, "; ".join(words))


def draw_group(group: str, tiles: Sequence[MapTile], bounds: Sequence[Decimal], write: Format) -> SafeString:
    drawing = Drawing(group, tuple((tile.name,) for tile in tiles))
    drawing.text("map-group", 0, 18, group, font_weight=600, font_size=15)
    width = (WIDTH - GAP * (ACROSS - 1)) / ACROSS
    for place, tile in enumerate(tiles):
        x, y = (width + GAP) * (place % ACROSS), GROUP_HEAD + (TILE_HEIGHT + GAP) * (place // ACROSS)
        parts = draw_tile(tile, x, y, width, drawing.hatch, bounds, write)
        if tile.href:
            drawing.link(tile.href, parts)
        else:
            drawing.shapes.extend(parts)
    lines = -(-len(tiles) // ACROSS)
    return drawing.svg(GROUP_HEAD + (TILE_HEIGHT + GAP) * lines, "", role="group", font_size=NAME_SIZE)


def draw_tile(
    tile: MapTile, x: float, y: float, width: float, hatch: str, bounds: Sequence[Decimal], write: Format
) -> list[SafeString]:
    missing = tile.value is None
    number = 0 if missing else shade(tile.value, bounds)
    dark = not missing and number >= DARK_FROM
    name, ink = ("map-dark", PAPER) if dark else ("map-light", INK)
    ground = element("rect", "map-tile", x=x, y=y, width=width, height=TILE_HEIGHT, fill=SHADES[number])
    parts = [ground]
    if missing:
        parts = [
            element("rect", "missing", x=x, y=y, width=width, height=TILE_HEIGHT, fill=hatch, stroke=QUIET),
            element("rect", "map-plain", x=x + 6, y=y + 6, width=width - 12, height=TILE_HEIGHT - 12, fill=PAPER),
        ]
    text, class_name = (MISSING, name) if missing else (write(tile.value), f"{name} map-value")
    left, top = x + 8, y + NAME_LINE + 3
    for line in textwrap.wrap(clean(tile.name), NAME_LETTERS, max_lines=2, placeholder=" …"):
        parts.append(element("text", name, line, x=left, y=top, fill=ink))
        top += NAME_LINE
    return [*parts, element("text", class_name, text, x=left, y=y + TILE_HEIGHT - 10, fill=ink)]
