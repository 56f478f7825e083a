"""Proves that memberships are sound and that what lists show follows from them: one linear pass."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from django.db.models import Exists, OuterRef

from members.models import Member, Membership

CHUNK = 5000


def find_faults() -> Iterator[str]:
    """Overlapping memberships of a person, and members whose branch or state is not that of the last one, in words."""
    rows = (
        Membership.objects.order_by("member_id", "pk")
        .values_list(
            "member_id", "member__active", "member__organization_id", "organization_id", "joined_on", "left_on"
        )
        .iterator(chunk_size=CHUNK)
    )
    for (number, active, branch), spells in groupby(rows, key=lambda row: row[:3]):
        yield from faults_of(number, active, branch, [spell[3:] for spell in spells])
    spells = Membership.objects.filter(member=OuterRef("pk"))
    for number in Member.objects.filter(~Exists(spells)).order_by("pk").values_list("pk", flat=True):
        yield f"Hội viên M{number}: không có thời gian sinh hoạt nào."


def faults_of(number: int, active: bool, branch: int, spells: list[tuple]) -> Iterator[str]:
    """``spells``: (organization, joined_on, left_on)."""
    # An empty spell (in and out on one day) lies before a longer one of the same beginning.
    ordered = sorted(spells, key=lambda spell: (spell[1] or date.min, spell[2] or date.max))
    for (_, _, left), (_, joined, _) in zip(ordered, ordered[1:], strict=False):
        if left is None or (joined or date.min) < left:
            yield f"Hội viên M{number}: hai thời gian sinh hoạt chồng lên nhau."
            break
    last_branch, _, left = ordered[-1]
    if active != (left is None):
        yield f"Hội viên M{number}: trạng thái không khớp thời gian sinh hoạt cuối cùng."
    if branch != last_branch:
        yield f"Hội viên M{number}: chi hội không khớp thời gian sinh hoạt cuối cùng."
