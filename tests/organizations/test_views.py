"""The pages of the units: who sees what, finding, opening the tree, and changes from end to end."""

import unicodedata
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from organizations.models import AreaStatistics, Organization
from organizations.soundness import find_faults
from organizations.spells import tree_on
from organizations.tree import create_organization, dissolve_organization, move_organization, rename_organization

LIST = "organizations:organization_list"
# As a Mac types it: every accent a character of its own.
NFD = unicodedata.normalize("NFD", "Đông Sơn")
CHANGES = ["create", "edit", "rename", "move", "dissolve"]


@pytest.fixture(autouse=True)
def _without_panels(settings):
    settings.ORGANIZATION_PANELS = []


def page(name, *arguments, **query):
    return reverse(f"organizations:organization_{name}", args=arguments, query=query)


def text(response):
    return unescape(response.content.decode())


def found(response):
    return [organization.code for organization in response.context["object_list"]]


def grow(parent, number, **facts):
    """``number`` more communes below the unit."""
    for each in range(number):
        create_organization(
            code=f"{parent.code}.M{each}",
            name=f"Hội Khuyến học xã Mới {each}",
            level="commune",
            parent=parent,
            user=None,
            **facts,
        )


# Who sees what.


@pytest.mark.parametrize("name", ["manager", "reviewer", "district_manager", "district_viewer", "secretary", "viewer"])
def test_every_role_sees_its_own_unit_and_the_list(client, cast, name):
    client.force_login(getattr(cast, name))
    assert client.get(reverse(LIST)).status_code == 200
    assert client.get(page("detail", "A.D.1")).status_code == 200
    assert client.get(page("children", "A.D.1"), headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("name", ["detail", "children", *CHANGES])
def test_a_stranger_gets_404(client, cast, name):
    client.force_login(cast.stranger)
    assert client.get(page(name, "A.D.1")).status_code == 404
    assert client.post(page(name, "A.D.1")).status_code in (404, 405)


@pytest.mark.parametrize("name", ["detail", "children", *CHANGES])
def test_someone_without_a_role_gets_403(client, cast, name):
    client.force_login(cast.nobody)
    assert client.get(page(name, "A.D.1")).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403


@pytest.mark.parametrize("name", ["detail", "children", *CHANGES])
def test_signed_out_people_are_sent_to_sign_in(client, cast, name):
    response = client.get(page(name, "A.D.1"))
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))


@pytest.mark.parametrize("name", CHANGES)
def test_a_viewer_changes_nothing(client, cast, name):
    client.force_login(cast.district_viewer)
    assert client.get(page(name, "A.D.1")).status_code == 403
    assert client.post(page(name, "A.D.1"), {}).status_code == 403


def test_a_unit_above_ones_own_is_404(client, cast):
    client.force_login(cast.district_manager)
    assert client.get(page("detail", "A")).status_code == 404
    assert client.get(page("detail", "A.T")).status_code == 404


@pytest.mark.parametrize("name", ["rename", "move", "dissolve"])
def test_name_place_and_life_of_a_unit_belong_to_the_level_above(client, cast, name):
    client.force_login(cast.district_manager)
    assert client.get(page(name, "A.D")).status_code == 404
    assert client.post(page(name, "A.D"), {}).status_code == 404
    assert client.get(page(name, "A.D.1")).status_code == 200
    client.force_login(cast.manager)
    assert client.get(page(name, "A")).status_code == 404
    assert client.get(page(name, "A.D")).status_code == 200
    client.force_login(cast.administrator)
    assert client.get(page(name, "A")).status_code == 200


def offered(response):
    return {right for right, is_held in response.context["rights"].items() if is_held}


def test_the_page_offers_only_what_the_person_may_do(client, cast):
    client.force_login(cast.district_manager)
    assert offered(client.get(page("detail", "A.D"))) == {"add", "edit", "documents"}
    assert offered(client.get(page("detail", "A.D.1"))) == {"add", "edit", "govern", "documents"}
    client.force_login(cast.viewer)
    response = client.get(page("detail", "A.D.1"))
    assert offered(response) == set()
    assert "/rename/" not in text(response)


# Finding.


@pytest.mark.parametrize("words", ["dong son", "Đông Sơn", "ĐÔNG", "  son   đông ", NFD])
def test_a_unit_is_found_with_or_without_accents(client, cast, words):
    client.force_login(cast.manager)
    assert found(client.get(reverse(LIST), {"q": words})) == ["A.D"]


