"""The unit that a page is about: asked for in the address, else the one the user works for."""

from django.http import Http404
from django.utils.functional import cached_property

from organizations.domains import narrowing_ids
from organizations.models import Organization
from organizations.workplace import Workplace

UNITS_SHOWN = 200


def find_unit(request, reach, parameter: str) -> Organization | None:
    """The unit that the address names, else the one the user works for, else the first within ``reach``."""
    if code := request.GET.get(parameter, "").replace("\0", ""):
        if (found := reach.filter(code=code).first()) is None:
            raise Http404
        return found
    here = Workplace(request).organization
    return (reach.filter(pk=here.pk).first() if here else None) or reach.first()


class NearMixin:
    """For a form that begins at ``?organization=CODE``: ``reach`` may be chosen, ``near`` is preset."""

    @cached_property
    def reach(self):
        return Organization.objects.allowed(self.request.user, self.permission_required).alive()

    @cached_property
    def near(self) -> Organization | None:
        return find_unit(self.request, self.reach, "organization")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.reach, "near": self.near, "user": self.request.user}


class UnitMixin:
    """For a `ScopedMixin` view with ``?unit=CODE``; a code out of the scope is 404."""

    unit_permission: str | None = None

    @cached_property
    def reach(self):
        """The units where the user holds ``unit_permission``, else the permission of the page."""
        return Organization.objects.allowed(self.request.user, self.unit_permission or self.permission_required)

    @cached_property
    def unit(self) -> Organization | None:
        return find_unit(self.request, self.reach, "unit")

    @cached_property
    def unit_ids(self) -> list[int] | None:
        """The unit and everything below it; None where that is every unit there is."""
        return [] if self.unit is None else narrowing_ids(self.unit)

    @cached_property
    def units(self) -> list[Organization]:
        """What the list may be narrowed to from here: the line above, the unit, the units directly below."""
        if self.unit is None:
            return []
        return [*self.reach.above(self.unit), *self.reach.filter(parent=self.unit)[:UNITS_SHOWN]]
