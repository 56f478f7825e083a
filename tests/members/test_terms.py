"""Terms of office: apart from each other, prolonged, and told about before they end."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from members.models import Term
from members.terms import months_later, prolong_term, renewal_horizon, save_term, state_of, time_in_words
from organizations.tree import dissolve_organization

pytestmark = pytest.mark.django_db
BY = {"user": None, "reason": "thử"}
TODAY = date(2026, 5, 10)


def refused(job, *arguments, **facts):
    with pytest.raises(ValidationError) as error:
        job(*arguments, **facts)
    return set(error.value.message_dict)


def test_terms_of_a_unit_do_not_overlap(tree, serve):
    serve(tree.first, 5, "2016-01-01", "2020-12-31")
    assert refused(serve, tree.first, 6, "2020-12-31", "2025-12-31") == {"starts_on"}
    serve(tree.first, 6, "2021-01-01", "2025-12-31")
    serve(tree.second, 6, "2020-06-01", "2025-12-31")
    assert refused(serve, tree.first, 4, "2011-01-01", "2016-01-01") == {"ends_on"}
    assert refused(serve, tree.first, 7, "2015-01-01", "2030-01-01") == {"ends_on"}


def test_a_number_is_used_once_and_days_stand_in_order(tree, serve):
    serve(tree.first, 5, "2016-01-01", "2020-12-31")
    assert refused(serve, tree.first, 5, "2021-01-01", "2025-12-31") == {"number"}
    assert refused(serve, tree.first, 6, "2025-01-01", "2021-12-31") == {"ends_on"}
    prolonged = {"prolonged_to": date(2025, 12, 31)}
    assert refused(serve, tree.first, 6, "2021-01-01", "2025-12-31", **prolonged) == {"prolonged_to"}


def test_a_prolonged_term_ends_later_and_never_runs_into_the_next(cast, serve):
    term = serve(cast.first, 5, "2016-01-01", "2020-12-31")
    prolong_term(term=term, to=date(2021, 6, 30), user=cast.secretary, reason="Kéo dài nhiệm kỳ: CV 9")
    term.refresh_from_db()
    assert (term.final_day, term.ends_on) == (date(2021, 6, 30), date(2020, 12, 31))
    entry = term.history.first()
    assert (entry.history_user, entry.history_change_reason) == (cast.secretary, "Kéo dài nhiệm kỳ: CV 9")
    assert refused(prolong_term, term=term, to=date(2021, 6, 30), user=None) == {"prolonged_to"}
    assert refused(serve, cast.first, 6, "2021-06-30", "2025-12-31") == {"starts_on"}
    serve(cast.first, 6, "2021-07-01", "2025-12-31")
    assert refused(prolong_term, term=term, to=date(2021, 7, 1), user=None) == {"prolonged_to"}


def test_a_corrected_term_is_compared_with_the_others_and_not_with_itself(tree, serve):
    term = serve(tree.first, 5, "2016-01-01", "2020-12-31")
    term.ends_on = date(2020, 6, 30)
    save_term(term=term, **BY)
    assert term.history.count() == 2


def test_a_dissolved_unit_begins_no_term(tree, serve):
    dissolve_organization(organization=tree.third, on=date(2022, 6, 30), **BY)
    assert refused(serve, tree.third, 6, "2022-07-01", "2027-01-01") == {"starts_on"}


def to_renew():
    return {term.organization.code for term in Term.objects.to_renew_by(renewal_horizon())}


def test_terms_to_renew_end_soon_or_are_over_and_have_no_successor(tree, serve):
    today = timezone.localdate()
    days = {
        tree.first: today + timedelta(days=20),
        tree.second: today - timedelta(days=400),
        tree.third: months_later(today, 6) + timedelta(days=1),
        tree.east: months_later(today, 6),
        tree.west: today - timedelta(days=1),
        tree.police: today - timedelta(days=10),
    }
    terms = {unit: serve(unit, 5, "2015-01-01", str(day)) for unit, day in days.items()}
    serve(tree.west, 6, str(today), str(today + timedelta(days=1800)))
    prolong_term(term=terms[tree.police], to=today + timedelta(days=700), user=None)
    assert to_renew() == {"A.D.1", "A.D.2", "A.D"}
    dissolve_organization(organization=tree.second, on=today - timedelta(days=1), **BY)
    assert to_renew() == {"A.D.1", "A.D"}


@pytest.mark.parametrize(
    ("last_day", "words"),
    [
        (date(2026, 5, 10), "hết hôm nay"),
        (date(2026, 5, 11), "còn 1 ngày"),
        (date(2026, 7, 9), "còn 60 ngày"),
        (date(2026, 9, 9), "còn 3 tháng"),
        (date(2026, 9, 10), "còn 4 tháng"),
        (date(2028, 5, 10), "còn 2 năm"),
        (date(2026, 5, 9), "đã hết 1 ngày"),
        (date(2025, 2, 10), "đã hết 1 năm 3 tháng"),
    ],
)
def test_the_time_left_is_said_in_words(last_day, words):
    assert time_in_words(last_day, TODAY) == words


def test_six_months_later_is_a_day_that_exists():
    assert months_later(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_later(date(2025, 12, 1), 1) == date(2026, 1, 1)
    assert months_later(date(2026, 5, 10), 6) == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        ("2020-01-01", "2026-05-09", "over"),
        ("2020-01-01", "2026-05-10", "ending"),
        ("2020-01-01", "2026-11-10", "ending"),
        ("2020-01-01", "2026-11-11", "running"),
        ("2026-05-11", "2030-01-01", "coming"),
    ],
)
def test_a_term_is_over_ending_running_or_coming(starts, ends, state):
    term = Term(number=1, starts_on=date.fromisoformat(starts), ends_on=date.fromisoformat(ends))
    assert state_of(term, TODAY) == state
