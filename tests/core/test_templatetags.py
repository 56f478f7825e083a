from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template

from core.periods import Quarter, Span


def render(name, value):
    return Template(f"{{% load vietnamese %}}{{{{ value|{name} }}}}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("number", 1234567, "1.234.567"),
        ("number", 0, "0"),
        ("number", Decimal("1240.00"), "1.240"),
        ("number", Decimal("1240.50"), "1.240,5"),
        ("rate", Decimal("67.20"), "67,2"),
        ("rate", 0, "0"),
        ("rate", 19.505, "19,51"),
        ("money", 6_100_000_000, "6.100.000.000 đồng"),
        ("money_short", 6_100_000_000, "6,1 tỷ đồng"),
        ("day", date(2022, 4, 5), "05/04/2022"),
        ("day", datetime(2022, 4, 4, 20, tzinfo=UTC), "05/04/2022"),
        ("quarter_label", Quarter(2022, 1), "quý I/2022"),
        ("quarter_label", Span(2022, "H1"), "6 tháng đầu năm 2022"),
        ("quarter_label", "2022-Q4", "quý IV/2022"),
    ],
)
def test_a_filter_writes_vietnamese(name, value, text):
    assert render(name, value) == text


@pytest.mark.parametrize("name", ["number", "rate", "money", "money_short", "day", "quarter_label"])
def test_nothing_is_written_for_nothing(name):
    assert render(name, None) == ""
    assert Template(f"{{% load vietnamese %}}{{{{ missing|{name} }}}}").render(Context()) == ""
