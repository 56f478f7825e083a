"""The document settings of a unit: one row, kept with its history, within reach only."""

import pytest
from django.urls import reverse

from organizations.models import DocumentSettings

TYPED = {
    "parent_lines": "HỘI KHUYẾN HỌC\r\nTỈNH AN BÌNH",
    "own_lines": "",
    "symbol": "BC-HKH",
    "place": "Đông Sơn",
    "signing": "TM. BAN THƯỜNG VỤ\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    "signatory": "Người ký minh hoạ",
    "recipients": "Uỷ ban nhân dân huyện (để báo cáo)\nLưu: VT",
}


@pytest.fixture
def page(client, cast):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    return reverse("organizations:document_settings", args=[cast.east.code])


def test_the_page_proposes_what_reports_usually_carry(client, page):
    html = client.get(page).content.decode()
    assert "BC-HKH" in html
    assert "TM. BAN THƯỜNG VỤ" in html


def test_what_is_saved_stands_in_one_row_with_who_saved_it(client, page, cast):
    for place in ("Đông Sơn", "thị trấn Đông Sơn"):
        response = client.post(page, TYPED | {"place": place})
        assert response.status_code == 302
    saved = DocumentSettings.objects.get(organization=cast.east)
    assert saved.place == "thị trấn Đông Sơn"
    assert saved.history.count() == 2
    assert saved.history.first().history_user == cast.manager


@pytest.mark.parametrize("wrong", [{"symbol": "BC HKH"}, {"symbol": "15/BC"}, {"symbol": ""}, {"signing": ""}])
def test_a_wrong_line_is_refused_and_what_was_typed_stays(client, page, cast, wrong):
    response = client.post(page, TYPED | wrong)
    assert response.status_code == 200
    assert response.context["form"].errors.keys() == wrong.keys()
    assert "Người ký minh hoạ" in response.content.decode()
    assert not DocumentSettings.objects.exists()
