"""What a unit's page says of the learning models there."""

import pytest
from django.utils import timezone

from learning_models.panels import count_models
from tests.learning_models.register import add_count, add_registration

pytestmark = pytest.mark.django_db


def numbers(unit):
    return {row.code: (row.names, row.numbers) for row in count_models(unit, timezone.localdate().year)}


def test_a_unit_counts_what_lies_below_it_and_nothing_else(tree, django_assert_num_queries):
    today = timezone.localdate()
    year = today.year
    add_registration(tree.branch, year=year, registered_on=today)
    add_registration(tree.second, year=year, registered_on=today)
    add_registration(tree.branch, year=year - 1)
    add_count(tree.first, 7, model="clan", year=year)
    add_count(tree.other, 3, model="clan", year=year)
    assert numbers(tree.first) == {"family": (1, 0), "clan": (0, 7)}
    assert numbers(tree.second) == {"family": (1, 0)}
    with django_assert_num_queries(4):
        assert numbers(tree.province) == {"family": (2, 0), "clan": (0, 7)}
