"""The learning models of a unit over the years as the page shows them: texts, links and charts."""

from dataclasses import dataclass
from decimal import Decimal

from core.charts import Chart, Series, line_comparison
from core.documents import contained
from core.numbers import decimal_to_text, number_to_text
from learning_models.counted import names_address
from learning_models.models import COUNTED_IN
from organizations.models import Organization
from reports.builders.learning_years import RATES, ModelYears, YearLine
from reports.presentation import coverage_text

RATE_WORDS = {
    "registered_rate": "Đăng ký/tổng số",
    "recognised_rate": "Còn giá trị/tổng số",
    "success_rate": "Được công nhận/đăng ký",
}
NUMBER_WORDS = {
    "registered": "Đăng ký",
    "recognised": "Danh hiệu còn giá trị",
    "succeeded": "Được công nhận trong số đăng ký",
}
# Drawn where no rate is known.
DRAWN = ("registered", "recognised")


@dataclass(frozen=True)
class Cell:
    """``url``: the names behind it."""

    text: str
    url: str
    label: str


@dataclass(frozen=True)
class YearRow:
    year: str
    numbers: tuple[Cell, ...]
    area: str
    rates: tuple[Cell, ...]
    coverage: str

    @property
    def is_unknown(self) -> bool:
        """Nothing but the area: one cell says so, instead of a card of dashes on a phone."""
        return not any(cell.url for cell in self.numbers)


class ModelSection:
    """One model: rows by year, a chart of what is known, and the targets."""

    def __init__(self, organization: Organization, years: ModelYears):
        self.organization, self.years = organization, years
        self.label = str(years.model.label)
        self.anchor = f"mo-hinh-{years.model.value}"
        self.noun = COUNTED_IN[years.model]
        self.area_label = contained(years.area_label)

    @property
    def rows(self) -> list[YearRow]:
        return [self.row(line) for line in reversed(self.years.lines)]

    def row(self, line: YearLine) -> YearRow:
        numbers = tuple(
            self.cell(name, line, "" if (value := line.numbers[name]) is None else number_to_text(value), words)
            for name, words in NUMBER_WORDS.items()
        )
        rates = tuple(self.cell(rate, line, show_rate(line.rates[rate]), RATE_WORDS[rate]) for rate in RATES)
        area = "" if line.area is None else number_to_text(line.area)
        return YearRow(year_words(line), numbers, area, rates, coverage_text(line.coverage))

    def cell(self, name: str, line: YearLine, text: str, label: str) -> Cell:
        code = f"learning_models.{self.years.model.value}.{name}"
        return Cell(text, names_address(code, self.organization.code, line.quarter) if text else "", label)

    @property
    def aims(self) -> list[str]:
        """ "Mục tiêu năm 2025, còn giá trị/tổng số: 70%"."""
        return [
            f"Mục tiêu năm {aim.year}, {RATE_WORDS[aim.rate].lower()}: {show_rate(aim.value)}"
            for aim in self.years.aims
        ]

    @property
    def chart(self) -> Chart | None:
        """The rates where any is known, else the numbers; with the furthest target of a rate over the total."""
        lines = self.years.lines
        periods = [str(line.year) for line in lines]
        series = [Series(RATE_WORDS[rate], tuple(line.rates[rate] for line in lines)) for rate in RATES]
        series = [each for each in series if any(value is not None for value in each.values)]
        if series:
            over_total = [aim.value for aim in self.years.aims if aim.rate != "success_rate"]
            return line_comparison(
                title=f"{self.label}: {self.message}",
                periods=periods,
                series=series,
                unit="%",
                target=over_total[-1] if over_total else None,
                label_format=show_rate,
                heading="Năm",
            )
        series = [Series(NUMBER_WORDS[name], tuple(line.numbers[name] for line in lines)) for name in DRAWN]
        if not self.years.is_known:
            return None
        title = f"{self.label}: {self.message}"
        return line_comparison(title=title, periods=periods, series=series, unit=self.noun, heading="Năm")

    @property
    def message(self) -> str:
        """What the newest year with data says: "đăng ký 67,2% số hộ gia đình, năm 2022"."""
        known = (each for each in reversed(self.years.lines) if each.numbers["registered"] is not None)
        if (line := next(known, None)) is None:
            return "chưa có số đăng ký"
        rate = line.rates["registered_rate"]
        if rate is not None:
            return f"đăng ký {show_rate(rate)} {self.area_label.lower()}, năm {line.year}"
        return f"{number_to_text(line.numbers['registered'])} {self.noun} đăng ký năm {line.year}"


def show_rate(value: Decimal | float | int | None) -> str:
    return "" if value is None else f"{decimal_to_text(value)}%"


def year_words(line: YearLine) -> str:
    return f"{line.year} (đến nay)" if line.is_running else str(line.year)
