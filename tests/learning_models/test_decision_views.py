"""The pages on which a list is put together, proposed, issued and followed."""

import gzip
from datetime import date

import pytest
from django.urls import reverse

from learning_models.decisions import list_registrations, mark_of_list, open_decision, unlist_registrations
from learning_models.models import Certificate, RecognitionDecision, Registration, Status
from tests.learning_models.register import add_registration, recognise, review

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast, client):
    """The secretary of the first commune, with three reviewed families of its branch and one of another commune."""
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    cast.rows = [add_registration(cast.branch, name=name) for name in ("Lò Văn An", "Cà Thị Bình", "Lò Văn Cường")]
    cast.foreign_row = add_registration(cast.second, name="Người xã khác")
    review(*cast.rows, cast.foreign_row)
    cast.client = client
    return cast


def draft_of(office, *rows):
    decision = open_decision(organization=office.first, model="family", year=2022, user=None)
    if rows:
        keys = [row.pk for row in rows]
        list_registrations(decision=decision, keys=keys, reach=Registration.objects.all(), user=None)
    return decision


def address(name, decision, *more):
    return reverse(f"learning_models:{name}", args=[decision.pk, *more])


def seen(decision):
    """What the page of the issue says of the list."""
    names = decision.registrations.count() + decision.withdrawn_registrations.count()
    return f"{names}.{mark_of_list(decision)}"


def listed(decision):
    return set(decision.registrations.values_list("registrant__name", flat=True))


ISSUE = {
    "number": "12/QĐ-UBND",
    "decided_on": "20/12/2022",
    "authority": "Chủ tịch Uỷ ban nhân dân xã Ánh Dương",
    "body": "Uỷ ban nhân dân xã Ánh Dương",
    "place": "Ánh Dương",
    "signing": "KT. CHỦ TỊCH\r\nPHÓ CHỦ TỊCH",
    "signer": "Lò Văn Thanh",
    "confirmed": "on",
}


def test_a_new_list_leads_to_its_candidates(office):
    page = office.client.get(reverse("learning_models:decision_create"), {"model": "clan", "year": "2022"})
    assert page.context["form"]["model"].value() == "clan"
    answer = office.client.post(
        reverse("learning_models:decision_create"), {"organization": "A.D.1", "model": "family", "year": "2022"}
    )
    decision = RecognitionDecision.objects.get()
    assert answer.url == address("decision_candidates", decision)
    assert decision.history.get().history_user == office.secretary


def test_a_list_is_not_begun_for_a_unit_out_of_reach(office):
    values = {"organization": "A.D.2", "model": "family", "year": "2022"}
    answer = office.client.post(reverse("learning_models:decision_create"), values)
    assert "organization" in answer.context["form"].errors
    assert not RecognitionDecision.objects.exists()


def test_candidates_are_those_of_the_unit_and_below_and_ticks_put_them_on_the_list(office):
    decision = draft_of(office)
    page = office.client.get(address("decision_candidates", decision))
    assert {row.registrant.name for row in page.context["object_list"]} == {"Lò Văn An", "Cà Thị Bình", "Lò Văn Cường"}
    ticks = {"registration": [office.rows[0].pk, office.rows[1].pk]}
    answer = office.client.post(address("decision_candidates", decision), ticks, follow=True)
    assert "Đã đưa 2 hộ vào danh sách." in answer.content.decode()
    assert listed(decision) == {"Lò Văn An", "Cà Thị Bình"}


def test_a_list_of_one_commune_takes_nobody_of_another_even_from_who_may_decide_in_both(office, client):
    client.force_login(office.district_manager, backend="django.contrib.auth.backends.ModelBackend")
    decision = draft_of(office)
    page = client.get(address("decision_candidates", decision))
    assert len(page.context["object_list"]) == 3
    client.post(address("decision_candidates", decision), {"registration": [office.foreign_row.pk]})
    assert listed(decision) == set()


def test_a_page_of_many_names_is_light(office):
    rows = [
        add_registration(office.branch, name=f"Nguyễn Thị Thanh {place}", address=f"Tổ {place}") for place in range(60)
    ]
    review(*rows)
    decision = draft_of(office, *rows)
    for name in ("decision_detail", "decision_candidates"):
        page = office.client.get(address(name, decision)).content
        assert len(gzip.compress(page, 6)) < 20_000


def test_a_row_of_another_unit_is_not_slipped_in(office):
    decision = draft_of(office)
    ticks = {"registration": [office.rows[0].pk, office.foreign_row.pk]}
    answer = office.client.post(address("decision_candidates", decision), ticks, follow=True)
    assert "đã thay đổi" in answer.content.decode()
    assert listed(decision) == set()


