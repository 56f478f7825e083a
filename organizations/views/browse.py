"""The tree of units, opened level by level, and the search in it."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView, View
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.detail import SingleObjectMixin

from core.paginator import KeysetListMixin, KeysetPaginator
from organizations.forms import OrganizationSearchForm
from organizations.models import Appointment, Organization
from organizations.scoping import ScopedMixin

BRANCH_SIZE = 200


@dataclass
class TreeNode:
    """A row of the tree; ``children`` is None until they have been read."""

    organization: Organization
    opens: bool
    children: list["TreeNode"] | None = field(default=None)
    # Of a row on the way to the opened unit only the next step is shown.
    partial: bool = False
    next_cursor: str | None = None


def highest(user, permission: str):
    """The units where the user's scope begins: roots for a superuser."""
    if user.is_superuser:
        return Organization.objects.filter(parent=None)
    granting = Appointment.objects.granting(user, permission)
    starts = Organization.objects.filter(appointments__in=granting).order_by()
    above = starts.filter(tree_id=OuterRef("tree_id"), lft__lt=OuterRef("lft"), rght__gt=OuterRef("rght"))
    return Organization.objects.filter(pk__in=starts.values("pk")).exclude(Exists(above))


def tree_node(organization: Organization, *, dissolved: bool) -> TreeNode:
    return TreeNode(organization, bool(organization.child_count) or (dissolved and not organization.is_leaf_node()))


def read_branch(organization: Organization, *, dissolved: bool, after: str | None) -> tuple[list[TreeNode], str | None]:
    """One page of the units directly below, in the tree's order, and the cursor of the next page."""
    children = Organization.objects.filter(parent=organization).with_counts()
    page = KeysetPaginator(children if dissolved else children.alive(), BRANCH_SIZE).page(after=after)
    return [tree_node(child, dissolved=dissolved) for child in page], page.next_cursor


def read_tree(tops: list[Organization], line: list[Organization], *, dissolved: bool, after: str | None):
    """The highest units as nodes, opened along ``line`` (from one of them down to the opened unit)."""
    nodes = {top.pk: tree_node(top, dissolved=dissolved) for top in tops}
    if not line:
        return list(nodes.values())
    above = nodes.setdefault(line[0].pk, tree_node(line[0], dissolved=dissolved))
    for organization in line[1:]:
        step = tree_node(organization, dissolved=dissolved)
        above.opens = above.partial = True
        above.children = [step]
        above = step
    above.children, above.next_cursor = read_branch(line[-1], dissolved=dissolved, after=after)
    above.opens = bool(above.children)
    return list(nodes.values())


class OrganizationListView(ScopedMixin, KeysetListMixin, ListView):
    """The tree, or what the search found."""

    permission_required = "organizations.view_organization"
    model = Organization
    template_name = "organizations/organization_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.search_form = OrganizationSearchForm(self.request.GET)
        self.scope = super().get_queryset()
        if self.printing and not self.search_form.text:
            return self.branch()
        return self.search_form.found(self.scope)

    def get_context_data(self, **kwargs):
        searching, dissolved = self.search_form.text, self.search_form.dissolved_too
        nodes = [] if searching or self.printing else self.nodes(dissolved)
        words = {"searching": searching, "opened": None if searching else self.opened, "dissolved": dissolved}
        return super().get_context_data(search_form=self.search_form, nodes=nodes, **words, **kwargs)

    @cached_property
    def opened(self) -> Organization | None:
        code = self.search_form.opened
        return get_object_or_404(self.scope, code=code) if code else None

    def branch(self):
        """The opened unit and all below it, or all of the scope, in the tree's order."""
        units = self.scope if self.search_form.dissolved_too else self.scope.alive()
        if self.opened:
            units = units.within(Organization.objects.filter(pk=self.opened.pk))
        return units.select_related("parent").with_counts()

    def nodes(self, dissolved: bool) -> list[TreeNode]:
        opened = self.opened
        tops = highest(self.request.user, self.permission_required).with_counts()
        tops = list(tops if dissolved else tops.alive())
        if opened is None and len(tops) == 1:
            opened = tops[0]
        line = list(self.scope.with_counts().above(opened)) if opened else []
        return read_tree(tops, line, dissolved=dissolved, after=self.request.GET.get("after"))


class OrganizationChildrenView(ScopedMixin, SingleObjectMixin, TemplateResponseMixin, View):
    """The rows below one unit as a fragment; opened as a page it leads to the tree opened there."""

    permission_required = "organizations.view_organization"
    model = Organization
    slug_field = slug_url_kwarg = "code"
    template_name = "organizations/partials/tree_branch.html"

    def get(self, request, code):
        organization = self.get_object()
        if not request.headers.get("HX-Request"):
            return redirect(reverse("organizations:organization_list", query={"open": organization.code}))
        dissolved = OrganizationSearchForm(request.GET).dissolved_too
        nodes, cursor = read_branch(organization, dissolved=dissolved, after=request.GET.get("after"))
        context = {"nodes": nodes, "organization": organization, "dissolved": dissolved, "next_cursor": cursor}
        return self.render_to_response(context)
