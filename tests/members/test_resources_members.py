"""The spreadsheet of members: who is meant, what changes, what is refused in which words."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.models import Member, Membership
from members.services import create_member, end_membership, transfer_member
from spreadsheets.services import apply_spreadsheet, check_spreadsheet

pytestmark = pytest.mark.django_db
JOINED = date(2020, 3, 1)


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def someone(cast):
    person = Member(organization=cast.branch, full_name="Lò Thị Hà", birth_date=date(1960, 2, 3), card_number="T1")
    return create_member(member=person, joined_on=JOINED, user=None)


def text_of(header, *rows):
    return io.BytesIO("\n".join([header, *rows]).encode())


def take(user, header, *rows, **options):
    return apply_spreadsheet(kind="members", file=text_of(header, *rows), name="a.csv", user=user, **options)


def check(user, header, *rows, **options):
    return check_spreadsheet(kind="members", file=text_of(header, *rows), name="a.csv", user=user, **options)


def reason(user, header, *rows):
    """The sentence of the only refusal."""
    (error,) = check(user, header, *rows).errors()
    return f"{error['column']}: {error['reason']}"


def spells(person):
    rows = person.memberships.order_by("joined_on", "pk")
    return [(row.organization.code, row.joined_on, row.left_on, row.left_reason) for row in rows]


def test_a_new_person_gets_a_membership_and_both_have_a_history(cast):
    checked = take(
        cast.manager,
        "organization_code,full_name,birth_date,sex,joined_on,card_number,phone,occupation,party_member,household,"
        "id_number,note",
        "A.D.1.1,Lò Văn Ân,03/02/1960,nam,2020-03-01,T9,0912345678,giáo viên,có,Hộ ông Ân,014060001234,ghi chú",
    )
    assert checked.counts == {"rows": 1, "new": 1, "changed": 0, "unchanged": 0, "refused": 0, "warnings": 0}
    person = Member.objects.get()
    assert (person.full_name, person.birth_date, person.birth_year, person.sex) == (
        "Lò Văn Ân",
        date(1960, 2, 3),
        1960,
        "male",
    )
    assert (person.card_number, person.occupation, person.party_member) == ("T9", "teacher", True)
    assert (person.id_number, person.active, person.organization) == ("014060001234", True, cast.branch)
    assert spells(person) == [("A.D.1.1", JOINED, None, "")]
    assert person.history.get().history_change_reason == "Nhập từ a.csv"
    assert person.memberships.get().history.get().history_type == "+"
    assert list(Member.objects.search("an lo 0912")) == [person]
    twin = Member(full_name="Lò Văn Ân", card_number="T9", phone="0912345678", id_number="014060001234")
    twin.derive()
    assert (person.search, person.sort_key, person.id_hash) == (twin.search, twin.sort_key, twin.id_hash)


def test_the_same_file_again_changes_nothing(cast):
    rows = ("organization_code,full_name,birth_year,joined_on", "A.D.1.1,Lò Văn Ân,1960,01/03/2020")
    take(cast.manager, *rows)
    assert take(cast.manager, *rows).counts["unchanged"] == 1
    assert Member.objects.get().history.count() == 1


@pytest.mark.parametrize("typed", ["LÒ THỊ  HÀ", "Lò Thị Hà\u200b", "lò thị hà"])
def test_a_person_is_known_by_name_birth_and_unit(cast, someone, typed):
    checked = take(cast.manager, "organization_code,full_name,birth_year,note", f"A.D.1.1,{typed},1960,x")
    assert (checked.counts["changed"], Member.objects.count()) == (1, 1)


def test_marks_that_nobody_sees_make_no_second_card(cast, someone):
    cells = [f"\u200e{cell}\u202c" for cell in ("A.D.1.1", "Lò\u00ad Thị Hà", "T1", "03/02/1960")]
    header = "organization_code,full_name,card_number,birth_date"
    checked = check(cast.manager, header, ",".join(cells), "\u200d,\u200e,,")
    assert (checked.counts["rows"], checked.counts["unchanged"]) == (1, 1)


@pytest.mark.parametrize("birth", ["1961", ""])
def test_another_birth_is_another_person(cast, someone, birth):
    assert take(cast.manager, "organization_code,full_name,birth_year", f"A.D.1.1,Lò Thị Hà,{birth}").counts["new"] == 1


def test_the_oldest_members_have_years_of_birth_too(cast):
    header = "organization_code,full_name,birth_year"
    assert take(cast.manager, header, "A.D.1.1,Lò Văn Cụ,1931").counts["new"] == 1
    assert "từ 1900" in reason(cast.manager, header, "A.D.1.1,Lò Văn Cụ,1899")


def test_two_namesakes_must_be_told_apart_by_their_codes(cast, someone):
    other = Member(organization=cast.branch, full_name="Lò Thị Hà", birth_year=1960, code="X-2")
    create_member(member=other, joined_on=None, user=None)
    words = reason(cast.manager, "organization_code,full_name,birth_year", "A.D.1.1,Lò Thị Hà,1960")
    assert "Đơn vị có 2 người" in words
    assert f"M{someone.pk}" in words
    assert "X-2" in words


def test_a_member_code_of_m_and_digits_is_the_key(cast, someone):
    take(cast.manager, "organization_code,full_name,member_code", f"A.D.1.1,Lò Thị Hà Mới,m{someone.pk}")
    someone.refresh_from_db()
    assert someone.full_name == "Lò Thị Hà Mới"
    assert list(Member.objects.search("moi")) == [someone]


def test_strangers_are_refused_without_a_word_about_them(cast):
    person = Member(organization=cast.foreign, full_name="Người Lạ", code="LA-1", card_number="T5")
    create_member(member=person, joined_on=None, user=None)
    header = "organization_code,full_name,member_code,card_number"
    for row in (f"A.D.1.1,A B,M{person.pk},", "A.D.1.1,A B,LA-1,", "A.D.1.1,A B,,T5", "A.D.1.1,A B,N-1,T5"):
        words = reason(cast.manager, header, row)
        assert "Người Lạ" not in words
        assert "phạm vi của ông/bà" in words
    assert "Không có hội viên mã “M999999”" in reason(cast.manager, header, "A.D.1.1,A B,M999999,")
    assert "B.1" in reason(cast.manager, header, "B.1,A B,,")


def test_twins_in_the_file_are_both_refused_across_parts(cast, monkeypatch):
    monkeypatch.setattr("spreadsheets.streaming.JUDGED_AT_ONCE", 2)
    rows = ["A.D.1.1,A Một,,T1", "A.D.1.1,A Hai,,", "A.D.1.1,A Ba,,T1", "A.D.1.1,A Hai,,"]
    checked = check(cast.manager, "organization_code,full_name,member_code,card_number", *rows)
    assert (checked.counts["new"], checked.counts["refused"]) == (0, 4)
    assert [error["line"] for error in checked.errors()] == [2, 3, 4, 5]
    assert "Dòng 2 và 4 trùng nhau (card_number)" in next(checked.errors())["reason"]


def test_two_lines_about_one_person_are_twins_however_they_name_them(cast, someone):
    rows = [f"A.D.1.1,Lò Thị Hà,M{someone.pk},", "A.D.1.1,Lò Thị Hà,,T1"]
    checked = check(cast.manager, "organization_code,full_name,member_code,card_number", *rows)
    assert checked.counts["refused"] == 2


def test_a_cell_that_is_empty_clears_and_a_column_that_is_absent_does_not(cast, someone):
    Member.objects.filter(pk=someone.pk).update(phone="0912", note="cũ")
    take(cast.manager, "organization_code,full_name,member_code,note", f"A.D.1.1,Lò Thị Hà,M{someone.pk},")
    someone.refresh_from_db()
    assert (someone.note, someone.phone, someone.card_number) == ("", "0912", "T1")


@pytest.mark.parametrize(
    ("mode", "note", "phone", "count"),
    [("skip", "", "0912", 0), ("fill", "mới", "0912", 1), ("update", "mới", "0999", 1)],
)
def test_the_mode_says_what_happens_to_people_who_are_there(cast, someone, mode, note, phone, count):
    Member.objects.filter(pk=someone.pk).update(phone="0912")
    rows = ("organization_code,full_name,member_code,note,phone", f"A.D.1.1,Lò Thị Hà,M{someone.pk},mới,0999")
    assert take(cast.manager, *rows, mode=mode).counts["changed"] == count
    someone.refresh_from_db()
    assert (someone.note, someone.phone) == (note, phone)


def test_another_unit_is_refused_unless_it_is_a_transfer(cast, someone):
    header = "organization_code,full_name,member_code,joined_on,reason"
    words = reason(cast.manager, header, f"A.D.2,Lò Thị Hà,M{someone.pk},,")
    assert "A.D.1.1" in words
    assert "Chuyển sinh hoạt bằng trang" in words
    assert "“A.D.2” trong phạm vi" in reason(
        cast.secretary, header, f"A.D.2,Lò Thị Hà,M{someone.pk},01/02/2021,transferred"
    )
    take(cast.manager, header, f"A.D.2,Lò Thị Hà,M{someone.pk},01/02/2021,chuyển sinh hoạt")
    day = date(2021, 2, 1)
    assert spells(someone) == [("A.D.1.1", JOINED, day, "transferred"), ("A.D.2", day, None, "")]
    someone.refresh_from_db()
    assert (someone.organization, someone.active) == (cast.second, True)


def test_a_day_of_leaving_ends_the_membership(cast, someone):
    header = "organization_code,full_name,member_code,left_on,reason"
    take(cast.manager, header, f"A.D.1.1,Lò Thị Hà,M{someone.pk},05/06/2022,qua đời")
    someone.refresh_from_db()
    assert (someone.active, spells(someone)) == (False, [("A.D.1.1", JOINED, date(2022, 6, 5), "deceased")])


def test_a_former_member_may_come_in_with_both_days(cast):
    header = "organization_code,full_name,joined_on,left_on"
    take(cast.manager, header, "A.D.1.1,Lò Văn Ân,01/03/2010,01/03/2012")
    person = Member.objects.get()
    assert (person.active, spells(person)) == (
        False,
        [("A.D.1.1", date(2010, 3, 1), date(2012, 3, 1), "resigned")],
    )


def test_coming_back_makes_a_second_spell(cast, someone):
    end_membership(member=someone, left_on=date(2021, 1, 1), left_reason="resigned", user=None)
    header = "organization_code,full_name,member_code,joined_on"
    take(cast.manager, header, f"A.D.1.1,Lò Thị Hà,M{someone.pk},01/01/2023")
    assert len(spells(someone)) == 2
    someone.refresh_from_db()
    assert someone.active


def test_a_corrected_beginning_may_not_overlap_the_spell_before(cast, someone):
    transfer_member(member=someone, destination=cast.second, effective_on=date(2021, 5, 6), user=None)
    header = "organization_code,full_name,member_code,joined_on"
    assert "trùng nhau" in reason(cast.manager, header, f"A.D.2,Lò Thị Hà,M{someone.pk},01/01/2020")
    assert "ngày chuyển" in reason(cast.manager, header, f"A.D.2,Lò Thị Hà,M{someone.pk},01/06/2021")


@pytest.mark.parametrize(
    ("left_reason", "gone", "row", "words"),
    [
        ("deceased", False, "01/03/2020,", "qua đời"),
        ("deceased", False, "01/06/2022,", "qua đời"),
        ("resigned", True, "01/03/2020,", "giải thể"),
        ("resigned", True, "01/06/2022,", "giải thể"),
    ],
)
def test_nobody_comes_back_from_the_dead_nor_into_a_unit_that_is_gone(cast, someone, left_reason, gone, row, words):
    end_membership(member=someone, left_on=date(2022, 5, 5), left_reason=left_reason, user=None)
    if gone:
        type(cast.branch).objects.filter(pk=cast.branch.pk).update(dissolved_on=date(2023, 1, 1))
    header = "organization_code,full_name,member_code,joined_on,left_on"
    assert words in reason(cast.manager, header, f"A.D.1.1,Lò Thị Hà,M{someone.pk},{row}")


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("birth_date", "31/02/2020", "31/02/2020 không có trong lịch"),
        ("birth_date", "01/01/2099", "chưa đến"),
        ("birth_date", "1960", "chỉ là năm. Hãy ghi năm ở cột Năm sinh"),
        ("birth_year", "2099", "chưa đến"),
        ("birth_date,birth_year", "03/02/1960,1961", "khác năm của ngày sinh"),
        ("joined_on", "01/01/2099", "chưa đến"),
        ("joined_on,left_on", "01/01/2020,01/01/2019", "trước ngày vào"),
        ("reason", "qua đời", "cần có ngày ra"),
        ("left_on,reason", "01/01/2020,new", "lý do ra"),
        ("id_number", "1234", "12 chữ số"),
        ("member_code", "có dấu", "không dấu"),
        ("sex", "x", "không có trong danh mục"),
        ("party_member", "2", "chỉ nhận"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast, header, row, words):
    assert words in reason(cast.manager, f"organization_code,full_name,{header}", f"A.D.1.1,Lò Văn Ân,{row}")


def test_numbers_as_names_or_dates_are_refused(cast, workbook):
    file = workbook([["organization_code", "full_name", "birth_date"], ["A.D.1.1", 12, ""], ["A.D.1.1", "A B", 21950]])
    checked = check_spreadsheet(kind="members", file=file, name="a.xlsx", user=cast.manager)
    assert [error["line"] for error in checked.errors()] == [2, 3]
    assert "không phải là ngày" in list(checked.errors())[1]["reason"]


def test_an_id_number_is_filled_up_kept_secret_and_never_shown(cast, workbook):
    file = workbook(
        [
            ["organization_code", "full_name", "id_number", "phone"],
            ["A.D.1.1", "A B", 14060001234.0, 912345678.0],
            ["A.D.1.1", "A C", 140600012, ""],
            ["A.D.1.1", "A D", "0140600012345", ""],
        ]
    )
    checked = apply_spreadsheet(kind="members", file=file, name="a.xlsx", user=cast.manager, partial=True)
    assert sorted(Member.objects.values_list("full_name", "id_number", "phone")) == [
        ("A B", "014060001234", "0912345678"),
        ("A C", "140600012", ""),
    ]
    shown = str([checked.sample("new", 9), list(checked.errors()), list(checked.warnings())])
    assert "234" in shown
    assert "14060001234" not in shown
    assert "140600012" not in shown
    assert [warning["column"] for warning in checked.warnings()] == ["phone", "id_number"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM members_historicalmember")
        assert not any("0600012" in stored for (stored,) in cursor.fetchall())


def test_a_unit_that_is_gone_takes_only_former_members(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    type(cast.branch).objects.filter(pk=cast.branch.pk).update(dissolved_on=yesterday)
    assert "đã giải thể" in reason(cast.manager, "organization_code,full_name", "A.D.1.1,A B")
    assert check(cast.manager, "organization_code,full_name,left_on", "A.D.1.1,A B,01/01/2020").counts["new"] == 1


def test_a_new_card_for_a_namesake_is_worth_a_warning(cast, someone):
    checked = check(cast.manager, "organization_code,full_name,birth_year,card_number", "A.D.1.1,Lò Thị Hà,1960,T2")
    assert (checked.counts["new"], checked.counts["warnings"]) == (1, 1)


def test_a_namesake_entered_since_the_check_stops_the_writing(cast):
    header, row = "organization_code,full_name,birth_year", "A.D.1.1,Lò Văn Ân,1960"
    from spreadsheets.services.running import write_stage  # noqa: PLC0415
    from spreadsheets.streaming import MovedOnError  # noqa: PLC0415

    checked = check(cast.manager, header, row)
    person = Member(organization=cast.branch, full_name="Lò Văn Ân", birth_year=1960)
    create_member(member=person, joined_on=None, user=None)
    with pytest.raises(MovedOnError):
        write_stage(sheet=checked.sheet, stage=checked.stage, number=checked.accepted)
    assert Member.objects.count() == 1


def test_queries_do_not_grow_with_the_rows(cast):
    def queries(number):
        rows = [f"A.D.1.1,Người {chr(65 + place % 26)} {place},T{place}" for place in range(number)]
        with CaptureQueriesContext(connection) as captured:
            check(cast.manager, "organization_code,full_name,card_number", *rows)
        return len(captured)

    queries(1)  # the roles of the user are remembered
    assert queries(1) == queries(300)


def test_spells_and_people_stay_one_to_one_after_an_import_of_many(cast):
    rows = [f"A.D.1.1,Người Thứ {place},T{place}" for place in range(50)]
    take(cast.manager, "organization_code,full_name,card_number", *rows)
    assert Membership.objects.count() == Member.objects.count() == 50
    assert {spell.member.card_number for spell in Membership.objects.select_related("member")} == {
        f"T{place}" for place in range(50)
    }
