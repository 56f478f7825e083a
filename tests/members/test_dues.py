from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.dues import (
    book_collection,
    confirm_collection,
    correct_collection,
    drop_draft,
    save_lines,
    shares_of,
    version_of,
)
from members.models import DuesCollection, DuesLine
from members.services import transfer_member
from tests.dues import RATE, YEAR, draft_of, people_of, person, rate_at, receipt_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def dues(tree):
    return people_of(tree)


def refused(job, words, **arguments):
    with pytest.raises(ValidationError) as error:
        job(user=None, **arguments)
    assert words in " ".join(error.value.messages)


def lines_of(collection):
    return dict(collection.lines.values_list("member__full_name", "amount"))


def test_a_draft_takes_lines_changes_and_drops_them_with_history(dues):
    ha, an, binh = dues.members
    draft = draft_of(dues.branch, {ha: RATE, an: 10_000})
    save_lines(collection=draft, amounts={ha.pk: 5_000, an.pk: None, binh.pk: 0}, user=None)
    assert lines_of(draft) == {"Lò Thị Hà": 5_000}
    kinds = DuesLine.history.order_by("history_id").values_list("member__full_name", "history_type", "amount")
    assert sorted(kinds, key=lambda row: (row[0], "+~-".index(row[1]))) == [
        ("Cà Văn An", "+", 10_000),
        ("Cà Văn An", "-", 10_000),
        ("Lò Thị Hà", "+", RATE),
        ("Lò Thị Hà", "~", 5_000),
    ]


def test_lines_of_others_stay(dues):
    ha, an, _ = dues.members
    draft = draft_of(dues.branch, {ha: RATE, an: 10_000})
    save_lines(collection=draft, amounts={ha.pk: None}, user=None)
    assert lines_of(draft) == {"Cà Văn An": 10_000}


def test_somebody_of_another_branch_is_refused(dues):
    other = person(dues.second, "Người xã khác")
    draft = draft_of(dues.branch, {})
    refused(save_lines, "không sinh hoạt", collection=draft, amounts={other.pk: RATE})
    assert lines_of(draft) == {}


def test_another_version_than_the_one_seen_is_refused(dues):
    ha = dues.members[0]
    draft = draft_of(dues.branch, {ha: RATE})
    seen = version_of(draft)
    save_lines(collection=draft, amounts={ha.pk: 10_000}, user=None, seen=seen, handed_over=10_000)
    refused(save_lines, "Người khác", collection=draft, amounts={ha.pk: 1_000}, seen=seen)
    refused(confirm_collection, "Người khác", collection=draft, seen=seen)
    assert lines_of(draft) == {"Lò Thị Hà": 10_000}


