"""Nominating for a programme, and passing nominations on from level to level within each unit's quota."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from core.history import CREATED, record_bulk
from core.numbers import number_to_text
from core.vietnamese import date_to_text, fold, person_name_key, sort_key
from funds.awards.writing import (
    change_awards,
    check_amounts,
    hold_awards,
    lock_programme,
    reference_of,
    written_with,
)
from funds.models import Award, Party, Programme, ProgrammeQuota
from funds.models.awards import BY_KIND
from organizations.models import Organization


@dataclass(frozen=True)
class Nominee:
    """One line of a nomination: who, from where, and how many portions."""

    name: str
    birth_year: int | None = None
    school: str = ""
    portions: int = 1


def name_key(name: str, kind: str) -> str:
    """As `Party` keeps it for lists."""
    is_person = kind in (Party.Kind.PERSON, Party.Kind.CHILD)
    return (person_name_key if is_person else sort_key)(name)[:600]


@transaction.atomic
def nominate(
    *, programme: Programme, origin: Organization, nominees: Sequence[Nominee], user, key: UUID | None = None
) -> list[Award]:
    """Nominate for the programme; the nominations lie at ``origin`` until it passes them on.

    ``key`` tells one wish from another: with one that was carried out already, what it wrote then is answered.
    Raises ValidationError when the programme takes none today, or ``origin`` is not at or below its unit.
    """
    programme = lock_programme(programme)
    if known := written_with(programme.organization, key):
        return known
    check_open(programme)
    if not line_to(programme, origin):
        raise ValidationError(f"“{origin.short_name}” không thuộc “{programme.organization.short_name}”.")
    if not nominees:
        raise ValidationError("Chưa có ai được đề cử. Hãy ghi ít nhất một tên.")
    check_amounts(nominee.portions * programme.portion_amount for nominee in nominees)
    parties = find_parties(origin, nominees, BY_KIND[programme.kind], user)
    now = timezone.now()
    awards = [
        Award(
            programme=programme,
            organization=programme.organization,
            origin=origin,
            at=origin,
            kind=programme.kind,
            fund_id=programme.fund_id,
            recipient=party,
            birth_year=nominee.birth_year,
            school_or_workplace=nominee.school,
            portions=nominee.portions,
            amount=nominee.portions * programme.portion_amount,
            reference=reference_of(key, place),
            nominated_by=user,
            nominated_at=now,
        )
        for place, (nominee, party) in enumerate(zip(nominees, parties, strict=True), start=1)
    ]
    Award.objects.bulk_create(awards, batch_size=500)
    rows = Award.objects.filter(pk__in=[award.pk for award in awards])
    record_bulk(rows, kind=CREATED, user=user, reason="Đề cử")
    return awards


def check_open(programme: Programme) -> None:
    today = timezone.localdate()
    if programme.opens_on and today < programme.opens_on:
        raise ValidationError(f"Chương trình nhận đề cử từ ngày {date_to_text(programme.opens_on)}.")
    if programme.closes_on and today > programme.closes_on:
        raise ValidationError(f"Chương trình đã hết hạn đề cử ngày {date_to_text(programme.closes_on)}.")


def line_to(programme: Programme, unit: Organization) -> list[Organization]:
    """From the programme's unit down to ``unit``; empty when it does not lie there. One query."""
    line = list(Organization.objects.above(unit))
    places = [place for place, each in enumerate(line) if each.pk == programme.organization_id]
    return line[places[0] :] if places else []


def find_parties(origin: Organization, nominees: Sequence[Nominee], kind: str, user) -> list[Party]:
    """The unit's party of that name and school, else a new one; two queries and two for each new party.

    Those that are found are kept from being merged into another one until they are named.
    """
    keys = [(name_key(each.name, kind), fold(each.school)) for each in nominees]
    known: dict[tuple, Party] = {}
    rows = Party.objects.current().filter(organization=origin, kind=kind, sort_key__in={key for key, _ in keys})
    for party in rows.select_for_update(no_key=True).order_by("pk"):
        known.setdefault((party.sort_key, fold(party.address)), party)
    parties = []
    for nominee, key in zip(nominees, keys, strict=True):
        if key not in known:
            party = Party(organization=origin, kind=kind, name=nominee.name, address=nominee.school)
            party._history_user, party._change_reason = user, "Đề cử"
            party.save()
            known[key] = party
        parties.append(known[key])
    return parties


@transaction.atomic
def pass_on(*, programme: Programme, unit: Organization, keys: Iterable[int], user) -> Organization:
    """Send nominations that lie at ``unit`` to the unit above it, which is returned.

    Raises ValidationError at the programme's own unit, and beyond the quota of ``unit``.
    """
    programme = lock_programme(programme)
    line = line_to(programme, unit)
    if len(line) < 2:
        raise ValidationError("Đề cử đã ở đơn vị xét duyệt.")
    awards = hold_awards(programme, keys, state=Award.State.NOMINATED, at=unit)
    check_quota(programme, unit, awards)
    change_awards(awards, user=user, because=f"Chuyển lên {line[-2].short_name}", at=line[-2])
    return line[-2]


def check_quota(programme: Programme, unit: Organization, awards: Sequence[Award]) -> None:
    quota = quota_of(programme, unit)
    if quota is None:
        return
    used, added = portions_passed_on(programme, unit), sum(award.portions for award in awards)
    if used + added > quota:
        raise ValidationError(
            f"Chỉ tiêu của “{unit.short_name}” là {number_to_text(quota)} suất, đã chuyển {number_to_text(used)}: "
            f"còn chuyển được {number_to_text(max(quota - used, 0))} suất, ông/bà chọn {number_to_text(added)}.",
            code="quota",
        )


def quota_of(programme: Programme, unit: Organization) -> int | None:
    """Portions; None where there is no limit."""
    found = ProgrammeQuota.objects.filter(programme=programme, organization=unit)
    return found.values_list("portions", flat=True).first()


def portions_passed_on(programme: Programme, unit: Organization) -> int:
    """Portions from the unit and from below it that left it upwards and stand. One query."""
    inside = Organization.objects.within(Organization.objects.filter(pk=unit.pk)).order_by().values("pk")
    rows = Award.objects.standing().filter(programme=programme, origin__in=inside).exclude(at__in=inside)
    return rows.order_by().aggregate(sum=Sum("portions"))["sum"] or 0


@transaction.atomic
def give_up(*, programme: Programme, keys: Iterable[int], reason: str, user) -> None:
    """The recipients do not take it, or were nominated by mistake. Raises ValidationError once it was handed over."""
    programme = lock_programme(programme)
    awards = hold_awards(programme, keys, state__in=(Award.State.NOMINATED, Award.State.APPROVED))
    words = reason.strip()
    if not words:
        raise ValidationError({"reason": "Hãy ghi lý do."})
    change_awards(awards, user=user, because=f"Thôi nhận: {words}", state=Award.State.GIVEN_UP, reason=words)
