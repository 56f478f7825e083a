"""The days that a spreadsheet of registrations brings stand in their order, whichever of them it brings."""

from datetime import date

import pytest

from learning_models.models import Registration
from tests.learning_models.register import add_registration, review
from tests.learning_models.test_resources import line, reason, take

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_the_day_of_registration_does_not_move_past_the_title(cast):
    take(cast.manager, line(registrant="Lò An", status="recognised", decision_date="01/06/2022"))
    row = line(registrant="Lò An", registered_on="02/06/2022")
    assert reason(cast.manager, row) == "decision_date: Ngày quyết định trước ngày đăng ký (02/06/2022)."


def test_nor_past_a_review_without_a_self_assessment(cast):
    review(add_registration(cast.first, name="Lò An"), on=date(2022, 6, 1))
    row = line(registrant="Lò An", registered_on="02/06/2022")
    assert reason(cast.manager, row) == "registered_on: Ngày này sau ngày bình xét (01/06/2022)."


def test_a_title_is_not_older_than_its_review(cast):
    review(add_registration(cast.first, name="Lò An"), on=date(2022, 6, 1))
    row = line(registrant="Lò An", status="recognised", decision_date="31/05/2022")
    assert reason(cast.manager, row) == "decision_date: Ngày quyết định trước ngày bình xét (01/06/2022)."
    take(cast.manager, row.replace("31/05", "01/06"))
    assert Registration.objects.get().recognised_on == date(2022, 6, 1)


def test_numbers_keep_the_order_as_well(cast):
    row = line(count="5", registered_on="02/06/2022", status="recognised", decision_date="01/06/2022")
    assert "trước ngày đăng ký" in reason(cast.manager, row)
