"""Finding, telling apart and merging in the browser's pages, and papers for the members of the list."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from members.models import DifferentPeople, Member
from tests.members.people import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(client, cast):
    def as_(name):
        client.force_login(getattr(cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def pair(cast):
    return enter(cast.branch, "Lò Thị Hà", birth_year=1960), enter(cast.branch, "Lo Thi Ha", phone="0912345678")


def text(response):
    return " ".join(response.content.decode().split())


LIST = reverse("members:duplicate_list")


def merge_page(kept, merged):
    return reverse("members:member_merge", args=[kept.pk, merged.pk])


def test_a_pair_of_the_unit_is_listed_with_what_it_shares(as_, cast):
    enter(cast.branch, "Lò Thị Hà", birth_year=1960)
    enter(cast.branch, "Lo Thi Ha", birth_year=1960)
    page = text(as_("secretary").get(LIST))
    assert "Cùng họ tên, cùng năm sinh, cùng chi hội" in page
    assert "Không thấy dòng nào trùng" in text(as_("district_manager").get(LIST, {"unit": "A.D.2"}))


def test_two_people_are_told_apart_by_one_press(as_, cast, pair):
    address = reverse("members:member_different", args=[pair[0].pk, pair[1].pk])
    response = as_("secretary").post(address, {"unit": "A.D.1"})
    assert response.url == f"{LIST}?unit=A.D.1"
    assert DifferentPeople.objects.count() == 1
    assert as_("secretary").post(address, {"unit": "B.1"}).url == LIST


def test_the_page_suggests_what_is_fuller_and_merges_what_is_chosen(as_, cast, pair):
    kept, merged = pair
    client = as_("secretary")
    form = client.get(merge_page(kept, merged)).context["form"]
    assert {name: field.initial for name, field in form.fields.items() if name != "seen"} == {
        "full_name": "kept",
        "birth_year": "kept",
        "phone": "merged",
    }
    answer = {"seen": form.initial["seen"], "full_name": "kept", "birth_year": "kept", "phone": "merged"}
    response = client.post(merge_page(kept, merged), answer)
    assert response.url == kept.get_absolute_url()
    one = Member.objects.get()
    assert (one.pk, one.full_name, one.birth_year, one.phone) == (kept.pk, "Lò Thị Hà", 1960, "0912345678")
    assert client.get(reverse("members:member_detail", args=[merged.pk])).url == kept.get_absolute_url()


def test_what_was_changed_meanwhile_is_shown_first(as_, cast, pair):
    kept, merged = pair
    client = as_("secretary")
    seen = client.get(merge_page(kept, merged)).context["form"].initial["seen"]
    merged.household = "Hộ ông Páo"
    merged.save()
    answer = {"seen": seen, "full_name": "kept", "birth_year": "kept", "phone": "kept", "household": "kept"}
    response = client.post(merge_page(kept, merged), answer)
    assert "vừa được sửa" in text(response)
    assert Member.objects.count() == 2
    again = response.context["form"]["seen"].value()
    assert client.post(merge_page(kept, merged), answer | {"seen": again}).status_code == 302


def test_rows_out_of_reach_and_one_row_twice_are_404(as_, cast, pair):
    stranger = enter(cast.third, "Lò Thị Hà")
    client = as_("secretary")
    for kept, merged in ((pair[0], stranger), (stranger, pair[0]), (pair[0], pair[0])):
        assert client.get(merge_page(kept, merged)).status_code == 404
        assert client.post(merge_page(kept, merged), {}).status_code == 404
        address = reverse("members:member_different", args=[kept.pk, merged.pk])
        assert client.post(address).status_code == 404


def test_whoever_resembles_somebody_is_asked_about_once(as_, cast, pair):
    client = as_("secretary")
    facts = {"full_name": "Lò Thị Hà", "organization": "A.D.1.1", "joined_on": "01/02/2022"}
    page = text(client.post(reverse("members:member_create"), facts))
    assert "Có thể người này đã có trong sổ" in page
    assert 'value="Lò Thị Hà"' in page
    assert Member.objects.count() == 2
    response = client.post(reverse("members:member_create"), facts | {"different": "on"})
    assert response.status_code == 302
    assert Member.objects.count() == 3
    assert DifferentPeople.objects.count() == 2


def test_nobody_alike_means_no_question(as_, cast):
    facts = {"full_name": "Giàng A Páo", "organization": "A.D.1.1", "joined_on": "01/02/2022"}
    page = text(as_("secretary").get(reverse("members:member_create")))
    assert "Đây là người khác" not in page
    assert as_("secretary").post(reverse("members:member_create"), facts).status_code == 302


PAPERS = reverse("members:papers")


def pdf(response):
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize("paper", ["cards", "attendance"])
def test_papers_hold_the_ticked_ones_or_everybody_found(as_, cast, pair, paper):
    client = as_("viewer")
    enter(cast.branch, "Giàng A Páo")
    for query, people in (({"member": [pair[0].pk]}, {"Lò Thị Hà"}), ({}, {"Lò Thị Hà", "Lo Thi Ha", "Giàng A Páo"})):
        form = client.get(PAPERS, query).context["form"]
        answer = pdf(client.post(PAPERS, form.initial | {"paper": paper, "subject": "Đại hội"}))
        assert {name for name in ("Lò Thị Hà", "Lo Thi Ha", "Giàng A Páo") if name in answer} == people
        assert ("Đại hội" in answer) == (paper == "attendance")


def test_papers_leave_out_whom_the_user_may_not_see(as_, cast, pair):
    stranger = enter(cast.third, "Quàng Văn Lạ")
    members = f"{pair[0].pk},{stranger.pk}"
    answer = pdf(as_("viewer").post(PAPERS, {"members": members, "unit": "A.T.1", "paper": "attendance"}))
    assert "Lò Thị Hà" in answer
    assert "Quàng Văn Lạ" not in answer
    assert "CAO SƠN" not in answer


def test_bad_choices_of_papers_are_told(as_, cast, pair):
    response = as_("viewer").post(PAPERS, {"members": "1,x", "paper": "", "day": "31/02/2022"})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"members", "paper", "day"}
