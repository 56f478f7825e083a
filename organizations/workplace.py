"""The unit that a person works for just now, and those among which they may switch."""

from django.utils.functional import cached_property

from organizations.models import Appointment, Organization

SESSION_KEY = "organization"


class Workplace:
    """Where the signed-in person works; lazily read, at most a few queries whatever the size of the tree."""

    def __init__(self, request):
        self.request = request

    @cached_property
    def organizations(self) -> list[Organization]:
        """The units of the person's appointments in force; for a superuser without any, the living provinces."""
        user = self.request.user
        appointed = Organization.objects.filter(appointments__in=Appointment.objects.in_force().filter(user=user))
        units = list(appointed.distinct().order_by("tree_id", "lft"))
        if not units and user.is_superuser:
            units = list(Organization.objects.filter(parent=None).alive().order_by("sort_key"))
        return units

    @cached_property
    def organization(self) -> Organization | None:
        """The chosen unit, else the first."""
        chosen = self.request.session.get(SESSION_KEY)
        return next((unit for unit in self.organizations if unit.code == chosen), None) or next(
            iter(self.organizations), None
        )

    @cached_property
    def line(self) -> list[Organization]:
        """The unit and those above it, nearest first."""
        return list(Organization.objects.above(self.organization))[::-1] if self.organization else []

    @cached_property
    def help(self) -> dict[str, str] | None:
        """Name and telephone of the nearest unit above that gave one; at the top its own."""
        for unit in [*self.line[1:], *self.line[:1]]:
            if unit.contact_phone:
                return {"name": unit.contact_name or unit.name, "phone": unit.contact_phone}
        return None
