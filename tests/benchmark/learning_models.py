"""Learning models of a province: a new year, a long decision, a quarter's counts, a long file, against the least."""

import os
import pickle
import statistics
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter
from django.db import connection

from core.numbers import number_to_text
from core.periods import Quarter
from khuyenhoc.synthetic_members import FAMILY, GIVEN, MIDDLE
from khuyenhoc.synthetic_models import make_families
from learning_models.decisions import issue_decision, list_registrations, open_decision
from learning_models.models import RecognitionDecision, Registrant, Registration, RegistrationCount
from learning_models.services import roll_forward
from learning_models.statistics import count_learning_models
from members.models import Sex
from organizations.models import Organization
from organizations.spells import tree_on
from tests.benchmark.measuring import RUNS, alone, compare, say, seconds_of, show, undone
from tests.benchmark.spreadsheets import branches_below, execute, of

FAMILIES = int(os.environ.get("BENCHMARK_FAMILIES", "280000"))
ROWS = int(os.environ.get("BENCHMARK_REGISTRATIONS", "100000"))
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "2"))
YEARS = range(2018, 2023)
NAMES = 5000
TABLES = (Registrant, Registration, RegistrationCount)
HEADINGS = ["Mã đơn vị", "Mô hình", "Năm", "Tên đối tượng", "Ngày đăng ký", "Địa chỉ", "Số người", "Tình trạng", "Điểm"]
HEADINGS += ["Số quyết định", "Ngày quyết định"]
# What the register counts, as one would write it by hand.
IN_FORCE = "recognised_on <= %(last)s AND (title_to IS NULL OR title_to >= %(last)s)"
OF_YEAR = "year = %(year)s AND registered_on <= %(last)s"
GROUP_BY = f"""
SELECT organization_id, model, count(*) FILTER (WHERE {OF_YEAR}), count(*) FILTER (WHERE {IN_FORCE}),
    count(*) FILTER (WHERE {OF_YEAR} AND recognised_on <= %(last)s
        AND (withdrawn_on IS NULL OR withdrawn_on > %(last)s))
FROM learning_models_registration WHERE {OF_YEAR} OR {IN_FORCE} GROUP BY organization_id, model
"""
NUMBERS = f"""
SELECT organization_id, model, sum(count) FILTER (WHERE {OF_YEAR}), sum(count) FILTER (WHERE {IN_FORCE})
FROM learning_models_registrationcount WHERE {OF_YEAR} OR {IN_FORCE} GROUP BY organization_id, model
"""
# Last year's registrants again, with what no column may lack.
ROLLED = """
INSERT INTO learning_models_registration
    (registrant_id, organization_id, model, year, registered_on, status, decision_number, reason, withdrawn_reason)
SELECT g.id, g.organization_id, g.model, %(year)s, %(day)s, 'registered', '', '', ''
FROM learning_models_registrant g JOIN learning_models_registration r ON r.registrant_id = g.id
WHERE r.year = %(before)s AND g.model = 'family'
"""


def measure_learning_models(root: Organization, empty: Organization, user) -> None:
    """``root`` gets the families; ``empty`` is another province without any."""
    units = list(Organization.objects.within(Organization.objects.filter(pk=root.pk)))
    random = Random(1)  # noqa: S311 (repeatable, not secret)
    options = {"count": FAMILIES, "years": YEARS, "random": random, "reason": "Đo"}
    say("making the families", f"{seconds_of(lambda: make_families(units, **options)):.0f} s")
    clean_tables()
    say("registrations", number_to_text(Registration.objects.count()))
    measure_counts()
    measure_roll_forward()
    measure_decision(root)
    measure_certificates(root)
    measure_long_file(empty, user)


def clean_tables() -> None:
    if connection.vendor == "postgresql":
        for model in TABLES:
            execute(f"VACUUM ANALYZE {model._meta.db_table}")
            execute(f"VACUUM ANALYZE {model.history.model._meta.db_table}")
    else:
        execute("ANALYZE")


def measure_counts() -> None:
    for quarter in (Quarter(YEARS[-1], 1), Quarter(YEARS[-2], 4)):
        units, dates = tree_on(quarter.last_day), {"last": quarter.last_day, "year": quarter.year}

        def floor(dates=dates):
            with connection.cursor() as cursor:
                for sql in (GROUP_BY, NUMBERS):
                    cursor.execute(sql, dates)
                    cursor.fetchall()

        def job(quarter=quarter, units=units):
            count_learning_models(quarter, units)

        compare(f"learning models of all units, {quarter.code}", job, floor, "the GROUP BY in SQL (at most 2)")


def measure_roll_forward() -> None:
    year, day = YEARS[-1] + 1, date(YEARS[-1] + 1, 1, 15)
    history = Registration.history.model
    columns = ", ".join(f'"{field.column}"' for field in Registration._meta.concrete_fields)
    values = {"year": year, "day": day, "before": year - 1}
    copied = (
        f"INSERT INTO {history._meta.db_table} ({columns}, history_date, history_type) "  # noqa: S608
        f"SELECT {columns}, CURRENT_TIMESTAMP, '+' FROM learning_models_registration WHERE year = %(year)s"
    )

    def job():
        rolled = roll_forward(model="family", year=year, registered_on=day, units=None, user=None)
        if rolled < FAMILIES * 9 // 10:
            raise SystemExit(f"{rolled} families were rolled forward")

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(ROLLED, values)
            cursor.execute(copied, values)

    name = f"rolling {number_to_text(FAMILIES)} families forward"
    # What is rolled back is cleared away, or later rounds pay for it.
    times = []
    for _ in range(RUNS):
        clean_tables()
        least = seconds_of(lambda: undone(floor))
        clean_tables()
        times.append((least, seconds_of(lambda: undone(job))))
    least, seconds = (statistics.median(column) for column in zip(*times, strict=True))
    show(name, seconds, least, "INSERT … SELECT of rows and history (at most 3)")


