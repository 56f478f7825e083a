from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.forms import CountField, DateTextField, DecimalTextField, LineField, MoneyField, QuarterField
from core.periods import Quarter

FIELDS = [CountField, DecimalTextField, MoneyField, DateTextField, QuarterField]


class SampleForm(forms.Form):
    count = CountField(required=False)
    share = DecimalTextField(required=False)
    amount = MoneyField(required=False)
    day = DateTextField(required=False)
    quarter = QuarterField(required=False)


VALUES = {
    "count": 1234567,
    "share": Decimal("67.2"),
    "amount": 6_100_000_000,
    "day": date(2022, 4, 5),
    "quarter": Quarter(2022, 1),
}
SHOWN = {
    "count": "1.234.567",
    "share": "67,2",
    "amount": "6.100.000.000",
    "day": "05/04/2022",
    "quarter": "quý I/2022",
}


def refusal(field, value):
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("name", VALUES)
def test_an_initial_value_is_shown_in_vietnamese(name):
    html = str(SampleForm(initial=VALUES)[name])
    assert f'value="{SHOWN[name]}"' in html
    assert 'type="text"' in html
    assert 'autocomplete="off"' in html
    assert "inputmode=" in html


def test_what_is_shown_is_read_back_unchanged():
    form = SampleForm(data=SHOWN, initial=VALUES)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == VALUES
    assert not form.has_changed()


def test_another_way_of_writing_the_same_is_no_change():
    same = {"count": "1234567", "share": "67.20", "amount": "6,1 tỷ", "day": "5-4-2022", "quarter": "2022-Q1"}
    assert SampleForm(data=same, initial=VALUES).changed_data == []
    assert SampleForm(data=same, initial={**VALUES, "share": 67.2, "quarter": "2022-Q1"}).changed_data == []


def test_every_change_is_seen_be_it_empty_or_wrong():
    assert SampleForm(data={}, initial=VALUES).changed_data == list(VALUES)
    assert SampleForm(data=dict.fromkeys(VALUES, "?"), initial=VALUES).changed_data == list(VALUES)
    assert SampleForm(data={"count": "0"}, initial={}).changed_data == ["count"]
    assert SampleForm(data={"count": ""}, initial={"count": 0}).changed_data == ["count"]


def test_empty_is_none_and_never_zero():
    form = SampleForm(data={**dict.fromkeys(VALUES, ""), "count": " \u00a0"})
    assert form.is_valid()
    assert form.cleaned_data == dict.fromkeys(VALUES)
    assert not form.has_changed()


def test_what_was_typed_wrong_is_shown_as_typed():
    form = SampleForm(data={"count": "1,234"})
    assert not form.is_valid()
    assert 'value="1,234"' in str(form["count"])


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_required_field_says_what_to_enter(field):
    assert refusal(field(), "").startswith("Hãy ")


def test_attributes_of_a_widget_win_over_the_defaults():
    field = CountField(widget=forms.TextInput(attrs={"autocomplete": "on", "class": "wide"}))
    assert field.widget.attrs == {"autocomplete": "on", "class": "wide", "inputmode": "numeric"}
    assert CountField(widget=forms.HiddenInput).widget.attrs == {}


def test_a_hidden_initial_value_is_compared_too():
    class Remembering(forms.Form):
        count = CountField(show_hidden_initial=True, initial=1240)

    assert 'value="1.240"' in str(Remembering()["count"])
    assert not Remembering({"count": "1240", "initial-count": "1.240"}).has_changed()


# Counts


def test_a_comma_in_a_count_is_refused():
    assert "không dùng dấu phẩy" in refusal(CountField(), "1,234")


def test_a_count_is_neither_negative_nor_absurd():
    assert "không được âm" in refusal(CountField(), "-1")
    assert "1.000.000.000.000.000" in refusal(CountField(), "1.000.000.000.000.001")
    assert CountField().clean("1.000.000.000.000.000") == 10**15
    assert CountField(min_value=None).clean("-1") == -1
    assert "từ 5 trở lên" in refusal(CountField(min_value=5), "4")


def test_a_decimal_given_to_a_count_is_taken_by_value():
    assert CountField().prepare_value(Decimal("240.000")) == "240"
    assert CountField().clean(1240.0) == 1240
    assert "không phải là số nguyên" in refusal(CountField(), Decimal("1.5"))
    assert CountField().prepare_value(Decimal("1.5")) == "1.5"


@given(st.integers(0, 10**15))
def test_a_count_survives_being_shown_and_read(number):
    field = CountField()
    assert field.clean(field.prepare_value(number)) == number
    assert not field.has_changed(number, field.prepare_value(number))


# Decimals


def test_more_decimals_than_the_field_keeps_are_refused():
    assert "67,26" in refusal(DecimalTextField(), "67,255")
    assert DecimalTextField().clean("67,250") == Decimal("67.25")
    assert DecimalTextField(decimal_places=3).clean("67,255") == Decimal("67.255")
    assert "67,2555" not in refusal(DecimalTextField(), "1,234")


def test_a_decimal_keeps_within_its_bounds():
    field = DecimalTextField(max_digits=5, decimal_places=2)
    assert field.clean("999,99") == Decimal("999.99")
    assert "999,99" in refusal(field, "1.000")
    assert "không được âm" in refusal(field, "-0,01")
    assert DecimalTextField(max_value=100).clean("100,00") == 100
    assert "100" in refusal(DecimalTextField(max_value=100), "100,01")


