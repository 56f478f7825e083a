"""Finding the registrants that the rows of a spreadsheet mean, and their years: by code, else by name and address."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import F

from core.bulk import among
from core.streaming import value_columns
from learning_models.models import Registrant, Registration
from members.resources.matching import Unit

REGISTRANT_COLUMNS = value_columns(Registrant)
REGISTRATION_COLUMNS = value_columns(Registration)
# The partial index of codes is used only by who says the same.
CONDITIONS = {"code": "AND {table}.code <> ''", "identity": ""}


@dataclass(slots=True)
class Draft:
    """What a row with a name is about; ``registrant`` and ``registration`` as stored, None for new ones."""

    unit: Unit
    model: str
    year: int
    name: str
    code: str
    address: str
    identity: str
    registrant: dict | None = None
    registration: dict | None = None
    # As they will be; nothing where nothing is written.
    registrant_after: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    # An earlier line of the file has said otherwise of the registrant.
    follows: bool = False

    @property
    def sign(self) -> str:
        """What tells a new registrant from all others."""
        return f"{self.unit.pk}:{self.model}:c{self.code}" if self.code else self.sign_without_code

    @property
    def sign_without_code(self) -> str:
        return f"{self.unit.pk}:{self.model}:n{self.identity}"


class Moved:
    """Who registered at a unit and belongs to another one by now; asked once for each unit."""

    def __init__(self):
        self.asked: set[int] = set()
        self.found: dict[tuple[int, str, int], list[int]] = defaultdict(list)

    def look(self, drafts: list[Draft]) -> set[int]:
        """The keys of those who may be meant by the drafts; one query, none where every unit was asked before."""
        units = {draft.unit.pk for draft in drafts} - self.asked
        if units:
            self.asked |= units
            away = Registration.objects.filter(organization__in=units).exclude(
                registrant__organization=F("organization")
            )
            columns = ("organization_id", "model", "year", "registrant_id")
            for unit, model, year, key in away.order_by().values_list(*columns):
                self.found[unit, model, year].append(key)
        return {key for draft in drafts for key in self.at(draft)}

    def at(self, draft: Draft) -> list[int]:
        return self.found.get((draft.unit.pk, draft.model, draft.year), [])


class Register:
    """The registrants that one part of a file may mean, and what is known of the years in the file."""

    def __init__(self, drafts: list[Draft], moved: Moved):
        codes = {(draft.unit.pk, draft.model, draft.code) for draft in drafts if draft.code}
        identities = {(draft.unit.pk, draft.model, draft.identity) for draft in drafts}
        self.by_key: dict[int, dict] = {}
        self.by_code: dict[tuple, dict] = {}
        self.by_identity: dict[tuple, list[dict]] = defaultdict(list)
        self.moved = moved
        self.add({*keys_of("code", codes), *keys_of("identity", identities)})
        self.add(moved.look([draft for draft in drafts if not self.named_alike(draft)]))
        years = {draft.year for draft in drafts}
        rows = registrations_of(self.by_key, years)
        self.registrations = {(row["registrant_id"], row["year"]): row for row in rows}

    def add(self, keys: Collection[int]) -> None:
        new = set(keys) - self.by_key.keys()
        if not new:
            return
        for row in Registrant.objects.filter(among(new)).order_by("pk").values("pk", *REGISTRANT_COLUMNS):
            self.by_key[row["pk"]] = row
            place = (row["organization_id"], row["model"])
            if row["code"]:
                self.by_code[*place, row["code"]] = row
            self.by_identity[*place, row["identity"]].append(row)

    def named_alike(self, draft: Draft) -> bool:
        place = (draft.unit.pk, draft.model)
        return (*place, draft.code) in self.by_code or (*place, draft.identity) in self.by_identity

    def find(self, draft: Draft) -> list[dict]:
        """The one registrant that is meant, none, or several that cannot be told apart.

        An unknown code is that of the one who has none yet; who moved away is known by the year spent here.
        """
        place = (draft.unit.pk, draft.model)
        here = [self.by_key[key] for key in self.moved.at(draft) if key in self.by_key]
        if draft.code:
            if found := self.by_code.get((*place, draft.code)):
                return [found]
            if found := [each for each in here if each["code"] == draft.code]:
                return found
        alike = self.by_identity.get((*place, draft.identity), [])
        alike = alike or [each for each in here if each["identity"] == draft.identity]
        without_code = [each for each in alike if not each["code"]]
        return without_code or ([] if draft.code else alike)


def registrations_of(registrants: Iterable[int], years: set[int]) -> Iterator[dict]:
    found = Registration.objects.filter(among(registrants, "registrant_id"), year__in=years).order_by()
    yield from found.values("pk", *REGISTRATION_COLUMNS)


def keys_of(column: str, wanted: set[tuple[int, str, str]]) -> list[int]:
    """The registrants of these (unit, model, ``column``). Joined to a list of values: IN lists would try every
    combination."""
    if not wanted:
        return []
    table = connection.ops.quote_name(Registrant._meta.db_table)
    places = ", ".join(["(%s, %s, %s)"] * len(wanted))
    sql = (
        f"WITH wanted(unit, model, word) AS (VALUES {places}) SELECT {table}.id FROM wanted "  # noqa: S608
        f"JOIN {table} ON {table}.organization_id = wanted.unit AND {table}.model = wanted.model "
        f"AND {table}.{column} = wanted.word {CONDITIONS[column].format(table=table)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [each for triple in wanted for each in triple])
        return [key for (key,) in cursor.fetchall()]
