"""The pages of terms and vacancies, and the panels on other pages."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from core.vietnamese import date_to_text
from members.models import Member, Term
from members.officer_panels import posts_panel
from members.services import create_member

pytestmark = pytest.mark.django_db
LIST, ENDING, VACANCIES = (reverse(f"members:{name}") for name in ("term_list", "term_ending", "vacancy_list"))


def page(name, *arguments):
    return reverse(f"members:term_{name}", args=arguments)


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def rows(client, address, **query):
    return [(row.term.organization.code, row.term.number, row.state) for row in shown(client, address, **query)]


def shown(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response.context["rows"]


@pytest.fixture
def terms(cast, serve):
    today = timezone.localdate()
    serve(cast.first, 4, "2010-01-01", "2014-12-31")
    serve(cast.first, 5, "2015-01-01", str(today + timedelta(days=30)))
    serve(cast.second, 5, "2015-01-01", str(today - timedelta(days=30)))
    serve(cast.third, 5, "2015-01-01", str(today + timedelta(days=900)))
    serve(cast.foreign, 5, "2015-01-01", str(today - timedelta(days=30)))


def test_terms_stand_by_unit_the_newest_first(client, cast, terms):
    client.force_login(cast.manager)
    first = [("A.D.1", 5, "ending"), ("A.D.1", 4, "over")]
    assert rows(client, LIST) == [*first, ("A.D.2", 5, "over"), ("A.T.1", 5, "running")]
    assert rows(client, LIST, unit="A.D.1") == first
    assert rows(client, LIST, show="running") == [first[0], ("A.T.1", 5, "running")]
    assert rows(client, LIST, show="to_renew") == [first[0], ("A.D.2", 5, "over")]
    client.force_login(cast.secretary)
    assert rows(client, LIST) == first


def test_terms_that_end_are_told_about_the_longest_over_first(client, cast, terms):
    client.force_login(cast.manager)
    assert rows(client, ENDING) == [("A.D.2", 5, "over"), ("A.D.1", 5, "ending")]
    assert "Đã hết 30 ngày" in words(client.get(ENDING))
    assert "Sắp hết, còn 30 ngày" in words(client.get(ENDING, {"print": 1}))
    client.force_login(cast.secretary)
    assert rows(client, ENDING) == [("A.D.1", 5, "ending")]


def test_a_term_is_recorded_corrected_and_prolonged(client, cast):
    client.force_login(cast.secretary)
    typed = {"number": "5", "starts_on": "01/01/2021", "ends_on": "31/12/2025"}
    response = client.post(page("create", "A.D.1"), typed)
    assert response.url == f"{LIST}?unit=A.D.1"
    term = Term.objects.get()
    assert client.get(page("create", "A.D.1")).context["form"].initial == {"number": 6}
    client.post(page("edit", term.pk), typed | {"ends_on": "30/06/2025", "reason": "Ghi nhầm"})
    client.post(page("prolong", term.pk), {"prolonged_to": "31/12/2025", "reason": "CV 9"})
    term.refresh_from_db()
    assert (term.ends_on, term.prolonged_to) == (date(2025, 6, 30), date(2025, 12, 31))
    reasons = list(term.history.values_list("history_change_reason", "history_user__username"))
    assert reasons == [
        ("Kéo dài nhiệm kỳ: CV 9", "secretary"),
        ("Ghi nhầm", "secretary"),
        ("Ghi nhiệm kỳ", "secretary"),
    ]
    assert "Ghi nhầm" in words(client.get(page("edit", term.pk)))
    client.post(page("edit", term.pk), typed | {"ends_on": "30/06/2025", "prolonged_to": ""})
    term.refresh_from_db()
    assert term.prolonged_to is None


def test_an_overlapping_term_is_refused_beside_its_day_and_nothing_typed_is_lost(client, cast, serve):
    serve(cast.first, 5, "2021-01-01", "2025-12-31")
    client.force_login(cast.secretary)
    typed = {"number": "6", "starts_on": "01/12/2025", "ends_on": "31/12/2030", "decision_number": "3/QĐ"}
    response = client.post(page("create", "A.D.1"), typed)
    assert set(response.context["form"].errors) == {"starts_on"}
    assert all(f'value="{value}"' in words(response) for value in typed.values())
    assert Term.objects.count() == 1


def test_a_term_of_another_subtree_is_404_also_when_posted(client, cast, serve):
    term = serve(cast.second, 5, "2021-01-01", "2025-12-31")
    client.force_login(cast.secretary)
    for name in ("edit", "prolong"):
        assert client.post(page(name, term.pk), {"prolonged_to": "31/12/2026", "reason": "x"}).status_code == 404
    assert client.post(page("create", "A.D.2"), {}).status_code == 404


# Vacancies.


def vacancies(client, **query):
    return {row.unit.code: row.posts for row in shown(client, VACANCIES, **query)}


def test_vacancies_are_those_of_ones_own_part_of_the_tree(client, cast, hold):
    hold(cast.first, "Lò Thị Hà", "chair")
    client.force_login(cast.secretary)
    assert vacancies(client) == {"A.D.1": ["Phó Chủ tịch"], "A.D.1.1": ["Chi hội trưởng"]}
    client.force_login(cast.manager)
    assert list(vacancies(client)) == ["A", "A.D", "A.D.1", "A.D.1.1", "A.D.2", "A.T", "A.T.1", "A.CA"]
    client.force_login(cast.stranger)
    assert set(vacancies(client)) == {"B", "B.1"}


def test_vacancies_are_narrowed_and_unrecorded_units_told_apart(client, cast, hold):
    hold(cast.first, "Lò Thị Hà", "chair")
    client.force_login(cast.manager)
    assert set(vacancies(client, post="head")) == {"A.D.1.1"}
    assert set(vacancies(client, state="recorded")) == {"A.D.1"}
    assert set(vacancies(client, level="district")) == {"A.D", "A.T"}
    assert "A.D.1" not in vacancies(client, post="chair")
    response = client.get(VACANCIES)
    assert response.context["counts"] == {"all": 8, "unrecorded": 7}
    assert "7 đơn vị chưa ghi cán bộ nào" in words(response)
    assert "Cả danh sách: 8 đơn vị" in words(client.get(VACANCIES, {"print": 1}))


# Panels.


def test_the_units_page_shows_leaders_empty_posts_and_the_term(client, cast, hold, serve):
    today = timezone.localdate()
    hold(cast.first, "Lò Thị Hà", "chair", phone="0912 345 678")
    hold(cast.first, "Bà Quỹ", "treasurer")
    serve(cast.first, 5, "2015-01-01", str(today + timedelta(days=30)))
    client.force_login(cast.viewer)
    text = words(client.get(reverse("organizations:organization_detail", args=["A.D.1"])))
    for expected in ("Lò Thị Hà", "0912 345 678", "Còn khuyết", "Phó Chủ tịch", "Sắp hết, còn 30 ngày"):
        assert expected in text
    assert date_to_text(today + timedelta(days=30)) in text
    assert "Bà Quỹ" not in text
    assert "Chưa ghi cán bộ nào" in words(client.get(reverse("organizations:organization_detail", args=["A.D.1.1"])))


def test_a_members_panel_shows_the_posts_that_the_user_may_see(cast, hold):
    person = Member(organization=cast.branch, full_name="Lò Thị Hà")
    member = create_member(member=person, joined_on=date(2020, 1, 1), user=None)
    request = RequestFactory().get("/")
    request.user = cast.secretary
    hold(cast.province, "Lò Thị Hà", "member", member=member)
    assert posts_panel(request, member) is None
    hold(cast.first, "Lò Thị Hà", "chair", member=member)
    panel = posts_panel(request, member)
    assert "Chủ tịch" in panel
    assert "Uỷ viên Ban Chấp hành" not in panel
