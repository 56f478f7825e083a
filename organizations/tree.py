"""The only code that writes the tree: today's projection (MPTT) and the spells in time, under one lock.

Every function is atomic, takes the lock first, reads the units again behind it and raises ValidationError
with nothing written when the change would break the tree. ``on`` is the first day of the new state.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from core.history import CHANGED, CREATED, because, record_bulk
from core.vietnamese import date_to_text
from organizations.models import Form, Level, Organization, OrganizationSpell
from organizations.models.organizations import LEVEL_ORDER

LOCK_NUMBER = 7_305_1996  # any constant: the association's founding, 2 October 1996, as a reminder
PROJECTION = ["lft", "rght", "tree_id", "depth"]
IN_TIME = ["parent", "name", "level", "kind", "form"]
CORRECTABLE = [
    *IN_TIME,
    "established_on",
    "dissolved_on",
    "territory",
    "reports_quarterly",
    "contact_name",
    "contact_phone",
]


def lock() -> None:
    """Let one writer of the tree in at a time, until its transaction ends.

    On SQLite an immediate transaction already keeps every other writer out.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The tree is written inside a transaction only.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])


def default_form(level: str) -> str:
    return Form.CHI_HOI if level == Level.BRANCH else Form.HOI


def check_place(level: str, parent: Organization | None) -> None:
    """Refuse a parent that does not stand above the level."""
    if parent is None:
        if level != Level.PROVINCE:
            raise ValidationError({"parent": "Đơn vị này phải có đơn vị cấp trên; chỉ hội cấp tỉnh thì không."})
        return
    higher = LEVEL_ORDER[parent.level] < LEVEL_ORDER[level]
    if not higher and not (parent.level == level == Level.BRANCH):
        raise ValidationError(
            {"parent": f"“{parent.name}” là {Level(parent.level).label}, không thể ở trên {Level(level).label}."}
        )


def check_alive(organization: Organization, on: date | None, field: str) -> None:
    """Refuse to act on a unit that is dissolved by that day."""
    gone = organization.dissolved_on
    if gone is not None and (on is None or gone < on):
        raise ValidationError({field: f"“{organization.name}” đã giải thể, ngày cuối là {date_to_text(gone)}."})


def check_not_in_future(on: date) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": "Ngày hiệu lực không được sau hôm nay."})


def current_spell(organization: Organization) -> OrganizationSpell:
    """The last spell of the unit's life."""
    return organization.spells.order_by(F("valid_from").desc(nulls_last=True))[0]


def write(organization: Organization, *, user, reason: str) -> Organization:
    """Validate and save the unit; MPTT places it among its siblings."""
    organization.fill_keys()
    organization.full_clean(exclude=[*PROJECTION, "folded", "sort_key"])
    because(organization, user=user, reason=reason).save()
    return organization


@transaction.atomic
def create_organization(
    *, code: str, name: str, level: str, parent: Organization | None, user, reason: str = "Thêm đơn vị", **facts
) -> Organization:
    """Create a unit and its first spell; ``facts`` are other fields of Organization."""
    lock()
    parent = Organization.objects.get(pk=parent.pk) if parent else None
    check_place(level, parent)
    if parent is not None:
        check_alive(parent, facts.get("established_on") or timezone.localdate(), "parent")
    facts["form"] = facts.get("form") or default_form(level)
    facts.setdefault("reports_quarterly", level != Level.BRANCH)
    organization = Organization(code=code, name=name, level=level, parent=parent, **facts)
    write(organization, user=user, reason=reason)
    spell = OrganizationSpell(
        organization=organization,
        valid_from=organization.established_on,
        valid_to=organization.dissolved_on,
        **{name: getattr(organization, name) for name in IN_TIME},
    )
    because(spell, user=user, reason=reason).save()
    return organization


@transaction.atomic
def rename_organization(*, organization: Organization, name: str, on: date, user, reason: str) -> Organization:
    """Give the unit another name from ``on``; the past keeps the old one."""
    return change(organization, on=on, user=user, reason=reason, name=name)


@transaction.atomic
def move_organization(*, organization: Organization, parent: Organization, on: date, user, reason: str) -> Organization:
    """Put the unit under another parent from ``on``; what is below it moves along."""
    return change(organization, on=on, user=user, reason=reason, parent=parent)


