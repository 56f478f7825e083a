"""The day of a self-assessment is put right without touching what was answered."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from learning_models.assessing import Sheet, record_sheets
from learning_models.assessment_days import move_self_assessments
from learning_models.models import Registration
from tests.learning_models.register import add_registration, assess, make_points_set, recognise, review

pytestmark = pytest.mark.django_db
RIGHT = date(2022, 11, 2)


def move(*rows, on=RIGHT):
    keys = [row.pk for row in rows]
    return move_self_assessments(keys=keys, on=on, reach=Registration.objects.all(), user=None)


@pytest.fixture
def assessed(tree):
    rows = [add_registration(tree.branch, name=name) for name in ("Lò An", "Cà Bình")]
    assess(*rows)
    return rows


def test_only_the_day_moves_and_the_history_says_so(assessed):
    (before,) = Registration.objects.filter(pk=assessed[0].pk).values()
    move(assessed[0])
    (after,) = Registration.objects.filter(pk=assessed[0].pk).values()
    assert after == before | {"assessed_on": RIGHT}
    assert Registration.history.filter(id=assessed[0].pk).first().history_change_reason == "Sửa ngày tự đánh giá"


def test_days_out_of_order_are_refused(assessed, tree):
    row, reviewed = assessed
    review(reviewed, on=date(2022, 12, 10))
    for rows, day, words in (
        ([row], date(2022, 1, 14), "Lò An: Đăng ký ngày 15/01/2022"),
        ([row, reviewed], date(2022, 12, 11), "Cà Bình: Đã bình xét ngày 10/12/2022"),
        ([row], timezone.localdate() + timedelta(days=1), "chưa đến"),
        ([add_registration(tree.branch)], RIGHT, "Chưa có phiếu"),
    ):
        with pytest.raises(ValidationError, match=words):
            move(*rows, on=day)
    assert set(Registration.objects.exclude(assessed_on=None).values_list("assessed_on")) == {(date(2022, 11, 20),)}
    move(reviewed, on=date(2022, 12, 10))


def test_what_is_listed_or_decided_stays(assessed):
    review(*assessed)
    recognise(assessed[0])
    with pytest.raises(ValidationError, match="giữ nguyên"):
        move(assessed[0])


def test_a_day_of_other_criteria_is_refused(tree):
    make_points_set(model="clan", valid_from=date(2022, 11, 10))
    row = add_registration(tree.branch, "clan")
    record_sheets(
        stage="self", sheets=[Sheet(row.pk, score=80)], on=date(2022, 11, 20), reach=Registration.objects, user=None
    )
    with pytest.raises(ValidationError, match="bộ tiêu chí khác"):
        move(row)
    move(row, on=date(2022, 11, 10))


def test_a_whole_branch_is_put_right_from_the_page_of_one(assessed, cast, client):
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    row = assessed[0]
    url = reverse("learning_models:assessment_day", args=[row.pk])
    detail = client.get(reverse("learning_models:assessment_detail", args=[row.pk]))
    assert url in detail.content.decode()
    assert detail.context["form"]["on"].value() == "20/11/2022"
    page = client.get(url)
    assert "Sửa cho cả 2 hộ" in page.content.decode()
    values = {"on": "02/11/2022", "together": "on", "reason": "Ghi nhầm", "seen": page.context["form"]["seen"].value()}
    client.post(url, values)
    assert set(Registration.objects.values_list("assessed_on", flat=True)) == {RIGHT}
    assert Registration.history.filter(id=row.pk).first().history_user == cast.secretary
    answer = client.post(url, values | {"on": "03/11/2022"})
    assert "Người khác vừa sửa" in answer.content.decode()
    assert set(Registration.objects.values_list("assessed_on", flat=True)) == {RIGHT}


def test_a_day_that_somebody_else_moved_meanwhile_stays(assessed):
    move(assessed[1])
    keys = [row.pk for row in assessed]
    with pytest.raises(ValidationError, match="Người khác vừa sửa"):
        move_self_assessments(
            keys=keys, on=date(2022, 11, 3), was=date(2022, 11, 20), reach=Registration.objects.all(), user=None
        )
