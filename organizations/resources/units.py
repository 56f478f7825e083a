"""The units that an import may name: those within the user's scope, fetched once for the whole file."""

from core.sheets import Importer
from organizations.models import Organization


def reachable_units(importer: Importer, permission: str):
    """Units where the importing user holds ``permission``, within the unit that the import is narrowed to."""
    units = Organization.objects.allowed(importer.user, permission)
    if importer.organization is not None:
        units = units.within(Organization.objects.filter(pk=importer.organization.pk))
    return units


def units_by_code(importer: Importer, permission: str) -> dict[str, Organization]:
    """Code → reachable unit; one query."""
    return {unit.code: unit for unit in reachable_units(importer, permission).order_by()}


def out_of_reach(code: str) -> str:
    """The same words for a code that does not exist and for a unit of somebody else."""
    return f"Không có đơn vị mã “{code}” trong phạm vi của ông/bà: mã sai, hoặc đơn vị nằm ngoài phạm vi của ông/bà."
