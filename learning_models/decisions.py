"""Proposing, recognising, refusing, withdrawing. An issued decision is never changed, only followed by another."""

import hashlib
from collections.abc import Collection
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.bulk import key_filters, update_rows
from core.history import CHANGED, because, record_bulk
from core.vietnamese import date_to_text
from learning_models.models import (
    Certificate,
    CriteriaSet,
    Given,
    RecognitionDecision,
    Registration,
    Status,
)
from learning_models.titles import last_valid_day, settle
from organizations.domains import subtree_ids
from organizations.models import Organization

LISTED, UNLISTED, PROPOSED = "Đưa vào danh sách đề nghị", "Đưa ra khỏi danh sách đề nghị", "Đề nghị công nhận"
RECOGNISED, REFUSED, WITHDRAWN = "Công nhận", "Không công nhận", "Thu hồi danh hiệu"
GIVEN_UP = "Người khác vừa bỏ danh sách này. Những tên trong đó chọn lại được vào danh sách khác."
CERTIFICATE_TEMPLATE = "v1"
MARK_BYTES = 8


def to_propose(reach, *, model: str, year: int):
    """Registrations of ``reach`` that the review passed and no list holds yet."""
    return reach.filter(model=model, year=year, status=Status.REVIEWED, passed=True, decision__isnull=True)


def to_withdraw(reach, decision: RecognitionDecision):
    """Titles of ``reach`` that the decision named by a withdrawal gave and no withdrawal holds yet."""
    if decision.follows_id:
        return reach.filter(decision=decision.follows_id, withdrawal__isnull=True, withdrawn_on__isnull=True)
    given = {"decision_number": decision.given_number, "recognised_on": decision.given_on}
    return reach.filed_titles().filter(model=decision.model, year=decision.year, **given)


def lock_decision(decision: RecognitionDecision) -> RecognitionDecision:
    """The row as it is now, kept from other writers; raises ValidationError once it is issued or given up."""
    found = RecognitionDecision.objects.select_for_update().filter(pk=decision.pk).first()
    if found is None:
        raise ValidationError(GIVEN_UP)
    found.check_not_issued()
    return found


def rows_of(decision: RecognitionDecision):
    return decision.registrations if decision.kind == decision.Kind.RECOGNITION else decision.withdrawn_registrations


def mark_of_list(decision: RecognitionDecision) -> str:
    """Tells who stands on the list: another mark means other names, though they be as many."""
    keys = rows_of(decision).order_by("pk").values_list("pk", flat=True)
    return hashlib.blake2b(",".join(map(str, keys)).encode(), digest_size=MARK_BYTES).hexdigest()


@transaction.atomic
def open_decision(
    *,
    organization: Organization,
    model: str,
    year: int,
    user,
    follows: RecognitionDecision | None = None,
    given: Given | None = None,
    grounds: str = "",
) -> RecognitionDecision:
    """Begin a list: of recognition, or with ``follows`` of the withdrawal of titles that that decision gave.

    ``given``: of titles that came by file, with number and day of their decision.
    """
    decision = RecognitionDecision(organization=organization, model=model, year=year, grounds=grounds)
    if follows is not None:
        if follows.kind != follows.Kind.RECOGNITION or not follows.is_issued:
            raise ValidationError("Chỉ thu hồi danh hiệu theo một quyết định công nhận đã ban hành.")
        decision.follows = follows
    if given is not None:
        decision.given_number, decision.given_on, decision.given_by = given.number, given.decided_on, given.authority
    if follows is not None or given is not None:
        decision.kind = RecognitionDecision.Kind.WITHDRAWAL
        if not grounds.strip():
            raise ValidationError({"grounds": "Hãy ghi lý do thu hồi."})
    decision.full_clean()
    because(decision, user=user, reason="Lập danh sách").save()
    return decision


@transaction.atomic
def open_filed_withdrawal(
    *, registration: Registration, organization: Organization, given_by: str, grounds: str, reach, user
) -> RecognitionDecision:
    """Begin the withdrawal of titles that came by file with the one of ``registration``, which is listed at once.

    Raises ValidationError where that title was given here, is listed or withdrawn already, or lies elsewhere.
    """
    row = reach.filed_titles().select_for_update(of=("self",)).filter(pk=registration.pk).first()
    if row is None:
        raise ValidationError("Danh hiệu này đã bị thu hồi, hoặc đang ở một danh sách thu hồi khác.")
    if row.organization_id not in subtree_ids(organization):
        raise ValidationError({"organization": "Đối tượng không thuộc đơn vị này. Hãy chọn đơn vị khác."})
    given = Given(row.decision_number, row.recognised_on, given_by)
    facts = {"organization": organization, "model": row.model, "year": row.year, "user": user}
    decision = open_decision(given=given, grounds=grounds, **facts)
    list_registrations(decision=decision, keys=[row.pk], reach=reach, user=user)
    return decision


