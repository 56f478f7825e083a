"""Officers, vacancies and terms, as a person sees them on a phone and on a PC."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from members.models import Member, Officer, Term
from members.officers import save_post
from members.services import create_member
from members.terms import save_term
from organizations.models import Organization

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/members/officers/"


@pytest.fixture
def city(nobody):
    """The city's hội with a chair, a treasurer, a term that ends soon, and a member to choose."""
    city = Organization.objects.get(code="SL.TP")
    ends = timezone.localdate() + timedelta(days=40)
    save_term(term=Term(organization=city, number=5, starts_on=date(2021, 1, 1), ends_on=ends), user=None, reason="thử")
    for post, facts in (
        ("chair", {"from_date": date(2021, 2, 1), "phone": "0912 345 678", "full_time": True}),
        ("treasurer", {"ex_officio": True}),
    ):
        officer = Officer(organization=city, full_name="Lò Thị Hà", post=post, **facts)
        save_post(officer=officer, outside={"school_head": "Hiệu trưởng"}, user=None, reason="Đại hội")
    person = Member(organization=city, full_name="Cầm Văn Ủi", birth_year=1961)
    create_member(member=person, joined_on=date(2020, 1, 1), user=None)
    return city


def test_a_new_chair_is_found_in_the_register_and_succeeds_the_former_one(city, person):
    person.come_as("tinh")
    person.open("/organizations/SL.TP/")
    assert "Sắp hết, còn 40 ngày" in person.words()
    person.look("unit-with-officers")
    person.follow("Danh sách cán bộ")
    person.look("officers")
    person.follow("Ghi cán bộ")
    person.page.get_by_label("Họ và tên").fill("cam ui")
    person.page.get_by_label("Chức vụ", exact=True).select_option("chair")
    person.page.get_by_label("kiêm nhiệm", exact=True).check()
    person.page.get_by_label("Từ ngày").fill("01/03/2026")
    person.press("Tìm trong sổ hội viên")
    person.page.get_by_label("Cầm Văn Ủi, sinh 1961").check()
    person.look("officer-found")
    person.press("Ghi cán bộ")
    assert "ông/bà Lò Thị Hà đang giữ chức Chủ tịch từ 01/02/2021" in person.words()
    person.look("officer-second-chair")
    person.page.get_by_label("Ghi ông/bà Lò Thị Hà thôi giữ chức").check()
    person.press("Ghi cán bộ")
    assert "Đã ghi Cầm Văn Ủi, Chủ tịch." in person.words()
    person.look("officer")
    person.open(f"{LIST}?unit=SL.TP&date=28/02/2026&post=chair")
    assert "Lò Thị Hà" in person.words()
    person.follow("Lò Thị Hà")
    person.page.get_by_text("Xem ai đã ghi, sửa").click()
    assert "có người kế nhiệm" in person.words()
    person.look("officer-former")


def test_a_post_ends_and_a_wrong_row_goes(city, person):
    person.come_as("tinh")
    chair = Officer.objects.get(post="chair")
    person.open(f"{LIST}{chair.pk}/edit/")
    person.look("officer-edit")
    person.open(f"{LIST}{chair.pk}/end/")
    person.page.get_by_label("Giữ chức đến hết ngày").fill("31/01/2021")
    person.press("Ghi thôi giữ chức")
    person.look("officer-end-refused")
    person.page.get_by_label("Giữ chức đến hết ngày").fill("31/12/2025")
    person.press("Ghi thôi giữ chức")
    assert "01/02/2021 – 31/12/2025" in person.words()
    person.open(f"{LIST}{Officer.objects.get(post='treasurer').pk}/delete/")
    person.page.get_by_label("Vì sao dòng này là ghi nhầm").fill("Nhầm đơn vị")
    person.look("officer-delete")
    person.press("Xoá dòng này")
    assert "Đã xoá dòng ghi nhầm" in person.words()
    person.look("officers-none")


def test_vacancies_and_terms(city, person):
    person.come_as("tinh")
    for name, path in {
        "vacancies": f"{LIST}vacancies/",
        "vacancies-city": f"{LIST}vacancies/?unit=SL.TP&state=recorded",
        "terms-ending": "/members/terms/ending/",
        "terms": "/members/terms/?show=to_renew",
        "officers-wrong-filter": f"{LIST}?date=31/02/2026&unit=zzz",
        "officers-print": f"{LIST}?print=1",
        "vacancies-print": f"{LIST}vacancies/?print=1",
    }.items():
        assert person.open(path).status == 200, path
        person.look(name)
    person.open("/members/terms/?unit=SL.TP")
    person.follow("Kéo dài")
    person.page.get_by_label("Kéo dài đến hết ngày").fill("01/01/2022")
    person.page.get_by_label("Căn cứ").fill("CV 9")
    person.press("Kéo dài nhiệm kỳ")
    person.look("term-prolong-refused")
    person.page.get_by_label("Kéo dài đến hết ngày").fill("31/12/2029")
    person.press("Kéo dài nhiệm kỳ")
    assert "Đã kéo dài nhiệm kỳ" in person.words()
    person.follow("Ghi nhiệm kỳ")
    person.page.get_by_label("Từ ngày").fill("01/06/2029")
    person.page.get_by_label("Đến hết ngày").fill("01/06/2034")
    person.press("Ghi nhiệm kỳ")
    assert "Trùng thời gian với khoá 5" in person.words()
    person.look("term-overlapping")
