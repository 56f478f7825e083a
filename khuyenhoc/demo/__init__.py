"""The demonstration of Sơn La at quarter I/2022: spreadsheets that go in by the same way as a province's own.

The rows marked "Số công bố" were published; the rest is invented and says so. So are all people: those of one commune
in branches of its own ("minh hoạ"), and the officers of that commune and of its city. Of the money only two sums were
published, 6,1 tỷ for the Quỹ Học bổng Tô Hiệu and 35 triệu of scholarships; its books come to what the figures say.
"""

import csv
import io
from collections import defaultdict
from pathlib import Path

from accounts.models import User
from khuyenhoc.demo.communes import share_areas, share_awards, share_figures

FOLDER = Path(__file__).parent
PROVINCE_CODE = "14"  # of the State
SHARED = {"area_statistics": share_areas, "awards": share_awards, "figures": share_figures}
PASSWORD = "khuyen-hoc-son-la"  # noqa: S105 (printed on the sign-in page; never created when DEBUG=0)
ACCOUNTS = {
    "tinh": "Văn phòng Tỉnh hội",
    "huyen": "Hội Khuyến học thành phố Sơn La",
    "xa": "Hội Khuyến học xã Chiềng Đen",
    "thuquy": "Thủ quỹ xã Chiềng Đen",
}


def accounts() -> list[tuple[str, str, str]]:
    """(label, user name, password) of the demonstration accounts that exist and still have their password."""
    existing = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS, is_active=True)}
    return [(label, name, PASSWORD) for name, label in ACCOUNTS.items() if name in existing]


def spreadsheet(kind: str) -> bytes:
    """The file of a kind; where it speaks of a district only, that is shared out among the communes."""
    if kind not in SHARED:
        return (FOLDER / f"{kind}.csv").read_bytes()
    rows = read(kind)
    # A commune that has figures of its own takes no part of its district's awards: the two would contradict each other.
    own = read("figures") if kind == "awards" else []
    named = {row["organization_code"] for row in (*rows, *own)}
    communes = defaultdict(list)
    for unit in read("organizations"):
        if unit["level"] == "commune" and unit["code"] not in named:
            communes[unit["parent_code"]].append(unit["code"])
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(SHARED[kind](rows, communes))
    return file.getvalue().encode()


def read(kind: str) -> list[dict[str, str]]:
    with (FOLDER / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
