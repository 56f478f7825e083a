"""The grid of quick entry, as a branch head sends it."""

from datetime import date

import pytest
from django.urls import reverse

from learning_models.models import Registrant, Registration
from members.models import Member
from members.services import create_member
from tests.learning_models.register import add_registration

ENTER = reverse("learning_models:registration_enter")
HERE = f"{ENTER}?unit=A.D.1.1&model=family&year=2022"


def grid(*rows, **data):
    """What the browser sends: ten lines or more, most of them empty."""
    sent = {"registered_on": "15/01/2022", "rows": "10"} | data
    for number, row in enumerate(rows, start=1):
        sent |= {f"d{number}-{name}": value for name, value in row.items()}
    return sent


def words(page):
    return page.content.decode()


def test_the_page_holds_ten_lines_and_more_by_a_button(visit, cast):
    assert len(visit(HERE).context["form"].lines) == 10
    page = visit(HERE, **grid({"name": "Lò Văn An", "people": "x"}, more="1"))
    assert len(page.context["form"].lines) == 20
    assert 'value="Lò Văn An"' in words(page)
    assert "Chưa ghi dòng nào" not in words(page)
    assert not Registrant.objects.exists()


def test_ten_families_are_registered_at_once(visit, cast):
    rows = [{"name": f"Lò Văn {letter}", "address": "Bản Đồi", "people": "4"} for letter in "ABCDEGHIKL"]
    answer = visit(HERE, **grid(*rows))
    assert answer.status_code == 302
    assert Registration.objects.filter(organization=cast.branch, year=2022, model="family").count() == 10
    page = words(visit(answer.url))
    assert "Đã đăng ký 10 hộ: 10 hộ mới vào sổ." in page
    assert 'value="15/01/2022"' in page
    again = words(visit(visit(HERE, **grid(*rows)).url))
    assert "10 hộ đã đăng ký năm 2022 từ trước" in again
    assert Registration.objects.count() == 10


def test_nothing_typed_is_lost_and_every_fault_is_named(visit, cast):
    page = visit(HERE, **grid({"name": "Lò Văn An"}, {"address": "Bản Đồi"}, {"name": "Cầm", "people": "mười"}))
    assert page.status_code == 200
    assert "Dòng 2, Họ tên chủ hộ" in words(page)
    assert "Dòng 3, Số người" in words(page)
    assert 'value="Lò Văn An"' in words(page)
    assert 'value="mười"' in words(page)
    assert not Registrant.objects.exists()


def test_what_the_register_refuses_stands_at_its_line(visit, cast):
    add_registration(cast.branch, name="Lò Văn An", code="H1", year=2021)
    page = visit(HERE, **grid({"name": "Cầm Văn B", "code": "H1"}))
    assert "Dòng 1, Mã" in words(page)
    assert "Chưa ghi dòng nào: có dòng cần sửa." in words(page)


def test_an_empty_grid_and_a_day_out_of_the_year_are_refused(visit, cast):
    assert "Hãy ghi ít nhất một tên" in words(visit(HERE, **grid()))
    page = visit(HERE, **grid({"name": "Lò Văn An"}, registered_on="01/02/2023"))
    assert "Đăng ký của năm 2022" in words(page)
    assert not Registrant.objects.exists()


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("family", ["name", "address", "people", "code"]),
        ("unit", ["name", "address", "people", "code", "unit_kind", "rank"]),
        ("citizen", ["name", "address", "code", "member"]),
    ],
)
def test_every_model_asks_what_is_kept_of_it(visit, cast, model, asked):
    page = visit(f"{ENTER}?unit=A.D.1.1&model={model}&year=2022")
    assert list(page.context["form"].lines[0].fields) == asked


def test_a_unit_is_written_with_kind_and_rank(visit, cast):
    facts = {"name": "Trường A", "unit_kind": "school", "rank": "commune"}
    visit(f"{ENTER}?unit=A.D.1&model=unit&year=2022", **grid(facts))
    row = Registrant.objects.get()
    assert (row.unit_kind, row.rank, row.organization) == ("school", "commune", cast.first)


def test_a_citizen_is_joined_to_a_member_of_the_same_name(visit, cast):
    member = create_member(
        member=Member(organization=cast.branch, full_name="Lò Thị Hà", birth_year=1960),
        joined_on=date(2020, 1, 1),
        user=None,
    )
    stranger = create_member(
        member=Member(organization=cast.foreign, full_name="Lò Thị Hà"), joined_on=date(2020, 1, 1), user=None
    )
    here = f"{ENTER}?unit=A.D.1.1&model=citizen&year=2022"
    page = visit(here, **grid({"name": "lò thị hà"}, find="1"))
    assert "Lò Thị Hà, 1960" in words(page)
    assert f'value="{stranger.pk}"' not in words(page)
    refused = visit(here, **grid({"name": "Lò Thị Hà", "member": stranger.pk}))
    assert "Dòng 1, Hội viên" in words(refused)
    visit(here, **grid({"name": "Lò Thị Hà", "member": member.pk}))
    assert Registrant.objects.get().member == member


def test_a_unit_out_of_reach_takes_nothing(visit, cast):
    assert visit(f"{ENTER}?unit=A.D.2&model=family&year=2022", **grid({"name": "A"})).status_code == 404
    assert not Registrant.objects.exists()


def test_an_address_is_typed_once_for_all_lines_without_one(visit, cast):
    known = add_registration(cast.branch, name="Lò Văn Cũ", address="Bản Đồi", year=2021)
    rows = [{"name": "Lò Văn An"}, {"name": "Cà Thị Bình", "address": "Bản Suối"}, {"name": "Lò Văn Cũ"}]
    answer = visit(HERE, **grid(*rows, address="Bản Đồi"))
    found = Registration.objects.filter(year=2022).values_list("registrant__name", "registrant__address")
    assert set(found) == {("Lò Văn An", "Bản Đồi"), ("Cà Thị Bình", "Bản Suối"), ("Lò Văn Cũ", "Bản Đồi")}
    assert known.registrant.registrations.count() == 2
    page = visit(answer.url)
    assert page.context["form"]["address"].value() == "Bản Đồi"
