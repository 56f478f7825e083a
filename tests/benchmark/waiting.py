"""How long another's save waits on SQLite, which has one writer, while a short file is written and taken back.

Run by itself it measures a register that is nearly empty; `jobs` measures a large one.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from django.core.management import call_command

from accounts.models import User
from core.numbers import number_to_text
from members.models import Member
from organizations.models import Organization
from tests.benchmark.measuring import alone, say, start_alone
from tests.benchmark.spreadsheets import branches_below, write_members

SHORT, ASKED, UNITS = 5000, 0.3, 3517
HEADINGS = ["Mã đơn vị", "Họ và tên", "Mã hội viên", "Điện thoại"]


def measure_waiting(root: Organization, user) -> None:
    """People of every branch are written, changed, changed back and removed."""
    size = f"{number_to_text(SHORT)} of {number_to_text(Member.objects.count() + SHORT)} members"
    with TemporaryDirectory() as folder:
        new, changed = Path(folder) / "new.xlsx", Path(folder) / "changed.xlsx"
        write_members(new, branches_below(root), SHORT, "N")
        written = watched(f"new: {size}", "load", path=str(new), user=user.username)
        write_changes(changed)
        again = watched(f"changed: {size}", "load", path=str(changed), user=user.username)
        watched(f"changed back: {size}", "undo", batch=again["batch"])
        watched(f"removed: {size}", "undo", batch=written["batch"])


def write_changes(path: Path) -> None:
    """The people who came last, with other telephones."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        newest = Member.objects.select_related("organization").order_by("-pk")[:SHORT]
        for line, member in enumerate(newest, start=1):
            sheet.write_row(line, 0, [member.organization.code, member.full_name, member.number, f"0812{line:06d}"])


def watched(name: str, task: str, **arguments) -> dict:
    with somebody_else() as other:
        answer = alone(task, **arguments)
    say(name, f"another's save waited {other['longest']:.2f} s (asked: {ASKED}), of {other['saves']}")
    return answer


@contextmanager
def somebody_else() -> Iterator[dict]:
    """Saves one row after another meanwhile; yields what will hold the answer."""
    process, answer = start_alone("save_in_a_loop"), {}
    process.stdout.readline()
    yield answer
    answer.update(json.loads(process.communicate()[0]))


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("make_province", stdout=io.StringIO(), units=UNITS, members=0, quarters=1)
    user = User.objects.create_superuser("do-toc-do", "do@example.vn", None)
    measure_waiting(Organization.objects.get(parent=None), user)


if __name__ == "__main__":
    main()
