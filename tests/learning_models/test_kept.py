"""What an issued decision settled, against plain SQL: the triggers of the database, on both engines."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from learning_models.decisions import issue_decision, list_registrations, open_decision, open_filed_withdrawal
from learning_models.models import Certificate, RecognitionDecision, Registration
from tests.learning_models.register import add_registration, recognise, review, withdraw

pytestmark = pytest.mark.django_db
DECISION, CERTIFICATE, REGISTRATION = (
    model._meta.db_table for model in (RecognitionDecision, Certificate, Registration)
)
OPEN = {"title_to", "withdrawn_on", "withdrawn_reason", "withdrawal_id"}
OTHERS = {
    "boolean": "NOT {column}",
    "date": "'1999-01-01'",
    "datetime": "'1999-01-01 00:00:00+00'",
    "timestamp with time zone": "'1999-01-01 00:00:00+00'",
}


@pytest.fixture
def settled(tree):
    row, other = add_registration(tree.branch), add_registration(tree.branch)
    review(row, other)
    recognise(row, organization=tree.first)
    row.refresh_from_db()
    row.other = other
    return row


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def refused(statement, *values):
    with pytest.raises(IntegrityError, match="giữ nguyên"):
        run(statement, *values)


def changed(field):
    """SQL of another value for the column, whatever it holds."""
    if field.column == "withdrawal_id":  # an open one: foreign keys are checked in the end
        return "decision_id"
    if field.get_internal_type() in ("CharField", "TextField"):
        return "'x'"
    if field.get_internal_type() == "BooleanField":
        return f"NOT COALESCE({field.column}, FALSE)"
    return OTHERS.get((field.db_type(connection) or "").split("(")[0], f"COALESCE({field.column}, 0) + 7")


@pytest.mark.parametrize("field", RecognitionDecision._meta.concrete_fields, ids=lambda field: field.column)
def test_no_column_of_an_issued_decision_changes(settled, field):
    refused(f"UPDATE {DECISION} SET {field.column} = {changed(field)} WHERE id = %s", settled.decision_id)


@pytest.mark.parametrize("field", Certificate._meta.concrete_fields, ids=lambda field: field.column)
def test_no_column_of_a_certificate_changes(settled, field):
    refused(f"UPDATE {CERTIFICATE} SET {field.column} = {changed(field)}")


@pytest.mark.parametrize("field", Registration._meta.concrete_fields, ids=lambda field: field.column)
def test_of_a_title_only_its_end_changes(settled, field):
    statement = f"UPDATE {REGISTRATION} SET {field.column} = {changed(field)} WHERE id = %s"
    if field.column not in OPEN:
        refused(statement, settled.pk)
    else:
        assert field.column == "withdrawn_on" or run(statement, settled.pk) == 1


def test_they_are_not_deleted(settled):
    for table, key in (
        (CERTIFICATE, settled.certificate.pk),
        (REGISTRATION, settled.pk),
        (DECISION, settled.decision_id),
    ):
        refused(f"DELETE FROM {table} WHERE id = %s", key)
    refused(f"DELETE FROM {REGISTRATION}")


def test_what_is_not_decided_yet_stays_open(settled, tree):
    draft = open_decision(organization=tree.first, model="family", year=2022, user=None)
    list_registrations(decision=draft, keys=[settled.other.pk], reach=Registration.objects.all(), user=None)
    assert run(f"UPDATE {DECISION} SET proposal_number = 'x' WHERE id = %s", draft.pk) == 1
    assert run(f"UPDATE {REGISTRATION} SET score = 9, decision_id = NULL WHERE id = %s", settled.other.pk) == 1
    settled.other.assessments.all().delete()
    assert run(f"DELETE FROM {REGISTRATION} WHERE id = %s", settled.other.pk) == 1
    assert run(f"DELETE FROM {DECISION} WHERE id = %s", draft.pk) == 1


def test_a_later_decision_still_ends_the_title(settled):
    decision = RecognitionDecision.objects.get(pk=settled.decision_id)
    withdraw(decision, settled, decided_on=date(2023, 5, 10))
    settled.refresh_from_db()
    assert (settled.withdrawn_on, settled.title_to) == (date(2023, 5, 10), date(2023, 5, 9))
    refused(f"UPDATE {DECISION} SET grounds = '' WHERE id = %s", settled.withdrawal_id)


@pytest.mark.parametrize("field", Registration._meta.concrete_fields, ids=lambda field: field.column)
@pytest.mark.parametrize("filed", [False, True])
def test_of_a_withdrawn_title_only_a_later_title_moves_the_end(settled, tree, filed, field):
    row = settled
    if filed:
        row = settled.other
        given = {"status": "recognised", "recognised_on": date(2022, 12, 20), "decision_number": "7/QĐ"}
        Registration.objects.filter(pk=row.pk).update(**given)
        row.refresh_from_db()
        facts = {"given_by": "", "grounds": "Vi phạm", "reach": Registration.objects.all(), "user": None}
        taken = open_filed_withdrawal(registration=row, organization=tree.first, **facts)
        issue_decision(decision=taken, number="1", decided_on=date(2023, 5, 10), authority="–", user=None)
    else:
        withdraw(RecognitionDecision.objects.get(pk=row.decision_id), row, decided_on=date(2023, 5, 10))
    statement = f"UPDATE {REGISTRATION} SET {field.column} = {changed(field)} WHERE id = %s"
    if field.column == "title_to":
        assert run(statement, row.pk) == 1
    else:
        other = "NULL" if field.column == "withdrawal_id" else changed(field)
        refused(statement.replace(changed(field), other), row.pk)
    refused(f"DELETE FROM {REGISTRATION} WHERE id = %s", row.pk)
