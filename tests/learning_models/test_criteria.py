"""Sets of criteria: kept once somebody was judged by them, and of one kind throughout."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from learning_models.assessing import Sheet, record_sheets
from learning_models.models import CriteriaSet, Criterion, PassMark, Registration
from tests.learning_models.register import add_registration, make_points_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(tree):
    made = make_points_set(model="clan")
    PassMark.objects.create(criteria_set=made, area="urban", points=70)
    row = add_registration(tree.branch, "clan")
    sheet = Sheet(row.pk, score=80)
    record_sheets(stage="self", sheets=[sheet], on=date(2022, 11, 1), reach=Registration.objects.all(), user=None)
    return made


def test_a_set_in_use_and_its_parts_stay_whichever_way_they_are_written(used):
    other = make_points_set(model="community")
    criterion, mark = used.criteria.first(), used.pass_marks.get()
    criterion.criteria_set = other
    for change in (
        criterion.save,
        mark.delete,
        lambda: Criterion.objects.filter(criteria_set=used).update(most=1),
        Criterion.objects.filter(criteria_set=used).delete,
        lambda: PassMark.objects.update(points=1),
        PassMark.objects.all().delete,
        lambda: CriteriaSet.objects.filter(pk=used.pk).update(pass_mark=1),
        CriteriaSet.objects.get(pk=used.pk).delete,
    ):
        with pytest.raises(ValidationError, match="đã dùng để đánh giá"):
            change()
    assert used.criteria.count() == 4
    assert CriteriaSet.objects.filter(pk=used.pk).update(confirmed=True) == 1
    assert other.criteria.filter(number="1").update(most=5) == 1


@pytest.mark.parametrize(
    ("kind", "pass_mark", "cells", "words"),
    [
        ("points", "60", {"level": "1"}, "hãy ghi điểm tối đa"),
        ("checklist", "", {"most": "10"}, "hãy ghi mức 1 hoặc 2"),
        ("points", "60", {"most": "10"}, ""),
        ("checklist", "", {"level": "2"}, ""),
    ],
)
def test_a_new_set_takes_criteria_of_its_own_kind_only(cast, client, kind, pass_mark, cells, words):
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    values = {"model": "citizen", "name": "Bộ thử", "act": "–", "kind": kind, "pass_mark": pass_mark}
    for prefix in ("criteria", "pass_marks"):
        values |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    values |= {"criteria-TOTAL_FORMS": "1", "criteria-0-number": "1", "criteria-0-position": "1"}
    values |= {"criteria-0-text": "Tiêu chí"} | {f"criteria-0-{name}": value for name, value in cells.items()}
    answer = client.post(reverse("admin:learning_models_criteriaset_add"), values)
    assert CriteriaSet.objects.filter(model="citizen").exists() == (not words)
    assert words in answer.content.decode()