def change(organization: Organization, *, on: date, user, reason: str, **changes) -> Organization:
    """Close the present spell the day before ``on``, open the next and bring the projection up to date."""
    lock()
    check_not_in_future(on)
    organization = Organization.objects.get(pk=organization.pk)
    check_alive(organization, None, "on")
    adopt(organization, changes, on=on)
    spell = current_spell(organization)
    if spell.valid_from is not None and on < spell.valid_from:
        raise ValidationError(
            {"on": f"Đơn vị đã có thay đổi từ {date_to_text(spell.valid_from)}; ngày hiệu lực phải từ ngày đó trở đi."}
        )
    if spell.valid_from != on:
        spell.valid_to = on - timedelta(days=1)
        because(spell, user=user, reason=reason).save()
        spell = OrganizationSpell(organization=organization, valid_from=on)
    for field in IN_TIME:
        setattr(spell, field, getattr(organization, field))
    write(organization, user=user, reason=reason)
    because(spell, user=user, reason=reason).save()
    return organization


def adopt(organization: Organization, changes: dict, *, on: date) -> None:
    """Set the changed fields after checking the new place in the tree."""
    if "parent" in changes and changes["parent"] is not None:
        changes["parent"] = Organization.objects.get(pk=changes["parent"].pk)
        below = Organization.objects.within(Organization.objects.filter(pk=organization.pk))
        if below.filter(pk=changes["parent"].pk).exists():
            raise ValidationError({"parent": "Không thể đưa đơn vị vào dưới chính nó hoặc cấp dưới của nó."})
        check_alive(changes["parent"], on, "parent")
    for name, value in changes.items():
        setattr(organization, name, value)
    check_place(organization.level, organization.parent)
    if "level" in changes:
        for child in organization.children.all():
            check_place(child.level, organization)


@transaction.atomic
def correct_organization(*, organization: Organization, user, reason: str = "Sửa thông tin", **changes) -> Organization:
    """Put right what was recorded wrongly, from the start of the present spell; no date moves."""
    lock()
    organization = Organization.objects.get(pk=organization.pk)
    spell = current_spell(organization)
    adopt(organization, changes, on=organization.dissolved_on or timezone.localdate())
    write(organization, user=user, reason=reason)
    for field in IN_TIME:
        setattr(spell, field, getattr(organization, field))
    first = organization.spells.order_by(F("valid_from").asc(nulls_first=True))[0]
    if first.pk == spell.pk:
        spell.valid_from = organization.established_on
    elif first.valid_from != organization.established_on:
        first.valid_from = organization.established_on
        if first.valid_to and first.valid_from and first.valid_to < first.valid_from:
            raise ValidationError({"established_on": "Ngày thành lập phải trước lần thay đổi đầu tiên."})
        because(first, user=user, reason=reason).save()
    spell.valid_to = organization.dissolved_on
    if spell.valid_to and spell.valid_from and spell.valid_to < spell.valid_from:
        raise ValidationError({"dissolved_on": "Ngày giải thể phải sau lần thay đổi cuối cùng."})
    because(spell, user=user, reason=reason).save()
    check_children_outlived(organization)
    return organization


@transaction.atomic
def dissolve_organization(*, organization: Organization, on: date, user, reason: str) -> Organization:
    """End the unit's life; ``on`` is its last day. Units below it must have moved or ended before."""
    lock()
    organization = Organization.objects.get(pk=organization.pk)
    check_alive(organization, None, "on")
    check_not_in_future(on)
    spell = current_spell(organization)
    if spell.valid_from is not None and on < spell.valid_from:
        raise ValidationError({"on": f"Ngày cuối phải từ {date_to_text(spell.valid_from)} trở đi."})
    organization.dissolved_on = spell.valid_to = on
    check_children_outlived(organization)
    write(organization, user=user, reason=reason)
    because(spell, user=user, reason=reason).save()
    return organization


def check_children_outlived(organization: Organization) -> None:
    """A dissolved unit may not leave living units below it."""
    if organization.dissolved_on is None:
        return
    children = Organization.objects.filter(parent=organization)
    orphans = children.exclude(dissolved_on__lte=organization.dissolved_on)
    if number := orphans.count():
        first = orphans.order_by("sort_key")[0]
        left = f"Còn {number} đơn vị trực thuộc đang hoạt động (ví dụ “{first.name}”)"
        raise ValidationError({"on": f"{left}: hãy chuyển đi hoặc giải thể trước."})


