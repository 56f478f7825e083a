"""Rows of one donor written twice: found, told apart, made one."""

import pytest
from django.core.exceptions import ValidationError

from funds.duplicates import compare, scan
from funds.integrity import find_faults
from funds.merging import differing_fields, merge_parties, preferred, tell_apart
from funds.models import DifferentParties, Entry, Party
from funds.parties import NO_NAME, alike
from funds.proper_names import core_of, likely_kind
from organizations.models import Role
from tests.conftest import appoint
from tests.funds.books import fund_of, income
from tests.funds.donors import AGREED, campaign_of, donor, pledge_of
from tests.funds.prizes import given
from tests.funds.sheets import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1000)


def found():
    return [(pair.first.name, pair.second.name) for pair in scan(Party.objects.all())]


@pytest.mark.parametrize(
    ("name", "kind", "core"),
    [
        ("Công ty TNHH Cà phê Sơn La", "organization", "ca phe son la"),
        ("CTY cổ phần Sơn La", "organization", "son la"),
        ("Công ty TNHH", "organization", "cong ty tnhh"),
        # Entered without saying what it is.
        ("Công ty TNHH Cà phê Sơn La", "person", "ca phe son la"),
        ("Ông Lò Văn An", "person", "lo van an"),
        ("Gia đình bà Lò Thị Hà", "person", "lo thi ha"),
        ("Bà Hà", "person", "ba ha"),
        ("Cà Thị Anh", "person", "ca thi anh"),
    ],
)
def test_the_proper_name(name, kind, core):
    assert core_of(name, kind) == core


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Công ty TNHH Cà phê Sơn La", "organization"),
        ("UBND xã Chiềng Đen", "organization"),
        ("Trường THCS Chiềng Đen", "organization"),
        ("Đoàn Thanh niên xã", "organization"),
        ("Dòng họ Lò bản Hìn", "group"),
        ("Lò Thị Hà", "person"),
        # Family names that look like bodies.
        ("Trương Thị Hà", "person"),
        ("Đoàn Thị Hà", "person"),
        ("Quỳnh Anh", "person"),
    ],
)
def test_a_name_tells_what_it_is_called_by(name, kind):
    assert likely_kind(name) == kind


def test_one_is_found_by_the_proper_name(cast):
    firm, person = donor(cast.first, "Công ty Cà phê Sơn La"), donor(cast.first, "Lò Thị Hà")
    assert alike(cast.first, "CTY TNHH Cà phê Sơn La") == [firm]
    assert alike(cast.first, "Bà Lò Thị Hà") == [person]


def test_a_firm_called_by_one_word_is_not_whoever_has_that_word(cast):
    donor(cast.first, "Lò Văn Mẫu")
    donor(cast.first, "Lò Thị Hà", address="Bản Mẫu")
    assert alike(cast.first, "Công ty Mẫu") == []
    firm = donor(cast.first, "Cty TNHH Mẫu", kind="organization")
    assert alike(cast.first, "Công ty Mẫu") == [firm]


def test_one_written_twice_is_found(cast):
    firm = {"kind": "organization"}
    donor(cast.first, "Công ty TNHH Cà phê Sơn La", **firm)
    donor(cast.first, "CTY Ca Phe Son La", **firm)
    donor(cast.first, "Công ty Cà phê Mộc Châu", **firm)
    donor(cast.first, "Lò Thị Hà", phone="0912 345 678")
    donor(cast.first, "Bà Lò Thị Hà", phone="+84 912345678")
    # Another unit keeps its own.
    donor(cast.second, "Lò Thị Hà", phone="0912 345 678")
    assert sorted(found()) == [("Công ty TNHH Cà phê Sơn La", "CTY Ca Phe Son La"), ("Lò Thị Hà", "Bà Lò Thị Hà")]


def test_two_people_of_one_name_are_not_proposed(cast):
    donor(cast.first, "Lò Thị Hà", kind="child", address="Trường Đồi")
    donor(cast.first, "Lò Thị Hà", kind="child", address="Trường Núi", phone="0912345678")
    donor(cast.first, "Lò Thị Hà", kind="child", address="Trường Suối", phone="0987654321")
    donor(cast.first, NO_NAME, anonymous=True)
    donor(cast.first, NO_NAME, anonymous=True)
    donor(cast.first, "Chồng", phone="0900000000")
    donor(cast.first, "Vợ", phone="0900000000")
    assert ("Chồng", "Vợ") not in found()
    assert (NO_NAME, NO_NAME) not in found()
    assert len([pair for pair in found() if pair == ("Lò Thị Hà", "Lò Thị Hà")]) == 0


def test_told_apart_they_are_not_shown_again(cast):
    one, other = donor(cast.first, "Lò Thị Hà"), donor(cast.first, "Lò Thị Hà")
    assert len(found()) == 1
    assert compare(one, other)[1] == ("cùng tên", "đúng cả dấu")
    tell_apart(one=other, other=one, user=None)
    tell_apart(one=one, other=other, user=None)
    assert found() == []
    assert DifferentParties.objects.count() == 1


