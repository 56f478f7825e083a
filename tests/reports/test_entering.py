"""Saving cells and sections: saved, refused or shown another's value, never lost silently."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from reports.models import Figure, Narrative, ReportingRound, SavedEdit
from reports.services import Edit, prepare_report, save_edits
from tests.chain import MEMBERS, NEW, hand_in, report_of

BALANCE = "funds.balance"


def save(people, *edits, user="secretary", **options):
    person = getattr(people, user)
    return save_edits(report=report_of(people.first), user=person, edits=list(edits), **options)


def figure(people, code=MEMBERS):
    return Figure.objects.get(report=report_of(people.first), indicator__code=code)


def test_a_saved_cell_says_what_it_holds_and_who_wrote_it(people):
    [answer] = save(people, Edit(MEMBERS, value="1.240"))
    assert answer == {
        "target": MEMBERS,
        "state": "saved",
        "message": "",
        "version": 1,
        "value": "1.240",
        "no_data": False,
        "reason": "",
        "total": "",
        "total_reason": "",
    }
    stored = figure(people)
    assert (stored.declared, stored.version, stored.entered_by, stored.on_behalf) == (1240, 1, people.secretary, False)
    assert stored.history.get().history_user == people.secretary


@pytest.mark.parametrize(
    ("code", "typed", "number"),
    [
        (MEMBERS, "1240", 1240),
        (MEMBERS, "1 240", 1240),
        (MEMBERS, " 1.240 ", 1240),
        (MEMBERS, "0", 0),
        (BALANCE, "35.000.000", 35_000_000),
        (BALANCE, "6,1 tỷ", 6_100_000_000),
        (BALANCE, "35 triệu", 35_000_000),
        (BALANCE, "35.000.000 đồng", 35_000_000),
    ],
)
def test_numbers_and_money_are_read_as_people_type_them(people, code, typed, number):
    assert save(people, Edit(code, value=typed))[0]["state"] == "saved"
    assert figure(people, code).declared == number


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        (MEMBERS, "-5"),
        (MEMBERS, "năm"),
        (MEMBERS, "12,5"),
        (MEMBERS, "1.24"),
        (MEMBERS, "35 triệu"),
        (MEMBERS, "1" * 16),
        (MEMBERS, "5\0x"),
        (MEMBERS, "\ud800"),
        (MEMBERS, "=1+1"),
        (BALANCE, "1,5"),
    ],
)
def test_what_is_no_number_is_refused_in_words_and_keeps_nothing(people, code, typed):
    key = uuid4()
    [answer] = save(people, Edit(code, value=typed), key=key)
    assert answer["state"] == "refused"
    assert answer["message"]
    assert (answer["version"], answer["value"]) == (0, "")
    assert not Figure.objects.exists()
    assert SavedEdit.objects.get(key=key).answer == [answer]


def test_a_refused_total_keeps_the_rest_of_the_edit_back_as_well(people):
    [answer] = save(people, Edit(MEMBERS, value="5", total="-1"))
    assert answer["state"] == "refused"
    assert not Figure.objects.exists()


def test_one_refused_cell_does_not_hold_up_the_others(people):
    answers = save(people, Edit(MEMBERS, value="x"), Edit(NEW, value="3"), Edit("khong.co", value="4"))
    assert [answer["state"] for answer in answers] == ["refused", "saved", "refused"]
    assert [each.indicator.code for each in Figure.objects.all()] == [NEW]


@pytest.mark.parametrize(
    "code", ["members.population_rate", "areas.population", "organizations.districts", "learning_models.unit.succeeded"]
)
def test_what_is_not_asked_of_the_unit_now_is_refused(people, code):
    assert save(people, Edit(code, value="5"))[0]["state"] == "refused"
    assert not Figure.objects.exists()


def test_empty_zero_and_no_data_are_three_things(people):
    save(people, Edit(MEMBERS, value="5"))
    [answer] = save(people, Edit(MEMBERS, version=1, no_data=True))
    assert (figure(people).declared, figure(people).no_data, answer["no_data"]) == (None, True, True)
    save(people, Edit(MEMBERS, version=2, value="0"))
    assert (figure(people).declared, figure(people).no_data) == (0, False)
    save(people, Edit(MEMBERS, version=3, value=""))
    assert (figure(people).declared, figure(people).no_data, figure(people).version) == (None, False, 4)


def test_taking_no_data_back_leaves_a_blank(people):
    save(people, Edit(MEMBERS, no_data=True))
    save(people, Edit(MEMBERS, version=1, no_data=False))
    assert (figure(people).declared, figure(people).no_data) == (None, False)


def test_an_emptied_cell_that_said_no_data_still_says_so(people):
    save(people, Edit(MEMBERS, no_data=True))
    save(people, Edit(MEMBERS, version=1, value="", reason="chưa đếm"))
    assert (figure(people).no_data, figure(people).reason) == (True, "chưa đếm")


def test_parts_that_are_not_named_stay(people):
    district = report_of(people.east)
    whole = Edit(MEMBERS, value="5", reason="theo sổ", total="9", total_reason="giấy")
    for edit in (whole, Edit(MEMBERS, version=1, value="6")):
        save_edits(report=district, user=None, edits=[edit])
    stored = Figure.objects.get(report=district, indicator__code=MEMBERS)
    assert (stored.declared, stored.reason, stored.declared_total, stored.total_reason) == (6, "theo sổ", 9, "giấy")
    save_edits(report=district, user=None, edits=[Edit(MEMBERS, version=2, total="")])
    stored.refresh_from_db()
    assert (stored.declared_total, stored.declared) == (None, 6)


def test_a_total_is_stated_only_over_units_that_report(people):
    [answer] = save(people, Edit(MEMBERS, total="9"))
    assert answer["state"] == "refused"
    assert not Figure.objects.filter(report=report_of(people.first)).exists()


def test_a_reason_is_one_line_and_has_an_end(people):
    save(people, Edit(MEMBERS, value="5", reason=" hai \n dòng\0 "))
    assert figure(people).reason == "hai dòng"
    [answer] = save(people, Edit(MEMBERS, version=1, value="6", reason="x" * 501))
    assert (answer["state"], answer["value"], figure(people).declared) == ("refused", "5", 5)


def test_another_value_over_an_old_version_is_a_conflict_that_shows_who_wrote_what(people):
    save(people, Edit(MEMBERS, value="5"), user="manager")
    [answer] = save(people, Edit(MEMBERS, value="7"))
    assert (answer["state"], answer["value"], answer["version"]) == ("conflict", "5", 1)
    assert people.manager.get_full_name() in answer["message"]
    assert figure(people).declared == 5
    assert save(people, Edit(MEMBERS, version=answer["version"], value="7"))[0]["state"] == "saved"


def test_the_same_value_over_an_old_version_is_no_conflict(people):
    save(people, Edit(MEMBERS, value="5"), user="manager")
    [answer] = save(people, Edit(MEMBERS, value="5"))
    assert (answer["state"], answer["version"]) == ("saved", 1)
    assert figure(people).entered_by == people.manager
    assert figure(people).history.count() == 1


def test_what_a_register_counts_is_no_version_to_know_of(people):
    prepare_report(report=report_of(people.first), user=people.manager)
    assert save(people, Edit("organizations.branches", value="5"))[0]["state"] == "saved"


def test_sections_are_saved_and_conflict_like_cells(people):
    [answer] = save(people, Edit(section="results", text="Một\r\nHai\0 "))
    assert (answer["state"], answer["text"], answer["version"]) == ("saved", "Một\nHai", 1)
    [answer] = save(people, Edit(section="results", text="Khác"), user="manager")
    assert (answer["state"], answer["text"]) == ("conflict", "Một\nHai")
    [answer] = save(people, Edit(section="results", text="Khác", version=1), user="manager")
    stored = Narrative.objects.get()
    assert (answer["state"], stored.text, stored.on_behalf) == ("saved", "Khác", True)
    assert save(people, Edit(section="results", text=""))[0]["state"] == "conflict"


def test_a_section_that_is_not_named_a_text_stays(people):
    save(people, Edit(section="results", text="Một"))
    [answer] = save(people, Edit(section="results", version=1))
    assert (answer["state"], answer["text"]) == ("saved", "Một")


def test_a_text_survives_what_no_database_holds(people):
    [answer] = save(people, Edit(section="results", text="Một \ud83d hai"), key=uuid4())
    assert (answer["state"], answer["text"]) == ("saved", "Một  hai")


@pytest.mark.parametrize("edit", [Edit(section="khac", text="a"), Edit(section="results", text="x" * 20_001)])
def test_a_wrong_section_is_refused(people, edit):
    [answer] = save(people, edit)
    assert (answer["state"], bool(answer["message"])) == ("refused", True)
    assert not Narrative.objects.exists()


def test_a_save_that_is_sent_twice_counts_once(people):
    key = uuid4()
    first = save(people, Edit(MEMBERS, value="5"), key=key)
    save(people, Edit(MEMBERS, version=1, value="6"))
    again = save(people, Edit(MEMBERS, value="5"), key=key)
    assert again == first
    assert (figure(people).declared, figure(people).version) == (6, 2)
    assert SavedEdit.objects.count() == 1


def test_a_save_that_was_answered_is_answered_again_after_the_handing_in(people):
    key = uuid4()
    first = save(people, Edit(MEMBERS, value="5"), key=key)
    hand_in(people.first)
    assert save(people, Edit(MEMBERS, value="5"), key=key) == first
    with pytest.raises(ValidationError, match="đã nộp"):
        save(people, Edit(MEMBERS, value="5"), key=uuid4())


def test_the_key_of_another_persons_or_reports_save_is_refused(people):
    key = uuid4()
    save(people, Edit(MEMBERS, value="5"), key=key)
    with pytest.raises(ValidationError, match="báo cáo khác"):
        save(people, Edit(MEMBERS, value="6"), key=key, user="manager")
    edits = [Edit(MEMBERS, value="6")]
    with pytest.raises(ValidationError, match="báo cáo khác"):
        save_edits(report=report_of(people.second), user=people.manager, edits=edits, key=key)
    assert figure(people).declared == 5


@pytest.mark.parametrize("person", ["stranger", "viewer", "treasurer", "commune_reviewer", "reviewer", "nobody"])
def test_who_may_not_enter_writes_nothing_and_learns_nothing(people, person):
    with pytest.raises(ValidationError, match="phạm vi"):
        save(people, Edit(MEMBERS, value="5"), user=person, key=uuid4())
    assert not Figure.objects.exists()
    assert not SavedEdit.objects.exists()


def test_a_closed_round_takes_nothing(people):
    ReportingRound.objects.update(closed_at=timezone.now())
    with pytest.raises(ValidationError, match="đã đóng"):
        save(people, Edit(MEMBERS, value="5"))
    assert not Figure.objects.exists()


def test_many_cells_are_saved_in_one_go(people):
    codes = [MEMBERS, NEW, "members.left", "members.women", "members.party", BALANCE]
    answers = save(people, *(Edit(code, value="0") for code in codes))
    assert {answer["state"] for answer in answers} == {"saved"}
    assert Figure.objects.count() == len(codes)
