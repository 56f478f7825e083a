"""Who owes the dues of a year, where, and what they have paid: spells of members seen by year.

Whoever belonged to a branch on at least one day of the year stands in its list. The year's dues are owed once, at the
last branch of the year; whoever was transferred owes them at the new branch, and for the dead nothing is asked.
"""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from members.models import DuesLine, Membership

Reason = Membership.Reason


def in_year(memberships, year: int):
    """The spells that hold on at least one day of the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begun = Q(joined_on__isnull=True) | Q(joined_on__lte=last)
    lasted = Q(joined_on__isnull=True) | Q(left_on__gt=F("joined_on"))
    return memberships.filter(begun, Q(left_on__isnull=True) | Q(left_on__gt=first) & lasted)


def owing(memberships, year: int):
    """Of these spells the ones at whose branch the dues of the year are owed: at most one of each member."""
    last = date(year, 12, 31)
    later = in_year(Membership.objects.order_by(), year).filter(
        member=OuterRef("member"), joined_on__gte=OuterRef("left_on")
    )
    stayed = Q(left_on__isnull=True) | Q(left_on__gt=last)
    gone = Q(left_reason__in=[Reason.RESIGNED, Reason.REMOVED]) & ~Exists(later)
    return in_year(memberships, year).filter(stayed | gone)


def with_paid(memberships, year: int):
    """Adds ``paid``: what the member has paid for the year in confirmed collections, wherever that was."""
    lines = DuesLine.objects.paid_for(year).filter(member=OuterRef("member"))
    sums = lines.order_by().values("member").annotate(sum=Sum("amount")).values("sum")
    return memberships.annotate(paid=Coalesce(Subquery(sums), 0))


def paid_by(members, year: int) -> dict[int, int]:
    """Member → what they have paid for the year; members without a payment are left out. One query."""
    lines = DuesLine.objects.paid_for(year).filter(member__in=members).order_by()
    return {member: int(paid) for member, paid in lines.values_list("member").annotate(paid=Sum("amount"))}
