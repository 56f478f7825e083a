"""Many rows at once: the same values as one by one, the same words found."""

import sqlite3
from contextlib import closing, suppress

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from core import bulk
from core.bulk import WaitingRows, among, insert_rows, key_filters, key_ranges, reserve_keys, update_rows
from core.streaming import value_columns
from members.models import HeadCount, Member, Membership


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
    assert not set(keys) & set(reserve_keys(HeadCount, 3))


@pytest.fixture
def three(tree):
    """The keys of three people."""
    for name in ("Lò Văn Ân", "Lò Văn Bình", "Lò Thị Chi"):
        Member.objects.create(organization=tree.branch, full_name=name)
    return list(Member.objects.order_by("pk").values_list("pk", flat=True))


def test_any_number_of_keys_is_one_condition(three, tree, monkeypatch):
    Membership.objects.bulk_create(Membership(member_id=key, organization=tree.branch) for key in three)
    for few in (20, 0):
        monkeypatch.setattr(bulk, "FEW_RANGES", few)
        for keys in ([], three[:1], three[:2], [three[0], three[2]], [three[2] + 5]):
            assert set(Member.objects.filter(among(keys)).values_list("pk", flat=True)) == set(keys) & set(three)
            spells = Membership.objects.filter(among(keys, "member_id")).values_list("member_id", flat=True)
            assert set(spells) == set(keys) & set(three)


@pytest.mark.parametrize("most", [20, 1])
def test_rows_may_change_in_different_columns(three, monkeypatch, most):
    monkeypatch.setattr(bulk, "MOST_UPDATES", most)
    with transaction.atomic():
        rows = [("09", "", three[0]), ("", "mới", three[1]), ("", "", three[2])]
        update_rows(Member, ["phone", "note"], rows)
    assert list(Member.objects.order_by("pk").values_list("phone", "note", "pk")) == rows


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL sees for itself what stays the same")
def test_an_update_sets_nothing_but_what_differs(three):
    """Else SQLite would write every index of the table anew."""
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        update_rows(Member, ["full_name", "phone", "sort_key"], [("Lò Văn Ân", "09", "0", three[0])])
        Member.objects.filter(pk=three[0]).update(sort_key="0")
        update_rows(Member, ["full_name", "phone", "sort_key"], [("Lò Văn Ân", "08", "0", three[0])])
    (first, second) = (query["sql"] for query in queries if query["sql"].startswith('UPDATE "members_member" SET ("'))
    assert '("phone", "sort_key") =' in first
    assert '("phone") =' in second


def test_rows_that_are_left_out_stay_as_they_are(three):
    with transaction.atomic(), closing(WaitingRows(Member, ["phone", "pk"], [("09", key) for key in three])) as waiting:
        waiting.leave_out({three[1]})
        waiting.update()
    assert list(Member.objects.order_by("pk").values_list("phone", flat=True)) == ["09", "", "09"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
@pytest.mark.django_db(transaction=True)
def test_rows_wait_and_are_compared_while_somebody_else_writes(three):
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = WaitingRows(Member, ["phone", "pk"], [("09", three[0])])
        waiting.compare()
        other.execute("COMMIT")
    with closing(waiting), transaction.atomic():
        waiting.update()
    assert Member.objects.get(pk=three[0]).phone == "09"
