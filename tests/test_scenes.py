"""Rows that are put back are those that the services write, and one test's changes reach no other."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from organizations.models import Appointment, Organization, OrganizationSpell
from organizations.soundness import find_faults
from tests.conftest import appoint_cast, plant, plant_tree
from tests.scenes import TABLES, Scene

KEYS = {"id", "history_id", "tree_id"}
MOMENTS = {"created_at", "updated_at", "history_date", "date_joined", "password"}


def rows_of(model):
    """What stands in a table, without keys and moments."""
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if field.name not in KEYS | MOMENTS and not field.is_relation and not field.primary_key
    ]
    return sorted(map(repr, model._base_manager.values_list(*names))), model._base_manager.count()


def written(begin):
    """What ``begin`` leaves in every table that it writes to; it is rolled back."""
    before = {model: model._base_manager.count() for model in TABLES}
    with transaction.atomic():
        begin()
        rows = {model: rows_of(model) for model in TABLES if model._base_manager.count() != before[model]}
        transaction.set_rollback(True)
    return rows


def test_what_is_put_back_is_what_the_services_write(scenes, db):
    put_back = written(scenes.cast.put_back)
    assert {Organization, Organization.history.model, OrganizationSpell, Appointment} <= set(put_back)
    assert put_back == written(lambda: appoint_cast(plant_tree()))


def test_the_tree_is_sound_and_grows_on(cast):
    assert find_faults() == []
    new = plant("A.D.3", "Hội Khuyến học xã Mới", "commune", cast.east)
    assert new.pk not in {cast.first.pk, cast.foreign.pk}
    assert find_faults() == []


@pytest.mark.parametrize("turn", [1, 2])
def test_a_change_of_one_test_does_not_reach_the_next(cast, turn):
    assert (cast.first.name, cast.first.__dict__.get("mark")) == ("Hội Khuyến học xã Ánh Dương", None)
    assert Organization.objects.get(pk=cast.first.pk).name == cast.first.name
    cast.first.mark = turn
    Organization.objects.update(name=f"Đổi lần {turn}")


def test_what_stands_on_a_tree_refers_to_the_tree_of_the_test(scenes, tree):
    scene = scenes.cast.put_back(tree)
    assert scene.first is tree.first
    assert scene.secretary.appointments.get().organization == tree.first


def test_a_scene_that_changes_what_stood_before_is_refused(scenes, db):
    def rename(below):
        Organization.objects.filter(pk=below.first.pk).update(name="Tên khác")
        return SimpleNamespace()

    with pytest.raises(AssertionError):
        Scene(rename, scenes.tree)
    assert not Organization.objects.exists()
