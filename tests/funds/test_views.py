import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from funds.integrity import find_faults
from funds.models import Account, Category, Entry, Fund, Party, SavedForm
from funds.parties import enter_party
from organizations.models import Role
from tests.conftest import appoint
from tests.dues import RATE, people_of, receipt_for
from tests.funds.books import DAY, account_of, expense, fund_of, income, move

pytestmark = pytest.mark.django_db
MARK = "5f0c3f9e-6d0e-4c53-9a53-0a4c7d8d1a11"


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1_000_000)


@pytest.fixture
def treasurer(cast, client):
    return sign_in(client, appoint("treasurer", cast.first, Role.TREASURER))


def address(name, *arguments, **query):
    return reverse(f"funds:{name}", args=arguments, query=query or None)


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode().split("<main", 1)[1])
    return re.sub(r"\s+", " ", text)


def typed(fund, code="donation", **facts):
    """What the form of an entry posts."""
    category = Category.objects.get(code=code).pk
    posted = {"amount": "500 nghìn", "category": category, "account": account_of(fund).pk, "date": "10/03/2024"}
    return posted | {"party_name": "", "purpose": "", "mark": MARK} | facts


def test_money_is_written_shown_taken_back_and_written_anew(treasurer, fund):
    page = address("entry_create", fund.code, "in")
    assert words(treasurer.get(page))
    done = treasurer.post(page, typed(fund, purpose="Ủng hộ Tết"), follow=True)
    entry = Entry.objects.get(category__code="donation")
    assert "Đã ghi phiếu thu PT 0001/2024: 500.000 đồng" in words(done)
    assert "Năm trăm nghìn đồng" in words(done)
    assert (entry.amount, entry.created_by.username, entry.purpose) == (500_000, "treasurer", "Ủng hộ Tết")
    reverse_page = address("entry_reverse", entry.pk)
    assert "−500.000 đồng" in words(treasurer.get(reverse_page))
    back = treasurer.post(reverse_page, {"date": "10/03/2024", "reason": "Ghi nhầm số tiền"}, follow=True)
    assert "Bút toán đảo của PT 0001/2024" in words(back)
    again = treasurer.get(back.context["rewrite_url"])
    assert again.context["form"]["amount"].value() == "500.000"
    assert "Đã đảo" in words(treasurer.get(entry.get_absolute_url()))
    assert list(find_faults()) == []


def test_pressed_twice_it_is_written_once_and_with_another_amount_again(treasurer, fund):
    page = address("entry_create", fund.code, "in")
    posted = typed(fund, party_name="Công ty An Phát")
    first, second = treasurer.post(page, posted), treasurer.post(page, posted)
    assert first.url == second.url
    assert (Entry.objects.outside().count(), Party.objects.count(), SavedForm.objects.count()) == (1, 1, 1)
    treasurer.post(page, posted | {"amount": "600.000", "party": Party.objects.get().pk})
    assert Entry.objects.outside().count() == 2


def test_a_reversal_pressed_twice_leads_to_the_one_there_is(treasurer, fund):
    entry = income(fund, 500)
    page, posted = address("entry_reverse", entry.pk), {"date": "10/03/2024", "reason": "Nhầm"}
    first, second = treasurer.post(page, posted), treasurer.post(page, posted)
    assert first.url == second.url
    assert Entry.objects.filter(reverses=entry).count() == 1


def test_what_was_taken_back_names_the_same_person_again(treasurer, cast, fund):
    party = enter_party(organization=cast.first, name="Lò Thị Hà", user=None)
    wrong = income(fund, 500, party=party)
    form = treasurer.get(address("entry_create", fund.code, "in", like=wrong.pk)).context["form"]
    assert (form["party_name"].value(), form["party"].value()) == ("Lò Thị Hà", party.pk)
    foreign = income(fund_of(cast.foreign, "LA"), 900)
    form = treasurer.get(address("entry_create", fund.code, "in", like=foreign.pk)).context["form"]
    assert form["amount"].value() is None


