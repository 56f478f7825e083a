"""Last year's registrants carried into this year: unit by unit, with exceptions, once."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from learning_models.models import Registrant, Registration
from learning_models.rolling import Choice, numbers_by_unit, plan_roll, roll_unit, roll_units
from learning_models.services import roll_forward
from organizations.tree import dissolve_organization
from tests.learning_models.register import add_registration

pytestmark = pytest.mark.django_db
DAY = date(2023, 1, 10)
GONE_ON = date(2022, 12, 31)


@pytest.fixture
def last_year(tree):
    """Six families of the branch, and one of another unit."""
    rows = [add_registration(tree.branch, name=f"Hộ {letter}") for letter in "ABCDEF"]
    add_registration(tree.second)
    return [row.registrant for row in rows]


def choose(shown, skipped=(), gone=(), gone_on=GONE_ON, whys=()):
    keys = [frozenset(row.pk for row in rows) for rows in (shown, skipped, gone)]
    return Choice(*keys, gone_on, dict(whys))


def roll(tree, choice):
    facts = {"organization": tree.branch, "model": "family", "year": 2023, "registered_on": DAY}
    return roll_unit(choice, **facts, reach=Registrant.objects.all(), user=None)


def test_everybody_shown_is_registered_but_the_exceptions(tree, last_year):
    a, b, c, *_ = last_year
    done = roll(tree, choose(last_year[:5], skipped=[b], gone=[c]))
    assert (done.registered, done.gone) == (3, 1)
    registered = set(Registration.objects.filter(year=2023).values_list("registrant", flat=True))
    assert registered == {row.pk for row in (a, *last_year[3:5])}
    c.refresh_from_db()
    assert c.to_date == GONE_ON
    assert c.history.count() == 2


def test_done_twice_it_changes_nothing_more(tree, last_year):
    choice = choose(last_year, gone=last_year[:1])
    roll(tree, choice)
    again = roll(tree, choice)
    assert (again.registered, again.gone) == (0, 0)
    assert Registration.objects.filter(year=2023).count() == 5


def test_why_somebody_is_left_out_or_gone_stands_in_their_history_once(tree, last_year):
    a, b, c, *_ = last_year
    whys = {a.pk: "Đi làm xa", b.pk: "Chuyển đi nơi khác", c.pk: "không được hỏi"}
    for _ in range(2):
        roll(tree, choose(last_year, skipped=[a], gone=[b], whys=whys))

    def told(row):
        return list(row.history.order_by("history_id").values_list("history_change_reason", flat=True))[1:]

    assert told(a) == ["Không đăng ký năm 2023: Đi làm xa"]
    assert told(b) == ["Đã rời đi: Chuyển đi nơi khác"]
    assert told(c) == []
    other = Registrant.objects.get(organization=tree.second)
    roll(tree, choose([other], skipped=[other], whys={other.pk: "của đơn vị khác"}))
    assert told(other) == []


def test_whoever_moved_away_needs_a_last_day_after_the_registration(tree, last_year):
    with pytest.raises(ValidationError, match="hãy ghi ngày"):
        roll(tree, choose(last_year, gone=last_year[:1], gone_on=None))
    with pytest.raises(ValidationError, match="đăng ký ngày 15/01/2022"):
        roll(tree, choose(last_year, gone=last_year[:1], gone_on=date(2022, 1, 1)))
    assert not Registration.objects.filter(year=2023).exists()


def test_the_plan_names_what_would_happen(tree, last_year):
    roll(tree, choose(last_year[5:]))
    choice = choose(last_year, skipped=last_year[:2], gone=last_year[1:3])
    plan = plan_roll(choice, organization=tree.branch, model="family", year=2023, registered_on=DAY)
    assert [row.name for row in plan.again] == ["Hộ D", "Hộ E"]
    assert [row.name for row in plan.skipped] == ["Hộ A"]
    assert [row.name for row in plan.gone] == ["Hộ B", "Hộ C"]


def test_units_are_counted_and_rolled_together(tree, last_year):
    roll(tree, choose(last_year[:4]))
    units = [tree.first, tree.branch, tree.second]
    rows = numbers_by_unit(units, model="family", year=2023, registered_on=DAY)
    assert [(row.unit, row.open, row.registered, row.is_begun) for row in rows] == [
        (tree.branch, 2, 4, True),
        (tree.second, 1, 0, False),
    ]
    assert roll_units([tree.second], model="family", year=2023, registered_on=DAY, user=None) == 1
    assert roll_units([tree.second], model="family", year=2023, registered_on=DAY, user=None) == 0


def test_only_whom_the_page_showed_is_registered(tree, last_year):
    keys = [row.pk for row in last_year[:2]]
    facts = {"model": "family", "year": 2023, "registered_on": DAY, "units": None, "user": None}
    assert roll_forward(**facts, among=keys) == 2
    assert roll_forward(**facts, among=[]) == 0


def test_nobody_rolls_into_a_dissolved_unit(tree, last_year):
    dissolve_organization(organization=tree.branch, on=date(2022, 12, 31), user=None, reason="–")
    assert roll_forward(model="family", year=2023, registered_on=DAY, units=None, user=None) == 1
