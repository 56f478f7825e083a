"""Cards and attendance sheets, read again from the PDF."""

from datetime import date

import pytest

from members.documents import attendance_sheet_pdf, member_cards_pdf
from members.models import Member
from organizations.models import DocumentSettings
from tests.opened_pdf import open_pdf, page_texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tree):
    rows = [
        Member(organization=tree.branch, full_name=f"Người Thứ {number}", birth_year=1960, phone="0912345678")
        for number in range(23)
    ]
    rows[0].full_name, rows[0].card_number = "#let x = Đỗ *An* $", "SL-007"
    for row in rows:
        row.derive()
    Member.objects.bulk_create(rows)
    return list(Member.objects.for_list())


def read(content):
    return page_texts(open_pdf(content))


def test_ten_cards_stand_on_a_page_and_say_no_more_than_they_must(tree, people):
    pages = read(member_cards_pdf(tree.first, people, joined={people[0].pk: date(2020, 1, 2)}))
    assert len(pages) == 3
    assert pages[0].count("THẺ HỘI VIÊN") == 10
    assert "#let x = Đỗ *An* $" in " ".join(pages)
    assert "SL-007" in " ".join(pages)
    assert "02/01/2020" in " ".join(pages)
    assert "0912345678" not in " ".join(pages)


def test_the_head_comes_from_the_settings_of_the_unit(tree, people):
    DocumentSettings.objects.create(organization=tree.first, own_lines="HỘI XÃ ÁNH DƯƠNG")
    assert "HỘI XÃ ÁNH DƯƠNG" in read(member_cards_pdf(tree.first, people[:1], joined={}))[0]


def test_everybody_is_numbered_on_the_attendance_sheet_and_some_rows_stay_free(tree, people):
    text = " ".join(read(attendance_sheet_pdf(tree.first, people, subject="Hội nghị", day=date(2022, 4, 5))))
    assert "Số người trong danh sách: 23" in text
    assert "05/04/2022" in text
    assert "DANH SÁCH ĐIỂM DANH Hội nghị" in text
    assert all(member.full_name in text for member in people)
    assert "Chi hội" not in text.split("Chữ ký")[0]


def test_the_branch_is_named_where_there_are_several(tree, people):
    people[0].organization = tree.second
    text = " ".join(read(attendance_sheet_pdf(tree.first, people, subject="", day=None)))
    assert "Xã Bình Minh" in text or "xã Bình Minh" in text


def test_an_empty_list_still_makes_a_sheet_to_write_on(tree):
    assert "Chữ ký" in read(attendance_sheet_pdf(tree.first, [], subject="", day=None))[0]
    assert len(read(member_cards_pdf(tree.first, [], joined={}))) == 1
