"""Who reaches which units and rows."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.test import RequestFactory
from django.utils import timezone
from django.views.generic import ListView

from organizations.models import Appointment, AreaStatistics, Organization
from organizations.scoping import ScopedMixin, governed, holds, require, roles_granting
from organizations.tree import move_organization

VIEW = "organizations.view_organization"
CHANGE = "organizations.change_organization"


def codes(queryset):
    return {unit.code for unit in queryset}


def test_a_role_holds_at_its_unit_and_below(cast):
    assert codes(Organization.objects.allowed(cast.district_viewer, VIEW)) == {"A.D", "A.D.1", "A.D.2", "A.D.1.1"}
    assert codes(Organization.objects.allowed(cast.viewer, VIEW)) == {"A.D.1", "A.D.1.1"}
    assert codes(Organization.objects.allowed(cast.stranger, VIEW)) == {"B", "B.1"}


def test_a_role_grants_only_its_own_permissions(cast):
    assert codes(Organization.objects.allowed(cast.secretary, VIEW)) == {"A.D.1", "A.D.1.1"}
    assert codes(Organization.objects.allowed(cast.secretary, CHANGE)) == set()


def test_without_a_role_nothing_is_reached(cast):
    assert codes(Organization.objects.allowed(cast.nobody, VIEW)) == set()
    assert codes(Organization.objects.allowed(AnonymousUser(), VIEW)) == set()


def test_a_superuser_reaches_all(cast):
    assert Organization.objects.allowed(cast.administrator, VIEW).count() == 10
    assert Organization.objects.allowed(cast.administrator, "organizations.add_root").count() == 10


@pytest.mark.parametrize(
    ("starts", "ends", "reached"),
    [(None, -1, False), (1, None, False), (0, None, True), (None, 0, True), (-5, 5, True), (None, None, True)],
)
def test_an_appointment_grants_only_from_its_first_to_its_last_day(cast, starts, ends, reached):
    def day(shift):
        return None if shift is None else timezone.localdate() + timedelta(days=shift)

    cast.viewer.appointments.update(valid_from=day(starts), valid_to=day(ends))
    assert Organization.objects.allowed(cast.viewer, VIEW).exists() is reached
    assert holds(cast.viewer, VIEW) is reached


def test_two_appointments_add_up_without_doubling(cast):
    Appointment.objects.create(user=cast.viewer, organization=cast.east, role="viewer")
    Appointment.objects.create(user=cast.viewer, organization=cast.east, role="secretary")
    assert Organization.objects.allowed(cast.viewer, VIEW).count() == 4


def test_rows_of_an_organization_follow_its_scope(cast):
    for unit in (cast.first, cast.third):
        AreaStatistics.objects.create(organization=unit, year=2022)
    areas = AreaStatistics.objects.allowed(cast.manager, "organizations.view_areastatistics")
    assert areas.count() == 2
    areas = AreaStatistics.objects.allowed(cast.district_manager, "organizations.view_areastatistics")
    assert [area.organization for area in areas] == [cast.first]
    assert not AreaStatistics.objects.allowed(cast.viewer, "organizations.change_areastatistics").exists()


def test_a_moved_unit_leaves_the_reach_of_its_former_parent(cast):
    move_organization(organization=cast.first, parent=cast.west, on=date(2024, 7, 1), user=None, reason="QĐ")
    assert codes(Organization.objects.allowed(cast.district_manager, VIEW)) == {"A.D", "A.D.2"}
    assert codes(Organization.objects.allowed(cast.viewer, VIEW)) == {"A.D.1", "A.D.1.1"}


def test_one_governs_what_is_below_and_never_the_top(cast):
    assert codes(governed(cast.district_manager, CHANGE)) == {"A.D.1", "A.D.2", "A.D.1.1"}
    assert "A" not in codes(governed(cast.manager, CHANGE))
    assert "A.D" in codes(governed(cast.manager, CHANGE))
    assert codes(governed(cast.district_viewer, CHANGE)) == set()
    assert {"A", "B"} <= codes(governed(cast.administrator, CHANGE))


def test_two_separate_tops_do_not_govern_each_other(cast):
    user = cast.district_viewer
    Appointment.objects.create(user=user, organization=cast.third, role="manager")
    Appointment.objects.create(user=user, organization=cast.first, role="manager")
    assert codes(governed(user, CHANGE)) == {"A.D.1.1"}


def test_a_permission_that_no_role_grants_is_a_mistake(cast):
    with pytest.raises(ImproperlyConfigured, match="khuyenhoc/roles.py"):
        Organization.objects.allowed(cast.viewer, "organizations.view_organisation")
    assert roles_granting("organizations.add_root") == []


def test_a_permission_of_superusers_is_granted_to_no_role(cast):
    assert codes(Organization.objects.allowed(cast.manager, "organizations.add_root")) == set()
    with pytest.raises(PermissionDenied):
        require(cast.manager, "organizations.add_root")


def test_a_view_that_forgets_its_permission_raises(cast):
    class Forgetful(ScopedMixin, ListView):
        model = Organization

    request = RequestFactory().get("/")
    request.user = cast.manager
    with pytest.raises(ImproperlyConfigured, match="permission_required"):
        Forgetful.as_view()(request)


def test_enclosing_is_the_units_and_all_above_them_each_once(cast):
    def above(*units):
        return sorted(unit.code for unit in Organization.objects.enclosing(Organization.objects.filter(pk__in=units)))

    assert above(cast.branch.pk) == ["A", "A.D", "A.D.1", "A.D.1.1"]
    assert above(cast.second.pk, cast.west.pk) == ["A", "A.D", "A.D.2", "A.T"]
    assert above() == []
