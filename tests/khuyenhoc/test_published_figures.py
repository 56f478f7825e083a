"""Every figure published of Sơn La goes in through the spreadsheets and comes out of JSON and of every document."""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from docx import Document

from core.money import money_to_text
from core.numbers import decimal_to_text, number_to_text
from reports.models import Indicator
from tests.opened_pdf import body_text, one_line, open_pdf
from tests.opened_workbook import annex_cells, evaluate, open_workbook

# The test database is made only where a test asks for one, and the fixture below is not a test.
pytestmark = pytest.mark.django_db

with Path(__file__).with_name("published_figures.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = [row for row in csv.DictReader(file) if row["province"] == "Sơn La"]

# What was published of the province is of its own line here, of the whole province elsewhere.
OWN_LINE = {
    "funds.awards.students",
    "funds.awards.students_amount",
    "funds.scholarships.count",
    "funds.scholarships.amount",
}
FUND = "Quỹ Học bổng Tô Hiệu"


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The summary of the demonstration as JSON, its documents opened again, and the indicators' units."""
    with django_db_blocker.unblock(), transaction.atomic():
        settings.DEBUG = True
        call_command("load_demo", stdout=io.StringIO())
        settings.DEBUG = False
        text = io.StringIO()
        call_command("quarterly_summary", "SL", "2022-Q1", stdout=text)
        path = Path(__file__).with_suffix(".docx")
        try:
            call_command("quarterly_summary", "SL", "2022-Q1", format="docx", output=path)
            document = Document(path)
        finally:
            path.unlink(missing_ok=True)
        path = Path(__file__).with_suffix(".xlsx")
        try:
            call_command("quarterly_summary", "SL", "2022-Q1", format="xlsx", output=path)
            workbook = open_workbook(path.read_bytes())
        finally:
            path.unlink(missing_ok=True)
        path = Path(__file__).with_suffix(".pdf")
        try:
            call_command("quarterly_summary", "SL", "2022-Q1", format="pdf", output=path)
            pdf = one_line(body_text(open_pdf(path.read_bytes())))
        finally:
            path.unlink(missing_ok=True)
        units = dict(Indicator.objects.values_list("code", "unit"))
        transaction.set_rollback(True)
    return json.loads(text.getvalue()), document, units, workbook, pdf


def figures(summary):
    return {figure["indicator"]: figure for figure in summary["figures"]}


def unit_value(figure, name):
    return next(unit["value"] for unit in figure["units"] if unit["name"].endswith(name))


def published_value(summary, row):
    """Where the summary says what the row says."""
    figure = figures(summary)[row["indicator"]]
    if row["unit"] == FUND:
        return None
    if row["unit"] == "all districts":
        return sum(
            unit["value"] or 0 for unit in figure["units"] if "huyện " in unit["name"] or "thành phố " in unit["name"]
        )
    if row["unit"] != "Sơn La":
        return unit_value(figure, row["unit"])
    if row["indicator"] in OWN_LINE:
        return unit_value(figure, "tỉnh Sơn La")
    return figure["value"]


def identify(row):
    return f"{row['unit']}-{row['indicator']}"


@pytest.mark.parametrize("row", [row for row in PUBLISHED if row["unit"] != FUND], ids=identify)
def test_a_published_figure_comes_out_of_the_json(row, demonstration):
    expected = float(row["value"]) if row["value"] else None
    assert published_value(demonstration[0], row) == expected


@pytest.mark.parametrize("row", [row for row in PUBLISHED if row["unit"] not in (FUND, "all districts")], ids=identify)
def test_a_published_figure_stands_in_the_word_report(row, demonstration):
    summary, document, units, *_ = demonstration
    label = figures(summary)[row["indicator"]]["label"]
    shown = {cell for line in annex_rows(document, label) for cell in line[1:]}
    assert shown & ways_to_print(row, units), (label, shown)


@pytest.mark.parametrize("row", [row for row in PUBLISHED if row["unit"] not in (FUND, "all districts")], ids=identify)
def test_a_published_figure_stands_in_the_pdf_report(row, demonstration):
    summary, _, units, _, text = demonstration
    label = figures(summary)[row["indicator"]]["label"]
    lines = re.findall(rf"{re.escape(label)}(?: \([^)]*\))?((?: [–0-9.,/%*()]+)+)", text)
    shown = {cell for line in lines for cell in line.split()}
    assert shown & ways_to_print(row, units), (label, shown)


def ways_to_print(row, units):
    """What may stand in a cell for the row's value."""
    if not row["value"]:
        return {"–", "…", ""}
    value = float(row["value"])
    text = (
        number_to_text(int(value)) if value.is_integer() and units[row["indicator"]] != "%" else decimal_to_text(value)
    )
    return {text, f"{text}%", money_to_text(int(value))}


@pytest.mark.parametrize("row", [row for row in PUBLISHED if row["unit"] != FUND], ids=identify)
def test_a_published_figure_stands_in_the_excel_annex(row, demonstration):
    workbook = demonstration[3]
    cells = annex_cells(workbook)[figures(demonstration[0])[row["indicator"]]["label"]]
    values = {head: evaluate(workbook, cell.parent.title, cell.coordinate) for head, cell in cells.items()}
    if row["unit"] == "all districts":
        found = sum(
            value for head, value in values.items() if head.startswith(("Huyện ", "Thành phố ")) and value != "–"
        )
    elif row["unit"] == "Sơn La":
        found = values["Hội tỉnh (trực tiếp)" if row["indicator"] in OWN_LINE else "Toàn tỉnh"]
    else:
        found = next(value for head, value in values.items() if head.endswith(row["unit"]))
    assert found == (Decimal(row["value"]) if row["value"] else "–")


def annex_rows(document, label):
    for table in document.tables:
        for row in table.rows:
            cells = [cell.text.strip() for cell in row.cells]
            if any(label in cell for cell in cells[:2]):
                yield cells


def paragraphs(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_report_says_the_rates_the_best_and_who_is_missing(demonstration):
    text = paragraphs(demonstration[1])
    for words in (
        "67,2%",
        "65%",
        "68,2%",
        "56,4%",
        "62,5%",
        "84,7%",
        "19,51%",
        "6,6 tỷ đồng",
        "6.100.000.000",
        "508",
        "156",
    ):
        assert words in text, words
    for words in ("Mộc Châu", "Quỳnh Nhai", "chưa thống kê được số liệu", "350", "6/12", "176"):
        assert words in text, words


def test_the_ranking_names_moc_chau_and_quynh_nhai(demonstration):
    summary = demonstration[0]
    models = ("family", "clan", "community", "unit", "commune")
    assert {summary["ranking"][f"learning_models.{model}.registered_rate"]["best"]["code"] for model in models} == {
        "SL.MC"
    }
    assert summary["ranking"]["members.population_rate"]["worst"] == {"code": "SL.QN", "value": 19.51}


def test_totals_say_how_many_units_they_cover(demonstration):
    found = figures(demonstration[0])
    assert found["members.total"]["coverage"]["with_data"] == 16
    assert found["members.total"]["coverage"]["expected"] == 17
    assert found["learning_models.family.registered_rate"]["coverage"]["with_data"] == 11
    assert found["learning_models.family.registered_rate"]["coverage"]["expected"] == 12
    assert found["funds.awards.students"]["value"] == 508
    training = found["activities.training.learners"]
    districts = [unit for unit in training["units"] if "huyện" in unit["name"] or "thành phố" in unit["name"]]
    assert sum(1 for unit in districts if unit["value"]) == 6
