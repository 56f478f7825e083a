"""Lists, decisions, titles and what follows them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from learning_models.assessing import Sheet, record_sheets, step_back
from learning_models.decisions import (
    discard_decision,
    issue_decision,
    list_registrations,
    open_decision,
    propose_decision,
    refuse_registrations,
    unlist_registrations,
)
from learning_models.models import (
    Certificate,
    CriteriaSet,
    RecognisingAuthority,
    RecognitionDecision,
    Registration,
    Status,
)
from learning_models.titles import add_months, last_valid_day
from organizations.tree import move_organization
from tests.learning_models.register import (
    REVIEWED_ON,
    add_registration,
    make_points_set,
    recognise,
    review,
    withdraw,
)

pytestmark = pytest.mark.django_db
EVERYWHERE = Registration.objects.all()
TOMORROW = {"decided_on": "tomorrow"}


@pytest.fixture
def reviewed(tree):
    row = add_registration(tree.branch)
    review(row)
    return fresh(row)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def listed(row):
    decision = open_decision(organization=row.organization, model=row.model, year=row.year, user=None)
    list_registrations(decision=decision, keys=[row.pk], reach=EVERYWHERE.all(), user=None)
    return decision


def issue(decision, **facts):
    values = {"number": "1/QĐ", "decided_on": date(2022, 12, 20), "authority": "Chủ tịch", "user": None} | facts
    return issue_decision(decision=decision, **values)


def test_a_decision_gives_titles_and_certificates(reviewed):
    decision = recognise(reviewed, number="12/QĐ-UBND")
    row = fresh(reviewed)
    assert (row.status, row.decision, row.decision_number) == (Status.RECOGNISED, decision, "12/QĐ-UBND")
    assert (row.recognised_on, row.title_to) == (date(2022, 12, 20), None)
    assert row.history.first().history_change_reason == "Công nhận"
    assert len(row.certificate.code) == 26
    assert decision.issued_at is not None


def test_a_title_lasts_as_long_as_its_set_says(tree):
    make_points_set(model="clan", validity_months=12)
    row = add_registration(tree.branch, model="clan")
    review_points(row)
    recognise(row, decided_on=date(2022, 12, 20))
    assert fresh(row).title_to == date(2023, 12, 19)


def review_points(row):
    record_sheets(stage="review", sheets=[Sheet(row.pk, score=100)], on=REVIEWED_ON, reach=EVERYWHERE.all(), user=None)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2024, 2, 28), 12, date(2025, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2022, 8, 31), 6, date(2023, 2, 28)),
        (date(2022, 12, 20), 12, date(2023, 12, 19)),
    ],
)
def test_a_month_that_lacks_the_day_is_filled_to_its_end(day, months, last):
    assert last_valid_day(day, CriteriaSet(validity_months=months)) == last


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2022, 12, 20), 12, date(2023, 12, 20)),
        (date(2022, 1, 31), 1, date(2022, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2022, 11, 30), 36, date(2025, 11, 30)),
        (date(2022, 12, 1), 1, date(2023, 1, 1)),
    ],
)
def test_months_are_added_by_the_calendar(day, months, later):
    assert add_months(day, months) == later


def test_a_new_title_ends_the_one_before(reviewed):
    recognise(reviewed)
    again = Registration.objects.create(
        registrant=reviewed.registrant,
        organization=reviewed.organization,
        model="family",
        year=2023,
        registered_on=date(2023, 1, 1),
    )
    review(again, on=date(2023, 12, 1))
    recognise(again, decided_on=date(2023, 12, 20), number="2/QĐ")
    assert fresh(reviewed).title_to == date(2023, 12, 19)
    assert fresh(again).title_to is None


def test_an_issued_decision_and_its_rows_are_never_changed(reviewed):
    decision = recognise(reviewed)
    decision.number = "khác"
    for change in (
        decision.save,
        decision.delete,
        RecognitionDecision.objects.all().delete,
        lambda: RecognitionDecision.objects.update(number="khác"),
        lambda: issue(decision),
        lambda: discard_decision(decision=decision, user=None),
        lambda: unlist_registrations(decision=decision, keys=[reviewed.pk], user=None),
        fresh(reviewed).save,
        fresh(reviewed).delete,
        Registration.objects.all().delete,
        lambda: Registration.objects.update(status="registered"),
        Certificate.objects.get().save,
        Certificate.objects.get().delete,
        Certificate.objects.all().delete,
        lambda: Certificate.objects.update(number=9),
    ):
        with pytest.raises(ValidationError, match="giữ nguyên"):
            change()
    assert fresh(decision).number == "12/QĐ-UBND"


def test_a_decision_is_followed_by_one_that_withdraws(reviewed):
    decision = recognise(reviewed)
    taken = withdraw(decision, reviewed, decided_on=date(2023, 5, 10))
    row = fresh(reviewed)
    assert (row.withdrawn_on, row.title_to, row.withdrawal) == (date(2023, 5, 10), date(2023, 5, 9), taken)
    assert (row.status, row.withdrawn_reason) == (Status.RECOGNISED, "Vi phạm")
    assert row.title_state(date(2023, 5, 9)) == "in_force"
    assert row.title_state(date(2023, 5, 10)) == "withdrawn"
    with pytest.raises(ValidationError, match="đã thay đổi"):
        withdraw(decision, reviewed, decided_on=date(2023, 6, 1), number="2/QĐ-TH")


def test_a_title_may_be_withdrawn_on_its_first_day(reviewed):
    decision = recognise(reviewed)
    withdraw(decision, reviewed, decided_on=decision.decided_on)
    assert fresh(reviewed).title_state(decision.decided_on) == "withdrawn"
    other = add_registration(reviewed.organization)
    review(other)
    later = recognise(other, number="3/QĐ")
    with pytest.raises(ValidationError, match="từ ngày công nhận trở đi"):
        withdraw(later, other, decided_on=REVIEWED_ON, number="4/QĐ")


def test_a_withdrawal_names_an_issued_recognition_and_its_grounds(reviewed):
    draft = listed(reviewed)
    facts = {"organization": reviewed.organization, "model": "family", "year": 2022, "user": None}
    with pytest.raises(ValidationError, match="đã ban hành"):
        open_decision(follows=draft, grounds="Vi phạm", **facts)
    with pytest.raises(ValidationError, match="lý do thu hồi"):
        open_decision(follows=issue(draft), **facts)


def test_only_what_passed_the_review_is_listed_and_once(tree):
    plain, failed, good = (add_registration(tree.branch) for _ in range(3))
    review(failed, passed=False, reason="–")
    review(good)
    decision = listed(good)
    for row in (plain, failed, good):
        with pytest.raises(ValidationError, match="đã thay đổi"):
            list_registrations(decision=decision, keys=[row.pk], reach=EVERYWHERE.all(), user=None)


def test_a_list_is_scoped(cast):
    mine, foreign = add_registration(cast.branch), add_registration(cast.foreign)
    review(mine, foreign)
    decision = open_decision(organization=cast.first, model="family", year=2022, user=cast.secretary)
    reach = Registration.objects.allowed(cast.secretary, "learning_models.change_registration")
    with pytest.raises(ValidationError, match="đã thay đổi"):
        list_registrations(decision=decision, keys=[mine.pk, foreign.pk], reach=reach, user=cast.secretary)
    assert fresh(mine).decision is None


def test_a_list_can_be_proposed_changed_and_given_up(reviewed):
    decision = listed(reviewed)
    propose_decision(decision=decision, proposal_number="5/TTr", proposed_on=date(2022, 12, 15), user=None)
    assert fresh(decision).status == RecognitionDecision.Status.PROPOSED
    unlist_registrations(decision=decision, keys=[reviewed.pk], user=None)
    with pytest.raises(ValidationError, match="còn trống"):
        issue(decision)
    list_registrations(decision=decision, keys=[reviewed.pk], reach=EVERYWHERE.all(), user=None)
    discard_decision(decision=decision, user=None)
    assert fresh(reviewed).decision is None
    assert not RecognitionDecision.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"decided_on": REVIEWED_ON - timedelta(days=1)}, "bình xét ngày 10/12/2022"),
        (TOMORROW, "chưa đến"),
        ({"number": ""}, "phải có số"),
        ({"authority": ""}, "phải có số"),
    ],
)
def test_what_a_decision_lacks_is_said_and_nothing_is_written(reviewed, facts, words):
    decision = listed(reviewed)
    if facts == TOMORROW:
        # The day may change between the collecting of the tests and this one.
        facts = {"decided_on": timezone.localdate() + timedelta(days=1)}
    with pytest.raises(ValidationError, match=words):
        issue(decision, **facts)
    assert fresh(decision).status == RecognitionDecision.Status.DRAFT
    assert fresh(reviewed).status == Status.REVIEWED
    assert not Certificate.objects.exists()


def test_a_decision_is_not_older_than_a_registration_whose_review_came_by_file(tree):
    row = add_registration(tree.branch, registered_on=date(2022, 3, 1))
    Registration.objects.filter(pk=row.pk).update(status="reviewed", passed=True)
    with pytest.raises(ValidationError, match="đăng ký ngày 01/03/2022"):
        issue(listed(row), decided_on=date(2022, 2, 28))
    assert issue(RecognitionDecision.objects.get(), decided_on=date(2022, 3, 1)).is_issued


def test_a_unit_that_moved_away_is_not_decided_about(tree):
    row = add_registration(tree.branch)
    review(row)
    decision = open_decision(organization=tree.first, model="family", year=2022, user=None)
    list_registrations(decision=decision, keys=[row.pk], reach=EVERYWHERE.all(), user=None)
    move_organization(organization=tree.branch, parent=tree.second, on=date(2022, 12, 15), user=None, reason="–")
    with pytest.raises(ValidationError, match="1 hộ trong danh sách nay không còn thuộc"):
        issue(decision)
    assert fresh(row).recognised_on is None


def test_a_list_that_was_given_up_says_so(reviewed):
    decision = listed(reviewed)
    discard_decision(decision=fresh(decision), user=None)
    for late in (issue, lambda decision: discard_decision(decision=decision, user=None)):
        with pytest.raises(ValidationError, match="vừa bỏ danh sách"):
            late(decision)


def test_two_decisions_of_a_day_do_not_share_a_number(tree):
    rows = [add_registration(tree.first) for _ in range(2)]
    review(*rows)
    recognise(rows[0])
    with pytest.raises(ValidationError, match="mang số này"):
        recognise(rows[1])


def test_a_refusal_needs_a_reason_and_can_be_taken_back(tree):
    row = add_registration(tree.branch)
    review(row, passed=False, reason="Chưa đạt")
    with pytest.raises(ValidationError, match="lý do"):
        refuse_registrations(reasons={row.pk: " "}, reach=EVERYWHERE.all(), user=None)
    refuse_registrations(reasons={row.pk: "Con bỏ học"}, reach=EVERYWHERE.all(), user=None)
    assert (fresh(row).status, fresh(row).reason) == (Status.NOT_RECOGNISED, "Con bỏ học")
    step_back(keys=[row.pk], reach=EVERYWHERE.all(), user=None)
    assert fresh(row).status == Status.REVIEWED


def test_certificates_are_numbered_in_the_order_of_the_list(tree):
    rows = [add_registration(tree.branch, name=name) for name in ("Lò Văn Cường", "Lò Văn An", "Lò Văn Bình")]
    review(*rows)
    recognise(*rows)
    ordered = Certificate.objects.order_by("number").values_list("registration__registrant__name", flat=True)
    assert list(ordered) == ["Lò Văn An", "Lò Văn Bình", "Lò Văn Cường"]


def test_a_decision_takes_as_many_queries_for_many_names(tree, django_assert_max_num_queries):
    rows = [add_registration(tree.branch) for _ in range(12)]
    review(*rows)
    one, many = listed(rows[0]), open_decision(organization=tree.branch, model="family", year=2022, user=None)
    list_registrations(decision=many, keys=[row.pk for row in rows[1:]], reach=EVERYWHERE.all(), user=None)
    with django_assert_max_num_queries(40) as few:
        issue(one)
    with django_assert_max_num_queries(40) as more:
        issue(many, number="2/QĐ")
    assert len(more) == len(few)


@pytest.mark.parametrize(
    ("model", "rank", "day", "name"),
    [
        ("family", "", date(2022, 1, 1), "Chủ tịch Uỷ ban nhân dân xã"),
        ("commune", "", date(2025, 6, 30), "Chủ tịch Uỷ ban nhân dân huyện"),
        ("commune", "", date(2025, 7, 1), "Chủ tịch Uỷ ban nhân dân tỉnh"),
        ("unit", "commune", date(2026, 1, 1), "Chủ tịch Uỷ ban nhân dân xã"),
        ("unit", "province", date(2022, 1, 1), "Chủ tịch Uỷ ban nhân dân tỉnh"),
        ("citizen", "", date(2022, 1, 1), ""),
    ],
)
def test_the_authority_is_a_setting_by_model_rank_and_date(model, rank, day, name):
    found = RecognisingAuthority.objects.for_model(model, rank, day)
    assert (found.name if found else "") == name


def test_a_decision_is_not_of_before_its_proposal(reviewed):
    decision = listed(reviewed)
    propose_decision(decision=decision, proposal_number="05/TTr", proposed_on=date(2023, 1, 10), user=None)
    facts = {"decision": decision, "number": "12/QĐ", "authority": "Chủ tịch", "user": None}
    with pytest.raises(ValidationError, match="Tờ trình ghi ngày 10/01/2023, sau ngày này"):
        issue_decision(**facts, decided_on=date(2023, 1, 9))
    assert issue_decision(**facts, decided_on=date(2023, 1, 10)).is_issued
