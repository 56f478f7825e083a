"""The fixed cast: two provinces, and people who may do different things in the first."""

import gc
import os
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import blocking_manager_key

from accounts.models import User
from organizations.models import Role
from organizations.tree import create_organization
from tests.factories import AppointmentFactory, UserFactory
from tests.mould import Mould, folder_of_the_run, work_on
from tests.scenes import Scene
from tests.snapshot import DEMONSTRATION, EMPTY, Snapshot

LONG = {"test_killed_worker.py", "test_whole_quarter.py", "test_integrity.py", "test_access.py", "test_commune_year.py"}
# Flushing would drop what the migrations wrote as well: the hook below puts the empty database back instead.
TransactionTestCase._fixture_teardown = lambda case: None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After a test outside a transaction the database is empty again, unless the next one replaces all of it anyway."""
    result = yield
    marker = item.get_closest_marker("django_db")
    marked = marker and marker.kwargs.get("transaction")
    filled = marked or not {"transactional_db", "live_server"}.isdisjoint(item.fixturenames)
    stash = item.config.stash
    replaced = nextitem is not None and "sonla" in nextitem.fixturenames and DEMONSTRATION in stash
    if filled and EMPTY in stash and nextitem is not None and not replaced:
        with stash[blocking_manager_key].unblock():
            stash[EMPTY].put_back()
    return result


def pytest_configure(config):
    cleanup = ExitStack()
    config.add_cleanup(cleanup.close)
    cleanup.enter_context(folder_of_the_run(config.stash[blocking_manager_key]))


def pytest_collection_finish():
    """What was imported and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config, items):
    """Among several processes the longest files come first, so that none of them is waited for at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.path.name not in LONG and item.path.parent.name != "browser")


@pytest.fixture(scope="session")
def mould(django_db_blocker):
    with django_db_blocker.unblock():
        mould = Mould()
        mould.name()
    return mould


@pytest.fixture(scope="session")
def django_db_setup(mould, django_test_environment, django_db_blocker, pytestconfig):
    """Instead of pytest-django's: the database of this process is a copy, not migrated again."""
    with django_db_blocker.unblock():
        before, name = connection.settings_dict["NAME"], mould.copy(f"process_{os.getpid()}")
        work_on(name)
        pytestconfig.stash[EMPTY] = Snapshot()
    yield
    with django_db_blocker.unblock():
        work_on(before)
        mould.drop(name)


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def plant(code, name, level, parent=None, **facts):
    """Create a unit through the tree service."""
    return create_organization(code=code, name=name, level=level, parent=parent, user=None, **facts)


def plant_tree():
    """Two provinces: A with two districts (three communes, one branch) and the police; B with one commune."""
    province = plant("A", "Hội Khuyến học tỉnh An Bình", "province")
    east = plant("A.D", "Hội Khuyến học huyện Đông Sơn", "district", province)
    west = plant("A.T", "Hội Khuyến học huyện Tây Hồ", "district", province)
    police = plant("A.CA", "Hội Khuyến học Công an tỉnh", "affiliated", province, kind="armed_forces")
    first = plant("A.D.1", "Hội Khuyến học xã Ánh Dương", "commune", east)
    second = plant("A.D.2", "Hội Khuyến học xã Bình Minh", "commune", east)
    third = plant("A.T.1", "Hội Khuyến học xã Cao Sơn", "commune", west)
    branch = plant("A.D.1.1", "Chi hội bản Đồi", "branch", first, kind="village")
    other = plant("B", "Hội Khuyến học tỉnh Bắc Hà", "province")
    foreign = plant("B.1", "Hội Khuyến học xã Lạ", "commune", other)
    return SimpleNamespace(
        province=province,
        east=east,
        west=west,
        police=police,
        first=first,
        second=second,
        third=third,
        branch=branch,
        other=other,
        foreign=foreign,
    )


def appoint(username, organization, *roles):
    user = UserFactory(username=username)
    for role in roles:
        AppointmentFactory(user=user, organization=organization, role=role)
    return user


def appoint_cast(tree):
    """One person per role; ``stranger`` holds every role, in the other province."""
    return SimpleNamespace(
        **vars(tree),
        manager=appoint("manager", tree.province, Role.MANAGER),
        reviewer=appoint("reviewer", tree.province, Role.REVIEWER),
        district_manager=appoint("district_manager", tree.east, Role.MANAGER),
        district_viewer=appoint("district_viewer", tree.east, Role.VIEWER),
        secretary=appoint("secretary", tree.first, Role.SECRETARY),
        viewer=appoint("viewer", tree.first, Role.VIEWER),
        nobody=appoint("nobody", tree.first),
        stranger=appoint("stranger", tree.other, *Role.values),
        administrator=User.objects.create_superuser("administrator", "quantri@example.vn", None),
    )


@pytest.fixture(scope="session")
def scenes(django_db_setup, django_db_blocker):
    """The tree, and the cast on it: made once in a process."""
    with django_db_blocker.unblock():
        tree = Scene(plant_tree)
        return SimpleNamespace(tree=tree, cast=Scene(appoint_cast, tree))


@pytest.fixture
def tree(scenes, db):
    return scenes.tree.put_back()


@pytest.fixture
def cast(scenes, tree):
    return scenes.cast.put_back(tree)
