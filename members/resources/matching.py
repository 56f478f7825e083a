"""Finding the people that the rows of a spreadsheet mean, and the spells that they have: by code, card, or name."""

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import F, TextField
from django.db.models.functions import Cast

from core.streaming import value_columns
from members.models import Member, Membership

MEMBER_COLUMNS = value_columns(Member)
SPELL_COLUMNS = value_columns(Membership)


@dataclass(slots=True, frozen=True)
class Unit:
    pk: int
    name: str
    established_on: date | None
    dissolved_on: date | None


@dataclass(slots=True, frozen=True)
class Spell:
    """A membership without its person; ``pk`` None is a new one."""

    pk: int | None
    organization_id: int
    joined_on: date | None
    joined_reason: str
    left_on: date | None
    left_reason: str

    def replaced(self, **changes) -> "Spell":
        return replace(self, **changes)

    @property
    def reason(self) -> str:
        return self.left_reason or self.joined_reason


class People:
    """The people that one part of a file may mean, whoever they belong to: the caller looks at the scope.

    Each person is a dictionary of the columns of the table, the ID number as it lies encrypted.
    """

    def __init__(self, *, keys: set[int], codes: set[str], cards: set[str], names: set[tuple[int, str]]):
        found = dict.fromkeys((*keys, *keys_by_name(names)))
        rows = [*read(pk__in=found), *(read(code__in=codes) if codes else ())]
        rows += read(card_number__in=cards) if cards else ()
        self.by_key = {person["pk"]: person for person in rows}
        self.by_code = {person["code"]: person for person in self.by_key.values() if person["code"]}
        self.by_card = {person["card_number"]: person for person in self.by_key.values() if person["card_number"]}
        self.by_name = defaultdict(list)
        for person in self.by_key.values():
            self.by_name[person["organization_id"], person["sort_key"]].append(person)
        self.spells = defaultdict(list)
        in_order = Membership.objects.filter(member_id__in=self.by_key).order_by(
            F("joined_on").asc(nulls_first=True), F("left_on").asc(nulls_last=True), "pk"
        )
        for member, pk, *values in in_order.values_list("member_id", "pk", *SPELL_COLUMNS[1:]):
            self.spells[member].append(Spell(pk, *values))


def read(**condition) -> list[dict]:
    # Cast keeps the number encrypted: it is compared by its hash, and copied as it lies.
    columns = [column for column in MEMBER_COLUMNS if column != "id_number"]
    return list(
        Member.objects.filter(**condition)
        .order_by()
        .annotate(sealed=Cast("id_number", TextField()))
        .values("pk", "sealed", *columns)
    )


def keys_by_name(names: set[tuple[int, str]]) -> list[int]:
    """The people of these (unit, name) pairs; a pair of IN lists would try every combination."""
    if not names:
        return []
    table = connection.ops.quote_name(Member._meta.db_table)
    if connection.vendor == "postgresql":
        found = f"SELECT id FROM {table} WHERE organization_id = wanted.unit AND sort_key = wanted.name"  # noqa: S608
        # OFFSET keeps the planner from reading the whole table instead of looking into the index for each.
        sql = (
            "SELECT found.id FROM unnest(%s::bigint[], %s::text[]) AS wanted(unit, name) "  # noqa: S608
            f"CROSS JOIN LATERAL ({found} OFFSET 0) AS found"
        )
        parameters = [[unit for unit, _ in names], [name for _, name in names]]
    else:
        wanted = "SELECT json_extract(value, '$[0]') AS unit, json_extract(value, '$[1]') AS name FROM json_each(%s)"
        same = f"{table}.organization_id = wanted.unit AND {table}.sort_key = wanted.name"
        sql = f"SELECT {table}.id FROM ({wanted}) AS wanted JOIN {table} ON {same}"  # noqa: S608
        parameters = [json.dumps(list(names))]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [key for (key,) in cursor.fetchall()]
