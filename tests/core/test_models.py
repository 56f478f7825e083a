import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from core import forms
from core.models import QuarterField
from core.periods import Quarter

FIRST = Quarter(2022, 1)


@pytest.fixture
def model():
    with isolate_apps("core"):

        class Sample(models.Model):  # noqa: DJ008
            quarter = QuarterField("quý")
            until = QuarterField("đến quý", null=True, blank=True)

            class Meta:
                app_label = "core"
                managed = False

        yield Sample


@pytest.fixture
def table(model, db):
    """The model with a table of its own, rolled back with the test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE core_sample (id integer PRIMARY KEY, quarter varchar(7) NOT NULL, until varchar(7))"
        )
    return model


def test_a_migration_names_the_field_without_its_length():
    _, path, args, kwargs = QuarterField("quý", null=True).deconstruct()
    assert (path, args, kwargs) == ("core.models.QuarterField", [], {"verbose_name": "quý", "null": True})
    assert MigrationWriter.serialize(QuarterField())[0] == "core.models.QuarterField()"
    assert QuarterField(null=True).clone().max_length == 7


def test_the_column_holds_seven_characters():
    assert QuarterField().db_type(connection) == "varchar(7)"
    assert QuarterField().check() == [] or all(error.id == "fields.E001" for error in QuarterField().check())


@pytest.mark.parametrize("value", [FIRST, "2022-Q1", "quý I/2022"])
def test_a_quarter_or_its_text_is_stored_as_its_code(value):
    assert QuarterField().get_prep_value(value) == "2022-Q1"
    assert QuarterField().to_python(value) == FIRST


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_none(value):
    assert QuarterField().get_prep_value(value) is None
    assert QuarterField().to_python(value) is None
    assert QuarterField().from_db_value(None, None, connection) is None


def test_text_that_is_no_quarter_is_refused():
    with pytest.raises(ValidationError, match="Không có quý 5"):
        QuarterField().to_python("2022-Q5")
    with pytest.raises(ValueError, match="Không có quý 5"):
        QuarterField().get_prep_value("2022-Q5")


def test_a_quarter_passes_the_validation_of_a_model(model):
    model(quarter=FIRST).full_clean()
    sample = model(quarter="quý I/2022")
    sample.full_clean()
    assert sample.quarter == FIRST
    with pytest.raises(ValidationError):
        model().full_clean()
    assert model().quarter is None


def test_lookups_compare_codes(model):
    def condition(**lookup):
        return model.objects.filter(**lookup).query.sql_with_params()[1]

    assert condition(quarter=FIRST) == ("2022-Q1",)
    assert condition(quarter__lte=FIRST) == ("2022-Q1",)
    assert condition(quarter__in=[FIRST, FIRST.next]) == ("2022-Q1", "2022-Q2")
    assert condition(quarter__range=(FIRST, "q3/2022")) == ("2022-Q1", "2022-Q3")
    assert condition(quarter__startswith="2022-") == (r"2022-%",)


def test_rows_come_back_as_quarters_in_the_order_of_time(table):
    quarters = [Quarter(2021, 4), FIRST, FIRST.next, Quarter(2030, 1)]
    table.objects.bulk_create(
        table(id=i, quarter=quarter, until=quarter.next) for i, quarter in enumerate(quarters[::-1])
    )
    table.objects.create(id=9, quarter=Quarter(2020, 1))
    assert list(table.objects.order_by("quarter").values_list("quarter", flat=True))[1:] == quarters
    assert table.objects.filter(quarter__gt=FIRST).count() == 2
    assert table.objects.get(quarter=Quarter(2020, 1)).until is None
    assert table.objects.filter(until__gt=models.F("quarter")).count() == 4
    assert table.objects.aggregate(last=models.Max("quarter"))["last"] == Quarter(2030, 1)
    table.objects.filter(quarter=FIRST).update(until="2025-Q1")
    assert table.objects.get(quarter="2022-Q1").until == Quarter(2025, 1)


def test_a_quarter_is_written_to_fixtures_as_its_code(model):
    field = model._meta.get_field("until")
    assert field.value_to_string(model(until=FIRST)) == "2022-Q1"
    assert field.value_to_string(model()) == ""


def test_the_form_field_takes_the_long_form(model):
    field = model._meta.get_field("until").formfield()
    assert isinstance(field, forms.QuarterField)
    assert field.label == "Đến quý"
    assert field.required is False
    assert field.clean("quý III/2022") == Quarter(2022, 3)
