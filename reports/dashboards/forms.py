"""What the pages of the dashboard let people choose; the choices stand in the address."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from core.periods import Quarter
from reports.builders.wording import cap
from reports.models import Indicator

DIRECT, COMMUNES = "direct", "communes"
BY_INDICATOR, BY_QUARTER, BY_UNIT = "indicator", "quarter", "unit"


class ChoiceForm(forms.Form):
    """A form of the address: what it leaves out, or names wrongly, takes its default."""

    def __init__(self, data: QueryDict, *, quarters: Sequence[Quarter], catalogue: Sequence[Indicator]):
        self.quarters, self.catalogue = quarters, catalogue
        super().__init__(data)
        for name, field in self.fields.items():
            field.required = False
            if isinstance(field, forms.MultipleChoiceField):
                continue
            if name in ("quarter", "first", "last"):
                field.choices = [(quarter.code, cap(quarter.label)) for quarter in quarters]
            elif name == "indicator":
                field.choices = grouped(catalogue)
        self.data = data.copy()
        for name, value in self.defaults().items():
            if not self.data.get(name):
                self.data[name] = value
        self.is_valid()

    def defaults(self) -> dict[str, str]:
        return {"quarter": self.quarters[0].code}

    def chosen(self, name: str) -> str:
        return self.cleaned_data.get(name) or self.defaults()[name]

    def chosen_quarter(self, name: str = "quarter") -> Quarter:
        return Quarter.parse(self.chosen(name))

    @property
    def indicator(self) -> Indicator:
        return next(each for each in self.catalogue if each.code == self.chosen("indicator"))


def grouped(catalogue: Sequence[Indicator]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices by group, in the catalogue's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for indicator in catalogue:
        groups.setdefault(indicator.group, []).append((indicator.code, indicator.label))
    return list(groups.items())


def default_indicator(catalogue: Sequence[Indicator], *codes: str) -> str:
    """The first of the codes that the catalogue has, else its first rate or indicator."""
    known = {indicator.code for indicator in catalogue}
    rates = [indicator for indicator in catalogue if indicator.nature == Indicator.Nature.RATIO]
    return next((code for code in codes if code in known), (rates or list(catalogue))[0].code)


class OverviewForm(ChoiceForm):
    quarter = forms.ChoiceField(label="Quý")


class IndicatorForm(ChoiceForm):
    indicator = forms.ChoiceField(label="Chỉ tiêu")

    def defaults(self):
        return super().defaults() | {"indicator": default_indicator(self.catalogue, FAVOURITE)}


class RankingForm(IndicatorForm):
    quarter = forms.ChoiceField(label="Quý")
    depth = forms.ChoiceField(
        label="Xếp hạng", choices=[(DIRECT, "Đơn vị trực tiếp bên dưới"), (COMMUNES, "Mọi đơn vị cấp xã bên dưới")]
    )

    def defaults(self):
        return super().defaults() | {"depth": DIRECT}


class MapForm(IndicatorForm):
    quarter = forms.ChoiceField(label="Quý")


class SpanForm(ChoiceForm):
    """From one quarter to another, at most ``most`` of the opened ones; turned around where they were swapped."""

    first = forms.ChoiceField(label="Từ quý")
    last = forms.ChoiceField(label="Đến quý")
    usual, most = 8, 20

    def defaults(self):
        newest_first = self.quarters[: self.usual]
        return super().defaults() | {"first": newest_first[-1].code, "last": newest_first[0].code}

    @property
    def span(self) -> list[Quarter]:
        """The opened quarters, in the order of time; the latest ones where there are too many."""
        first, last = sorted([self.chosen_quarter("first"), self.chosen_quarter("last")])
        return sorted(quarter for quarter in self.quarters if first <= quarter <= last)[-self.most :]


class TrendForm(SpanForm, IndicatorForm):
    field_order = ["indicator", "first", "last"]


class PivotForm(SpanForm):
    usual = 4
    layout = forms.ChoiceField(
        label="Cách xếp",
        choices=[
            (BY_INDICATOR, "Mỗi chỉ tiêu một bảng: đơn vị × quý"),
            (BY_QUARTER, "Mỗi quý một bảng: đơn vị × chỉ tiêu"),
            (BY_UNIT, "Mỗi đơn vị một bảng: chỉ tiêu × quý"),
        ],
    )

    def defaults(self):
        return super().defaults() | {"layout": BY_INDICATOR}


FAVOURITE = "learning_models.family.registered_rate"
