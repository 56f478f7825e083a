"""From an empty start to an open round, one step after another; nobody else gets in."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.periods import Quarter
from khuyenhoc import first_run
from organizations.models import AdministrativeUnit, Appointment, Organization
from organizations.soundness import find_faults
from reports.models import Report, ReportingRound
from spreadsheets.services import apply_spreadsheet
from tests.conftest import plant

PAGE = "/first-run/"
ACCOUNT = {"username": "quantri", "full_name": "Người quản trị", "password1": "Khuyen-hoc-2026", "password2": ""}
DIEN_BIEN = {"province": "11", "tiers": "2", "day": ""}


def account(**changes):
    return ACCOUNT | {"password2": ACCOUNT["password1"]} | changes


@pytest.fixture
def visitor(db, client):
    """Someone who has shown the code."""
    assert client.get(PAGE, {"code": first_run.setup_code()}).status_code == 302
    return client


@pytest.fixture
def administrator(visitor):
    assert visitor.post(PAGE, account()).status_code == 302
    return visitor


def test_without_the_code_nobody_creates_the_first_account(db, client):
    assert "Mã thiết lập" in client.get(PAGE).content.decode()
    client.post(PAGE, account())
    client.post(PAGE, {"code": "AAAA-BBBB-CCCC"})
    client.post(PAGE, account())
    assert not User.objects.exists()


def test_the_code_may_be_typed_without_capitals_and_dashes(db, client):
    typed = first_run.setup_code().lower().replace("-", " ")
    assert client.post(PAGE, {"code": typed}).status_code == 302
    assert "Tạo tài khoản quản trị" in client.get(PAGE).content.decode()


def test_the_sign_in_page_shows_the_way_until_there_is_an_account(visitor):
    assert PAGE in visitor.get("/accounts/login/").content.decode()
    visitor.post(PAGE, account())
    visitor.logout()
    assert PAGE not in visitor.get("/accounts/login/").content.decode()


def test_the_first_account_is_an_administrator_and_signed_in(administrator):
    user = User.objects.get()
    assert user.is_superuser
    assert user.is_staff
    assert user.history.get().history_change_reason == first_run.REASON
    assert "Tỉnh và đơn vị" in administrator.get(PAGE).content.decode()
    assert "Tiếp tục thiết lập" in administrator.get("/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"password1": "123", "password2": "123"},
        {"password2": "khác"},
        {"username": "có dấu cách"},
        {"password1": " " * 12, "password2": " " * 12},
    ],
)
def test_a_wrong_account_is_refused_and_the_name_stays(visitor, wrong):
    response = visitor.post(PAGE, account(**wrong))
    assert response.context["form"].errors
    assert "Người quản trị" in response.content.decode()
    assert not User.objects.exists()


def test_once_there_is_an_account_the_code_opens_nothing(administrator, client):
    administrator.logout()
    response = client.get(PAGE, {"code": first_run.setup_code()})
    assert response.url.startswith("/accounts/login/")


def test_units_are_shown_before_they_are_created(administrator):
    page = administrator.post(PAGE, DIEN_BIEN).content.decode()
    assert "Sẽ tạo 46 đơn vị" in page
    assert "Hội Khuyến học phường Mường Thanh" in page
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("chosen", "districts", "communes"),
    [
        ({"province": "11", "tiers": "2"}, 0, 45),
        ({"province": "11", "tiers": "3"}, 10, 129),
        ({"province": "14", "tiers": "2"}, 0, 75),
        ({"province": "14", "tiers": "3"}, 12, 200),
        ({"province": "14", "tiers": "3", "day": "31/03/2022"}, 12, 204),
    ],
)
def test_the_tree_is_the_one_of_the_state_on_that_day(administrator, chosen, districts, communes):
    administrator.post(PAGE, chosen | {"confirmed": "1"})
    assert Organization.objects.filter(level="district").count() == districts
    assert Organization.objects.filter(level="commune").count() == communes
    assert Organization.objects.filter(parent=None).count() == 1
    assert find_faults() == []
    for unit in Organization.objects.select_related("territory__parent", "parent"):
        assert unit.name.lower() == f"hội khuyến học {unit.territory.name.lower()}"
        assert unit.parent is None or unit.parent.territory == unit.territory.parent


@pytest.mark.parametrize(
    "wrong",
    [
        {"province": ""},
        {"province": "99"},
        {"tiers": "3", "day": "01/07/2025"},
        {"tiers": "2", "day": "30/06/2025"},
        {"day": "31/02/2025"},
    ],
)
def test_what_does_not_fit_together_is_refused(administrator, wrong):
    response = administrator.post(PAGE, DIEN_BIEN | {"confirmed": "1"} | wrong)
    assert response.context["form"].errors
    assert not Organization.objects.exists()


def test_another_province_comes_from_a_spreadsheet(administrator):
    response = administrator.post(PAGE, {"province": "other", "tiers": "2"})
    assert response.url == f"{reverse('spreadsheets:batch_create')}?kind=organizations"


def test_the_list_can_be_mended_in_excel_and_taken_in(administrator):
    content = administrator.get("/first-run/units.xlsx", {"province": "14", "tiers": "3"}).content
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert len(rows) == 1 + 1 + 12 + 200
    user = User.objects.get()
    checked = apply_spreadsheet(kind="organizations", file=io.BytesIO(content), name="x.xlsx", user=user)
    assert checked.counts["refused"] == 0
    assert Organization.objects.filter(level="commune").count() == 200
    # A code that means another unit today is left out, so no territory is a wrong one.
    placed = Organization.objects.exclude(territory=None).select_related("territory")
    assert [unit for unit in placed if unit.short_name != unit.territory.name] == []
    bearers = AdministrativeUnit.objects.on(timezone.localdate())
    reborn = set(bearers.values_list("code", flat=True)) - {"14"}
    lost = Organization.objects.filter(territory=None)
    assert {unit.code.split(".")[-1] for unit in lost} <= reborn
    assert placed.count() > 100


def test_codes_begin_with_the_initials_of_the_province():
    def named(name):
        return first_run.initials(AdministrativeUnit(name=name, code="00"))

    assert [named(name) for name in ("Tỉnh Điện Biên", "Thành phố Hồ Chí Minh", "Tỉnh Bà Rịa - Vũng Tàu")] == [
        "DB",
        "HCM",
        "BRVT",
    ]


def test_from_the_manager_to_an_open_round(administrator):
    administrator.post(PAGE, DIEN_BIEN | {"confirmed": "1"})
    manager = account(username="quanly", full_name="Người quản lý")
    administrator.post(PAGE, manager)
    appointment = Appointment.objects.get()
    assert (appointment.user.username, appointment.role) == ("quanly", "manager")
    assert not appointment.user.is_superuser
    assert appointment.organization == first_run.root()
    response = administrator.post(PAGE, {"quarter": "quý III/2026", "due_on": "05/10/2026"}, follow=True)
    assert "Đã thiết lập xong và mở quý III/2026." in response.content.decode()
    assert ReportingRound.objects.get().quarter == Quarter(2026, 3)
    assert Report.objects.count() == 46
    assert administrator.get(PAGE).url == "/"


def test_the_administrator_may_manage_without_another_account(administrator):
    administrator.post(PAGE, DIEN_BIEN | {"confirmed": "1"})
    administrator.post(PAGE, {"mine": "on"})
    assert Appointment.objects.get().user == User.objects.get()


def test_the_quarter_in_work_is_proposed(administrator):
    administrator.post(PAGE, DIEN_BIEN | {"confirmed": "1"})
    administrator.post(PAGE, {"mine": "on"})
    form = administrator.get(PAGE).context["form"]
    assert form.initial["quarter"] == Quarter.of(timezone.localdate())
    wrong = administrator.post(PAGE, {"quarter": "quý V/2026", "due_on": date(2000, 1, 1)})
    assert wrong.context["form"].errors.keys() == {"quarter"}
    early = administrator.post(PAGE, {"quarter": "quý III/2026", "due_on": "01/01/2026"})
    assert "hãy kiểm tra lại năm" in early.content.decode()
    assert not ReportingRound.objects.exists()


def test_a_manager_who_is_no_administrator_does_not_set_up(cast, client):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).status_code == 403


def test_a_second_manager_is_refused_behind_the_lock(administrator):
    administrator.post(PAGE, DIEN_BIEN | {"confirmed": "1"})
    user = User.objects.get()
    first_run.appoint_manager(organization=first_run.root(), manager=user, user=user)
    with pytest.raises(ValidationError, match="Đã có người quản lý"):
        first_run.appoint_manager(organization=first_run.root(), manager=User(username="khac"), user=user)
    assert User.objects.count() == 1


def test_the_living_province_is_set_up(db):
    plant("CU", "Hội Khuyến học tỉnh Cũ", "province", dissolved_on=date(2025, 6, 30))
    living = plant("MOI", "Hội Khuyến học tỉnh Mới", "province")
    assert first_run.root() == living