def test_the_units_page_and_the_frame_lead_to_the_funds(client, cast, fund):
    sign_in(client, cast.viewer)
    page = client.get(cast.first.get_absolute_url())
    assert "Quỹ KH : 1.000.000 đồng" in words(page)
    assert "Mở sổ quỹ" not in words(page)
    links = re.findall(r'class="mainnav-item[^"]*"\s+href="([^"]+)"', page.content.decode())
    assert address("fund_list") in links
    assert len(links) <= 5
    sign_in(client, cast.district_manager)
    assert "Mở sổ quỹ" in words(client.get(cast.second.get_absolute_url()))


def test_bad_input_keeps_what_was_typed_and_writes_nothing(treasurer, fund):
    posted = typed(fund, amount="năm trăm", date="32/01/2024", purpose="Ủng hộ", category="")
    response = treasurer.post(address("entry_create", fund.code, "in"), posted)
    form = response.context["form"]
    assert set(form.errors) == {"amount", "date", "category"}
    assert [form[name].value() for name in ("amount", "date", "purpose")] == ["năm trăm", "32/01/2024", "Ủng hộ"]
    assert not Entry.objects.outside().exists()


def test_what_the_ledger_refuses_stands_in_the_form(treasurer, fund):
    page = address("entry_create", fund.code, "out")
    short = treasurer.post(page, typed(fund, "award", amount="1.000.001"))
    assert "sẽ thiếu 1 đồng" in words(short)
    assert short.context["form"]["amount"].value() == "1.000.001"
    early = treasurer.post(page, typed(fund, "award", date="31/12/2023"))
    assert "date" in early.context["form"].errors
    assert not Entry.objects.outside().exists()


def test_a_name_that_is_known_is_asked_about(treasurer, cast, fund):
    known = enter_party(organization=cast.first, name="Lò Thị Hà", address="Bản Đồi", user=None)
    enter_party(organization=cast.foreign, name="Lò Thị Hà", user=None)
    page = address("entry_create", fund.code, "in")
    asked = treasurer.post(page, typed(fund, party_name="lo thi ha"))
    form = asked.context["form"]
    assert form["party"].value() == str(known.pk)
    assert [key for key, _ in form.fields["party"].choices] == [str(known.pk), "new"]
    assert not Entry.objects.outside().exists()
    treasurer.post(page, typed(fund, party_name="lo thi ha", party=known.pk))
    assert Entry.objects.outside().get().party == known
    treasurer.post(page, typed(fund, party_name="Lò Thị Hà", party="new", party_kind="child"))
    assert Entry.objects.outside().last().party.kind == Party.Kind.CHILD


def test_whoever_only_looks_like_the_typed_one_has_to_be_chosen(treasurer, cast, fund):
    """However often the button is pressed: nobody gets a gift that another one gave."""
    near = enter_party(organization=cast.first, name="Lò Thị Hà", address="Bản Mẫu", user=None)
    page, posted = address("entry_create", fund.code, "in"), typed(fund, party_name="mau")
    for _ in range(2):
        asked = treasurer.post(page, posted)
        assert not asked.context["form"]["party"].value()
        assert "Hãy chọn một dòng" in asked.content.decode()
    assert not Entry.objects.outside().exists()
    treasurer.post(page, posted | {"party": near.pk})
    assert Entry.objects.outside().get().party == near


def test_a_choice_for_another_name_does_not_count(treasurer, cast, fund):
    known = enter_party(organization=cast.first, name="Lò Thị Hà", user=None)
    treasurer.post(address("entry_create", fund.code, "in"), typed(fund, party_name="Cà Văn An", party=known.pk))
    assert Entry.objects.outside().get().party.name == "Cà Văn An"


