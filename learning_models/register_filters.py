"""Which registrations a list shows: every condition may be left out, and what was asked stands in the address."""

from datetime import date

from django import forms
from django.utils import timezone

from core.forms import QuarterField
from learning_models.counted import WORDS, Counted
from learning_models.models import LearningModel, Status
from learning_models.services import EARLIEST_MONTH
from organizations.models import Organization

WITHDRAWN = "withdrawn"
STATUSES = [("", "tất cả"), *Status.choices, (WITHDRAWN, "đã bị thu hồi danh hiệu")]
YEARS_BACK = 12


def default_year() -> int:
    return timezone.localdate().year


def year_choices(chosen: int | None = None) -> list[tuple[int, str]]:
    """Years that may be worked at, the newest first; the next one as soon as it may be registered for."""
    today = timezone.localdate()
    newest = today.year + (today.month >= EARLIEST_MONTH)
    years = set(range(newest, newest - YEARS_BACK, -1)) | ({chosen} if chosen else set())
    return [(year, str(year)) for year in sorted(years, reverse=True)]


def default_day(year: int) -> date:
    """Today as long as one may register for the year, else its first day, as in the spreadsheet."""
    today = timezone.localdate()
    return today if date(year - 1, EARLIEST_MONTH, 1) <= today <= date(year, 12, 31) else date(year, 1, 1)


class YearField(forms.TypedChoiceField):
    """A year out of a list; one that stands in the address is taken as well when it is plausible."""

    def __init__(self, **kwargs):
        kwargs = {"label": "Năm", "coerce": int, "empty_value": None, "choices": year_choices, **kwargs}
        super().__init__(**kwargs)

    def valid_value(self, value):
        return super().valid_value(value) or str(value) in {str(year) for year in range(2000, 2100)}


class PlaceForm(forms.Form):
    """Unit, model and year: of what a page is about. Left out, they are the unit in work, families, this year."""

    unit = forms.CharField(label="Đơn vị", required=False, max_length=32, widget=forms.Select)
    model = forms.ChoiceField(label="Mô hình", choices=LearningModel.choices, required=False)
    year = YearField(required=False)

    def __init__(self, data, *, unit: Organization | None, units: list[Organization]):
        data = data.copy()
        if unit is not None:
            data["unit"] = unit.code
        data.setdefault("model", LearningModel.FAMILY.value)
        data.setdefault("year", str(default_year()))
        super().__init__(data)
        self.unit = unit
        top = min((each.depth for each in units), default=0)
        self.fields["unit"].widget.choices = [
            (each.code, f"{'– ' * (each.depth - top)}{each.short_name}") for each in units
        ]
        self.full_clean()
        if year := self.cleaned_data.get("year"):
            self.fields["year"].choices = year_choices(year)

    @property
    def model_code(self) -> str:
        return self.cleaned_data.get("model") or LearningModel.FAMILY.value

    @property
    def chosen_year(self) -> int:
        return self.cleaned_data.get("year") or default_year()

    @property
    def place(self) -> dict:
        """Unit, model and year, for addresses of other pages."""
        return {"unit": self.unit.code if self.unit else "", "model": self.model_code, "year": self.chosen_year}


class RegistrationFilterForm(PlaceForm):
    """With ``counted`` and ``quarter``: exactly what the statistics count for that quarter (`Counted`)."""

    q = forms.CharField(
        label="Tìm theo tên, địa chỉ, mã",
        required=False,
        max_length=100,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )
    status = forms.ChoiceField(label="Tình trạng", choices=STATUSES, required=False)
    counted = forms.ChoiceField(choices=list(WORDS.items()), required=False, widget=forms.HiddenInput)
    quarter = QuarterField(required=False, widget=forms.HiddenInput)
    own = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = ["q", "unit", "model", "year", "status"]

    @property
    def text(self) -> str:
        return (self.cleaned_data.get("q") or "").replace("\0", "").strip()

    @property
    def drill(self) -> Counted | None:
        values = self.cleaned_data
        if not (values.get("counted") and values.get("quarter")):
            return None
        return Counted(values["counted"], values["quarter"], bool(values.get("own")))

    @property
    def is_narrow(self) -> bool:
        """Whether anything beyond unit, model and year is asked."""
        return bool(self.text or self.cleaned_data.get("status"))

    def rows(self, registrations, unit_ids: list[int] | None):
        """Those of unit, model and year (or what a quarter counts); ``unit_ids`` None: every unit of the scope."""
        if unit_ids is not None:
            registrations = registrations.filter(organization__in=unit_ids)
        return registrations.filter(model=self.model_code)

    def narrow(self, rows):
        """What words and status leave of them."""
        if self.text:
            rows = rows.filter(registrant__search__words=self.text)
        status = self.cleaned_data.get("status")
        if status == WITHDRAWN:
            return rows.filter(withdrawn_on__isnull=False)
        return rows.filter(status=status) if status else rows

    def in_words(self) -> list[str]:
        """What the list holds, for the printed page."""
        words = [self.unit.name] if self.unit else []
        words.append(LearningModel(self.model_code).label)
        words.append(self.drill.words if self.drill else f"năm {self.chosen_year}")
        if status := self.cleaned_data.get("status"):
            words.append(dict(STATUSES)[status])
        return [*words, f"tìm “{self.text}”"] if self.text else words
