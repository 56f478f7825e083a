"""Setting a target, and handing one down to the units directly below by a rule: never over another one silently."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.history import because
from core.sheets import Importer, save_in_bulk
from organizations.models import Organization
from organizations.spells import UnitOfDay
from reports.models import Indicator, Target
from reports.targets import UnitsBelow, share_out

PERMISSION = "reports.change_target"
SAME_RATE, BY_POPULATION = "same_rate", "by_population"
NEW, SAME, DIFFERS, LEFT_OUT = "new", "same", "differs", "left_out"
OUT_OF_REACH = "Mục tiêu của đơn vị này không thuộc phạm vi của ông/bà."
CHANGED_MEANWHILE = (
    "Mục tiêu hoặc đơn vị cấp dưới vừa thay đổi, chưa ghi gì. Ông/bà xem lại bảng dưới đây rồi giao lại."
)


@transaction.atomic
def set_target(
    *, organization: Organization, indicator: Indicator, year: int, value: Decimal, act: str, user, seen: Decimal | None
) -> Target:
    """Write down one target. ``seen`` is the value that the user saw before, None for none.

    Raises ValidationError out of reach, for an area, and when another value stands there by now.
    """
    require_reach(organization, user)
    if indicator.source == Indicator.Source.AREA:
        raise ValidationError("Số liệu địa bàn không đặt mục tiêu.")
    rows = Target.objects.select_for_update().filter(organization=organization, indicator=indicator, year=year)
    target = rows.first() or Target(organization=organization, indicator=indicator, year=year)
    if (target.value if target.pk else None) != seen:
        raise ValidationError("Vừa có người ghi mục tiêu khác. Ông/bà tải lại trang để xem số mới rồi quyết định.")
    if target.pk and (target.value, target.act) == (value, act):
        return target
    target.value, target.act = value, act
    try:
        with transaction.atomic():
            because(target, user=user, reason=act or "Đặt mục tiêu").save()
    except IntegrityError as error:
        raise ValidationError("Vừa có người ghi mục tiêu này. Ông/bà tải lại trang rồi xem lại.") from error
    return target


def require_reach(organization: Organization, user) -> None:
    if not Organization.objects.allowed(user, PERMISSION).filter(pk=organization.pk).exists():
        raise ValidationError(OUT_OF_REACH)


@dataclass(frozen=True)
class Part:
    """What one unit below has, and what it would get; None where it is left out."""

    unit: UnitOfDay
    population: int | None
    target: Target | None
    after: Decimal | None

    @property
    def before(self) -> Decimal | None:
        return self.target.value if self.target else None

    @property
    def state(self) -> str:
        if self.after is None:
            return LEFT_OUT
        if self.before is None:
            return NEW
        return SAME if self.before == self.after else DIFFERS


@dataclass(frozen=True)
class HandDown:
    """The plan that is previewed; ``digest`` tells whether it is still the same one."""

    value: Decimal
    act: str
    rule: str
    parts: tuple[Part, ...]

    @property
    def digest(self) -> str:
        rows = [f"{part.unit.code}:{part.before}:{part.after}" for part in self.parts]
        return sha256(f"{self.value}|{self.rule}|{'|'.join(rows)}".encode()).hexdigest()

    def in_state(self, state: str) -> list[Part]:
        return [part for part in self.parts if part.state == state]

    @property
    def left_out(self) -> list[Part]:
        return self.in_state(LEFT_OUT)

    @property
    def differing(self) -> list[Part]:
        return self.in_state(DIFFERS)


def plan_hand_down(*, organization: Organization, indicator: Indicator, year: int) -> HandDown:
    """What every asked unit directly below would get: a rate as it is, a count by population.

    Raises ValidationError, in words, where there is nothing to hand down or nobody to hand it to.
    """
    own = Target.objects.filter(organization=organization, indicator=indicator, year=year).first()
    if own is None:
        raise ValidationError(
            f"Đơn vị chưa có mục tiêu năm {year} của chỉ tiêu này. Hãy đặt mục tiêu của đơn vị trước."
        )
    below = UnitsBelow(organization)
    units = below.asked(indicator)
    if not units:
        raise ValidationError("Không có đơn vị báo cáo cấp dưới nào được hỏi chỉ tiêu này.")
    known = below.populations(year)
    populations = {unit.pk: known[unit.pk] for unit in units if unit.pk in known}
    rows = Target.objects.filter(organization__in=[unit.pk for unit in units], indicator=indicator, year=year)
    targets = {target.organization_id: target for target in rows}
    if indicator.nature == Indicator.Nature.RATIO:
        rule, shares = SAME_RATE, {unit.pk: own.value for unit in units}
    else:
        rule, shares = BY_POPULATION, shares_of(own.value, populations)
    parts = [Part(unit, populations.get(unit.pk), targets.get(unit.pk), shares.get(unit.pk)) for unit in units]
    return HandDown(own.value, own.act, rule, tuple(parts))


def shares_of(value: Decimal, populations: dict[int, int]) -> dict[int, Decimal]:
    if value != value.to_integral_value():
        raise ValidationError("Chỉ chia được số nguyên. Hãy sửa mục tiêu của đơn vị thành số nguyên rồi giao.")
    try:
        parts = share_out(int(value), populations)
    except ValueError as error:
        raise ValidationError(
            "Chưa đơn vị cấp dưới nào có dân số. Hãy nhập số liệu địa bàn của các đơn vị trước."
        ) from error
    return {pk: Decimal(part) for pk, part in parts.items()}


@transaction.atomic
def hand_down(
    *, organization: Organization, indicator: Indicator, year: int, act: str, replace: set[str], seen: str, user
) -> list[Target]:
    """Write the plan that was previewed as ``seen``; a different target is replaced only in the units ``replace``.

    Raises ValidationError, with nothing written, out of reach and when the plan is another one by now.
    """
    require_reach(organization, user)
    # Held so that two hands do not deal at once.
    list(Target.objects.select_for_update().filter(organization=organization, indicator=indicator, year=year))
    plan = plan_hand_down(organization=organization, indicator=indicator, year=year)
    if plan.digest != seen:
        raise ValidationError(CHANGED_MEANWHILE)
    created, changed = [], []
    for part in plan.parts:
        if part.state == NEW:
            target = Target(organization_id=part.unit.pk, indicator=indicator, year=year)
            created.append(target)
        elif part.state == DIFFERS and part.unit.code in replace:
            target = part.target
            changed.append(target)
        else:
            continue
        target.value, target.act = part.after, act
    importer = Importer(user=user, reason=act or "Giao mục tiêu")
    try:
        with transaction.atomic():
            save_in_bulk(Target, created=created, changed=changed, fields=["value", "act"], importer=importer)
    except IntegrityError as error:
        raise ValidationError(CHANGED_MEANWHILE) from error
    return [*created, *changed]
