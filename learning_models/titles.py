"""From when to when titles hold: worked out anew from the decisions whenever one of a registrant's titles changes."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.bulk import among, update_rows
from core.history import CHANGED, record_bulk
from core.sheets import in_parts
from learning_models.models import CriteriaSet, Registration

SETTLED = "Danh hiệu mới thay danh hiệu trước"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Title:
    """``valid_to`` by the decision; ``title_to`` as stored."""

    key: int
    year: int
    recognised_on: date
    valid_to: date | None
    withdrawn_on: date | None
    title_to: date | None = None


def add_months(day: date, months: int) -> date:
    """The same day of a later month, else that month's last one: 31/01 and one month is 28/02."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_valid_day(recognised_on: date, criteria_set: CriteriaSet | None) -> date | None:
    """The last day on which a title of the day holds by its set; None where nothing limits it.

    The day before the same day of the last month; a month that lacks that day (29/02, 31/01) is filled to its end, by
    điều 148 khoản 4 Bộ luật Dân sự 2015.
    """
    if criteria_set is None or criteria_set.validity_months is None:
        return None
    end = add_months(recognised_on, criteria_set.validity_months)
    return end - ONE_DAY if end.day == recognised_on.day else end


def last_days(titles: Collection[Title]) -> dict[int, date | None]:
    """Key → the last day of each of one registrant's titles: a title ends where the next one begins."""
    ordered = sorted(titles, key=lambda title: (title.recognised_on, title.year, title.key))
    ends: dict[int, date | None] = {}
    following: date | None = None
    for title in reversed(ordered):
        limits = [title.valid_to]
        limits += [day - ONE_DAY for day in (title.withdrawn_on, following) if day is not None]
        ends[title.key] = min((day for day in limits if day is not None), default=None)
        following = title.recognised_on
    return ends


def settle(registrants: Collection[int], *, user, reason: str = SETTLED) -> list[int]:
    """Bring ``title_to`` of all titles of the registrants up to date; the keys of those that changed.

    Call it in the transaction that changed one of them, the registrations being locked.
    """
    changed: list[int] = []
    for part in in_parts(sorted(set(registrants))):
        rows = []
        for titles in titles_of(part):
            ends = last_days(titles)
            rows += [(ends[title.key], title.key) for title in titles if ends[title.key] != title.title_to]
        update_rows(Registration, ["title_to"], rows)
        keys = [key for _, key in rows]
        record_bulk(Registration.objects.filter(pk__in=keys), kind=CHANGED, user=user, reason=reason)
        changed += keys
    return changed


def titles_of(registrants: list[int]) -> Iterator[list[Title]]:
    """The titles of each registrant who has any; one query."""
    # A list of five thousand would have PostgreSQL read the whole table.
    of_them = among(registrants, "registrant_id")
    found = Registration.objects.filter(of_them, recognised_on__isnull=False).order_by()
    grouped: dict[int, list[Title]] = defaultdict(list)
    columns = ("registrant_id", "pk", "year", "recognised_on", "valid_to", "withdrawn_on", "title_to")
    for registrant, *values in found.values_list(*columns):
        grouped[registrant].append(Title(*values))
    yield from grouped.values()
