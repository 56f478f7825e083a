"""The sentences of a summary: what is said, what is left out, who is named."""

from datetime import date

import pytest

from core.periods import Quarter, Span
from organizations.models import RegisterUse
from reports.builders.quarterly_summary import build
from reports.builders.sentences import sections
from reports.models import Narrative, Report, Target
from reports.services import open_round
from tests.conftest import plant

QUARTER = Quarter(2022, 1)
FAMILY = "learning_models.family.registered"
MODELS = [f"learning_models.{key}.registered" for key in ("family", "clan", "community", "unit", "citizen")]
AREA = {"households": 100, "clans": 100, "villages": 100, "units": 100, "adults": 100, "population": 100}


def parts(organization, period=QUARTER):
    return {section.title: section.paragraphs for section in sections(build(organization=organization, period=period))}


def said(organization, period=QUARTER):
    return "\n".join(text for paragraphs in parts(organization, period).values() for text in paragraphs)


@pytest.fixture
def leaves(tree, quarter):
    """A province of two districts without communes of their own to report, and the police."""
    for unit in (tree.first, tree.second, tree.third):
        unit.reports_quarterly = False
        unit.save(update_fields=["reports_quarterly"])
    open_round(root=tree.province, quarter=quarter, due_on=date(2022, 4, 5), user=None)
    return tree


def aim(organization, code, value, year=2022):
    indicator = Target._meta.get_field("indicator").related_model.objects.get(code=code)
    Target.objects.create(organization=organization, indicator=indicator, year=year, value=value)


def test_a_figure_without_data_is_not_said_and_leaves_no_heading(leaves, write):
    write(leaves.east, {"members.total": 120})
    found = parts(leaves.province)
    assert [title for title in found if title] == [
        "KẾT QUẢ CÔNG TÁC QUÝ I/2022",
        "1. Xây dựng mô hình học tập; phát triển tổ chức Hội, hội viên",
    ]
    assert "toàn tỉnh có 120 hội viên" in said(leaves.province)
    assert " 0 " not in said(leaves.province)


def test_an_empty_report_says_only_what_it_lacks(opened, tree):
    found = parts(tree.police)
    assert list(found) == ["", "KẾT QUẢ CÔNG TÁC QUÝ I/2022", "1. Số liệu chưa có"]
    assert found["1. Số liệu chưa có"] == (
        "Đơn vị chưa báo cáo số liệu về hội viên, vận động quỹ, tập huấn, đăng ký mô hình học tập.",
    )


@pytest.mark.parametrize(
    ("code", "zero"),
    [
        ("members.new", "Trong quý chưa phát triển hội viên mới."),
        ("activities.training.learners", "Trong quý chưa mở lớp tập huấn."),
        ("funds.raised", "Trong quý chưa có khoản vận động cho quỹ khuyến học."),
        ("activities.documents", "Trong quý chưa ban hành văn bản."),
        ("activities.literacy.classes", "Trong quý chưa mở lớp xoá mù chữ."),
        ("funds.awards.students", "Trong quý chưa tổ chức khen thưởng."),
        ("funds.scholarships.count", "Trong quý chưa trao học bổng."),
    ],
)
def test_zero_is_said_in_words_and_missing_is_not_zero(leaves, write, code, zero):
    write(leaves.east, {"members.total": 1})
    assert zero not in said(leaves.province)
    write(leaves.east, {code: None})
    assert zero not in said(leaves.province)
    write(leaves.east, {code: 0})
    assert zero in said(leaves.province)