def test_somebody_new_is_what_the_name_says_unless_told(treasurer, fund):
    page = address("entry_create", fund.code, "in")
    treasurer.post(page, typed(fund, party_name="Trường THCS Chiềng Đen", party_kind=""))
    treasurer.post(page, typed(fund, party_name="Công ty Cà phê", party_kind="person"))
    kinds = dict(Party.objects.values_list("name", "kind"))
    assert kinds == {"Trường THCS Chiềng Đen": "organization", "Công ty Cà phê": "person"}


def test_only_the_named_permission_may_overdraw(treasurer, cast, fund, client):
    page = address("entry_create", fund.code, "out")
    posted = typed(fund, "award", amount="2.000.000", overdraft_reason="Chủ tịch cho ứng")
    assert "overdraft_reason" not in treasurer.get(page).context["form"].fields
    assert treasurer.post(page, posted).status_code == 200
    assert sign_in(client, cast.manager).post(page, posted).status_code == 302
    assert Entry.objects.filter(fund=fund).balance() == -1_000_000


def test_the_principal_is_asked_of_endowments_only(treasurer, cast, fund):
    kept = fund_of(cast.first, "HB", bank=5000, principal=5000, endowment=True)
    for code, direction, expected in (("KH", "in", False), ("HB", "in", True), ("HB", "out", False)):
        form = treasurer.get(address("entry_create", code, direction)).context["form"]
        assert ("is_principal" in form.fields) is expected
    income(kept, 300, code="interest", kind=Account.Kind.BANK)
    detail = treasurer.get(address("fund_detail", "HB"))
    assert detail.context["split"] == (5000, 300)
    assert "Phần được chi 300 đồng" in words(detail)


def test_things_stand_apart_from_money_and_nothing_is_no_zero(treasurer, cast, fund):
    income(fund, 70, kind=Account.Kind.IN_KIND)
    fund_of(cast.first, "TRONG")
    rows = {each.code: standing for each, standing in treasurer.get(address("fund_list")).context["rows"]}
    assert (rows["KH"].money, rows["KH"].things) == (1_000_000, 70)
    assert (rows["TRONG"].money, rows["TRONG"].things) == (None, None)
    assert "chưa ghi khoản nào" in words(treasurer.get(address("fund_detail", "TRONG")))


def test_the_list_holds_the_funds_of_the_unit_and_below(client, cast, fund):
    fund_of(cast.third, "TAY")
    fund_of(cast.foreign, "LA")
    sign_in(client, cast.manager)

    def codes(**query):
        return {each.code for each, _ in client.get(address("fund_list", **query)).context["rows"]}

    assert codes() == {"KH", "TAY"}
    assert codes(unit="A.D") == {"KH"}
    assert client.get(address("fund_list", unit="B")).status_code == 404


def test_a_viewer_reads_and_writes_nothing_and_sees_no_names(client, cast, fund):
    entry = income(fund, 500, party=enter_party(organization=cast.first, name="Lò Thị Hà", user=None))
    sign_in(client, cast.viewer)
    for name, arguments in (("fund_detail", [fund.code]), ("cash_book", [fund.code]), ("entry_detail", [entry.pk])):
        page = words(client.get(address(name, *arguments)))
        assert "Lò Thị Hà" not in page
        assert "Ghi thu" not in page
    assert client.post(address("entry_create", fund.code, "in"), typed(fund)).status_code == 403
    assert client.post(address("entry_reverse", entry.pk), {}).status_code == 403


def test_the_book_runs_on_from_page_to_page(treasurer, fund):
    for number in range(60):
        income(fund, 10 + number)
    expense(fund, 5)
    span = {"first": "01/03/2024", "last": "31/03/2024"}
    first = treasurer.get(address("cash_book", fund.code, **span))
    assert (first.context["brought"], len(first.context["rows"])) == (1_000_000, 50)
    after = first.context["page_obj"].next_cursor
    second = treasurer.get(address("cash_book", fund.code, **span, after=after))
    rows = second.context["rows"]
    assert rows[0][1] == first.context["rows"][-1][1] + rows[0][0].signed
    assert rows[-1][1] == second.context["carried"] == Entry.objects.filter(fund=fund).balance()
    assert second.context["received"] == sum(10 + number for number in range(60))