def test_confirming_numbers_freezes_and_remembers_the_rate(dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    assert (receipt.number, receipt.receipt_number, receipt.rate) == (1, "01/2025", dues.rate)
    assert receipt_for(dues.branch, {dues.members[1]: RATE}).number == 2
    assert receipt_for(dues.branch, {dues.members[1]: RATE}, year=2024).number == 1
    neighbour = person(dues.second, "Người xã khác")
    assert receipt_for(dues.second, {neighbour: RATE}).number == 1
    assert receipt.history.first().history_change_reason == "Chốt đợt nộp hội phí"


def test_money_that_differs_or_was_not_counted_is_not_confirmed(dues):
    ha = dues.members[0]
    for counted, words in ((None, "Chưa nhập số tiền đã đếm"), (0, "chưa khớp"), (RATE - 1, "chưa khớp")):
        draft = draft_of(dues.branch, {ha: RATE}, counted=counted)
        refused(confirm_collection, words, collection=draft)
    refused(confirm_collection, "Chưa ghi ai nộp", collection=draft_of(dues.branch, {}))
    assert not DuesCollection.objects.confirmed().exists()


def test_without_a_rate_nothing_is_confirmed(dues):
    foreigner = person(dues.foreign, "Người lạ")
    refused(confirm_collection, "Chưa có mức hội phí", collection=draft_of(dues.foreign, {foreigner: RATE}))


def test_nobody_pays_more_than_a_year_owes(dues):
    ha = dues.members[0]
    receipt_for(dues.branch, {ha: 15_000})
    refused(confirm_collection, "chỉ còn phải nộp 5.000 đồng", collection=draft_of(dues.branch, {ha: 5_001}))
    receipt_for(dues.branch, {ha: 5_000})


def test_what_was_paid_elsewhere_counts(dues):
    ha = dues.members[0]
    receipt_for(dues.branch, {ha: 15_000})
    transfer_member(member=ha, destination=dues.second, effective_on=date(2025, 6, 1), user=None)
    refused(confirm_collection, "chỉ còn phải nộp 5.000", collection=draft_of(dues.second, {ha: 10_000}))


def test_a_correction_takes_back_and_says_what_it_corrects(dues):
    ha, an, _ = dues.members
    receipt = receipt_for(dues.branch, {ha: RATE, an: RATE})
    draft = correct_collection(collection=receipt, user=None)
    assert draft.note == "Điều chỉnh biên nhận số 01/2025: "
    assert lines_of(draft) == {"Lò Thị Hà": -RATE, "Cà Văn An": -RATE}
    save_lines(collection=draft, amounts={an.pk: -5_000, ha.pk: None}, user=None, handed_over=-5_000)
    assert confirm_collection(collection=draft, user=None).number == 2
    assert shares_of(DuesCollection.objects.get(pk=draft.pk)) == {"branch": -2500, "commune": -1500, "province": -1000}
    refused(correct_collection, "chưa chốt", collection=draft_of(dues.branch, {ha: 1}))


def test_a_correction_never_takes_back_more_than_was_paid(dues):
    ha = dues.members[0]
    receipt_for(dues.branch, {ha: 5_000})
    draft = draft_of(dues.branch, {ha: -5_001}, note="Điều chỉnh biên nhận số 01/2025: nhầm người")
    refused(confirm_collection, "không giảm được", collection=draft)
    refused(confirm_collection, "Có số tiền âm", collection=draft_of(dues.branch, {ha: -5_000}))


def test_a_confirmed_collection_and_its_lines_take_no_change(dues):
    ha = dues.members[0]
    stale = draft_of(dues.branch, {ha: RATE})
    receipt = confirm_collection(collection=stale, user=None)
    line = receipt.lines.get()
    rows = DuesCollection.objects.filter(pk=receipt.pk)
    jobs = [
        stale.save,
        stale.delete,
        line.save,
        line.delete,
        rows.delete,
        lambda: rows.update(handed_over=1),
        lambda: receipt.lines.update(amount=1),
        lambda: receipt.lines.all().delete(),
        lambda: DuesLine(collection=receipt, member=dues.members[1], amount=1).save(),
        lambda: DuesLine.objects.bulk_create([DuesLine(collection=receipt, member=dues.members[1], amount=1)]),
        lambda: DuesLine.objects.bulk_update([line], ["amount"]),
        lambda: save_lines(collection=stale, amounts={ha.pk: 1}, user=None),
        lambda: confirm_collection(collection=stale, user=None),
        lambda: drop_draft(collection=stale, user=None),
    ]
    for job in jobs:
        with pytest.raises(ValidationError, match="đã chốt"), transaction.atomic():
            job()
    # Not even by moving the line into a draft.
    line.collection = draft_of(dues.branch, {})
    with pytest.raises(ValidationError):
        line.save()
    assert lines_of(receipt) == {"Lò Thị Hà": RATE}


def test_a_line_may_still_be_given_to_the_row_that_two_rows_of_one_person_became(dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    receipt.lines.update(member=dues.members[1])
    assert lines_of(receipt) == {"Cà Văn An": RATE}


def test_a_draft_is_dropped_with_its_lines_and_leaves_its_history(dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    pk = draft.pk
    drop_draft(collection=draft, user=None)
    assert not DuesCollection.objects.exists()
    assert not DuesLine.objects.exists()
    assert DuesCollection.history.filter(id=pk, history_type="-").count() == 1
    assert DuesLine.history.filter(history_type="-").count() == 1


def test_money_is_booked_exactly_once_and_not_before_confirming(dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    refused(book_collection, "Phải chốt", collection=draft, booked_as="PT 1/2025")
    receipt = confirm_collection(collection=draft, user=None)
    assert list(DuesCollection.objects.unbooked()) == [receipt]
    booked = book_collection(collection=receipt, booked_as="PT 1/2025", user=None)
    assert booked.booked_at
    assert not DuesCollection.objects.unbooked().exists()
    refused(book_collection, "đã ghi vào sổ quỹ (PT 1/2025)", collection=receipt, booked_as="PT 2/2025")
    assert DuesCollection.objects.get().booked_as == "PT 1/2025"


def test_the_shares_of_a_collection_are_those_of_its_own_rate(dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: 10_001})
    rate_at(dues.first, shares=(100, 0, 0, 0))
    assert shares_of(DuesCollection.objects.get(pk=receipt.pk)) == {"branch": 5001, "commune": 3000, "province": 2000}
    with pytest.raises(ValidationError, match="chưa chốt"):
        shares_of(draft_of(dues.branch, {}))


STEPS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from([-20_000, -7_000, 5_000, 13_000, 20_000])), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(steps=STEPS)
def test_numbers_have_no_gaps_and_payments_stay_between_nothing_and_a_years_dues(dues, steps):
    DuesLine._base_manager.all()._raw_delete("default")
    DuesCollection._base_manager.all()._raw_delete("default")
    for place, amount in steps:
        draft = draft_of(dues.branch, {dues.members[place]: amount}, note="Điều chỉnh")
        try:
            confirm_collection(collection=draft, user=None)
        except ValidationError:
            drop_draft(collection=draft, user=None)
    confirmed = DuesCollection.objects.confirmed().order_by("confirmed_at", "pk")
    assert list(confirmed.values_list("number", flat=True)) == list(range(1, len(confirmed) + 1))
    sums = DuesLine.objects.paid_for(YEAR).values("member").annotate(paid=Sum("amount"))
    assert all(0 <= row["paid"] <= RATE for row in sums)
    for receipt in confirmed.select_related("rate"):
        assert sum(shares_of(receipt).values()) == receipt.handed_over == receipt.lines.aggregate(s=Sum("amount"))["s"]


def test_the_day_of_a_receipt_is_not_to_come(dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE}, collected_on=date(2099, 1, 1))
    refused(confirm_collection, "chưa đến", collection=draft)
