"""Many writers at once on PostgreSQL: the lock keeps the tree sound, and without it the tree breaks.

SQLite lets one writer in at a time by itself, so there is nothing to show there.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection
from mptt.exceptions import InvalidMove

from organizations import tree as tree_service
from organizations.models import Organization
from organizations.soundness import find_faults
from organizations.tree import create_organization, move_organization

WRITERS = 8
BY = {"user": None, "reason": "thử"}

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]


@pytest.fixture
def woods(db):
    """Two provinces of four districts each, and a commune per writer."""
    facts = {"user": None, "level": "district"}
    provinces = [
        create_organization(code=f"P{p}", name=f"Tỉnh {p}", level="province", parent=None, user=None) for p in (0, 1)
    ]
    districts = [
        create_organization(code=f"D{number}", name=f"Huyện {number}", parent=provinces[number % 2], **facts)
        for number in range(8)
    ]
    for number in range(WRITERS):
        create_organization(
            code=f"C{number}", name=f"Xã {number}", level="commune", parent=districts[number], user=None
        )


def write(writer: int, rounds: int, start: Barrier) -> list[Exception]:
    """One writer's rounds: found a branch, move a commune (shared by two writers), move a district to and fro."""
    errors = []
    start.wait()
    try:
        for turn in range(rounds):
            try:
                turn_over(writer, turn)
            except (Error, InvalidMove) as error:
                errors.append(error)
    finally:
        connection.close()
    return errors


def turn_over(writer: int, turn: int) -> None:
    def unit(code):
        return Organization.objects.get(code=code)

    commune = unit(f"C{writer // 2 * 2}")
    create_organization(code=f"B{writer}.{turn}", name=f"Chi hội {turn}", level="branch", parent=commune, user=None)
    # A refusal is a right answer; a broken tree is not.
    with suppress(ValidationError):
        move_organization(organization=commune, parent=unit(f"D{(writer + turn) % 8}"), on=date(2024, 1, 1), **BY)
    with suppress(ValidationError):
        move_organization(organization=unit(f"D{writer}"), parent=unit(f"P{turn % 2}"), on=date(2024, 1, 1), **BY)


def write_together(*, rounds: int) -> list[Exception]:
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        return [
            error for errors in pool.map(partial(write, rounds=rounds, start=start), range(WRITERS)) for error in errors
        ]


def test_eight_writers_leave_a_sound_tree(woods):
    assert write_together(rounds=8) == []
    assert find_faults() == []
    assert Organization.objects.count() == 2 + 8 + WRITERS + WRITERS * 8


def test_without_the_lock_the_tree_breaks(woods, monkeypatch):
    # With eight rounds each of six trials gave over twenty deadlocks or refused moves and over 150 faults.
    monkeypatch.setattr(tree_service, "lock", lambda: None)
    errors = write_together(rounds=3)
    assert errors or find_faults()
