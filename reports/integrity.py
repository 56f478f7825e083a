"""Proves that what was accepted is what stands in the tables: a linear pass over all revisions."""

import json
from collections.abc import Iterator

from reports.builders.freezing import thaw
from reports.builders.summary import QuarterlySummary
from reports.models import Figure, Indicator, Report, Revision, RevisionFigure
from reports.revisions import frozen_row

COMPARED = ("value", "rate", "numerator", "denominator", "with_data", "expected", "partial", "source")


def find_faults() -> Iterator[str]:
    """Everything that contradicts an accepted report, in words; nothing when all is sound."""
    yield from broken_chains()
    yield from wrong_states()


def broken_chains() -> Iterator[str]:
    """Revisions whose content, number or place in the chain is not what was stored, and their lines likewise."""
    indicators = dict(Indicator.objects.values_list("pk", "code"))
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
        except (ValueError, KeyError, TypeError, json.JSONDecodeError):
            yield f"{revision}: không đọc được nội dung."
            continue
        if not summary.period.is_span:
            yield from wrong_lines(revision, summary, indicators)
        if revision.pk in current:
            yield from wrong_cells(revision, summary, indicators)


def wrong_lines(revision: Revision, summary: QuarterlySummary, indicators: dict[int, str]) -> Iterator[str]:
    stored = {
        indicators[pk]: values
        for pk, *values in RevisionFigure.objects.filter(revision=revision).values_list("indicator_id", *COMPARED)
    }
    for line in summary.figures:
        row = frozen_row(revision, 0, line)
        if stored.pop(line.indicator, None) != [getattr(row, name) for name in COMPARED]:
            yield f"{revision}: dòng “{line.label}” không khớp nội dung đã duyệt."
    for code in stored:
        yield f"{revision}: dòng {code} không có trong nội dung đã duyệt."


def wrong_cells(revision: Revision, summary: QuarterlySummary, indicators: dict[int, str]) -> Iterator[str]:
    """The cells of an accepted report against the own lines in its revision."""
    cells = {}
    for figure in Figure.objects.filter(report=revision.report_id):
        value = figure.from_register if figure.declared is None else figure.declared
        cells[indicators[figure.indicator_id]] = None if figure.no_data else value
    for line in summary.figures:
        own = line.own_line
        if line.is_rate or line.area_years or own is None:
            continue
        if line.indicator.startswith("areas.") or (line.source == "declared" and not line.units_below):
            # A total that a unit without reports below states stands over its own line.
            continue
        if cells.get(line.indicator) != own.value:
            yield f"{revision}: ô “{line.label}” đã bị sửa sau khi duyệt."


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
