"""The registers' counts for a quarter, against their one statement in plain SQL."""

from django.db import connection

from core.periods import Quarter
from members.statistics import count_members
from organizations.spells import tree_on
from tests.benchmark.measuring import compare

# What the register of members counts, as one would write it by hand.
GROUP_BY = """
SELECT s.organization_id,
    count(*) FILTER (WHERE s.left_on IS NULL OR s.left_on > %(last)s),
    count(*) FILTER (WHERE (s.left_on IS NULL OR s.left_on > %(last)s) AND m.sex = 'female'),
    count(*) FILTER (WHERE (s.left_on IS NULL OR s.left_on > %(last)s) AND m.party_member),
    count(*) FILTER (WHERE (s.left_on IS NULL OR s.left_on > %(last)s) AND m.card_number IS NOT NULL),
    count(*) FILTER (WHERE s.joined_on BETWEEN %(first)s AND %(last)s AND s.joined_reason = 'new'),
    count(*) FILTER (WHERE s.left_on BETWEEN %(first)s AND %(last)s AND s.left_reason <> 'transferred'),
    count(*) FILTER (WHERE (s.left_on IS NULL OR s.left_on > %(last)s) AND m.sex <> ''),
    count(*) FILTER (WHERE (s.left_on IS NULL OR s.left_on > %(last)s) AND m.party_member IS NOT NULL)
FROM members_membership s JOIN members_member m ON m.id = s.member_id
WHERE (s.joined_on IS NULL OR s.joined_on <= %(last)s) AND (s.left_on IS NULL OR s.left_on >= %(first)s)
GROUP BY s.organization_id
"""


def bare_counts(quarter: Quarter) -> None:
    with connection.cursor() as cursor:
        cursor.execute(GROUP_BY, {"first": quarter.first_day, "last": quarter.last_day})
        cursor.fetchall()


def measure_counts(quarter: Quarter) -> None:
    units = tree_on(quarter.last_day)
    compare(
        "members of all units for a quarter",
        lambda: count_members(quarter, units),
        lambda: bare_counts(quarter),
        "its GROUP BY in SQL",
    )