def test_all_of_a_unit_or_of_a_search_are_put_on_the_list_at_once(office):
    decision = draft_of(office)
    url = address("decision_candidates", decision)
    office.client.post(f"{url}?q=lo+van", {"all": "1"})
    assert listed(decision) == {"Lò Văn An", "Lò Văn Cường"}
    office.client.post(f"{url}?branch=A.D.1.1", {"all": "1"})
    assert len(listed(decision)) == 3
    assert "Không còn tên nào" in office.client.get(url).content.decode()
    told = [row.history_change_reason for row in decision.history.order_by("history_id")]
    assert told[1:] == ["Đưa vào danh sách đề nghị: 2 hộ", "Đưa vào danh sách đề nghị: 1 hộ"]


def test_rows_are_taken_off_again(office):
    decision = draft_of(office, *office.rows)
    answer = office.client.post(
        address("decision_unlist", decision), {"registration": [office.rows[0].pk]}, follow=True
    )
    assert "Đã đưa 1 hộ ra khỏi danh sách." in answer.content.decode()
    assert listed(decision) == {"Cà Thị Bình", "Lò Văn Cường"}
    office.client.post(address("decision_unlist", decision), {"all": "1"})
    assert listed(decision) == set()


def test_nothing_ticked_and_rubbish_say_what_to_do(office):
    decision = draft_of(office, office.rows[0])
    for ticks in ({}, {"registration": ["x", "²", "-1"]}):
        for name in ("decision_candidates", "decision_unlist"):
            answer = office.client.post(address(name, decision), ticks, follow=True)
            assert "Chưa chọn hộ nào" in answer.content.decode()
    assert listed(decision) == {"Lò Văn An"}


def test_a_list_is_proposed_and_the_page_says_what_comes_next(office):
    decision = draft_of(office, *office.rows)
    assert "Ghi đã đề nghị" in office.client.get(decision.get_absolute_url()).content.decode()
    values = {"proposal_number": "", "proposed_on": "32/01/2022"}
    answer = office.client.post(address("decision_propose", decision), values)
    assert set(answer.context["form"].errors) == {"proposal_number", "proposed_on"}
    assert "32/01/2022" in answer.content.decode()
    values = {"proposal_number": "05/TTr-HKH", "proposed_on": "15/12/2022"}
    answer = office.client.post(address("decision_propose", decision), values, follow=True)
    assert "Ghi ban hành" in answer.content.decode()
    decision.refresh_from_db()
    assert (decision.status, decision.proposed_on) == ("proposed", date(2022, 12, 15))


@pytest.mark.parametrize("name", ["decision_propose", "decision_issue"])
def test_an_empty_list_leads_back_to_its_candidates(office, name):
    decision = draft_of(office)
    answer = office.client.get(address(name, decision))
    assert answer.url == address("decision_candidates", decision)


def test_issuing_says_what_will_happen_and_then_nothing_can_be_changed(office):
    decision = draft_of(office, *office.rows)
    page = office.client.get(address("decision_issue", decision))
    text = page.content.decode()
    assert "3 hộ được công nhận" in text
    assert "không ai sửa hay xoá được nữa" in text
    assert "Điền sẵn theo thiết lập thẩm quyền công nhận" in text
    assert page.context["form"]["authority"].value() == "Chủ tịch Uỷ ban nhân dân xã Ánh Dương"
    answer = office.client.post(address("decision_issue", decision), ISSUE | {"seen": seen(decision)}, follow=True)
    assert "Đã ghi ban hành: công nhận 3 hộ." in answer.content.decode()
    decision.refresh_from_db()
    assert (decision.number, decision.issued_by) == ("12/QĐ-UBND", office.secretary)
    assert decision.signing.split() == ["KT.", "CHỦ", "TỊCH", "PHÓ", "CHỦ", "TỊCH"]
    assert Certificate.objects.count() == 3
    for closed in ("candidates", "unlist", "propose", "issue", "discard"):
        assert office.client.get(address(f"decision_{closed}", decision)).status_code == 404
        assert office.client.post(address(f"decision_{closed}", decision), {"all": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"confirmed": ""}, "đối chiếu với quyết định đã ký"),
        ({"seen": "2"}, "nay có 3 hộ"),
        ({"seen": ""}, "nay có 3 hộ"),
        ({"decided_on": "01/12/2022"}, "bình xét ngày 10/12/2022"),
        ({"number": ""}, "Số quyết định"),
    ],
)
def test_what_speaks_against_the_issue_is_said_and_nothing_typed_is_lost(office, change, words):
    decision = draft_of(office, *office.rows)
    answer = office.client.post(address("decision_issue", decision), ISSUE | {"seen": seen(decision)} | change)
    text = answer.content.decode()
    assert words in text
    assert "Lò Văn Thanh" in text
    assert f'name="seen" value="3.{mark_of_list(decision)}"' in text
    assert not Certificate.objects.exists()