def decide(root: Organization, steps: dict) -> RecognitionDecision:
    """Issue a decision with NAMES names of the last year; ``steps`` gets the seconds of each."""
    keys = list(Registration.objects.filter(year=YEARS[-1]).order_by("pk").values_list("pk", flat=True)[:NAMES])
    Registration.objects.filter(pk__in=keys).update(status="reviewed", passed=True, reviewed_on=date(2022, 12, 1))
    decision = open_decision(organization=root, model="family", year=YEARS[-1], user=None)
    listing = {"decision": decision, "keys": keys, "reach": Registration.objects.all(), "user": None}
    steps["list"] = seconds_of(lambda: list_registrations(**listing))
    issue = {"number": "1/QĐ", "decided_on": date(2022, 12, 20), "authority": "Chủ tịch", "user": None}
    steps["issue"] = seconds_of(lambda: issue_decision(decision=decision, **issue))
    return decision


def measure_decision(root: Organization) -> None:
    steps: dict[str, float] = {}
    times = []
    for _ in range(RUNS):
        undone(lambda: decide(root, steps))
        times.append(sum(steps.values()))
    seconds = statistics.median(times)
    name = f"a decision with {number_to_text(NAMES)} names"
    say(name, f"{seconds:.2f} s (list {steps['list']:.2f}, issue {steps['issue']:.2f})")


def measure_certificates(root: Organization) -> None:
    """In a process of its own, which has to see the decision: it stays in the database."""
    decision = decide(root, {})
    rounds = [(alone("bare_codes", number=NAMES), alone("certify", decision=decision.pk)) for _ in range(ROUNDS)]
    floor, made = (min(column, key=lambda answer: answer["seconds"]) for column in zip(*rounds, strict=True))
    name = f"{number_to_text(NAMES)} certificates, PDF in a ZIP"
    show(name, made["seconds"], floor["seconds"], "the QR codes on bare pages")
    say("certificates a second, memory", f"{NAMES / made['seconds']:.0f}, {made['peak']} MB")


def write_registrations(path: Path, places: list[Organization]) -> None:
    """A list as a province would send it: families of the year before last, most of them recognised."""
    random = Random(ROWS)  # noqa: S311 (repeatable, not secret)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for line in range(1, ROWS + 1):
            sex = random.choice([Sex.FEMALE, Sex.MALE])
            name = f"{random.choice(FAMILY)} {random.choice(MIDDLE[sex])} {random.choice(GIVEN[sex])}"
            who = [places[line % len(places)].code, "family", 2022, name, date(2022, 1, 20), f"Nhà số {line}"]
            recognised = ["recognised", random.randint(60, 100), "9/QĐ-UBND", date(2022, 12, 20)]
            result = recognised if random.random() < 0.7 else ["registered", None, None, None]
            sheet.write_row(line, 0, [*who, random.randint(1, 9), *result])


def measure_long_file(root: Organization, user) -> None:
    """Loaded, taken back and written barely, in turns."""
    rounds, undoing, bare = [], [], []
    before = Registrant.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with TemporaryDirectory() as folder:
        path, rows = Path(folder) / "long.xlsx", Path(folder) / "rows"
        write_registrations(path, branches_below(root))
        for _ in range(ROUNDS):
            clean_tables()
            rounds.append(alone("load", path=str(path), user=user.username, kind="registrations"))
            if rounds[-1]["new"] != ROWS:
                raise SystemExit(f"the import took {rounds[-1]}")
            rows.write_bytes(pickle.dumps(rows_since(before)))
            undoing.append(alone("undo", batch=rounds[-1]["batch"]))
            clean_tables()
            bare.append(alone("bare_load", path=str(path), rows=str(rows)))
            remove_since(before)
    size = number_to_text(ROWS)
    for step in ("check", "apply"):
        say(f"import of {size} registrations: {step}", f"{statistics.median(each[step] for each in rounds):.1f} s")
    say("undoing it", f"{statistics.median(each['seconds'] for each in undoing):.1f} s")
    say("memory: check and apply, undoing (of 400)", " ".join(f"{max(of(each))} MB" for each in (rounds, undoing)))
    seconds = statistics.median(each["check"] + each["apply"] for each in rounds)
    write = "COPY" if connection.vendor == "postgresql" else "executemany"
    least = statistics.median(each["seconds"] for each in bare)
    show(f"import of {size} registrations, both steps", seconds, least, f"calamine and {write} of the rows")


def rows_since(key: int) -> list[tuple[str, list[str], list[list]]]:
    """(table, columns, rows) of the registrants with larger keys and of their years, ready to be written again."""
    found = []
    for model, column in ((Registrant, "id"), (Registration, "registrant_id")):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE {column} > %s ORDER BY id", [key])  # noqa: S608
            columns = [each[0] for each in cursor.description]
            values = [[str(cell) if isinstance(cell, date) else cell for cell in row] for row in cursor.fetchall()]
        found.append((table, columns, values))
    return found


def remove_since(key: int) -> None:
    """The registrants with larger keys and their years, who have no history."""
    for model, column in ((Registration, "registrant_id"), (Registrant, "id")):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {column} > %s", [key])  # noqa: S608
