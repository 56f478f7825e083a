"""What goes out as a spreadsheet comes back and changes nothing, whatever people have typed."""

import io
from datetime import date

import pytest

from members.exports import HeadCountExport, MemberExport, OfficerExport
from members.forms import MemberCreateForm
from members.models import HeadCount, Member, Term
from members.services import end_membership, rejoin_member, transfer_member
from organizations.models import Organization
from spreadsheets.exporting import write_export
from spreadsheets.services import check_spreadsheet

pytestmark = pytest.mark.django_db
TYPED = [
    {"full_name": "Lò Văn Năm", "birth": "1950"},
    {"full_name": "Lò  Hai Cách", "note": "a  b", "household": "x\u00a0y"},
    {"full_name": "Lo\u0300 Thi\u0323 Ghép", "note": "a\u200bb"},
    {"full_name": "Đặng " * 29 + "A", "birth": "05/04/1960"},
    {"full_name": "Lò “Bé” \"Hai\" 'Ba'", "card_number": "000123", "code": "007", "phone": "0912345678"},
    {"full_name": "'Nháy Lò", "note": "=cmd|' /C calc'!A0", "household": "+1", "card_number": "-5"},
    {"full_name": "Lò Mã 😀", "card_number": "1E5", "household": "1/2", "party_member": "no"},
    {"full_name": "Lò Có Số", "id_number": "014060001234"},
    {"full_name": "Lò Đúp", "birth": "1960"},
    {"full_name": "Lò Đúp", "birth": "01/01/1960", "sex": "female", "occupation": "other"},
]


def sent_back(export, ending):
    """What the file of an export would do."""
    file = io.BytesIO()
    rows = write_export(export, file, file_format=ending)
    file.seek(0)
    checked = check_spreadsheet(kind=export.code, file=file, name=f"a.{ending}", user=export.user)
    assert checked.counts == {"rows": rows, "new": 0, "changed": 0, "unchanged": rows, "refused": 0, "warnings": 0}
    return rows


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_members_typed_into_the_form(cast, ending):
    reach = Organization.objects.allowed(cast.manager, "members.change_member")
    for place, typed in enumerate(TYPED):
        day = "01/02/2020" if place % 2 else ""
        data = {"organization": "A.D.1.1", "joined_on": day, "different": "on", **typed}
        form = MemberCreateForm(data, reach=reach, near=cast.branch, user=cast.manager)
        assert form.is_valid(), form.errors
        assert form.save()
    moved, gone = Member.objects.filter(active=True).order_by("pk")[:2]
    for destination in (cast.second, cast.first):
        transfer_member(member=moved, destination=destination, effective_on=date(2021, 5, 5), user=None)
    end_membership(member=gone, left_on=date(2021, 5, 5), left_reason="resigned", user=None)
    rejoin_member(member=gone, organization=cast.second, joined_on=date(2021, 5, 5), user=None)
    end_membership(member=gone, left_on=date(2021, 5, 5), left_reason="deceased", user=None)
    choices = {"status": "all", "id_number": True}
    assert sent_back(MemberExport(user=cast.manager, choices=choices), ending) == len(TYPED)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_head_counts_and_officers(cast, hold, ending):
    HeadCount.objects.create(organization=cast.first, date=date(2022, 1, 1), members=1240, women=0)
    HeadCount.objects.create(organization=cast.first, date=date(2022, 2, 1), members=0)
    assert sent_back(HeadCountExport(user=cast.manager, choices={"which": "all"}), ending) == 2
    days = {"starts_on": date(2020, 1, 1), "ends_on": date(2025, 1, 1)}
    term = Term.objects.create(organization=cast.first, number=5, **days)
    hold(cast.first, "Lò Thị Hà", "chair", outside=["other", "elderly_association"], term=term, full_time=False)
    hold(cast.first, "Lo\u0300 Thi\u0323 Hai", "secretary", decision_number="=1+1")
    hold(cast.first, "Lò  Ba", "member", from_date=date(2020, 1, 1), to_date=date(2021, 1, 1))
    hold(cast.first, "Lò  Ba", "member", from_date=date(2021, 2, 1))
    assert sent_back(OfficerExport(user=cast.manager, choices={"status": "all"}), ending) == 4
