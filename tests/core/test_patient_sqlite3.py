"""Whoever finds SQLite's lock taken waits, looks again often, and gives up in the end."""

import sqlite3
from contextlib import closing, contextmanager
from threading import Timer

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction

from accounts.models import User
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.DATABASE["ENGINE"].endswith("sqlite3"), reason="PostgreSQL has many writers"),
]


@contextmanager
def held(seconds=None):
    """Somebody else holds the lock, for some seconds or until the block ends; counts how often it was asked for."""
    asked = []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with closing(
        sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = Timer(seconds or 0, other.commit)
        if seconds:
            timer.start()
        connection.ensure_connection()
        connection.execute_wrappers.append(count)
        try:
            yield asked
        finally:
            connection.execute_wrappers.remove(count)
            timer.join() if seconds else other.rollback()


def test_a_transaction_waits_in_turns():
    with held(0.35) as asked, transaction.atomic():
        UserFactory(username="cho")
    assert User.objects.filter(username="cho").exists()
    assert asked.count("BEGIN IMMEDIATE") >= 3


def test_a_single_statement_waits_and_is_written_once():
    person = UserFactory()
    with held(0.35) as asked:
        assert User.objects.filter(pk=person.pk).update(full_name="Người chờ") == 1
    assert len(asked) >= 3


def test_patience_ends(settings):
    connection.settings_dict["OPTIONS"] = (options := connection.settings_dict["OPTIONS"]) | {"timeout": 0.25}
    try:
        with held() as asked, pytest.raises(OperationalError, match="locked"), transaction.atomic():
            UserFactory()
    finally:
        connection.settings_dict["OPTIONS"] = options
    assert 2 <= len(asked) <= 4
    assert not User.objects.exists()


def test_what_may_be_half_written_is_not_sent_again():
    with held() as asked, pytest.raises(OperationalError, match="locked"), connection.cursor() as cursor:
        cursor.executemany("UPDATE accounts_user SET full_name = %s WHERE id = %s", [("A", 1), ("B", 2)])
    assert len(asked) == 1


def test_other_errors_are_not_waited_for():
    with held() as asked, pytest.raises(OperationalError, match="no such table"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM khong_co")
    assert len(asked) == 1
