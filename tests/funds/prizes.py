"""Programmes and nominations in short, for the tests about awards."""

from datetime import date

from funds.awards.approving import approve
from funds.awards.nominations import Nominee, nominate, pass_on
from funds.models import Award, Programme

HANDED = date(2022, 3, 10)


def programme_of(organization, kind="student", **facts) -> Programme:
    facts = {"name": f"Chương trình {kind}", "year": 2026, "portion_amount": 500_000, **facts}
    return Programme.objects.create(organization=organization, kind=kind, **facts)


def keys_of(awards) -> list[int]:
    return [award.pk for award in awards]


def nominated(programme, origin, *names, user=None, school="Trường Đồi", **facts) -> list[Award]:
    nominees = [Nominee(name, school=school, **facts) for name in names]
    return nominate(programme=programme, origin=origin, nominees=nominees, user=user)


def lifted(programme, awards, *units, user=None) -> list[Award]:
    """Passed on by each of the units in turn."""
    for unit in units:
        pass_on(programme=programme, unit=unit, keys=keys_of(awards), user=user)
    return awards


def approved(programme, awards, first, second) -> list[Award]:
    for user in (first, second):
        approve(programme=programme, keys=keys_of(awards), user=user)
    return awards


def given(organization, kind="student", *, on=HANDED, **facts) -> Award:
    """Handed over without nominations."""
    facts = {"portions": 1, "amount": 200_000, **facts}
    places = {"organization": organization, "origin": organization, "at": organization}
    return Award.objects.create(kind=kind, state=Award.State.PAID, handed_on=on, **places, **facts)
