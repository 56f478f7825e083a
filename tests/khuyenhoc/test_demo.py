"""The demonstration: never in production, never over real data, plainly marked."""

import io
import json
from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts.models import User
from khuyenhoc import demo
from khuyenhoc.demo import communes as sharing
from organizations.models import AreaStatistics, Organization
from organizations.soundness import find_faults
from reports.models import Figure, Narrative, Report

MARKS = {"Số công bố", "Số minh hoạ"}


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """What loading says; the demonstration stays for the tests of this module that ask for it, last."""
    with django_db_blocker.unblock(), transaction.atomic():
        said = io.StringIO()
        settings.DEBUG = True
        call_command("load_demo", stdout=said)
        settings.DEBUG = False
        yield said.getvalue()
        transaction.set_rollback(True)


def test_it_is_refused_in_production(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=0"):
        call_command("load_demo")
    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_it_is_refused_over_other_units(tree, settings):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="trống"):
        call_command("load_demo")
    call_command("load_demo", if_empty=True)
    assert not User.objects.filter(username="tinh").exists()


def test_its_accounts_are_printed_and_can_sign_in(loaded, db, client):
    for username in demo.ACCOUNTS:
        assert f"{username} / {demo.PASSWORD}" in loaded
        assert User.objects.get(username=username).check_password(demo.PASSWORD)
    assert User.objects.filter(is_superuser=True).count() == 0
    assert User.objects.exclude(username__in=demo.ACCOUNTS).filter(is_active=True).count() == 0


def test_the_tree_is_sound_and_what_is_invented_says_so(loaded, db):
    assert find_faults() == []
    own_lines = Figure.objects.exclude(declared=None, no_data=False)
    assert set(own_lines.values_list("reason", flat=True)) == MARKS
    assert set(Figure.objects.exclude(declared_total=None).values_list("total_reason", flat=True)) <= MARKS
    assert not AreaStatistics.objects.exclude(source__contains="minh hoạ").exists()
    notices = Narrative.objects.filter(section="results", text__startswith="Bản trình diễn")
    assert notices.count() == Report.objects.count() > 0


def test_the_document_carries_the_mark(loaded, db, capsys):
    call_command("quarterly_summary", "SL.MC", "2022-Q1")
    assert json.loads(capsys.readouterr().out)["narrative"]["results"].startswith("Bản trình diễn")


def test_the_communes_of_2022_stand_under_their_districts_in_their_territories(loaded, db):
    communes = Organization.objects.filter(level="commune")
    assert communes.count() == 204
    assert communes.exclude(parent__level="district").count() == 0
    assert communes.filter(territory=None).count() == 0
    for commune in communes.select_related("territory__parent", "parent__territory"):
        assert commune.territory.name == commune.short_name
        assert commune.territory.parent == commune.parent.territory
        assert commune.territory.valid_to in (date(2025, 1, 31), date(2025, 6, 30))


def test_what_is_shared_out_among_communes_adds_up_to_what_the_files_say():
    weights = sharing.weigh([f"X.{number}" for number in range(7)])
    for value in (0, 1, 6, 7, 100, 12_345_678):
        parts = sharing.share_out(value, weights)
        assert sum(parts.values()) == value
        assert all(abs(parts[code] - value * weight / sum(weights.values())) < 1 for code, weight in weights.items())
