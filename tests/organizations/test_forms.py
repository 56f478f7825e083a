"""The forms own the failure of their operation: reasons beside the fields, what was typed stays."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from organizations.forms import CreateForm, DissolveForm, EditForm, MoveForm, OrganizationSearchForm, RenameForm
from organizations.models import Organization
from organizations.scoping import governed
from organizations.tree import dissolve_organization, move_organization

CHANGE = "organizations.change_organization"
BY = {"user": None, "reason": "thử"}


def make(form_class, organization, user, typed, **more):
    return form_class(typed, organization=organization, reach=governed(user, CHANGE), user=user, **more)


def create_form(organization, user, **typed):
    typed = {"name": "Chi hội Mới", "code": "MOI", "level": "branch", "kind": "village"} | typed
    reach = Organization.objects.allowed(user, "organizations.add_organization")
    return CreateForm(typed, organization=organization, reach=reach, user=user)


def test_only_levels_below_are_offered(cast):
    def levels(organization):
        return [code for code, _ in create_form(organization, cast.manager).fields["level"].choices]

    assert levels(cast.province) == ["district", "commune", "affiliated", "branch"]
    assert levels(cast.first) == ["branch"]
    assert levels(cast.branch) == ["branch"]


def test_what_is_left_empty_follows_the_level(cast):
    form = create_form(cast.first, cast.manager)
    assert form.is_valid()
    assert (form.save().form, form.saved.reports_quarterly) == ("chi_hoi", False)


def test_reporting_can_be_said_against_the_level(cast):
    form = create_form(cast.first, cast.manager, reports_quarterly="yes", form="ban")
    assert form.is_valid()
    assert (form.save().form, form.saved.reports_quarterly) == ("ban", True)


def test_a_bad_code_is_refused_beside_the_code(cast):
    form = create_form(cast.first, cast.manager, code="xã mới")
    assert form.is_valid()
    assert form.save() is None
    assert "Mã chỉ gồm" in form.errors["code"][0]
    assert not Organization.objects.filter(name="Chi hội Mới").exists()


def test_a_reason_about_a_field_that_is_not_asked_stands_on_top(cast):
    dissolve_organization(organization=cast.police, on=date(2020, 6, 30), **BY)
    form = create_form(cast.police, cast.manager, established_on="01/07/2021")
    assert form.is_valid()
    assert form.save() is None
    assert "đã giải thể" in form.non_field_errors()[0]


@pytest.mark.parametrize("typed", ["31/02/2024", "2024", "hôm qua"])
def test_a_date_that_is_none_is_refused_and_stays_as_typed(cast, typed):
    form = make(RenameForm, cast.first, cast.manager, {"name": "Mới", "on": typed, "reason": "QĐ"})
    assert not form.is_valid()
    assert form["on"].value() == typed


@pytest.mark.parametrize(("typed", "day"), [("3/4/2024", date(2024, 4, 3)), ("03042024", date(2024, 4, 3))])
def test_dates_are_read_day_first(cast, typed, day):
    form = make(RenameForm, cast.first, cast.manager, {"name": "Mới", "on": typed, "reason": "QĐ"})
    assert form.is_valid()
    assert form.cleaned_data["on"] == day


def test_a_dated_change_needs_a_reason_that_the_history_can_hold(cast):
    form = make(RenameForm, cast.first, cast.manager, {"name": "Mới", "on": "01/07/2024", "reason": ""})
    assert "reason" in form.errors
    form = make(RenameForm, cast.first, cast.manager, {"name": "Mới", "on": "01/07/2024", "reason": "x" * 101})
    assert "reason" in form.errors


def test_a_change_cannot_be_dated_ahead(cast):
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = make(RenameForm, cast.first, cast.manager, {"name": "Mới", "on": f"{tomorrow:%d/%m/%Y}", "reason": "QĐ"})
    assert "sau hôm nay" in form.errors["on"][0]


def test_a_unit_with_living_units_below_is_not_dissolved(cast):
    form = make(DissolveForm, cast.east, cast.manager, {"on": "30/06/2025", "reason": "QĐ"})
    assert form.is_valid()
    assert form.save() is None
    assert "Còn 2 đơn vị" in form.errors["on"][0]
    assert form["on"].value() == "30/06/2025"


def test_the_same_name_is_no_new_name(cast):
    form = make(RenameForm, cast.first, cast.manager, {"name": cast.first.name, "on": "01/07/2024", "reason": "QĐ"})
    assert "phải khác" in form.errors["name"][0]


def test_a_unit_that_left_the_scope_meanwhile_is_not_changed(cast):
    form = make(RenameForm, cast.first, cast.district_manager, {"name": "Mới", "on": "01/07/2024", "reason": "QĐ"})
    assert form.is_valid()
    move_organization(organization=cast.first, parent=cast.west, on=date(2024, 7, 1), **BY)
    with pytest.raises(PermissionDenied):
        form.save()
    assert cast.first.spells.count() == 2


def test_a_new_parent_that_left_the_scope_meanwhile_is_refused(cast):
    cast.district_manager.appointments.create(organization=cast.west, role="manager")
    form = make(
        MoveForm, cast.first, cast.district_manager, {"query": "A.T", "parent": "A.T", "on": "1/7/2024", "reason": "QĐ"}
    )
    assert form.is_valid()
    cast.district_manager.appointments.filter(organization=cast.west).delete()
    with pytest.raises(PermissionDenied):
        form.save()


def test_a_unit_is_moved_by_the_code_alone(cast):
    form = make(MoveForm, cast.first, cast.manager, {"query": "a.t", "on": "1/7/2025", "reason": "QĐ"})
    assert form.is_valid()
    assert form.save().parent == cast.west


def test_only_units_that_may_stand_above_are_offered(cast):
    form = make(MoveForm, cast.east, cast.administrator, {"query": "hoi"})
    assert [unit.code for unit in form.candidates] == ["B"]


def test_a_unit_is_not_offered_a_place_below_itself(cast):
    form = make(MoveForm, cast.branch, cast.manager, {"query": "doi"})
    assert form.candidates == []
    assert "parent" not in form.fields


def test_a_dissolved_unit_is_no_place_to_move_to(cast):
    dissolve_organization(organization=cast.third, on=date(2024, 6, 30), **BY)
    dissolve_organization(organization=cast.west, on=date(2024, 6, 30), **BY)
    assert make(MoveForm, cast.first, cast.manager, {"query": "tay ho"}).candidates == []


def test_long_lists_of_places_ask_for_more_words(cast, monkeypatch):
    monkeypatch.setattr("organizations.forms.CANDIDATES_SHOWN", 2)
    form = make(MoveForm, cast.branch, cast.manager, {"query": "hoi khuyen hoc"})
    assert form.fields["parent"].queryset.count() == 2
    assert "gõ thêm chữ" in form.fields["parent"].help_text


def test_a_correction_passes_only_what_changed(cast, monkeypatch):
    passed = {}
    monkeypatch.setattr("organizations.forms.correct_organization", lambda **facts: passed.update(facts) or cast.first)
    typed = {"contact_name": "Bà Hà", "form": "hoi", "kind": "territorial", "reports_quarterly": "on"}
    form = make(EditForm, cast.first, cast.manager, typed, governs=True)
    assert form.is_valid()
    form.save()
    assert passed.keys() == {"organization", "user", "reason", "contact_name"}


def test_a_correction_of_nothing_leaves_no_trace(cast):
    form = make(EditForm, cast.east, cast.district_manager, {"reason": "thừa"}, governs=False)
    form.reach = Organization.objects.all()
    assert form.is_valid()
    assert form.save() == cast.east
    assert cast.east.history.count() == 1


def test_search_takes_the_words_in_any_order(tree):
    assert [unit.code for unit in Organization.objects.search("duong xa anh")] == ["A.D.1"]


def test_nothing_looked_for_finds_nothing(tree):
    form = OrganizationSearchForm({"q": "   "})
    assert form.text == ""
    assert not form.found(Organization.objects.all()).exists()
