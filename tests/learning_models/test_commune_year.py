"""A commune of 1,200 families through a whole year, played by its people; its quarters count right by themselves."""

import io
import zipfile
from types import SimpleNamespace

import docx
import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from pypdf import PdfReader

from core.periods import Quarter
from learning_models.integrity import find_faults
from learning_models.models import Registrant, Registration, Status
from tests.learning_models.commune_people import COMMUNE, CommunePeople, form_numbers, run, words_of
from tests.learning_models.commune_year import BRANCHES, FIRST, GONE_ON, YEAR, CommuneYear
from tests.learning_models.register import make_points_set

BEFORE, Q1, Q2, Q3, Q4, AFTER, END = map(
    Quarter.parse, ("2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q4")
)
ALL = (BEFORE, Q1, Q2, Q3, Q4, AFTER, END)
ACCEPTED = (Q1, Q3)


@pytest.fixture(scope="module")
def year(scenes, django_db_blocker, tmp_path_factory):
    """Played once; what everybody saw is kept, the rows are rolled back."""
    folder = tmp_path_factory.mktemp("commune")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=folder):
        told = play(CommunePeople(scenes.cast.put_back(), CommuneYear(), folder))
        transaction.set_rollback(True)
    return told


def play(people: CommunePeople) -> SimpleNamespace:
    told = SimpleNamespace(plan=people.plan, at_the_time={}, afterwards={})
    make_points_set()
    for quarter in ALL:
        run("open_round", quarter.code, due=quarter.next.first_day.isoformat(), organization="A")
    people.bring_last_year()
    told.at_the_time[BEFORE] = people.tell(BEFORE)
    play_spring(people, told)
    told.at_the_time[Q3] = people.tell(Q3)
    people.hand_in_and_accept(Q3)
    play_autumn(people, told)
    told.at_the_time[Q4] = people.tell(Q4)
    people.withdraw(told.decision)
    told.at_the_time[AFTER] = people.tell(AFTER)
    told.at_the_time[END] = people.tell(END)
    look_back(people, told)
    return told


def play_spring(people, told) -> None:
    for branch in BRANCHES:
        people.roll_forward(branch)
    told.exceptions = histories(people.plan.exceptions, people)
    people.enter_new("early")
    told.at_the_time[Q1] = people.tell(Q1)
    people.hand_in_and_accept(Q1)
    people.enter_new("spring")
    people.enter_new("late")
    people.let_leave()
    people.move_one()
    told.at_the_time[Q2] = people.tell(Q2)


def play_autumn(people, told) -> None:
    for branch in BRANCHES:
        people.assess(branch)
    for branch in BRANCHES:
        people.review(branch)
    told.refused = sum(people.refuse(branch) for branch in BRANCHES)
    told.decision = people.propose()
    review_the_list(people, told)
    people.issue(told.decision, number="12/QĐ-UBND", on=told.plan.running[0].recognised[YEAR])
    told.archive = people.make_certificates(told.decision)


def review_the_list(people, told) -> None:
    """The district's reviewer reads the list and its paper; recording the decision is not the reviewer's."""
    address = [told.decision.pk]
    told.page_of_the_list = words_of(people.reviewer.open(reverse("learning_models:decision_detail", args=address)))
    paper = reverse("learning_models:decision_paper", args=[*address, "proposal", "docx"])
    told.paper = people.reviewer.fetch_long_paper(paper)
    issue = people.reviewer.client.get(reverse("learning_models:decision_issue", args=address))
    told.reviewer_may_issue = issue.status_code


def look_back(people, told) -> None:
    for quarter in ALL:
        form = people.secretary.open(reverse("reports:report_form", args=[COMMUNE, quarter.code]))
        told.afterwards[quarter] = {"form": form_numbers(form), "summary": people.summary(quarter)}
    told.faults = list(find_faults())
    rows = Registration.objects.filter(year=YEAR)
    told.statuses = {status: rows.filter(status=status).count() for status in Status.values}
    refused = rows.filter(status=Status.NOT_RECOGNISED)
    names = refused.values_list("organization__code", "registrant__name", "reason")
    told.reasons = {(branch, name): reason for branch, name, reason in names}
    drill = reverse(
        "learning_models:registration_list", query={"unit": COMMUNE, "counted": "recognised", "quarter": "2024-Q2"}
    )
    told.names_in_force = people.secretary.open(drill).context["names"]
    overview = reverse("learning_models:year_overview", query={"unit": COMMUNE, "year": YEAR})
    told.overview = words_of(people.secretary.open(overview))


