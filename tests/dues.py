"""A branch with people and a rate, and the steps of a collection, for the tests about dues."""

from datetime import date
from types import SimpleNamespace

from members.dues import confirm_collection, save_lines
from members.models import DuesCollection, DuesRate, Member
from members.services import create_member

YEAR, RATE = 2025, 20_000
JOINED, DAY = date(2020, 3, 1), date(2025, 5, 20)


def person(branch, name, **facts):
    return create_member(member=Member(organization=branch, full_name=name, **facts), joined_on=JOINED, user=None)


def rate_at(organization, *, amount=RATE, valid_from=date(2024, 1, 1), shares=(50, 30, 0, 20)):
    names = dict(zip(DuesRate.SHARES, shares, strict=True))
    return DuesRate.objects.create(organization=organization, valid_from=valid_from, yearly_amount=amount, **names)


def people_of(tree):
    """Three members of the branch under the province's rate."""
    members = [person(tree.branch, name) for name in ("Lò Thị Hà", "Cà Văn An", "Quàng Văn Bình")]
    return SimpleNamespace(**vars(tree), rate=rate_at(tree.province), members=members)


def draft_of(branch, amounts, *, year=YEAR, counted=True, **facts):
    """A draft with lines ({member: amount}); the money as counted agrees unless told otherwise."""
    draft = DuesCollection.objects.create(organization=branch, year=year, collected_on=DAY)
    if counted is True:
        counted = sum(amounts.values())
    by_key = {member.pk: amount for member, amount in amounts.items()}
    return save_lines(collection=draft, amounts=by_key, user=None, handed_over=counted, **facts)


def receipt_for(branch, amounts, **facts):
    return confirm_collection(collection=draft_of(branch, amounts, **facts), user=None)
