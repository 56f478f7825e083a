"""Last year's registrants carried into this year: numbers by unit, and a list of one unit with its exceptions."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count

from core.history import CHANGED, record_bulk
from learning_models.models import Registrant, Registration
from learning_models.registrants import leave_registrant
from learning_models.services import roll_forward, to_roll_forward
from organizations.models import Organization

GONE, GONE_BECAUSE = "Ghi đã rời đi khi chuyển đăng ký", "Đã rời đi: {why}"
SKIPPED_BECAUSE = "Không đăng ký năm {year}: {why}"
# With the words before it, it fits into the history.
WHY_LENGTH = 70


@dataclass(frozen=True)
class UnitNumbers:
    """Of one unit: still to be registered again, and registered for the year already."""

    unit: Organization
    open: int
    registered: int

    @property
    def is_begun(self) -> bool:
        """Whoever is left over was left out on purpose, most likely."""
        return self.registered > 0


def numbers_by_unit(units: list[Organization], *, model: str, year: int, registered_on: date) -> list[UnitNumbers]:
    """The units that have anybody to register again or registered; two queries."""
    keys = [unit.pk for unit in units]
    waiting = to_roll_forward(model=model, year=year, registered_on=registered_on, units=keys)
    waiting = waiting.order_by().values_list("organization_id").annotate(number=Count("pk"))
    done = Registration.objects.filter(organization__in=keys, model=model, year=year)
    done = done.order_by().values_list("organization_id").annotate(number=Count("pk"))
    open_, registered = dict(waiting), dict(done)
    rows = [UnitNumbers(unit, open_.get(unit.pk, 0), registered.get(unit.pk, 0)) for unit in units]
    return [row for row in rows if row.open or row.registered]


@dataclass(frozen=True)
class Choice:
    """What was ticked in the list of one unit (keys): ``shown`` less ``skipped`` and ``gone`` is registered again.

    ``whys``: key of an exception → why, where that was said; its history keeps it.
    """

    shown: frozenset[int]
    skipped: frozenset[int]
    gone: frozenset[int]
    gone_on: date | None
    whys: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RollPlan:
    """What would happen, in the order of names."""

    again: list[Registrant]
    skipped: list[Registrant]
    gone: list[Registrant]


def plan_roll(choice: Choice, *, organization: Organization, model: str, year: int, registered_on: date) -> RollPlan:
    """Only those who are still to be registered again are named; one query."""
    found = to_roll_forward(model=model, year=year, registered_on=registered_on, units=[organization.pk])
    rows = list(found.filter(pk__in=choice.shown).order_by("sort_key", "pk"))
    gone = [row for row in rows if row.pk in choice.gone]
    skipped = [row for row in rows if row.pk in choice.skipped - choice.gone]
    again = [row for row in rows if row.pk not in choice.gone | choice.skipped]
    return RollPlan(again, skipped, gone)


def registered_after(day: date, registrants: Collection[int], *, unit: Organization) -> Registration | None:
    """The latest registration of any of the unit's registrants after the day, if there is one."""
    rows = Registration.objects.filter(registrant__in=registrants, registrant__organization=unit)
    rows = rows.filter(registered_on__gt=day, registrant__to_date__isnull=True).select_related("registrant")
    return rows.order_by("registered_on").last()


@dataclass(frozen=True)
class Rolled:
    registered: int
    gone: int


@transaction.atomic
def roll_unit(
    choice: Choice, *, organization: Organization, model: str, year: int, registered_on: date, reach, user
) -> Rolled:
    """Register the list of one unit again, but the exceptions; those who moved away get their last day.

    ``reach``: registrants that the user may change. Done twice it changes nothing more. Raises ValidationError where
    the last day is missing, to come, or before the registration of the year before.
    """
    left = 0
    if choice.gone and choice.gone_on is None:
        raise ValidationError({"gone_on": "Có người đã rời đi: hãy ghi ngày cuối cùng còn ở đây."})
    rows = reach.filter(organization=organization, model=model)
    for registrant in rows.filter(pk__in=choice.gone & choice.shown):
        if registrant.to_date is None:
            why = choice.whys.get(registrant.pk)
            reason = GONE_BECAUSE.format(why=why) if why else GONE
            leave_registrant(registrant=registrant, to_date=choice.gone_on, user=user, reason=reason)
            left += 1
    record_skipped(rows, choice, year=year, user=user)
    registered = roll_forward(
        model=model,
        year=year,
        registered_on=registered_on,
        units=[organization.pk],
        without=choice.skipped | choice.gone,
        among=choice.shown,
        user=user,
    )
    return Rolled(registered, left)


def record_skipped(rows, choice: Choice, *, year: int, user) -> None:
    """Tell the history of those who are left out why, where that was said; nothing else about them changes."""
    by_reason: dict[str, list[int]] = defaultdict(list)
    for key in (choice.skipped - choice.gone) & choice.shown & choice.whys.keys():
        by_reason[SKIPPED_BECAUSE.format(year=year, why=choice.whys[key])].append(key)
    for reason, keys in by_reason.items():
        # Sent twice, it is told once.
        told = Registrant.history.filter(id__in=keys, history_change_reason=reason).values("id")
        record_bulk(rows.filter(pk__in=keys).exclude(pk__in=told), kind=CHANGED, user=user, reason=reason)


def roll_units(units: Collection[Organization], *, model: str, year: int, registered_on: date, user) -> int:
    """Register everybody of several units again; how many."""
    keys = [unit.pk for unit in units]
    return roll_forward(model=model, year=year, registered_on=registered_on, units=keys, user=user)