@pytest.mark.parametrize(
    ("words", "expected"), [("A.D.1", ["A.D.1", "A.D.1.1"]), ("a.d.1.1", ["A.D.1.1"]), ("tinh", ["A", "A.CA"])]
)
def test_a_unit_is_found_by_its_code_or_any_word(client, cast, words, expected):
    client.force_login(cast.manager)
    assert found(client.get(reverse(LIST), {"q": words})) == expected


def test_the_search_stays_within_the_scope(client, cast):
    client.force_login(cast.stranger)
    response = client.get(reverse(LIST), {"q": "son"})
    assert found(response) == []
    assert "Không tìm thấy đơn vị nào" in text(response)
    client.force_login(cast.district_viewer)
    assert found(client.get(reverse(LIST), {"q": "hoi khuyen hoc"})) == ["A.D", "A.D.1", "A.D.2"]


@pytest.mark.parametrize("words", ["!!!", "%", "x" * 300, "'; --", "\0"])
def test_odd_words_find_nothing_and_break_nothing(client, cast, words):
    client.force_login(cast.manager)
    response = client.get(reverse(LIST), {"q": words})
    assert response.status_code == 200
    assert found(response) == []


def test_dissolved_units_are_found_only_when_asked_for(client, cast):
    dissolve_organization(organization=cast.police, on=date(2025, 6, 30), user=None, reason="QĐ")
    client.force_login(cast.manager)
    assert found(client.get(reverse(LIST), {"q": "cong an"})) == []
    response = client.get(reverse(LIST), {"q": "cong an", "dissolved": "1"})
    assert found(response) == ["A.CA"]
    assert "Đã giải thể 30/06/2025" in text(response)


def test_long_results_page_by_key(client, cast):
    grow(cast.west, 60)
    client.force_login(cast.manager)
    first = client.get(reverse(LIST), {"q": "moi"})
    assert len(found(first)) == 50
    second = client.get(reverse(LIST), {"q": "moi", "after": first.context["page_obj"].next_cursor})
    assert len(found(second)) == 10
    assert not set(found(first)) & set(found(second))
    assert "q=moi" in text(second)


# The tree.


def test_the_tree_begins_at_the_highest_units_and_opens_a_single_one(client, cast):
    client.force_login(cast.district_viewer)
    [top] = client.get(reverse(LIST)).context["nodes"]
    assert top.organization == cast.east
    assert [node.organization.code for node in top.children] == ["A.D.1", "A.D.2"]
    assert [node.opens for node in top.children] == [True, False]
    client.force_login(cast.administrator)
    assert [node.organization.code for node in client.get(reverse(LIST)).context["nodes"]] == ["A", "B"]


def test_an_appointment_below_another_is_no_second_beginning(client, cast):
    cast.viewer.appointments.create(organization=cast.east, role="viewer")
    cast.viewer.appointments.create(organization=cast.third, role="viewer")
    client.force_login(cast.viewer)
    nodes = client.get(reverse(LIST)).context["nodes"]
    assert [node.organization.code for node in nodes] == ["A.D", "A.T.1"]


def test_without_javascript_a_link_opens_a_unit_on_a_full_page(client, cast):
    client.force_login(cast.manager)
    assert "?open=A.D#unit-A.D" in text(client.get(reverse(LIST)))
    response = client.get(reverse(LIST), {"open": "A.D.1"})
    [top] = response.context["nodes"]
    [district] = top.children
    [commune] = district.children
    assert [node.organization.code for node in commune.children] == ["A.D.1.1"]
    assert "Bản Đồi" in text(response) or "bản Đồi" in text(response)
    assert client.get(reverse(LIST), {"open": "B"}).status_code == 404


def test_with_htmx_only_the_rows_are_sent(client, cast):
    client.force_login(cast.manager)
    response = client.get(page("children", "A.D"), headers={"HX-Request": "true"})
    assert "<html" not in text(response)
    assert "Xã Ánh Dương" in text(response)
    assert "1 đơn vị cấp dưới" in text(response)
    plain = client.get(page("children", "A.D"))
    assert plain.url == reverse(LIST, query={"open": "A.D"})