def test_explicit_no_data_and_silence_are_told_apart(leaves, write, area):
    third = plant("A.B", "Hội Khuyến học huyện Bắc Sơn", "district", leaves.province)
    open_round(root=leaves.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    for unit in (leaves.east, leaves.west, third):
        area(unit, **AREA)
        write(unit, {"members.total": 5})
    write(leaves.east, {FAMILY: 60})
    write(leaves.west, {FAMILY: None})
    assert (
        "Số liệu về đăng ký mô hình học tập: 1/3 huyện có số liệu, huyện Tây Hồ chưa thống kê được số liệu, "
        "huyện Bắc Sơn chưa báo cáo."
    ) in said(leaves.province)


def test_complete_figures_need_no_remark(leaves, write):
    for unit in (leaves.east, leaves.west, leaves.police):
        write(unit, {"activities.documents": 5})
    assert parts(leaves.province)["1. Tham mưu, ban hành văn bản"] == (
        "Các cấp Hội đã ban hành, tham mưu ban hành 15 văn bản về công tác khuyến học (các huyện 10; Công an tỉnh 5).",
    )


def test_affiliated_units_are_named_apart(leaves, write):
    write(leaves.east, {"members.total": 5, "funds.raised": 5})
    write(leaves.west, {"members.total": 5, "funds.raised": 5})
    write(leaves.police, {"funds.raised": 5})
    text = said(leaves.province)
    assert "Số liệu về hội viên: các đơn vị trực thuộc chưa báo cáo." in text
    assert "2/2 huyện và 1/1 đơn vị trực thuộc có khoản vận động" in text


def test_a_unit_that_wrote_nothing_is_named_once_in_the_opening(leaves, write):
    write(leaves.east, {"members.total": 5, "funds.raised": 5, "activities.documents": 1})
    write(leaves.west, {"members.total": 5, "funds.raised": 5, "activities.documents": 1})
    text = said(leaves.province)
    assert "Các tổng số dưới đây chưa có số liệu của Công an tỉnh." in text
    assert text.count("Công an tỉnh") == 1


def test_the_opening_says_who_has_not_handed_in(leaves):
    Report.objects.filter(organization=leaves.east).update(status="submitted", submitted_at="2022-04-01T00:00:00Z")
    assert ("Đã nộp báo cáo: 1/2 huyện và 0/1 đơn vị trực thuộc; chưa nộp: huyện Tây Hồ và Công an tỉnh.") in said(
        leaves.province
    )


def test_a_model_has_its_rate_its_change_and_its_target(leaves, write, area):
    open_round(root=leaves.province, quarter=Quarter(2021, 4), due_on=date(2022, 1, 5), user=None)
    area(leaves.east, year=2021, households=1000)
    write(leaves.east, {FAMILY: 650}, Quarter(2021, 4))
    write(leaves.east, {FAMILY: 672})
    aim(leaves.province, f"{FAMILY}_rate", 70)
    text = said(leaves.province)
    assert (
        "- “Gia đình học tập”: 672/1.000 hộ gia đình đăng ký, đạt tỷ lệ 67,2%, "
        "tăng 2,2 điểm phần trăm so với quý trước, còn thiếu 2,8 điểm phần trăm so với mục tiêu năm 2022 (70%)."
    ) in text
    assert "tỷ lệ tính theo số liệu địa bàn năm 2021" in text


@pytest.mark.parametrize(("aimed", "words"), [(65, "vượt 2,2 điểm"), ("67.2", "đạt mục tiêu năm 2022 (67,2%)")])
def test_a_target_that_is_reached_is_said_so(leaves, write, area, aimed, words):
    area(leaves.east, households=1000)
    write(leaves.east, {FAMILY: 672})
    aim(leaves.province, f"{FAMILY}_rate", aimed)
    assert words in said(leaves.province)


def test_a_unit_that_leads_in_several_models_is_named_once(leaves, write, area):
    area(leaves.east, **AREA)
    area(leaves.west, **AREA)
    write(leaves.east, dict(zip(MODELS, (84, 100, 100, 90, 20), strict=True)))
    write(leaves.west, dict(zip(MODELS, (50, 40, 30, 20, 30), strict=True)))
    text = said(leaves.province)
    assert (
        "Đơn vị dẫn đầu là huyện Đông Sơn (“Gia đình học tập” 84%; “Dòng họ học tập”, “Cộng đồng học tập” cùng 100%; "
        "“Đơn vị học tập” 90%); huyện Tây Hồ (“Công dân học tập” 30%)."
    ) in text
    assert "Thấp nhất là huyện Tây Hồ (“Gia đình học tập” 50%;" in text


def test_where_all_are_equal_nobody_leads(leaves, write, area):
    for unit in (leaves.east, leaves.west):
        area(unit, **AREA)
        write(unit, {FAMILY: 50})
    assert "dẫn đầu" not in said(leaves.province)


def test_units_that_are_level_are_named_together(leaves, write, area):
    third = plant("A.B", "Hội Khuyến học thành phố Bắc Sơn", "district", leaves.province)
    open_round(root=leaves.province, quarter=QUARTER, due_on=date(2022, 4, 5), user=None)
    for unit, number in ((leaves.east, 20), (leaves.west, 20), (third, 30)):
        area(unit, population=100)
        write(unit, {"members.total": number})
    assert "Cao nhất là thành phố Bắc Sơn (30%); thấp nhất là các huyện Đông Sơn, Tây Hồ (20%)." in said(
        leaves.province
    )


def test_members_have_their_rate_and_the_lowest_unit(leaves, write, area):
    for unit, number in ((leaves.east, 3000), (leaves.west, 1951)):
        area(unit, population=10_000)
        write(unit, {"members.total": number, "members.new": 88, "organizations.branches.new": 3})
    text = said(leaves.province)
    assert "Phát triển mới 6 chi hội, ban khuyến học; 176 hội viên mới." in text
    assert "Cao nhất là huyện Đông Sơn (30%); thấp nhất là huyện Tây Hồ (19,51%)." in text


def test_money_is_split_into_own_line_and_districts(leaves, write):
    write(leaves.province, {"funds.raised": 6_100_000_000})
    write(leaves.east, {"funds.raised": 400_000_000})
    write(leaves.west, {"funds.raised": 100_000_000})
    assert (
        "vận động cho quỹ khuyến học được 6,6 tỷ đồng, trong đó Hội Khuyến học tỉnh 6,1 tỷ đồng; "
        "các huyện 500 triệu đồng."
    ) in said(leaves.province)


def test_money_that_is_not_round_is_written_out(leaves, write):
    write(leaves.east, {"funds.raised": 1_234_567})
    assert "1.234.567 đồng" in said(leaves.province)


def test_awards_name_the_own_part(leaves, write):
    write(leaves.province, {"funds.awards.students": 156, "funds.awards.amount": 30_000_000})
    write(leaves.east, {"funds.awards.students": 352})
    write(leaves.west, {"funds.awards.students": 0})
    assert ("khen thưởng 508 suất cho học sinh, sinh viên (Hội Khuyến học tỉnh 156; huyện Đông Sơn 352)") in said(
        leaves.province
    )


def test_scholarships_whose_amount_is_unknown_are_named(leaves, write):
    write(leaves.province, {"funds.scholarships.count": 35, "funds.scholarships.amount": 35_000_000})
    write(leaves.east, {"funds.scholarships.count": 100, "funds.scholarships.amount": None})
    assert (
        "Các cấp Hội đã trao 135 suất học bổng (Hội Khuyến học tỉnh 35; huyện Đông Sơn 100), "
        "số tiền 35 triệu đồng (chưa gồm huyện Đông Sơn vì chưa thống kê được số tiền)."
    ) in said(leaves.province)


def test_training_counts_and_names_the_units_that_held_it(leaves, write):
    write(leaves.east, {"activities.training.learners": 350, "activities.training.classes": 8})
    write(leaves.west, {"activities.training.learners": 0})
    aim(leaves.province, "activities.training.learners", 1400)
    text = said(leaves.province)
    assert "Các cấp Hội đã mở 8 lớp tập huấn nghiệp vụ cho 350 lượt học viên, bằng 25% mục tiêu năm 2022" in text
    assert "1/2 huyện có mở lớp: huyện Đông Sơn." in text


def test_literacy_classes_name_the_affiliated_unit_apart(leaves, write):
    write(leaves.east, {"activities.literacy.classes": 2, "activities.literacy.learners": 81})
    write(leaves.police, {"activities.literacy.classes": 8, "activities.literacy.learners": 230})
    assert (
        "mở 10 lớp xoá mù chữ với 311 học viên: huyện Đông Sơn 2 lớp, 81 học viên; "
        "riêng Công an tỉnh 8 lớp, 230 học viên."
    ) in said(leaves.province)


def test_what_only_the_province_did_is_said_of_the_province(leaves, write):
    write(leaves.province, {"activities.bulletin.copies": 700, "activities.honours.doctors": 21})
    text = said(leaves.province)
    assert "Hội Khuyến học tỉnh đã phát hành 700 cuốn bản tin khuyến học." in text
    assert "Hội Khuyến học tỉnh đã vinh danh 21 tiến sĩ." in text


def test_a_span_speaks_of_its_months_and_of_the_span_before(leaves, write):
    for year in (2021, 2022):
        for number in (1, 2):
            quarter = Quarter(year, number)
            if quarter != Quarter(2022, 1):
                open_round(root=leaves.province, quarter=quarter, due_on=quarter.next.first_day, user=None)
            write(leaves.east, {"members.new": 10 * number, "members.total": 100}, quarter)
    half = said(leaves.province, Span(2022, "H1"))
    assert "Phát triển mới 30 hội viên (cùng kỳ năm trước 30 người)." in half
    assert "quý" not in half
    assert "Đến cuối kỳ, toàn tỉnh có 100 hội viên" in half
    year = parts(leaves.province, Span(2022, "Y"))
    assert "KẾT QUẢ CÔNG TÁC NĂM 2022" in year
    assert "bằng năm 2021" in said(leaves.province, Span(2022, "Y"))


@pytest.mark.parametrize(
    ("period", "title"),
    [
        (Quarter(2022, 1), "II. NHIỆM VỤ TRỌNG TÂM QUÝ II/2022"),
        (Span(2022, "H1"), "II. NHIỆM VỤ TRỌNG TÂM 6 THÁNG CUỐI NĂM 2022"),
        (Span(2022, "9M"), "II. NHIỆM VỤ TRỌNG TÂM QUÝ IV/2022"),
        (Span(2022, "Y"), "II. NHIỆM VỤ TRỌNG TÂM NĂM 2023"),
    ],
)
def test_the_tasks_are_those_of_the_next_period(leaves, write, period, title):
    write(leaves.east, {"members.total": 100})
    report = Report.objects.get(organization=leaves.province)
    Narrative.objects.create(report=report, section="next_tasks", text="Củng cố tổ chức Hội.\n\nMở lớp tập huấn.")
    assert parts(leaves.province, period)[title] == ("1. Củng cố tổ chức Hội.", "2. Mở lớp tập huấn.")


def test_the_units_own_words_are_woven_in(leaves, write):
    write(leaves.east, {"members.total": 100})
    report = Report.objects.get(organization=leaves.province)
    for section, text in (
        ("results", "Ký quy chế phối hợp.\nĐại hội  thành công.\n\n"),
        ("advantages", "Được quan tâm."),
        ("difficulties", "- Thiếu kinh phí.\n- Thiếu cán bộ."),
    ):
        Narrative.objects.create(report=report, section=section, text=text)
    found = parts(leaves.province)
    assert found["2. Một số kết quả nổi bật"] == ("Ký quy chế phối hợp.", "Đại hội thành công.")
    assert found["Thuận lợi"] == ("Được quan tâm.",)
    assert found["Khó khăn"] == ("- Thiếu kinh phí.", "- Thiếu cán bộ.")


def test_a_commune_without_units_below_speaks_for_itself(opened, tree, write, area):
    area(tree.first, **AREA)
    write(
        tree.first, {FAMILY: 60, "members.total": 20, "activities.training.learners": None, "activities.documents": 2}
    )
    text = said(tree.first)
    assert text.startswith("Quý I/2022, Hội Khuyến học xã Ánh Dương báo cáo kết quả")
    assert "60/100 hộ gia đình đăng ký, đạt tỷ lệ 60%" in text
    assert "toàn xã có 20 hội viên" in text
    assert "Hội Khuyến học xã đã ban hành, tham mưu ban hành 2 văn bản" in text
    assert "Đơn vị chưa thống kê được số liệu về tập huấn." in text
    assert "Đơn vị chưa báo cáo số liệu về vận động quỹ, đăng ký “Dòng họ học tập”" in text
    for absent in ("dẫn đầu", "Cao nhất", "huyện có", "có số liệu"):
        assert absent not in text


def test_an_affiliated_unit_is_not_asked_for_the_models_of_an_area(opened, tree, write):
    write(tree.police, {"learning_models.unit.registered": 12, "members.total": 30})
    text = said(tree.police)
    assert "- “Đơn vị học tập”: 12 đơn vị đăng ký." in text
    assert "Gia đình" not in text
    assert "Hội Khuyến học Công an tỉnh báo cáo" in text


def test_a_district_speaks_of_its_communes(opened, tree, write):
    write(tree.first, {"members.total": 20, "activities.documents": 1})
    write(tree.second, {"members.total": 30, "activities.documents": None})
    text = said(tree.east)
    assert "tổng hợp số liệu của 2 xã" in text
    assert "toàn huyện có 50 hội viên" in text
    assert "Số liệu về văn bản: 1/2 xã có số liệu, xã Bình Minh chưa thống kê được số liệu." in text


def test_a_province_with_communes_directly_below_counts_them(tree, write):
    ward = plant("B.2", "Hội Khuyến học phường Mới", "commune", tree.other)
    quarter = Quarter(2025, 3)
    open_round(root=tree.other, quarter=quarter, due_on=date(2025, 10, 5), user=None)
    write(tree.foreign, {"activities.training.learners": 40}, quarter)
    write(ward, {"activities.training.learners": 0}, quarter)
    text = said(tree.other, quarter)
    assert "tổng hợp số liệu của 2 xã, phường" in text
    assert "1/2 xã, phường có mở lớp: xã Lạ." in text


def test_figures_that_are_known_in_part_are_marked(opened, tree, write):
    write(tree.first, {"activities.programmes": 2})
    write(tree.third, {"activities.programmes": 2})
    assert "Số liệu về chương trình phối hợp: 1 đơn vị mới có số liệu một phần." in said(tree.province)


def test_the_reach_of_the_association_comes_from_its_register(leaves, area):
    area(leaves.east, communes=2)
    area(leaves.west, communes=2)
    RegisterUse.objects.create(organization=leaves.east, register="organizations", used_from=date(2022, 1, 1))
    assert "Tổ chức Hội đã có ở 3/4 xã, phường, thị trấn (75%)." in said(leaves.province)