def test_the_book_of_one_account_leaves_the_others_out(treasurer, fund):
    income(fund, 700, kind=Account.Kind.BANK)
    income(fund, 30, kind=Account.Kind.IN_KIND)
    span = {"first": "01/01/2024", "last": "31/12/2024"}
    whole = treasurer.get(address("cash_book", fund.code, **span)).context
    bank = treasurer.get(address("cash_book", fund.code, account=account_of(fund, "bank").pk, **span)).context
    assert (whole["carried"], bank["carried"]) == (1_000_700, 700)
    wrong = treasurer.get(address("cash_book", fund.code, first="abc", account="9" * 30))
    assert wrong.status_code == 200


def test_money_moves_to_a_fund_in_reach_only(treasurer, cast, fund):
    there, foreign = fund_of(cast.branch, "CH"), fund_of(cast.second, "NGOAI")
    page = address("transfer", fund.code)
    posted = {"amount": "400.000", "source": account_of(fund).pk, "date": "10/03/2024", "mark": MARK}
    refused = treasurer.post(page, posted | {"destination": account_of(foreign).pk})
    assert "destination" in refused.context["form"].errors
    posted["destination"] = account_of(there).pk
    first, second = treasurer.post(page, posted), treasurer.post(page, posted)
    assert first.url == second.url
    assert Entry.objects.filter(fund=there).balance() == 400_000
    found = treasurer.post(page, posted | {"find": "1", "query": "ban doi"}).context["form"]
    assert (found["amount"].value(), [account.fund for account in found.found][:1]) == ("400.000", [there])


def test_a_transfer_with_a_fund_out_of_reach_is_not_taken_back(treasurer, cast, fund):
    other = fund_of(cast.second, "NGOAI")
    out, _ = move(account_of(fund), account_of(other), 400)
    posted = {"date": "10/03/2024", "reason": "Nhầm"}
    assert treasurer.post(address("entry_reverse", out.pk), posted).status_code == 403
    assert not Entry.objects.filter(reverses=out).exists()


def test_the_opening_is_put_right_and_left_alone_when_it_is(treasurer, fund):
    page = address("fund_opening", fund.code)
    assert treasurer.get(page).context["form"]["cash"].value() == "1.000.000"
    treasurer.post(page, {"cash": "900.000", "bank": "50.000"})
    assert Entry.objects.filter(fund=fund).balance() == 950_000
    number = Entry.objects.count()
    treasurer.post(page, {"cash": "900.000", "bank": "50.000"})
    assert Entry.objects.count() == number
    opening = Entry.objects.filter(reverses=None, reversal=None).first()
    assert treasurer.get(address("entry_reverse", opening.pk)).url == page


def test_confirmed_dues_are_booked_once(treasurer, cast, fund):
    dues = people_of(cast)
    receipts = [receipt_for(dues.branch, {member: RATE}) for member in dues.members[:2]]
    late = fund_of(cast.first, "SAU", opened_on=timezone.localdate())
    refused = treasurer.post(
        address("dues_book", late.code), {"account": account_of(late).pk, "chosen": receipts[0].pk}
    )
    assert "biên nhận số 01/2025: Sổ quỹ" in words(refused)
    page = address("dues_book", fund.code)
    assert "chưa vào sổ quỹ nào" in words(treasurer.get(address("fund_detail", fund.code)))
    posted = {"account": account_of(fund).pk, "chosen": [receipt.pk for receipt in receipts]}
    assert "Đã ghi 2 đợt hội phí, 40.000 đồng" in words(treasurer.post(page, posted, follow=True))
    treasurer.post(page, posted)
    assert Entry.objects.filter(category__code="dues").count() == 2
    assert "chosen" in treasurer.post(page, {"account": account_of(fund).pk}).context["form"].errors
    assert list(find_faults()) == []


