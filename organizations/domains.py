"""Which units answer together: a unit, and below it everything that no reporting unit in between answers for."""

from collections.abc import Iterable

from organizations.models import Organization


def subtree_ids(organization: Organization) -> list[int]:
    """The unit and everything below it today. A list of numbers filters long tables faster than a join does."""
    place = Organization.objects.filter(pk=organization.pk)
    return list(Organization.objects.within(place).order_by().values_list("pk", flat=True))


def narrowing_ids(organization: Organization) -> list[int] | None:
    """`subtree_ids`, or None where that is every unit there is: what need not be narrowed is counted faster."""
    roots = Organization.objects.filter(parent=None)
    is_everything = organization.parent_id is None and not roots.exclude(pk=organization.pk).exists()
    return None if is_everything else subtree_ids(organization)


def own_domains(organizations: Iterable[Organization]) -> dict[int, set[int]]:
    """Organization id → the ids that its own line counts today: itself and what lies under no reporting child.

    Two queries at most, whatever the number of units.
    """
    wanted = {organization.pk for organization in organizations}
    if not wanted:
        return {}
    places = Organization.objects.filter(pk__in=wanted)
    rows = (
        Organization.objects.within(places)
        .order_by("tree_id", "lft")
        .values_list("pk", "parent_id", "reports_quarterly")
    )
    domains: dict[int, set[int]] = {pk: {pk} for pk in wanted}
    # Which of the wanted units count a unit: parents come before children.
    counted_in: dict[int, set[int]] = {}
    for pk, parent_id, reports in rows:
        above = set() if reports else counted_in.get(parent_id, set())
        counted_in[pk] = above | ({pk} if pk in wanted else set())
        for owner in counted_in[pk]:
            domains[owner].add(pk)
    return domains
