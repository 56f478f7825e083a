"""A commune's year on paper: who does what when, and what that comes to, added up without the application.

Titles of last year come from a spreadsheet; the year after is played by `commune_people`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.periods import Quarter

LAST, YEAR = 2023, 2024
# Branch → how many families of last year; two of the lists take two pages.
BRANCHES = {"A.D.1.A": 260, "A.D.1.B": 215, "A.D.1.C": 195, "A.D.1.E": 190, "A.D.1.G": 180, "A.D.1.H": 160}
FIRST, SECOND = "A.D.1.A", "A.D.1.B"
HOUSEHOLDS = {2023: 1480, 2024: 1496, 2025: 1503}
MOST, PASS_MARK, MONTHS = (30, 30, 20, 20), 60, 12
LAST_REGISTERED, ROLLED_ON = date(2023, 2, 15), date(2024, 1, 10)
# The first branch was decided early, so that its titles run out within the year.
LAST_DECIDED = dict.fromkeys(BRANCHES, date(2023, 12, 20)) | {FIRST: date(2023, 9, 10)}
GONE_ON, LEFT_ON = date(2023, 12, 31), date(2024, 6, 12)
ENTERED = {"early": date(2024, 1, 25), "spring": date(2024, 4, 10), "late": date(2024, 3, 20)}
ASSESSED_ON, HELD_ON = date(2024, 11, 25), date(2024, 12, 5)
DECIDED_ON, WITHDRAWN_ON = date(2024, 12, 16), date(2025, 2, 10)
GONE_WHYS = ("Chuyển đi nơi khác", "Không còn ai (người cuối cùng đã mất)", "")
SKIPPED_WHYS = ("Đi làm xa cả năm", "")
LEFT_WHY, REFUSED_WHY, PASSED_WHY = "Chuyển về quê", "Con bỏ học giữa năm", "Xét thêm: có con thi đỗ đại học"


@dataclass
class Family:
    """One family and its fate. ``entered``: how a new one came in; ``points``: None, nothing handed in."""

    branch: str
    name: str
    entered: str = ""
    exception: str = ""
    why: str = ""
    points: tuple[int, ...] | None = None
    left: bool = False
    withdrawn: bool = False
    # The meeting's own word: points and reason, where it differs.
    meeting: tuple[int, str] | None = None
    # Year → days.
    registered: dict[int, date] = field(default_factory=dict)
    recognised: dict[int, date] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"Bản {self.branch[-1]}"

    @property
    def score(self) -> int | None:
        """What the meeting agreed to."""
        if self.meeting:
            return self.meeting[0]
        return None if self.points is None else sum(self.points)

    def holds(self, day: date) -> bool:
        """The newest title by the day decides alone: it lasts twelve months, or until it was withdrawn."""
        given = max((each for each in self.recognised.values() if each <= day), default=None)
        if given is None or (self.withdrawn and given == DECIDED_ON and day >= WITHDRAWN_ON):
            return False
        return day <= given.replace(year=given.year + 1) - timedelta(days=1)

    def succeeded(self, year: int, day: date) -> bool:
        given = self.recognised.get(year)
        return given is not None and given <= day and not (self.withdrawn and year == YEAR and day >= WITHDRAWN_ON)


def points_of(number: int) -> tuple[int, ...]:
    """Deterministic, various; every 23rd family stays below the pass mark."""
    if number % 23 == 7:
        return (10 + number % 5, 12, 14, number % 9)
    return (20 + number % 11, 18 + number % 7, 12 + number % 8, 10 + number % 10)


class CommuneYear:
    def __init__(self):
        self.families: list[Family] = []
        for branch, number in BRANCHES.items():
            self.families += [self.of_last_year(branch, place) for place in range(1, number + 1)]
            self.families += [self.new(branch, place) for place in range(1, 6)]
        for family in self.running:
            family.registered[YEAR] = ENTERED.get(family.entered, ROLLED_ON)
        for place, family in enumerate(self.running):
            family.points = points_of(place)
        self.let_some_leave()
        self.let_meetings_differ()
        for family in self.running:
            if family.score >= PASS_MARK:
                family.recognised[YEAR] = DECIDED_ON
        self.of(SECOND)[10].withdrawn = True

    def of_last_year(self, branch: str, place: int) -> Family:
        """Of every branch some are not registered again: those of the first two have one more."""
        family = Family(branch, f"Lò Văn Thứ {place:03d}")
        family.registered[LAST], family.recognised[LAST] = LAST_REGISTERED, LAST_DECIDED[branch]
        exceptions = 8 if branch in (FIRST, SECOND) else 6
        number = place // 20
        if place % 20 == 5 and number < exceptions:
            family.exception = "gone" if number % 2 == 0 else "skip"
            whys = GONE_WHYS if family.exception == "gone" else SKIPPED_WHYS
            family.why = whys[number // 2 % len(whys)]
        return family

    def new(self, branch: str, place: int) -> Family:
        """Five new ones in every branch: three in January, one in April, one found late and dated back."""
        return Family(branch, f"Cầm Thị Mới {place}", entered={4: "spring", 5: "late"}.get(place, "early"))

    def of(self, branch: str) -> list[Family]:
        """Those of the branch that are registered for the year."""
        return [family for family in self.running if family.branch == branch]

    @property
    def running(self) -> list[Family]:
        return [family for family in self.families if not family.exception]

    @property
    def exceptions(self) -> list[Family]:
        return [family for family in self.families if family.exception]

    def let_some_leave(self) -> None:
        """Two families move away in June: nothing is handed in, and the meeting says why they fail."""
        for family in self.of(FIRST)[20:22]:
            family.left, family.points, family.meeting = True, None, (0, LEFT_WHY)

    def let_meetings_differ(self) -> None:
        """Every meeting turns one family down that had passed, the first one lets one pass that had not."""
        for branch in BRANCHES:
            good = [family for family in self.of(branch) if family.points and sum(family.points) >= PASS_MARK]
            good[3].meeting = (PASS_MARK - 1, REFUSED_WHY)
        bad = [family for family in self.of(FIRST) if family.points and sum(family.points) < PASS_MARK]
        bad[0].meeting = (PASS_MARK, PASSED_WHY)

    # What it comes to

    def expected(self, quarter: Quarter, *, known: frozenset[str] = frozenset(ENTERED)) -> dict:
        """Figures of the quarter; ``known``: which new families had been entered when somebody looked."""
        day, year = quarter.last_day, quarter.year
        families = [family for family in self.families if not family.entered or family.entered in known]
        registered = sum(year in family.registered and family.registered[year] <= day for family in families)
        recognised = sum(family.holds(day) for family in families)
        succeeded = sum(family.succeeded(year, day) for family in families)
        found = {"registered": registered, "recognised": recognised}
        found["registered_rate"] = per_cent(registered, HOUSEHOLDS[year])
        found["recognised_rate"] = per_cent(recognised, HOUSEHOLDS[year])
        if quarter.number == 4:
            found |= {"succeeded": succeeded, "success_rate": per_cent(succeeded, registered)}
        return found


def per_cent(part: int, whole: int) -> float | None:
    if not whole:
        return None
    return float((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))
