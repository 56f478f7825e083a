"""Members of a synthetic province: names, spells in branches, head counts. Invented; the same for the same seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random

from django.db.models import Model

from core.bulk import insert_rows, key_filters, reserve_keys
from core.history import CREATED, record_bulk
from core.sheets import in_parts
from core.streaming import value_columns
from core.vietnamese import fold, person_name_key
from members.models import HeadCount, Member, Membership, Occupation, Sex
from members.models.members import person_words
from organizations.models import Level, Organization, RegisterUse

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Lò",
    "Cà",
    "Quàng",
    "Tòng",
    "Giàng",
    "Vàng",
]
MIDDLE = {
    Sex.FEMALE: ["Thị", "Thị Minh", "Ngọc", "Thanh", "Thị Thu"],
    Sex.MALE: ["Văn", "Minh", "Đức", "Quang", "Hữu", "A"],
}
GIVEN = {
    Sex.FEMALE: ["An", "Bình", "Dung", "Hà", "Hoa", "Hương", "Lan", "Mai", "Nga", "Oanh", "Thảo", "Yến", "Ảnh", "Ước"],
    Sex.MALE: ["Ân", "Bảo", "Cường", "Dũng", "Đạt", "Hải", "Khánh", "Long", "Nam", "Phúc", "Sơn", "Tuấn", "Vinh", "Ý"],
}
OCCUPATIONS = list(Occupation.values)
FIRST_DAY, DAYS = date(2010, 1, 1), 4500
WRITTEN_AT_ONCE = 10_000


def make_members(units: list[Organization], count: int, random: Random, *, reason: str) -> dict[str, int]:
    """Write ``count`` members into the branches, or the leaves where there are none: how many rows of each sort."""
    parents = {unit.parent_id for unit in units}
    places = [unit for unit in units if unit.level == Level.BRANCH] or [
        unit for unit in units if unit.pk not in parents
    ]
    spells = 0
    for numbers in in_parts(list(range(count)), WRITTEN_AT_ONCE):
        people = [person(number, places[number % len(places)], random) for number in numbers]
        rows = [row for member in people for row in life(member, places, random)]
        write_rows(Member, people, reason=reason)
        for row in rows:
            row.member_id = row.member.pk
        write_rows(Membership, rows, reason=reason)
        spells += len(rows)
    heads = HeadCount.objects.bulk_create(make_head_counts(places, count, random), batch_size=1000)
    record_bulk(HeadCount.objects.filter(organization__in=places), kind=CREATED, user=None, reason=reason)
    keepers = [unit for unit in units if unit.reports_quarterly and random.random() < 0.8]
    used = [RegisterUse(organization=unit, register="members", used_from=date(2015, 1, 1)) for unit in keepers]
    RegisterUse.objects.bulk_create(used, batch_size=1000)
    record_bulk(RegisterUse.objects.filter(organization__in=keepers), kind=CREATED, user=None, reason=reason)
    return {"hội viên": count, "thời gian sinh hoạt": spells, "số đếm": len(heads)}


def write_rows(model: type[Model], rows: list, *, reason: str) -> None:
    """As ``bulk_create`` and `record_bulk` do, in half of the time; the rows get their keys."""
    columns = value_columns(model)
    for row, key in zip(rows, reserve_keys(model, len(rows)), strict=True):
        row.pk = key
    values = [[row.pk, *(ready(getattr(row, column)) for column in columns)] for row in rows]
    insert_rows(model, ["pk", *columns], values)
    for condition in key_filters(row.pk for row in rows):
        record_bulk(model.objects.filter(condition), kind=CREATED, user=None, reason=reason)


def ready(value):
    """A value as both databases take it without the help of a field."""
    return str(value) if isinstance(value, str | date) else value


def person(number: int, place: Organization, random: Random) -> Member:
    sex = random.choice([Sex.FEMALE, Sex.MALE])
    name = f"{random.choice(FAMILY)} {random.choice(MIDDLE[sex])} {random.choice(GIVEN[sex])}"
    card = f"{place.code.split('.')[0]}-{number + 1:07d}" if random.random() < 0.7 else None
    phone = f"0{900_000_000 + random.randrange(99_999_999)}" if random.random() < 0.6 else ""
    return Member(
        organization=place,
        full_name=name,
        birth_year=random.randint(1935, 2005) if random.random() < 0.9 else None,
        sex=sex.value if random.random() < 0.97 else "",
        phone=phone,
        card_number=card,
        occupation=random.choice(OCCUPATIONS),
        party_member=random.random() < 0.15 if random.random() < 0.8 else None,
        folded=fold(name),
        search=person_words(name, card, phone),
        sort_key=key_of(name),
    )


@cache
def key_of(name: str) -> str:
    return person_name_key(name)


def life(member: Member, places: list[Organization], random: Random) -> Iterator[Membership]:
    """The spells of a person, the last of them in the person's own branch."""
    joined = FIRST_DAY + timedelta(days=random.randrange(DAYS))
    reason = Membership.Reason.NEW
    if random.random() < 0.03:
        moved = joined + timedelta(days=random.randrange(300))
        yield Membership(
            member=member,
            organization=random.choice(places),
            joined_on=joined,
            left_on=moved,
            left_reason=Membership.Reason.TRANSFERRED,
        )
        joined, reason = moved, Membership.Reason.TRANSFERRED
    last = Membership(member=member, organization=member.organization, joined_on=joined, joined_reason=reason)
    if random.random() < 0.04:
        member.active = False
        last.left_on = joined + timedelta(days=random.randrange(600))
        last.left_reason = random.choice([Membership.Reason.RESIGNED, Membership.Reason.DECEASED])
    if reason == Membership.Reason.NEW and random.random() < 0.05:
        last.joined_on = None
    yield last


def make_head_counts(places: list[Organization], count: int, random: Random) -> list[HeadCount]:
    """One branch in ten has also been counted."""
    size = max(1, count // max(1, len(places)))
    rows = []
    for place in places[::10]:
        members = random.randint(size // 2, size * 3)
        rows.append(HeadCount(organization=place, date=date(2022, 1, 15), members=members, women=members // 2))
    return rows
