"""Proves that what was accepted is what stands in the tables: a linear pass over all revisions."""

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from reports.builders.freezing import thaw
from reports.builders.summary import DECLARED, MISSING, NO_DATA, REGISTER, FigureLine, QuarterlySummary
from reports.models import Figure, Indicator, Narrative, Report, Revision, RevisionFigure
from reports.revisions import frozen_row

RECORDED = ("status", "included", "revision_id")
COMPARED = ("value", "rate", "numerator", "denominator", "with_data", "expected", "partial", "source")


def find_faults() -> Iterator[str]:
    """Everything that contradicts an accepted report, in words; nothing when all is sound."""
    yield from broken_chains()
    yield from wrong_states()
    yield from unrecorded_states()


def broken_chains() -> Iterator[str]:
    """Revisions whose content, number or place in the chain is not what was stored, and their lines likewise."""
    catalogue = Indicator.objects.in_bulk()
    current = set(Report.objects.exclude(revision=None).values_list("revision_id", flat=True))
    place, number, before = None, 0, ""
    revisions = Revision.objects.select_related("report", "organization").order_by("organization", "period", "number")
    for revision in revisions.iterator(chunk_size=50):
        if (revision.organization_id, revision.period) != place:
            place, number, before = (revision.organization_id, revision.period), 0, ""
        number += 1
        if revision.number != number:
            yield f"{revision}: thiếu bản thứ {number}."
            number = revision.number
        if revision.digest(before) != revision.sha256:
            yield f"{revision}: nội dung không khớp mã kiểm tra."
        before = revision.sha256
        try:
            summary = thaw(revision.content)
        except (ValueError, KeyError, TypeError):
            yield f"{revision}: không đọc được nội dung."
            continue
        if not summary.period.is_span:
            yield from wrong_lines(revision, summary, catalogue)
        if revision.pk in current:
            yield from wrong_cells(revision, summary, catalogue)


def wrong_lines(revision: Revision, summary: QuarterlySummary, catalogue: dict[int, Indicator]) -> Iterator[str]:
    stored = {
        catalogue[pk].code: values
        for pk, *values in RevisionFigure.objects.filter(revision=revision).values_list("indicator_id", *COMPARED)
    }
    for line in summary.figures:
        row = frozen_row(revision, 0, line)
        if stored.pop(line.indicator, None) != [getattr(row, name) for name in COMPARED]:
            yield f"{revision}: dòng “{line.label}” không khớp nội dung đã duyệt."
    for code in stored:
        yield f"{revision}: dòng {code} không có trong nội dung đã duyệt."


def wrong_cells(revision: Revision, summary: QuarterlySummary, catalogue: dict[int, Indicator]) -> Iterator[str]:
    """The cells and words of an accepted report against what its revision says of the unit itself."""
    areas = {indicator.code for indicator in catalogue.values() if indicator.source == Indicator.Source.AREA}
    figures = {
        catalogue[figure.indicator_id].code: figure for figure in Figure.objects.filter(report=revision.report_id)
    }
    for line in summary.figures:
        if not line.is_rate and line.indicator not in areas and says_otherwise(line, figures.get(line.indicator)):
            yield f"{revision}: ô “{line.label}” đã bị sửa sau khi duyệt."
    words = dict(Narrative.objects.filter(report=revision.report_id).values_list("section", "text"))
    for section, text in summary.narrative.items():
        if words.get(section, "") != text:
            yield f"{revision}: phần lời “{Narrative.Section(section).label}” đã bị sửa sau khi duyệt."


def says_otherwise(line: FigureLine, figure: Figure | None) -> bool:
    """Whether the cell makes another own line or another total than the line that was accepted."""
    own, total = own_line_of(figure), figure.declared_total if figure else None
    stated = line.own_line
    if not line.units_below:
        # The total that a unit without reports below states stands over its own line.
        return stated is None or (stated.value, stated.source) != (own if total is None else (total, DECLARED))
    if own != ((stated.value, stated.source) if stated else (None, own[1])):
        return True
    if total is not None:
        return (line.value, line.source) != (total, DECLARED)
    parts = [value.value for value in line.units if value.value is not None]
    return line.value != (sum(parts) if parts else None)


def own_line_of(figure: Figure | None) -> tuple[int | None, str]:
    """Value and source of the own line that a cell makes."""
    if figure is None:
        return None, MISSING
    if figure.declared is not None:
        return figure.declared, DECLARED
    if figure.no_data:
        return None, NO_DATA
    return figure.from_register, MISSING if figure.from_register is None else REGISTER


def wrong_states() -> Iterator[str]:
    """Reports that are accepted without a revision, or have one without being accepted, or an older one."""
    accepted = Report.objects.filter(status=Report.Status.ACCEPTED, revision=None)
    for report in accepted.select_related("organization", "round"):
        yield f"{report}: đã duyệt nhưng không có bản lưu."
    stray = Report.objects.exclude(status=Report.Status.ACCEPTED).exclude(revision=None)
    for report in stray.select_related("organization", "round"):
        yield f"{report}: chưa duyệt mà có bản lưu đang hiệu lực."
    rows = Report.objects.exclude(revision=None).select_related("revision__organization", "round")
    newest: dict[tuple[int, str], int] = {}
    for organization, period, number in Revision.objects.order_by("number").values_list(
        "organization_id", "period", "number"
    ):
        newest[organization, period] = number
    for report in rows:
        key = report.organization_id, report.round.quarter.code
        revision = report.revision
        if (revision.organization_id, revision.period) != key or revision.number != newest[key]:
            yield f"{report}: bản đang hiệu lực không phải bản mới nhất."


def unrecorded_states() -> Iterator[str]:
    """Reports whose state is not the one that their history last recorded: every step records its own."""
    last = Report.history.filter(id=OuterRef("pk")).order_by("-history_id")
    recorded = {f"last_{name}": Subquery(last.values(name)[:1]) for name in RECORDED}
    reports = Report.objects.annotate(**recorded).select_related("organization", "round").order_by("pk")
    for report in reports.iterator(chunk_size=500):
        if any(getattr(report, name) != getattr(report, f"last_{name}") for name in RECORDED):
            yield f"{report}: trạng thái đã bị sửa mà không qua bước nào của báo cáo."
