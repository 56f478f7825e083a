"""The periods of reporting: quarters, and the spans that are made of them.

Years run from 1945 to 2100: outside them a typing error is likelier than a report.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.vietnamese import excerpt, fold

FIRST_YEAR, LAST_YEAR = 1945, 2100
ROMAN = ("I", "II", "III", "IV")

# All are matched against folded text.
QUARTER_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>[0-9]{4})-q(?P<number>[0-9]{1,2})",
        r"q(?P<number>[0-9]{1,2})/(?P<year>[0-9]{4})",
        r"(?:quy )?(?P<roman>[ivx]{1,4})/(?P<year>[0-9]{4})",
        r"quy (?P<number>[0-9]{1,2})/(?P<year>[0-9]{4})",
        r"quy (?:(?P<number>[0-9]{1,2})|(?P<roman>[ivx]{1,4})) nam (?P<year>[0-9]{4})",
    )
)
SPAN_FORMS = tuple(
    (kind, re.compile(form))
    for kind, form in (
        ("H1", r"(?P<year>[0-9]{4})-h1|6 thang dau nam (?P<named>[0-9]{4})"),
        ("H2", r"(?P<year>[0-9]{4})-h2|6 thang cuoi nam (?P<named>[0-9]{4})"),
        ("9M", r"(?P<year>[0-9]{4})-9m|9 thang dau nam (?P<named>[0-9]{4})"),
        ("Y", r"(?P<year>[0-9]{4})|nam (?P<named>[0-9]{4})"),
    )
)
SPAN_QUARTERS = {"H1": (1, 2), "H2": (3, 4), "9M": (1, 2, 3), "Y": (1, 2, 3, 4)}
SPAN_LABELS = {
    "H1": "6 tháng đầu năm {}",
    "H2": "6 tháng cuối năm {}",
    "9M": "9 tháng đầu năm {}",
    "Y": "năm {}",
}


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Năm {year} ngoài khoảng nhận được: từ {FIRST_YEAR} đến {LAST_YEAR}.")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year; ordered in time, as its code is in text.

    ``number`` is 1 to 4. Raises ValueError, in Vietnamese, for another number or a year out of range; so do
    ``previous``, ``next`` and ``year_earlier`` at the edge of the range.
    """

    year: int
    number: int

    is_span = False

    def __post_init__(self):
        _check_year(self.year)
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"Không có quý {self.number}: một năm có quý I đến quý IV.")

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read 2022-Q1, q1/2022, I/2022, quý I/2022, quý 1/2022, quý I năm 2022.

        Raises ValueError with a Vietnamese sentence for anything else.
        """
        typed = _normalized(text)
        for form in QUARTER_FORMS:
            if found := form.fullmatch(typed):
                return cls(int(found["year"]), _quarter_number(found.groupdict()))
        raise ValueError(f"{excerpt(text)} không phải là quý. Hãy viết như 2022-Q1 hoặc quý I/2022.")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that the day belongs to."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """``2022-Q1``: stored, and used in addresses."""
        return f"{self.year}-Q{self.number}"

    @property
    def label(self) -> str:
        """``quý I/2022``."""
        return f"quý {ROMAN[self.number - 1]}/{self.year}"

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def year_earlier(self) -> "Quarter":
        return Quarter(self.year - 1, self.number)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        # Every quarter is shorter than 93 days, so the 1st plus 93 lies in the next one.
        return (self.first_day + timedelta(days=93)).replace(day=1) - timedelta(days=1)

    @property
    def quarters(self) -> tuple["Quarter", ...]:
        return (self,)

    @property
    def last_quarter(self) -> "Quarter":
        return self


@dataclass(frozen=True)
class Span:
    """Several quarters of one year: ``kind`` is H1, H2 (half-years), 9M (to September) or Y (the year).

    Raises ValueError, in Vietnamese, for another kind or a year out of range.
    """

    year: int
    kind: str

    is_span = True

    def __post_init__(self):
        _check_year(self.year)
        if self.kind not in SPAN_QUARTERS:
            raise ValueError(f"Không có kỳ báo cáo {excerpt(str(self.kind))}. Các kỳ: {', '.join(SPAN_QUARTERS)}.")

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read 2022-H1, 2022-H2, 2022-9M, 2022 and the Vietnamese labels.

        Raises ValueError with a Vietnamese sentence for anything else.
        """
        typed = _normalized(text)
        for kind, form in SPAN_FORMS:
            if found := form.fullmatch(typed):
                return cls(int(found["year"] or found["named"]), kind)
        raise ValueError(
            f"{excerpt(text)} không phải là kỳ báo cáo nhiều quý. "
            "Hãy viết 2022-H1, 2022-H2 (6 tháng), 2022-9M (9 tháng) hoặc 2022 (cả năm)."
        )

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """``2022-H1``, ``2022-H2``, ``2022-9M`` or ``2022``."""
        return str(self.year) if self.kind == "Y" else f"{self.year}-{self.kind}"

    @property
    def label(self) -> str:
        """``6 tháng đầu năm 2022``, ``năm 2022`` …"""
        return SPAN_LABELS[self.kind].format(self.year)

    @property
    def previous(self) -> "Span":
        """The span of the same length before: the other half-year, else the same months a year earlier."""
        return Span(self.year, "H1") if self.kind == "H2" else Span(self.year - 1, self.kind.replace("H1", "H2"))

    @property
    def next(self) -> "Span":
        return Span(self.year, "H2") if self.kind == "H1" else Span(self.year + 1, self.kind.replace("H2", "H1"))

    @property
    def year_earlier(self) -> "Span":
        return Span(self.year - 1, self.kind)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.year, number) for number in SPAN_QUARTERS[self.kind])

    @property
    def last_quarter(self) -> Quarter:
        return self.quarters[-1]

    @property
    def first_day(self) -> date:
        return self.quarters[0].first_day

    @property
    def last_day(self) -> date:
        return self.last_quarter.last_day


def parse_period(text: str) -> Quarter | Span:
    """Read a quarter or a span in any form that ``Quarter.parse`` or ``Span.parse`` takes.

    Raises ValueError with a Vietnamese sentence that names the accepted forms.
    """
    typed = _normalized(text)
    if any(form.fullmatch(typed) for form in QUARTER_FORMS):
        return Quarter.parse(text)
    if any(form.fullmatch(typed) for _, form in SPAN_FORMS):
        return Span.parse(text)
    raise ValueError(
        f"{excerpt(text)} không phải là kỳ báo cáo. Hãy viết 2022-Q1 (quý), 2022-H1, 2022-H2 (6 tháng), "
        "2022-9M (9 tháng) hoặc 2022 (cả năm)."
    )


def _normalized(text: str) -> str:
    """Folded, without spaces around the slash and the hyphen."""
    return re.sub(r" ?([/-]) ?", r"\1", fold(text))


def _quarter_number(found: dict) -> int:
    if found.get("number"):
        return int(found["number"])
    roman = found["roman"].upper()
    if roman not in ROMAN:
        raise ValueError(f"Không có quý {roman}: một năm có quý I đến quý IV.")
    return ROMAN.index(roman) + 1
