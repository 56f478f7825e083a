"""Nominations, quotas, two approvals, refusals, and who was rewarded before."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from funds.awards.approving import approve, refuse, restore, undo_approval
from funds.awards.nominations import give_up, pass_on
from funds.awards.repeats import earlier_awards, recipient_of
from funds.models import Award, Party, Programme, ProgrammeQuota
from funds.models.entries import LARGEST
from funds.party_names import HIDDEN_CHILD, names_for
from tests.funds.prizes import approved, given, keys_of, lifted, nominated, programme_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return programme_of(tree.province)


@pytest.fixture
def two(cast):
    return cast.reviewer, cast.manager


def state_of(award):
    award.refresh_from_db()
    return award.state


def test_a_nomination_lies_at_its_unit_with_what_it_costs(programme, cast):
    (award,) = nominated(programme, cast.first, "Lò Thị Hà", user=cast.secretary, portions=2)
    assert (award.at, award.organization, award.amount) == (cast.first, cast.province, 1_000_000)
    assert award.recipient.kind == Party.Kind.CHILD
    assert award.recipient.organization == cast.first
    kept = Award.history.get(id=award.pk)
    assert (kept.history_user, kept.history_change_reason) == (cast.secretary, "Đề cử")


def test_the_same_child_of_the_same_school_is_one_party(programme, tree):
    first = nominated(programme, tree.first, "Lò Thị Hà")[0]
    again, other = nominated(programme, tree.first, "lò thị  hà".replace("  ", " "), "Lò Thị Hạnh")
    assert first.recipient_id == again.recipient_id != other.recipient_id
    elsewhere = nominated(programme, tree.first, "Lò Thị Hà", school="Trường Suối")[0]
    assert elsewhere.recipient_id != first.recipient_id


def test_a_programme_takes_nominations_of_its_own_units_while_it_is_open(tree):
    late = programme_of(tree.east, closes_on=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="hết hạn"):
        nominated(late, tree.first, "A")
    with pytest.raises(ValidationError, match="không thuộc"):
        nominated(programme_of(tree.east, name="Khác"), tree.third, "A")


def test_nominations_climb_level_by_level_and_no_further(programme, tree):
    awards = lifted(programme, nominated(programme, tree.first, "A", "B"), tree.first, tree.east)
    assert {award.at for award in Award.objects.all()} == {tree.province}
    with pytest.raises(ValidationError):
        pass_on(programme=programme, unit=tree.province, keys=keys_of(awards), user=None)
    with pytest.raises(ValidationError, match="người khác xử lý"):
        pass_on(programme=programme, unit=tree.first, keys=keys_of(awards), user=None)


def test_a_unit_passes_on_no_more_than_its_quota_whoever_below_it_nominated(programme, tree):
    ProgrammeQuota.objects.create(programme=programme, organization=tree.east, portions=3)
    below = lifted(programme, nominated(programme, tree.first, "A", "B"), tree.first)
    own = nominated(programme, tree.east, "C", portions=2)
    lifted(programme, below, tree.east)
    with pytest.raises(ValidationError, match="còn chuyển được 1 suất, ông/bà chọn 2"):
        pass_on(programme=programme, unit=tree.east, keys=keys_of(own), user=None)
    refuse(programme=programme, unit=tree.province, keys=[below[0].pk], reason="Trùng", user=None)
    lifted(programme, own, tree.east)
    assert {award.at for award in Award.objects.filter(pk__in=keys_of(own))} == {tree.province}


def test_two_people_approve_and_neither_of_them_nominated(programme, cast, two):
    mine = nominated(programme, cast.province, "A", user=cast.reviewer)
    with pytest.raises(ValidationError, match="Người đề cử"):
        approve(programme=programme, keys=keys_of(mine), user=cast.reviewer)
    (award,) = lifted(programme, nominated(programme, cast.east, "B", user=cast.secretary), cast.east)
    assert approve(programme=programme, keys=[award.pk], user=two[0]) == (1, 0)
    assert state_of(award) == "nominated"
    with pytest.raises(ValidationError, match="một người khác"):
        approve(programme=programme, keys=[award.pk], user=two[0])
    assert approve(programme=programme, keys=[award.pk], user=two[1]) == (0, 1)
    assert state_of(award) == "approved"
    assert (award.first_approved_by, award.second_approved_by) == two
    assert award.first_approved_at <= award.second_approved_at


def test_what_has_not_come_up_is_not_approved(programme, cast):
    awards = nominated(programme, cast.first, "A")
    with pytest.raises(ValidationError):
        approve(programme=programme, keys=keys_of(awards), user=cast.manager)


def test_the_database_itself_asks_for_two(programme, cast, two):
    (award,) = approved(programme, nominated(programme, cast.province, "A", user=cast.secretary), *two)
    for values in (
        {"second_approved_by": two[0]},
        {"second_approved_by": None},
        {"first_approved_by": cast.secretary},
        {"state": "paid"},
        {"state": "refused"},
        {"amount": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Award.objects.filter(pk=award.pk).update(**values)


def test_an_approval_is_taken_back_with_a_reason_and_given_anew(programme, cast, two):
    awards = approved(programme, nominated(programme, cast.province, "A"), *two)
    with pytest.raises(ValidationError):
        undo_approval(programme=programme, keys=keys_of(awards), reason=" ", user=cast.manager)
    undo_approval(programme=programme, keys=keys_of(awards), reason="Nhầm người", user=cast.manager)
    assert state_of(awards[0]) == "nominated"
    assert awards[0].first_approved_by is None
    reasons = list(Award.history.filter(id=awards[0].pk).values_list("history_change_reason", flat=True))
    assert reasons == ["Bỏ duyệt: Nhầm người", "Duyệt lần hai", "Duyệt lần một", "Đề cử"]
    approved(programme, awards, *reversed(two))
    assert state_of(awards[0]) == "approved"


def test_a_refusal_has_a_reason_and_can_be_looked_at_again(programme, cast):
    awards = nominated(programme, cast.province, "A", "B")
    with pytest.raises(ValidationError):
        refuse(programme=programme, unit=cast.province, keys=keys_of(awards), reason="", user=None)
    refuse(programme=programme, unit=cast.province, keys=[awards[0].pk], reason="Chưa đủ điểm", user=None)
    give_up(programme=programme, keys=[awards[1].pk], reason="Chuyển trường", user=None)
    assert [state_of(award) for award in awards] == ["refused", "given_up"]
    restore(programme=programme, keys=keys_of(awards), user=cast.manager)
    assert [(state_of(award), award.reason) for award in awards] == [("nominated", "")] * 2


def test_who_was_rewarded_before_is_found_by_name_with_birth_year_or_school(programme, cast):
    other = programme_of(cast.east, name="Huyện")
    (before,) = nominated(other, cast.second, "Lò  Thị Hà".replace("  ", " "), birth_year=2012, school="THCS Đồi")
    same_year, same_school, neither, other_year = (
        nominated(programme, cast.first, "LÒ THỊ HÀ", birth_year=year, school=school)[0]
        for year, school in ((2012, "THCS Suối"), (None, "thcs đồi"), (None, "Khác"), (2013, "THCS Đồi"))
    )
    asked = [same_year, same_school, neither, other_year]
    found = earlier_awards(programme, [recipient_of(award) for award in asked])
    assert [before in each for each in found] == [True, True, False, False]
    assert all(award not in each for award, each in zip(asked, found, strict=True))


def test_rewards_of_another_province_are_not_told(programme, tree):
    nominated(programme_of(tree.other), tree.foreign, "Lò Thị Hà")
    award = nominated(programme, tree.first, "Lò Thị Hà")[0]
    assert earlier_awards(programme, [recipient_of(award)]) == [[]]


def test_names_of_children_are_for_those_who_may_read_them(programme, cast, django_assert_num_queries):
    parties = [award.recipient for award in nominated(programme, cast.first, "Lò Thị Hà", "Lò Văn Bảo")]
    parties[1].consents_on = date(2026, 1, 1)
    parties[1].save()
    with django_assert_num_queries(1):
        shown = names_for(cast.viewer, parties)
    assert list(shown.values()) == [HIDDEN_CHILD, "Lò Văn Bảo"]
    assert list(names_for(cast.secretary, parties).values()) == ["Lò Thị Hà", "Lò Văn Bảo"]
    assert list(names_for(cast.stranger, parties).values()) == [HIDDEN_CHILD, "Lò Văn Bảo"]


def test_programmes_above_are_offered_and_those_beside_are_not(cast):
    offered = [programme_of(unit) for unit in (cast.province, cast.east, cast.first)]
    programme_of(cast.second)
    programme_of(cast.west)
    programme_of(cast.other)
    found = Programme.objects.offered(cast.secretary, "funds.view_award")
    assert set(found) == set(offered)


def test_an_award_without_a_programme_is_in_its_last_state(tree):
    award = given(tree.first, amount=None, portions=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(state="nominated", handed_on=None)


@pytest.mark.parametrize("portions", [2, 100_000])
def test_no_nomination_costs_more_than_a_fund_could_pay(tree, portions):
    programme = programme_of(tree.first, portion_amount=LARGEST)
    with pytest.raises(ValidationError, match="Dòng thứ 1"):
        nominated(programme, tree.first, "Lò Thị Hà", portions=portions)
    assert (Award.objects.count(), Party.objects.count()) == (0, 0)
