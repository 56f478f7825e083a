"""One change for many members: planned first, shown, and carried out only if it is still what was shown.

A plan takes the same number of queries for one member and for two thousand; so does carrying it out.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import CHANGED, CREATED, record_bulk
from core.vietnamese import date_to_text
from members.models import Member, Membership, Occupation
from members.services import MOVED, check_day, check_open
from organizations.models import Organization

MOST_MEMBERS = 2000
CHANGED_MANY = "Sửa hàng loạt"
STALE = "Danh sách đã thay đổi từ lúc ông/bà xem. Dưới đây là tình hình mới; chưa có gì được ghi."
FACTS = {"occupation": "Nghề nghiệp", "party_member": "Đảng viên", "household": "Hộ gia đình"}
JOINED_ON = "Vào chi hội"
YES_NO = {True: "có", False: "không", None: "chưa ghi"}


@dataclass(frozen=True)
class Difference:
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """What happens to one member."""

    member: Member
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Plan:
    """What would be done: who changes from what to what, who does not and why."""

    steps: list[Step]
    skipped: list[tuple[Member, str]]

    @property
    def digest(self) -> str:
        """Tells whether the plan that is carried out is the one that was shown."""
        text = "|".join(f"{step.member.pk}:{step.differences}" for step in self.steps)
        text += "||" + "|".join(f"{member.pk}:{why}" for member, why in self.skipped)
        return sha256(text.encode()).hexdigest()

    @property
    def kinds(self) -> list[tuple[Difference, int]]:
        """Each difference and how many members it concerns, the commonest first."""
        return Counter(each for step in self.steps for each in step.differences).most_common()

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return Counter(why for _, why in self.skipped).most_common()


def chosen_members(reach, keys: list[int]) -> list[Member]:
    """The members among ``keys`` that the user may change, in Vietnamese order; locked inside a transaction."""
    return list(reach.filter(pk__in=keys).for_list().order_by("sort_key", "pk"))


def open_spells(members: list[Member]) -> dict[int, Membership]:
    """Member id → the present membership."""
    spells = Membership.objects.open().filter(member__in=[member.pk for member in members])
    return {spell.member_id: spell for spell in spells}


def plan_transfer(*, members: list[Member], destination: Organization, effective_on: date) -> Plan:
    """Raises ValidationError where the destination takes nobody on that day."""
    check_open(destination, field="destination")
    check_day(effective_on, destination, field="effective_on")
    spells = open_spells(members)
    steps, skipped = [], []
    for member in members:
        spell = spells.get(member.pk)
        if spell is None:
            skipped.append((member, "đã thôi sinh hoạt"))
        elif spell.organization_id == destination.pk:
            skipped.append((member, "đang sinh hoạt ở đơn vị này rồi"))
        elif spell.joined_on and spell.joined_on > effective_on:
            skipped.append((member, f"mới vào chi hội ngày {date_to_text(spell.joined_on)}, sau ngày chuyển"))
        else:
            moved = Difference("Chi hội", member.organization.short_name, destination.short_name)
            steps.append(Step(member, (moved,)))
    return Plan(steps, skipped)


@transaction.atomic
def transfer_members(
    *, reach, keys: list[int], destination: Organization, effective_on: date, seen: str, user, reason: str = ""
) -> Plan:
    """Transfer everybody of the plan with the digest ``seen``; ``reach`` holds the members that the user may change.

    Raises ValidationError, with code "stale" when the plan of now is another one: so a second sending does nothing.
    """
    reason = reason or MOVED
    plan = plan_transfer(
        members=chosen_members(reach.select_for_update(of=("self",)), keys),
        destination=destination,
        effective_on=effective_on,
    )
    if plan.digest != seen:
        raise ValidationError(STALE, code="stale")
    moved = [step.member.pk for step in plan.steps]
    left = list(Membership.objects.open().filter(member__in=moved).values_list("pk", flat=True))
    closed = Membership.objects.filter(pk__in=left)
    closed.update(left_on=effective_on, left_reason=Membership.Reason.TRANSFERRED)
    record_bulk(closed, kind=CHANGED, user=user, reason=reason)
    facts = {"organization": destination, "joined_on": effective_on, "joined_reason": Membership.Reason.TRANSFERRED}
    Membership.objects.bulk_create([Membership(member_id=pk, **facts) for pk in moved])
    record_bulk(Membership.objects.open().filter(member__in=moved), kind=CREATED, user=user, reason=reason)
    rows = Member.objects.filter(pk__in=moved)
    rows.update(organization=destination)
    record_bulk(rows, kind=CHANGED, user=user, reason=reason)
    return plan


def shown(name: str, value) -> str:
    """A fact in words."""
    if name == "occupation":
        return Occupation(value).label if value else "chưa ghi"
    return YES_NO[value] if name == "party_member" else value or "chưa ghi"


def plan_changes(*, members: list[Member], values: dict) -> Plan:
    """``values``: some of FACTS and ``joined_on`` (the day of joining the present branch) → the new value."""
    facts = {name: value for name, value in values.items() if name in FACTS}
    day = values.get("joined_on")
    spells = open_spells(members) if day else {}
    moved = members_of_many_branches(members) if day else set()
    steps, skipped = [], []
    for member in members:
        differences = [
            Difference(FACTS[name], shown(name, getattr(member, name)), shown(name, value))
            for name, value in facts.items()
            if getattr(member, name) != value
        ]
        spell = spells.get(member.pk)
        if day and (why := refuse_day(member, spell, day, moved)):
            skipped.append((member, why))
            continue
        if day and spell.joined_on != day:
            before = date_to_text(spell.joined_on) if spell.joined_on else "chưa ghi"
            differences.append(Difference(JOINED_ON, before, date_to_text(day)))
        if differences:
            steps.append(Step(member, tuple(differences)))
        else:
            skipped.append((member, "đã đúng như vậy"))
    return Plan(steps, skipped)


def members_of_many_branches(members: list[Member]) -> set[int]:
    """Those with an earlier spell: moving one day could overlap another."""
    spells = Membership.objects.filter(member__in=[member.pk for member in members])
    closed = spells.filter(left_on__isnull=False)
    return set(closed.values_list("member_id", flat=True))


def refuse_day(member: Member, spell: Membership | None, day: date, moved: set[int]) -> str:
    """Why the day of joining cannot be set in bulk, or nothing."""
    if spell is None:
        return "đã thôi sinh hoạt"
    if member.pk in moved:
        return "đã từng ở chi hội khác: sửa ngày ở trang của từng người"
    try:
        check_day(day, member.organization, field="joined_on")
    except ValidationError as error:
        return error.messages[0]
    return ""


@transaction.atomic
def change_members(*, reach, keys: list[int], values: dict, seen: str, user, reason: str = "") -> Plan:
    """Carry out the plan with the digest ``seen``; raises as `transfer_members` does."""
    reason = reason or CHANGED_MANY
    members = chosen_members(reach.select_for_update(of=("self",)), keys)
    plan = plan_changes(members=members, values=values)
    if plan.digest != seen:
        raise ValidationError(STALE, code="stale")
    names = {JOINED_ON}
    facts = {name: value for name, value in values.items() if name in FACTS}
    changed = [step.member.pk for step in plan.steps if any(each.what not in names for each in step.differences)]
    if facts and changed:
        rows = Member.objects.filter(pk__in=changed)
        rows.update(**facts)
        record_bulk(rows, kind=CHANGED, user=user, reason=reason)
    dated = [step.member.pk for step in plan.steps if any(each.what in names for each in step.differences)]
    if dated:
        spells = Membership.objects.open().filter(member__in=dated)
        spells.update(joined_on=values["joined_on"])
        record_bulk(spells, kind=CHANGED, user=user, reason=reason)
    return plan
