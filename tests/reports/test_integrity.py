"""check_integrity: silent over what is sound, and a word about every kind of row that was tampered with."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from reports.integrity import find_faults
from reports.models import Figure, Indicator, Narrative, Report, Revision, RevisionFigure
from reports.services import Edit, Return, open_round, reopen_report, return_report, save_edits
from tests.chain import MEMBERS, NEW, RATE, enter, hand_in, hand_in_and_accept, report_of

BRANCHES = "organizations.branches"


@pytest.fixture
def sound(people, area):
    """Accepted: three communes (one with a stated total), both districts and the province; one was opened again."""
    area(people.first, population=1000)
    save_edits(report=report_of(people.first), user=None, edits=[Edit(section="results", text="Tốt")])
    hand_in_and_accept(people.first, {MEMBERS: 5, NEW: None})
    save_edits(report=report_of(people.second), user=None, edits=[Edit(MEMBERS, value="3")])
    # As a spreadsheet may state it.
    stated = Figure.objects.get(report=report_of(people.second), indicator__code=MEMBERS)
    stated.declared_total = 9
    stated.save()
    hand_in_and_accept(people.second)
    hand_in_and_accept(people.third, {MEMBERS: 0})
    hand_in_and_accept(people.east, {MEMBERS: 1})
    save_edits(report=report_of(people.west), user=None, edits=[Edit(MEMBERS, total="70")])
    hand_in_and_accept(people.west)
    hand_in_and_accept(people.province, {MEMBERS: 2})
    reopen_report(report=report_of(people.first), user=None, reason="Sai")
    for unit in (people.first, people.east, people.province):
        hand_in_and_accept(unit)
    hand_in(people.police, {MEMBERS: 4})
    return people


def words():
    return " ".join(find_faults())


def revision_of(unit, number=1):
    return Revision.objects.get(organization=unit, period="2022-Q1", number=number)


def raw(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_a_sound_province_raises_no_word(sound, capsys):
    assert list(find_faults()) == []
    call_command("check_integrity")
    assert "nguyên vẹn" in capsys.readouterr().out


def test_a_province_with_open_rounds_and_returned_reports_is_sound(sound):
    hand_in(sound.police) if report_of(sound.police).status == "draft" else None
    return_report(report=report_of(sound.police), user=None, returns=[Return("Xem lại.")])
    quarter = report_of(sound.first).round.quarter.next
    open_round(root=sound.province, quarter=quarter, due_on=quarter.next.first_day, user=None)
    enter(sound.first, {MEMBERS: 7}, quarter=quarter)
    hand_in_and_accept(sound.first, quarter=quarter)
    assert list(find_faults()) == []


def cells(unit, code):
    return Figure.objects.filter(report=report_of(unit), indicator__code=code)


def lines(unit, code):
    return RevisionFigure.objects.filter(revision=revision_of(unit), indicator__code=code)


def changed_content(unit):
    revision = revision_of(unit)
    content = revision.content.replace('"value":5', '"value":6')
    assert content != revision.content
    Revision.objects.filter(pk=revision.pk).update(content=content)


def signed_anew(unit):
    """The content is changed and the newest hash is made to match."""
    revision = revision_of(unit, 2)
    before = revision_of(unit).sha256
    revision.content = revision.content.replace('"value":5', '"value":6')
    Revision.objects.filter(pk=revision.pk).update(content=revision.content, sha256=revision.digest(before))


def taken_out(unit):
    """The first revision and its lines vanish."""
    RevisionFigure.objects.filter(revision=revision_of(unit)).delete()
    raw("DELETE FROM reports_revision WHERE id = %s", revision_of(unit).pk)


def newest_taken_out(unit):
    """The unit's report is set back to what it was and its newest revision vanishes."""
    newest = revision_of(unit, 2)
    Report.objects.filter(organization=unit).update(revision=revision_of(unit))
    RevisionFigure.objects.filter(revision=newest).delete()
    raw("DELETE FROM reports_revision WHERE id = %s", newest.pk)


def moved_to(unit, other):
    Revision.objects.filter(pk=revision_of(unit).pk).update(organization=other, number=7)


def extra_cell(unit, code):
    Figure.objects.create(report=report_of(unit), indicator=Indicator.objects.get(code=code), declared=1)


def status(unit, **fields):
    Report.objects.filter(organization=unit).update(**fields)


