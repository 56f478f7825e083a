"""Rows of the register of learning models for tests."""

from datetime import date

from learning_models.assessing import Sheet, record_sheets
from learning_models.decisions import issue_decision, list_registrations, open_decision
from learning_models.meetings import save_meeting
from learning_models.models import (
    CriteriaSet,
    Criterion,
    Registrant,
    Registration,
    RegistrationCount,
    ReviewMeeting,
)
from learning_models.services import create_registrant, register

REVIEWED_ON = date(2022, 12, 10)


def add_registrant(organization, model="family", **facts):
    facts.setdefault("name", f"Hộ {Registrant.objects.count()}")
    return create_registrant(registrant=Registrant(organization=organization, model=model, **facts), user=None)


def add_registration(organization, model="family", year=2022, registered_on=None, **facts):
    return register(
        registrant=add_registrant(organization, model, **facts),
        year=year,
        registered_on=registered_on or date(year, 1, 15),
        user=None,
    )


def add_count(organization, count, status="registered", year=2022, model="family", **facts):
    facts.setdefault("registered_on", date(year, 1, 1))
    return RegistrationCount.objects.create(
        organization=organization, model=model, year=year, count=count, status=status, **facts
    )


def make_points_set(model="family", most=(30, 30, 20, 20), pass_mark=60, **facts):
    """A set of points that is valid from 2021 on."""
    values = {"valid_from": date(2021, 1, 1), "validity_months": 12} | facts
    made = CriteriaSet.objects.create(
        model=model, name=f"Bộ {model}", act="–", kind="points", pass_mark=pass_mark, **values
    )
    for position, points in enumerate(most, start=1):
        Criterion.objects.create(
            criteria_set=made, number=str(position), position=position, text=f"Tiêu chí {position}", most=points
        )
    return made


def review(*registrations, passed=True, on=REVIEWED_ON, reason=""):
    """The meeting's word on registrations of a model without a set of criteria."""
    sheets = [Sheet(row.pk, passed=passed, reason=reason) for row in registrations]
    return record_sheets(stage="review", sheets=sheets, on=on, reach=Registration.objects.all(), user=None)


def assess(*registrations, on=date(2022, 11, 20)):
    """Self-assessments of a model without a set of criteria."""
    sheets = [Sheet(row.pk, passed=True) for row in registrations]
    return record_sheets(stage="self", sheets=sheets, on=on, reach=Registration.objects.all(), user=None)


def add_meeting(organization, model="family", year=2022, held_on=REVIEWED_ON, **facts):
    meeting = ReviewMeeting(organization=organization, model=model, year=year, held_on=held_on, **facts)
    return save_meeting(meeting=meeting, user=None)


def recognise(*registrations, decided_on=date(2022, 12, 20), number="12/QĐ-UBND", organization=None):
    """A decision over reviewed registrations."""
    first = registrations[0]
    decision = open_decision(
        organization=organization or first.organization, model=first.model, year=first.year, user=None
    )
    keys = [row.pk for row in registrations]
    list_registrations(decision=decision, keys=keys, reach=Registration.objects.all(), user=None)
    return issue_decision(decision=decision, number=number, decided_on=decided_on, authority="Chủ tịch", user=None)


def withdraw(decision, *registrations, decided_on, number="1/QĐ-TH"):
    """A decision that takes titles of ``decision`` back."""
    taken = open_decision(
        organization=decision.organization,
        model=decision.model,
        year=decision.year,
        follows=decision,
        grounds="Vi phạm",
        user=None,
    )
    keys = [row.pk for row in registrations]
    list_registrations(decision=taken, keys=keys, reach=Registration.objects.all(), user=None)
    return issue_decision(decision=taken, number=number, decided_on=decided_on, authority="Chủ tịch", user=None)
