"""The communes as tiles, coloured by a rate."""

from functools import cached_property

from core.charts import Chart, MapTile, tile_map
from core.vietnamese import sort_key
from organizations.models import Level
from reports.builders.dashboard import Grid, GridUnit, Reading
from reports.dashboards.forms import MapForm
from reports.dashboards.page import Page, write_value
from reports.models import Indicator

LONGEST_GROUP = 24


class MapPage(Page):
    name = "map"
    form_class = MapForm

    @property
    def choices(self) -> list[Indicator]:
        return [indicator for indicator in self.catalogue if indicator.nature == Indicator.Nature.RATIO]

    @property
    def indicator(self) -> Indicator:
        return self.form.indicator

    @cached_property
    def grid(self) -> Grid:
        return self.build([self.form.chosen_quarter()], [self.indicator], every_level=True, targets=False)

    @cached_property
    def communes(self) -> list[tuple[GridUnit, Reading]]:
        """Every commune below that is asked, in the order of the alphabet."""
        units = [unit for unit in self.grid.units if unit.label.level == Level.COMMUNE]
        found = [(unit, self.grid.reading(self.indicator, self.period, unit.label.code)) for unit in units]
        asked = [(unit, reading) for unit, reading in found if reading is not None]
        return sorted(asked, key=lambda each: sort_key(each[0].label.short_name))

    @property
    def groups(self) -> list[tuple[str, list[MapTile]]]:
        """By district in the tree's order; communes directly below in parts of the alphabet."""
        names = {unit.label.code: unit.label.short_name for unit in self.grid.units}
        by_parent: dict[str, list[MapTile]] = {code: [] for code in [self.grid.top.code, *names]}
        for unit, reading in self.communes:
            name = unit.label.short_name
            by_parent[unit.parent].append(MapTile(name, reading.value, self.link(unit.label.code)))
        own = by_parent.pop(self.grid.top.code)
        return [*parts_of(own), *((names[code], tiles) for code, tiles in by_parent.items() if tiles)]

    @cached_property
    def chart(self) -> Chart | None:
        if not self.communes:
            return None
        known = sum(reading.value is not None for _, reading in self.communes)
        return tile_map(
            title=f"{self.indicator.label}, {self.period.label}: {known}/{len(self.communes)} xã có số liệu",
            groups=self.groups,
            unit=self.indicator.unit,
            label_format=lambda value: write_value(value, self.indicator),
            headings=("Xã", "Thuộc"),
        )


def parts_of(tiles: list[MapTile]) -> list[tuple[str, list[MapTile]]]:
    """Even parts, named by the first and the last of each."""
    number = -(-len(tiles) // LONGEST_GROUP)
    if number <= 1:
        return [("Các xã", tiles)] if tiles else []
    size = -(-len(tiles) // number)
    parts = [tiles[place : place + size] for place in range(0, len(tiles), size)]
    return [(f"{part[0].name} – {part[-1].name}", part) for part in parts]
