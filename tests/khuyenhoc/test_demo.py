"""The demonstration: never in production, never over real data, plainly marked."""

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from khuyenhoc import demo
from organizations.models import AreaStatistics, Organization
from organizations.soundness import find_faults
from reports.models import Figure, Narrative, Report


@pytest.fixture
def loaded(db, settings, capsys):
    settings.DEBUG = True
    call_command("load_demo")
    return capsys.readouterr().out


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


def test_its_accounts_are_printed_and_can_sign_in(loaded, client):
    for username in demo.ACCOUNTS:
        assert f"{username} / {demo.PASSWORD}" in loaded
        assert User.objects.get(username=username).check_password(demo.PASSWORD)
    assert User.objects.filter(is_superuser=True).count() == 0
    assert User.objects.exclude(username__in=demo.ACCOUNTS).filter(is_active=True).count() == 0


def test_the_tree_is_sound_and_what_is_invented_says_so(loaded):
    assert find_faults() == []
    own_lines = Figure.objects.exclude(declared=None, no_data=False)
    assert set(own_lines.values_list("reason", flat=True)) == {"Số công bố", "Số minh hoạ"}
    assert not AreaStatistics.objects.exclude(source__contains="minh hoạ").exists()
    notices = Narrative.objects.filter(section="results", text__startswith="Bản trình diễn")
    assert notices.count() == Report.objects.count() > 0


def test_the_document_carries_the_mark(loaded, tmp_path, capsys):
    call_command("quarterly_summary", "SL.MC", "2022-Q1")
    assert json.loads(capsys.readouterr().out)["narrative"]["results"].startswith("Bản trình diễn")
