"""What was accepted stays as it was accepted, whatever changes afterwards; and its text comes back to the byte."""

import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from docx import Document

from core.periods import Quarter, Span
from organizations.models import AreaStatistics, DocumentSettings, RegisterUse
from organizations.tree import correct_organization, create_organization, move_organization
from reports.builders.freezing import freeze, thaw
from reports.builders.quarterly_summary import build
from reports.models import DocumentNumber, Figure, Indicator, Report, Revision, RevisionFigure, Target
from reports.revisions import summary_of
from reports.services import Edit, open_round, reopen_report, save_edits
from tests.chain import (
    FIRST,
    MEMBERS,
    NEW,
    RATE,
    accept,
    appoint_reviewers,
    as_json,
    enter,
    hand_in,
    hand_in_and_accept,
    line,
    report_of,
)
from tests.opened_pdf import open_pdf, whole_text
from tests.opened_workbook import open_workbook
from tests.scenes import Scene

SECOND = Quarter(2022, 2)
HALF = Span(2022, "H1")


def issue(cast):
    """The whole of province A handed in and issued: two communes, their district, the rest."""
    open_round(root=cast.province, quarter=FIRST, due_on=date(2022, 4, 5), user=None)
    people = appoint_reviewers(cast)
    for number, unit in enumerate((people.first, people.second, people.third), start=1):
        AreaStatistics.objects.create(organization=unit, year=2022, population=1000 * number, households=100 * number)
        Target.objects.create(organization=unit, indicator=indicator(MEMBERS), year=2022, value=50)
    target = {"indicator": indicator(MEMBERS), "year": 2022, "value": 500}
    Target.objects.create(organization=people.province, **target)
    DocumentNumber.objects.create(organization=people.province, period="2022-Q1", number="15", issued_on="2022-04-08")
    DocumentSettings.objects.create(organization=people.province, signatory="Nguyễn Văn Mẫu", place="An Bình")
    save_edits(report=report_of(people.province), user=None, edits=[Edit(section="results", text="Đã làm được.")])
    values = {"learning_models.family.registered": 40, NEW: 3, "funds.balance": 5_000_000}
    hand_in_and_accept(people.first, {MEMBERS: 100, **values})
    hand_in_and_accept(people.second, {MEMBERS: 200, **values})
    hand_in_and_accept(people.third, {MEMBERS: 300, **values})
    hand_in_and_accept(people.police, {MEMBERS: 30})
    hand_in_and_accept(people.east, {MEMBERS: 5})
    hand_in_and_accept(people.west)
    hand_in_and_accept(people.province, {MEMBERS: 7})
    return people


def issue_half(cast):
    """The second quarter of 2022 open as well; only the first commune and the district are accepted in it."""
    people = issue(cast)
    open_round(root=people.province, quarter=SECOND, due_on=date(2022, 7, 5), user=None)
    hand_in_and_accept(people.first, {MEMBERS: 110, NEW: 4}, quarter=SECOND)
    hand_in_and_accept(people.east, {MEMBERS: 6}, quarter=SECOND)
    return people


@pytest.fixture(scope="module")
def issued_scene(scenes, django_db_blocker):
    with django_db_blocker.unblock():
        return Scene(issue, scenes.cast)


@pytest.fixture(scope="module")
def half_scene(scenes, django_db_blocker):
    with django_db_blocker.unblock():
        return Scene(issue_half, scenes.cast)


@pytest.fixture
def issued(issued_scene, cast):
    return issued_scene.put_back(cast)


@pytest.fixture
def half(half_scene, cast):
    return half_scene.put_back(cast)


def indicator(code):
    return Indicator.objects.get(code=code)


def downloads(client, unit, person, period="2022-Q1"):
    """Everything that may be downloaded of a summary, as comparable text."""
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    # The same tables as in Word; making a PDF takes long.
    endings = ["/", ".json", ".docx", ".xlsx", *([".pdf"] if unit.parent_id is None else [])]
    for ending in endings:
        response = client.get(f"/reports/{unit.code}/{period}/summary{ending}")
        assert response.status_code == 200, ending
        found[ending] = readable(ending, response.content)
    return found


