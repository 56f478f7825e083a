"""The spreadsheet of registrations: who is meant, what changes, what is refused in which words."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learning_models.models import Assessment, CriteriaSet, Registrant, Registration, RegistrationCount
from learning_models.resources.parsers import UnitRank
from learning_models.services import register
from spreadsheets.services import apply_spreadsheet, check_spreadsheet, import_file
from tests.learning_models.register import (
    add_registrant,
    add_registration,
    make_points_set,
    recognise,
    review,
)

pytestmark = pytest.mark.django_db
HEADER = (
    "organization_code,model,year,registrant,count,registered_on,code,address,people,rank,status,score,level,"
    "decision_number,decision_date"
)


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def line(**cells):
    """A row of HEADER; texts with commas in quotes."""
    values = {"organization_code": "A.D.1", "model": "family", "year": "2022"} | cells
    assert values.keys() <= set(HEADER.split(","))
    return ",".join(f'"{values.get(column, "")}"' for column in HEADER.split(","))


def file_of(*rows, header=HEADER):
    return io.BytesIO("\n".join([header, *rows]).encode())


def take(user, *rows, kind="registrations", header=HEADER, **options):
    return apply_spreadsheet(kind=kind, file=file_of(*rows, header=header), name="a.csv", user=user, **options)


def check(user, *rows, header=HEADER, **options):
    return check_spreadsheet(
        kind="registrations", file=file_of(*rows, header=header), name="a.csv", user=user, **options
    )


def reason(user, *rows):
    """The sentence of the only refusal."""
    (error,) = check(user, *rows).errors()
    return f"{error['column']}: {error['reason']}"


def warnings(checked):
    return [warning["reason"] for warning in checked.warnings()]


def test_a_family_is_registered_with_its_year(cast):
    checked = take(
        cast.manager, line(registrant="Lò Văn Ân", address="Bản Đồi", people="4", registered_on="20/01/2022")
    )
    assert checked.counts == {"rows": 1, "new": 1, "changed": 0, "unchanged": 0, "refused": 0, "warnings": 0}
    row = Registration.objects.select_related("registrant").get()
    assert (row.organization, row.model, row.year, row.registered_on) == (cast.first, "family", 2022, date(2022, 1, 20))
    assert (row.status, row.passed, row.criteria_set, row.score) == ("registered", None, None, None)
    assert (row.registrant.name, row.registrant.address, row.registrant.people) == ("Lò Văn Ân", "Bản Đồi", 4)
    twin = Registrant(model="family", name="Lò Văn Ân", address="Bản Đồi")
    twin.derive()
    assert (row.registrant.search, row.registrant.sort_key, row.registrant.identity) == (
        twin.search,
        twin.sort_key,
        twin.identity,
    )
    assert row.history.get().history_change_reason == row.registrant.history.get().history_change_reason
    assert list(Registrant.objects.search("an lo")) == [row.registrant]


def test_without_a_day_it_is_the_first_of_january(cast):
    take(cast.manager, line(registrant="Lò Văn Ân"), line(count="30"))
    assert Registration.objects.get().registered_on == date(2022, 1, 1)
    assert RegistrationCount.objects.get().registered_on == date(2022, 1, 1)


def test_the_same_file_again_changes_nothing(cast):
    rows = [
        line(
            registrant="Lò Văn Ân", status="recognised", decision_number="1/QĐ", decision_date="20/12/2022", score="85"
        ),
        line(model="unit", registrant="Trường A", rank="trường học, cấp xã", code="T1", level="2", status="bình xét"),
        line(count="30", status="được công nhận", decision_date="2022-12-20"),
    ]
    assert take(cast.manager, *rows).counts["new"] == 3
    again = take(cast.manager, *rows)
    assert (again.counts["unchanged"], again.counts["warnings"]) == (3, 0)
    assert Registration.history.count() == 2


@pytest.mark.parametrize("typed", ["LÒ VĂN  ÂN", "lò văn ân", "Lò Văn Ân\u200b"])
def test_a_registrant_is_known_by_name_address_and_unit(cast, typed):
    known = add_registrant(cast.first, name="Lò Văn Ân", address="Bản Hoà")
    take(cast.manager, line(registrant=typed, address="bản hòa"))
    assert Registration.objects.get().registrant == known
    take(cast.manager, line(registrant=typed, address="Bản Khác"))
    assert Registrant.objects.count() == 2


def test_a_code_goes_before_the_name(cast):
    known = add_registrant(cast.first, name="Lò Văn Ân", code="H-1")
    checked = take(cast.manager, line(registrant="Lò Văn Anh", code="H-1"))
    assert Registration.objects.get().registrant == known
    known.refresh_from_db()
    assert (known.name, list(Registrant.objects.search("anh"))) == ("Lò Văn Anh", [known])
    assert warnings(checked) == ["Trong sổ đang là “Lò Văn Ân”, sẽ sửa thành “Lò Văn Anh”."]


def test_who_has_no_code_yet_gets_the_one_of_the_file(cast):
    known = add_registrant(cast.first, name="Lò Văn Ân")
    take(cast.manager, line(registrant="Lò Văn Ân", code="H-1"))
    known.refresh_from_db()
    assert (known.code, Registrant.objects.count()) == ("H-1", 1)


def test_another_code_is_another_registrant_and_worth_a_look(cast):
    add_registrant(cast.first, name="Lò Văn Ân", code="H-1")
    checked = take(cast.manager, line(registrant="Lò Văn Ân", code="H-2"))
    assert Registrant.objects.count() == 2
    assert "mang mã H-1" in warnings(checked)[0]
    assert "có 2 đối tượng" in reason(cast.manager, line(registrant="Lò Văn Ân", year="2023"))


def test_one_file_holds_several_years_of_one_new_registrant(cast):
    rows = [line(registrant="Lò Văn Ân", year=str(year), people="4") for year in (2020, 2021, 2022)]
    rows += [line(registrant="Lò Thị Hà", code="H-2", year=str(year)) for year in (2021, 2022)]
    checked = take(cast.manager, *rows)
    assert checked.counts["new"] == 5
    assert Registrant.objects.count() == Registrant.history.count() == 2
    years = Registration.objects.order_by("year").values_list("registrant__name", "year")
    assert list(years.filter(registrant__code="")) == [("Lò Văn Ân", year) for year in (2020, 2021, 2022)]


def test_the_years_may_stand_in_different_parts_of_a_long_file(cast, monkeypatch):
    for name in ("JUDGED_AT_ONCE", "WRITTEN_AT_ONCE"):
        monkeypatch.setattr(f"spreadsheets.streaming.{name}", 2)
    names = ["Lò Văn Ân", "Lò Văn Ba", "Lò Văn Chi"]
    rows = [line(registrant=name, year=str(year), people="5") for year in (2020, 2021, 2022) for name in names]
    assert take(cast.manager, *rows).counts["new"] == 9
    assert Registrant.objects.count() == 3
    assert Registration.objects.filter(registrant__name="Lò Văn Ba").count() == 3
    Registrant.objects.update(people=4)
    assert take(cast.manager, *rows).counts["changed"] == 9
    assert Registrant.history.filter(history_type="~").count() == 3


def test_where_years_disagree_about_a_registrant_the_first_line_counts(cast):
    rows = [line(registrant="Lò Văn Ân", year="2021", people="4"), line(registrant="Lò Văn Ân", people="5")]
    assert "Khác dòng 2" in warnings(take(cast.manager, *rows))[0]
    assert Registrant.objects.get().people == 4
    swapped = take(cast.manager, rows[1], rows[0])
    assert (swapped.counts["warnings"], Registrant.objects.get().people) == (1, 5)


@pytest.mark.parametrize("order", [1, -1])
def test_a_line_with_a_code_and_one_without_may_mean_two(cast, order):
    rows = [line(registrant="Lò Văn Ân", year="2021"), line(registrant="Lò Văn Ân", code="H-1")][::order]
    assert "Hãy ghi mã cho cả hai dòng" in reason(cast.manager, *rows)


def test_one_code_is_not_for_two_names(cast):
    rows = [line(registrant="Lò Văn Ân", code="1", year="2021"), line(registrant="Lò Văn Ba", code="1")]
    assert "cho một tên khác" in reason(cast.manager, *rows)


def test_two_lines_of_one_year_are_refused_even_when_only_one_has_the_code(cast):
    assert len(list(check(cast.manager, *[line(registrant="Lò Văn Ân")] * 2).errors())) == 2
    add_registrant(cast.first, name="Lò Văn Ân", code="H-1")
    rows = [line(registrant="Lò Văn Ân"), line(registrant="Lò Văn Ân", code="H-1")]
    assert check(cast.manager, *rows).counts["refused"] == 2
    numbers = [line(count="3"), line(count="4", registered_on="01/01/2022", status="registered")]
    assert check(cast.manager, *numbers).counts["refused"] == 2


def test_a_dropped_twin_leaves_the_other_years_whole(cast):
    rows = [line(registrant="Lò Văn Ân", year=year) for year in ("2022", "2021", "2022")]
    checked = take(cast.manager, *rows, partial=True)
    assert (checked.counts["refused"], Registration.objects.get().year) == (2, 2021)


@pytest.mark.parametrize("cells", [{}, {"registrant": "Lò Văn Ân", "count": "3"}])
def test_a_line_has_a_name_or_a_number(cast, cells):
    assert "đúng một trong hai ô" in reason(cast.manager, line(**cells))


def test_numbers_add_up_by_day_and_status(cast):
    rows = [line(count="30"), line(count="5", registered_on="01/03/2022"), line(count="0", status="recognised")]
    checked = take(cast.manager, *rows, line(model="clan", count="2"))
    assert checked.counts["new"] == 4
    found = RegistrationCount.objects.filter(model="family").order_by("count").values_list("count", "status")
    assert list(found) == [(0, "recognised"), (5, "registered"), (30, "registered")]
    assert RegistrationCount.history.count() == 4
    take(cast.manager, line(count="31"))
    assert RegistrationCount.objects.filter(count=31).exists()


def test_a_number_uses_none_of_the_cells_of_a_name(cast):
    checked = take(cast.manager, line(model="unit", count="3", rank="trường học", people="9"))
    assert len(warnings(checked)) == 2


def test_recognised_without_a_day_is_taken_with_a_warning(cast):
    today = date.today()
    first = date(today.year, 1, 1).isoformat()
    rows = [
        line(registrant="Lò Văn Ân", status="recognised"),
        line(count="5", status="recognised"),
        line(registrant="Lò Văn Ba", status="recognised", year=str(today.year), registered_on=first),
    ]
    checked = take(cast.manager, *rows)
    assert checked.counts["warnings"] == 3
    days = Registration.objects.order_by("year").values_list("recognised_on", flat=True)
    assert list(days) == [date(2022, 12, 31), today]
    assert RegistrationCount.objects.get().recognised_on == date(2022, 12, 31)
    assert take(cast.manager, *rows).counts["unchanged"] == 3


def test_a_title_holds_as_long_as_the_set_of_its_day_says(cast):
    make_points_set(validity_months=24)
    rows = [
        line(registrant="Lò Văn Ân", status="recognised", decision_date="20/12/2022"),
        line(count="5", status="recognised", decision_date="20/12/2022"),
    ]
    take(cast.manager, *rows)
    row = Registration.objects.get()
    assert (row.valid_to, row.title_to, row.passed, row.criteria_set) == (date(2024, 12, 19),) * 2 + (True, None)
    assert RegistrationCount.objects.get().title_to == date(2024, 12, 19)
    assert not CriteriaSet.objects.get(model="family", valid_from=date(2021, 1, 1)).in_use


def test_titles_of_several_years_end_where_the_next_begins(cast):
    rows = [
        line(model="clan", registrant="Họ Lò", year=str(year), status="recognised", decision_date=f"20/12/{year}")
        for year in (2022, 2020, 2021)
    ]
    take(cast.manager, *rows)
    ends = Registration.objects.order_by("year").values_list("title_to", flat=True)
    assert list(ends) == [date(2021, 12, 19), date(2022, 12, 19), None]
    take(cast.manager, line(model="clan", registrant="Họ Lò", year="2021", status="not_recognised"))
    ends = Registration.objects.order_by("year").values_list("title_to", flat=True)
    assert list(ends) == [date(2022, 12, 19), None, None]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"organization_code": "B.1"}, "Không có đơn vị mã"),
        ({"registered_on": "01/09/2021"}, "từ 01/10/2021 đến 31/12/2022"),
        ({"year": "2031"}, "chưa đến"),
        ({"status": "recognised", "decision_date": "31/12/2021"}, "trước ngày đăng ký"),
        ({"status": "recognised", "decision_date": "31/12/2099"}, "chưa đến"),
        ({"status": "reviewed", "decision_date": "20/12/2022"}, "chưa có ngày quyết định"),
        ({"decision_number": "1/QĐ"}, "chưa có quyết định"),
        ({"status": "recognised", "level": "0"}, "Mức 0 là chưa đạt"),
        ({"level": "3"}, "nhiều nhất là 2"),
        ({"score": "1001"}, "nhiều nhất là 1.000"),
        ({"rank": "trường học"}, "chỉ ghi cho đơn vị học tập"),
        ({"registrant": "123"}, "không phải là tên"),
    ],
)
def test_what_cannot_be_is_refused(cast, cells, words):
    assert words in reason(cast.manager, line(**{"registrant": "Lò Văn Ân"} | cells))


def test_a_unit_that_did_not_live_on_the_day_is_refused(cast):
    cast.first.established_on = date(2022, 6, 1)
    cast.first.save()
    assert "thành lập ngày 01/06/2022" in reason(cast.manager, line(registrant="Lò Văn Ân"))
    assert "thành lập ngày 01/06/2022" in reason(cast.manager, line(count="3"))
    assert take(cast.manager, line(registrant="Lò Văn Ân", registered_on="01/06/2022")).counts["new"] == 1


def test_who_was_there_no_longer_is_not_registered(cast):
    add_registrant(cast.first, name="Lò Văn Ân", to_date=date(2021, 12, 31))
    assert "không còn hoặc chưa có" in reason(cast.manager, line(registrant="Lò Văn Ân"))


def test_who_moved_is_known_by_the_year_spent_here(cast):
    moved = add_registration(cast.first, name="Lò Văn Ân")
    registrant = moved.registrant
    registrant.organization = cast.foreign
    registrant.save()
    checked = take(cast.manager, line(registrant="Lò Văn Ân", people="9", score="70"))
    assert (checked.counts["changed"], Registrant.objects.get().people) == (1, None)
    moved.refresh_from_db()
    assert (moved.score, moved.organization) == (70, cast.first)
    assert "ở đơn vị A.D.1" in reason(cast.administrator, line(organization_code="B.1", registrant="Lò Văn Ân"))


@pytest.mark.parametrize("column", [{"score": "90"}, {"status": "not_recognised"}, {"registered_on": "16/01/2022"}])
def test_what_a_decision_has_settled_stays(cast, column):
    row = add_registration(cast.first, name="Lò Văn Ân", code="1")
    review(row)
    recognise(row)
    cells = {"registrant": "Lò Văn Ân", "code": "1", "status": "recognised", "decision_date": "20/12/2022"}
    cells |= {"decision_number": "12/QĐ-UBND", "registered_on": "15/01/2022"}
    assert check(cast.manager, line(**cells)).counts["unchanged"] == 1
    if "status" in column:
        column |= {"decision_number": "", "decision_date": ""}
    assert "Đã có quyết định" in reason(cast.manager, line(**(cells | column)))


def test_what_was_judged_in_the_application_only_goes_forward(cast):
    row = add_registration(cast.first, name="Lò Văn Ân")
    review(row)
    assert "Muốn lùi" in reason(
        cast.manager, line(registrant="Lò Văn Ân", status="registered", registered_on="15/01/2022")
    )
    assert "theo phiếu" in reason(cast.manager, line(registrant="Lò Văn Ân", score="5", registered_on="15/01/2022"))
    cells = {"status": "recognised", "decision_date": "20/12/2022", "registered_on": "15/01/2022"}
    assert take(cast.manager, line(registrant="Lò Văn Ân", **cells)).counts["changed"] == 1
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(("mode", "people", "score"), [("update", 9, 80), ("skip", 4, None), ("fill", 4, 80)])
def test_the_mode_says_what_becomes_of_what_is_there(cast, mode, people, score):
    row = add_registration(cast.first, name="Lò Văn Ân", people=4)
    cells = {"people": "9", "score": "80", "registered_on": "15/01/2022"}
    take(cast.manager, line(registrant="Lò Văn Ân", **cells), line(registrant="Lò Văn Ba"), mode=mode)
    row.refresh_from_db()
    assert (row.registrant.people, row.score) == (people, score)
    assert Registration.objects.count() == 2


def test_empty_cells_are_filled_but_no_status_changes(cast):
    add_registration(cast.first, name="Lò Văn Ân")
    cells = {"status": "recognised", "decision_date": "20/12/2022"}
    checked = take(cast.manager, line(registrant="Lò Văn Ân", **cells), line(count="3", **cells), mode="fill")
    assert (checked.counts["unchanged"], checked.counts["new"]) == (1, 1)
    assert Registration.objects.get().status == "registered"
    assert RegistrationCount.objects.get().recognised_on == date(2022, 12, 20)


def test_an_omitted_column_leaves_values_alone(cast):
    row = add_registration(cast.first, name="Lò Văn Ân", people=4)
    checked = take(
        cast.manager, "A.D.1,family,2022,Lò Văn Ân,70", header="organization_code,model,year,registrant,score"
    )
    row.refresh_from_db()
    assert (checked.counts["changed"], row.score, row.registered_on) == (1, 70, date(2022, 1, 15))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("school", ("school", "")),
        ("cấp huyện quản lý", ("", "district")),
        ("Trường học, cấp xã", ("school", "commune")),
        ("province; agency", ("agency", "province")),
    ],
)
def test_rank_takes_words_of_both_lists(cell, value):
    assert UnitRank()(cell) == value


@pytest.mark.parametrize("cell", ["school, agency", "cấp xã, cấp tỉnh", "nhà máy"])
def test_rank_refuses_what_it_cannot_tell(cell):
    with pytest.raises(ValueError, match="chỉ ghi một|không có trong danh mục"):
        UnitRank()(cell)


def test_of_rank_only_what_is_said_changes(cast):
    known = add_registrant(cast.first, "unit", name="Trường A", unit_kind="school", rank="commune")
    for cell, both in (("cấp huyện", ("school", "district")), ("", ("", ""))):
        take(cast.manager, line(model="unit", registrant="Trường A", rank=cell))
        known.refresh_from_db()
        assert (known.unit_kind, known.rank) == both


def test_queries_do_not_grow_with_the_rows(cast):
    def asked(number):
        rows = [line(registrant=f"Lò Văn {place}", year="2022", code=f"{number}-{place}") for place in range(number)]
        with CaptureQueriesContext(connection) as queries:
            take(cast.manager, *rows, line(count="3", year=str(2000 + number)))
        return len(queries)

    assert asked(11) == asked(2)


def test_what_somebody_did_meanwhile_is_noticed(cast):
    checked = check(cast.manager, line(registrant="Lò Văn Ân"), line(count="3"))
    registrant = add_registrant(cast.first, name="Lò Văn Ân")
    marks = checked.stage.marks()
    touched = checked.sheet.touched(marks)
    witnesses = {each for _, names, _ in checked.stage.rows(lambda facts: None) for each in names}
    assert touched & witnesses
    register(registrant=registrant, year=2022, registered_on=date(2022, 1, 1), user=None)
    assert f"r{registrant.pk}" in checked.sheet.touched(marks)
    facts = checked.sheet.facts()
    make_points_set()
    assert checked.sheet.facts_now(facts) != facts


def test_results_of_the_national_tool_have_no_model_and_no_numbers(cast):
    header = "Mã đơn vị,Họ và tên,Năm,Điểm,Tình trạng,Mật khẩu"
    checked = take(cast.manager, "A.D.1,Lò Văn Ân,2022,85,assessed,bí mật", kind="citizens", header=header)
    row = Registration.objects.get()
    assert (row.model, row.score, row.status) == ("citizen", 85, "assessed")
    assert warnings(checked) == ["Cột này không có trong bảng, nên được bỏ qua."]
    empty = take(cast.manager, "A.D.1,,2022,85,,", kind="citizens", header=header)
    assert empty.counts["refused"] == 1
    assert not any("mật khẩu" in column.heading.lower() for column in checked.sheet.columns)


def test_the_command_writes_it_with_its_batch(cast):
    assert import_file(kind="registrations", file=file_of(line(count="3")), name="a.csv", user=cast.manager).written
    assert RegistrationCount.history.get().batch_id
