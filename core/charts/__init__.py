"""Charts drawn on the server: plain SVG that needs no script, and the table that says the same.

A missing value is words and a hatch, never a bar or a point at zero. Bars and lines start from zero.
Colours are presentation attributes, so that a drawing also stands outside a page; css/khuyenhoc.css
repeats them as classes.
"""

from core.charts.bars import bar_ranking
from core.charts.comparison import MOST_SERIES, Series, line_comparison
from core.charts.drawing import MISSING, WIDTH, Chart
from core.charts.heat import HeatCell, HeatRow, Mark, heat_map
from core.charts.lines import line_series, sparkline
from core.charts.tiles import MapTile, tile_map

__all__ = [
    "Chart",
    "HeatCell",
    "HeatRow",
    "MISSING",
    "MapTile",
    "MOST_SERIES",
    "Mark",
    "Series",
    "WIDTH",
    "bar_ranking",
    "heat_map",
    "line_comparison",
    "line_series",
    "sparkline",
    "tile_map",
]
