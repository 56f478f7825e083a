"""The jobs, on the database that the settings name; `run.py` starts this in a process per database.

Each job runs some times on a synthetic province, in turns with its floor, and the medians count.
One line per job: database, job, seconds, floor, ratio, what the floor is. BENCHMARK_RUNS, BENCHMARK_MEMBERS,
BENCHMARK_QUARTERS, BENCHMARK_ROWS and BENCHMARK_REGISTRATIONS (of the imported files), BENCHMARK_ROUNDS (how often
they are imported) and BENCHMARK_FAMILIES shorten it.
"""

import csv
import io
import os

import typst
import xlsxwriter
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from accounts.models import User
from core.periods import Quarter
from members.statistics import CODES as MEMBER_CODES
from organizations.models import Organization
from organizations.soundness import find_faults
from reports.builders.dashboard import build_grid, with_parts
from reports.builders.quarterly_summary import build, quarters_needed
from reports.dashboards.overview import QUARTERS, TILES
from reports.documents import quarterly_summary_docx, quarterly_summary_pdf, quarterly_summary_xlsx
from reports.models import Indicator
from spreadsheets.services import apply_spreadsheet
from tests.benchmark.funds import measure_funds
from tests.benchmark.learning_models import measure_learning_models
from tests.benchmark.measuring import compare, read, say, seconds_of, undone
from tests.benchmark.members import measure_members
from tests.benchmark.registers import bare_counts, measure_counts
from tests.benchmark.spreadsheets import measure_spreadsheets
from tests.benchmark.waiting import measure_waiting

SIZE = {
    "units": 3517,
    "members": int(os.environ.get("BENCHMARK_MEMBERS", "350000")),
    "quarters": int(os.environ.get("BENCHMARK_QUARTERS", "20")),
}
PERIOD = Quarter(2022, 1)


def bare_summary():
    """The rows that the summary reads, in plain SQL."""
    quarters = [quarter.code for quarter in quarters_needed(PERIOD)]
    places = ", ".join(["%s"] * len(quarters))
    rounds = f"JOIN reports_reportinground p ON p.id = r.round_id WHERE p.quarter IN ({places})"
    read(f"SELECT f.* FROM reports_figure f JOIN reports_report r ON r.id = f.report_id {rounds}", quarters)
    read(f"SELECT r.* FROM reports_report r {rounds}", quarters)
    read("SELECT * FROM reports_indicator")
    read("SELECT * FROM organizations_organizationspell")
    read("SELECT * FROM organizations_areastatistics")
    bare_counts(PERIOD)


def measure_summary(root):
    """The builder, which reads the quarter, those it is compared with and the year so far."""

    def make():
        build(organization=root, period=PERIOD)

    compare("summary of the province", make, bare_summary, "the same rows in SQL")
    with CaptureQueriesContext(connection) as queries:
        make()
    say("queries of the summary", f"{len(queries)}")


def bare_grid(quarters, indicators):
    """The rows that a page of the dashboard reads, in plain SQL: whole rows, of the chosen indicators only."""
    codes, pks = [quarter.code for quarter in quarters], [indicator.pk for indicator in indicators]
    rounds = f"p.quarter IN ({', '.join(['%s'] * len(codes))})"
    joined = "JOIN reports_reportinground p ON p.id = r.round_id"
    chosen = f"f.indicator_id IN ({', '.join(['%s'] * len(pks))})"
    figures = f"SELECT f.* FROM reports_figure f JOIN reports_report r ON r.id = f.report_id {joined}"
    read(f"{figures} WHERE {rounds} AND {chosen}", [*codes, *pks])
    read(f"SELECT r.* FROM reports_report r {joined} WHERE {rounds}", codes)
    owed = "SELECT organization_id FROM reports_report"
    read(f"SELECT * FROM organizations_organizationspell WHERE organization_id IN ({owed})")
    read("SELECT * FROM organizations_areastatistics")


def measure_dashboard(root):
    """The grids behind the pages of the dashboard, and how often each asks the database."""
    catalogue = list(Indicator.objects.all())
    by_code = {indicator.code: indicator for indicator in catalogue}
    tiles, rate = [by_code[code] for code in TILES], by_code["learning_models.family.registered_rate"]
    quarters = [PERIOD]
    while len(quarters) < SIZE["quarters"]:
        quarters.append(quarters[-1].previous)
    for name, shown, indicators, options in (
        ("dashboard: overview", quarters[:QUARTERS], tiles, {"reports": True}),
        ("dashboard: ranking of all communes", quarters[:2], [by_code["members.total"]], {"every_level": True}),
        ("dashboard: a rate over 20 quarters", quarters, [rate], {}),
        ("dashboard: pivot of 20 quarters", quarters, tiles, {"targets": False}),
        ("dashboard: tile map", quarters[:1], [rate], {"every_level": True, "targets": False}),
    ):
        chosen = {"quarters": shown, "indicators": indicators, "catalogue": catalogue, **options}
        needed = with_parts(indicators, catalogue)

        def make(chosen=chosen):
            build_grid(organization=root, **chosen)

        def least(shown=shown, needed=needed):
            bare_grid(shown, needed)
            if any(indicator.code in MEMBER_CODES for indicator in needed):
                bare_counts(PERIOD)

        compare(name, make, least, "the same rows in SQL")
        with CaptureQueriesContext(connection) as queries:
            make()
        say("its queries", f"{len(queries)}")


