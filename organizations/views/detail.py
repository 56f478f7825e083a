"""The page of one unit."""

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.generic import DetailView

from core.paginator import PRINTED_ROWS, PrintMixin
from organizations.models import AreaStatistics, Level, Organization
from organizations.scoping import ScopedMixin, governed, holds

CHILDREN_SHOWN = 50


def read_rights(user, organization: Organization) -> dict[str, bool]:
    """Which changes the page offers: ``add`` below it, ``edit`` it, ``govern`` its life, set up its ``documents``."""
    place = Organization.objects.filter(pk=organization.pk)
    change, add = "organizations.change_organization", "organizations.add_organization"
    documents = "organizations.change_documentsettings"
    rights = {"add": False, "edit": False, "govern": False, "documents": False}
    if holds(user, documents) and organization.reports_quarterly:
        rights["documents"] = place.allowed(user, documents).exists()
    if holds(user, add) and not organization.is_dissolved:
        rights["add"] = place.allowed(user, add).exists()
    if holds(user, change):
        rights["edit"] = place.allowed(user, change).exists()
        governs = governed(user, change).filter(pk=organization.pk)
        rights["govern"] = rights["edit"] and not organization.is_dissolved and governs.exists()
    return rights


def make_crumbs(scope, organization: Organization) -> list[tuple[str, str]]:
    """The line of parents as far as the user may see it, then the unit itself."""
    line = [(unit.short_name, unit.get_absolute_url()) for unit in scope.above(organization)]
    return [("Tổ chức", reverse("organizations:organization_list")), *line]


def table_areas(areas: list[AreaStatistics]) -> list[tuple[str, list[tuple[int, int | None]]]]:
    """One row per number: its heading, and year and value for each of ``areas``."""
    fields = [AreaStatistics._meta.get_field(name) for name in AreaStatistics.COLUMNS]
    return [(field.verbose_name, [(area.year, getattr(area, field.name)) for area in areas]) for field in fields]


class OrganizationDetailView(ScopedMixin, PrintMixin, DetailView):
    permission_required = "organizations.view_organization"
    queryset = Organization.objects.select_related("parent", "territory")
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"
    template_name = "organizations/organization_detail.html"

    def get_context_data(self, **kwargs):
        user, organization = self.request.user, self.object
        children = Organization.objects.filter(parent=organization).alive()
        by_level = children.order_by().values_list("level").annotate(number=Count("pk"))
        counts = sorted(by_level, key=lambda row: Level.values.index(row[0]))
        areas = list(organization.areas.allowed(user, "organizations.view_areastatistics").order_by("-year"))
        shown = (panel for path in settings.ORGANIZATION_PANELS for panel in import_string(path))
        panels = (panel(self.request, organization) for panel in shown)
        return super().get_context_data(
            crumbs=make_crumbs(self.get_queryset(), organization),
            rights=read_rights(user, organization),
            spells=organization.spells.select_related("parent"),
            areas=areas,
            area_rows=table_areas(areas),
            children=children.with_counts()[: PRINTED_ROWS if self.printing else CHILDREN_SHOWN],
            child_counts=[(Level(level).label, number) for level, number in counts],
            child_total=sum(number for _, number in counts),
            panels=[panel for panel in panels if panel is not None],
            **kwargs,
        )
