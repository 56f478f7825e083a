"""The first start of a real province: what is still missing, and the units that the State's list proposes."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from core.history import because
from core.vietnamese import fold
from organizations import tree
from organizations.administrative import Area, units_below
from organizations.models import AdministrativeUnit, Appointment, Form, Kind, Level, Organization, Role
from organizations.resources import OrganizationSheet
from reports.models import ReportingRound
from spreadsheets.writing import template_workbook

STEPS = {"account": "Tài khoản quản trị", "units": "Tỉnh và đơn vị", "manager": "Người quản lý", "round": "Kỳ báo cáo"}
REASON = "Thiết lập ban đầu"
LEVELS = {
    AdministrativeUnit.Tier.PROVINCE: Level.PROVINCE,
    AdministrativeUnit.Tier.DISTRICT: Level.DISTRICT,
    AdministrativeUnit.Tier.COMMUNE: Level.COMMUNE,
}


def setup_code() -> str:
    """What the console prints and the first visitor types: it follows from the secret key and is kept nowhere."""
    digest = salted_hmac("khuyenhoc.first_run", "setup", algorithm="sha256").digest()
    letters = base64.b32encode(hashlib.sha256(digest).digest()).decode()[:12]
    return "-".join(letters[place : place + 4] for place in (0, 4, 8))


def is_setup_code(typed: str) -> bool:
    letters = "".join(char for char in typed.upper() if char.isalnum())
    return constant_time_compare(letters, setup_code().replace("-", ""))


def root() -> Organization | None:
    """The living province; a dissolved one only where there is no other."""
    provinces = Organization.objects.filter(parent=None).order_by("pk")
    return provinces.alive().first() or provinces.first()


def next_step() -> str | None:
    """The first step that is not done yet; None when the province is set up."""
    if not User.objects.exists():
        return "account"
    province = root()
    if province is None:
        return "units"
    if not Appointment.objects.in_force().filter(organization=province, role=Role.MANAGER).exists():
        return "manager"
    return None if ReportingRound.objects.filter(root=province).exists() else "round"


@dataclass(frozen=True)
class Plan:
    """The units to create, parents first, unsaved."""

    province: AdministrativeUnit
    day: date
    units: tuple[Organization, ...]

    def of(self, level: str) -> list[Organization]:
        return [unit for unit in self.units if unit.level == level]

    @property
    def districts(self) -> list[Organization]:
        return self.of(Level.DISTRICT)

    @property
    def communes(self) -> list[Organization]:
        return self.of(Level.COMMUNE)


def plan_units(province: AdministrativeUnit, day: date) -> Plan:
    """An association for the province and for every unit of the State below it on the day."""
    prefix = initials(province)
    top = association(province, prefix, None)
    units = [top]

    def add(areas: tuple[Area, ...], parent: Organization) -> None:
        for area in areas:
            unit = association(area.unit, f"{prefix}.{area.unit.code}", parent)
            units.append(unit)
            add(area.below, unit)

    add(units_below(province, day), top)
    return Plan(province, day, tuple(units))


def initials(province: AdministrativeUnit) -> str:
    """ "DB" for Tỉnh Điện Biên: the code of the province's association begins every other code."""
    words = fold(province.name).split()
    bare = words[2:] if words[:2] == ["thanh", "pho"] else words[1:]
    return "".join(word[0] for word in bare if word[0].isalnum()).upper() or province.code


def association(unit: AdministrativeUnit, code: str, parent: Organization | None) -> Organization:
    return Organization(
        code=code,
        name=f"Hội Khuyến học {unit.name[:1].lower()}{unit.name[1:]}",
        level=LEVELS[unit.tier],
        form=Form.HOI,
        kind=Kind.TERRITORIAL,
        parent=parent,
        territory=unit,
        reports_quarterly=True,
    )


@transaction.atomic
def create_units(*, province: AdministrativeUnit, day: date, user: User) -> int:
    """Create what `plan_units` proposes and return how many; ValidationError when a province is there already."""
    tree.lock()
    if root() is not None:
        raise ValidationError("Đã có đơn vị trong phần mềm, nên chưa tạo gì thêm.")
    plan = plan_units(province, day)
    tree.load_organizations(created=list(plan.units), changed=[], user=user, reason=REASON)
    return len(plan.units)


@transaction.atomic
def create_administrator(form) -> User:
    """The first account of all; ValidationError when there is one already."""
    tree.lock()
    if User.objects.exists():
        raise ValidationError("Đã có tài khoản quản trị. Hãy đăng nhập bằng tài khoản ấy.")
    user = form.save(commit=False)
    user.is_staff = user.is_superuser = True
    because(user, user=None, reason=REASON).save()
    return user


@transaction.atomic
def appoint_manager(*, organization: Organization, manager: User, user: User) -> Appointment:
    """The manager's account, saved when it is new, and the role at the top; ValidationError when there is one."""
    tree.lock()
    if next_step() != "manager":
        raise ValidationError("Đã có người quản lý. Hãy tải lại trang để làm tiếp.")
    if manager.pk is None:
        because(manager, user=user, reason=REASON).save()
    appointment = Appointment(
        user=manager, organization=organization, role=Role.MANAGER, valid_from=timezone.localdate()
    )
    because(appointment, user=user, reason=REASON).save()
    return appointment


def meant_today(plan: Plan) -> set[AdministrativeUnit]:
    """The territories whose code still means them: nobody else bears it today, and nobody bore it after them."""
    territories = [unit.territory for unit in plan.units]
    bearers: dict[tuple[str, str], AdministrativeUnit] = {}
    codes = [territory.code for territory in territories]
    for bearer in AdministrativeUnit.objects.filter(code__in=codes).order_by(F("valid_to").asc(nulls_last=True)):
        bearers[bearer.tier, bearer.code] = bearer
    return {territory for territory in territories if bearers[territory.tier, territory.code] == territory}


def units_workbook(plan: Plan) -> bytes:
    """The plan as a spreadsheet of units, to be mended in Excel and taken in.

    A State's code is read as of today there, so it is left out where it means another unit today.
    """
    meant = meant_today(plan)
    rows = [
        {
            "code": unit.code,
            "name": unit.name,
            "level": unit.level,
            "kind": unit.kind,
            "form": unit.form,
            "parent_code": unit.parent.code if unit.parent else "",
            "administrative_code": unit.territory.code if unit.territory in meant else "",
            "reports_quarterly": "1",
        }
        for unit in plan.units
    ]
    return template_workbook(OrganizationSheet, rows)
