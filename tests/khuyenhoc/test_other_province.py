"""A province that the code has never seen works with nothing but spreadsheets and commands.

Hải Đông: a district of two communes, a district without communes of its own, a commune directly below the province,
and a college. The expected numbers are worked out by hand beside each figure.
"""

import io
import json
from datetime import date

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from accounts.models import User
from organizations.models import Organization
from reports.models import Figure

UNITS = [
    ["Mã", "Tên", "Cấp", "Loại", "Mã đơn vị cấp trên", "Ngày thành lập", "Ngày cuối cùng hoạt động"],
    ["HD.B.2", "Hội Khuyến học xã Suối", "cấp xã", None, "HD.B", None, None],
    ["HD.CD", "Hội Khuyến học Trường Cao đẳng", "đơn vị trực thuộc", "trường học", "HD", None, None],
    ["HD.B", "Hội Khuyến học huyện Biển", "cấp huyện", None, "HD", None, date(2025, 6, 30)],
    ["HD.B.1", "Hội Khuyến học xã Sông", "cấp xã", None, "HD.B", None, date(2025, 6, 30)],
    ["HD.N", "Hội Khuyến học huyện Núi", "cấp huyện", None, "HD", None, date(2025, 6, 30)],
    ["HD.D", "Hội Khuyến học xã Đảo", "cấp xã", None, "HD", None, None],
    ["HD.M", "Hội Khuyến học xã Mới", "cấp xã", None, "HD", date(2025, 7, 1), None],
    ["HD", "Hội Khuyến học tỉnh Hải Đông", "cấp tỉnh", None, None, None, None],
]
UNITS[1][6] = date(2025, 6, 30)
AREAS = [
    ["organization_code", "year", "population", "households", "source"],
    ["HD.B.1", 2025, 4000, 1000, "Niên giám"],
    ["HD.B.2", 2025, 6000, 1500, "Niên giám"],
    ["HD.N", 2024, 10000, 2500, "Niên giám"],
    ["HD.D", 2025, 2000, 500, "Niên giám"],
]
FIGURES = [
    ["organization_code", "quarter", "indicator", "value", "part", "reason"],
    ["HD.B", "2025-Q1", "members.total", 50, None, None],
    ["HD.B.1", "2025-Q1", "members.total", "1.000", None, None],
    ["HD.N", "2025-Q1", "members.total", 2000, "tổng", "theo danh sách huyện"],
    ["HD.D", "2025-Q1", "members.total", None, None, None],
    ["HD.CD", "2025-Q1", "members.total", 30, "own", None],
    ["HD", "2025-Q1", "members.total", 10, None, None],
    ["HD.B.1", "2025-Q1", "members.new", 7, None, None],
    ["HD.B.1", "2025-Q2", "members.new", 5, None, None],
    ["HD.N", "2025-Q2", "members.new", 0, None, None],
    ["HD.D", "2025-Q2", "members.new", 3, None, None],
    ["HD.D", "2025-Q3", "members.new", 4, None, None],
    ["HD.D", "2025", "members.total", 300, None, None],
    ["HD.D", "2025-Q4", "officers.trained", 15, None, None],
    ["HD.D", "2025", "learning_models.family.succeeded", 90, None, None],
    ["HD.D", "2025-Q4", "learning_models.family.registered", 120, None, None],
]
TARGETS = [["organization_code", "indicator", "year", "value"], ["HD", "members.population_rate", 2025, "27,5"]]


def workbook(path, rows):
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return path


