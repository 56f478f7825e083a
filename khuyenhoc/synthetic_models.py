"""Learning models of a synthetic province: families over some years, numbers of the rest. Invented; by the seed."""

from collections.abc import Iterator
from datetime import date
from random import Random

from core.bulk import insert_rows, key_filters, reserve_keys
from core.history import CREATED, record_bulk
from core.sheets import in_parts
from core.streaming import value_columns
from khuyenhoc.synthetic_members import FAMILY, GIVEN, MIDDLE, WRITTEN_AT_ONCE, ready, write_rows
from learning_models.models import CriteriaSet, LearningModel, Registrant, Registration, RegistrationCount, Status
from learning_models.resources.years import BLANK_YEAR
from learning_models.titles import Title, last_days, last_valid_day
from members.models import Sex
from organizations.models import Level, Organization, RegisterUse

COLUMNS = value_columns(Registration)
FAMILIES = LearningModel.FAMILY.value
# Registrant, and the years for which it registered with what became of them: (year, status).
Years = list[tuple[int, str]]


def make_families(
    units: list[Organization], *, count: int, years: range, random: Random, reason: str
) -> dict[str, int]:
    """Write ``count`` families into the branches, or the leaves where there are none; most register every year."""
    parents = {unit.parent_id for unit in units}
    places = [unit for unit in units if unit.level == Level.BRANCH] or [
        unit for unit in units if unit.pk not in parents
    ]
    sets = {year: CriteriaSet.objects.for_model(FAMILIES, decided_on(year)) for year in years}
    written = 0
    for numbers in in_parts(list(range(count)), WRITTEN_AT_ONCE):
        families = [family(number, places[number % len(places)], random) for number in numbers]
        write_rows(Registrant, families, reason=reason)
        rows = [row for each in families for row in life(each, lived(years, random), sets)]
        written += write_registrations(rows, reason=reason)
    numbers = RegistrationCount.objects.bulk_create(make_numbers(units, years, random), batch_size=1000)
    record_bulk(RegistrationCount.objects.filter(organization__in=units), kind=CREATED, user=None, reason=reason)
    keepers = [unit for unit in units if unit.reports_quarterly and random.random() < 0.8]
    register = RegisterUse.Register.LEARNING_MODELS
    used = [RegisterUse(organization=unit, register=register, used_from=date(2016, 1, 1)) for unit in keepers]
    RegisterUse.objects.bulk_create(used, batch_size=1000)
    of_models = RegisterUse.objects.filter(organization__in=keepers, register=register)
    record_bulk(of_models, kind=CREATED, user=None, reason=reason)
    return {"gia đình": count, "lượt đăng ký": written, "số đếm đăng ký": len(numbers)}


def decided_on(year: int) -> date:
    return date(year, 12, 20)


def family(number: int, place: Organization, random: Random) -> Registrant:
    sex = random.choice([Sex.FEMALE, Sex.MALE])
    registrant = Registrant(
        organization=place,
        model=FAMILIES,
        name=f"{random.choice(FAMILY)} {random.choice(MIDDLE[sex])} {random.choice(GIVEN[sex])}",
        address=f"Nhà số {number + 1}",
        people=random.randint(1, 9) if random.random() < 0.9 else None,
    )
    registrant.derive()
    return registrant


def lived(years: range, random: Random) -> Years:
    """The years of a family: nearly all of them, the last one not decided yet."""
    found = []
    for year in years:
        if random.random() < 0.05:
            continue
        recognised = Status.RECOGNISED if random.random() < 0.7 else Status.NOT_RECOGNISED
        found.append((year, Status.REGISTERED if year == years[-1] else recognised))
    return found


def life(registrant: Registrant, years: Years, sets: dict[int, CriteriaSet | None]) -> Iterator[list]:
    """The values of the registrant's registrations, titles settled."""
    titles = [
        Title(year, year, decided_on(year), last_valid_day(decided_on(year), sets[year]), None)
        for year, status in years
        if status == Status.RECOGNISED
    ]
    ends, valid = last_days(titles), {title.year: title.valid_to for title in titles}
    fixed = {"registrant_id": registrant.pk, "organization_id": registrant.organization_id, "model": FAMILIES}
    for year, status in years:
        row = BLANK_YEAR | fixed | {"year": year, "registered_on": date(year, 1, 15), "status": status.value}
        if status == Status.RECOGNISED:
            row |= {"recognised_on": decided_on(year), "valid_to": valid[year], "title_to": ends[year], "passed": True}
            row["decision_number"] = f"{year}/QĐ-UBND"
        elif status == Status.NOT_RECOGNISED:
            row["passed"] = False
        yield [ready(row[column]) for column in COLUMNS]


def write_registrations(rows: list[list], *, reason: str) -> int:
    keys = reserve_keys(Registration, len(rows))
    insert_rows(Registration, [*COLUMNS, "pk"], [[*row, key] for row, key in zip(rows, keys, strict=True)])
    for condition in key_filters(keys):
        record_bulk(Registration.objects.filter(condition), kind=CREATED, user=None, reason=reason)
    return len(rows)


def make_numbers(units: list[Organization], years: range, random: Random) -> Iterator[RegistrationCount]:
    """What the communes only count: clans and communities."""
    for unit in units:
        if unit.level != Level.COMMUNE:
            continue
        for year in years:
            for model in (LearningModel.CLAN, LearningModel.COMMUNITY):
                facts = {"organization": unit, "model": model, "year": year, "registered_on": date(year, 1, 1)}
                yield RegistrationCount(count=random.randint(1, 20), **facts)
                recognised = {"status": Status.RECOGNISED, "recognised_on": decided_on(year)}
                if year != years[-1]:
                    yield RegistrationCount(count=random.randint(1, 20), **facts, **recognised)