def measure_documents(root):
    """The writers, each against the least that its library can do."""
    summary = build(organization=root, period=PERIOD)

    def empty_word():
        Document().save(io.BytesIO())

    compare("its Word report", lambda: quarterly_summary_docx(summary), empty_word, "an empty Word file")
    values = "the values in bare XlsxWriter"
    compare("its Excel annex", lambda: quarterly_summary_xlsx(summary), lambda: bare_workbook(summary), values)
    full_stop = "a PDF of one full stop"
    compare("its PDF report", lambda: quarterly_summary_pdf(summary), lambda: typst.compile(b"."), full_stop)


def bare_workbook(summary):
    """Every value of the summary as a number, without form."""
    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for place, line in enumerate(summary.figures):
            sheet.write_row(place, 0, [line.value, *(value.value for value in line.units)])


def measure_pages(root, user):
    """Pages as a signed-in person asks for them, against a view that does next to nothing."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    summary = f"/reports/{root.code}/{PERIOD.code}/summary/"
    pages = {
        "page of the summary": summary,
        "page of the dashboard": f"/dashboard/{root.code}/",
        "page of the tile map": f"/dashboard/{root.code}/map/",
        "page of the tree": "/organizations/",
        "page of the members": "/members/",
    }
    for job, address in pages.items():
        answer = client.get(address, secure=True)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        compare(
            job,
            lambda address=address: client.get(address, secure=True),
            lambda: client.get("/healthz", secure=True),
            "/healthz",
        )


def units_in_reverse(root) -> tuple[bytes, int]:
    """A spreadsheet of a second province like the first, children before parents."""
    units = list(Organization.objects.exclude(parent=None).values_list("code", "name", "level", "parent__code"))
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["code", "name", "level", "parent_code"])
    for code, name, level, parent in reversed(units):
        rows.writerow([f"M{code}", name, level, "MOI" if parent == root.code else f"M{parent}"])
    rows.writerow(["MOI", "Hội Khuyến học tỉnh Mới", "province", ""])
    return text.getvalue().encode(), len(units) + 1


def measure_import(root, user):
    content, number = units_in_reverse(root)
    fields = [field.attname for field in Organization._meta.local_concrete_fields if not field.primary_key]
    template = Organization.objects.filter(parent=root)[0]
    values = [getattr(template, field) for field in fields]
    place, marks = fields.index("code"), ", ".join(["%s"] * len(fields))
    many = [[*values[:place], f"Z{row}", *values[place + 1 :]] for row in range(number)]

    def bare_insert():
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO organizations_organization ({', '.join(fields)}) VALUES ({marks})", many)

    def load_units():
        file = io.BytesIO(content)
        checked = apply_spreadsheet(kind="organizations", file=file, name="units.csv", user=user)
        if checked.counts["new"] != number:
            raise SystemExit(f"the import took {checked.counts}")

    name = f"import of {number} units, any order"
    compare(name, lambda: undone(load_units), lambda: undone(bare_insert), "executemany of the rows")


def measure_check():
    units = "SELECT * FROM organizations_organization ORDER BY tree_id, lft"
    compare("check_tree", find_faults, lambda: read(units), "reading the units")


def main():
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    seconds = seconds_of(lambda: call_command("make_province", stdout=io.StringIO(), **SIZE))
    say("making the province", f"{seconds:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    root = Organization.objects.get(parent=None)
    user = User.objects.create_superuser("do-toc-do", "do@example.vn", None)
    measure_summary(root)
    measure_dashboard(root)
    measure_documents(root)
    measure_pages(root, user)
    measure_counts(PERIOD)
    measure_members(root, user)
    measure_import(root, user)
    measure_check()
    if connection.vendor == "sqlite":
        measure_waiting(root, user)
    measure_spreadsheets(units_in_reverse(root)[0], "MOI", user)
    measure_funds(root, user)
    measure_learning_models(root, Organization.objects.get(code="MOI"), user)


if __name__ == "__main__":
    main()
