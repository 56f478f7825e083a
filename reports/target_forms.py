"""Forms about targets: which ones to look at, setting one, handing one down."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from core.forms import CountField, DecimalTextField, MoneyField
from core.periods import FIRST_YEAR, LAST_YEAR
from organizations.models import Organization
from reports.models import Indicator, Target
from reports.services.entering import MONEY
from reports.services.targets import HandDown, hand_down, plan_hand_down, set_target

MAX_DIGITS = Target._meta.get_field("value").max_digits
ACT_LENGTH = Target._meta.get_field("act").max_length


def indicators_with_targets():
    """What a target can be set for: counts and rates, no areas of the State."""
    return Indicator.objects.exclude(source=Indicator.Source.AREA)


def grouped_choices(indicators: Iterable[Indicator]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for indicator in indicators:
        groups.setdefault(indicator.group, []).append((indicator.code, indicator.label))
    return list(groups.items())


class TargetFilterForm(forms.Form):
    """Year and indicator of the page; what the address says wrongly gives way to the default, without a complaint."""

    year = forms.ChoiceField(label="Năm")
    indicator = forms.ChoiceField(label="Chỉ tiêu", required=False)

    def __init__(self, query, *, years: list[int], default: int):
        found = indicators_with_targets().select_related("numerator", "denominator")
        indicators = {indicator.code: indicator for indicator in found}
        chosen = query.get("year", "")
        is_year = chosen.isascii() and chosen.isdigit() and len(chosen) == 4 and FIRST_YEAR <= int(chosen) <= LAST_YEAR
        self.chosen_year = int(chosen) if is_year else default
        self.chosen_indicator = indicators.get(query.get("indicator"))
        code = self.chosen_indicator.code if self.chosen_indicator else ""
        super().__init__(initial={"year": self.chosen_year, "indicator": code})
        offered = sorted({*years, self.chosen_year}, reverse=True)
        self.fields["year"].choices = [(year, str(year)) for year in offered]
        choices = [("", "Mọi chỉ tiêu đã có mục tiêu"), *grouped_choices(indicators.values())]
        self.fields["indicator"].choices = choices


class ActForm(forms.Form):
    act = forms.CharField(
        label="Theo văn bản",
        max_length=ACT_LENGTH,
        help_text="Số và ngày của kế hoạch hoặc quyết định, ví dụ Kế hoạch 15/KH-HKH ngày 10/01/2022.",
        error_messages={"required": "Hãy ghi văn bản giao mục tiêu."},
    )

    def clean_act(self):
        return " ".join(self.cleaned_data["act"].split())


def value_field(indicator: Indicator) -> forms.Field:
    """A rate with two decimals, a whole number, or đồng."""
    label = f"Mục tiêu ({indicator.unit})"
    if indicator.nature != Indicator.Nature.RATIO:
        return (MoneyField if indicator.unit == MONEY else CountField)(label=label)
    highest = {"max_value": Decimal(100)} if indicator.unit == "%" else {}
    return DecimalTextField(label=label, max_digits=MAX_DIGITS, **highest)


class TargetForm(ActForm):
    """Sets the target of one unit. ``save()`` returns it, or None when the service refuses."""

    seen = forms.CharField(label="Mục tiêu đã thấy", required=False, widget=forms.HiddenInput)

    field_order = ["value", "act", "seen"]

    def __init__(self, *args, organization: Organization, indicator: Indicator, year: int, user, **kwargs):
        self.key = {"organization": organization, "indicator": indicator, "year": year}
        self.user = user
        self.target = Target.objects.filter(**self.key).first()
        if self.target:
            value, act = self.target.value, self.target.act
            kwargs["initial"] = {"value": value, "act": act, "seen": str(value)}
        super().__init__(*args, **kwargs)
        self.fields["value"] = value_field(indicator)
        self.order_fields(self.field_order)

    def clean_seen(self) -> Decimal | None:
        text = self.cleaned_data["seen"]
        try:
            return Decimal(text) if text else None
        except ArithmeticError as error:
            raise ValidationError("Trang này không còn đúng. Ông/bà tải lại trang rồi nhập lại.") from error

    def save(self) -> Target | None:
        values = {name: self.cleaned_data[name] for name in ("act", "seen")}
        try:
            return set_target(**self.key, value=Decimal(self.cleaned_data["value"]), user=self.user, **values)
        except ValidationError as error:
            self.add_error(None, error)
            return None


class HandDownForm(ActForm):
    """Confirms a previewed plan. ``save()`` returns how many targets were written, or None when it is refused."""

    seen = forms.CharField(label="Bảng đã xem", widget=forms.HiddenInput)

    def __init__(self, *args, organization: Organization, indicator: Indicator, year: int, user, **kwargs):
        self.key = {"organization": organization, "indicator": indicator, "year": year}
        self.user = user
        self.plan: HandDown = plan_hand_down(**self.key)
        kwargs["initial"] = {"act": self.plan.act}
        super().__init__(*args, **kwargs)

    @property
    def ticked(self) -> set[str]:
        """The units whose present target may be replaced; none when they were ticked before another plan."""
        if not self.is_bound or self.data.get("seen") != self.plan.digest:
            return set()
        return set(self.data.getlist("replace"))

    def save(self) -> int | None:
        values = self.cleaned_data
        try:
            written = hand_down(**self.key, act=values["act"], replace=self.ticked, seen=values["seen"], user=self.user)
        except ValidationError as error:
            self.add_error(None, error)
            return None
        return len(written)
