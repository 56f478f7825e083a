"""The words around the report, as appendix I of Nghị định 30/2020/NĐ-CP writes them."""

from dataclasses import replace
from datetime import date

import pytest

from core.periods import Quarter
from reports.builders.quarterly_summary import build
from reports.documents.frame import NO_NUMBER, frame, reference


@pytest.fixture
def headed(opened, tree):
    """headed(number=…) answers a summary whose document carries this."""
    summary = build(organization=tree.province, period=Quarter(2022, 1))
    return lambda **head: replace(summary, document=replace(summary.document, **head))


@pytest.mark.parametrize(
    ("number", "written"), [("", f"Số: {NO_NUMBER}/BC"), ("5", "Số: 05/BC"), ("15", "Số: 15/BC"), ("15a", "Số: 15a/BC")]
)
def test_numbers_below_ten_are_written_with_a_zero(headed, number, written):
    assert frame(headed(number=number, symbol="BC")).number_line == written


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2022, 4, 5), "Sơn La, ngày 05 tháng 4 năm 2022"),
        (date(2022, 2, 15), "Sơn La, ngày 15 tháng 02 năm 2022"),
        (date(2022, 12, 31), "Sơn La, ngày 31 tháng 12 năm 2022"),
        (None, "Sơn La, ngày ..... tháng ..... năm 2022"),
    ],
)
def test_days_below_ten_and_the_first_two_months_are_written_with_a_zero(headed, day, written):
    assert frame(headed(place="Sơn La", issued_on=day)).place_and_date == written


def test_recipients_end_with_semicolons_and_the_last_with_a_full_stop(headed):
    typed = ("- Tỉnh uỷ (để báo cáo);", "UBND tỉnh", " – ", "Lưu: VT")
    assert frame(headed(recipients=typed)).recipients == ("- Tỉnh uỷ (để báo cáo);", "- UBND tỉnh;", "- Lưu: VT.")


def test_the_annex_names_number_and_date_of_its_report(headed):
    summary = headed(number="7", symbol="BC-HKH", issued_on=date(2022, 4, 5))
    assert reference(summary) == (
        "(Kèm theo Báo cáo số 07/BC-HKH ngày 05 tháng 4 năm 2022 của Hội Khuyến học tỉnh An Bình)"
    )
