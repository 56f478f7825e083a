import gzip
import re
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.dues import save_lines
from members.models import DuesCollection, DuesRate
from members.services import end_membership
from organizations.models import Role
from tests.conftest import appoint, plant
from tests.dues import RATE, YEAR, draft_of, people_of, person, rate_at, receipt_for
from tests.factories import AppointmentFactory

pytestmark = pytest.mark.django_db
PERCENT = {"branch_share": "50", "commune_share": "30", "district_share": "0", "province_share": "20"}


@pytest.fixture
def dues(cast):
    cast.treasurer = appoint("treasurer", cast.first, Role.TREASURER)
    return people_of(cast)


@pytest.fixture
def treasurer(dues, client):
    client.force_login(dues.treasurer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(name, *arguments, **query):
    return reverse(f"members:dues_{name}", args=arguments, query=query or None)


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[1])
    return re.sub(r"\s+", " ", text)


def typed(draft, amounts, **facts):
    """What the form of the grid posts."""
    page = {f"a-{member.pk}": amount for member, amount in amounts.items()}
    seen = draft.history.order_by("-history_id").values_list("history_id", flat=True)[0]
    return {"collected_on": "20/05/2025", "handed_over": "", "note": "", "seen": seen} | page | facts


def lines_of(draft):
    return dict(draft.lines.values_list("member__full_name", "amount"))


def test_a_draft_is_opened_filled_in_saved_and_confirmed(treasurer, dues):
    ha, an, binh = dues.members
    opened = treasurer.post(
        address("collection_create", "A.D.1.1"), {"year": timezone.localdate().year, "collected_on": "20/05/2025"}
    )
    draft = DuesCollection.objects.get()
    edit = address("collection_edit", draft.pk)
    assert opened.url == edit
    filled = treasurer.post(edit, typed(draft, {ha: "", an: "5 nghìn", binh: "không"}, fill=""))
    assert "chưa lưu" in words(filled)
    assert [filled.context["form"][f"a-{each.pk}"].value() for each in dues.members] == ["20.000", "5 nghìn", "không"]
    assert lines_of(draft) == {}
    amounts = {ha: "20.000", an: "5 nghìn", binh: ""}
    saved = treasurer.post(edit, typed(draft, amounts, handed_over="25.000", save=""), follow=True)
    assert "Khớp" in words(saved)
    assert lines_of(draft) == {"Lò Thị Hà": 20_000, "Cà Văn An": 5_000}
    confirm = treasurer.post(edit, typed(draft, amounts, handed_over="25000", confirm="")).url
    assert "25.000 đồng (Hai mươi lăm nghìn đồng), 2 người" in words(page := treasurer.get(confirm))
    done = treasurer.post(confirm, {"seen": page.context["form"]["seen"].value()}, follow=True)
    assert f"Biên nhận hội phí số 01/{draft.year}" in words(done)
    draft.refresh_from_db()
    assert (draft.number, draft.confirmed_by, draft.rate) == (1, dues.treasurer, dues.rate)


def test_on_an_error_nothing_typed_is_lost_and_nothing_is_saved(treasurer, dues):
    ha, an, binh = dues.members
    receipt_for(dues.branch, {ha: 15_000})
    draft = draft_of(dues.branch, {}, counted=None)
    amounts = {ha: "6.000", an: "abc", binh: "-1"}
    response = treasurer.post(
        address("collection_edit", draft.pk), typed(draft, amounts, handed_over="nhiều", note="Ghi tạm")
    )
    form = response.context["form"]
    assert [form[f"a-{member.pk}"].value() for member in dues.members] == ["6.000", "abc", "-1"]
    assert (form["handed_over"].value(), form["note"].value()) == ("nhiều", "Ghi tạm")
    assert "Lò Thị Hà: Chỉ còn phải nộp 5.000 đồng." in words(response)
    assert "Quàng Văn Bình: Mới nộp 0 đồng, không giảm được 1 đồng." in words(response)
    assert set(form.errors) == {"handed_over", *(f"a-{member.pk}" for member in dues.members)}
    assert lines_of(draft) == {}


