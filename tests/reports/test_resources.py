"""Figures and targets from spreadsheets: what is taken, what is refused, and why."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.periods import Quarter
from organizations.models import Organization
from organizations.tree import create_organization
from reports.models import Figure, Indicator, Report, ReportingRound, Target
from reports.resources import FigureSheet
from reports.services import Edit, open_round, save_edits
from spreadsheets.services import apply_spreadsheet, check_spreadsheet

Q1, Q3, Q4 = Quarter(2022, 1), Quarter(2022, 3), Quarter(2022, 4)
HEADER = "organization_code,quarter,indicator,value,part,reason"
DEMO = Path(project.BASE_DIR) / "khuyenhoc/demo"


@pytest.fixture
def ready(cast):
    for quarter in (Q1, Q3, Q4):
        open_round(root=cast.province, quarter=quarter, due_on=date(2023, 1, 10), user=None)
    return cast


def take(rows, user, *, kind="figures", header=HEADER, act=apply_spreadsheet, **options):
    text = "\n".join([header, *rows])
    return act(kind=kind, file=io.BytesIO(text.encode()), name="a.csv", user=user, **options)


def refusals(checked):
    return [error["reason"] for error in checked.errors()]


def figure(code="A.D.1", indicator="members.total", quarter=Q1):
    return Figure.objects.get(
        report__organization__code=code, indicator__code=indicator, report__round__quarter=quarter
    )


def test_a_figure_is_declared_with_who_when_and_for_whom(ready):
    checked = take(["A.D.1,quý I/2022,members.total,1.240,,theo sổ"], ready.secretary)
    assert checked.counts["new"] == 1
    cell = figure()
    assert (cell.declared, cell.no_data, cell.reason) == (1240, False, "theo sổ")
    assert (cell.entered_by, cell.on_behalf, cell.entered_at is not None) == (ready.secretary, False, True)
    entry = cell.history.get()
    assert (entry.history_user, entry.history_change_reason) == (ready.secretary, "Nhập từ a.csv")


@pytest.mark.parametrize("person", ["manager", "administrator"])
def test_a_figure_entered_for_another_unit_is_marked(ready, person):
    take(["A.D.1,2022-Q1,members.total,5,,"], getattr(ready, person))
    assert figure().on_behalf


def test_a_row_cut_short_is_not_an_explicit_no_data(ready):
    take(["A.D.1,2022-Q1,members.total,5,,"], ready.secretary)
    checked = take(["A.D.1,2022-Q1,members.total"], ready.secretary)
    assert "thiếu ô" in refusals(checked)[0]
    assert figure().declared == 5


def test_an_administrator_without_appointments_works_as_the_province(ready):
    take(["A,2022-Q1,members.total,5,,"], ready.administrator)
    assert not figure("A").on_behalf


def test_an_empty_cell_is_explicit_no_data_and_never_zero(ready):
    take(["A.D.1,2022-Q1,members.total,5,,"], ready.manager)
    checked = take(["A.D.1,2022-Q1,members.total,,,", "A.D.1,2022-Q1,members.new,0,,"], ready.manager)
    assert (checked.counts["changed"], checked.counts["new"]) == (1, 1)
    assert checked.rows[0].changes == [("value", "5", "chưa có")]
    assert (figure().declared, figure().no_data) == (None, True)
    assert (figure(indicator="members.new").declared, figure(indicator="members.new").no_data) == (0, False)


def test_what_the_register_counted_stays(ready):
    report = Report.objects.get(organization=ready.first, round__quarter=Q1)
    Figure.objects.create(report=report, indicator_id=figure_id("members.total"), from_register=7, basis="names")
    assert take(["A.D.1,2022-Q1,members.total,9,,"], ready.manager).counts["new"] == 1
    assert (figure().from_register, figure().declared) == (7, 9)


def figure_id(code):
    return Indicator.objects.get(code=code).pk


def test_the_own_line_and_the_total_of_a_cell_are_two_rows(ready):
    rows = ["A.D,2022-Q1,members.total,50,own,", "A.D,2022-Q1,members.total,600,tổng,theo báo cáo giấy"]
    assert take(rows, ready.manager).counts["new"] == 2
    cell = figure("A.D")
    assert (cell.declared, cell.declared_total, cell.total_reason) == (50, 600, "theo báo cáo giấy")
    assert Figure.objects.count() == 1
    assert take(rows, ready.manager).counts["unchanged"] == 2


def test_an_empty_total_takes_the_declared_total_away(ready):
    take(["A.D,2022-Q1,members.total,50,,", "A.D,2022-Q1,members.total,600,total,vì thế"], ready.manager)
    checked = take(["A.D,2022-Q1,members.total,,total,"], ready.manager)
    assert checked.counts["changed"] == 1
    cell = figure("A.D")
    assert (cell.declared, cell.declared_total, cell.total_reason, cell.no_data) == (50, None, "", False)


def test_a_total_without_a_reason_is_a_warning(ready):
    checked = take(["A.D,2022-Q1,members.total,600,total,"], ready.manager)
    assert (checked.counts["new"], checked.counts["warnings"]) == (1, 1)


def test_an_omitted_reason_leaves_the_reason_alone(ready):
    take(["A.D.1,2022-Q1,members.total,5,,vì thế"], ready.manager)
    take(["A.D.1,2022-Q1,members.total,6"], ready.manager, header="organization_code,quarter,indicator,value")
    assert (figure().declared, figure().reason) == (6, "vì thế")


def test_a_year_means_the_fourth_quarter_for_stocks_and_yearly_indicators(ready):
    rows = ["A.D.1,2022,members.total,5,,", "A.D.1,2022,learning_models.family.succeeded,3,,"]
    assert take(rows, ready.manager).counts["new"] == 2
    assert figure(quarter=Q4).declared == 5
    both = ["A.D.1,2022,members.total,5,,", "A.D.1,2022-Q4,members.total,6,,"]
    assert take(both, ready.manager).counts["refused"] == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("KHONG.CO,2022-Q1,members.total,5,,", "Không có đơn vị mã “KHONG.CO” trong phạm vi"),
        ("A.T.1,2022-Q1,members.total,5,,", "Không có đơn vị mã “A.T.1” trong phạm vi"),
        ("B.1,2022-Q1,members.total,5,,", "Không có đơn vị mã “B.1” trong phạm vi"),
        ("A.D.1,2022-Q1,members.totals,5,,", "Không có chỉ tiêu mã"),
        ("A.D.1,2022-Q1,members.total,năm,,", "không phải là số"),
        ("A.D.1,2022-Q1,members.total,-5,,", "không được âm"),
        ("A.D.1,2022-Q1,members.total,12.5,,", "cần số nguyên"),
        ("A.D.1,2022-Q1,members.total,=1+1,,", "không phải là số"),
        ('A.D.1,2022-Q1,members.total,"1,240",,', "không dùng dấu phẩy"),
        ("A.D.1,2022-Q1,members.population_rate,67,,", "tỷ lệ do máy tính"),
        ('A.D.1,2022-Q1,members.population_rate,"67,2",,', "tỷ lệ do máy tính"),
        ("A.D.1,2022-Q1,areas.population,5,,", "bảng area_statistics"),
        ("A.D.1,2022-Q5,members.total,5,,", "Không có quý 5"),
        ("A.D.1,2022-H1,members.total,5,,", "một quý hoặc một năm"),
        ("A.D.1,2022-Q2,members.total,5,,", "Chưa mở kỳ báo cáo quý II/2022"),
        ("A.D.1,2022,members.new,5,,", "hãy ghi từng quý"),
        ("A.D.1,2022-Q3,learning_models.family.succeeded,5,,", "hãy ghi vào quý IV"),
        ("A.D.1.1,2022-Q1,members.total,5,,", "không phải báo cáo"),
        ("A.D,2022-Q1,organizations.districts,5,,", "không hỏi phần riêng"),
        ("A.D.1,2022-Q1,members.total,5,cả hai,", "không có trong danh mục"),
        (f"A.D.1,2022-Q1,members.total,5,,{'x' * 501}", "dài 501 ký tự"),
    ],
)
def test_a_wrong_figure_is_refused_in_words(ready, row, words):
    checked = take([row], ready.district_manager)
    assert checked.counts["refused"] == 1
    assert any(words in reason for reason in refusals(checked))
    assert Figure.objects.count() == 0


def test_a_total_is_taken_where_the_own_line_is_not_asked(ready):
    assert take(["A.D,2022-Q1,organizations.districts,5,total,vì"], ready.manager).counts["new"] == 1


@pytest.mark.parametrize(("status", "words"), [("submitted", "đã nộp"), ("accepted", "đã duyệt")])
def test_a_report_that_was_handed_in_is_not_touched(ready, status, words):
    Report.objects.filter(organization=ready.first).update(status=status)
    checked = take(["A.D.1,2022-Q1,members.total,5,,"], ready.manager)
    assert words in refusals(checked)[0]
    Report.objects.update(status="returned")
    assert take(["A.D.1,2022-Q1,members.total,5,,"], ready.manager).counts["new"] == 1


def test_a_closed_round_takes_nothing(ready):
    ReportingRound.objects.update(closed_at=timezone.now())
    assert "đã đóng" in refusals(take(["A.D.1,2022-Q1,members.total,5,,"], ready.manager))[0]


def test_a_unit_founded_later_has_no_report_for_the_quarter(ready):
    create_organization(
        code="N", name="Xã Mới", level="commune", parent=ready.east, user=None, established_on=date(2023, 1, 1)
    )
    assert "không phải báo cáo quý I/2022" in refusals(take(["N,2022-Q1,members.total,5,,"], ready.manager))[0]


def test_a_round_of_another_province_opens_nothing_here(cast):
    open_round(root=cast.other, quarter=Q1, due_on=date(2022, 4, 10), user=None)
    assert "Chưa mở kỳ" in refusals(take(["A.D.1,2022-Q1,members.total,5,,"], cast.administrator))[0]


def test_many_figures_take_a_few_statements(ready, django_assert_max_num_queries):
    rows = [
        f"{code},{quarter.code},{indicator},{number},,"
        for code in ("A", "A.D", "A.T", "A.CA", "A.D.1", "A.D.2", "A.T.1")
        for quarter in (Q1, Q3, Q4)
        for number, indicator in enumerate(["members.total", "members.new", "members.women", "members.left"])
    ]
    with django_assert_max_num_queries(20):
        assert take(rows, ready.manager).counts["new"] == 84
    changed = [row.replace(",,", "1,,") for row in rows]
    with django_assert_max_num_queries(20):
        assert take(changed, ready.manager).counts["changed"] == 84
    assert Figure.history.filter(history_type="~").count() == 84


def test_targets_are_added_and_changed(cast):
    header = "organization_code,indicator,year,value,act"
    row = 'A,members.population_rate,2025,"67,25",QĐ 387'
    assert take([row], cast.manager, kind="targets", header=header).counts["new"] == 1
    assert take([row], cast.manager, kind="targets", header=header).counts["unchanged"] == 1
    checked = take([row.replace("67,25", "70")], cast.manager, kind="targets", header=header)
    assert checked.rows[0].changes == [("value", "67,25", "70")]
    target = Target.objects.get()
    assert (target.value, target.act, target.history.count()) == (Decimal(70), "QĐ 387", 2)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,members.population_rate,2025,,", "còn trống"),
        ("A,members.population_rate,2025,-1,", "không được âm"),
        ("A,members.nothing,2025,5,", "Không có chỉ tiêu"),
        ("B,members.total,2025,5,", "trong phạm vi"),
        ("A,members.total,25,5,", "bốn chữ số"),
    ],
)
def test_a_wrong_target_is_refused(cast, row, words):
    checked = take([row], cast.manager, kind="targets", header="organization_code,indicator,year,value,act")
    assert any(words in reason for reason in refusals(checked))
    assert Target.objects.count() == 0


def test_the_demonstration_figures_and_targets_load_and_load_again_unchanged(cast):
    def load(kind, act=apply_spreadsheet):
        with (DEMO / f"{kind}.csv").open("rb") as file:
            return act(kind=kind, file=file, name=f"{kind}.csv", user=cast.administrator).counts

    assert load("organizations")["refused"] == 0
    root = Organization.objects.get(code="SL")
    quarter = Quarter(2021, 1)
    while quarter <= Q1:
        open_round(root=root, quarter=quarter, due_on=date(2022, 12, 31), user=None)
        quarter = quarter.next
    for kind in ("figures", "targets"):
        counts = load(kind)
        assert (counts["refused"], counts["new"]) == (0, counts["rows"])
        counts = load(kind, check_spreadsheet)
        assert counts["unchanged"] == counts["rows"]


def test_an_import_is_a_version_that_the_next_save_must_know(ready):
    take(["A.D.1,2022-Q1,members.total,5,,"], ready.secretary)
    take(["A.D.1,2022-Q1,members.total,6,,"], ready.secretary)
    assert figure().version == 2
    report = Report.objects.get(organization=ready.first, round__quarter=Q1)
    [answer] = save_edits(report=report, user=ready.manager, edits=[Edit("members.total", version=1, value="9")])
    assert (answer["state"], answer["value"]) == ("conflict", "6")


def test_an_exception_lets_one_unit_import_after_the_closing(ready):
    ReportingRound.objects.update(closed_at=timezone.now())
    Report.objects.filter(organization=ready.first).update(open_until=timezone.localdate())
    rows = ["A.D.1,2022-Q1,members.total,5,,", "A.D.2,2022-Q1,members.total,5,,"]
    checked = take(rows, ready.manager, act=check_spreadsheet)
    assert (checked.counts["new"], checked.counts["refused"]) == (1, 1)
    Report.objects.filter(organization=ready.first).update(open_until=date(2022, 5, 1))
    assert take(rows, ready.manager, act=check_spreadsheet).counts["refused"] == 2


@pytest.mark.parametrize("is_new", [True, False])
def test_a_save_in_the_middle_of_an_import_is_not_written_over(ready, monkeypatch, is_new):
    if not is_new:
        take(["A.D.1,2022-Q1,members.total,5,,"], ready.secretary)
    write = FigureSheet.write

    def overtaken(sheet, rows):
        report = Report.objects.get(organization=ready.first, round__quarter=Q1)
        edit = Edit("members.total", version=0 if is_new else 1, value="8")
        save_edits(report=report, user=ready.manager, edits=[edit])
        return write(sheet, rows)

    monkeypatch.setattr(FigureSheet, "write", overtaken)
    with pytest.raises(ValidationError, match="vừa được sửa"):
        take(["A.D.1,2022-Q1,members.total,6,,"], ready.secretary)
