"""Number and date of a report, and the head of the document that they stand in."""

from datetime import date

import pytest
from django.urls import reverse

from core.periods import Quarter
from organizations.models import DocumentSettings
from reports.builders.quarterly_summary import build
from reports.models import DocumentNumber


@pytest.fixture
def page(client, cast, opened):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    return reverse("reports:document_number", args=[cast.east.code, "2022-Q1"])


def head(organization):
    return build(organization=organization, period=Quarter(2022, 1)).document


def test_number_and_date_are_saved_once_per_period(client, page, cast):
    for number in ("15", "16"):
        assert client.post(page, {"number": number, "issued_on": "05/04/2022"}).status_code == 302
    saved = DocumentNumber.objects.get()
    assert (saved.organization, saved.period, saved.number) == (cast.east, "2022-Q1", "16")
    assert saved.issued_on == date(2022, 4, 5)
    assert saved.history.first().history_user == cast.manager
    assert head(cast.east).number == "16"
    assert head(cast.province).number == ""


@pytest.mark.parametrize("wrong", [{"number": "15/BC"}, {"issued_on": "31/12/2021"}, {"issued_on": "31/02/2022"}])
def test_a_wrong_number_or_day_is_refused(client, page, wrong):
    response = client.post(page, {"number": "15", "issued_on": "05/04/2022"} | wrong)
    assert response.context["form"].errors.keys() == wrong.keys()
    assert not DocumentNumber.objects.exists()


@pytest.mark.parametrize("period", ["2021-Q1", "2022-Q9", "abc"])
def test_a_period_that_was_not_opened_has_no_number(client, page, cast, period):
    assert client.get(reverse("reports:document_number", args=[cast.east.code, period])).status_code == 404


def test_without_settings_the_head_follows_from_the_unit(cast, opened):
    for unit, parent, own, place in (
        (cast.province, ("HỘI KHUYẾN HỌC VIỆT NAM",), ("HỘI KHUYẾN HỌC", "TỈNH AN BÌNH"), "An Bình"),
        (cast.east, ("HỘI KHUYẾN HỌC", "TỈNH AN BÌNH"), ("HỘI KHUYẾN HỌC", "HUYỆN ĐÔNG SƠN"), "Đông Sơn"),
        (cast.police, ("HỘI KHUYẾN HỌC", "TỈNH AN BÌNH"), None, "An Bình"),
    ):
        made = head(unit)
        assert made.parent_lines == parent
        assert own is None or made.own_lines == own
        assert made.place == place
        assert made.recipients[-1] == "Lưu: VT"


def test_settings_stand_over_what_follows_from_the_unit(cast, opened):
    DocumentSettings.objects.create(
        organization=cast.east,
        parent_lines="TỈNH HỘI\n\n AN BÌNH ",
        symbol="BC-HH",
        place="thị trấn Đông Sơn",
        signing="KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
        signatory="Người ký minh hoạ",
        recipients="Huyện uỷ\n- Lưu: VT.",
    )
    made = head(cast.east)
    assert made.parent_lines == ("TỈNH HỘI", "AN BÌNH")
    assert made.own_lines == ("HỘI KHUYẾN HỌC", "HUYỆN ĐÔNG SƠN")
    assert (made.symbol, made.place, made.signatory) == ("BC-HH", "thị trấn Đông Sơn", "Người ký minh hoạ")
    assert made.signing == ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert made.recipients == ("Huyện uỷ", "- Lưu: VT.")