def test_the_difference_to_the_counted_money_is_said_in_words(treasurer, dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE}, counted=25_000)
    page = words(treasurer.get(address("collection_edit", draft.pk)))
    assert "Chưa khớp tiền đã đếm nhiều hơn danh sách 5.000 đồng (năm nghìn đồng)" in page
    refused = treasurer.get(address("collection_confirm", draft.pk))
    assert refused.url == address("collection_edit", draft.pk)
    assert "chưa khớp. Hãy đếm lại tiền" in str(list(get_messages(refused.wsgi_request))[0])
    save_lines(collection=draft, amounts={}, user=None, handed_over=None)
    assert "chưa nhập số tiền đã đếm" in words(treasurer.get(address("collection_detail", draft.pk)))


def test_who_saved_meanwhile_is_not_written_over_unseen(treasurer, dues):
    ha = dues.members[0]
    draft = draft_of(dues.branch, {ha: RATE})
    stale = typed(draft, {ha: "1.000"})
    save_lines(collection=draft, amounts={ha.pk: 7_000}, user=None)
    answer = treasurer.post(address("collection_edit", draft.pk), stale)
    assert "Người khác vừa sửa đợt nộp này" in words(answer)
    assert "Người khác đã lưu: 7.000" in words(answer)
    assert lines_of(draft) == {"Lò Thị Hà": 7_000}
    again = stale | {"seen": re.search(r'name="seen" value="(\d+)"', answer.content.decode())[1]}
    treasurer.post(address("collection_edit", draft.pk), again)
    assert lines_of(draft) == {"Lò Thị Hà": 1_000}


