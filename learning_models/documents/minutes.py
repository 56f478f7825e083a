"""The words of the minutes of a meeting that reviewed (biên bản họp bình xét), with the list of results."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import Table, contained
from core.numbers import number_to_text
from core.vietnamese import date_in_words
from learning_models.documents.papers import BLANK, Paper, name_head
from learning_models.entries import result_words
from learning_models.meetings import results_of
from learning_models.models import Assessment, CriteriaSet, Registration, ReviewMeeting, Status
from learning_models.year_places import YearPlace
from organizations.letterheads import letterhead

LINE = "." * 90
# Millimetres, 165 in all: what lies between the margins of an annex.
WIDTHS = (11, 42, 36, 24, 24, 28)
UNCONFIRMED = "Bộ tiêu chí chưa đối chiếu với văn bản gốc"


@dataclass(frozen=True)
class Part:
    title: str
    paragraphs: tuple[str, ...]
    level: int = 1


@dataclass(frozen=True, kw_only=True)
class Minutes(Paper):
    template = "review_minutes"

    sections: tuple[Part, ...]
    closing: str
    secretary: str
    chair: str


def minutes_of(place: YearPlace) -> Minutes:
    """Out of the register, for a place that has a meeting; a fixed number of queries."""
    meeting, unit = place.meeting, place.organization
    head = letterhead(unit)
    rows = list(results_of(meeting))
    waiting = place.all_rows.filter(status__in=[Status.REGISTERED, Status.ASSESSED]).count()
    criteria_set = place.criteria_set(meeting.held_on)
    held = date_in_words(meeting.held_on)
    return contained(
        Minutes(
            author=unit.name,
            parent_lines=head.parent_lines,
            own_lines=head.own_lines,
            number_line="Số: ........../BB",
            place_and_date=f"{head.place or BLANK}, {held}",
            mark=UNCONFIRMED if criteria_set and not criteria_set.confirmed else "",
            document_type="BIÊN BẢN",
            subject=f"Họp bình xét danh hiệu “{place.name}” năm {place.year}",
            sections=(
                Part("I. Thời gian, địa điểm, thành phần", present_at(place, meeting)),
                Part("II. Nội dung bình xét", reviewed(place, rows, waiting, criteria_set)),
                Part("III. Kết luận", concluded(meeting)),
            ),
            closing="Biên bản được đọc cho những người dự họp cùng nghe, nhất trí thông qua./.",
            secretary=meeting.secretary,
            chair=meeting.chair,
            list_title=f"Danh sách kết quả bình xét “{place.name}” năm {place.year}",
            reference=f"(Kèm theo Biên bản họp {held} của {unit.name})",
            table=table_of(place, rows),
            total=f"Danh sách có {number_to_text(len(rows))} {place.noun}.",
        )
    )


def present_at(place: YearPlace, meeting: ReviewMeeting) -> tuple[str, ...]:
    people = []
    if meeting.invited is not None:
        people.append(f"được mời {number_to_text(meeting.invited)} người")
    present = BLANK if meeting.present is None else number_to_text(meeting.present)
    people.append(f"có mặt {present} người")
    where = meeting.place or BLANK
    return (
        f"Hôm nay, {date_in_words(meeting.held_on)}, tại {where}, {place.organization.name} họp bình xét.",
        f"Thành phần: {', '.join(people)}.",
        f"Chủ trì: {meeting.chair or BLANK}. Thư ký: {meeting.secretary or BLANK}.",
    )


def reviewed(
    place: YearPlace, rows: Sequence[Registration], waiting: int, criteria_set: CriteriaSet | None
) -> tuple[str, ...]:
    mark = place.pass_mark(criteria_set)
    by = f" theo {criteria_set.act}" if criteria_set else ""
    asked = f", điểm đạt từ {mark}" if mark is not None else ""
    passed = sum(1 for row in rows if row.passed)
    noun = place.noun
    texts = [
        f"Cuộc họp xem xét phiếu tự đánh giá và bình xét từng {noun}{by}{asked}.",
        f"Kết quả: bình xét {number_to_text(len(rows))} {noun}, trong đó {number_to_text(passed)} {noun} đạt, "
        f"{number_to_text(len(rows) - passed)} {noun} chưa đạt (danh sách kèm theo).",
    ]
    if waiting:
        texts.append(f"Còn {number_to_text(waiting)} {noun} đã đăng ký, chưa bình xét.")
    return tuple(texts)


def concluded(meeting: ReviewMeeting) -> tuple[str, ...]:
    """What was written, else lines for the pen."""
    return tuple(line.strip() for line in meeting.conclusion.splitlines() if line.strip()) or (LINE, LINE)


def table_of(place: YearPlace, rows: Sequence[Registration]) -> Table:
    sheets = Assessment.objects.filter(registration__in=[row.pk for row in rows])
    held = {(sheet.registration_id, sheet.stage): result_words(sheet) for sheet in sheets}
    body = tuple(
        (
            str(number),
            row.registrant.name,
            row.registrant.address,
            held.get((row.pk, Assessment.Stage.SELF), ""),
            held.get((row.pk, Assessment.Stage.REVIEW), result_words(row)),
            row.reason,
        )
        for number, row in enumerate(rows, start=1)
    )
    heads = ("STT", name_head(place.model), "Địa chỉ", "Tự đánh giá", "Bình xét", "Lý do")
    return Table(heads, body, WIDTHS, text_columns=len(heads))
