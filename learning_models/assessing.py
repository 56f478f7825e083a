"""Self-assessment and review: one sheet for each registration, many at a time, and the way back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.bulk import update_rows
from core.history import CHANGED, CREATED, DELETED, record_bulk
from core.vietnamese import date_to_text
from learning_models.models import Assessment, CriteriaSet, Registration, Status
from learning_models.scoring import Answers, Result, areas_of, check_answers, most_points, passes, result_of

SELF_ASSESSED, REVIEWED, STEPPED_BACK = "Tự đánh giá", "Bình xét", "Lùi một bước"
LISTED = "Đang nằm trong danh sách đề nghị công nhận. Hãy đưa ra khỏi danh sách trước."
DECIDED = "Đã có quyết định, nên giữ nguyên."
REACHED = {Assessment.Stage.SELF: Status.ASSESSED, Assessment.Stage.REVIEW: Status.REVIEWED}
DAY_OF = {Assessment.Stage.SELF: "assessed_on", Assessment.Stage.REVIEW: "reviewed_on"}
WRITTEN = ["status", "criteria_set", "score", "level", "passed", "assessed_on", "reviewed_on", "reason"]


@dataclass(frozen=True)
class Sheet:
    """What one registration was given: ``answers`` for each criterion, or only what they come to.

    ``score`` for a set of points, ``level`` for a check-list, ``passed`` where no set of criteria is known.
    """

    registration: int
    answers: Answers = field(default_factory=dict)
    score: int | None = None
    level: int | None = None
    passed: bool | None = None
    reason: str = ""


def judge(sheet: Sheet, criteria_set: CriteriaSet | None, *, area: str) -> Result:
    """What the sheet comes to. Raises ValidationError, in words, for what the set does not allow."""
    if criteria_set is None:
        if sheet.passed is None:
            raise ValidationError("Hãy chọn đạt hoặc không đạt.")
        return Result(None, None, sheet.passed)
    if sheet.answers:
        if faults := check_answers(criteria_set.criteria.all(), sheet.answers):
            raise ValidationError(list(faults.values()))
        return result_of(criteria_set, sheet.answers, area=area)
    if criteria_set.kind == CriteriaSet.Kind.POINTS:
        most = most_points(criteria_set)
        if sheet.score is None or not 0 <= sheet.score <= most:
            raise ValidationError(f"Hãy nhập tổng điểm từ 0 đến {most}.")
        return Result(sheet.score, None, passes(criteria_set, sheet.score, area=area))
    highest = max((each.level for each in criteria_set.criteria.all()), default=2)
    if sheet.level is None or not 0 <= sheet.level <= highest:
        raise ValidationError(f"Hãy chọn mức đạt được, từ 0 (chưa đạt) đến {highest}.")
    return Result(None, sheet.level, sheet.level >= 1)


def refusal(registration: Registration, stage: str, on: date) -> str:
    """Why the registration cannot be judged at this stage, or nothing."""
    if registration.status in (Status.RECOGNISED, Status.NOT_RECOGNISED):
        return DECIDED
    if registration.decision_id:
        return LISTED
    if stage == Assessment.Stage.SELF and registration.status == Status.REVIEWED:
        return "Đã bình xét. Muốn sửa phiếu tự đánh giá, hãy lùi một bước trước."
    return too_early(registration, stage, on)


def too_early(registration: Registration, stage: str, on: date) -> str:
    """What the day comes before, and the way out; or nothing."""
    day, assessed = "ngày tự đánh giá" if stage == Assessment.Stage.SELF else "ngày họp", registration.assessed_on
    if on < registration.registered_on:
        return f"Đăng ký ngày {date_to_text(registration.registered_on)}, sau {day}. Hãy sửa {day}."
    if stage == Assessment.Stage.REVIEW and assessed and on < assessed:
        return f"Tự đánh giá ngày {date_to_text(assessed)}, sau ngày họp. Hãy bấm “Sửa cuộc họp” để chọn cách sửa."
    return ""


@transaction.atomic
def record_sheets(*, stage: str, sheets: Sequence[Sheet], on: date, reach, user) -> list[Registration]:
    """Write the sheets of one stage; ``reach`` holds the registrations that the user may change.

    The set of criteria is the one valid on the day. All or nothing: raises ValidationError whose ``error_dict`` has
    the key of each refused registration, "on" for a day to come. A constant number of queries.
    """
    if on > timezone.localdate():
        raise ValidationError({"on": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    wanted = {sheet.registration: sheet for sheet in sheets}
    rows = list(reach.select_for_update(of=("self",)).filter(pk__in=wanted).select_related("registrant"))
    areas = areas_of({row.organization_id for row in rows})
    sets = {model: CriteriaSet.objects.for_model(model, on) for model in {row.model for row in rows}}
    faults: dict[str, list[str]] = {
        str(pk): ["Không có lượt đăng ký này trong phạm vi của ông/bà."]
        for pk in wanted.keys() - {row.pk for row in rows}
    }
    results: dict[int, Result] = {}
    for row in rows:
        try:
            if why := refusal(row, stage, on):
                raise ValidationError(why)
            results[row.pk] = judge(wanted[row.pk], sets[row.model], area=areas[row.organization_id])
        except ValidationError as error:
            faults[str(row.pk)] = error.messages
    if faults:
        raise ValidationError(faults)
    write_sheets(stage, rows, wanted, results, user=user)
    for row in rows:
        advance(row, stage, results[row.pk], sets[row.model], on=on, reason=wanted[row.pk].reason)
    write_registrations(rows, user=user, reason=SELF_ASSESSED if stage == Assessment.Stage.SELF else REVIEWED)
    return rows


def write_sheets(stage: str, rows: list[Registration], sheets: dict[int, Sheet], results: dict, *, user) -> None:
    reason = SELF_ASSESSED if stage == Assessment.Stage.SELF else REVIEWED
    known = {each.registration_id: each for each in Assessment.objects.filter(registration__in=rows, stage=stage)}
    new, changed = [], []
    for row in rows:
        result = results[row.pk]
        each = known.get(row.pk) or Assessment(registration=row, stage=stage)
        before = (each.answers, each.score, each.level, each.passed)
        after = (dict(sheets[row.pk].answers), result.score, result.level, result.passed)
        each.answers, each.score, each.level, each.passed = after
        if each.pk is None:
            new.append(each)
        elif before != after:
            changed.append(each)
    Assessment.objects.bulk_create(new, batch_size=1000)
    if changed:
        Assessment.objects.bulk_update(changed, ["answers", "score", "level", "passed"], batch_size=200)
    created = [row.pk for row in new]
    for keys, kind in ((created, CREATED), ([each.pk for each in changed], CHANGED)):
        if keys:
            record_bulk(Assessment.objects.filter(pk__in=keys), kind=kind, user=user, reason=reason)


def advance(
    row: Registration, stage: str, result: Result, criteria_set: CriteriaSet | None, *, on: date, reason: str
) -> None:
    row.status = REACHED[Assessment.Stage(stage)]
    setattr(row, DAY_OF[Assessment.Stage(stage)], on)
    row.criteria_set = criteria_set
    row.score, row.level, row.passed = result.score, result.level, result.passed
    row.reason = "" if result.passed else reason


def write_registrations(rows: list[Registration], *, user, reason: str) -> None:
    """Store WRITTEN of the rows and its history; the rows are locked."""
    attributes = [Registration._meta.get_field(name).attname for name in WRITTEN]
    update_rows(Registration, WRITTEN, [[*(getattr(row, name) for name in attributes), row.pk] for row in rows])
    record_bulk(Registration.objects.filter(pk__in=[row.pk for row in rows]), kind=CHANGED, user=user, reason=reason)


@transaction.atomic
def step_back(*, keys: Collection[int], reach, user) -> list[Registration]:
    """Take the last step of each registration back: a refusal, a review, a self-assessment; its sheet goes with it.

    All or nothing: raises ValidationError for what is only registered, listed in a proposal, or decided.
    """
    rows = list(reach.select_for_update(of=("self",)).filter(pk__in=keys).select_related("registrant"))
    faults = {str(row.pk): why for row in rows if (why := why_not_back(row))}
    if faults or len(rows) != len(set(keys)):
        raise ValidationError(faults or "Có lượt đăng ký ngoài phạm vi của ông/bà.")
    for stage in Assessment.Stage:
        of_stage = [row.pk for row in rows if row.status == REACHED[stage]]
        gone = Assessment.objects.filter(registration__in=of_stage, stage=stage)
        record_bulk(gone, kind=DELETED, user=user, reason=STEPPED_BACK)
        gone._raw_delete(gone.db)
    kept = {each.registration_id: each for each in Assessment.objects.filter(registration__in=rows)}
    for row in rows:
        retreat(row, kept.get(row.pk))
    write_registrations(rows, user=user, reason=STEPPED_BACK)
    return rows


def why_not_back(row: Registration) -> str:
    if row.status == Status.RECOGNISED:
        return DECIDED
    if row.decision_id:
        return LISTED
    return "Mới ở bước đăng ký, không còn bước nào để lùi." if row.status == Status.REGISTERED else ""


def retreat(row: Registration, sheet: Assessment | None) -> None:
    """The registration as it was before its last step; ``sheet`` is what is left of its assessments."""
    if row.status == Status.NOT_RECOGNISED and row.reviewed_on:
        row.status = Status.REVIEWED
        return
    row.reviewed_on, row.reason = None, ""
    if row.status == Status.REVIEWED and row.assessed_on:
        row.status = Status.ASSESSED
        row.score, row.level, row.passed = (sheet.score, sheet.level, sheet.passed) if sheet else (None, None, None)
        return
    row.status, row.assessed_on, row.criteria_set = Status.REGISTERED, None, None
    row.score = row.level = row.passed = None
