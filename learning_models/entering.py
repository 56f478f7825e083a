"""Quick entry: several registrants of one branch, model and year at once, new ones and those in the register."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

from learning_models.models import Registrant, Registration
from learning_models.models.registrants import identity_of, name_key
from learning_models.services import create_registrant, register
from organizations.models import Organization

ENTERED = "Ghi nhanh"


@dataclass(frozen=True)
class Line:
    """One row of the grid: its number and the facts of `Registrant` that were typed."""

    number: int
    facts: dict

    @property
    def code(self) -> str:
        return self.facts.get("code", "")


@dataclass
class Entered:
    """What became of the lines: ``new`` in the register, ``known`` there, ``already`` registered for the year."""

    new: list[Registration] = field(default_factory=list)
    known: list[Registration] = field(default_factory=list)
    already: list[Registrant] = field(default_factory=list)

    @property
    def registered(self) -> int:
        return len(self.new) + len(self.known)


class LinesError(ValidationError):
    """Faults by the number of the line: ``faults`` is {number: [(name of the fact or "", sentence)]}."""

    def __init__(self, faults: dict[int, list[tuple[str, str]]]):
        super().__init__("Có dòng chưa ghi được.")
        self.faults = faults


@transaction.atomic
def enter_registrations(
    *, organization: Organization, model: str, year: int, registered_on: date, lines: list[Line], user
) -> Entered:
    """Register every line for the year, all or none.

    Whoever is in the unit's register is taken (by code, else by name and address) and keeps the facts known there.
    Raises LinesError, by line, for what is not clear and for what the services refuse.
    """
    known = KnownRegistrants(organization, model, lines)
    found, faults = known.match(lines)
    registered = Registration.objects.filter(year=year, registrant__in=[row.pk for row in found.values()])
    again = set(registered.values_list("registrant_id", flat=True))
    entered = Entered()
    for line in lines:
        registrant = found.get(line.number)
        if line.number in faults:
            continue
        if registrant is not None and registrant.pk in again:
            entered.already.append(registrant)
            continue
        try:
            with transaction.atomic():
                made = registrant or create_registrant(
                    registrant=Registrant(organization=organization, model=model, **line.facts),
                    user=user,
                    reason=ENTERED,
                )
                row = register(registrant=made, year=year, registered_on=registered_on, user=user, reason=ENTERED)
        except ValidationError as error:
            faults[line.number] = sentences(error)
        except IntegrityError:
            faults[line.number] = [("", "Người khác vừa ghi tên này. Hãy gửi lại.")]
        else:
            (entered.known if registrant else entered.new).append(row)
    if faults:
        raise LinesError(faults)
    return entered


def sentences(error: ValidationError) -> list[tuple[str, str]]:
    reasons = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return [("" if name == NON_FIELD_ERRORS else name, text) for name, texts in reasons.items() for text in texts]


class KnownRegistrants:
    """Those of the unit and model that the lines may mean; one query."""

    def __init__(self, organization: Organization, model: str, lines: list[Line]):
        self.model = model
        self.identities = {line.number: self.identity(line) for line in lines}
        codes = [line.code for line in lines if line.code]
        rows = Registrant.objects.filter(organization=organization, model=model).select_related("organization")
        named = rows.filter(identity__in=set(self.identities.values()))
        self.by_code: dict[str, Registrant] = {}
        self.by_identity: dict[str, list[Registrant]] = defaultdict(list)
        for row in named | rows.filter(code__in=codes):
            self.by_identity[row.identity].append(row)
            if row.code:
                self.by_code[row.code] = row

    def identity(self, line: Line) -> str:
        return identity_of(self.model, line.facts["name"], line.facts.get("address", ""))

    def match(self, lines: list[Line]) -> tuple[dict[int, Registrant], dict[int, list[tuple[str, str]]]]:
        """Line → whom it means, and the faults of lines that mean nobody clearly."""
        found: dict[int, Registrant] = {}
        faults: dict[int, list[tuple[str, str]]] = {}
        taken: dict[tuple[str, str], int] = {}
        for line in lines:
            key = (line.code, "" if line.code else self.identities[line.number])
            if key in taken:
                faults[line.number] = [
                    ("name", f"Trùng với dòng {taken[key]}. Hãy bỏ một dòng, hoặc ghi mã khác nhau.")
                ]
                continue
            taken[key] = line.number
            try:
                registrant = self.find(line)
            except ValidationError as error:
                faults[line.number] = sentences(error)
            else:
                if registrant is not None:
                    found[line.number] = registrant
        return found, faults

    def find(self, line: Line) -> Registrant | None:
        if line.code:
            row = self.by_code.get(line.code)
            if row is not None and name_key(self.model, row.name) != name_key(self.model, line.facts["name"]):
                raise ValidationError({"code": f"Mã này đã là mã của “{row}”, {row.address or 'không ghi địa chỉ'}."})
            return row
        rows = self.by_identity[self.identities[line.number]]
        if len(rows) > 1:
            codes = ", ".join(row.code for row in rows if row.code)
            raise ValidationError({"code": f"Trong sổ có {len(rows)} tên và địa chỉ như vậy. Hãy ghi mã: {codes}."})
        return rows[0] if rows else None