def test_what_changed_since_it_was_seen_is_not_confirmed(treasurer, dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    page = treasurer.get(address("collection_confirm", draft.pk))
    save_lines(collection=draft, amounts={dues.members[0].pk: 7_000}, user=None, handed_over=7_000)
    answer = treasurer.post(address("collection_confirm", draft.pk), {"seen": page.context["form"]["seen"].value()})
    assert answer.url == address("collection_edit", draft.pk)
    assert not DuesCollection.objects.confirmed().exists()


def test_those_who_left_are_marked(treasurer, dues):
    ha, an, _ = dues.members
    end_membership(member=ha, left_on=date(YEAR, 6, 1), left_reason="deceased", user=None)
    end_membership(member=an, left_on=date(YEAR, 6, 1), left_reason="resigned", user=None)
    page = words(treasurer.get(address("collection_edit", draft_of(dues.branch, {}).pk)))
    assert "Lò Thị Hà đã qua đời, không tính hội phí không tính 0" in page
    assert "Cà Văn An đã thôi sinh hoạt 20.000" in page


def test_a_long_list_is_entered_a_page_at_a_time(treasurer, dues):
    for number in range(110):
        person(dues.branch, f"Người {number:03}", birth_year=1960)
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    edit = address("collection_edit", draft.pk)
    first = treasurer.get(edit)
    assert len(first.context["grid"].rows) == 100
    assert len(re.findall(r'name="a-', first.content.decode())) == 100
    answer = treasurer.post(edit, typed(draft, {first.context["grid"].rows[0].member: "1.000"}, next=""))
    second = treasurer.get(answer.url)
    assert len(second.context["grid"].rows) == 13
    assert second.context["grid"].elsewhere + sum(r.amount or 0 for r in second.context["grid"].rows) == sum(
        lines_of(draft).values()
    )
    assert lines_of(draft)[first.context["grid"].rows[0].member.full_name] == 1_000


def test_a_branch_without_names_is_told_that_dues_need_names(treasurer, dues):
    answer = treasurer.post(address("collection_create", "A.D.1"), {"year": YEAR, "collected_on": "20/05/2025"})
    assert "Hội phí thu theo tên" in words(answer)
    assert not DuesCollection.objects.exists()
    treasurer.force_login(dues.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert "Chưa có tên hội viên" in words(treasurer.get(address("detail", "A.CA")))


def test_without_a_rate_what_is_owed_is_unknown_and_never_zero(treasurer, dues):
    DuesRate.objects.all().delete()
    page = words(treasurer.get(address("detail", "A.D.1", year=YEAR)))
    assert "Chưa có mức hội phí" in page
    assert "Phải nộp (đồng)" in page
    assert " 0 đồng" not in page
    grid = words(treasurer.get(address("collection_edit", draft_of(dues.branch, {}).pk)))
    assert "chưa có mức" in grid
    assert "Chưa tính được" in words(treasurer.get(address("arrears", "A.D.1.1", year=YEAR)))


def test_coming_back_to_what_is_confirmed_leads_to_the_receipt(treasurer, dues, client, cast):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    for name in ("edit", "confirm", "drop"):
        page = treasurer.get(address(f"collection_{name}", receipt.pk), follow=True)
        assert page.redirect_chain == [(address("collection_detail", receipt.pk), 302)]
        assert "đã chốt nên không sửa được nữa" in words(page)
    client.force_login(cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address("collection_edit", receipt.pk)).status_code in (403, 404)


def test_a_confirmed_collection_is_neither_edited_nor_dropped(treasurer, dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    for name in ("edit", "confirm", "drop"):
        assert treasurer.post(address(f"collection_{name}", receipt.pk), {"seen": ""}).status_code == 404
    answer = treasurer.post(address("collection_correct", receipt.pk))
    draft = DuesCollection.objects.drafts().get()
    assert answer.url == address("collection_edit", draft.pk)
    assert f"-{RATE // 1000}.000" in treasurer.get(answer.url).content.decode()
    assert treasurer.post(address("collection_drop", draft.pk)).status_code == 302
    assert not DuesCollection.objects.drafts().exists()


def test_the_list_filters_by_year_and_state(treasurer, dues):
    receipt_for(dues.branch, {dues.members[0]: RATE})
    draft_of(dues.branch, {dues.members[1]: 5_000}, year=2024)

    def shown(**query):
        rows = treasurer.get(address("collection_list", "A.D.1", **query)).context["object_list"]
        return [(row.year, row.number, row.total, row.payers) for row in rows]

    draft, receipt = (2024, None, 5_000, 1), (YEAR, 1, RATE, 1)
    assert shown() == [draft, receipt]
    assert shown(year=2024) == shown(state="draft") == [draft]
    assert shown(state="confirmed") == shown(state="unbooked") == [receipt]
    assert shown(state="nothing known", year="abc") == [draft, receipt]


def test_the_printed_receipt_names_the_unit_the_sum_in_words_and_who_signs(treasurer, dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    page = words(treasurer.get(address("collection_detail", receipt.pk, print=1)))
    for text in ("HỘI KHUYẾN HỌC XÃ ÁNH DƯƠNG", "Số: 01/2025", "Hai mươi nghìn đồng.", "Cấp xã: 6.000", "Thủ quỹ"):
        assert text in page


def test_arrears_are_listed_and_printed_whole(treasurer, dues):
    receipt_for(dues.branch, {dues.members[0]: RATE, dues.members[1]: 5_000})
    page = words(treasurer.get(address("arrears", "A.D.1.1", year=YEAR)))
    assert "Cà Văn An" in page
    assert "15.000" in page
    assert "Lò Thị Hà" not in page
    assert "Cả danh sách: 2 người." in words(treasurer.get(address("arrears", "A.D.1.1", year=YEAR, print=1)))


def test_rates_are_set_by_a_manager_within_reach(client, dues):
    client.force_login(dues.district_manager, backend="django.contrib.auth.backends.ModelBackend")
    new = {"yearly_amount": "30.000", "valid_from": "01/01/2026", "act": "NQ 1"} | PERCENT
    wrong = client.post(address("rate_create", "A.D"), new | {"branch_share": "60"})
    assert "Bốn phần cộng lại là 110%, phải đúng 100%" in words(wrong)
    assert client.post(address("rate_create", "A.D"), new).status_code == 302
    rate = DuesRate.objects.get(organization=dues.east)
    assert rate.history.get().history_user == dues.district_manager
    again = client.post(address("rate_create", "A.D"), new)
    assert "đã có mức hội phí áp dụng từ ngày này" in words(again)
    assert client.post(address("rate_create", "A"), new).status_code == 404
    assert client.get(address("rate_edit", dues.rate.pk)).status_code == 404
    edited = client.post(address("rate_edit", rate.pk), new | {"yearly_amount": "35 nghìn", "reason": "Ghi nhầm"})
    assert edited.status_code == 302
    rate.refresh_from_db()
    assert (rate.yearly_amount, rate.history.first().history_change_reason) == (35_000, "Ghi nhầm")
    listing = client.get(address("rate_list"))
    assert [row.organization.code for row, _ in listing.context["rows"]] == ["A.D"]


def test_a_rate_in_use_is_shown_as_frozen_and_has_no_form(client, dues):
    receipt_for(dues.branch, {dues.members[0]: RATE})
    client.force_login(dues.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert "Đang dùng, giữ nguyên" in words(client.get(address("rate_list")))
    assert client.get(address("rate_edit", dues.rate.pk)).status_code == 404


def test_a_stranger_reaches_nothing_and_a_role_lost_meanwhile_writes_nothing(client, dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    client.force_login(dues.stranger, backend="django.contrib.auth.backends.ModelBackend")
    for name, argument in (("collection_detail", draft.pk), ("collection_edit", draft.pk), ("detail", "A.D.1")):
        assert client.get(address(name, argument)).status_code == 404
    assert client.post(address("collection_edit", draft.pk), typed(draft, {dues.members[0]: "1"})).status_code == 404
    assert lines_of(draft) == {"Lò Thị Hà": RATE}


def count_queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_ask_as_much_for_one_row_as_for_many(treasurer, dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    draft = draft_of(dues.branch, {dues.members[1]: RATE})
    pages = [
        address("detail", "A.D.1", year=YEAR),
        address("arrears", "A.D.1.1", year=YEAR),
        address("collection_list", "A.D.1"),
        address("collection_detail", receipt.pk),
        address("collection_edit", draft.pk),
        address("rate_list"),
    ]
    rate_at(dues.first, valid_from=date(2027, 1, 1))
    before = [count_queries(treasurer, page) for page in pages]
    for number in range(10):
        member = person(dues.branch, f"Người {number}")
        save_lines(collection=draft, amounts={member.pk: 1_000}, user=None)
        receipt_for(dues.branch, {person(dues.branch, f"Kẻ {number}"): 1_000})
        rate_at(dues.first, valid_from=date(2030 + number, 1, 1))
    assert [count_queries(treasurer, page) for page in pages] == before


def test_the_way_in_leads_to_a_unit_whose_dues_may_be_seen(treasurer, dues):
    assert treasurer.get(address("home")).url == address("detail", "A.D.1")
    AppointmentFactory(user=dues.treasurer, organization=dues.east, role=Role.VIEWER)
    assert treasurer.get(address("home")).url == address("detail", "A.D.1")


def test_pages_at_their_fullest_weigh_less_than_20_kb(treasurer, dues):
    for number in range(110):
        person(dues.branch, f"Nguyễn Thị Hội Viên {number * 7919 % 1000}", birth_year=1940 + number % 60)
    for number in range(120):
        plant(f"A.D.1.X{number}", f"Chi hội bản {number * 7919 % 1000}", "branch", dues.first)
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    for page in (address("collection_edit", draft.pk), address("detail", "A.D.1"), address("arrears", "A.D.1.1")):
        assert len(gzip.compress(treasurer.get(page).content, 6)) < 20_000, page
