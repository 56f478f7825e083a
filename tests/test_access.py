"""Every address, tried signed out, without a role, from another subtree and with too weak a role.

A new address fails until it is listed in `tests.addresses`.
"""

import shutil
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from core.periods import Quarter
from funds.closing import Counted, close_month, month_end
from funds.parties import enter_party
from learning_models.decisions import list_registrations, open_decision
from learning_models.models import Registration
from members.models import HeadCount, Member, Officer, Term
from members.services import create_member
from reports.builders.quarterly_summary import build
from reports.guidance import publish_guidance
from reports.models import Report
from reports.revisions import keep
from reports.services import close_round, open_round
from reports.tokens import issue_token
from spreadsheets.services import upload_spreadsheet
from tests.addresses import (
    ADDRESSES,
    ADMINISTRATOR,
    ANYWHERE,
    ASSESSED,
    BATCH,
    BRANCH_CERTIFICATES,
    CAMPAIGN,
    CERTIFICATE,
    CLOSING,
    DECISION_DRAFT,
    DECISION_ISSUED,
    DUES_DRAFT,
    DUES_RATE,
    DUES_RECEIPT,
    ENTRY,
    FILE,
    FILED,
    FUND,
    FUND_ACCOUNT,
    GIVEN,
    GUIDANCE,
    HEAD_COUNT,
    MEMBER,
    MEMBERSHIP,
    NUMBER,
    OFFICER,
    PAIR,
    PARTY,
    PARTY_PAIR,
    PLEDGE,
    PROGRAMME,
    PUBLIC,
    REGISTRANT,
    REGISTRATION,
    REVIEWED,
    REVISION,
    TERM,
    TOKEN,
    UNIT,
)
from tests.dues import draft_of, people_of, rate_at, receipt_for
from tests.funds.books import account_of, fund_of, income
from tests.funds.donors import campaign_of, pledge_of
from tests.funds.prizes import given as award_given
from tests.funds.prizes import programme_of
from tests.learning_models.register import add_count, add_meeting, add_registration, assess, recognise, review
from tests.scenes import Scene


def named(patterns, namespace=""):
    """Every URL name outside the Django admin, which is for administrators only."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from named(
                    pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                )
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


NAMES = sorted(set(named(get_resolver().url_patterns)))


def make_dues(cast, arguments):
    """The row of an address about dues, else None."""
    if arguments not in (DUES_DRAFT, DUES_RECEIPT, DUES_RATE):
        return None
    dues = people_of(cast)
    if arguments is DUES_RATE:
        return rate_at(cast.first)
    return (draft_of if arguments is DUES_DRAFT else receipt_for)(cast.branch, {dues.members[0]: 10_000})


def make_decision(cast, arguments):
    """The row of an address about decisions, else None."""
    if arguments[:1] not in (DECISION_DRAFT, DECISION_ISSUED, CERTIFICATE, BRANCH_CERTIFICATES[:1]):
        return None
    listed, given = add_registration(cast.branch), add_registration(cast.branch)
    review(listed, given)
    if arguments[:1] == DECISION_DRAFT:
        decision = open_decision(organization=cast.first, model="family", year=2022, user=None)
        list_registrations(decision=decision, keys=[listed.pk], reach=Registration.objects.all(), user=None)
        return decision
    decision = recognise(given, organization=cast.first)
    if arguments is BRANCH_CERTIFICATES:
        return None
    return decision if arguments is DECISION_ISSUED else given.certificate


def make_fund(cast):
    """A fund of the first commune and one of each of its rows."""
    fund = fund_of(cast.first, FUND[0], cash=1000)
    party = enter_party(organization=cast.first, name="Công ty Ánh Dương", user=None)
    counted = {account_of(fund).pk: Counted(1000)}
    closing = close_month(fund=fund, last_day=month_end(fund.opened_on), counted=counted, user=None)
    entry = income(fund, 500, party=party)
    rows = {ENTRY: entry, FUND_ACCOUNT: account_of(fund), CLOSING: closing, PARTY: party}
    return rows | {CAMPAIGN: campaign_of(fund), PLEDGE: pledge_of(fund, party)}


def enter_one_of_each(cast):
    """A row for every address that needs one, under ``rows``."""
    quarter = Quarter(2022, 1)
    open_round(root=cast.province, quarter=quarter, due_on=quarter.next.first_day, user=None)
    earlier, _ = open_round(root=cast.province, quarter=quarter.previous, due_on=quarter.first_day, user=None)
    close_round(round_=earlier, user=None)
    batch = upload_spreadsheet(
        kind="organizations", file=ContentFile(FILE, "units.csv"), name="units.csv", user=cast.manager
    )
    guidance = publish_guidance(
        organization=cast.east, title="Mẫu", text="Theo mẫu.", file=ContentFile(b"%PDF-", "mau.pdf"), user=None
    )
    token, secret = issue_token(organization=cast.first, label="Cổng thông tin", user=None)
    officer = Officer.objects.create(organization=cast.first, full_name="Lò Thị Hà", post="chair")
    term = Term.objects.create(organization=cast.first, number=5, starts_on="2022-01-01", ends_on="2026-12-31")
    person = Member(organization=cast.branch, full_name="Lò Thị Hà", id_number="014085001234")
    person = create_member(member=person, joined_on=quarter.first_day, user=None)
    counted = HeadCount.objects.create(organization=cast.first, date=quarter.last_day, members=40)
    rows = {BATCH: batch, GUIDANCE: guidance, TOKEN: token, OFFICER: officer, TERM: term}
    rows |= {MEMBER: person, HEAD_COUNT: counted}
    rows[MEMBERSHIP] = person.memberships.get()
    rows[REGISTRATION] = add_registration(cast.branch)
    rows[REGISTRANT] = rows[REGISTRATION].registrant
    rows[NUMBER] = add_count(cast.first, 30)
    twin = create_member(
        member=Member(organization=cast.branch, full_name="Lò Thị Hà"), joined_on=quarter.first_day, user=None
    )
    rows |= make_fund(cast)
    namesake = enter_party(organization=cast.first, name="Công ty Ánh Dương", user=None)
    rows[PROGRAMME] = programme_of(cast.first)
    rows[GIVEN] = award_given(cast.first)
    rows[REVIEWED] = add_registration(cast.first)
    add_meeting(cast.first)
    rows[ASSESSED] = add_registration(cast.first)
    assess(rows[ASSESSED])
    rows[FILED] = add_registration(cast.branch)
    given = {"status": "recognised", "recognised_on": quarter.last_day, "decision_number": "7/QĐ"}
    Registration.objects.filter(pk=rows[FILED].pk).update(**given)
    return SimpleNamespace(rows=rows, twin=twin, namesake=namesake, secret=secret)


@pytest.fixture(scope="module")
def furnished(scenes, django_db_blocker, tmp_path_factory):
    """The cast with one of each, and the folder of the rows' files."""
    files = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=files), django_db_blocker.unblock():
        return Scene(enter_one_of_each, scenes.cast), files