def test_other_names_than_those_that_were_confirmed_are_not_issued(office):
    decision = draft_of(office, office.rows[0])
    shown = office.client.get(address("decision_issue", decision)).context["form"]["seen"].value()
    unlist_registrations(decision=decision, keys=[office.rows[0].pk], user=None)
    list_registrations(decision=decision, keys=[office.rows[1].pk], reach=Registration.objects.all(), user=None)
    answer = office.client.post(address("decision_issue", decision), ISSUE | {"seen": shown})
    assert "Danh sách đã thay đổi" in answer.content.decode()
    assert not Certificate.objects.exists()
    again = answer.context["form"]["seen"].value()
    office.client.post(address("decision_issue", decision), ISSUE | {"seen": again})
    assert Certificate.objects.get().registration == office.rows[1]


def test_titles_are_withdrawn_by_a_decision_that_follows(office):
    decision = recognise(*office.rows, organization=office.first)
    page = office.client.get(decision.get_absolute_url()).content.decode()
    assert "Thu hồi danh hiệu" in page
    office.client.post(address("decision_withdraw", decision), {"grounds": "Vi phạm"})
    taken = decision.followers.get()
    office.client.post(address("decision_candidates", taken), {"registration": [office.rows[1].pk]})
    assert "1 hộ mất danh hiệu" in office.client.get(address("decision_issue", taken)).content.decode()
    values = ISSUE | {"number": "2/QĐ-TH", "decided_on": "10/05/2023", "seen": seen(taken)}
    office.client.post(address("decision_issue", taken), values)
    row = Registration.objects.get(pk=office.rows[1].pk)
    assert (row.withdrawn_on, row.status) == (date(2023, 5, 10), Status.RECOGNISED)
    page = office.client.get(decision.get_absolute_url()).content.decode()
    assert "Quyết định tiếp theo" in page
    assert "thu hồi ngày 10/05/2023" in page
    assert office.client.get(address("decision_certificates", taken)).status_code == 404


def test_a_draft_is_given_up(office):
    decision = draft_of(office, office.rows[0])
    office.client.post(address("decision_discard", decision))
    assert not RecognitionDecision.objects.exists()
    assert Registration.objects.get(pk=office.rows[0].pk).decision is None


def test_a_reader_sees_the_list_but_no_step(office, client):
    decision = draft_of(office, *office.rows)
    client.force_login(office.viewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(decision.get_absolute_url()).content.decode()
    assert "Lò Văn An" in page
    for word in ("Ghi đã đề nghị", "Bỏ danh sách", 'type="checkbox"'):
        assert word not in page
    assert client.post(decision.get_absolute_url(), {"all": "1"}).status_code == 405


def test_lists_are_narrowed_by_model_year_and_state(office):
    draft = draft_of(office)
    issued = recognise(*office.rows, organization=office.first)
    url = reverse("learning_models:decision_list")
    for query, found in (
        ({}, {draft, issued}),
        ({"status": "issued"}, {issued}),
        ({"model": "clan"}, set()),
        ({"year": "2022"}, {draft, issued}),
        ({"year": "rubbish", "status": "x"}, {draft, issued}),
    ):
        page = office.client.get(url, query)
        assert set(page.context["object_list"]) == found, query
    assert {decision.names for decision in office.client.get(url).context["object_list"]} == {0, 3}
    assert office.client.get(url, {"unit": "A.D.2"}).status_code == 404


def test_pages_take_as_many_queries_for_many_names(office, django_assert_num_queries, django_assert_max_num_queries):
    rows = [add_registration(office.branch, name=f"Hộ số {place}") for place in range(11)]
    review(*rows)
    few, many = draft_of(office, office.rows[0]), draft_of(office, *rows)
    # The session is renewed now, not while it is counted.
    office.client.get(few.get_absolute_url())
    for name in ("decision_detail", "decision_candidates", "decision_issue"):
        with django_assert_max_num_queries(30) as one:
            office.client.get(address(name, few))
        with django_assert_num_queries(len(one)):
            office.client.get(address(name, many))


@pytest.mark.parametrize(
    ("paper", "ending", "status"),
    [
        ("proposal", "pdf", 200),
        ("decision", "docx", 200),
        ("decision", "exe", 404),
        ("letter", "pdf", 404),
    ],
)
def test_papers_are_downloaded_under_their_names(office, paper, ending, status):
    decision = draft_of(office, *office.rows)
    answer = office.client.get(address("decision_paper", decision, paper, ending))
    assert answer.status_code == status
    if status == 200:
        assert f".{ending}" in answer["Content-Disposition"]