TAMPERINGS = {
    "content": lambda p: changed_content(p.first),
    "content and hash": lambda p: signed_anew(p.first),
    "hash": lambda p: Revision.objects.filter(pk=revision_of(p.east).pk).update(sha256="0" * 64),
    "number": lambda p: Revision.objects.filter(pk=revision_of(p.third).pk).update(number=2),
    "a revision taken out": lambda p: taken_out(p.first),
    "the newest revision taken out": lambda p: newest_taken_out(p.first),
    "a revision moved to another unit": lambda p: moved_to(p.first, p.second),
    "no text": lambda p: Revision.objects.filter(pk=revision_of(p.third).pk).update(content=""),
    "another text": lambda p: Revision.objects.filter(pk=revision_of(p.third).pk).update(content="[1]"),
    "line value": lambda p: lines(p.province, MEMBERS).update(value=F("value") + 1),
    "line rate": lambda p: lines(p.first, RATE).update(rate=1),
    "line numerator": lambda p: lines(p.first, RATE).update(numerator=1),
    "line coverage": lambda p: lines(p.east, MEMBERS).update(with_data=0),
    "line source": lambda p: lines(p.east, MEMBERS).update(source="declared"),
    "line taken out": lambda p: lines(p.east, MEMBERS).delete(),
    "line put in": lambda p: RevisionFigure.objects.create(
        revision=revision_of(p.east),
        indicator=Indicator.objects.get(code="officers.trained_rate"),
        with_data=0,
        expected=0,
        partial=0,
        source="missing",
    ),
    "typed cell of a commune": lambda p: cells(p.first, MEMBERS).update(declared=6),
    "typed cell of a district": lambda p: cells(p.east, MEMBERS).update(declared=6),
    "typed cell of the province": lambda p: cells(p.province, MEMBERS).update(declared=6),
    "zero made blank": lambda p: cells(p.third, MEMBERS).update(declared=None),
    "no data made zero": lambda p: cells(p.first, NEW).update(declared=0, no_data=False),
    "no data made blank": lambda p: cells(p.first, NEW).update(no_data=False),
    "register cell": lambda p: cells(p.first, BRANCHES).update(from_register=8),
    "register cell declared over": lambda p: cells(p.first, BRANCHES).update(declared=8),
    "register cell declared the same": lambda p: cells(p.first, BRANCHES).update(declared=F("from_register")),
    "cell taken out": lambda p: cells(p.first, MEMBERS).delete(),
    "cell put in": lambda p: extra_cell(p.first, "members.left"),
    "cell put in that is not asked": lambda p: extra_cell(p.province, "learning_models.family.registered"),
    "total of a commune": lambda p: cells(p.second, MEMBERS).update(declared_total=10),
    "total of a commune taken away": lambda p: cells(p.second, MEMBERS).update(declared_total=None),
    "total of a district": lambda p: cells(p.west, MEMBERS).update(declared_total=71),
    "total of a district taken away": lambda p: cells(p.west, MEMBERS).update(declared_total=None),
    "total put in": lambda p: cells(p.east, MEMBERS).update(declared_total=70),
    "words": lambda p: Narrative.objects.filter(report=report_of(p.first)).update(text="Rất tốt"),
    "accepted by hand": lambda p: status(p.police, status="accepted"),
    "accepted set back to submitted": lambda p: status(p.third, status="submitted"),
    "accepted set back with its revision": lambda p: status(p.third, status="returned", revision=None),
    "submitted set back": lambda p: status(p.police, status="draft"),
    "revision of another unit": lambda p: status(p.third, revision=revision_of(p.second)),
    "an older revision": lambda p: status(p.first, revision=revision_of(p.first)),
    "taken out of the one above": lambda p: status(p.first, included=False),
}


def test_every_kind_of_tampering_is_found_and_said(sound):
    unseen = []
    for kind, tamper in TAMPERINGS.items():
        savepoint = transaction.savepoint()
        tamper(sound)
        if "2022" not in words():
            unseen.append(kind)
        transaction.savepoint_rollback(savepoint)
    assert unseen == []
    assert list(find_faults()) == []


def test_the_command_names_what_is_wrong_and_ends_with_an_error(sound, capsys):
    cells(sound.first, MEMBERS).update(declared=6)
    with pytest.raises(CommandError, match="Thấy 1 chỗ sai") as error:
        call_command("check_integrity")
    assert error.value.returncode == 1
    assert "Ánh Dương" in capsys.readouterr().err


def test_the_unit_and_the_line_are_named(sound):
    cells(sound.first, MEMBERS).update(declared=6)
    found = list(find_faults())
    assert len(found) == 1
    assert "Ánh Dương" in found[0]
    assert "Tổng số hội viên" in found[0]


def test_what_was_changed_while_a_report_was_open_is_no_fault(sound):
    reopen_report(report=report_of(sound.first), user=None, reason="Sai nữa")
    enter(sound.first, {MEMBERS: 50})
    assert list(find_faults()) == []


def test_a_change_of_the_catalogue_or_of_areas_is_no_fault(sound, area):
    Indicator.objects.filter(code=MEMBERS).update(asked_of="branch", label="Khác")
    Indicator.objects.filter(code=NEW).update(frequency="year")
    area(sound.first, population=1)
    assert list(find_faults()) == []


def test_a_revision_is_neither_saved_again_nor_deleted(sound):
    for row in (revision_of(sound.first), lines(sound.first, MEMBERS).get()):
        for act in (row.save, row.delete):
            with pytest.raises(Exception, match="mở lại báo cáo"):
                act()