def test_long_branches_are_continued(client, cast, monkeypatch):
    monkeypatch.setattr("organizations.views.browse.BRANCH_SIZE", 5)
    grow(cast.west, 7)
    client.force_login(cast.manager)
    response = client.get(page("children", "A.T"), headers={"HX-Request": "true"})
    cursor = response.context["next_cursor"]
    assert f"?after={cursor}" in text(response)
    rest = client.get(page("children", "A.T", after=cursor), headers={"HX-Request": "true"})
    assert len(response.context["nodes"]) + len(rest.context["nodes"]) == 8
    assert rest.context["next_cursor"] is None
    full = client.get(reverse(LIST), {"open": "A.T", "after": cursor})
    assert len(full.context["nodes"][0].children[0].children) == 3


def test_dissolved_units_stand_in_the_tree_only_when_asked_for(client, cast):
    dissolve_organization(organization=cast.branch, on=date(2025, 6, 30), user=None, reason="QĐ")
    client.force_login(cast.manager)
    hidden = client.get(page("children", "A.D"), headers={"HX-Request": "true"})
    assert [node.opens for node in hidden.context["nodes"]] == [False, False]
    shown = client.get(page("children", "A.D", dissolved="1"), headers={"HX-Request": "true"})
    assert [node.opens for node in shown.context["nodes"]] == [True, False]
    assert "dissolved=1" in text(shown)
    below = client.get(page("children", "A.D.1", dissolved="1"), headers={"HX-Request": "true"})
    assert "tree-ended" in text(below)
    assert client.get(page("children", "A.D.1"), headers={"HX-Request": "true"}).context["nodes"] == []


# The page of one unit.


def test_the_page_tells_what_is_known(client, cast):
    Organization.objects.filter(pk=cast.first.pk).update(contact_name="Bà Hà", contact_phone="0912 345.678")
    client.force_login(cast.secretary)
    body = text(client.get(page("detail", "A.D.1")))
    assert "Hội Khuyến học xã Ánh Dương" in body
    assert 'href="tel:0912345678"' in body
    assert "Đang hoạt động" in body
    assert "1 đơn vị đang hoạt động" in body


def test_the_line_of_parents_links_only_within_the_scope(client, cast):
    client.force_login(cast.district_viewer)
    crumbs = client.get(page("detail", "A.D.1")).context["crumbs"]
    assert [label for label, _ in crumbs] == ["Tổ chức", "Huyện Đông Sơn", "Xã Ánh Dương"]


def test_the_life_in_time_shows_when_there_is_more_than_one_spell(client, cast):
    client.force_login(cast.manager)
    assert "Các giai đoạn" not in text(client.get(page("detail", "A.D.1")))
    rename_organization(
        organization=cast.first, name="Hội Khuyến học phường Mới", on=date(2025, 7, 1), user=None, reason="QĐ"
    )
    body = text(client.get(page("detail", "A.D.1")))
    assert "Các giai đoạn" in body
    assert "30/06/2025" in body
    assert "Hội Khuyến học xã Ánh Dương" in body


def test_area_statistics_show_empty_cells_as_no_data(client, cast):
    AreaStatistics.objects.create(organization=cast.first, year=2021, population=4100)
    AreaStatistics.objects.create(organization=cast.first, year=2022, population=1234567, households=0)
    client.force_login(cast.viewer)
    response = client.get(page("detail", "A.D.1"))
    assert [area.year for area in response.context["areas"]] == [2022, 2021]
    body = text(response)
    assert "1.234.567" in body
    assert "Năm 2022" in body
    assert body.count("chưa có số liệu") == 7 + 8


def test_children_are_counted_by_level(client, cast):
    client.force_login(cast.manager)
    response = client.get(page("detail", "A"))
    assert response.context["child_counts"] == [("cấp huyện", 2), ("đơn vị trực thuộc", 1)]
    assert [child.child_count for child in response.context["children"]] == [2, 1, 0]


def test_panels_of_other_apps_show(client, cast, settings, monkeypatch):
    panels = [lambda request, unit: mark_safe(f"<p>Bảng của {unit.code}</p>"), lambda request, unit: None]
    monkeypatch.setattr("organizations.tree.some_panels", panels, raising=False)
    settings.ORGANIZATION_PANELS = ["organizations.tree.some_panels"]
    client.force_login(cast.viewer)
    response = client.get(page("detail", "A.D.1"))
    assert "<p>Bảng của A.D.1</p>" in text(response)
    assert len(response.context["panels"]) == 1


@pytest.mark.parametrize(
    "address",
    [
        reverse(LIST, query={"open": "A.T"}),
        reverse(LIST, query={"q": "xa"}),
        page("detail", "A.T"),
        page("children", "A.T"),
    ],
)
def test_a_page_with_eleven_units_asks_no_more_than_with_one(client, cast, address):
    client.force_login(cast.manager)
    count = count_queries(client, address)
    grow(cast.west, 10)
    assert count_queries(client, address) == count