def histories(families, people) -> dict:
    """Branch and name → last day here, and the newest word of the history."""
    found = Registrant.objects.filter(organization__code__in=BRANCHES).select_related("organization")
    rows = {(row.organization.code, row.name): row for row in found}
    asked = [rows[each.branch, each.name] for each in families]
    return {
        (row.organization.code, row.name): (row.to_date, row.history.first().history_change_reason) for row in asked
    }


def same(plan, quarter, **known):
    """What form and summary must both say."""
    summary = plan.expected(quarter, **known)
    return {"form": {name: value for name, value in summary.items() if "rate" not in name}, "summary": summary}


def test_the_plan_is_as_large_as_a_commune(year):
    plan = year.plan
    assert sum(BEFORE.year in each.registered for each in plan.families) == 1200
    assert (len(plan.exceptions), sum(bool(each.entered) for each in plan.families)) == (40, 30)
    assert sum(YEAR in each.recognised for each in plan.families) == 1131


@pytest.mark.parametrize("quarter", ALL, ids=str)
def test_the_form_and_the_summary_count_right_as_the_quarter_ends(year, quarter):
    known = {"known": frozenset({"early"})} if quarter == Q1 else {}
    assert year.at_the_time[quarter] == same(year.plan, quarter, **known)


@pytest.mark.parametrize("quarter", ACCEPTED, ids=str)
def test_an_accepted_quarter_stays_as_it_was(year, quarter):
    assert year.afterwards[quarter] == year.at_the_time[quarter]


def test_families_dated_back_after_the_acceptance_do_not_move_it(year):
    assert year.plan.expected(Q1)["registered"] == year.afterwards[Q1]["form"]["registered"] + 6


@pytest.mark.parametrize("quarter", [each for each in ALL if each not in ACCEPTED], ids=str)
def test_an_open_quarter_stays_right_by_its_own_last_day(year, quarter):
    assert year.afterwards[quarter] == same(year.plan, quarter)


def test_titles_of_last_year_run_out_by_the_validity_of_the_set(year):
    told = {quarter: year.at_the_time[quarter]["form"]["recognised"] for quarter in ALL}
    assert told[Q2] - told[Q3] == BRANCHES[FIRST]
    assert told[Q4] - told[AFTER] == 1
    assert told[END] == 0


def test_every_exception_is_told_with_its_reason(year):
    for family in year.plan.exceptions:
        last_day, words = year.exceptions[family.branch, family.name]
        is_gone = family.exception == "gone"
        assert last_day == (GONE_ON if is_gone else None)
        if family.why:
            assert words == (f"Đã rời đi: {family.why}" if is_gone else f"Không đăng ký năm {YEAR}: {family.why}")


def test_who_failed_is_closed_with_a_reason_and_nobody_is_left_over(year):
    failed = [each for each in year.plan.running if YEAR not in each.recognised]
    assert year.statuses == dict.fromkeys(Status.values, 0) | {
        Status.RECOGNISED: 1131,
        Status.NOT_RECOGNISED: len(failed),
    }
    assert year.refused == len(failed) == 59
    told = {(each.branch, each.name): each.meeting[1] for each in failed if each.meeting}
    assert len(told) == 8
    assert told.items() <= year.reasons.items()
    assert set(year.reasons) == {(each.branch, each.name) for each in failed}
    assert all(year.reasons.values())


def test_the_authority_sees_the_whole_list_and_does_not_record_the_decision(year):
    assert "Trong danh sách 1.131 hộ" in year.page_of_the_list
    assert "Tất cả (1.131)" in year.page_of_the_list
    assert year.reviewer_may_issue == 403
    table = docx.Document(io.BytesIO(year.paper)).tables[-1]
    assert len(table.rows) >= 1131


def test_every_title_has_its_certificate(year):
    with zipfile.ZipFile(io.BytesIO(year.archive)) as archive:
        pages = [len(PdfReader(io.BytesIO(archive.read(name))).pages) for name in archive.namelist()]
    assert pages == [250, 250, 250, 250, 131]


def test_the_names_behind_a_figure_are_as_many(year):
    assert year.names_in_force == year.plan.expected(Q2)["recognised"]


def test_the_register_is_sound_and_the_year_is_done(year):
    assert year.faults == []
    assert year.overview.count("Đã xong") == len(BRANCHES)
