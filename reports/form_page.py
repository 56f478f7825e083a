"""The form of a quarter as people see it: groups of rows, each with what is known beside what is asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from django.utils import timezone

from core.counts import Count
from core.money import money_short
from core.numbers import number_to_text
from core.periods import Quarter
from reports.builders.freezing import thaw
from reports.builders.summary import FigureLine
from reports.cells import Cell, read_cells
from reports.checks import Finding, unsettled
from reports.models import Narrative, Remark, Report
from reports.names import Names
from reports.revisions import summary_of
from reports.services.handing_in import review_cells

MONEY = "đồng"
BASES = {Count.NAMES: "danh sách", Count.HEAD_COUNT: "số đếm"}
SECTION_HELP = {
    Narrative.Section.RESULTS: "Việc đã làm trong quý. Mỗi dòng là một đoạn.",
    Narrative.Section.ADVANTAGES: "Điều thuận lợi trong quý.",
    Narrative.Section.DIFFICULTIES: "Khó khăn, kiến nghị.",
    Narrative.Section.NEXT_TASKS: "Việc sẽ làm trong quý sau.",
}


def text_of(value: int | None) -> str:
    return "" if value is None else number_to_text(value)


@dataclass
class Talk:
    """The remarks about one cell, one section or the report; ``is_returned`` while one waits to be set right."""

    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_returned(self) -> bool:
        return any(remark.is_return and remark.closed_at is None for remark in self.remarks)

    def __bool__(self) -> bool:
        return bool(self.remarks)


@dataclass
class FormRow:
    """One cell with what stands beside it; texts as people write them, empty where nothing is known."""

    cell: Cell
    findings: list[Finding]
    talk: Talk
    line: FigureLine | None = None
    typed: dict[str, str] | None = None
    problem: str = ""
    remark: str = ""
    names_url: str = ""

    @property
    def pk(self) -> str:
        """As text: a template would write the number 1234 as 1.234."""
        return str(self.cell.indicator.pk)

    @property
    def version(self) -> str:
        return str(self.figure.version)

    @property
    def indicator(self):
        return self.cell.indicator

    @property
    def figure(self):
        return self.cell.figure

    @property
    def value(self) -> str:
        return self.typed["value"] if self.typed else text_of(self.figure.declared)

    @property
    def no_data(self) -> bool:
        return bool(self.typed["no_data"]) if self.typed else self.figure.no_data

    @property
    def reason(self) -> str:
        return self.typed["reason"] if self.typed else self.figure.reason

    @property
    def declared_total(self) -> str:
        return self.typed["total"] if self.typed else text_of(self.figure.declared_total)

    @property
    def total_reason(self) -> str:
        return self.typed["total_reason"] if self.typed else self.figure.total_reason

    @property
    def original(self) -> str:
        """What the cell held when the page was made: an untouched cell is not saved again."""
        return original_of(
            text_of(self.figure.declared),
            self.figure.no_data,
            self.figure.reason,
            text_of(self.figure.declared_total),
            self.figure.total_reason,
        )

    @property
    def said(self) -> str:
        """What the report says, whatever it rests on."""
        return text_of(self.cell.value)

    @property
    def previous(self) -> str:
        return text_of(self.cell.previous)

    @property
    def year_earlier(self) -> str:
        return text_of(self.cell.year_earlier)

    @property
    def span(self) -> str:
        """ "1.100 – 1.240": lowest and highest of the last eight quarters; money in short."""
        if len(self.cell.past) < 2:
            return ""
        write = money_short if self.indicator.unit == MONEY else number_to_text
        return f"{write(self.cell.lowest)} – {write(self.cell.highest)}"

    @property
    def register(self) -> str:
        return text_of(self.cell.register)

    @property
    def basis(self) -> str:
        return BASES.get(self.cell.basis, "")

    @property
    def asks_reason(self) -> bool:
        return any(not each.is_fault and not each.about_total for each in self.findings)

    @property
    def note(self) -> str:
        """One line under the number: what is wrong with it, or where it comes from."""
        if self.problem:
            return self.problem
        parts = ["✓ theo sổ" if self.state == "register" else "", "nhập thay" if self.figure.on_behalf else ""]
        if self.reason and not self.asks_reason:
            parts.append(f"lý do: {self.reason}")
        return " · ".join(filter(None, parts))

    @property
    def state(self) -> str:
        """declared, no_data, register or blank."""
        if self.figure.declared is not None:
            return "declared"
        if self.figure.no_data:
            return "no_data"
        return "register" if self.cell.register is not None else "blank"

    @property
    def total(self) -> str:
        return text_of(self.line.value) if self.line else ""

    @property
    def coverage(self) -> str:
        return f"{self.line.coverage.with_data}/{self.line.coverage.expected}" if self.line else ""

    @property
    def change(self) -> int | None:
        if self.cell.value is None or self.cell.previous is None:
            return None
        return self.cell.value - self.cell.previous

    @property
    def change_text(self) -> str:
        """ "+26 (2,1%)" against the quarter before."""
        change = self.change
        if change is None:
            return ""
        sign = "+" if change > 0 else "−" if change < 0 else ""
        text = f"{sign}{number_to_text(abs(change))}"
        if change and self.cell.previous:
            text += f" ({abs(change) * 100 / self.cell.previous:.1f}%)".replace(".", ",")
        return text

    @property
    def weight(self) -> float:
        """How much there is to look at: what was asked back, then the relative step since last quarter."""
        change, before = self.change, self.cell.previous
        step = abs(change) / max(before, 1) if change is not None else 0
        return step + 1000 * len(self.findings) + (10_000 if self.talk.is_returned else 0)


def original_of(value: str, no_data: bool, reason: str, total: str, total_reason: str) -> str:
    return "|".join([value, "1" if no_data else "", reason, total, total_reason])


@dataclass
class FormSection:
    """One section of the words."""

    code: str
    label: str
    help: str
    narrative: Narrative
    talk: Talk
    typed: str | None = None
    problem: str = ""
    remark: str = ""

    @property
    def version(self) -> str:
        return str(self.narrative.version)

    @property
    def text(self) -> str:
        return self.narrative.text if self.typed is None else self.typed


@dataclass
class FormGroup:
    name: str
    anchor: str
    rows: list[FormRow]

    @property
    def filled(self) -> int:
        return sum(not row.cell.is_blank for row in self.rows)


class FormPage:
    """What the form, its check, its paper and the review read; a fixed number of queries."""

    def __init__(self, report: Report):
        self.report = report
        self.remark = ""
        self.quarter: Quarter = report.round.quarter
        self.cells = read_cells(report)
        self.findings = review_cells(report, self.cells)

    @property
    def mark(self) -> str:
        """Names exactly what the page shows: whoever hands in means these figures and words."""
        cells = [(code, cell.figure.version, cell.register) for code, cell in self.cells.items()]
        words = [(section.code, section.narrative.version) for section in self.sections]
        return sha256(repr((cells, words)).encode()).hexdigest()

    @cached_property
    def talks(self) -> dict[int | str, Talk]:
        """Indicator, section or "" for the whole report → what was said about it."""
        found: dict[int | str, Talk] = defaultdict(Talk)
        for remark in self.report.remarks.select_related("author").order_by("written_at", "pk"):
            found[remark.indicator_id or remark.section].remarks.append(remark)
        return found

    @cached_property
    def has_children(self) -> bool:
        return self.report.children.exists()

    @cached_property
    def lines(self) -> dict[str, FigureLine]:
        """Totals over the units below, where there are any."""
        if not self.has_children:
            return {}
        return dict(summary_of(organization=self.report.organization, period=self.quarter).by_code)

    @cached_property
    def rows(self) -> list[FormRow]:
        found = defaultdict(list)
        for finding in self.findings:
            found[finding.indicator].append(finding)
        return [
            FormRow(cell, found[code], self.talks[cell.indicator.pk], self.lines.get(code))
            for code, cell in self.cells.items()
        ]

    def link_names(self, user) -> None:
        """Lead from what the registers count to the names, where the person may see them; one query."""
        code = self.report.organization.code
        names = Names(user, [code], self.quarter)
        for row in self.rows:
            row.names_url = names.url(row.indicator.code, code, own=True) if row.register else ""

    @cached_property
    def groups(self) -> list[FormGroup]:
        groups: dict[str, list[FormRow]] = {}
        for row in self.rows:
            groups.setdefault(row.indicator.group, []).append(row)
        return [FormGroup(name, f"nhom-{number}", rows) for number, (name, rows) in enumerate(groups.items(), start=1)]

    @cached_property
    def sections(self) -> list[FormSection]:
        written = {each.section: each for each in self.report.narratives.select_related("entered_by")}
        return [
            FormSection(
                code=code,
                label=label,
                help=SECTION_HELP[code],
                narrative=written.get(code) or Narrative(report=self.report, section=code),
                talk=self.talks[code],
            )
            for code, label in Narrative.Section.choices
        ]

    @cached_property
    def unit_name(self) -> str:
        """The unit as it was called when the report was accepted, else today."""
        revision = self.report.revision
        return thaw(revision.content).organization.name if revision else self.report.organization.name

    @property
    def asked(self) -> int:
        return len(self.cells)

    @property
    def filled(self) -> int:
        return sum(not cell.is_blank for cell in self.cells.values())

    @property
    def blanks(self) -> list[FormRow]:
        return [row for row in self.rows if row.cell.is_blank]

    @property
    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_fault]

    @cached_property
    def questions(self) -> list[tuple[Finding, FormRow]]:
        rows = {row.indicator.code: row for row in self.rows}
        return [(finding, rows[finding.indicator]) for finding in self.findings if not finding.is_fault]

    @property
    def open_questions(self) -> list[Finding]:
        return unsettled(self.findings, self.cells)

    @property
    def changed_rows(self) -> list[FormRow]:
        """All rows, what needs a look first."""
        return sorted(self.rows, key=lambda row: -row.weight)

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    @cached_property
    def due_on(self):
        return self.report.round.due_of(self.report.organization.level)

    @property
    def returned(self) -> list[tuple[str, Talk]]:
        """What was returned: (anchor, talk)."""
        found = [("", self.talks[""])] if self.talks[""].is_returned else []
        found += [(f"c-{row.pk}", row.talk) for row in self.rows if row.talk.is_returned]
        found += [(f"muc-{section.code}", section.talk) for section in self.sections if section.talk.is_returned]
        return found

    def findings_as_json(self) -> dict[str, list[dict]]:
        """Indicator → what is asked back about it, for the page that is open."""
        found: dict[str, list[dict]] = defaultdict(list)
        for finding in self.findings:
            found[finding.indicator].append(
                {"fault": finding.is_fault, "message": finding.message, "total": finding.about_total}
            )
        return dict(found)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a section: its lines that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@dataclass(frozen=True)
class Source:
    """Where paragraphs can be taken over from."""

    title: str
    paragraphs: list[str]


def sources_of(report: Report, section: str) -> list[Source]:
    """The same section of the unit's quarter before, and of the reports directly below; two queries."""
    quarter = report.round.quarter
    found = []
    before = Narrative.objects.filter(
        report__organization=report.organization_id, report__round__quarter=quarter.previous, section=section
    ).first()
    if before and paragraphs(before.text):
        found.append(Source(f"{report.organization.name}, {quarter.previous.label}", paragraphs(before.text)))
    below: Iterable[Narrative] = (
        Narrative.objects.filter(report__parent=report, section=section)
        .exclude(text="")
        .select_related("report__organization")
        .order_by("report__organization__sort_key")
    )
    found += [Source(each.report.organization.name, paragraphs(each.text)) for each in below]
    return found