def test_a_long_life_and_many_years_ask_no_more_than_short_ones(client, cast):
    client.force_login(cast.manager)
    parents = [cast.west, cast.east] * 5
    for number, parent in enumerate(parents[:2]):
        move_organization(organization=cast.first, parent=parent, on=date(2010 + number, 1, 1), user=None, reason="QĐ")
    AreaStatistics.objects.create(organization=cast.first, year=2010)
    count = count_queries(client, page("detail", "A.D.1"))
    for number, parent in enumerate(parents[2:], start=2):
        move_organization(organization=cast.first, parent=parent, on=date(2010 + number, 1, 1), user=None, reason="QĐ")
        AreaStatistics.objects.create(organization=cast.first, year=2010 + number)
    assert count_queries(client, page("detail", "A.D.1")) == count


def count_queries(client, address):
    client.get(address)  # the first page of a session also renews it
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    return len(queries)


# Changes from end to end.


def test_a_unit_is_created_below_another(client, cast):
    client.force_login(cast.district_manager)
    typed = {
        "name": "Hội Khuyến học xã Mới", "code": "A.D.3", "level": "commune", "form": "", "kind": "territorial",
        "established_on": "05/04/2023", "reports_quarterly": "", "contact_name": "Ông Nam", "contact_phone": "0912",
        "reason": "QĐ 9",
    }  # fmt: skip
    response = client.post(page("create", "A.D"), typed, follow=True)
    assert response.redirect_chain == [(page("detail", "A.D.3"), 302)]
    assert "Đã thêm Hội Khuyến học xã Mới." in text(response)
    unit = Organization.objects.get(code="A.D.3")
    assert (unit.parent, unit.form, unit.reports_quarterly) == (cast.east, "hoi", True)
    assert unit.established_on == date(2023, 4, 5)
    assert unit.history.get().history_user == cast.district_manager
    assert unit.history.get().history_change_reason == "QĐ 9"
    assert find_faults() == []


def test_a_refused_unit_keeps_what_was_typed(client, cast):
    client.force_login(cast.manager)
    typed = {
        "name": "Hội Khuyến học xã Mới",
        "code": "A.D.1",
        "level": "commune",
        "kind": "territorial",
        "reason": "QĐ 77",
    }
    response = client.post(page("create", "A.D"), typed)
    assert response.status_code == 200
    body = text(response)
    assert response.context["form"].errors["code"]
    assert 'value="QĐ 77"' in body
    assert 'value="Hội Khuyến học xã Mới"' in body
    assert 'href="#id_code"' in body


def test_the_whole_form_is_corrected_by_the_level_above(client, cast):
    client.force_login(cast.manager)
    typed = {
        "contact_name": "Bà Hà", "contact_phone": "0913", "form": "hoi", "kind": "other", "established_on": "1/2/2003",
        "reports_quarterly": "", "reason": "ghi nhầm",
    }  # fmt: skip
    assert client.post(page("edit", "A.D.1"), typed).status_code == 302
    cast.first.refresh_from_db()
    assert (cast.first.contact_name, cast.first.kind, cast.first.reports_quarterly) == ("Bà Hà", "other", False)
    assert cast.first.spells.get().valid_from == date(2003, 2, 1)
    assert cast.first.history.first().history_change_reason == "ghi nhầm"


def test_at_ones_own_top_only_the_contact_is_corrected(client, cast):
    client.force_login(cast.district_manager)
    assert list(client.get(page("edit", "A.D")).context["form"].fields) == ["contact_name", "contact_phone", "reason"]
    typed = {"contact_name": "Bà Hà", "contact_phone": "0913", "kind": "clan", "established_on": "01/01/2000"}
    assert client.post(page("edit", "A.D"), typed).status_code == 302
    cast.east.refresh_from_db()
    assert (cast.east.contact_name, cast.east.kind, cast.east.established_on) == ("Bà Hà", "territorial", None)


def test_a_unit_is_renamed_from_a_day(client, cast):
    client.force_login(cast.manager)
    typed = {"name": "Hội Khuyến học phường Ánh Dương", "on": "1/7/2025", "reason": "QĐ 15"}
    response = client.post(page("rename", "A.D.1"), typed, follow=True)
    assert "Đã đổi tên thành Hội Khuyến học phường Ánh Dương." in text(response)
    assert tree_on(date(2025, 6, 30))[cast.first.pk].name == "Hội Khuyến học xã Ánh Dương"
    assert tree_on(date(2025, 7, 1))[cast.first.pk].name == "Hội Khuyến học phường Ánh Dương"


