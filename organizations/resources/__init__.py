"""Spreadsheet kinds of this app (settings.SPREADSHEET_KINDS names them)."""

from organizations.resources.administrative import AdministrativeUnitSheet
from organizations.resources.appointments import AppointmentSheet
from organizations.resources.areas import AreaStatisticsSheet
from organizations.resources.organizations import OrganizationSheet
from organizations.resources.units import out_of_reach, reachable_units, units_by_code

__all__ = [
    "AdministrativeUnitSheet",
    "AppointmentSheet",
    "AreaStatisticsSheet",
    "OrganizationSheet",
    "out_of_reach",
    "reachable_units",
    "units_by_code",
]
