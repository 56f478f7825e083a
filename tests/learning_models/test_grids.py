"""What grids write, by the rules of scoring: bounds, monotony, the set of the day."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning_models.assessing import Sheet
from learning_models.entries import result_words
from learning_models.grids import SelfGrid, mark_of
from learning_models.models import CriteriaSet, Registration
from learning_models.sheet_forms import SheetsForm
from learning_models.year_places import YearPlace
from tests.learning_models.register import add_registration, make_points_set
from tests.learning_models.test_assessing import record

pytestmark = pytest.mark.django_db
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
MOST = (30, 30, 20, 20)


def send(place, typed: dict, *, day=date(2022, 12, 1)):
    """The form of a page that was opened, filled in and sent; ``typed``: registration → texts of its inputs."""
    reach = Registration.objects.all()
    opened = SelfGrid(place, reach=reach, day=day)
    data = {"on": day.strftime("%d/%m/%Y")}
    for line in opened.lines_of(list(place.rows(reach).filter(pk__in=typed))):
        data[f"v{line.key}"] = opened.version(line)
        data |= dict(zip(opened.entry.fields(line), typed[line.key], strict=True))
    form = SheetsForm(data, grid=SelfGrid(place, reach=reach, day=day, keys=list(typed)), user=None)
    return form, form.is_valid() and form.save()


@pytest.fixture
def branch(tree):
    make_points_set(most=MOST, pass_mark=60)
    return YearPlace(tree.branch, "family", 2022), add_registration(tree.branch)


@given(st.lists(st.integers(-5, 40), min_size=4, max_size=4))
@quick
def test_a_score_is_never_above_its_most_and_what_is_above_is_refused(branch, points):
    place, row = branch
    with transaction.atomic():
        form, saved = send(place, {row.pk: [str(each) for each in points]})
        fits = all(0 <= each <= most for each, most in zip(points, MOST, strict=True))
        assert saved is fits
        assert len(form.errors) == sum(not 0 <= each <= most for each, most in zip(points, MOST, strict=True))
        found = Registration.objects.get(pk=row.pk)
        assert found.score == (sum(points) if fits else None)
        assert found.score is None or found.score <= sum(MOST)
        transaction.set_rollback(True)


@given(st.tuples(*(st.integers(0, most) for most in MOST)), st.integers(0, 3), st.data())
@quick
def test_raising_one_criterion_never_turns_a_recorded_pass_into_a_fail(branch, points, raised, data):
    place, row = branch
    higher = list(points)
    higher[raised] = data.draw(st.integers(points[raised], MOST[raised]))
    found = []
    with transaction.atomic():
        for typed in (points, higher):
            record(Sheet(row.pk, answers={str(number): each for number, each in enumerate(typed, start=1)}))
            found.append(Registration.objects.get(pk=row.pk))
        transaction.set_rollback(True)
    before, after = found
    assert after.score >= before.score
    assert after.passed >= before.passed


@pytest.mark.parametrize(
    ("day", "passed"), [(date(2022, 6, 30), True), (date(2022, 7, 1), False), (date(2022, 12, 31), False)]
)
def test_the_set_valid_on_the_day_of_the_sheet_is_used(tree, day, passed):
    old = make_points_set(most=(100,), pass_mark=50, valid_to=date(2022, 6, 30))
    new = make_points_set(most=(100,), pass_mark=80, valid_from=date(2022, 7, 1))
    row = add_registration(tree.branch)
    _, saved = send(YearPlace(tree.branch, "family", 2022), {row.pk: ["70"]}, day=day)
    found = Registration.objects.get(pk=row.pk)
    assert saved
    assert (found.passed, found.criteria_set) == (passed, old if passed else new)


def test_no_set_means_no_points(tree):
    row = add_registration(tree.branch, model="clan")
    grid = SelfGrid(YearPlace(tree.branch, "clan", 2022), reach=Registration.objects.all(), day=date(2022, 12, 1))
    assert [column.label for column in grid.columns] == ["Kết quả"]
    assert result_words(row) == ""
    assert not CriteriaSet.objects.filter(model="clan").exists()


def test_a_mark_tells_cells_apart():
    assert mark_of(["1", ""]) != mark_of(["", "1"])
    assert mark_of(["12"]) != mark_of(["1", "2"])
    assert mark_of([" a  b "]) == mark_of(["a b"])