def test_a_refused_name_keeps_what_was_typed_and_says_where(client, cast):
    client.force_login(cast.manager)
    rename_organization(
        organization=cast.first, name="Hội Khuyến học xã Khác", on=date(2025, 7, 1), user=None, reason="QĐ"
    )
    typed = {"name": "Hội Khuyến học phường Mới", "on": "05/04/2024", "reason": "QĐ 15"}
    response = client.post(page("rename", "A.D.1"), typed)
    assert "01/07/2025" in response.context["form"].errors["on"][0]
    body = text(response)
    assert 'value="05/04/2024"' in body
    assert 'value="Hội Khuyến học phường Mới"' in body
    assert cast.first.spells.count() == 2


def test_a_unit_is_moved_by_search_and_choice(client, cast):
    client.force_login(cast.manager)
    typed = {"query": "tay ho", "on": "1/7/2025", "reason": "QĐ 20"}
    searched = client.post(page("move", "A.D.1"), typed | {"find": "1"})
    body = text(searched)
    assert 'type="radio"' in body
    assert 'value="A.T"' in body
    assert 'value="1/7/2025"' in body
    assert not searched.context["form"].errors
    unchosen = client.post(page("move", "A.D.1"), typed)
    assert "chọn một trong" in unchosen.context["form"].errors["parent"][0]
    response = client.post(page("move", "A.D.1"), typed | {"parent": "A.T"}, follow=True)
    assert "Đã chuyển Hội Khuyến học xã Ánh Dương vào Hội Khuyến học huyện Tây Hồ." in text(response)
    assert tree_on(date(2025, 6, 30))[cast.first.pk].parent_id == cast.east.pk
    assert tree_on(date(2025, 7, 1))[cast.first.pk].parent_id == cast.west.pk
    assert find_faults() == []


def test_a_move_needs_the_permission_at_the_new_parent_too(client, cast):
    client.force_login(cast.district_manager)
    typed = {"query": "A.T", "on": "1/7/2025", "reason": "QĐ"}
    assert "Không tìm thấy" in client.post(page("move", "A.D.1"), typed).context["form"].errors["query"][0]
    smuggled = client.post(page("move", "A.D.1"), typed | {"parent": "A.T"})
    assert smuggled.status_code == 200
    cast.first.refresh_from_db()
    assert cast.first.parent == cast.east


def test_a_unit_is_dissolved_after_the_page_said_what_it_means(client, cast):
    client.force_login(cast.manager)
    assert "được giữ nguyên" in text(client.get(page("dissolve", "A.CA")))
    assert "còn 2 đơn vị cấp dưới" in text(client.get(page("dissolve", "A.D")))
    response = client.post(page("dissolve", "A.CA"), {"on": "30/06/2025", "reason": "QĐ 30"}, follow=True)
    assert "đã giải thể" in text(response)
    assert offered(response) == {"edit", "documents"}
    assert cast.police.pk not in tree_on(date(2025, 7, 1))
    assert find_faults() == []


# The unit I work for.


def test_the_unit_i_work_for_is_one_where_i_am_appointed(client, cast):
    client.force_login(cast.viewer)
    address = reverse("organizations:switch")
    assert client.post(address, {"code": "A.D.1", "next": "/organizations/"}).url == "/organizations/"
    assert client.session["organization"] == "A.D.1"
    assert client.post(address, {"code": "A.D.1.1"}).status_code == 404
    assert client.post(address, {"code": "B"}).status_code == 404
    assert client.get(address).status_code == 405
    client.force_login(cast.administrator)
    assert client.post(address, {"code": "B"}).status_code == 302
    assert client.session["organization"] == "B"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_switching_never_leads_elsewhere(client, cast, target):
    client.force_login(cast.viewer)
    assert client.post(reverse("organizations:switch"), {"code": "A.D.1", "next": target}).url == "/"


def test_an_ended_appointment_is_no_place_to_work(client, cast):
    cast.viewer.appointments.update(valid_to=timezone.localdate() - timedelta(days=1))
    client.force_login(cast.viewer)
    assert client.post(reverse("organizations:switch"), {"code": "A.D.1"}).status_code == 404
