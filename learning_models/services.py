"""Registering for a year, rolling last year forward, and taking it back. Every consequence is one transaction."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Value
from django.utils import timezone

from core.bulk import columns_of, key_filters
from core.history import CREATED, because, record_bulk
from core.vietnamese import date_to_text
from learning_models.models import COUNTED_IN, LearningModel, Registrant, Registration, Status
from learning_models.registrants import lock_registrant
from organizations.models import Organization

REGISTERED, ROLLED, CANCELLED = "Đăng ký", "Chuyển đăng ký từ năm trước", "Huỷ đăng ký"
TWICE = "“{registrant}” đã đăng ký năm {year} rồi."
# Those who register before the year begins do so in its last months.
EARLIEST_MONTH = 10


def check_registered_on(day: date, *, year: int) -> None:
    """Refuse a day to come, after the year, or long before it."""
    if day > timezone.localdate():
        raise ValidationError({"registered_on": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    if not date(year - 1, EARLIEST_MONTH, 1) <= day <= date(year, 12, 31):
        raise ValidationError(
            {"registered_on": f"Đăng ký của năm {year} ghi từ 01/{EARLIEST_MONTH}/{year - 1} đến 31/12/{year}."}
        )


def check_unit(organization: Organization, day: date) -> None:
    """Refuse a unit that did not live on the day."""
    if organization.established_on and day < organization.established_on:
        founded = date_to_text(organization.established_on)
        raise ValidationError({"registered_on": f"“{organization.name}” thành lập ngày {founded}, sau ngày này."})
    if organization.dissolved_on and day > organization.dissolved_on:
        ended = date_to_text(organization.dissolved_on)
        raise ValidationError({"registered_on": f"“{organization.name}” chỉ hoạt động đến hết ngày {ended}."})


@transaction.atomic
def create_registrant(*, registrant: Registrant, user, reason: str = "Ghi đối tượng mới") -> Registrant:
    """Save a new registrant. Raises ValidationError for a dissolved unit and whatever the model refuses."""
    if registrant.organization.is_dissolved:
        raise ValidationError({"organization": f"“{registrant.organization.name}” đã giải thể, không nhận thêm."})
    # The constraints look at what is derived.
    registrant.derive()
    registrant.full_clean()
    because(registrant, user=user, reason=reason).save()
    return registrant


@transaction.atomic
def register(*, registrant: Registrant, year: int, registered_on: date, user, reason: str = REGISTERED) -> Registration:
    """Register for the year, at the unit where the registrant is now; the registrant is kept from other writers.

    Raises ValidationError when the registrant is registered for the year already (two people at once included), was
    not there on the day, and for a day to come or out of the year.
    """
    check_registered_on(registered_on, year=year)
    known, registrant = registrant, lock_registrant(registrant)
    if registrant.organization_id != known.organization_id:
        # Whoever asked may have no say at the other unit.
        raise ValidationError(f"“{registrant}” vừa chuyển sang {registrant.organization.name}.")
    check_unit(registrant.organization, registered_on)
    if not registrant.is_there(registered_on):
        raise ValidationError({"registered_on": f"“{registrant}” không còn hoặc chưa có ở đơn vị vào ngày này."})
    registration = Registration(
        registrant=registrant,
        organization=registrant.organization,
        model=registrant.model,
        year=year,
        registered_on=registered_on,
    )
    twice = ValidationError(TWICE.format(registrant=registrant, year=year))
    if Registration.objects.filter(registrant=registrant, year=year).exists():
        raise twice
    try:
        with transaction.atomic():
            because(registration, user=user, reason=reason).save()
    except IntegrityError as error:
        raise twice from error
    return registration


def to_roll_forward(*, model: str, year: int, registered_on: date, units: Collection[int] | None):
    """Registrants of the year before ``year`` who are still there, in a living unit, and not registered again yet.

    ``units``: keys of the units where they are now; None for every unit.
    """
    before = Registration.objects.filter(registrant=OuterRef("pk"), year=year - 1)
    again = Registration.objects.filter(registrant=OuterRef("pk"), year=year)
    living = Organization.objects.alive(registered_on).order_by().values("pk")
    found = Registrant.objects.active(registered_on).filter(Exists(before), ~Exists(again), model=model)
    found = found.filter(organization__in=living)
    return found if units is None else found.filter(organization__in=units)


@transaction.atomic
def roll_forward(
    *,
    model: str,
    year: int,
    registered_on: date,
    units: Collection[int] | None,
    user,
    without: Collection[int] = (),
    among: Collection[int] | None = None,
    reason: str = ROLLED,
) -> int:
    """Register last year's registrants again, but those ``without``; how many. One INSERT … SELECT and its history.

    ``among``: only of these (keys), as a page showed them; None: everybody.

    Whoever is registered meanwhile by somebody else stays as that person wrote it. Raises ValidationError for a day
    to come or out of the year.
    """
    check_registered_on(registered_on, year=year)
    chosen = to_roll_forward(model=model, year=year, registered_on=registered_on, units=units)
    if among is not None:
        chosen = chosen.filter(pk__in=list(among))
    if without:
        chosen = chosen.exclude(pk__in=list(without))
    facts = {
        "year": Value(year),
        "registered_on": Value(registered_on),
        "status": Value(Status.REGISTERED.value),
        "model": F("model"),
        "organization": F("organization_id"),
        "registrant": F("pk"),
    }
    keys = insert_selected(chosen.order_by(), facts)
    for condition in key_filters(keys):
        record_bulk(Registration.objects.filter(condition), kind=CREATED, user=user, reason=reason)
    return len(keys)


def insert_selected(registrants, facts: dict) -> list[int]:
    """Registrations of ``registrants`` with the columns ``facts`` (expressions); the keys of the new rows."""
    blank = {"decision_number": Value(""), "reason": Value(""), "withdrawn_reason": Value("")}
    facts = facts | blank
    selected = registrants.values_list(*(value for value in facts.values()))
    try:
        select, parameters = selected.query.sql_with_params()
    except EmptyResultSet:  # "among none of these"
        return []
    table = connection.ops.quote_name(Registration._meta.db_table)
    columns = ", ".join(columns_of(Registration, facts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) {select} ON CONFLICT DO NOTHING RETURNING id",  # noqa: S608
            parameters,
        )
        return [key for (key,) in cursor.fetchall()]


def lock_registration(registration: Registration) -> Registration:
    """The row as it is now, kept from other writers; raises ValidationError once it was taken back."""
    found = Registration.objects.select_for_update().filter(pk=registration.pk).first()
    if found is None:
        raise ValidationError("Người khác vừa huỷ đăng ký này.")
    return found


@transaction.atomic
def cancel_registration(*, registration: Registration, user, reason: str = CANCELLED) -> None:
    """Take a registration back that nobody has assessed yet; the registrant stays in the register.

    Raises ValidationError once it was assessed: that step is taken back first.
    """
    registration = lock_registration(registration)
    if registration.status != Status.REGISTERED:
        raise ValidationError("Đã qua bước tự đánh giá. Hãy lùi về bước đăng ký trước, rồi huỷ.")
    because(registration, user=user, reason=reason).delete()


def counted(number: int, model: str) -> str:
    """ "30 hộ"."""
    return f"{number} {COUNTED_IN[LearningModel(model)]}"