def readable(ending, content):
    if ending == ".docx":
        document = Document(io.BytesIO(content))
        rows = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return [paragraph.text for paragraph in document.paragraphs] + rows
    if ending == ".xlsx":
        return [[cell.value for cell in row] for sheet in open_workbook(content) for row in sheet.iter_rows()]
    if ending == ".pdf":
        return whole_text(open_pdf(content))
    if ending == "/":
        # Of the page what the summary says; the frame around it tells of today.
        main = content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.split('id="so-lieu"', 1)[1]))
    return content


def change_areas(people):
    AreaStatistics.objects.update(population=77, households=3, communes=9)
    AreaStatistics.objects.create(organization=people.east, year=2022, population=5, households=1)


def change_registers(people):
    for unit in (people.first, people.east, people.province, people.third):
        RegisterUse.objects.create(organization=unit, register="organizations", used_from=date(2020, 1, 1))
    create_organization(code="A.D.1.9", name="Chi hội Mới", level="branch", parent=people.first, user=None)


def change_targets(people):
    Target.objects.update(value=Decimal("9999.5"), act="QĐ 1")
    Target.objects.create(organization=people.province, indicator=indicator(NEW), year=2022, value=4)


def change_letterheads(people):
    DocumentSettings.objects.update(signatory="Người Khác", place="Nơi Khác", symbol="XX", signing="KT.\nPHÓ")
    DocumentNumber.objects.update(number="99", issued_on="2022-12-31")


def change_names(people):
    for unit in (people.province, people.east, people.first):
        correct_organization(organization=unit, name=f"{unit.name} Đổi Tên", user=None)


def change_the_tree(people):
    on = date(2022, 2, 1)
    move_organization(organization=people.second, parent=people.west, on=on, user=None, reason="thử")
    create_organization(code="A.T.9", name="Hội Khuyến học xã Mới", level="commune", parent=people.west, user=None)
    open_round(root=people.province, quarter=FIRST, due_on=date(2022, 4, 30), user=None)


def change_labels(people):
    Indicator.objects.update(label="Nhãn khác", unit="khác", group="Nhóm khác", better="none", position=1)


def change_who_is_asked(people):
    Indicator.objects.filter(source__in=["register", "typed"]).update(asked_of="branch")


def change_the_catalogue(people):
    Indicator.objects.create(
        code="new.one", label="Mới", unit="x", nature="stock", source="typed", group="A", asked_of="commune|district"
    )
    Indicator.objects.filter(code=NEW).update(frequency="year")
    Indicator.objects.filter(code=RATE).update(numerator=indicator(NEW), denominator=indicator("areas.households"))
    Indicator.objects.filter(code=RATE).update(scale=7)


CHANGES = [
    change_areas,
    change_registers,
    change_targets,
    change_letterheads,
    change_names,
    change_the_tree,
    change_labels,
    change_who_is_asked,
    change_the_catalogue,
]


def frozen_rows():
    revisions = list(Revision.objects.order_by("pk").values())
    return revisions, list(RevisionFigure.objects.order_by("pk").values())


def test_no_later_change_reaches_what_was_accepted(client, issued):
    units = (issued.province, issued.east, issued.first)
    before = [downloads(client, unit, issued.manager) for unit in units]
    rows = frozen_rows()
    for change in CHANGES:
        savepoint = transaction.savepoint()
        change(issued)
        for unit, kept in zip(units, before, strict=True):
            found = downloads(client, unit, issued.manager)
            for ending, content in kept.items():
                assert found[ending] == content, (change.__name__, unit, ending)
        assert frozen_rows() == rows
        transaction.savepoint_rollback(savepoint)


def test_the_names_and_heads_of_a_page_are_those_that_were_accepted(client, issued):
    change_names(issued)
    change_letterheads(issued)
    document = " ".join(downloads(client, issued.province, issued.manager)[".docx"])
    assert "Nguyễn Văn Mẫu" in document
    assert "Đổi Tên" not in document