def test_a_float_or_whole_number_is_taken_by_value():
    assert DecimalTextField(decimal_places=3).prepare_value(1.234) == "1,234"
    assert DecimalTextField().prepare_value(1234) == "1.234"


@given(st.decimals(0, 10**12, places=2))
def test_a_decimal_survives_being_shown_and_read(number):
    field = DecimalTextField()
    assert field.clean(field.prepare_value(number)) == number
    assert not field.has_changed(number, field.prepare_value(number))


# Money


@pytest.mark.parametrize("text", ["6.100.000.000", "6.100.000.000 đồng", "6,1 tỷ", "6100 triệu"])
def test_money_is_typed_in_many_ways(text):
    assert MoneyField().clean(text) == 6_100_000_000


def test_wrong_money_is_refused():
    assert "số nguyên" in refusal(MoneyField(), "1,5")
    assert "không được âm" in refusal(MoneyField(), "-5 triệu")
    assert "số tiền bằng đồng" in refusal(MoneyField(), None)


# Dates


@pytest.mark.parametrize("text", ["05/04/2022", "5.4.2022", "05042022", "2022-04-05"])
def test_a_date_is_typed_the_day_first(text):
    assert DateTextField().clean(text) == date(2022, 4, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/02/1960", "không có trong lịch"),
        ("20220405", "không có trong lịch"),
        ("05/04/22", "bốn chữ số"),
        ("01/01/1060", "từ 01/01/1900 trở đi"),
        ("19121012", "từ 01/01/1900 trở đi"),
        ("01/01/2101", "sau 31/12/2100"),
    ],
)
def test_a_wrong_date_is_refused_with_a_reason(text, reason):
    assert reason in refusal(DateTextField(), text)


def test_the_bounds_of_a_date_can_be_chosen():
    field = DateTextField(min_value=None, max_value=date(2022, 3, 31))
    assert field.clean("02/09/1845") == date(1845, 9, 2)
    assert "31/03/2022" in refusal(field, "01/04/2022")


def test_a_moment_is_shown_as_its_local_day():
    assert DateTextField().prepare_value(datetime(2022, 4, 4, 20, tzinfo=UTC)) == "05/04/2022"
    assert DateTextField().prepare_value(datetime(2022, 4, 4, 20)) == "04/04/2022"


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_date_survives_being_shown_and_read(day):
    field = DateTextField()
    assert field.clean(field.prepare_value(day)) == day
    assert field.clean(f"{day:%d%m%Y}") == day


# Quarters


def test_a_wrong_quarter_is_refused_with_a_reason():
    assert "Không có quý 5" in refusal(QuarterField(), "2022-Q5")
    assert "Hãy viết như 2022-Q1" in refusal(QuarterField(), "3/2022")


def test_a_list_of_quarters_selects_by_code():
    class Choosing(forms.Form):
        quarter = QuarterField(widget=forms.Select(choices=[("2022-Q1", "quý I/2022"), ("2022-Q2", "quý II/2022")]))

    html = str(Choosing(initial={"quarter": Quarter(2022, 2)})["quarter"])
    assert '<option value="2022-Q2" selected>' in html
    form = Choosing({"quarter": "2022-Q2"}, initial={"quarter": Quarter(2022, 2)})
    assert form.is_valid()
    assert form.cleaned_data["quarter"] == Quarter(2022, 2)
    assert not form.has_changed()


# Django's own fields, by khuyenhoc/formats


@pytest.mark.parametrize("text", ["03/04/2026", "3-4-2026", "3.4.2026", "2026-04-03"])
def test_the_date_fields_of_django_read_the_day_first(text):
    assert forms.DateField().clean(text) == date(2026, 4, 3)


def test_the_number_fields_of_django_read_vietnamese_when_localized():
    assert forms.DecimalField(localize=True).clean("1.234,5") == Decimal("1234.5")
    assert forms.IntegerField(localize=True).clean("1.234") == 1234


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Lò   Thị\u00a0Hà ", "Lò Thị Hà"),
        ("Lo\u0300", "Lò"),
        ("a\u200bb", "ab"),
        ("\u200b", ""),
        ("a\tb", "a b"),
        ("\u202aT-1\u202c", "T-1"),
    ],
)
def test_a_line_is_kept_as_a_spreadsheet_would_bring_it(typed, kept):
    assert LineField(max_length=20, required=False).clean(typed) == kept
    assert LineField(max_length=20, required=False, empty_value=None).clean(typed) == (kept or None)


def test_marks_around_a_copied_date_or_number_are_not_read():
    assert DateTextField().clean("\u200e05/04/2022\u200e") == date(2022, 4, 5)
    assert CountField().clean("\u202a1.240\u202c") == 1240
    assert CountField(required=False).clean("\u200e") is None


def test_a_line_takes_no_signs_that_nobody_sees():
    with pytest.raises(ValidationError, match="không in được"):
        LineField(max_length=20).clean("a\x07b")
    with pytest.raises(ValidationError, match="nhiều nhất 20"):
        LineField(max_length=20).clean("a" * 21)
