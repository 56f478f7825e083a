"""A synthetic province of any size, the same for the same seed: for benchmarks and trials, never for statistics."""

from collections.abc import Iterator
from datetime import date, datetime, time
from random import Random

from django.db import transaction
from django.utils import timezone

from core.history import CHANGED, CREATED, record_bulk
from core.periods import Quarter
from khuyenhoc.synthetic_funds import make_funds
from khuyenhoc.synthetic_members import make_members
from khuyenhoc.synthetic_models import make_families
from organizations import tree
from organizations.models import AreaStatistics, Form, Kind, Level, Organization
from reports.models import Figure, Indicator, Report, ReportingRound
from reports.services import open_round

# Sơn La before 1 July 2025: 12 districts, 204 communes, and branches at the scale of the real ones.
SHARES = {Level.DISTRICT: 12 / 3517, Level.COMMUNE: 204 / 3517}
REASON = "Dữ liệu tổng hợp để thử"
WORDS = ["An", "Bình", "Châu", "Đông", "Hoà", "Lâm", "Mường", "Nà", "Phong", "Sơn", "Tân", "Thuận", "Vân", "Yên"]


def make_units(*, count: int, code: str, name: str, random: Random) -> list[Organization]:
    """``count`` unsaved units of one province, parents first: districts, communes, the rest branches."""
    province = Organization(code=code, name=name, level=Level.PROVINCE, form=Form.HOI)
    districts = max(1, round(count * SHARES[Level.DISTRICT])) if count > 1 else 0
    communes = min(max(1, round(count * SHARES[Level.COMMUNE])), count - 1 - districts) if count > 2 else 0
    units = [province]
    for number in range(districts):
        units.append(child(f"{code}.{number + 1:03d}", "Hội Khuyến học huyện", Level.DISTRICT, province, random))
    for number in range(communes):
        parent = units[1 + number % districts]
        units.append(child(f"{parent.code}.{number + 1:04d}", "Hội Khuyến học xã", Level.COMMUNE, parent, random))
    for number in range(count - len(units)):
        parent = units[1 + districts + number % communes] if communes else province
        units.append(child(f"{parent.code}.{number + 1:05d}", "Chi hội bản", Level.BRANCH, parent, random))
    return units


def child(code: str, title: str, level: str, parent: Organization, random: Random) -> Organization:
    is_branch = level == Level.BRANCH
    return Organization(
        code=code,
        name=f"{title} {random.choice(WORDS)} {random.choice(WORDS)} {code.rsplit('.', 1)[1].lstrip('0')}",
        level=level,
        parent=parent,
        form=Form.CHI_HOI if is_branch else Form.HOI,
        kind=Kind.VILLAGE if is_branch else Kind.TERRITORIAL,
        reports_quarterly=not is_branch,
    )


def make_areas(units: list[Organization], year: int, random: Random) -> list[AreaStatistics]:
    """Plausible area statistics of the units without reporting children."""
    areas = []
    for unit in units:
        population = random.randint(3_000, 12_000)
        areas.append(
            AreaStatistics(
                organization=unit,
                year=year,
                population=population,
                adults=population * 7 // 10,
                households=population // 4,
                clans=random.randint(5, 60),
                villages=random.randint(6, 25),
                units=random.randint(5, 30),
                agencies=random.randint(5, 20),
                enterprises=random.randint(0, 40),
                source="Số tổng hợp để thử",
            )
        )
    return areas


def make_figures(reports: list[Report], indicators: list[Indicator], scale: int, random: Random) -> Iterator[Figure]:
    """A declared value for nearly every cell that is asked; one in twenty is left missing."""
    for report in reports:
        for indicator in indicators:
            asked = report.organization.level in indicator.levels
            quarterly = indicator.frequency == Indicator.Frequency.QUARTER or report.round.quarter.number == 4
            if asked and quarterly and random.random() > 0.05:
                size = 1_000_000 if indicator.unit == "đồng" else scale
                yield Figure(report=report, indicator=indicator, declared=random.randint(0, size))


@transaction.atomic
def make_province(
    *,
    units: int,
    members: int,
    quarters: int,
    until: Quarter,
    seed: int,
    code: str,
    name: str,
    families: int,
    years: int,
    entries: int = 0,
) -> dict[str, int]:
    """Create the province and return how many rows of each sort were written."""
    random = Random(seed)  # noqa: S311 (repeatable, not secret)
    tree.lock()
    created = make_units(count=units, code=code, name=name, random=random)
    tree.load_organizations(created=created, changed=[], user=None, reason=REASON)
    reporting = [unit for unit in created if unit.reports_quarterly]
    parents = {unit.parent_id for unit in reporting}
    leaves = [unit for unit in reporting if unit.pk not in parents]
    first = until
    for _ in range(quarters - 1):
        first = first.previous
    areas = AreaStatistics.objects.bulk_create(make_areas(leaves, first.year, random), batch_size=1000)
    written = AreaStatistics.objects.filter(organization__in=leaves)
    record_bulk(written, kind=CREATED, user=None, reason=REASON)
    counted = [Indicator.Source.REGISTER, Indicator.Source.TYPED]
    indicators = list(Indicator.objects.filter(source__in=counted))
    scale, figures, quarter = max(1, 2 * members // max(1, len(leaves))), 0, first
    for _ in range(quarters):
        due = quarter.next.first_day
        round_, _added = open_round(root=created[0], quarter=quarter, due_on=date(due.year, due.month, 5), user=None)
        reports = list(round_.reports.filter(organization__in=leaves).select_related("organization", "round"))
        rows = Figure.objects.bulk_create(make_figures(reports, indicators, scale, random), batch_size=2000)
        record_bulk(Figure.objects.filter(report__in=reports), kind=CREATED, user=None, reason=REASON)
        if quarter != until:
            hand_in(round_)
        figures, quarter = figures + len(rows), quarter.next
    counts = {"đơn vị": len(created), "số liệu địa bàn": len(areas), "kỳ báo cáo": quarters, "số liệu": figures}
    counts |= make_members(created, members, random, reason=REASON)
    span = range(until.year - years + 1, until.year + 1)
    of_models = make_families(created, count=families, years=span, random=random, reason=REASON) if families else {}
    of_funds = make_funds(created, count=entries, years=span, random=random, reason=REASON) if entries else {}
    return counts | of_models | of_funds


def hand_in(round_: ReportingRound) -> None:
    """What is past was handed in: its register values stay as they were and are not counted again."""
    reports = round_.reports.all()
    day = timezone.make_aware(datetime.combine(round_.due_on, time(9)))
    reports.update(status=Report.Status.SUBMITTED, submitted_at=day, first_submitted_at=day)
    record_bulk(reports, kind=CHANGED, user=None, reason=REASON)
