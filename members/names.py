"""How many names the register holds, beside the head counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from members.models import HeadCount, Membership
from organizations.domains import own_domains
from organizations.models import Organization, RegisterUse


@dataclass(frozen=True)
class Comparison:
    """A head count beside the names of that day. ``names`` None: no list is kept, which is not "no members"."""

    names: int | None
    members: int

    @property
    def gap(self) -> int | None:
        """How many names are missing; negative where there are more names than were counted."""
        return None if self.names is None else self.members - self.names

    @property
    def surplus(self) -> int | None:
        return None if self.gap is None else -self.gap


def count_names(asked: Iterable[tuple[Organization, date]]) -> dict[tuple[int, date], int | None]:
    """(organization id, day) → members by name in the unit's own line, None where no list is kept.

    The own line is today's: the unit and what lies below it under no other reporting unit. Four queries.
    """
    asked = list(asked)
    domains = own_domains([organization for organization, _ in asked])
    days = sorted({day for _, day in asked})
    inside = set().union(*domains.values()) if domains else set()
    joined = Q(joined_on__isnull=True)
    on = {
        f"on_{place}": Count(
            "pk", filter=(joined | Q(joined_on__lte=day)) & (Q(left_on__isnull=True) | Q(left_on__gt=day))
        )
        for place, day in enumerate(days)
    }
    rows = Membership.objects.filter(organization__in=inside).order_by().values("organization_id").annotate(**on)
    by_unit = {row["organization_id"]: row for row in rows}
    registers = RegisterUse.objects.filter(register=RegisterUse.Register.MEMBERS, organization__in=domains)
    used_from = dict(registers.values_list("organization_id", "used_from"))
    counted = {}
    for organization, day in asked:
        column = f"on_{days.index(day)}"
        number = sum(by_unit[pk][column] for pk in domains[organization.pk] if pk in by_unit)
        kept = number > 0 or (organization.pk in used_from and used_from[organization.pk] <= day)
        counted[organization.pk, day] = number if kept else None
    return counted


def compare(head_counts: list[HeadCount]) -> list[tuple[HeadCount, Comparison]]:
    """Each head count with the names of its day."""
    names = count_names((row.organization, row.date) for row in head_counts)
    return [(row, Comparison(names[row.organization_id, row.date], row.members)) for row in head_counts]
