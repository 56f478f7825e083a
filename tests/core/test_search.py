"""The word index, on a model that has one; both databases keep it in step with every kind of write."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F

from core.search import LONGEST, SearchField, index_table, words_of
from members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tree):
    rows = [Member(organization=tree.branch, full_name=name) for name in ("Nguyễn Minh Tuấn", "Đỗ Văn An", "Lò Thị Hà")]
    for row in rows:
        row.derive()
    Member.objects.bulk_create(rows)
    return {row.full_name: row for row in rows}


def found(text):
    return [member.full_name for member in Member.objects.filter(search__words=text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("minh tuan", "Nguyễn Minh Tuấn"),
        ("tuấn ng", "Nguyễn Minh Tuấn"),
        ("do van", "Đỗ Văn An"),
        ("ĐỖ", "Đỗ Văn An"),
        ("lo", "Lò Thị Hà"),
        ("Lò", "Lò Thị Hà"),
    ],
)
def test_the_beginning_of_any_word_finds_with_or_without_accents(people, text, name):
    assert found(text) == [name]


HOSTILE = ["' OR 1=1", "*", '"', "a:b", "\\", "NEAR(", "minh -tuan x"]


@pytest.mark.parametrize("text", ["", "  ", "uan", "minh an", *HOSTILE])
def test_what_no_word_begins_with_finds_nothing_and_breaks_nothing(people, text):
    assert found(text) == []


def test_the_index_follows_saving_bulk_work_and_deleting(people):
    someone = people["Lò Thị Hà"]
    someone.full_name = "Lê Văn Tám"
    someone.save()
    assert found("lo") == []
    assert found("tam le") == ["Lê Văn Tám"]
    Member.objects.filter(pk=someone.pk).update(search="cam van")
    assert found("le") == []
    assert found("cam") == ["Lê Văn Tám"]
    Member.objects.filter(pk=someone.pk).update(note="x", sort_key=F("sort_key"))
    assert found("cam") == ["Lê Văn Tám"]
    Member.objects.filter(pk=someone.pk).delete()
    assert found("cam") == []


def test_words_are_kept_once_and_cut_at_a_words_end():
    assert words_of("Hà Hà", "Hà 0912-345", "") == "ha 0912 345"
    long = words_of(" ".join(f"từ{number}" for number in range(500)))
    assert len(long) <= LONGEST
    assert long.split()[-1] in {f"tu{number}" for number in range(500)}


def test_every_search_field_has_its_index():
    """On SQLite a later migration of the table takes the triggers away: repeat WordIndex there."""
    fields = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SearchField)
    ]
    assert fields
    for model, _field in fields:
        index = index_table(model._meta.db_table)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = %s", [index])
                assert cursor.fetchone()[0] == 1
            else:
                triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
                cursor.execute(triggers, [f"{index}%"])
                assert cursor.fetchone()[0] == 3