def column(province, unit, codes=None):
    """What the province's live page says of a unit directly below: value and source of every line."""
    summary = build(organization=province, period=FIRST)
    return {
        each.indicator: (value.value, value.source, value.pair)
        for each in summary.figures
        for value in each.units_below
        if value.unit.code == unit.code and (codes is None or each.indicator in codes)
    }


def test_an_accepted_districts_column_stays_while_the_province_is_provisional(issued):
    reopen_report(report=report_of(issued.province), user=None, reason="thêm")
    before = column(issued.province, issued.east)
    assert before[RATE][0] == Decimal("10.17")
    for change in (change_areas, change_registers, change_who_is_asked, change_the_catalogue, change_the_tree):
        savepoint = transaction.savepoint()
        change(issued)
        found = column(issued.province, issued.east)
        # An indicator that is asked once a year from now on stands in no first quarter that is still open.
        assert before.keys() - found.keys() <= {NEW}
        differing = {code for code in before.keys() & found.keys() if found[code] != before[code]}
        assert differing == set(), change.__name__
        transaction.savepoint_rollback(savepoint)


def test_an_accepted_district_is_still_asked_for_what_it_answered(issued):
    reopen_report(report=report_of(issued.province), user=None, reason="thêm")
    change_who_is_asked(issued)
    values = line(issued.province, MEMBERS).units_below
    assert {value.unit.code: (value.value, value.is_asked) for value in values} == {
        "A.D": (305, True),
        "A.T": (300, True),
        "A.CA": (30, True),
    }


def test_the_total_of_a_provisional_province_keeps_to_the_accepted_parts(issued):
    before = as_json(issued.province)
    reopen_report(report=report_of(issued.province), user=None, reason="thêm")
    change_areas(issued)
    found = {figure["indicator"]: figure for figure in as_json(issued.province)["figures"]}
    for figure in before["figures"]:
        if figure["nature"] != "ratio" and not figure["indicator"].startswith("areas."):
            assert found[figure["indicator"]]["value"] == figure["value"]
    assert found[RATE] == next(figure for figure in before["figures"] if figure["indicator"] == RATE)


def test_the_columns_of_comparison_come_from_what_was_accepted(half):
    assert line(half.province, RATE, SECOND).previous == Decimal("10.70")
    change_areas(half)
    Figure.objects.filter(report__round__quarter=FIRST).update(declared=1)
    for code, previous in ((RATE, Decimal("10.70")), (MEMBERS, 642), ("areas.population", 6000)):
        assert line(half.province, code, SECOND).previous == previous


def test_a_year_earlier_is_what_was_accepted_then(issued):
    later = FIRST.next.next.next.next
    open_round(root=issued.province, quarter=later, due_on=date(2023, 4, 5), user=None)
    change_areas(issued)
    assert line(issued.province, MEMBERS, later).year_earlier == 642
    assert line(issued.province, RATE, later).year_earlier == Decimal("10.70")


def test_a_span_is_frozen_with_the_last_of_its_quarters_and_stays(client, half):
    revision = Revision.objects.get(organization=half.east, period="2022-H1")
    assert Revision.objects.filter(organization=half.first, period="2022").exists()
    assert line(half.east, NEW, HALF).value == 10
    before = downloads(client, half.east, half.manager, "2022-H1")
    for change in (change_areas, change_targets, change_names, change_labels, change_who_is_asked):
        change(half)
    assert downloads(client, half.east, half.manager, "2022-H1") == before
    assert summary_of(organization=half.east, period=HALF) == thaw(revision.content)


