"""Two rows that may be one donor or recipient of a unit, written twice: found in a scan.

Points for what agrees and against what differs; see `WEIGHTS`. Pairs that somebody found to be two
(``DifferentParties``) are left out, and so are those without a name. Rows of two units are never one: each unit keeps
its own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from core.vietnamese import fold, search_words
from funds.models import DifferentParties, Party
from funds.parties import NO_NAME
from funds.proper_names import PEOPLE, core_of

# Points of what two rows share (or, below zero, of what tells them apart).
WEIGHTS = {
    "name": 50,
    "core": 40,
    "other_name": -40,
    "accents": 5,
    "phone": 30,
    "other_phone": -15,
    "address": 20,
    "other_address": -5,
    "other_home": -20,
    "other_kind": -20,
}
WORDS = {
    "name": "cùng tên",
    "core": "cùng tên riêng",
    "accents": "đúng cả dấu",
    "phone": "cùng điện thoại",
    "address": "cùng địa chỉ",
}
IN_A_SCAN = 40
PAIRS, GROUP = 200, 12


@dataclass(frozen=True)
class Pair:
    first: Party
    second: Party
    points: int
    shared: tuple[str, ...]


def digits(phone: str) -> str:
    """The number without the country's code: +84 912… and 0912… are one."""
    found = "".join(search_words(phone))
    return f"0{found[2:]}" if found.startswith("84") and len(found) > 10 else found


def compare(one: Party, other: Party) -> tuple[int, tuple[str, ...]]:
    """Points and what is shared; nothing that is empty on either side says anything."""
    agree = [name for name, holds in agreements(one, other).items() if holds]
    return sum(WEIGHTS[name] for name in agree), tuple(WORDS[name] for name in agree if name in WORDS)


def agreements(one: Party, other: Party) -> dict[str, bool]:
    same_name = fold(one.name) == fold(other.name)
    same_core = not same_name and core_of(one.name, one.kind) == core_of(other.name, other.kind)
    phones, addresses = (digits(one.phone), digits(other.phone)), (fold(one.address), fold(other.address))
    elsewhere = all(addresses) and addresses[0] != addresses[1]
    people = one.kind in PEOPLE and other.kind in PEOPLE
    return {
        "name": same_name,
        "core": same_core,
        "other_name": not same_name and not same_core,
        "accents": same_name and one.name.casefold() == other.name.casefold(),
        "phone": all(phones) and phones[0] == phones[1],
        "other_phone": all(phones) and phones[0] != phones[1],
        "address": all(addresses) and not elsewhere,
        # Firms write their address in many ways; people of one name live at many.
        "other_address": elsewhere and not people,
        "other_home": elsewhere and people,
        "other_kind": one.kind != other.kind,
    }


def pair_key(one: Party, other: Party) -> tuple[int, int]:
    return min(one.pk, other.pk), max(one.pk, other.pk)


def scan(parties) -> list[Pair]:
    """The most alike pairs among the rows of a queryset, at most PAIRS; three queries, one of all names.

    Candidates of one unit share the proper name or the telephone; groups of more than GROUP are cut.
    """
    groups = candidates(parties.current().filter(anonymised_at=None))
    keys = {key for group in groups for key in group}
    rows = Party.objects.select_related("organization").in_bulk(sorted(keys)[: PAIRS * GROUP])
    apart = told_apart(rows)
    pairs: dict[tuple[int, int], Pair] = {}
    for group in groups:
        known = [rows[key] for key in group if key in rows]
        for place, one in enumerate(known):
            for other in known[place + 1 :]:
                key = pair_key(one, other)
                if key in pairs or key in apart:
                    continue
                points, shared = compare(one, other)
                if points >= IN_A_SCAN:
                    pairs[key] = Pair(*sorted((one, other), key=lambda row: row.pk), points, shared)
    return sorted(pairs.values(), key=lambda pair: (-pair.points, pair.first.sort_key, pair.first.pk))[:PAIRS]


def candidates(parties) -> list[list[int]]:
    """Keys of rows that share something, by what they share."""
    blocks: dict[tuple, list[int]] = defaultdict(list)
    columns = ("pk", "organization_id", "name", "kind", "phone")
    for key, unit, name, kind, phone in parties.order_by("pk").values_list(*columns):
        if name == NO_NAME:
            continue
        blocks[unit, "name", core_of(name, kind)].append(key)
        if phone:
            blocks[unit, "phone", digits(phone)].append(key)
    return [group[:GROUP] for group in blocks.values() if len(group) > 1]


def told_apart(keys: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs among or with these rows that are known to be two."""
    keys = list(keys)
    rows = DifferentParties.objects.filter(Q(first__in=keys) | Q(second__in=keys))
    return set(rows.values_list("first_id", "second_id"))
