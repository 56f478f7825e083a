"""Quick entry: who is new, who is known, who was registered already, and what is not clear."""

from datetime import date

import pytest

from learning_models.entering import Line, LinesError, enter_registrations
from learning_models.models import Registrant, Registration
from learning_models.registrants import leave_registrant
from tests.learning_models.register import add_registrant, add_registration

pytestmark = pytest.mark.django_db
DAY = date(2022, 1, 15)


def lines(*facts):
    return [Line(number, {"name": "", "address": "", "code": ""} | each) for number, each in enumerate(facts, start=1)]


def enter(organization, *facts, year=2022, model="family"):
    return enter_registrations(
        organization=organization, model=model, year=year, registered_on=DAY, lines=lines(*facts), user=None
    )


def faults_of(organization, *facts):
    before = Registrant.objects.count(), Registration.objects.count()
    with pytest.raises(LinesError) as refused:
        enter(organization, *facts)
    assert (Registrant.objects.count(), Registration.objects.count()) == before
    return refused.value.faults


def test_new_known_and_registered_are_told_apart(tree):
    known = add_registrant(tree.branch, name="Lò Văn An", address="Bản Đồi", people=4)
    already = add_registration(tree.branch, name="Quàng Thị Bình")
    entered = enter(
        tree.branch,
        {"name": "LÒ VĂN AN", "address": "bản đồi", "people": 9},
        {"name": "Quàng Thị Bình"},
        {"name": "Cầm Văn Chung", "people": 5},
    )
    assert [row.registrant for row in entered.known] == [known]
    assert [row.registrant.name for row in entered.new] == ["Cầm Văn Chung"]
    assert entered.already == [already.registrant]
    known.refresh_from_db()
    assert known.people == 4
    assert Registration.objects.filter(year=2022).count() == 3


def test_sent_twice_it_writes_once(tree):
    enter(tree.branch, {"name": "Lò Văn An"})
    entered = enter(tree.branch, {"name": "Lò Văn An"})
    assert (entered.registered, len(entered.already)) == (0, 1)
    assert Registration.objects.count() == 1


def test_a_code_tells_two_of_one_name_apart(tree):
    first = add_registrant(tree.branch, name="Lò Văn An", code="H1")
    add_registrant(tree.branch, name="Lò Văn An", code="H2")
    assert enter(tree.branch, {"name": "Lò Văn An", "code": "H1"}).known[0].registrant == first
    assert "Hãy ghi mã: H1, H2" in faults_of(tree.branch, {"name": "Lò Văn An"})[1][0][1]
    assert "Mã này đã là mã của “Lò Văn An”" in faults_of(tree.branch, {"name": "Cầm Văn B", "code": "H2"})[1][0][1]


def test_one_wrong_line_keeps_all_back(tree):
    gone = add_registrant(tree.branch, name="Lò Văn Đi")
    leave_registrant(registrant=gone, to_date=date(2021, 12, 31), user=None)
    faults = faults_of(tree.branch, {"name": "Cầm Văn Chung"}, {"name": "Lò Văn Đi"}, {"name": "Cầm Văn Chung"})
    assert set(faults) == {2, 3}
    assert "không còn" in faults[2][0][1]
    assert "Trùng với dòng 1" in faults[3][0][1]


def test_other_units_and_models_are_not_meant(tree):
    add_registrant(tree.first, name="Lò Văn An")
    add_registrant(tree.branch, name="Lò Văn An", model="citizen")
    assert len(enter(tree.branch, {"name": "Lò Văn An"}).new) == 1
