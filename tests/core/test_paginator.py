import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.db.models.functions import Lower
from django.test import RequestFactory
from django.test.utils import isolate_apps
from django.views.generic import ListView

from core.models import QuarterField
from core.paginator import KeysetListMixin, KeysetPaginator
from core.periods import Quarter

START = datetime(2022, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def samples(db):
    """37 rows with many ties and gaps, in a table of their own that is rolled back with the test."""
    with isolate_apps("core"):

        class Kind(models.Model):  # noqa: DJ008
            name = models.CharField(max_length=20, unique=True)

            class Meta:
                app_label = "core"
                managed = False

        class Sample(models.Model):  # noqa: DJ008
            name = models.CharField(max_length=20)
            score = models.IntegerField(null=True)
            share = models.DecimalField(max_digits=5, decimal_places=2)
            at = models.DateTimeField()
            quarter = QuarterField()
            kind = models.ForeignKey(Kind, on_delete=models.PROTECT, null=True)
            shared = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+")

            class Meta:
                app_label = "core"
                managed = False
                ordering = ["name"]

    with connection.cursor() as cursor:
        moment = "timestamptz" if connection.vendor == "postgresql" else "datetime"
        number = "numeric(5, 2)" if connection.vendor == "postgresql" else "decimal"
        cursor.execute("CREATE TABLE core_kind (id bigint PRIMARY KEY, name varchar(20) NOT NULL)")
        cursor.execute(
            "CREATE TABLE core_sample (id bigint PRIMARY KEY, name varchar(20) NOT NULL, score integer, "
            f"share {number} NOT NULL, at {moment} NOT NULL, quarter varchar(7) NOT NULL, "
            "kind_id bigint, shared_id bigint NOT NULL)"
        )
    kinds = [Kind(pk=pk, name=f"kind {pk}") for pk in (1, 2, 3)]
    Kind.objects.bulk_create(kinds)
    Sample.objects.bulk_create(
        Sample(
            pk=pk,
            name=f"n{pk * 7 % 5}",
            score=None if pk % 4 == 0 else pk % 3,
            share=Decimal(pk % 6) / 4,
            at=START + timedelta(microseconds=pk % 9),
            quarter=Quarter(2020 + pk % 3, 1 + pk % 4),
            kind=None if pk % 5 == 0 else kinds[pk % 3],
            shared=kinds[0],
        )
        for pk in range(1, 38)
    )
    return Sample.objects.select_related("kind", "shared")


def walk(queryset, per_page):
    """Primary keys of all pages forwards, and those of all pages backwards from the last one."""
    paginator = KeysetPaginator(queryset, per_page)
    page = paginator.page()
    assert not page.has_previous()
    pages = [page]
    while page.has_next():
        page = paginator.page(after=page.next_cursor)
        pages.append(page)
        assert len(pages) < 40, "the pages go round in circles"
    forwards = [[row.pk for row in page] for page in pages]
    backwards = [forwards[-1]]
    while page.has_previous():
        page = paginator.page(before=page.previous_cursor)
        backwards.insert(0, [row.pk for row in page])
        assert len(backwards) < 40, "the pages go round in circles"
    return forwards, backwards


ORDERINGS = [
    [],
    ["pk"],
    ["-pk"],
    ["name"],
    ["-name"],
    ["name", "-pk"],
    ["-name", "score", "-at"],
    ["score"],
    ["-score", "name"],
    ["share", "-pk"],
    ["at"],
    ["-quarter", "name", "pk"],
    ["kind__name", "pk"],
    ["-kind__name", "-score"],
    ["kind_id"],
    ["shared__name"],
]


@pytest.mark.parametrize("per_page", [1, 6, 36, 37, 50])
@pytest.mark.parametrize("ordering", ORDERINGS, ids=str)
def test_pages_hold_every_row_once_in_order_both_ways(samples, ordering, per_page):
    forwards, backwards = walk(samples.order_by(*ordering), per_page)
    assert sorted(pk for page in forwards for pk in page) == list(range(1, 38))
    assert all(len(page) == per_page for page in forwards[:-1])
    if per_page < 37:
        # Going back from a short last page, the first one is full and all others keep their borders.
        assert backwards == forwards


@pytest.mark.parametrize("ordering", [["name"], ["-name", "quarter"], ["share", "-at"]], ids=str)
def test_the_order_is_that_of_the_queryset(samples, ordering):
    forwards, _ = walk(samples.order_by(*ordering), 5)
    assert [pk for page in forwards for pk in page] == [row.pk for row in samples.order_by(*ordering, "pk")]


def test_nothing_counts_as_the_lowest_value(samples):
    forwards, _ = walk(samples.order_by("score"), 50)
    scores = [samples.get(pk=pk).score for pk in forwards[0]]
    assert scores == sorted(scores, key=lambda score: -1 if score is None else score)
    assert scores[0] is None
    assert walk(samples.order_by("-score", "-pk"), 50)[0][0] == forwards[0][::-1]


def test_the_order_of_the_model_and_its_reverse_are_taken(samples):
    assert [part.path for part in KeysetPaginator(samples, 5).ordering] == ["name", "pk"]
    forwards, backwards = walk(samples.reverse(), 5)
    assert forwards == backwards
    names = [samples.get(pk=pk).name for page in forwards for pk in page]
    assert names == sorted(names, reverse=True)


def test_an_annotation_can_order(samples):
    forwards, backwards = walk(samples.annotate(low=Lower("name")).order_by("-low"), 5)
    assert forwards == backwards
    assert sorted(pk for page in forwards for pk in page) == list(range(1, 38))


def test_filters_stay_in_force_on_every_page(samples):
    forwards, _ = walk(samples.filter(name="n0"), 2)
    assert [pk for page in forwards for pk in page] == [5, 10, 15, 20, 25, 30, 35]


def test_a_page_costs_one_query_without_offset_or_count(samples, django_assert_num_queries):
    paginator = KeysetPaginator(samples.order_by("kind__name", "name"), 5)
    page = paginator.page()
    for _ in range(6):
        with django_assert_num_queries(1) as queries:
            page = paginator.page(after=page.next_cursor)
            assert page.has_next()
            assert page.next_cursor
        sql = queries.captured_queries[0]["sql"].upper()
        assert "OFFSET" not in sql
        assert "COUNT(" not in sql


@pytest.mark.parametrize(("ordering", "bound"), [("name", ">="), ("-name", "<=")])
def test_an_index_can_be_entered_at_the_cursor(samples, ordering, bound, django_assert_num_queries):
    paginator = KeysetPaginator(samples.order_by(ordering), 5)
    cursor = paginator.page().next_cursor
    with django_assert_num_queries(1) as queries:
        paginator.page(after=cursor)
    # A plain bound on the first column stands outside of the OR.
    where = queries.captured_queries[0]["sql"].split(" WHERE ")[1]
    assert where.lstrip("(").startswith(f'"core_sample"."name" {bound} ')


def test_a_row_that_came_or_went_repeats_and_skips_no_other(samples):
    paginator = KeysetPaginator(samples.order_by("pk"), 10)
    first = paginator.page()
    samples.filter(pk__in=[3, 10]).delete()
    assert [row.pk for row in paginator.page(after=first.next_cursor)] == list(range(11, 21))


def test_going_back_to_a_short_beginning_shows_a_full_first_page(samples):
    paginator = KeysetPaginator(samples.order_by("pk"), 10)
    cursor = paginator.cursor(samples.get(pk=4))
    page = paginator.page(before=cursor)
    assert [row.pk for row in page] == list(range(1, 11))
    assert not page.has_previous()
    assert page.has_next()


def test_a_cursor_that_leads_nowhere_shows_the_first_page(samples):
    paginator = KeysetPaginator(samples.order_by("pk"), 10)
    last, first = (paginator.cursor(samples.get(pk=pk)) for pk in (37, 1))
    for page in (paginator.page(after=last), paginator.page(before=first)):
        assert [row.pk for row in page] == list(range(1, 11))
        assert page.has_previous() is False


def test_an_empty_list_has_one_empty_page(samples):
    page = KeysetPaginator(samples.none(), 10).page()
    assert list(page) == []
    assert (page.has_next(), page.has_previous(), page.has_other_pages()) == (False, False, False)
    assert (page.next_cursor, page.previous_cursor) == (None, None)


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!",
        "ế",
        "\x00",
        "a" * 5000,
        base64.urlsafe_b64encode(b"[" * 1000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        forged(),
        forged("n1"),
        forged("n1", 1, 1, 1, 1, 1, 1),
        forged("n1", 1, "1", START.isoformat(), "2022-Q1", "x"),
        forged("n1", 1, "1", START.isoformat(), "2022-Q1", None),
        forged("n1", 1, "1", START.isoformat(), "2022-Q1", 10**30),
        forged("n1", 1, "1", START.isoformat(), "2022-Q5", 1),
        forged("n1", 1, "1", START.isoformat(), None, 1),
        forged("n1", 1, "1", "32/13/2022", "2022-Q1", 1),
        forged("n1", 1, "NaN", START.isoformat(), "2022-Q1", 1),
        forged("n1", 1, float("inf"), START.isoformat(), "2022-Q1", 1),
        forged("n1", 1, "1e999999", START.isoformat(), "2022-Q1", 1),
        forged("n1", [1], "1", START.isoformat(), "2022-Q1", 1),
        forged("n1", {"a": 1}, "1", START.isoformat(), "2022-Q1", 1),
        forged("a\x00", 1, "1", START.isoformat(), "2022-Q1", 1),
        forged("\ud800", 1, "1", START.isoformat(), "2022-Q1", 1),
        forged(None, 1, "1", START.isoformat(), "2022-Q1", 1),
    ],
)
def test_a_damaged_cursor_shows_the_first_page(samples, cursor):
    paginator = KeysetPaginator(samples.order_by("name", "score", "share", "at", "quarter", "pk"), 10)
    first = [row.pk for row in paginator.page()]
    assert [row.pk for row in paginator.page(after=cursor)] == first
    assert [row.pk for row in paginator.page(before=cursor)] == first