@pytest.fixture
def hai_dong(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    call_command("createsuperuser", interactive=False, username="admin", email="a@example.vn", verbosity=0)

    def bring(kind, rows):
        out = io.StringIO()
        file = workbook(tmp_path / f"{kind}.xlsx", rows)
        call_command("import_spreadsheet", kind, str(file), user="admin", save=True, json=True, stdout=out)
        return json.loads(out.getvalue())

    assert bring("organizations", UNITS)["new"] == 8
    assert bring("area_statistics", AREAS)["new"] == 4
    for number in (1, 2, 3, 4):
        call_command("open_round", f"2025-Q{number}", due="05/01/2026", verbosity=0)
    assert bring("figures", FIGURES)["new"] == 15
    assert bring("figures", FIGURES)["unchanged"] == 15
    assert bring("targets", TARGETS)["new"] == 1


def summary(code, period):
    out = io.StringIO()
    call_command("quarterly_summary", code, period, stdout=out)
    found = json.loads(out.getvalue())
    return {figure["indicator"]: figure for figure in found["figures"]}, found


def covered(figure):
    return tuple(figure["coverage"].values())


def test_totals_rates_coverage_and_ranking_of_a_quarter(hai_dong):
    figures, whole = summary("HD", "2025-Q1")
    members = figures["members.total"]
    # Biển 50 + 1000, Núi 2000 as declared, college 30, own line 10; Đảo said it has none.
    assert members["value"] == 3090
    # Below: Biển (one of its two communes is missing), Núi, Đảo, the college.
    assert covered(members) == (3, 4, 1)
    units = {unit["code"]: (unit["value"], unit["source"]) for unit in members["units"]}
    assert units == {
        "HD.B": (1050, "children"),
        "HD.N": (2000, "declared"),
        "HD.D": (None, "no_data"),
        "HD.CD": (30, "declared"),
        "HD": (10, "declared"),
    }
    rate = figures["members.population_rate"]
    # (1050 + 2000 + 30 + 10) over Sông's 4000 and Núi's 10000 of the year before: Suối and Đảo lack a part.
    assert (rate["value"], rate["target"], covered(rate)) == (22.07, 27.5, (2, 3, 1))
    assert figures["areas.population"]["value"] == 22000
    # Biển (50 + 1000) / 4000, Núi 2000 / 10000.
    assert whole["ranking"]["members.population_rate"] == {
        "best": {"code": "HD.B", "value": 26.25},
        "worst": {"code": "HD.N", "value": 20},
    }
    # Two communes of Biển in its own line, Đảo in the province's; as many communes on the ground.
    assert figures["organizations.communes"]["value"] == 3
    assert figures["organizations.commune_coverage"]["value"] == 100
    assert figures["organizations.districts"]["value"] == 2


def test_a_half_year_and_a_year_after_the_districts_are_gone(hai_dong):
    half, _ = summary("HD", "2025-H1")
    # Sông 7 + 5, Núi 0, Đảo 3; Biển, Núi and Đảo each lack something of it.
    assert half["members.new"]["value"] == 15
    assert covered(half["members.new"]) == (3, 4, 3)
    assert half["members.total"]["value"] is None, "a stock of the second quarter, never the first one's"
    year, whole = summary("HD", "2025")
    assert [unit["code"] for unit in year["members.total"]["units"]] == ["HD.D", "HD.M", "HD.CD", "HD"]
    # What Biển and Núi reported stays in the province's own line; 15 + Đảo's 4 of the third quarter.
    assert (year["members.new"]["value"], year["members.new"]["year_to_date"]) == (19, 19)
    assert year["members.total"]["value"] == 300
    assert year["officers.trained_rate"]["value"] == 5
    assert year["learning_models.family.success_rate"]["value"] == 75
    assert whole["completeness"]["expected"] == 3
    quarter, _ = summary("HD", "2025-Q2")
    assert "officers.trained_rate" not in quarter


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["HD.D", "2025-Q1", "members.population_rate", 20, None, None]], "tỷ lệ"),
        ([["HD.D", "2025-Q1", "areas.population", 20, None, None]], "địa bàn"),
        ([["HD.D", "2025", "members.new", 20, None, None]], "từng quý"),
        ([["HD.D", "2024-Q1", "members.new", 20, None, None]], "Chưa mở"),
        ([["HD.D", "2025-Q1", "members.women", -1, None, None]], "âm"),
        ([["HD.D", "2025-Q1", "members.women", 2.5, None, None]], "2,5|2.5"),
        ([["HD.D", "2025-Q1", "members.women", 2, None, None]] * 2, "trùng"),
    ],
)
def test_wrong_figures_are_refused_in_words_and_nothing_is_written(hai_dong, tmp_path, capsys, rows, message):
    before = Figure.objects.count(), Organization.objects.count(), User.objects.count()
    file = workbook(tmp_path / "sai.xlsx", [FIGURES[0], *rows])
    with pytest.raises(CommandError, match="không ghi gì"):
        call_command("import_spreadsheet", "figures", str(file), user="admin", save=True)
    out = capsys.readouterr().out
    assert any(part in out for part in message.split("|")), out
    assert (Figure.objects.count(), Organization.objects.count(), User.objects.count()) == before
