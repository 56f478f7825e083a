"""Several people at one grid at once on PostgreSQL: the first is written, the others are told.

SQLite lets one writer in at a time by itself, so there is nothing to show there.
"""

from datetime import date

import pytest
from django.db import connection

from learning_models.grids import SelfGrid
from learning_models.models import Assessment, Registration
from learning_models.sheet_forms import SheetsForm
from learning_models.year_places import YearPlace
from tests.learning_models.register import add_registration
from tests.together import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]
WRITERS = 8
DAY = date(2022, 12, 1)


def filled(place, texts: dict):
    """A form that is checked and about to be saved; ``texts``: registration → what was chosen."""
    reach = Registration.objects.all()
    grid = SelfGrid(place, reach=reach, day=DAY, keys=list(texts))
    data = {"on": "01/12/2022"}
    for line in grid.lines:
        data |= {f"v{line.key}": grid.version(line), f"s{line.key}": texts[line.key]}
    form = SheetsForm(data, grid=grid, user=None)
    assert form.is_valid()
    return form


def save_together(forms) -> list[bool]:
    return together(*(form.save for form in forms))


def test_one_of_many_writes_a_row_and_the_others_are_told(tree):
    row = add_registration(tree.branch, model="clan")
    place = YearPlace(tree.branch, "clan", 2022)
    forms = [filled(place, {row.pk: "01"[number % 2]}) for number in range(WRITERS)]
    saved = save_together(forms)
    found = Registration.objects.get(pk=row.pk)
    told = [form for form, done in zip(forms, saved, strict=True) if not done]
    assert sum(saved) == 1
    assert found.passed == (forms[saved.index(True)][f"s{row.pk}"].value() == "1")
    assert len(told) == WRITERS - 1
    assert all("người khác vừa lưu" in str(form.errors) for form in told)
    assert Assessment.objects.count() == 1


def test_different_rows_are_all_written_in_whatever_order_they_come(tree):
    rows = [add_registration(tree.branch, model="clan") for _ in range(WRITERS)]
    place = YearPlace(tree.branch, "clan", 2022)
    forms = [filled(place, {other.pk: "1" if other == row else "" for other in rows}) for row in rows]
    assert all(save_together(forms))
    assert Registration.objects.filter(passed=True).count() == WRITERS
