"""Members of a province: lists, dues, look-alikes, each against its statement in plain SQL with the best index."""

from datetime import date
from types import SimpleNamespace

from django.db import connection
from django.test import Client
from django.utils import timezone

from members.dues_arrears import dues_of
from members.duplicates import scan
from members.models import DuesCollection, DuesRate, Member
from members.views import MemberListView
from organizations.domains import subtree_ids
from organizations.models import Level, Organization
from tests.benchmark.measuring import compare, read, say

YEAR = 2022
FAR = 300_000
# What a page of the list shows, as one would write it by hand.
ROWS = """
SELECT m.id, m.code, m.full_name, m.birth_date, m.birth_year, m.sex, m.phone, m.card_number, m.occupation,
    m.party_member, m.household, m.active, m.sort_key, o.*
FROM members_member m JOIN organizations_organization o ON o.id = m.organization_id
WHERE m.active {} ORDER BY m.sort_key, m.id LIMIT 51
"""
NUMBER = "SELECT count(*) FROM (SELECT 1 FROM members_member m WHERE m.active {} LIMIT 2001) found"
MATCH = {
    "postgresql": "AND array_to_tsvector(string_to_array(m.search, ' ')) @@ %s::tsquery",
    "sqlite": "AND m.id IN (SELECT rowid FROM members_member_words WHERE members_member_words MATCH %s)",
}
BETWEEN_WORDS = {"postgresql": " & ", "sqlite": " AND "}
WORD = {"postgresql": "'{}':*", "sqlite": '"{}"*'}
# Whoever owes the dues of the year, by branch and by what each has paid.
DUES = """
WITH paid AS (
    SELECT l.member_id, sum(l.amount) AS amount
    FROM members_duesline l JOIN members_duescollection c ON c.id = l.collection_id
    WHERE c.confirmed_at IS NOT NULL AND c.year = %(year)s GROUP BY l.member_id
)
SELECT s.organization_id, coalesce(paid.amount, 0), count(*)
FROM members_membership s LEFT JOIN paid ON paid.member_id = s.member_id
WHERE (s.joined_on IS NULL OR s.joined_on <= %(last)s)
    AND (s.left_on IS NULL OR s.left_on > %(first)s AND (s.joined_on IS NULL OR s.left_on > s.joined_on))
    AND (s.left_on IS NULL OR s.left_on > %(last)s OR s.left_reason IN ('resigned', 'removed') AND NOT EXISTS (
        SELECT 1 FROM members_membership t WHERE t.member_id = s.member_id AND t.joined_on >= s.left_on
        AND t.joined_on <= %(last)s))
GROUP BY s.organization_id, coalesce(paid.amount, 0)
"""
# The blocks of those who may be one person, and the rows of the unit as often as they are grouped.
ALIKE = """
SELECT {fields}, count(*) FROM members_member m WHERE {filled} {unit} GROUP BY {fields} HAVING count(*) > 1
"""
BLOCKS = [
    ("id_hash", "id_hash <> ''"),
    ("folded, birth_date", "birth_date IS NOT NULL"),
    ("folded, organization_id", "folded <> ''"),
    ("folded, phone", "phone <> ''"),
]


def measure_members(root: Organization, user) -> None:
    measure_lists(root, user)
    measure_dues(root)
    measure_look_alikes(root)


def places_in(root: Organization) -> SimpleNamespace:
    """A district and a commune as the middle of the tree has them, with everything below."""
    district = Organization.objects.filter(level=Level.DISTRICT).order_by("code")[3]
    commune = Organization.objects.filter(level=Level.COMMUNE, parent=district).order_by("code")[3]
    return SimpleNamespace(district=district, commune=commune)


