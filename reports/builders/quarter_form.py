"""The form of one unit and quarter to fill in: what is asked, what it was before, what stands there now."""

from dataclasses import dataclass

from core.periods import Quarter
from reports.cells import Cell, read_cells
from reports.models import Narrative, Report


@dataclass(frozen=True)
class FormCell:
    """One asked indicator; all numbers are of the unit's own line but ``total``, the stated one."""

    indicator: str
    label: str
    unit: str
    group: str
    previous: int | None
    year_earlier: int | None
    register: int | None
    value: int | None
    no_data: bool
    reason: str
    total: int | None
    total_reason: str
    version: int


@dataclass(frozen=True)
class FormSection:
    section: str
    label: str
    text: str
    version: int


@dataclass(frozen=True)
class QuarterForm:
    """``states_totals``: units with reporting units below may state a total over the sum."""

    code: str
    name: str
    quarter: Quarter
    status: str
    is_editable: bool
    states_totals: bool
    cells: tuple[FormCell, ...]
    sections: tuple[FormSection, ...]

    @property
    def groups(self) -> list[tuple[str, list[FormCell]]]:
        """Cells by group, in the catalogue's order."""
        groups: dict[str, list[FormCell]] = {}
        for cell in self.cells:
            groups.setdefault(cell.group, []).append(cell)
        return list(groups.items())


def build(report: Report) -> QuarterForm:
    """A fixed number of queries."""
    words = {narrative.section: narrative for narrative in report.narratives.all()}
    sections = []
    for section in Narrative.Section:
        narrative = words.get(section) or Narrative(report=report, section=section)
        sections.append(FormSection(section.value, section.label, narrative.text, narrative.version))
    return QuarterForm(
        code=report.organization.code,
        name=report.organization.name,
        quarter=report.round.quarter,
        status=report.get_status_display(),
        is_editable=report.is_editable,
        states_totals=report.children.exists(),
        cells=tuple(form_cell(cell) for cell in read_cells(report).values()),
        sections=tuple(sections),
    )


def form_cell(cell: Cell) -> FormCell:
    figure, indicator = cell.figure, cell.indicator
    return FormCell(
        indicator=indicator.code,
        label=indicator.label,
        unit=indicator.unit,
        group=indicator.group,
        previous=cell.previous,
        year_earlier=cell.year_earlier,
        register=cell.register,
        value=figure.declared,
        no_data=figure.no_data,
        reason=figure.reason,
        total=figure.declared_total,
        total_reason=figure.total_reason,
        version=figure.version,
    )