def test_a_span_lives_again_while_one_of_its_quarters_is_open_and_is_frozen_anew(half):
    reopen_report(report=report_of(half.first), user=None, reason="Sai số mới")
    assert summary_of(organization=half.east, period=HALF).is_provisional
    hand_in(half.first, {NEW: 5})
    assert line(half.first, NEW, HALF).value == 9
    accept(half.first)
    hand_in_and_accept(half.east)
    assert line(half.east, NEW, HALF).value == 12
    again = Revision.objects.filter(organization=half.east, period="2022-H1").order_by("number")
    assert [(each.number, each.reason[:9]) for each in again] == [(1, ""), (2, "Mở lại vì")]


def test_a_span_that_gets_another_quarter_lives_until_that_is_accepted_too(half):
    assert not summary_of(organization=half.first, period=Span(2022, "Y")).is_provisional
    open_round(root=half.province, quarter=Quarter(2022, 3), due_on=date(2022, 10, 5), user=None)
    assert summary_of(organization=half.first, period=Span(2022, "Y")).is_provisional
    assert not summary_of(organization=half.first, period=HALF).is_provisional


def test_an_accepted_districts_column_stays_in_the_provisional_half_year(half):
    def columns():
        summary = build(organization=half.province, period=HALF)
        return {
            each.indicator: value.value
            for each in summary.figures
            for value in each.units_below
            if value.unit.code == "A.D"
        }

    before = columns()
    assert before[RATE] == line(half.east, RATE, HALF).value
    change_areas(half)
    assert columns() == before


def test_the_half_year_before_is_what_was_accepted_then(half):
    for number in (3, 4):
        open_round(root=half.province, quarter=Quarter(2022, number), due_on=date(2023, 1, 5), user=None)
    kept = line(half.east, RATE, HALF).value
    assert line(half.east, RATE, Span(2022, "H2")).previous == kept
    change_areas(half)
    assert line(half.east, RATE, Span(2022, "H2")).previous == kept
    assert line(half.east, NEW, Span(2022, "H2")).previous == 10


def test_a_yearly_rate_takes_the_year_below_accepted_units_too(people):
    """A total that was stated for the denominator stands against the whole year's numerator, not a quarter's."""
    last = Quarter(2022, 4)
    open_round(root=people.province, quarter=last, due_on=date(2023, 1, 5), user=None)
    trained = {"officers.trained": 10, MEMBERS: 100}
    for quarter in (FIRST, last):
        for unit in (people.first, people.second, people.third, people.police):
            hand_in_and_accept(unit, trained, quarter=quarter)
        for unit in (people.east, people.west):
            hand_in_and_accept(unit, trained, quarter=quarter)
    enter(people.province, {"officers.trained": 0}, quarter=last)
    report = report_of(people.province, last)
    save_edits(report=report, user=None, edits=[Edit(MEMBERS, total="1000", total_reason="theo sổ")])
    rate = line(people.province, "officers.trained_rate", last)
    assert (rate.numerator, rate.denominator, rate.value) == (120, 1000, Decimal("12.00"))


def test_what_a_form_shows_of_units_founded_late_is_what_the_summary_counts(people):
    """A commune that was recorded after the opening is in no table of the round, so no form counts it."""
    create_organization(code="A.D.8", name="Hội Khuyến học xã Sau", level="commune", parent=people.east, user=None)
    assert line(people.east, "organizations.communes").value == 2
    hand_in_and_accept(people.east)
    assert line(people.east, "organizations.communes").value == 2
    assert (
        Figure.objects.get(report__organization=people.east, indicator__code="organizations.communes").from_register
        == 2
    )


@pytest.mark.parametrize("unit", ["province", "east", "first", "police"])
def test_thawing_a_stored_text_and_freezing_it_again_gives_the_same_bytes(half, unit):
    organization = getattr(half, unit)
    for revision in Revision.objects.filter(organization=organization):
        assert freeze(thaw(revision.content)) == revision.content
    live = build(organization=organization, period=HALF)
    assert thaw(freeze(live)) == live


def test_the_database_itself_has_one_revision_in_force_per_accepted_report(half):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_report WHERE revision_id IS NOT NULL")
        assert cursor.fetchone()[0] == Report.objects.filter(status="accepted").count()