@transaction.atomic
def list_registrations(*, decision: RecognitionDecision, keys: Collection[int], reach, user) -> int:
    """Put registrations on the list; how many. ``reach``: those that the user may change.

    All or nothing: raises ValidationError where one is out of reach, not of the model and year, did not pass the
    review, or stands on a list already.
    """
    decision = lock_decision(decision)
    if decision.kind == decision.Kind.WITHDRAWAL:
        fitting = to_withdraw(reach, decision)
        values = {"withdrawal": decision}
    else:
        fitting = to_propose(reach, model=decision.model, year=decision.year)
        values = {"decision": decision}
    found = lock_rows(fitting, keys)
    if len(found) != len(set(keys)):
        raise ValidationError("Danh sách đã thay đổi từ lúc ông/bà xem. Hãy tải lại trang rồi chọn lại.")
    move(found, values, decision=decision, user=user, reason=LISTED)
    return len(found)


def lock_rows(rows, keys: Collection[int]) -> list[int]:
    """Those of ``keys`` that are among ``rows``, locked in one order, so that two people never wait in a ring."""
    return [
        pk
        for condition in key_filters(set(keys))
        for pk in rows.select_for_update(of=("self",)).filter(condition).order_by("pk").values_list("pk", flat=True)
    ]


def move(keys: list[int], values: dict, *, decision: RecognitionDecision, user, reason: str) -> None:
    """Put the rows on a list or take them off; the decision's own history tells how many."""
    for condition in key_filters(keys):
        rows = Registration.objects.filter(condition)
        rows.update(**values)
        record_bulk(rows, kind=CHANGED, user=user, reason=reason)
    same = RecognitionDecision.objects.filter(pk=decision.pk)
    record_bulk(same, kind=CHANGED, user=user, reason=f"{reason}: {len(keys)} {decision.counted_in}")


@transaction.atomic
def unlist_registrations(*, decision: RecognitionDecision, keys: Collection[int], user) -> int:
    """Take registrations off the list again; how many."""
    decision = lock_decision(decision)
    found = lock_rows(rows_of(decision), keys)
    if found:
        values = {"withdrawal" if decision.is_withdrawal else "decision": None}
        move(found, values, decision=decision, user=user, reason=UNLISTED)
    return len(found)


@transaction.atomic
def propose_decision(*, decision: RecognitionDecision, proposal_number: str, proposed_on: date, user):
    """Put the list before the authority. Raises ValidationError for an empty list and a day to come."""
    decision = lock_decision(decision)
    check_day("proposed_on", proposed_on)
    check_not_empty(decision)
    decision.status = decision.Status.PROPOSED
    decision.proposal_number, decision.proposed_on = proposal_number, proposed_on
    decision.full_clean()
    because(decision, user=user, reason=PROPOSED).save()
    return decision


@transaction.atomic
def discard_decision(*, decision: RecognitionDecision, user) -> None:
    """Give a list up that was not issued; its registrations may be listed again."""
    decision = lock_decision(decision)
    unlist_registrations(decision=decision, keys=list(rows_of(decision).values_list("pk", flat=True)), user=user)
    because(decision, user=user, reason="Bỏ danh sách").delete()


@transaction.atomic
def issue_decision(
    *,
    decision: RecognitionDecision,
    number: str,
    decided_on: date,
    authority: str,
    signer: str = "",
    body: str = "",
    place: str = "",
    signing: str = "",
    user,
) -> RecognitionDecision:
    """Record the decision with its number and date; every row of the list gets or loses its title.

    ``body``, ``place`` and ``signing`` are what its paper carries around the text (`authorities.suggest`).

    Raises ValidationError for an empty list, a day to come, before the proposal, before a row's registration or
    review (for a withdrawal: before the title), a row whose unit lies elsewhere by now, and whatever the model
    refuses.
    """
    decision = lock_decision(decision)
    check_day("decided_on", decided_on)
    check_after_proposal(decision, decided_on)
    check_not_empty(decision)
    rows = list(rows_of(decision).select_for_update(of=("self",)).select_related("criteria_set").by_place())
    check_within(decision, rows)
    if decision.kind == decision.Kind.RECOGNITION:
        recognise(decision, rows, number=number, decided_on=decided_on, user=user)
    else:
        withdraw(decision, rows, decided_on=decided_on, user=user)
    decision.number, decision.decided_on = number, decided_on
    decision.authority, decision.signer = authority, signer
    decision.body, decision.place, decision.signing = body, place, signing
    decision.status = decision.Status.ISSUED
    decision.issued_at, decision.issued_by = timezone.now(), user
    decision.full_clean()
    because(decision, user=user, reason=RECOGNISED if decision.kind == decision.Kind.RECOGNITION else WITHDRAWN).save()
    return decision


