"""Two rows that may be one person: found while a name is typed in, and in a scan of a unit.

Points for what agrees and against what differs; see `WEIGHTS`. Pairs that somebody found to be two people
(``DifferentPeople``) are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, Window

from core.vietnamese import fold, search_words
from members.models import DifferentPeople, Member

# Points of what two rows share (or, below zero, of what tells them apart).
WEIGHTS = {
    "id": 100,
    "other_id": -100,
    "name": 40,
    "other_name": -40,
    "accents": 5,
    "birth_date": 35,
    "birth_year": 15,
    "other_birth": -40,
    "phone": 30,
    "unit": 10,
    "household": 5,
    "other_sex": -30,
}
WORDS = {
    "id": "cùng số căn cước",
    "name": "cùng họ tên",
    "accents": "đúng cả dấu",
    "birth_date": "cùng ngày sinh",
    "birth_year": "cùng năm sinh",
    "phone": "cùng điện thoại",
    "unit": "cùng chi hội",
    "household": "cùng hộ gia đình",
}
# Name and branch make one look twice while typing; a scan asks for a little more.
WHILE_TYPING, IN_A_SCAN = 50, 60
SHOWN, READ = 8, 200
PAIRS = 200
GROUP = 12
CANDIDATES = PAIRS * GROUP


@dataclass(frozen=True)
class LookAlike:
    """A stored member who resembles another: the points, and what the two share in words."""

    member: Member
    points: int
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    first: Member
    second: Member
    points: int
    shared: tuple[str, ...]


def compare(one: Member, other: Member) -> tuple[int, tuple[str, ...]]:
    """Points and what is shared; nothing that is empty on either side says anything."""
    agree = [name for name, holds in agreements(one, other).items() if holds]
    # Whoever reads that the dates are the same need not read it of the years.
    told = [name for name in agree if name in WORDS and not (name == "birth_year" and "birth_date" in agree)]
    return sum(WEIGHTS[name] for name in agree), tuple(WORDS[name] for name in told)


def agreements(one: Member, other: Member) -> dict[str, bool]:
    same_name = fold(one.full_name) == fold(other.full_name)
    dates = one.birth_date and other.birth_date
    years = one.birth_year and other.birth_year
    ids = one.id_hash and other.id_hash
    return {
        "id": bool(ids) and one.id_hash == other.id_hash,
        "other_id": bool(ids) and one.id_hash != other.id_hash,
        "name": same_name,
        # The given name stands last; the words before it are often left out or shortened.
        "other_name": fold(one.full_name).split()[-1:] != fold(other.full_name).split()[-1:],
        "accents": same_name and one.full_name.casefold() == other.full_name.casefold(),
        "birth_date": bool(dates) and one.birth_date == other.birth_date,
        "birth_year": not dates and bool(years) and one.birth_year == other.birth_year,
        "other_birth": one.birth_date != other.birth_date
        if dates
        else bool(years) and one.birth_year != other.birth_year,
        "phone": bool(digits(one.phone)) and digits(one.phone) == digits(other.phone),
        "unit": one.organization_id == other.organization_id,
        "household": bool(one.household) and fold(one.household) == fold(other.household),
        "other_sex": bool(one.sex and other.sex) and one.sex != other.sex,
    }


def digits(phone: str) -> str:
    """The number without the country's code: +84 912… and 0912… are one."""
    found = "".join(search_words(phone))
    return f"0{found[2:]}" if found.startswith("84") and len(found) > 10 else found


def look_alikes(member: Member, *, user) -> list[LookAlike]:
    """Who in the user's scope resembles the (perhaps unsaved) member, the most alike first; two queries at most."""
    member.derive()
    # By the word index, since no other has the name without accents.
    alike = Q(folded=member.folded, search__words=member.full_name)
    if member.id_hash:
        alike |= Q(id_hash=member.id_hash)
    if phone := digits(member.phone):
        alike |= Q(search__words=phone)
    reach = Member.objects.allowed(user, "members.view_member").filter(alike)
    stored = reach.exclude(pk=member.pk).defer("id_number").select_related("organization")
    # The nearest first, so that a common name does not crowd out the neighbours.
    rows = stored.order_by("folded", "birth_year", "pk")[:READ]
    apart = told_apart([member.pk]) if member.pk else set()
    found = []
    for other in rows:
        points, shared = compare(member, other)
        if points >= WHILE_TYPING and pair_key(member, other) not in apart:
            found.append(LookAlike(other, points, shared))
    return sorted(found, key=lambda each: (-each.points, each.member.sort_key, each.member.pk))[:SHOWN]


def pair_key(one: Member, other: Member) -> tuple[int, int] | None:
    return (min(one.pk, other.pk), max(one.pk, other.pk)) if one.pk and other.pk else None


def told_apart(keys: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs among or with these members that are known to be two people."""
    keys = list(keys)
    rows = DifferentPeople.objects.filter(Q(first__in=keys) | Q(second__in=keys))
    return set(rows.values_list("first_id", "second_id"))


def scan(members) -> list[Pair]:
    """The most alike pairs among the members of a queryset, at most PAIRS; a fixed number of queries.

    Candidates share the ID number, the folded name with the birth date, the folded name within a branch, or the
    folded name with the telephone; groups of more than GROUP are cut.
    """
    keys = candidate_keys(members.order_by())
    rows = list(Member.objects.filter(pk__in=keys).defer("id_number", "note").select_related("organization"))
    apart = told_apart(keys)
    pairs = {}
    for group in groups_of(rows):
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                key = pair_key(one, other)
                if key in pairs or key in apart:
                    continue
                points, shared = compare(one, other)
                if points >= IN_A_SCAN:
                    pairs[key] = Pair(*sorted((one, other), key=lambda row: row.pk), points, shared)
    return sorted(pairs.values(), key=lambda pair: (-pair.points, pair.first.sort_key, pair.first.pk))[:PAIRS]


# What candidates have in common: the fields that are grouped by, and what must not be empty.
BLOCKS = [
    (("id_hash",), Q(id_hash="")),
    (("folded", "birth_date"), Q(birth_date__isnull=True)),
    (("folded", "organization_id"), Q(folded="")),
    (("folded", "phone"), Q(phone="")),
]


def candidate_keys(members) -> list[int]:
    """Who shares something of BLOCKS with somebody else; one pass over the members for each block."""
    keys: set[int] = set()
    for fields, empty in BLOCKS:
        several = Window(Count("pk"), partition_by=[F(field) for field in fields])
        shared = members.exclude(empty).annotate(several=several).filter(several__gt=1)
        keys.update(shared.order_by(*fields, "pk").values_list("pk", flat=True)[:CANDIDATES])
    return sorted(keys)


def groups_of(rows: list[Member]) -> Iterable[list[Member]]:
    """The rows that agree in a block, by block."""
    for fields, _ in BLOCKS:
        groups: dict[tuple, list[Member]] = {}
        for row in rows:
            values = tuple(getattr(row, field) for field in fields)
            if all(values):
                groups.setdefault(values, []).append(row)
        for group in groups.values():
            if len(group) > 1:
                yield group[:GROUP]