def test_pledges_and_awards_go_over_and_entries_stay_sealed(fund, cast):
    kept, merged = donor(cast.first, "Cà phê Sơn La"), donor(cast.first, "Ca phe Son La", phone="0212")
    entry, pledge = income(fund, 300, party=merged), pledge_of(fund, merged)
    award = given(cast.first, recipient=merged)
    tell_apart(one=merged, other=donor(cast.first, "Khác"), user=None)
    before = Entry.objects.filter(pk=entry.pk).values().get()
    merge_parties(kept=kept, merged=merged, take={"phone"}, user=cast.manager)
    assert Entry.objects.filter(pk=entry.pk).values().get() == before
    for row in (pledge, award, merged, kept):
        row.refresh_from_db()
    assert (pledge.party, award.recipient, merged.merged_into, kept.phone) == (kept, kept, kept, "0212")
    assert {pledge.history.first().history_user, award.history.first().history_user} == {cast.manager}
    assert merged.history.first().history_change_reason == f"Gộp dòng {merged.pk} vào dòng {kept.pk}"
    assert not DifferentParties.objects.exists()
    assert list(find_faults()) == []


def test_a_chain_of_mergings_leads_to_the_last(cast):
    first, second, third = (donor(cast.first, name) for name in ("Một", "Hai", "Ba"))
    merge_parties(kept=second, merged=first, take=set(), user=None)
    merge_parties(kept=third, merged=second, take=set(), user=None)
    first.refresh_from_db()
    assert first.merged_into == third
    with pytest.raises(ValidationError, match="đã gộp"):
        merge_parties(kept=second, merged=third, take=set(), user=None)
    # Whoever types the old name finds the row that was kept.
    assert alike(cast.first, "một") == [third]


def test_what_does_not_merge(cast):
    one, other = donor(cast.first, "Một"), donor(cast.second, "Một")
    for kept, merged, take in ((one, one, set()), (one, other, set()), (one, donor(cast.first, "Hai"), {"sort_key"})):
        with pytest.raises(ValidationError):
            merge_parties(kept=kept, merged=merged, take=take, user=None)


def test_the_wish_not_to_be_named_is_kept(cast):
    kept, merged = donor(cast.first, "Hà", named=True), donor(cast.first, "Hà", anonymous=True)
    assert differing_fields(kept, merged) == ["anonymous", "consents_on"]
    take = {field for field in ("anonymous", "consents_on") if preferred(kept, merged, field)}
    kept = merge_parties(kept=kept, merged=merged, take=take, user=None)
    assert (kept.anonymous, kept.consents_on) == (True, None)
    # Where nobody minds, the recorded agreement is kept.
    silent, agreed = donor(cast.first, "An"), donor(cast.first, "An", named=True)
    assert preferred(silent, agreed, "consents_on")
    assert merge_parties(kept=silent, merged=agreed, take={"consents_on"}, user=None).consents_on == AGREED


def test_what_was_smuggled_in_is_found(fund, cast):
    one, other, third = (donor(cast.first, name) for name in ("Một", "Hai", "Ba"))
    foreign, elsewhere = donor(cast.second, "Bốn"), campaign_of(fund_of(cast.second, "KHAC"))
    Party.objects.filter(pk=one.pk).update(merged_into=other)
    Party.objects.filter(pk=other.pk).update(merged_into=third)
    Party.objects.filter(pk=third.pk).update(merged_into=foreign)
    pledge = pledge_of(fund, donor(cast.first, "Năm"))
    income(fund, 100, campaign=elsewhere)
    type(pledge).objects.filter(pk=pledge.pk).update(campaign=elsewhere)
    faults = list(find_faults())
    assert len([fault for fault in faults if "Người ủng hộ số" in fault]) == 3
    assert len([fault for fault in faults if "Lời hứa số" in fault]) == 1
    assert len([fault for fault in faults if "gắn với đợt vận động" in fault]) == 1


def test_a_file_finds_the_kept_row_under_the_old_name(fund, cast):
    kept, merged = donor(cast.first, "Cà phê Sơn La"), donor(cast.first, "Ca phe SL")
    row = {"fund_code": "KH", "date": "10/03/2024", "direction": "in", "category": "donation", "amount": "500"}
    treasurer = appoint("treasurer", cast.first, Role.TREASURER)
    merge_parties(kept=kept, merged=merged, take=set(), user=None)
    bring_in("fund_entries", row | {"party": "CA PHE SL"}, user=treasurer)
    assert Entry.objects.get(amount=500).party == kept
    # Somebody who bears that name now comes first.
    namesake = donor(cast.first, "Ca phe SL")
    bring_in("fund_entries", row | {"party": "Ca phe SL", "amount": "700"}, user=treasurer)
    assert Entry.objects.get(amount=700).party == namesake
    assert Party.objects.count() == 3
