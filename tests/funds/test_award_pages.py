"""The pages about programmes, nominations and the hand-over."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.models import Award, Entry, Party, Programme, ProgrammeQuota
from funds.party_names import HIDDEN_CHILD
from organizations.models import Role
from tests.conftest import appoint
from tests.funds.books import account_of, fund_of
from tests.funds.prizes import approved, keys_of, nominated, programme_of

pytestmark = pytest.mark.django_db
NAME = "Lò Thị Hà"


@pytest.fixture
def programme(tree):
    return programme_of(tree.first)


def sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def page(client, name, programme, *rest):
    return client.get(reverse(f"awards:{name}", args=[programme.pk, *rest]))


def send(client, view, programme, **data):
    return client.post(reverse(f"awards:{view}", args=[programme.pk]), data, follow=True)


def step(client, programme, awards, name, reason=""):
    response = send(client, "award_step", programme, step=name, award=keys_of(awards), reason=reason)
    for award in awards:
        award.refresh_from_db()
    return response


def test_a_programme_is_made_changed_and_keeps_what_nominations_were_reckoned_by(client, cast):
    sign_in(client, cast.secretary)
    facts = {"organization": "A.D.1", "name": "Vượt khó", "kind": "student", "year": "2026"}
    created = client.post(reverse("awards:programme_create"), facts | {"portion_amount": "500 nghìn"}, follow=True)
    programme = Programme.objects.get()
    assert (programme.portion_amount, created.status_code) == (500_000, 200)
    assert programme.history.get().history_user == cast.secretary
    nominated(programme, cast.first, "A")
    refused = send(client, "programme_edit", programme, **facts, portion_amount="600.000")
    assert "giữ nguyên" in refused.content.decode()
    send(client, "programme_edit", programme, **facts | {"name": "Vươn lên"}, portion_amount="500.000")
    programme.refresh_from_db()
    assert programme.name == "Vươn lên"


def test_a_programme_for_a_unit_out_of_reach_is_refused(client, cast):
    sign_in(client, cast.secretary)
    facts = {"organization": "A.D.2", "name": "x", "kind": "student", "year": "2026", "portion_amount": "1"}
    assert client.post(reverse("awards:programme_create"), facts).status_code == 200
    assert not Programme.objects.exists()


def test_ten_lines_are_written_at_once(client, cast):
    programme = programme_of(cast.province)
    sign_in(client, cast.secretary)
    data = {f"d{place}-name": f"Lò Văn {place}" for place in range(1, 11)}
    send(client, "nominate", programme, organization="A.D.1", **data, **{"d1-portions": "2", "d1-birth_year": "2012"})
    assert (
        Award.objects.filter(origin=cast.first, organization=cast.province, nominated_by=cast.secretary).count() == 10
    )
    assert Award.objects.values_list("portions", "birth_year").get(recipient__name="Lò Văn 1") == (2, 2012)


def test_bad_lines_write_nothing_and_keep_what_was_typed(client, cast, programme):
    sign_in(client, cast.secretary)
    data = {"organization": "A.D.1", "d1-name": NAME, "d2-school": "THCS Đồi", "d3-name": "B", "d3-birth_year": "x"}
    text = send(client, "nominate", programme, **data).content.decode()
    assert "Dòng này chưa có tên" in text
    assert NAME in text
    assert not Award.objects.exists()
    assert not Party.objects.exists()


def test_whoever_was_rewarded_before_is_asked_about(client, cast, programme):
    nominated(programme, cast.first, NAME, school="THCS Đồi")
    sign_in(client, cast.secretary)
    data = {"organization": "A.D.1", "d1-name": NAME, "d1-school": "THCS Đồi"}
    asked = send(client, "nominate", programme, **data).content.decode()
    assert "Có người đã được đề cử hoặc đã nhận" in asked
    assert Award.objects.count() == 1
    send(client, "nominate", programme, **data, asked="1", confirmed="on")
    assert Award.objects.count() == 2


def test_a_nomination_that_was_confirmed_is_written_once_however_often_it_is_pressed(client, cast, programme):
    nominated(programme, cast.first, NAME, school="THCS Đồi")
    sign_in(client, cast.secretary)
    shown = page(client, "nominate", programme).context["form"]["mark"].value()
    data = {"organization": "A.D.1", "d1-name": NAME, "d1-school": "THCS Đồi", "mark": shown}
    for _ in range(2):
        send(client, "nominate", programme, **data, asked="1", confirmed="on")
    assert Award.objects.count() == 2
    # Pressed again without the tick it is still the same; with another name it is another wish.
    send(client, "nominate", programme, **data)
    assert Award.objects.count() == 2
    send(client, "nominate", programme, **data | {"d1-name": "Vì Văn Nam"})
    assert Award.objects.count() == 3


def test_two_people_approve_on_the_page(client, cast, programme):
    awards = nominated(programme, cast.first, NAME, user=cast.secretary)
    for user, state in ((cast.reviewer, "nominated"), (cast.manager, "approved")):
        sign_in(client, user)
        step(client, programme, awards, "approve")
        assert awards[0].state == state
    step(client, programme, awards, "undo", "Nhầm")
    assert awards[0].state == "nominated"


def test_a_refused_step_brings_the_ticks_back_and_says_why_beside_the_field(client, cast, programme):
    awards = nominated(programme, cast.first, NAME, "B", user=cast.secretary)
    sign_in(client, cast.reviewer)
    asked = step(client, programme, awards[:1], "refuse")
    assert "Hãy ghi lý do." in str(asked.context["step_form"]["reason"].errors)
    assert asked.content.decode().count(" checked") == 1
    assert awards[0].state == "nominated"
    assert "Đã duyệt lần một 2 đề cử: cần một người khác" in step(client, programme, awards, "approve").content.decode()
    again = step(client, programme, awards, "approve").content.decode()
    assert "Ông/bà đã duyệt rồi" in again
    assert again.count(" checked") == 2
    # The pager of that page leads to its address, which shows the programme.
    assert page(client, "award_step", programme).url == reverse("awards:programme_detail", args=[programme.pk])
    sign_in(client, cast.manager)
    assert "Đã duyệt đủ hai lần 2 đề cử: thủ quỹ" in step(client, programme, awards, "approve").content.decode()


def test_steps_are_for_those_who_hold_them_where_the_award_lies(client, cast):
    programme = programme_of(cast.province)
    own, other = nominated(programme, cast.first, "A"), nominated(programme, cast.second, "B")
    sign_in(client, cast.secretary)
    step(client, programme, own, "pass_on")
    assert own[0].at == cast.east
    assert step(client, programme, other, "pass_on").status_code == 403
    assert step(client, programme, own, "approve").status_code == 403
    assert step(client, programme, own, "refuse", "x").status_code == 403
    sign_in(client, cast.district_manager)
    step(client, programme, own, "refuse", "Chưa đủ điểm")
    assert (own[0].state, own[0].reason) == ("refused", "Chưa đủ điểm")
    sign_in(client, cast.stranger)
    assert step(client, programme, other, "restore").status_code == 404


def test_an_award_of_another_programme_is_not_reached_through_this_one(client, cast, programme):
    awards = nominated(programme_of(cast.second), cast.second, "B")
    sign_in(client, cast.secretary)
    step(client, programme, awards, "give_up", "x")
    assert awards[0].state == "nominated"


def test_the_list_is_paid_in_one_step_and_whoever_did_not_come_waits(client, cast, programme):
    fund = fund_of(cast.first, cash=5_000_000)
    awards = approved(programme, nominated(programme, cast.first, "A", "B", "C"), cast.manager, cast.reviewer)
    sign_in(client, appoint("treasurer", cast.first, Role.TREASURER))
    assert page(client, "hand_over", programme).content.decode().count("checked") == 3
    data = {"account": account_of(fund).pk, "date": "10/03/2024"}
    refused = send(client, "hand_over", programme, award=keys_of(awards[:2]), account="", date="10/03/2024")
    assert refused.content.decode().count("checked") == 2
    send(client, "hand_over", programme, award=keys_of(awards[:2]), **data)
    assert Entry.objects.get(category__code="award").amount == 1_000_000
    assert sorted(Award.objects.values_list("state", flat=True)) == ["approved", "paid", "paid"]
    send(client, "hand_over", programme, award=keys_of(awards[:2]), **data)
    assert Entry.objects.filter(category__code="award").count() == 1


def test_an_account_out_of_reach_is_no_choice(client, cast, programme):
    other = fund_of(cast.second, "Q2", cash=5_000_000)
    awards = approved(programme, nominated(programme, cast.first, "A"), cast.manager, cast.reviewer)
    sign_in(client, appoint("treasurer", cast.first, Role.TREASURER))
    send(client, "hand_over", programme, award=keys_of(awards), account=account_of(other).pk, date="10/03/2024")
    assert not Entry.objects.filter(category__code="award").exists()


@pytest.mark.parametrize("person", ["viewer", "district_viewer", "secretary", "reviewer"])
def test_a_childs_name_is_for_those_who_may_read_it(client, cast, programme, person):
    approved(programme, nominated(programme, cast.first, NAME), cast.manager, cast.reviewer)
    sign_in(client, getattr(cast, person))
    text = page(client, "programme_detail", programme).content.decode()
    is_hidden = person in ("viewer", "district_viewer")
    assert (NAME in text, HIDDEN_CHILD in text) == (not is_hidden, is_hidden)


def test_nominations_of_units_beside_are_not_shown(client, cast):
    programme = programme_of(cast.province)
    nominated(programme, cast.first, "Lò Thị Đầu")
    nominated(programme, cast.second, "Vì Văn Hai")
    sign_in(client, cast.secretary)
    text = page(client, "programme_detail", programme).content.decode()
    assert "Lò Thị Đầu" in text
    assert "Vì Văn Hai" not in text


@pytest.mark.parametrize("name", ["programme_detail", "hand_over"])
def test_the_number_of_queries_does_not_grow(client, cast, programme, name):
    sign_in(client, cast.manager)
    page(client, name, programme)
    counted = []
    for number in (1, 10):
        names = [f"Người {number} {place}" for place in range(number)]
        approved(programme, nominated(programme, cast.first, *names), cast.district_manager, cast.reviewer)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert page(client, name, programme).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_paper_has_two_forms_and_no_third(client, cast, programme):
    sign_in(client, cast.viewer)
    assert page(client, "hand_over_paper", programme, "pdf").content.startswith(b"%PDF")
    assert page(client, "hand_over_paper", programme, "docx").content.startswith(b"PK")
    assert page(client, "hand_over_paper", programme, "xlsx").status_code == 404


def test_quotas_are_given_changed_and_taken_back(client, cast):
    programme = programme_of(cast.province)
    sign_in(client, cast.manager)
    east, west = (f"u{unit.pk}" for unit in (cast.east, cast.west))
    for values, kept in (({east: "12", west: ""}, {cast.east.pk: 12}), ({east: "0", west: "x"}, {cast.east.pk: 12})):
        send(client, "programme_quotas", programme, **values)
        assert dict(ProgrammeQuota.objects.values_list("organization_id", "portions")) == kept
    send(client, "programme_quotas", programme, **{east: "", west: "3"})
    assert ProgrammeQuota.objects.values_list("organization_id", "portions").get() == (cast.west.pk, 3)
    assert ProgrammeQuota.history.filter(history_user=cast.manager).count() == 3


def test_all_that_wait_are_approved_and_passed_on_by_one_button(client, cast):
    programme = programme_of(cast.province)
    below = nominated(programme, cast.first, "A", "B")
    beside = nominated(programme, cast.second, "C")
    here = nominated(programme, cast.province, *(f"D{place}" for place in range(60)))
    mine = nominated(programme, cast.province, "E", user=cast.reviewer)
    sign_in(client, cast.secretary)
    assert "Chuyển tất cả 2 đề cử lên cấp trên" in page(client, "programme_detail", programme).content.decode()
    send(client, "award_step", programme, step="pass_on", every="1")
    assert {award.pk for award in Award.objects.filter(at=cast.east)} == set(keys_of(below))
    assert Award.objects.get(pk=beside[0].pk).at == cast.second
    sign_in(client, cast.reviewer)
    assert "Duyệt tất cả 60 đề cử đang chờ" in page(client, "programme_detail", programme).content.decode()
    send(client, "award_step", programme, step="approve", every="1")
    assert Award.objects.filter(first_approved_by=cast.reviewer).count() == len(here)
    assert Award.objects.get(pk=mine[0].pk).first_approved_by is None
    assert (
        "Không có dòng nào đang chờ"
        in send(client, "award_step", programme, step="approve", every="1").content.decode()
    )
    refused = send(client, "award_step", programme, step="refuse", every="1", reason="x").content.decode()
    assert "hãy đánh dấu từng dòng" in refused
    assert not Award.objects.filter(state="refused").exists()


def test_what_one_nominated_for_a_unit_below_is_passed_on_by_the_same_button(client, cast):
    programme = programme_of(cast.province)
    both = appoint("both", cast.east, Role.SECRETARY)
    mine = nominated(programme, cast.first, "A", "B", user=both)
    others = nominated(programme, cast.second, "C")
    sign_in(client, both)
    assert "Chuyển tất cả 2 đề cử lên cấp trên" in page(client, "programme_detail", programme).content.decode()
    send(client, "award_step", programme, step="pass_on", every="1")
    assert {award.pk for award in Award.objects.filter(at=cast.east)} == set(keys_of(mine))
    assert Award.objects.get(pk=others[0].pk).at == cast.second


def test_a_step_with_all_is_for_those_who_hold_it(client, cast, programme):
    nominated(programme, cast.first, "A")
    sign_in(client, cast.secretary)
    assert send(client, "award_step", programme, step="approve", every="1").status_code == 403
    assert "Duyệt tất cả" not in page(client, "programme_detail", programme).content.decode()


def test_nominees_come_out_of_excel(client, cast, programme):
    sign_in(client, cast.secretary)
    rows = "".join(f"{place}\tHọc sinh {place}\t2012\tTHCS Đồi\t1\n" for place in range(1, 36))
    filled = send(client, "nominate", programme, organization="A.D.1", pasted=rows, fill="1").content.decode()
    assert 'name="rows"' in filled
    assert "Học sinh 35" in filled
    assert not Award.objects.exists()
    data = {f"d{place}-name": f"Học sinh {place}" for place in range(1, 36)}
    done = send(client, "nominate", programme, organization="A.D.1", rows="35", **data).content.decode()
    assert "Đã đề cử 35 dòng. Chờ hai người duyệt." in done
    assert Award.objects.count() == 35


def test_papers_and_payment_are_offered_once_somebody_is_approved(client, cast, programme):
    awards = nominated(programme, cast.first, "A")
    sign_in(client, cast.manager)
    assert "Trao và chi tiền" not in page(client, "programme_detail", programme).content.decode()
    approved(programme, awards, cast.district_manager, cast.reviewer)
    text = page(client, "programme_detail", programme).content.decode()
    assert "Trao và chi tiền" in text
    assert "Danh sách ký nhận (PDF)" in text
