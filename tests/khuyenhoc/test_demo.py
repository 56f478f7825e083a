"""The demonstration: never in production, never over real data, plainly marked."""

import io
import json
from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q, Sum

from accounts.models import User
from funds import integrity as funds
from funds.models import Award, Campaign, Closing, Entry, Fund, Party, Pledge
from funds.statistics import CODES as FUND_CODES
from khuyenhoc import demo
from khuyenhoc.demo import communes as sharing
from learning_models import integrity as learning_models
from learning_models.models import CriteriaSet, Registrant, Registration, RegistrationCount
from members.models import HeadCount, Member, Officer, Term
from organizations.models import AreaStatistics, Organization
from organizations.soundness import find_faults
from reports.catalogue import COUNTERS
from reports.cells import read_cells
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


def test_its_people_are_invented_and_say_so(loaded, db):
    for name, number in {
        "branches": 4,
        "members": 40,
        "head_counts": 4,
        "officers": 9,
        "terms": 2,
        "registrations": 118,
        "funds": 3,
        "campaigns": 1,
        "fund_entries": 9,
        "pledges": 3,
        "awards": 237,
    }.items():
        assert f"{name}: {number} dòng (minh hoạ)" in loaded
    assert set(Member.objects.values_list("note", flat=True)) == {"minh hoạ"}
    for invented in (Officer, Term):
        assert not invented.objects.exclude(decision_number__contains="(minh hoạ)").exists()
    marked = Q(name__contains="(minh hoạ)") | Q(address__contains="(minh hoạ)")
    assert not Registrant.objects.exclude(marked).exists()
    for decided in (Registration, RegistrationCount):
        assert not decided.objects.exclude(recognised_on=None).exclude(decision_number__contains="(minh hoạ)").exists()
    assert CriteriaSet.objects.for_model("family", date(2022, 1, 1)).name.endswith("(minh hoạ)")
    assert not Organization.objects.filter(level="branch").exclude(name__contains="(minh hoạ)").exists()


def test_its_people_leave_every_report_as_it_was(loaded, db):
    assert Member.objects.count() == 40
    assert not Figure.objects.exclude(from_register=None).filter(indicator__code__startswith="members.").exists()
    assert not Figure.objects.exclude(from_register=None).filter(indicator__code__startswith="officers.").exists()
    assert not Figure.objects.exclude(from_register=None).filter(indicator__code__startswith="learning_mod").exists()


@pytest.mark.parametrize("code", ["SL.TP", "SL.TP.CHIENGDEN", "SL.TP.CHIENGCO", "SL.TP.CHIENGXOM", "SL.TP.HUALA"])
def test_what_the_registers_count_contradicts_no_figure_without_a_reason(code, loaded, db):
    report = Report.objects.get(organization__code=code, round__quarter="2022-Q1")
    report.status = Report.Status.DRAFT  # the registers are counted anew for those alone
    cells = read_cells(report)
    counted = {name for name in COUNTERS if name in cells and cells[name].register is not None}
    assert ("officers.total" if code == "SL.TP" else "members.total") in counted
    for name in counted:
        figure = cells[name].figure
        if name.startswith(("members.", "officers.", "learning_models.")):
            assert cells[name].register == figure.declared, name
        assert figure.reason or figure.declared in (None, cells[name].register), name


@pytest.mark.parametrize("code", ["SL", "SL.TP.CHIENGDEN"])
def test_the_books_of_the_funds_come_to_what_the_figures_say(code, loaded, db):
    report = Report.objects.get(organization__code=code, round__quarter="2022-Q1")
    report.status = Report.Status.DRAFT
    cells = read_cells(report)
    counted = {name for name in FUND_CODES if cells[name].register is not None}
    assert {"funds.raised", "funds.spent", "funds.balance"} <= counted
    assert all(cells[name].register == cells[name].figure.declared for name in counted)
    assert list(funds.find_faults()) == []


def test_what_is_invented_about_money_says_so(loaded, db):
    marked = Q(purpose__contains="số minh hoạ") | Q(category__nature="opening")
    assert not Entry.objects.exclude(marked).exists()
    for named in (Party, Campaign):
        assert not named.objects.exclude(name__contains="(minh hoạ)").exists()
    assert set(Fund.objects.exclude(name__contains="(minh hoạ)").values_list("code", flat=True)) == {"SL.TOHIEU"}


def test_its_campaign_has_a_promise_kept_one_kept_in_part_and_one_waited_for(loaded, db):
    campaign = Campaign.objects.get()
    pledges = Pledge.objects.filter(campaign=campaign).with_given().order_by("amount")
    assert [(pledge.amount, pledge.given, pledge.state) for pledge in pledges] == [
        (300_000, 300_000, Pledge.State.FULFILLED),
        (1_000_000, 200_000, Pledge.State.PART),
        (2_000_000, 0, Pledge.State.OPEN),
    ]
    assert Entry.objects.filter(campaign=campaign).aggregate(sum=Sum("amount"))["sum"] == 1_000_000


def test_the_awards_come_to_what_was_published_and_say_what_is_invented(loaded, db):
    paid = Award.objects.paid()
    assert not paid.exclude(occasion__contains="minh hoạ").exists()
    of_districts = paid.exclude(organization__code="SL").exclude(kind="scholarship")
    sums = dict(of_districts.order_by().values_list("kind").annotate(sum=Sum("portions")))
    assert sums == {"student": 352, "teacher": 247}
    assert of_districts.aggregate(sum=Sum("amount"))["sum"] == 192_800_000
    of_moc_chau = of_districts.filter(Q(organization__code="SL.MC") | Q(organization__parent__code="SL.MC"))
    sums = dict(of_moc_chau.order_by().values_list("kind").annotate(sum=Sum("portions")))
    assert sums == {"student": 132, "teacher": 149}
    of_province = paid.filter(organization__code="SL").values_list("kind", "portions", "amount")
    assert set(of_province) == {("student", 156, 30_000_000), ("scholarship", 35, 35_000_000)}
    assert Closing.objects.in_force().count() == 2 * Fund.objects.count() == 6


def test_communes_with_figures_of_their_own_take_no_part_of_their_districts_awards(loaded, db):
    assert not Award.objects.filter(organization__code__startswith="SL.TP.").exists()
    assert Award.objects.paid().filter(organization__code="SL.TP").aggregate(sum=Sum("amount"))["sum"] == 27_400_000


def test_the_commune_has_names_and_a_head_count(loaded, db):
    counts = HeadCount.objects.get(organization__code="SL.TP.CHIENGDEN")
    assert (counts.members, counts.women) == (1818, None)
    assert Member.objects.active().count() == 38


def test_the_commune_has_families_by_name_and_by_number(loaded, db):
    names = Registration.objects.filter(model="family", year=2022).count()
    numbers = RegistrationCount.objects.filter(model="family", year=2022).aggregate(sum=Sum("count"))["sum"]
    assert (names, numbers) == (30, 1070)
    assert list(learning_models.find_faults()) == []


def test_what_is_shared_out_among_communes_adds_up_to_what_the_files_say():
    weights = sharing.weigh([f"X.{number}" for number in range(7)])
    for value in (0, 1, 6, 7, 100, 12_345_678):
        parts = sharing.share_out(value, weights)
        assert sum(parts.values()) == value
        assert all(abs(parts[code] - value * weight / sum(weights.values())) < 1 for code, weight in weights.items())
