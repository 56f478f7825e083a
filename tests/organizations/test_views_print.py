"""The printed lists of units (``?print=1``): the whole list that the page shows a part of, and not a row more."""

from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertTemplateNotUsed, assertTemplateUsed

from core.vietnamese import date_to_text
from organizations.tree import create_organization, dissolve_organization

LIST = reverse("organizations:organization_list")


@pytest.fixture(autouse=True)
def _without_panels(settings):
    settings.ORGANIZATION_PANELS = []


def detail(code):
    return reverse("organizations:organization_detail", args=[code])


def grow(parent, number):
    """``number`` more communes below the unit."""
    for each in range(number):
        name = f"Hội Khuyến học xã Mới {each}"
        create_organization(code=f"{parent.code}.M{each}", name=name, level="commune", parent=parent, user=None)


def printed(client, address=LIST, **query):
    response = client.get(address, {"print": "1", **query})
    assert response.status_code == 200
    return response


def codes(response, name="object_list"):
    return [organization.code for organization in response.context[name]]


def words(response):
    return " ".join(unescape(response.content.decode()).split())


# Who sees what.


def test_without_a_search_the_whole_scope_is_printed_in_the_order_of_the_tree(client, cast):
    client.force_login(cast.manager)
    assert codes(printed(client)) == ["A", "A.D", "A.D.1", "A.D.1.1", "A.D.2", "A.T", "A.T.1", "A.CA"]
    client.force_login(cast.district_viewer)
    assert codes(printed(client)) == ["A.D", "A.D.1", "A.D.1.1", "A.D.2"]
    client.force_login(cast.stranger)
    assert codes(printed(client)) == ["B", "B.1"]


def test_the_opened_unit_is_printed_with_all_below_it(client, cast):
    client.force_login(cast.manager)
    response = printed(client, open="A.D")
    assert codes(response) == ["A.D", "A.D.1", "A.D.1.1", "A.D.2"]
    assert "Hội Khuyến học huyện Đông Sơn và các đơn vị cấp dưới (đang hoạt động)" in words(response)


def test_a_search_is_printed_in_words_within_the_scope(client, cast):
    client.force_login(cast.district_viewer)
    response = printed(client, q="xa")
    assert codes(response) == ["A.D.1", "A.D.2"]
    assert "Các đơn vị tìm thấy với “xa” (đang hoạt động). Cả danh sách: 2 đơn vị." in words(response).replace(
        " </p> <p> ", " "
    )


@pytest.mark.parametrize("address", [f"{LIST}?open=A.D&print=1", f"{detail('A.D')}?print=1"])
def test_a_stranger_gets_404(client, cast, address):
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [f"{LIST}?print=1", f"{LIST}?q=xa&print=1", f"{detail('A.D')}?print=1"])
def test_without_a_role_403_and_signed_out_the_sign_in_page(client, cast, address):
    assert client.get(address).url.startswith(reverse("accounts:login"))
    client.force_login(cast.nobody)
    assert client.get(address).status_code == 403


def test_dissolved_units_are_printed_only_when_asked_for(client, cast):
    dissolve_organization(organization=cast.branch, on=date(2025, 6, 30), user=None, reason="QĐ")
    client.force_login(cast.district_viewer)
    assert "A.D.1.1" not in codes(printed(client))
    response = printed(client, dissolved="1")
    assert codes(response) == ["A.D", "A.D.1", "A.D.1.1", "A.D.2"]
    assert "kể cả đơn vị đã giải thể" in words(response)
    assert "Đã giải thể 30/06/2025" in words(response)


# What stands on the sheet.


def test_the_sheet_names_unit_day_and_rows_and_carries_no_navigation(client, cast):
    client.force_login(cast.district_viewer)
    response = printed(client)
    assertTemplateUsed(response, "base_document.html")
    assertTemplateNotUsed(response, "includes/topbar.html")
    assertTemplateNotUsed(response, "includes/navigation.html")
    text = words(response)
    assert "Hội Khuyến học tỉnh An Bình<br> <strong>Hội Khuyến học huyện Đông Sơn</strong>" in text
    assert f"In ngày {date_to_text(timezone.localdate())}" in text
    assert "Cả danh sách: 4 đơn vị" in text
    assert f'<form action="{LIST}"' not in text


def test_the_way_back_leads_to_the_page_that_was_printed(client, cast):
    client.force_login(cast.manager)
    page = client.get(LIST, {"q": "xa", "after": "không có"})
    assert 'href="?q=xa&amp;print=1"' in page.content.decode()
    assert 'href="?q=xa"' in printed(client, q="xa").content.decode()


def test_only_print_1_prints(client, cast):
    client.force_login(cast.manager)
    for value in ("", "0", "yes"):
        assertTemplateNotUsed(client.get(LIST, {"print": value}), "base_document.html")


def test_all_that_was_found_is_printed_where_the_page_shows_fifty(client, cast):
    grow(cast.west, 60)
    client.force_login(cast.manager)
    page = client.get(LIST, {"q": "moi"})
    assert len(codes(page)) == 50
    assert len(codes(printed(client, q="moi"))) == 60
    # A cursor left in the address does not cut the list.
    assert len(codes(printed(client, q="moi", after=page.context["page_obj"].next_cursor))) == 60


def test_a_list_beyond_the_bound_is_cut_and_says_so(client, cast, monkeypatch):
    monkeypatch.setattr("core.paginator.PRINTED_ROWS", 3)
    client.force_login(cast.manager)
    response = printed(client)
    assert codes(response) == ["A", "A.D", "A.D.1"]
    assert "Bản in dừng ở 3 đơn vị đầu, danh sách còn dài hơn" in words(response)
    assert "Cả danh sách" not in words(response)
    assert "Trang sau" not in words(response)


def test_the_page_of_a_unit_prints_all_its_children(client, cast, monkeypatch):
    grow(cast.west, 60)
    client.force_login(cast.manager)
    page = client.get(detail("A.T"))
    assert len(codes(page, "children")) == 50
    assert "In cả 61 đơn vị" in words(page)
    assert '<p class="print-only">Bản in dừng ở 50 đơn vị đầu.</p>' in words(page)
    whole = printed(client, detail("A.T"))
    assertTemplateUsed(whole, "base_document.html")
    assert len(codes(whole, "children")) == 61
    assert "Bản in dừng ở" not in words(whole)
    monkeypatch.setattr("organizations.views.detail.PRINTED_ROWS", 3)
    cut = printed(client, detail("A.T"))
    assert len(codes(cut, "children")) == 3
    assert "<p >Bản in dừng ở 3 đơn vị đầu.</p>" in words(cut)


def test_a_printed_unit_offers_no_changes(client, cast):
    client.force_login(cast.manager)
    assert "/rename/" in words(client.get(detail("A.D")))
    text = words(printed(client, detail("A.D")))
    assert "/rename/" not in text
    assert "/edit/" not in text


@pytest.mark.parametrize(
    "address", [f"{LIST}?print=1", f"{LIST}?open=A.T&print=1", f"{LIST}?q=xa&print=1", f"{detail('A.T')}?print=1"]
)
def test_a_sheet_with_eleven_units_asks_no_more_than_with_one(client, cast, address):
    client.force_login(cast.manager)
    count = count_queries(client, address)
    grow(cast.west, 10)
    assert count_queries(client, address) == count


def count_queries(client, address):
    client.get(address)  # the first page of a session also renews it
    with CaptureQueriesContext(connection) as queries:
        assert "Xã Cao Sơn" in words(client.get(address))
    return len(queries)
