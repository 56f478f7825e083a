"""Members of a province in and out as Excel, each against the least that reader, database and writer can do."""

import io
import os
import pickle
import statistics
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter
from django.db import connection

from core.numbers import number_to_text
from khuyenhoc.synthetic_members import person
from members.exports import MemberExport
from members.models import Member, Membership
from organizations.models import Level, Organization
from spreadsheets.services import apply_spreadsheet
from tests.benchmark.measuring import alone, say, show

ROWS = int(os.environ.get("BENCHMARK_ROWS", "160000"))
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "2"))
PACKAGED = 10_000
HEADINGS = [
    "Mã đơn vị",
    "Họ và tên",
    "Ngày sinh",
    "Năm sinh",
    "Giới tính",
    "Ngày vào",
    "Số thẻ",
    "Điện thoại",
    "Nghề nghiệp",
    "Đảng viên",
    "Hộ gia đình",
]
TABLES = (Member, Membership)


def measure_spreadsheets(units: bytes, root_code: str, user) -> None:
    """``units`` are the units of a second province, as a CSV whose root has the code: it has no members yet."""
    apply_spreadsheet(kind="organizations", file=io.BytesIO(units), name="units.csv", user=user)
    root = Organization.objects.get(code=root_code)
    places = branches_below(root)
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in ("long.xlsx", "rows", "packaged", "exported")}
        write_members(files["long.xlsx"], places, ROWS, "V")
        seconds = measure_long_import(files, user)
        measure_package(files, seconds)
        measure_export(files, root, user)


def branches_below(root: Organization) -> list[Organization]:
    return list(Organization.objects.within(Organization.objects.filter(pk=root.pk)).filter(level=Level.BRANCH))


def write_members(path: Path, places: list[Organization], count: int, mark: str) -> None:
    """A list as a province would send it; nobody stands in it twice. Who carries no card is told by name and birth."""
    random, seen = Random(ROWS), set()
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        line = 0
        while line < count:
            place = places[line % len(places)]
            member = person(line, place, random)
            card = f"{mark}{line:07d}" if member.card_number else None
            born = date(1935, 1, 1) + timedelta(days=random.randrange(25_000)) if random.random() < 0.8 else None
            who = (place.pk, member.sort_key, born or member.birth_year)
            if not card and who in seen:
                continue
            seen.add(who)
            line += 1
            joined = date(2012, 1, 1) + timedelta(days=random.randrange(3600))
            party = {True: "có", False: "không", None: None}[member.party_member]
            year = None if born else member.birth_year
            household = f"Hộ {member.full_name}" if random.random() < 0.3 else None
            cells = [born, year, member.get_sex_display(), joined, card, member.phone]
            cells += [member.get_occupation_display(), party, household]
            sheet.write_row(line, 0, [place.code, member.full_name, *cells])


def measure_long_import(files: dict[str, Path], user) -> float:
    """Loaded, taken back and written barely, in turns; the barely written rows stay for the export."""
    rounds, undone, bare, before = [], [], [], Member.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for number in range(ROUNDS):
        if number:
            remove_since(before)
        clean_tables()
        rounds.append(alone("load", path=str(files["long.xlsx"]), user=user.username))
        if rounds[-1]["new"] != ROWS:
            raise SystemExit(f"the import took {rounds[-1]}")
        if number == 0:
            files["rows"].write_bytes(pickle.dumps(rows_since(before)))
        undone.append(alone("undo", batch=rounds[-1]["batch"]))
        clean_tables()
        bare.append(alone("bare_load", path=str(files["long.xlsx"]), rows=str(files["rows"])))
    if Member.objects.filter(pk__gt=before).count() != ROWS:
        raise SystemExit("the rows that were taken back are not those that were written")
    size = number_to_text(ROWS)
    for step in ("check", "apply"):
        say(f"import of {size} members: {step}", f"{statistics.median(each[step] for each in rounds):.1f} s")
    say("undoing it", f"{statistics.median(each['seconds'] for each in undone):.1f} s")
    say("memory: check and apply, undoing (of 400)", " ".join(f"{max(of(each))} MB" for each in (rounds, undone)))
    seconds = statistics.median(each["check"] + each["apply"] for each in rounds)
    write = "COPY" if connection.vendor == "postgresql" else "executemany"
    least = statistics.median(each["seconds"] for each in bare)
    show(f"import of {size} members, both steps", seconds, least, f"calamine and {write} of the rows")
    return seconds


def of(answers: list[dict]) -> list[int]:
    return [answer["peak"] for answer in answers]


def clean_tables() -> None:
    """What earlier rounds left behind must not slow later ones."""
    if connection.vendor == "postgresql":
        for model in (*TABLES, Member.history.model, Membership.history.model):
            execute(f"VACUUM ANALYZE {model._meta.db_table}")


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def rows_since(key: int) -> list[tuple[str, list[str], list[list]]]:
    """(table, columns, rows) of the people with larger keys and of their spells, ready to be written again."""
    found = []
    for model, column in ((Member, "id"), (Membership, "member_id")):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} WHERE {column} > %s ORDER BY id", [key])
            columns = [each[0] for each in cursor.description]
            values = [[str(cell) if isinstance(cell, date) else cell for cell in row] for row in cursor.fetchall()]
        found.append((table, columns, values))
    return found


def remove_since(key: int) -> None:
    """The people with larger keys and their spells, who have no history."""
    for model, column in ((Membership, "member_id"), (Member, "id")):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {column} > %s", [key])


def measure_package(files: dict[str, Path], seconds: float) -> None:
    _, columns, rows = pickle.loads(files["rows"].read_bytes())[0]
    names = [field.name for column in columns for field in Member._meta.concrete_fields if field.column == column]
    people = []
    for number, row in enumerate(rows[:PACKAGED]):
        people.append(["" if cell is None else cell for cell in row])
        people[-1][columns.index("id")] = ""
        # The package takes an empty cell for an empty text, which a code must not be.
        people[-1][columns.index("code")] = people[-1][columns.index("card_number")] = f"W{number:07d}"
    files["packaged"].write_bytes(pickle.dumps((names, people)))
    package = alone("packaged_load", rows=str(files["packaged"]))
    ours, theirs = ROWS / seconds, PACKAGED / (package["check"] + package["apply"])
    times = f"{ours:,.0f} rows a second, django-import-export {theirs:,.0f}: ratio {ours / theirs:.1f} (at least 20)"
    say("import, both steps", times)
    say("only the second step of the package", f"{PACKAGED / package['apply']:,.0f} rows a second")


def measure_export(files: dict[str, Path], root: Organization, user) -> None:
    files["exported"].write_bytes(pickle.dumps(list(MemberExport(user=user, organization=root).values())))
    rounds, bare = [], []
    for _ in range(ROUNDS):
        bare.append(alone("bare_export", rows=str(files["exported"])))
        rounds.append(alone("export", user=user.username, organization=root.pk))
        if rounds[-1]["rows"] != ROWS:
            raise SystemExit(f"the export gave {rounds[-1]}")
    seconds, least = (statistics.median(each["seconds"] for each in answers) for answers in (rounds, bare))
    show(f"export of {number_to_text(ROWS)} members", seconds, least, "the same values in bare XlsxWriter")
    say("its memory (of 150)", f"{max(of(rounds))} MB")