def renumber() -> None:
    """Work out MPTT's numbers for every tree from the parents, in one linear pass; the lock must be held.

    3,500 units take tenths of a second; MPTT's own rebuild takes seconds.
    """
    rows = list(Organization.objects.order_by("sort_key", "pk").values_list("pk", "parent_id", *PROJECTION))
    children = defaultdict(list)
    before = {}
    for pk, parent_id, *numbers in rows:
        children[parent_id].append(pk)
        before[pk] = tuple(numbers)
    after = {}
    for tree_id, root in enumerate(children[None], start=1):
        number_tree(root, tree_id, children, after)
    changed = [(pk, *numbers) for pk, numbers in after.items() if numbers != before[pk]]
    write_numbers(changed)


def number_tree(root: int, tree_id: int, children: dict, numbers: dict) -> None:
    """Fill ``numbers`` with pk → (lft, rght, tree_id, depth) of one tree, without recursion."""
    counter, stack, left = 0, [(root, False)], {}
    depth = 0
    while stack:
        pk, leaving = stack.pop()
        counter += 1
        if leaving:
            depth -= 1
            numbers[pk] = (left[pk], counter, tree_id, depth)
            continue
        left[pk] = counter
        depth += 1
        stack.append((pk, True))
        stack.extend((child, False) for child in reversed(children[pk]))


def write_numbers(rows: list[tuple], size: int = 500) -> None:
    """UPDATE … FROM (VALUES …): both databases name the columns of VALUES column1, column2 …"""
    table = connection.ops.quote_name(Organization._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(
                f"UPDATE {table} SET lft = v.column2, rght = v.column3, tree_id = v.column4, depth = v.column5 "  # noqa: S608
                f"FROM (VALUES {values}) AS v WHERE {table}.id = v.column1",
                [number for row in part for number in row],
            )


def load_organizations(*, created: list[Organization], changed: list[Organization], user, reason: str) -> None:
    """Write many units in a few statements; the caller holds the lock and has checked every place.

    ``created`` name their parent by ``parent`` (saved or itself among ``created``); ``changed`` correct the
    present spell. Both are validated rows; history is recorded for all of them.
    """
    waiting = list(created)
    while waiting:
        ready = [unit for unit in waiting if unit.parent is None or unit.parent.pk]
        if not ready:
            raise ValidationError("Các đơn vị mới trỏ vòng vào nhau làm cấp trên.")
        for unit in ready:
            unit.lft = unit.rght = unit.tree_id = unit.depth = 0
            unit.fill_keys()
        Organization.objects.bulk_create(ready, batch_size=1000)
        waiting = [unit for unit in waiting if not unit.pk]
    spells = [
        OrganizationSpell(
            organization=unit,
            valid_from=unit.established_on,
            valid_to=unit.dissolved_on,
            **{name: getattr(unit, name) for name in IN_TIME},
        )
        for unit in created
    ]
    OrganizationSpell.objects.bulk_create(spells, batch_size=1000)
    units = [unit.pk for unit in created]
    for start in range(0, len(units), 5000):
        part = units[start : start + 5000]
        record_bulk(Organization.objects.filter(pk__in=part), kind=CREATED, user=user, reason=reason)
        spells = OrganizationSpell.objects.filter(organization__in=part)
        record_bulk(spells, kind=CREATED, user=user, reason=reason)
    correct_in_bulk(changed, user=user, reason=reason)
    renumber()


def correct_in_bulk(units: list[Organization], *, user, reason: str) -> None:
    """Correct the present spell of many units at once, from a state that was judged as a whole."""
    if not units:
        return
    spells = defaultdict(list)
    for spell in OrganizationSpell.objects.filter(organization__in=units).order_by(
        F("valid_from").asc(nulls_first=True)
    ):
        spells[spell.organization_id].append(spell)
    touched = {}
    for unit in units:
        unit.fill_keys()
        first, last = spells[unit.pk][0], spells[unit.pk][-1]
        for field in IN_TIME:
            setattr(last, field, getattr(unit, field))
        first.valid_from, last.valid_to = unit.established_on, unit.dissolved_on
        touched |= {first.pk: first, last.pk: last}
    Organization.objects.bulk_update(units, [*CORRECTABLE, "folded", "sort_key"], batch_size=200)
    OrganizationSpell.objects.bulk_update(touched.values(), [*IN_TIME, "valid_from", "valid_to"], batch_size=200)
    for model, pks in ((Organization, [unit.pk for unit in units]), (OrganizationSpell, list(touched))):
        for start in range(0, len(pks), 5000):
            part = model.objects.filter(pk__in=pks[start : start + 5000])
            record_bulk(part, kind=CHANGED, user=user, reason=reason)
