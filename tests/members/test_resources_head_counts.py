"""The spreadsheet of head counts."""

import io
from datetime import date

import pytest

from members.models import HeadCount
from spreadsheets.services import apply_spreadsheet, check_spreadsheet
from spreadsheets.services.running import write_stage
from spreadsheets.streaming import MovedOnError

pytestmark = pytest.mark.django_db
HEADER = "organization_code,date,members,women,carded"


def take(user, *rows, header=HEADER, **options):
    file = io.BytesIO("\n".join([header, *rows]).encode())
    return apply_spreadsheet(kind="head_counts", file=file, name="a.csv", user=user, **options)


def test_counts_come_in_and_empty_parts_are_no_data(cast):
    assert take(cast.manager, "A.D.1,31/03/2022,1.240,0,").counts["new"] == 1
    count = HeadCount.objects.get()
    assert (count.organization, count.members, count.women, count.party_members, count.carded) == (
        cast.first,
        1240,
        0,
        None,
        None,
    )
    assert count.history.get().history_change_reason == "Nhập từ a.csv"


def test_the_same_day_of_the_same_unit_is_corrected(cast):
    take(cast.manager, "A.D.1,31/03/2022,1240,600,")
    assert take(cast.manager, "A.D.1,31/03/2022,1240,600,").counts["unchanged"] == 1
    checked = take(cast.manager, "A.D.1,31/03/2022,1241", header="organization_code,date,members")
    assert checked.sample("changed", 1)[0]["changes"] == [("members", "1.240", "1.241")]
    assert HeadCount.objects.values_list("members", "women").get() == (1241, 600)


@pytest.mark.parametrize(("mode", "members", "carded"), [("skip", 10, None), ("fill", 10, 3), ("update", 12, 3)])
def test_modes(cast, mode, members, carded):
    take(cast.manager, "A.D.1,31/03/2022,10,,")
    take(cast.manager, "A.D.1,31/03/2022,12,,3", mode=mode)
    assert HeadCount.objects.values_list("members", "carded").get() == (members, carded)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A.D.1,31/03/2022,10,11,", "nhiều hơn tổng số"),
        ("A.D.1,31/03/2099,10,,", "chưa đến"),
        ("A.D.1,31/02/2022,10,,", "không có trong lịch"),
        ("A.D.1,31/03/2022,,,", "còn trống"),
        ("A.D.1,31/03/2022,9999999999,,", "quá lớn"),
        ("B.1,31/03/2022,10,,", "trong phạm vi"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast, row, words):
    checked = take(cast.manager, row)
    assert words in next(checked.errors())["reason"]
    assert HeadCount.objects.count() == 0


def test_a_part_that_is_there_already_counts_in_the_judgement(cast):
    take(cast.manager, "A.D.1,31/03/2022,10,8,")
    assert take(cast.manager, "A.D.1,31/03/2022,7", header="organization_code,date,members").counts["refused"] == 1


def test_twins_are_refused(cast):
    assert take(cast.manager, "A.D.1,31/03/2022,10,,", "A.D.1,2022-03-31,11,,").counts["refused"] == 2


def test_a_count_whose_day_was_moved_since_the_check_stops_the_writing(cast):
    take(cast.manager, "A.D.1,31/03/2022,1240,600,")
    file = io.BytesIO(f"{HEADER}\nA.D.1,31/03/2022,1241,600,".encode())
    checked = check_spreadsheet(kind="head_counts", file=file, name="a.csv", user=cast.manager)
    count = HeadCount.objects.get()
    count.date = date(2022, 4, 1)
    count.save()
    with pytest.raises(MovedOnError):
        write_stage(sheet=checked.sheet, stage=checked.stage, number=checked.accepted)
    assert HeadCount.objects.values_list("date", "members").get() == (date(2022, 4, 1), 1240)