def measure_lists(root: Organization, user) -> None:
    places = places_in(root)
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    far = Member.objects.active().order_by("sort_key", "pk")[FAR * Member.objects.count() // 350_000]
    after = MemberListView.paginator_class(Member.objects.order_by("sort_key", "pk"), 50).cursor(far)
    whole, behind = f"unit={root.code}", ("AND (m.sort_key, m.id) > (%s, %s)", [far.sort_key, far.pk])
    for name, query, (rows, values) in (
        ("first page", whole, ("", [])),
        ("a page far behind", f"{whole}&after={after}", behind),
        ("“minh tuan”", f"{whole}&q=minh+tuan", found("minh", "tuan")),
        ("“do van”", f"{whole}&q=do+van", found("do", "van")),
        ("“lo”", f"{whole}&q=lo", found("lo")),
        ("of a commune", f"unit={places.commune.code}", below(places.commune)),
        ("of a district", f"unit={places.district.code}", below(places.district)),
    ):
        asked, of_members = queries_of(client, f"/members/?{query}")
        # How many there are, up to 2,001, is told of all pages together.
        counted = ("", []) if rows == behind[0] else (rows, values)

        def job(of_members=of_members):
            for sql, parameters in of_members:
                read(sql, parameters)

        def floor(rows=rows, values=values, counted=counted):
            keys = [row[0] for row in read(ROWS.format(rows), values)]
            marks = ", ".join(["%s"] * len(keys))
            read(f"SELECT * FROM members_membership WHERE member_id IN ({marks})", keys)
            read(NUMBER.format(counted[0]), counted[1])

        compare(f"list of members: {name}", job, floor, "the same page in SQL")
        say("its queries, all of the page's", f"{len(of_members)}, {asked}")


def found(*words: str) -> tuple[str, list]:
    vendor = connection.vendor
    return MATCH[vendor], [BETWEEN_WORDS[vendor].join(WORD[vendor].format(word) for word in words)]


def below(unit: Organization) -> tuple[str, list]:
    keys = subtree_ids(unit)
    return f"AND m.organization_id IN ({', '.join(['%s'] * len(keys))})", keys


def queries_of(client: Client, address: str) -> tuple[int, list]:
    """How often a page asks the database, and with what it reads the members."""
    asked = []

    def listen(execute, sql, parameters, many, context):
        asked.append((sql, parameters))
        return execute(sql, parameters, many, context)

    client.get(address, secure=True)
    with connection.execute_wrapper(listen):
        answer = client.get(address, secure=True)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    return len(asked), [each for each in asked if '"members_member' in each[0]]


def make_dues(root: Organization) -> None:
    """A rate, and a confirmed collection of four branches in five, in which four members in five have paid."""
    rate = DuesRate.objects.create(
        organization=root, valid_from=date(YEAR, 1, 1), yearly_amount=24_000, branch_share=50, province_share=50
    )
    every = Organization.objects.filter(level=Level.BRANCH).order_by("pk")
    branches = [branch for place, branch in enumerate(every) if place % 5]
    common = {"year": YEAR, "number": 1, "handed_over": 1, "collected_on": date(YEAR, 3, 1), "rate": rate}
    DuesCollection.objects.bulk_create(
        [DuesCollection(organization=branch, confirmed_at=timezone.now(), **common) for branch in branches]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_duesline (collection_id, member_id, amount) "
            "SELECT c.id, m.id, 24000 FROM members_member m "
            "JOIN members_duescollection c ON c.organization_id = m.organization_id WHERE m.id % 5 <> 0"
        )
        cursor.execute("ANALYZE members_duesline")


def measure_dues(root: Organization) -> None:
    make_dues(root)
    dates = {"year": YEAR, "first": date(YEAR, 1, 1), "last": date(YEAR, 12, 31)}
    compare("dues of the province", lambda: dues_of(root, YEAR), lambda: read(DUES, dates), "its GROUP BY in SQL")


def measure_look_alikes(root: Organization) -> None:
    places = places_in(root)
    for name, unit in (("a commune", places.commune), ("a district", places.district)):
        keys = subtree_ids(unit)
        condition, values = below(unit)

        def floor(condition=condition, values=values):
            for fields, filled in BLOCKS:
                read(ALIKE.format(fields=fields, filled=filled, unit=condition), values)

        members = Member.objects.filter(organization__in=keys)
        compare(f"look-alikes of {name}", lambda members=members: scan(members), floor, "the groups in SQL")
