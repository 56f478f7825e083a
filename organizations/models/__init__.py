from organizations.models.appointments import Appointment, Role
from organizations.models.areas import AdministrativeSuccession, AdministrativeUnit, AreaStatistics, RegisterUse
from organizations.models.letterheads import DocumentSettings
from organizations.models.organizations import Form, Kind, Level, Organization, OrganizationSpell

__all__ = [
    "AdministrativeSuccession",
    "AdministrativeUnit",
    "Appointment",
    "AreaStatistics",
    "DocumentSettings",
    "Form",
    "Kind",
    "Level",
    "Organization",
    "OrganizationSpell",
    "RegisterUse",
    "Role",
]
