"""Every address, tried signed out, without a role, from another subtree and with too weak a role.

A new address fails until it is listed here.
"""

from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.periods import Quarter
from reports.services import open_round
from spreadsheets.services import upload_spreadsheet

PUBLIC, SIGNED_IN, ANYWHERE, UNIT = "public", "signed in", "a role anywhere", "a role at the unit"
ADMINISTRATOR = "an administrator"


@dataclass(frozen=True)
class Address:
    """Who may open it: ``weak`` lacks the permission, ``strong`` holds it (at the first commune's district)."""

    needs: str
    weak: str | None = None
    strong: str = "manager"
    arguments: tuple = ()
    posts: bool = False
    opens: int = 200


UNIT_PAGE = ("A.D.1",)
SUMMARY = ("A.D.1", "2022-Q1")
BATCH = ("a batch of the manager's",)
FILE = "code,name,level,parent_code\nA.D.7,Xã Mới,commune,A.D\n,Thiếu mã,commune,A.D\n".encode()
ADDRESSES = {
    "home": Address(SIGNED_IN),
    "healthz": Address(PUBLIC),
    "first_run": Address(ADMINISTRATOR, weak="manager", strong="administrator", opens=302),
    "first_run_units": Address(ADMINISTRATOR, weak="manager", strong="administrator", opens=404),
    "accounts:login": Address(PUBLIC),
    "accounts:logout": Address(SIGNED_IN, posts=True, opens=302),
    "accounts:password_change": Address(SIGNED_IN),
    "accounts:password_change_done": Address(SIGNED_IN),
    "organizations:organization_list": Address(ANYWHERE, strong="viewer"),
    "organizations:switch": Address(SIGNED_IN, posts=True, opens=404),
    "organizations:organization_detail": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "organizations:organization_children": Address(UNIT, strong="viewer", arguments=UNIT_PAGE, opens=302),
    "organizations:organization_create": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_edit": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_rename": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_move": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:organization_dissolve": Address(UNIT, weak="secretary", arguments=UNIT_PAGE),
    "organizations:document_settings": Address(UNIT, weak="viewer", arguments=UNIT_PAGE),
    "spreadsheets:batch_list": Address(ANYWHERE, weak="viewer"),
    "spreadsheets:batch_create": Address(ANYWHERE, weak="viewer"),
    "spreadsheets:batch_detail": Address(UNIT, weak="viewer", arguments=BATCH),
    "spreadsheets:batch_apply": Address(UNIT, weak="viewer", arguments=BATCH, posts=True, opens=302),
    "spreadsheets:batch_refused": Address(UNIT, weak="viewer", arguments=BATCH),
    "spreadsheets:kind_template": Address(ANYWHERE, weak="secretary", arguments=("organizations",)),
    "reports:report_list": Address(ANYWHERE, strong="viewer"),
    "reports:summary": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:document_number": Address(UNIT, weak="viewer", arguments=SUMMARY),
    "reports:summary_json": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:summary_docx": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:summary_xlsx": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "reports:summary_pdf": Address(UNIT, strong="viewer", arguments=SUMMARY),
    "dashboard:dashboard": Address(ANYWHERE, strong="viewer", opens=302),
    "dashboard:overview": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:ranking": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:trend": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:pivot": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:pivot_xlsx": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
    "dashboard:map": Address(UNIT, strong="viewer", arguments=UNIT_PAGE),
}


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


@pytest.fixture
def visit(cast, client, settings, tmp_path):
    """visit(name, person) answers the status of the address for a person of the cast, None is signed out."""
    settings.MEDIA_ROOT = tmp_path
    quarter = Quarter(2022, 1)
    open_round(root=cast.province, quarter=quarter, due_on=quarter.next.first_day, user=None)
    batch = upload_spreadsheet(
        kind="organizations", file=ContentFile(FILE, "units.csv"), name="units.csv", user=cast.manager
    )

    def visit(name, person):
        client.logout()
        if person:
            client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        address = ADDRESSES[name]
        url = reverse(name, args=[batch.pk] if address.arguments is BATCH else address.arguments)
        response = client.post(url) if address.posts else client.get(url)
        if response.status_code == 302 and response.url.startswith(reverse("accounts:login")):
            return "sign in" if not name.startswith("accounts:") or not person else 302
        return response.status_code

    return visit


def test_every_address_is_listed():
    assert set(NAMES) == set(ADDRESSES)


@pytest.mark.parametrize("name", NAMES)
def test_signed_out_only_public_addresses_open(name, visit):
    assert visit(name, None) == (ADDRESSES[name].opens if ADDRESSES[name].needs == PUBLIC else "sign in")


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
