from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from members.forms.fields import Birth, BirthField, IdNumberField, KnownField, PhoneField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("05/04/1960", Birth(date(1960, 4, 5), 1960)),
        ("05041960", Birth(date(1960, 4, 5), 1960)),
        ("1960-04-05", Birth(date(1960, 4, 5), 1960)),
        (" 1960 ", Birth(None, 1960)),
        ("", None),
    ],
)
def test_a_birth_is_a_day_or_a_year(typed, read):
    assert BirthField(required=False).clean(typed) == read


@pytest.mark.parametrize("typed", ["1899", "2999", "60", "31/02/1960", "05/04/60", "năm 1960", "01/01/2999"])
def test_an_impossible_birth_is_refused_in_words(typed):
    with pytest.raises(ValidationError):
        BirthField(required=False).clean(typed)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 1, 1)))
def test_a_birth_that_is_shown_is_read_back(day):
    field = BirthField()
    for birth in (Birth(day, day.year), Birth(None, day.year)):
        assert field.clean(field.prepare_value(birth)) == birth


@pytest.mark.parametrize(
    ("typed", "read"), [("014 085 001 234", "014085001234"), ("050.123.456", "050123456"), ("", "")]
)
def test_an_id_number_has_nine_or_twelve_digits(typed, read):
    assert IdNumberField(required=False).clean(typed) == read


@pytest.mark.parametrize("typed", ["12345", "0140850012345", "01408500123a", "٠١٤٠٨٥٠٠١"])
def test_any_other_id_number_is_refused(typed):
    with pytest.raises(ValidationError):
        IdNumberField(required=False).clean(typed)


def test_known_and_unknown_are_three_things():
    field = KnownField()
    assert [field.clean(text) for text in ("yes", "no", "")] == [True, False, None]
    assert [field.prepare_value(value) for value in (True, False, None)] == ["yes", "no", ""]


@pytest.mark.parametrize("typed", ["0912 345 678", "+84 912-345-678", "(0212) 385.2222"])
def test_telephones_are_taken_as_people_write_them(typed):
    assert PhoneField().clean(typed) == typed
