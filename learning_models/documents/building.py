"""The papers of one decision, out of the register; a fixed number of queries, whatever the length of the list."""

from django.utils import timezone

from core.vietnamese import date_to_text
from learning_models.authorities import Authority, suggest
from learning_models.decisions import rows_of
from learning_models.documents.listed import listed_rows
from learning_models.documents.official import OfficialPaper, decision_paper, proposal_paper
from learning_models.models import RecognitionDecision, Registration


def ordered_rows(decision: RecognitionDecision):
    """The rows of the list in its order: once there are certificates, in that of their numbers."""
    rows = rows_of(decision).select_related("registrant", "organization", "criteria_set")
    if decision.is_issued and not decision.is_withdrawal:
        return rows.select_related("certificate").order_by("certificate__number", "pk")
    return rows.by_place()


def ranks_of(decision: RecognitionDecision) -> set[str]:
    """By whom the units of the list are managed; one query for units, none for the other models."""
    if decision.model != "unit":
        return set()
    return set(rows_of(decision).order_by().values_list("registrant__rank", flat=True).distinct())


def authority_of(decision: RecognitionDecision) -> Authority:
    """As it was issued, else as the settings suggest today."""
    if decision.is_issued:
        facts = (decision.authority, decision.body, decision.place, decision.signing, decision.signer)
        return Authority(*facts, source="")
    return suggest(decision, day=timezone.localdate(), ranks=ranks_of(decision))


def proposal(decision: RecognitionDecision) -> OfficialPaper:
    rows = listed_rows(decision, ordered_rows(decision))
    return proposal_paper(decision, rows, authority=authority_of(decision))


def official_decision(decision: RecognitionDecision) -> OfficialPaper:
    rows = list(ordered_rows(decision))
    sets = {row.criteria_set for row in rows if row.criteria_set_id}
    return decision_paper(
        decision,
        listed_rows(decision, rows),
        authority=authority_of(decision),
        acts=sorted({criteria_set.act for criteria_set in sets}),
        until=until_of(decision, rows),
    )


def until_of(decision: RecognitionDecision, rows: list[Registration]) -> str:
    """How long the titles hold, as it goes on after "… từ ngày ký"; "" where it differs or nothing limits it."""
    if decision.is_issued:
        days = {row.valid_to for row in rows}
        day = days.pop() if len(days) == 1 else None
        return f" đến hết ngày {date_to_text(day)}" if day else ""
    months = {row.criteria_set.validity_months if row.criteria_set_id else None for row in rows}
    only = months.pop() if len(months) == 1 else None
    return f", trong {only} tháng" if only else ""