@pytest.fixture
def visit(furnished, cast, client, settings, tmp_path):
    """visit(name, person) answers the status of the address for a person of the cast, None is signed out."""
    quarter = Quarter(2022, 1)
    scene, files = furnished
    settings.MEDIA_ROOT = shutil.copytree(files, tmp_path / "media")
    made = scene.put_back(cast)
    rows, client.secret = made.rows, made.secret

    def visit(name, person, **headers):
        client.logout()
        if person:
            client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        address = ADDRESSES[name]
        if address.arguments is REVISION:
            report = Report.objects.get(organization=cast.first, round__quarter=quarter)
            summary = build(organization=cast.first, period=quarter, accepted_only=True)
            keep(report, summary, None, timezone.now())
        row = rows.get(address.arguments[:1]) or make_dues(cast, address.arguments)
        row = row or make_decision(cast, address.arguments)
        arguments = [rows[MEMBER].pk, made.twin.pk] if address.arguments is PAIR else address.arguments
        arguments = [rows[PARTY].pk, made.namesake.pk] if address.arguments is PARTY_PAIR else arguments
        url = reverse(name, args=[row.pk, *arguments[1:]] if row else arguments)
        response = (client.post if address.posts else client.get)(url, headers=headers)
        if response.status_code == 302 and response.url.startswith(reverse("accounts:login")):
            return "sign in" if not name.startswith("accounts:") or not person else 302
        return response.status_code

    return visit


def test_every_address_is_listed():
    assert set(NAMES) == set(ADDRESSES)


@pytest.mark.parametrize("name", NAMES)
def test_signed_out_only_public_addresses_open(name, visit):
    assert visit(name, None) == (ADDRESSES[name].opens if ADDRESSES[name].needs == PUBLIC else "sign in")


@pytest.mark.parametrize("name", NAMES)
def test_a_token_opens_one_address_only(name, visit, client):
    answer = visit(name, None, authorization=f"Bearer {client.secret}")
    without = ADDRESSES[name].opens if ADDRESSES[name].needs == PUBLIC else "sign in"
    assert answer == (200 if name == "reports:summary_json" else without)


@pytest.mark.parametrize("name", [name for name in NAMES if ADDRESSES[name].needs in (ANYWHERE, UNIT, ADMINISTRATOR)])
def test_without_a_role_the_answer_is_403(name, visit):
    assert visit(name, "nobody") == 403


@pytest.mark.parametrize("name", [name for name in NAMES if ADDRESSES[name].needs == UNIT])
def test_from_another_subtree_the_answer_is_404(name, visit):
    assert visit(name, "stranger") == 404


@pytest.mark.parametrize("name", [name for name in NAMES if ADDRESSES[name].weak])
def test_with_too_weak_a_role_the_answer_is_403(name, visit):
    assert visit(name, ADDRESSES[name].weak) == 403


@pytest.mark.parametrize("name", [name for name in NAMES if ADDRESSES[name].needs != PUBLIC])
def test_with_the_role_the_address_opens(name, visit):
    assert visit(name, ADDRESSES[name].strong) == ADDRESSES[name].opens


def test_the_admin_is_for_administrators_only(cast, client):
    for person, expected in ((cast.manager, 302), (cast.administrator, 200)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(reverse("admin:index")).status_code == expected