def test_a_moment_beyond_the_calendar_is_no_error(samples):
    # SQLite cannot take it, PostgreSQL can: either is well.
    paginator = KeysetPaginator(samples.order_by("at"), 10)
    assert len(paginator.page(after=forged("9999-12-31T23:59:59.999999-14:00", 1))) == 10
    assert len(paginator.page(before=forged("9999-12-31T23:59:59.999999-14:00", 1))) == 10


def test_a_sound_cursor_of_the_same_shape_is_not_refused(samples):
    paginator = KeysetPaginator(samples.order_by("name", "score", "share", "at", "quarter", "pk"), 10)
    page = paginator.page(after=forged("n1", 1, "1", START.isoformat(), "2022-Q1", 1))
    assert page.has_previous()


@pytest.mark.parametrize("ordering", ["?", Lower("name"), "kind"])
def test_an_ordering_that_has_no_key_is_a_mistake_of_the_programmer(samples, ordering):
    with pytest.raises(ImproperlyConfigured):
        KeysetPaginator(samples.order_by(ordering), 10)


def test_a_field_that_is_unique_needs_no_primary_key_beside_it(samples):
    kinds = samples.model._meta.get_field("kind").related_model.objects
    assert [part.path for part in KeysetPaginator(kinds.order_by("name"), 2).ordering] == ["name"]
    assert [part.path for part in KeysetPaginator(samples.order_by("kind__name"), 2).ordering][-1] == "pk"
    assert walk(kinds.order_by("-name"), 2) == ([[3, 2], [1]], [[3, 2], [1]])


def test_a_list_view_pages_by_key(samples):
    class SampleListView(KeysetListMixin, ListView):
        queryset = samples.order_by("pk")
        paginate_by = 10

    def get(**parameters):
        view = SampleListView()
        view.setup(RequestFactory().get("/", parameters))
        view.object_list = view.get_queryset()
        return SimpleNamespace(**view.get_context_data())

    first = get()
    assert first.is_paginated
    second = get(after=first.page_obj.next_cursor)
    assert [row.pk for row in second.object_list] == list(range(11, 21))
    assert [row.pk for row in get(before=second.page_obj.previous_cursor).page_obj] == list(range(1, 11))
    assert [row.pk for row in get(page="7").object_list] == list(range(1, 11))
