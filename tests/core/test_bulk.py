"""Many rows at once: the same values as one by one, the same words found."""

from contextlib import suppress

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.bulk import insert_rows, key_filters, key_ranges, reserve_keys, update_rows
from core.streaming import value_columns
from members.models import HeadCount, Member


@given(st.sets(st.integers(min_value=1, max_value=200)))
def test_ranges_name_exactly_the_keys(keys):
    ranges = list(key_ranges(keys))
    assert {key for first, last in ranges for key in range(first, last + 1)} == keys
    assert all(second[0] > first[1] + 1 for first, second in zip(ranges, ranges[1:], strict=False))


def test_many_single_keys_are_asked_for_in_parts():
    assert len(list(key_filters(range(0, 1000, 2)))) == 3


def rows_of(tree, *names):
    member = Member(organization=tree.branch, full_name="x")
    member.derive()
    for name in names:
        member.full_name = name
        member.derive()
        yield [getattr(member, column) for column in value_columns(Member)]


@pytest.mark.parametrize("text", ["", "a,b", 'dấu " ngoặc', "\\N", "a\\b", "Đặng 'Ân'"])
def test_texts_arrive_as_they_are_and_null_stays_null(tree, text):
    with transaction.atomic():
        (key,) = reserve_keys(Member, 1)
        (row,) = rows_of(tree, "Lò Văn Ân")
        row[value_columns(Member).index("note")] = text
        insert_rows(Member, ["pk", *value_columns(Member)], [(key, *row)])
    member = Member.objects.get()
    assert (member.pk, member.note, member.code, member.party_member) == (key, text, None, None)


def test_words_are_found_after_bulk_and_after_single_writes(tree):
    with transaction.atomic():
        keys = reserve_keys(Member, 2)
        rows = zip(keys, rows_of(tree, "Lò Văn Ân", "Lò Văn Bình"), strict=True)
        insert_rows(Member, ["pk", *value_columns(Member)], [(key, *row) for key, row in rows])
    Member.objects.create(organization=tree.branch, full_name="Lò Thị Chi")
    assert [len(Member.objects.search(word)) for word in ("lo", "an", "binh", "chi")] == [3, 1, 1, 1]
    with transaction.atomic():
        (row,) = rows_of(tree, "Lò Văn Dũng")
        update_rows(Member, value_columns(Member), [(*row, keys[0])])
    assert [len(Member.objects.search(word)) for word in ("an", "dung")] == [0, 1]
    assert Member.objects.create(organization=tree.branch, full_name="Mới").pk > max(keys)


@pytest.mark.django_db(transaction=True)
def test_a_bulk_write_that_fails_leaves_the_word_index_as_it_was(tree):
    with suppress(KeyError), transaction.atomic():
        (key,) = reserve_keys(Member, 1)
        (row,) = rows_of(tree, "Lò Văn Ân")
        insert_rows(Member, ["pk", *value_columns(Member)], [(key, *row)])
        raise KeyError
    Member.objects.create(organization=tree.branch, full_name="Lò Thị Chi")
    assert [len(Member.objects.search(word)) for word in ("an", "chi")] == [0, 1]


@pytest.mark.django_db
def test_reserved_keys_are_given_to_nobody_else(tree):
    with transaction.atomic():
        keys = reserve_keys(HeadCount, 3)
        assert len(set(keys)) == 3
    if connection.vendor == "postgresql":
        assert not set(keys) & set(reserve_keys(HeadCount, 3))
