"""Officers from spreadsheets: what is taken, what is refused, and why."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.sheets import Importer
from members.models import Member, Officer, OutsidePost
from members.officers import save_post
from members.resources import OfficerSheet
from members.resources.outside_posts import OutsidePosts
from members.services import create_member
from spreadsheets.services import apply_spreadsheet, check_spreadsheet

pytestmark = pytest.mark.django_db
HEADER = "organization_code,full_name,post,from_date"


def take(rows, user, header=HEADER, **options):
    text = "\n".join([header, *rows])
    return apply_spreadsheet(kind="officers", file=io.BytesIO(text.encode()), name="a.csv", user=user, **options)


def reasons(checked):
    return [(error["line"], error["column"], error["reason"]) for error in checked.errors()]


def refusal(checked):
    """The only reason, when one row is refused for one."""
    ((_, _, reason),) = reasons(checked)
    return reason


def posts(unit):
    rows = Officer.objects.filter(organization=unit).order_by("pk")
    return [(row.full_name, row.post, row.from_date, row.to_date) for row in rows]


@pytest.fixture
def member(cast):
    person = Member(organization=cast.branch, full_name="Lò Thị Hà", code="HV-7")
    return create_member(member=person, joined_on=date(2020, 1, 1), user=None)


@pytest.fixture
def stranger(cast):
    person = Member(organization=cast.foreign, full_name="Người Lạ", code="HV-9")
    return create_member(member=person, joined_on=date(2020, 1, 1), user=None)


def test_every_column_is_read_by_code_or_label(cast, serve):
    serve(cast.first, 5, "2021-01-01", "2026-01-01")
    header = (
        "Mã đơn vị,Họ và tên,Chức vụ,Trong ban,Khoá,Chuyên trách,Chức vụ ngoài Hội,Từ ngày,Đến hết ngày,Số quyết định"
    )
    outside = '"BCH Hội Cựu giáo chức, Sở, Phòng Giáo dục và Đào tạo, elderly_association"'
    row = f"A.D.1,Lò Thị Hà,Chủ tịch,Ban Thường vụ,5,có,{outside},01/02/2021,31/12/2022,12/QĐ-HKH"
    checked = take([row], cast.secretary, header)
    assert checked.counts["new"] == 1
    officer = Officer.objects.get()
    assert (officer.post, officer.body, officer.term.number, officer.full_time) == (
        "chair",
        "standing_committee",
        5,
        True,
    )
    assert (officer.from_date, officer.to_date) == (date(2021, 2, 1), date(2022, 12, 31))
    assert officer.decision_number == "12/QĐ-HKH"
    assert {row.kind for row in officer.outside_posts.all()} == {
        "former_teachers_association",
        "education_office",
        "elderly_association",
    }
    entry = officer.history.get()
    assert (entry.history_user, entry.history_change_reason) == (cast.secretary, "Nhập từ a.csv")
    assert OutsidePost.history.filter(history_user=cast.secretary).count() == 3
    assert Officer.objects.filter(search__words="ha").exists()


def test_the_same_file_again_changes_nothing(cast):
    header = f"{HEADER},full_time,outside_posts,body"
    rows = ["A.D.1,Lò Thị Hà,chair,,1,elderly_association,", "A.D.1,Cầm Văn Ủi,vice_chair,2021-01-01,,,office"]
    assert take(rows, cast.secretary, header).counts["new"] == 2
    again = [rows[0].replace("Lò Thị Hà", "LÒ THỊ HÀ"), rows[1]]
    assert take(again, cast.secretary, header).counts["unchanged"] == 2
    assert Officer.history.count() == 2


def test_the_usual_body_comes_with_the_post_unless_the_column_is_there(cast):
    take(["A.D.1,Lò Thị Hà,chair,"], cast.secretary)
    take(["A.D.1,Cầm Văn Ủi,vice_chair,,"], cast.secretary, f"{HEADER},body")
    assert list(Officer.objects.order_by("pk").values_list("body", flat=True)) == ["standing_board", ""]


def test_an_omitted_column_leaves_values_alone_and_an_empty_cell_clears_them(cast):
    take(["A.D.1,Lò Thị Hà,chair,,1,school_head"], cast.secretary, f"{HEADER},full_time,outside_posts")
    assert take(["A.D.1,Lò Thị Hà,chair,"], cast.secretary).counts["unchanged"] == 1
    checked = take(["A.D.1,Lò Thị Hà,chair,,,"], cast.secretary, f"{HEADER},full_time,outside_posts")
    assert checked.rows[0].changes == [
        ("full_time", "có", "chưa có"),
        ("outside_posts", "lãnh đạo trường học", "chưa có"),
    ]
    assert Officer.objects.get().full_time is None
    assert not OutsidePost.objects.exists()
    assert OutsidePost.history.filter(history_type="-", history_user=cast.secretary).count() == 1


def test_posts_outside_are_replaced_and_titles_of_those_that_stay_are_kept(cast):
    officer = Officer(organization=cast.first, full_name="Lò Thị Hà", post="chair")
    outside = {"school_head": "Hiệu trưởng", "womens_union": ""}
    save_post(officer=officer, outside=outside, user=None, reason="thử")
    take(["A.D.1,Lò Thị Hà,chair,,farmers_union; school_head"], cast.secretary, f"{HEADER},outside_posts")
    assert {row.kind: row.title for row in officer.outside_posts.all()} == {
        "school_head": "Hiệu trưởng",
        "farmers_union": "",
    }


def test_a_member_is_named_by_code_or_by_the_number_of_the_software(cast, member):
    header = f"{HEADER},member_code"
    take(["A.D.1,Lò Thị Hà,chair,,HV-7"], cast.secretary, header)
    checked = take([f"A.D.1,Lo Thi Ha,vice_chair,,m{member.pk}"], cast.secretary, header)
    assert "theo sổ hội viên" in checked.rows[0].warnings[0][1]
    assert set(Officer.objects.values_list("member", "full_name")) == {(member.pk, "Lò Thị Hà")}


def test_a_post_recorded_by_name_is_tied_to_the_member_later(cast, member):
    take(["A.D.1,Lò Thị Hà,chair,2021-01-01"], cast.secretary)
    checked = take(["A.D.1,LÒ THỊ HÀ,chair,2021-01-01,HV-7"], cast.secretary, f"{HEADER},member_code")
    assert checked.counts["changed"] == 1
    assert Officer.objects.get().member == member
    assert take(["A.D.1,Lò Thị Hà,chair,2021-01-01"], cast.secretary).counts["unchanged"] == 1
    assert Officer.objects.get().member == member


def test_a_member_out_of_reach_is_refused_like_one_that_does_not_exist(cast, stranger):
    for code in ("HV-9", f"M{stranger.pk}", "HV-404", "M999999"):
        checked = take([f"A.D.1,Người Lạ,chair,,{code}"], cast.secretary, f"{HEADER},member_code")
        assert refusal(checked).startswith(f"Không có hội viên mã “{code}” trong phạm vi của ông/bà")
    assert not Officer.objects.exists()


def test_units_out_of_reach_are_refused_without_telling_anything(cast):
    for code in ("A.D.2", "B.1", "XX"):
        assert f"Không có đơn vị mã “{code}”" in refusal(take([f"{code},Lò Thị Hà,chair,"], cast.secretary))
    with pytest.raises(ValidationError, match="không có quyền"):
        take(["A.D.1,Lò Thị Hà,chair,"], cast.viewer)


def test_two_chairs_of_one_time_are_refused_and_the_former_may_end_in_the_same_file(cast):
    take(["A.D.1,Lò Thị Hà,chair,2020-01-01"], cast.secretary)
    words = refusal(take(["A.D.1,Cầm Văn Ủi,chair,2022-01-01"], cast.secretary))
    assert "Lò Thị Hà" in words
    header = f"{HEADER},to_date"
    rows = ["A.D.1,Cầm Văn Ủi,chair,2022-01-01,", "A.D.1,Lò Thị Hà,chair,2020-01-01,2021-12-31"]
    assert take(rows, cast.secretary, header).counts["refused"] == 0
    assert posts(cast.first) == [
        ("Lò Thị Hà", "chair", date(2020, 1, 1), date(2021, 12, 31)),
        ("Cầm Văn Ủi", "chair", date(2022, 1, 1), None),
    ]
    both = ["A.D.2,An,chair,2020-01-01", "A.D.2,Bình,chair,2021-01-01"]
    assert len(reasons(take(both, cast.manager))) == 2


def test_nobody_holds_one_post_twice_at_a_time(cast):
    take(["A.D.1,Lò Thị Hà,vice_chair,2020-01-01"], cast.secretary)
    assert "Lò Thị Hà" in refusal(take(["A.D.1,Lò Thị Hà,vice_chair,"], cast.secretary))
    assert take(["A.D.1,Cầm Văn Ủi,vice_chair,"], cast.secretary).counts["new"] == 1


@pytest.mark.parametrize(
    ("header", "row", "column"),
    [
        (f"{HEADER},to_date", "A.D.1,An,chair,2022-01-02,2022-01-01", "to_date"),
        (HEADER, "A.D.1,An,chair,2099-01-01", "from_date"),
        (HEADER, "A.D.1,An,king,", "post"),
        (f"{HEADER},term", "A.D.1,An,chair,,5", "term"),
        (f"{HEADER},outside_posts", "A.D.1,An,chair,,vua", "outside_posts"),
        (f"{HEADER},full_time", "A.D.1,An,chair,,đôi khi", "full_time"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_column(cast, header, row, column):
    ((line, found, _),) = reasons(take([row], cast.secretary, header))
    assert (line, found) == (2, column)


def test_a_branch_post_in_a_hoi_is_only_warned_about(cast):
    checked = take(["A.D.1,An,branch_head,", "A.D.1.1,Bình,branch_head,"], cast.secretary)
    assert checked.counts["new"] == 2
    assert [row.line for row in checked.rows if row.warnings] == [2]


def test_two_lines_about_one_post_are_refused(cast, member):
    take(["A.D.1,Lò Thị Hà,chair,"], cast.secretary)
    rows = ["A.D.1,Lò Thị Hà,chair,,", "A.D.1,Lò Thị Hà,chair,,HV-7"]
    checked = take(rows, cast.secretary, f"{HEADER},member_code")
    assert "Dòng khác của tệp" in refusal(checked)


def test_a_chair_recorded_meanwhile_stops_the_whole_file(cast, hold):
    text = f"{HEADER}\nA.D.1,Cầm Văn Ủi,chair,\n".encode()
    checked = check_spreadsheet(kind="officers", file=io.BytesIO(text), name="a.csv", user=cast.secretary)
    hold(cast.first, "Lò Thị Hà", "chair")
    with pytest.raises(ValidationError, match="vừa được người khác ghi"):
        checked.sheet.write(checked.accepted)


def test_the_questions_do_not_grow_with_the_rows(cast):
    def questions(number):
        rows = [f"A.D.1,Người {number}-{each},vice_chair,,school_head" for each in range(number)]
        with CaptureQueriesContext(connection) as captured:
            take(rows, cast.secretary, f"{HEADER},outside_posts")
        return len(captured)

    assert questions(1) == questions(11)


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("khác, cấp uỷ", ("party_committee", "other")),
        ("Sở, Phòng Giáo dục và Đào tạo; khác", ("education_office", "other")),
        ("other,other,", ("other",)),
    ],
)
def test_posts_outside_are_told_apart_even_where_a_label_has_a_comma(cell, kinds):
    assert OutsidePosts()(cell) == kinds


def test_the_key_is_the_person_by_code_or_by_name(cast):
    sheet = OfficerSheet(Importer(cast.secretary))
    rows = ["A.D.1,Lò Thị Hà,chair,", "A.D.1,lò thị hà,chair,"]
    assert len(reasons(take(rows, cast.secretary))) == 2
    assert sheet.key == ("member_code", "full_name", "organization_code", "post", "from_date")
