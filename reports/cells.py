"""The cells of one report: what is asked, what the registers count, what was declared, and what it was before."""

from collections import defaultdict
from dataclasses import dataclass, field

from core.counts import Count
from core.periods import Quarter
from organizations.models import OrganizationSpell
from organizations.spells import own_lines, tree_on
from reports.builders.freezing import thaw
from reports.builders.rounds import units_that_count
from reports.catalogue import columns_counted, count_registers
from reports.models import Figure, Indicator, Report

QUARTERS_BACK = 8
COUNTED = (Indicator.Source.REGISTER, Indicator.Source.TYPED)


@dataclass
class Cell:
    """The own line of one indicator; ``past`` are the own lines of earlier quarters, the newest first.

    ``figure`` is an unsaved one where nothing was written yet.
    """

    indicator: Indicator
    figure: Figure
    register: int | None
    basis: str = ""
    past: dict[Quarter, int] = field(default_factory=dict)
    quarter: Quarter | None = None

    @property
    def value(self) -> int | None:
        """What the report says: declared, else by the register, None when there is no data."""
        if self.figure.declared is not None:
            return self.figure.declared
        return None if self.figure.no_data else self.register

    @property
    def is_blank(self) -> bool:
        """Neither a number nor said to have none: counts as missing once it is handed in."""
        return self.value is None and not self.figure.no_data

    @property
    def contradicts(self) -> bool:
        """Declared otherwise than the register counts."""
        if self.register is None:
            return False
        return self.figure.no_data or (self.figure.declared is not None and self.figure.declared != self.register)

    @property
    def previous(self) -> int | None:
        return self.past.get(self.quarter.previous) if self.quarter else None

    @property
    def year_earlier(self) -> int | None:
        return self.past.get(self.quarter.year_earlier) if self.quarter else None

    @property
    def lowest(self) -> int | None:
        return min(self.past.values(), default=None)

    @property
    def highest(self) -> int | None:
        return max(self.past.values(), default=None)


def read_cells(report: Report) -> dict[str, Cell]:
    """Indicator code → cell of everything that the unit is asked this quarter; a fixed number of queries."""
    quarter = report.round.quarter
    asked = asked_when_accepted(report) if report.revision_id else asked_indicators(report)
    figures = {figure.indicator_id: figure for figure in report.figures.select_related("entered_by")}
    registers = current_registers(report) if report.status in Report.EDITABLE else {}
    past = past_lines(report.organization_id, quarter)
    cells = {}
    for indicator in asked:
        figure = figures.get(indicator.pk) or Figure(report=report, indicator=indicator)
        count = registers.get(indicator.code)
        if report.status not in Report.EDITABLE and figure.from_register is not None:
            count = Count(figure.from_register, figure.basis)
        cells[indicator.code] = Cell(
            indicator=indicator,
            figure=figure,
            register=count.value if count else None,
            basis=count.basis if count else "",
            past=past.get(indicator.pk, {}),
            quarter=quarter,
        )
    return cells


def asked_indicators(report: Report) -> list[Indicator]:
    """What the unit is asked at the level that it had on the quarter's last day; yearly ones in the fourth quarter."""
    quarter = report.round.quarter
    spells = OrganizationSpell.objects.on(quarter.last_day).filter(organization=report.organization_id)
    level = spells.values_list("level", flat=True).first() or report.organization.level
    return [
        indicator
        for indicator in Indicator.objects.filter(source__in=COUNTED)
        if level in indicator.levels and (quarter.number == 4 or indicator.frequency == Indicator.Frequency.QUARTER)
    ]


def asked_when_accepted(report: Report) -> list[Indicator]:
    """What an accepted report asked of its unit's own line, called as it was then; in that order."""
    summary = thaw(report.revision.content)
    known = {indicator.code: indicator for indicator in Indicator.objects.filter(source__in=COUNTED)}
    asked = []
    for line in summary.figures:
        own, indicator = line.own_line, known.get(line.indicator)
        if own is not None and own.is_asked and indicator is not None:
            indicator.label, indicator.unit, indicator.group = line.label, line.unit, line.group
            asked.append(indicator)
    return asked


def current_registers(report: Report) -> dict[str, Count]:
    """What the registers count for the unit's own line today, by indicator."""
    quarter = report.round.quarter
    reporting = set(report.round.reports.order_by().values_list("organization_id", flat=True))
    units = own_lines(
        units_that_count(tree_on(quarter.last_day, columns_counted()), reporting), {report.organization_id}
    )
    counted = count_registers(quarter, units)
    return {
        code: counts[report.organization_id] for code, counts in counted.items() if report.organization_id in counts
    }


def past_lines(organization_id: int, quarter: Quarter) -> dict[int, dict[Quarter, int]]:
    """Indicator → quarter → the unit's own line, over the quarters before; one query."""
    quarters, earlier = [], quarter
    for _ in range(QUARTERS_BACK):
        earlier = earlier.previous
        quarters.append(earlier)
    rows = (
        Figure.objects.filter(report__organization=organization_id, report__round__quarter__in=quarters, no_data=False)
        .order_by("-report__round__quarter")
        .values_list("indicator_id", "report__round__quarter", "declared", "from_register")
    )
    found: dict[int, dict[Quarter, int]] = defaultdict(dict)
    for indicator, then, declared, register in rows:
        value = register if declared is None else declared
        if value is not None:
            found[indicator][then] = value
    return found
