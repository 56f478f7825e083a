"""open_round and quarterly_summary: what they write, and the clear word on bad input."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from docx import Document

from organizations.models import Organization
from reports.models import Report, ReportingRound
from tests.opened_pdf import open_pdf, whole_text
from tests.opened_workbook import annex_cells, open_workbook


def test_a_round_opens_for_every_province_alive(tree, capsys):
    call_command("open_round", "2022-Q1", due="05/04/2022")
    assert ReportingRound.objects.count() == 2
    assert Report.objects.count() == 9
    assert "A: quý I/2022, hạn 05/04/2022, 7 báo cáo (7 mới)." in capsys.readouterr().out


def test_a_round_opens_for_one_province(tree):
    call_command("open_round", "2022-Q1", due="2022-04-05", organization="B")
    assert [round_.root.code for round_ in ReportingRound.objects.all()] == ["B"]


def test_opening_again_adds_what_is_missing_and_moves_the_date(tree):
    call_command("open_round", "2022-Q1", due="05/04/2022", organization="A")
    Organization.objects.filter(code="A.D.1.1").update(reports_quarterly=True)
    call_command("open_round", "2022-Q1", due="15/04/2022", organization="A")
    assert ReportingRound.objects.get().due_on.day == 15
    branch = Report.objects.get(organization__code="A.D.1.1")
    assert branch.parent.organization.code == "A.D.1"


def test_opening_again_with_nothing_new_moves_the_date(tree, capsys):
    for due in ("05/04/2022", "15/04/2022"):
        call_command("open_round", "2022-Q1", due=due, organization="A")
    assert ReportingRound.objects.get().due_on.day == 15
    assert "7 báo cáo (0 mới)" in capsys.readouterr().out


def test_every_report_keeps_its_history_from_the_opening_on(tree):
    call_command("open_round", "2022-Q1", due="05/04/2022", organization="A")
    commune = Report.objects.get(organization__code="A.D.1")
    assert [entry.parent.organization.code for entry in commune.history.all()] == ["A.D"]
    Organization.objects.filter(code="A.D").update(reports_quarterly=False)
    Report.objects.filter(organization__code="A.D").update(parent=None)
    call_command("open_round", "2022-Q1", due="05/04/2022", organization="A")
    latest = commune.history.first()
    assert (latest.history_type, latest.parent.organization.code) == ("~", "A")
    assert Report.history.count() == Report.objects.count() + 2


def test_branches_and_units_not_alive_owe_nothing(tree):
    call_command("open_round", "2022-Q1", due="05/04/2022", organization="A")
    assert not Report.objects.filter(organization__level="branch").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"quarter": "2022-Q5", "due": "05/04/2022"}, "quý 5"),
        ({"quarter": "2022", "due": "05/04/2022"}, "quý"),
        ({"quarter": "2022-Q1", "due": "31/02/2022"}, "không có trong lịch"),
        ({"quarter": "2022-Q1", "due": "05/04/2021"}, "trước quý I/2022"),
        ({"quarter": "2022-Q1", "due": "05/04/2022", "organization": "KHONG"}, "Không có đơn vị mã “KHONG”"),
        ({"quarter": "2022-Q1", "due": "05/04/2022", "organization": "A.D"}, "cấp tỉnh"),
    ],
)
def test_a_round_with_bad_input_is_refused_in_words(tree, arguments, message):
    quarter = arguments.pop("quarter")
    with pytest.raises(CommandError, match=message):
        call_command("open_round", quarter, **arguments)
    assert not ReportingRound.objects.exists()


def test_without_any_province_there_is_nothing_to_open(db):
    with pytest.raises(CommandError, match="Chưa có hội cấp tỉnh"):
        call_command("open_round", "2022-Q1", due="05/04/2022")


def test_the_summary_is_printed_as_json(tree, opened, write):
    write(tree.first, {"members.total": 12})
    out = io.StringIO()
    call_command("quarterly_summary", "A", "2022-Q1", stdout=out)
    found = json.loads(out.getvalue())
    assert (found["organization"]["code"], found["period"], found["status"]) == ("A", "2022-Q1", "provisional")


def test_the_summary_is_written_as_a_word_file(tree, opened, write, tmp_path):
    write(tree.first, {"members.total": 1234})
    path = tmp_path / "bao-cao.docx"
    call_command("quarterly_summary", "A", "2022-Q1", format="docx", output=path)
    assert "1.234" in "\n".join(paragraph.text for paragraph in Document(path).paragraphs)


def test_the_summary_is_written_as_an_excel_file(tree, opened, write, tmp_path):
    write(tree.first, {"members.total": 1234})
    path = tmp_path / "phu-luc.xlsx"
    call_command("quarterly_summary", "A", "2022-Q1", format="xlsx", output=path)
    assert annex_cells(open_workbook(path.read_bytes()))["Tổng số hội viên"]["Huyện Đông Sơn"].value == 1234


def test_the_summary_is_written_as_a_pdf_file(tree, opened, write, tmp_path):
    write(tree.first, {"members.total": 1234})
    path = tmp_path / "bao-cao.pdf"
    call_command("quarterly_summary", "A", "2022-Q1", format="pdf", output=path)
    assert "1.234" in whole_text(open_pdf(path.read_bytes()))


@pytest.mark.parametrize(
    ("code", "period", "message"),
    [
        ("KHONG", "2022-Q1", "Không có đơn vị"),
        ("A", "2022-Q5", "quý 5"),
        ("A", "2021-Q1", "Chưa mở kỳ báo cáo"),
        ("A", "năm nào", "."),
    ],
)
def test_a_summary_of_nothing_is_refused_in_words(tree, opened, tmp_path, code, period, message):
    path = tmp_path / "bao-cao.json"
    with pytest.raises(CommandError, match=message):
        call_command("quarterly_summary", code, period, output=path)
    assert not path.exists()


def test_a_folder_that_is_not_there_is_said(tree, opened, tmp_path):
    with pytest.raises(CommandError, match="Không ghi được tệp"):
        call_command("quarterly_summary", "A", "2022-Q1", output=tmp_path / "khong" / "co.json")
