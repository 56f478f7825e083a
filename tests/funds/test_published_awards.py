"""Sơn La's awards of quarter I/2022 as its report printed them, from a spreadsheet to the summary; nothing is declared.

What the report does not say is marked ``ASSUMED`` here: how the districts' money divides into teachers and pupils, and
which districts gave what Mộc Châu did not. What Phù Yên's scholarships cost is not said, and stays no data.
"""

import io

import pytest

from core.periods import Quarter
from organizations.models import Role
from reports.models import Figure
from reports.services import open_round
from spreadsheets.services import apply_spreadsheet
from tests.chain import line
from tests.conftest import appoint, plant
from tests.funds.books import fund_of

pytestmark = pytest.mark.django_db
QUARTER = Quarter(2022, 1)
DISTRICTS = (
    "Bắc Yên",
    "Mai Sơn",
    "Mộc Châu",
    "Mường La",
    "Phù Yên",
    "Quỳnh Nhai",
    "Sông Mã",
    "Sốp Cộp",
    "Thuận Châu",
    "Vân Hồ",
    "Yên Châu",
    "thành phố Sơn La",
)
MOC_CHAU, PHU_YEN, ASSUMED = "SL.02", "SL.04", "SL.11"
ROWS = """
organization_code,date,category,reference,fund_code,programme,portions,amount
SL,15/02/2022,student,KT-01,,Khen thưởng của tỉnh,156,30000000
SL,20/02/2022,scholarship,HB-01,TOHIEU,Học bổng Tô Hiệu,35,35000000
SL.02,10/03/2022,teacher,KT-02,,Khen thưởng của huyện,149,60000000
SL.02,10/03/2022,student,KT-03,,Khen thưởng của huyện,132,30000000
SL.11,11/03/2022,teacher,KT-04,,Khen thưởng của huyện,98,42800000
SL.11,11/03/2022,student,KT-05,,Khen thưởng của huyện,220,60000000
SL.04,12/03/2022,scholarship,HB-02,,Học sinh bị ảnh hưởng bởi Covid-19,100,
""".strip()


@pytest.fixture
def province(db):
    root = plant("SL", "Hội Khuyến học tỉnh Sơn La", "province")
    for place, name in enumerate(DISTRICTS):
        plant(f"SL.{place:02}", f"Hội Khuyến học {name}", "district", root)
    fund_of(root, "TOHIEU", name="Quỹ Học bổng Tô Hiệu", opened_on=QUARTER.first_day.replace(year=2020))
    open_round(root=root, quarter=QUARTER, due_on=QUARTER.next.first_day, user=None)
    secretary = appoint("secretary", root, Role.SECRETARY)
    checked = apply_spreadsheet(kind="awards", file=io.BytesIO(ROWS.encode()), name="a.csv", user=secretary)
    assert checked.counts["new"] == 7
    return root


def test_the_summary_says_what_the_report_printed(province):
    found = {
        code: line(province, f"funds.{code}").value
        for code in (
            "awards.students",
            "awards.teachers",
            "awards.amount",
            "scholarships.count",
            "scholarships.amount",
        )
    }
    assert found == {
        "awards.students": 156 + 352,
        "awards.teachers": 247,
        "awards.amount": 30_000_000 + 192_800_000,
        "scholarships.count": 35 + 100,
        "scholarships.amount": 35_000_000,
    }
    assert not Figure.objects.filter(declared__isnull=False).exists()


def test_the_parts_are_those_of_the_districts(province):
    teachers = {unit.unit.code: unit.value for unit in line(province, "funds.awards.teachers").units if unit.value}
    assert teachers == {MOC_CHAU: 149, ASSUMED: 98}
    students = {unit.unit.code: unit.value for unit in line(province, "funds.awards.students").units if unit.value}
    assert students.pop("SL") == 156
    assert sum(students.values()) == 352
    money = {unit.unit.code: unit.value for unit in line(province, "funds.awards.amount").units if unit.value}
    assert money.pop("SL") == 30_000_000
    assert sum(money.values()) == 192_800_000


def test_what_is_not_said_is_no_data(province):
    scholarships = line(province, "funds.scholarships.amount")
    values = {unit.unit.code: unit.value for unit in scholarships.units}
    assert values[PHU_YEN] is None
    assert values["SL"] == 35_000_000
    assert scholarships.coverage.with_data == 0
    assert line(province, "funds.awards.adults").value is None