def check_day(field: str, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({field: "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})


def check_after_proposal(decision: RecognitionDecision, decided_on: date) -> None:
    """The paper of the decision names its proposal, and an issued one is never corrected."""
    if decision.proposed_on and decided_on < decision.proposed_on:
        words = f"Tờ trình ghi ngày {date_to_text(decision.proposed_on)}, sau ngày này."
        remedy = "Hãy sửa ngày quyết định; tờ trình ghi nhầm ngày thì quay lại, bấm “Sửa số, ngày đề nghị”."
        raise ValidationError({"decided_on": f"{words} {remedy}"})


def check_not_empty(decision: RecognitionDecision) -> None:
    if not rows_of(decision).exists():
        raise ValidationError("Danh sách còn trống. Hãy đưa ít nhất một đối tượng vào danh sách.")


def check_within(decision: RecognitionDecision, rows: list[Registration]) -> None:
    """A unit that moved away since it was listed is for its new superior to decide about."""
    inside = set(subtree_ids(decision.organization))
    if away := [row for row in rows if row.organization_id not in inside]:
        raise ValidationError(
            f"{len(away)} {decision.counted_in} trong danh sách nay không còn thuộc {decision.organization.name}. "
            "Hãy đưa ra khỏi danh sách; đơn vị cấp trên mới của họ lập danh sách khác."
        )


def recognise(decision, rows: list[Registration], *, number: str, decided_on: date, user) -> None:
    """Give the titles, end earlier ones of the same registrants, and write the certificates."""
    if late := [row for row in rows if row.reviewed_on and row.reviewed_on > decided_on]:
        last = max(row.reviewed_on for row in late)
        raise ValidationError({"decided_on": f"Có đối tượng được bình xét ngày {date_to_text(last)}, sau ngày này."})
    last = max(row.registered_on for row in rows)
    if last > decided_on:  # of a review that a file brought nothing is known but its result
        raise ValidationError({"decided_on": f"Có đối tượng đăng ký ngày {date_to_text(last)}, sau ngày này."})
    known = CriteriaSet.objects.for_model(decision.model, decided_on)
    values = []
    for row in rows:
        valid_to = last_valid_day(decided_on, row.criteria_set or known)
        values.append((Status.RECOGNISED.value, number, decided_on, valid_to, valid_to, "", row.pk))
    columns = ["status", "decision_number", "recognised_on", "valid_to", "title_to", "reason"]
    update_rows(Registration, columns, values)
    record(rows, user=user, reason=RECOGNISED)
    settle([row.registrant_id for row in rows], user=user)
    Certificate.objects.bulk_create(
        (
            Certificate(registration=row, number=place, template=CERTIFICATE_TEMPLATE)
            for place, row in enumerate(rows, start=1)
        ),
        batch_size=1000,
    )


def withdraw(decision, rows: list[Registration], *, decided_on: date, user) -> None:
    if any(row.recognised_on > decided_on for row in rows):
        raise ValidationError({"decided_on": "Ngày thu hồi phải từ ngày công nhận trở đi."})
    if gone := [row for row in rows if row.title_to is not None and row.title_to < decided_on]:
        raise ValidationError(f"{len(gone)} danh hiệu đã hết giá trị trước ngày này. Hãy đưa ra khỏi danh sách.")
    # Together with its last day, as the database asks; `settle` finds it right.
    ended = decided_on - timedelta(days=1)
    values = [(decided_on, decision.grounds, ended, row.pk) for row in rows]
    update_rows(Registration, ["withdrawn_on", "withdrawn_reason", "title_to"], values)
    record(rows, user=user, reason=WITHDRAWN)
    settle([row.registrant_id for row in rows], user=user, reason=WITHDRAWN)


def record(rows: list[Registration], *, user, reason: str) -> None:
    for condition in key_filters([row.pk for row in rows]):
        record_bulk(Registration.objects.filter(condition), kind=CHANGED, user=user, reason=reason)


@transaction.atomic
def refuse_registrations(*, reasons: dict[int, str], reach, user) -> int:
    """Close reviewed registrations as not recognised, each with its reason; how many.

    Raises ValidationError, by key, for one without a reason, not reviewed, or listed in a proposal.
    """
    rows = list(reach.select_for_update(of=("self",)).filter(pk__in=reasons))
    faults = {str(pk): "Hãy ghi lý do." for pk, reason in reasons.items() if not reason.strip()}
    for row in rows:
        if row.status != Status.REVIEWED or row.decision_id:
            faults[str(row.pk)] = "Chỉ ghi không công nhận cho đối tượng đã bình xét, chưa ở danh sách đề nghị."
    if faults or len(rows) != len(reasons):
        raise ValidationError(faults or "Có lượt đăng ký ngoài phạm vi của ông/bà.")
    length = Registration._meta.get_field("reason").max_length
    values = [(Status.NOT_RECOGNISED.value, reasons[row.pk].strip()[:length], row.pk) for row in rows]
    update_rows(Registration, ["status", "reason"], values)
    record(rows, user=user, reason=REFUSED)
    return len(rows)