def test_a_manager_opens_and_changes_a_fund(client, cast):
    sign_in(client, cast.manager)
    posted = {"organization": "A.D.1", "name": "Quỹ Khuyến học", "code": "KH", "opened_on": "01/01/2024"}
    wrong = client.post(address("fund_create"), posted | {"code": "create", "cash": "1 triệu"})
    assert "code" in wrong.context["form"].errors
    assert wrong.context["form"]["cash"].value() == "1 triệu"
    kept = client.post(address("fund_create"), posted | {"cash": "1 triệu", "principal": "1"})
    assert "principal" in kept.context["form"].errors
    client.post(address("fund_create"), posted | {"cash": "1 triệu", "bank": "2 triệu"})
    fund = Fund.objects.get()
    assert Entry.objects.filter(fund=fund).balance() == 3_000_000
    client.post(address("fund_edit", "KH"), {"name": "Quỹ mới", "reason": "Đổi tên"})
    fund.refresh_from_db()
    assert (fund.name, fund.history.first().history_change_reason) == ("Quỹ mới", "Đổi tên")
    closed = client.post(address("fund_edit", "KH"), {"name": "Quỹ mới", "closed_on": "01/06/2024"})
    assert "Quỹ còn 3.000.000 đồng" in words(closed)
    client.post(address("account_create", "KH"), {"kind": "bank", "name": "Agribank"})
    account = Account.objects.get(name="Agribank")
    client.post(address("account_edit", account.pk), {"name": "Agribank Đông Sơn", "closed_on": "01/06/2024"})
    account.refresh_from_db()
    assert (account.name, str(account.closed_on)) == ("Agribank Đông Sơn", "2024-06-01")
    cash = address("account_edit", account_of(fund).pk)
    assert "Tài khoản còn" in words(client.post(cash, {"name": "Tiền mặt", "closed_on": "01/06/2024"}))


def test_a_district_manager_opens_no_fund_beside_the_own_branch_of_the_tree(client, cast):
    sign_in(client, cast.district_manager)
    posted = {"organization": "A.T.1", "name": "Quỹ", "code": "KH", "opened_on": "01/01/2024"}
    assert "organization" in client.post(address("fund_create"), posted).context["form"].errors
    assert not Fund.objects.exists()


def test_a_party_is_found_and_corrected_with_its_history(client, cast):
    party = enter_party(organization=cast.first, name="Công ty An Phát", user=None)
    enter_party(organization=cast.first, name="Cà Văn An", user=None)
    sign_in(client, cast.secretary)
    assert list(client.get(address("party_list", q="an phat")).context["object_list"]) == [party]
    client.post(address("party_edit", party.pk), {"name": "Công ty An Phát Lộc", "kind": "organization"})
    party.refresh_from_db()
    assert party.name == "Công ty An Phát Lộc"
    assert party.history.first().history_user == cast.secretary
    both = {"name": "A", "kind": "person", "anonymous": "on", "consents_on": "01/01/2024"}
    assert "Đã không muốn nêu tên" in words(client.post(address("party_edit", party.pk), both))


@pytest.mark.parametrize("name", ["fund_list", "fund_detail", "cash_book", "party_list"])
def test_queries_do_not_grow_with_rows(treasurer, cast, fund, name):
    arguments = [fund.code] if name in ("fund_detail", "cash_book") else []
    query = {"first": "01/01/2024", "last": "31/12/2024"} if name == "cash_book" else {}
    income(fund, 5, party=enter_party(organization=cast.first, name="Người 0", user=None))

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert treasurer.get(address(name, *arguments, **query)).status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(10):
        fund_of(cast.first, f"Q{number}", cash=5)
        income(fund, 5, on=DAY, party=enter_party(organization=cast.first, name=f"Người {number + 1}", user=None))
    assert count() == few


def test_a_number_that_no_key_can_be_is_an_entry_that_is_not_there(treasurer):
    number = 10**23
    for name in ("entry_reverse", "entry_detail", "voucher_file"):
        assert treasurer.get(address(name, number)).status_code == 404
