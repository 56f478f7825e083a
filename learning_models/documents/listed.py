"""The rows of a list as paper shows them: of an issued decision with the names of that day, however often printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from learning_models.models import CriteriaSet, RecognitionDecision, Registrant, Registration
from organizations.models import OrganizationSpell

# So many are asked for by key.
FEW = 500


@dataclass(frozen=True)
class Listed:
    """``result`` is what the review gave; ``key`` that of the registration, ``unit_key`` that of its unit."""

    key: int
    name: str
    address: str
    unit: str
    unit_key: int
    result: str
    title: str = ""


def listed_rows(decision: RecognitionDecision, rows: Iterable[Registration]) -> list[Listed]:
    """``rows`` (with registrant, organization, criteria_set) in their order; two queries more once it is issued."""
    rows = list(rows)
    facts = {row.registrant_id: (row.registrant.name, row.registrant.address) for row in rows}
    units = {row.organization_id: row.organization.name for row in rows}
    if decision.is_issued:
        facts |= facts_at_issue(decision, list(facts))
        units |= names_on(decision.decided_on, list(units))
    return [
        Listed(
            row.pk,
            *facts[row.registrant_id],
            units[row.organization_id],
            row.organization_id,
            result_of(row),
            title_of(row),
        )
        for row in rows
    ]


def facts_at_issue(decision: RecognitionDecision, registrants: list[int]) -> dict[int, tuple[str, str]]:
    """Name and address, at the moment of the issue, of those that changed since; the history has them. One query."""
    history = Registrant.history.order_by()
    among = registrants if len(registrants) <= FEW else listed_registrants(decision)
    changed = history.filter(id__in=among, history_date__gt=decision.issued_at).values("id")
    before = history.filter(id__in=changed, history_date__lte=decision.issued_at)
    rows = before.order_by("history_date", "history_id").values_list("id", "name", "address")
    return {pk: (name, address) for pk, name, address in rows}


def listed_registrants(decision: RecognitionDecision):
    """The registrants of the decision's rows, as a subquery."""
    path = "withdrawal" if decision.is_withdrawal else "decision"
    return Registration.objects.filter(**{path: decision.pk}).order_by().values("registrant")


def names_on(day: date, units: list[int]) -> dict[int, str]:
    """What the units were called on the day."""
    return dict(OrganizationSpell.objects.on(day).filter(organization__in=units).values_list("organization", "name"))


def result_of(row: Registration) -> str:
    if row.criteria_set_id and row.criteria_set.kind == CriteriaSet.Kind.POINTS and row.score is not None:
        return f"{row.score} điểm"
    if row.level:
        return f"Mức {row.level}"
    return {True: "Đạt", False: "Không đạt"}.get(row.passed, "")


def title_of(row: Registration) -> str:
    """The decision that gave a title which is withdrawn."""
    return row.decision_number
