"""Awards decided on paper: written and paid in one step."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from funds.awards.nominations import Nominee
from funds.awards.pasting import lines_from
from funds.awards.recording import Given, Occasion, record_awards, withdraw_award
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.models import Award, Entry
from organizations.models import Role
from tests.conftest import appoint
from tests.funds.books import DAY, account_of, fund_of
from tests.funds.prizes import given, nominated, programme_of

pytestmark = pytest.mark.django_db
PAGE = reverse("awards:award_record")
FACTS = {"organization": "A.D.1", "kind": "student", "date": "10/03/2024", "words": "Tết khuyến học"}
PAPER = "12/QĐ-HKH ngày 05/03/2024"


@pytest.fixture
def fund(tree):
    return fund_of(tree.first, cash=5_000_000)


@pytest.fixture
def treasurer(cast, client):
    user = appoint("treasurer", cast.first, Role.TREASURER)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def send(client, **data):
    return client.post(PAGE, {**FACTS, "mark": str(uuid4()), **data}, follow=True)


def line(name="Lò Thị Hà", portions=1, amount=200_000):
    return Given(Nominee(name, school="Trường Đồi") if name else None, portions, amount)


def record(unit, *lines, account=None, key=None, **facts):
    facts = {"kind": "student", "date": DAY, "words": "Tết", "decision": PAPER} | facts
    return record_awards(
        occasion=Occasion(organization=unit, **facts), lines=lines, account=account, key=key, user=None
    )


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_lines_are_written_and_paid_by_one_voucher(client, fund, treasurer):
    data = {"account": account_of(fund).pk, "decision": PAPER, "portion_amount": "200 nghìn"}
    data |= {"d1-name": "Lò Thị Hà", "d1-school": "Trường Đồi", "d2-name": "Vì Văn Nam", "d2-portions": "2"}
    data |= {"d3-portions": "5", "d3-amount": "700.000"}
    response = send(client, **data)
    entry = Entry.objects.get(category__code="award")
    assert (entry.amount, entry.created_by) == (1_300_000, treasurer)
    assert "Lò Thị Hà" not in entry.purpose
    assert f"chứng từ {entry.voucher}: 1.300.000 đồng" in text_of(response)
    rows = Award.objects.order_by("pk").values_list(
        "recipient__name", "portions", "amount", "state", "decision", "fund"
    )
    assert list(rows) == [
        ("Lò Thị Hà", 1, 200_000, "paid", PAPER, fund.pk),
        ("Vì Văn Nam", 2, 400_000, "paid", PAPER, fund.pk),
        (None, 5, 700_000, "paid", PAPER, fund.pk),
    ]
    assert Award.history.filter(history_user=treasurer).count() == 3
    assert not list(find_faults())


def test_what_others_paid_leaves_the_ledger_alone(client, cast, fund):
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    assert "Khoản chi từ quỹ thì thủ quỹ ghi" in text_of(client.get(PAGE))
    before = Entry.objects.count()
    send(client, **{"d1-name": "Lò Thị Hà"})
    award = Award.objects.get()
    assert (award.amount, award.fund, award.entry) == (None, None, None)
    assert Entry.objects.count() == before
    refused = send(client, **{"d1-name": "Vì Văn Nam", "account": account_of(fund).pk, "decision": PAPER})
    assert Award.objects.count() == 1
    assert "Tiền từ đâu" in text_of(refused)


def test_money_leaves_a_fund_only_with_a_decision_and_a_sum(client, fund, treasurer):
    data = {"account": account_of(fund).pk, "d1-name": "Lò Thị Hà", "d1-amount": "200.000"}
    assert "ghi số và ngày quyết định" in text_of(send(client, **data))
    assert "phải có số tiền" in text_of(send(client, **data | {"decision": PAPER, "d1-amount": ""}))
    too_much = send(client, **data | {"decision": PAPER, "d1-amount": "6.000.000"})
    assert "sẽ thiếu" in text_of(too_much)
    assert 'value="Lò Thị Hà"' in text_of(too_much)
    assert not Award.objects.exists()
    assert not Entry.objects.filter(category__code="award").exists()


def test_the_same_form_pressed_twice_writes_once(client, fund, treasurer):
    data = {"account": account_of(fund).pk, "decision": PAPER, "d1-name": "Lò Thị Hà", "d1-amount": "200.000"}
    data |= {"mark": str(uuid4()), "d1-school": "Trường Đồi"}
    for _ in range(2):
        assert "Đã ghi 1 dòng" in text_of(send(client, **data))
    assert Award.objects.count() == Entry.objects.filter(category__code="award").count() == 1
    send(client, **data | {"d1-name": "Người Khác"})
    assert Award.objects.count() == 2


def test_without_a_fund_too(client, cast):
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    data = {"d1-name": "Lò Thị Hà", "mark": str(uuid4())}
    send(client, **data)
    send(client, **data)
    assert Award.objects.count() == 1


def test_bad_lines_write_nothing_and_keep_what_was_typed(client, fund, treasurer):
    data = {"d1-name": "Lò Thị Hà", "d1-amount": "xyz", "d2-school": "Trường Đồi", "d12-name": "Dòng mười hai"}
    page = text_of(send(client, rows="12", **data))
    for words in ("Lò Thị Hà", "xyz", "Trường Đồi", "Dòng mười hai", "Dòng không có tên thì phải có số suất"):
        assert words in page
    assert not Award.objects.exists()


def test_rows_from_excel_fill_the_lines_and_write_nothing_yet(client, fund, treasurer):
    rows = "STT\tHọ và tên\tNăm sinh\tTrường\tSố suất\tSố tiền\n"
    rows += "".join(f"{place}\tHọc sinh {place}\t2012\tTHCS Đồi\t1\t200.000\n" for place in range(1, 13))
    filled = text_of(send(client, fill="1", pasted=rows, **{"d4-name": "Gõ trước", "decision": PAPER}))
    assert not Award.objects.exists()
    assert filled.index("Gõ trước") < filled.index("Học sinh 1") < filled.index("Học sinh 12")
    assert 'name="rows" value="13"' in filled
    assert PAPER in filled
    assert "Tết khuyến học" in filled


def test_more_rows_than_fit_are_said(client, treasurer):
    rows = "".join(f"Học sinh {place}\n" for place in range(104))
    assert "Còn 4 dòng chưa vừa bảng" in text_of(send(client, fill="1", pasted=rows))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hà\t2012\nNam", [{"name": "Hà", "birth_year": "2012"}, {"name": "Nam"}]),
        ("1;Hà\n2;Nam", [{"name": "Hà"}, {"name": "Nam"}]),
        ("Họ và tên\tNăm sinh\nHà\t\n\n", [{"name": "Hà", "birth_year": ""}]),
        ("\t\t\tTHCS\t", [{"name": "", "birth_year": "", "school": "", "portions": "THCS", "amount": ""}]),
        (" \n", []),
    ],
)
def test_rows_are_read(text, found):
    assert lines_from(text) == found


def test_whoever_received_before_is_asked_about(client, fund, treasurer):
    record(fund.organization, line())
    data = {"d1-name": "Lò Thị Hà", "d1-school": "Trường Đồi"}
    assert "Có người đã được đề cử hoặc đã nhận" in text_of(send(client, **data))
    assert Award.objects.count() == 1
    send(client, **data, asked="1", confirmed="on")
    assert Award.objects.count() == 2


def test_a_programme_with_nominations_is_paid_by_its_own_list(client, cast, fund, treasurer):
    programme = programme_of(cast.first, name="Vượt khó")
    plain = programme_of(cast.first, name="Trao thẳng")
    other = programme_of(cast.first, "teacher", name="Của giáo viên")
    nominated(programme, cast.first, "A")
    assert "Vượt khó" not in text_of(client.get(PAGE))
    for wrong, named in ((programme, "A"), (other, "A"), (plain, None)):
        with pytest.raises(ValidationError):
            record(cast.first, line(named), programme=wrong)
    awards, _ = record(cast.first, line(), programme=plain, words="")
    assert awards[0].programme == plain


def test_units_and_accounts_out_of_reach_are_refused(client, cast, treasurer):
    far = fund_of(cast.second, "Q2", cash=5_000_000)
    send(client, **{"d1-name": "A"} | {"organization": "A.D.2"})
    send(client, **{"d1-name": "A", "d1-amount": "1", "decision": PAPER, "account": account_of(far).pk})
    assert not Award.objects.exists()


def test_reversing_the_payment_takes_the_awards_back(fund):
    awards, entry = record(fund.organization, line(), account=account_of(fund))
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    awards[0].refresh_from_db()
    assert (awards[0].state, awards[0].entry, awards[0].handed_on) == ("given_up", None, None)
    assert awards[0].reason.startswith("Đảo chứng từ")


def test_a_mistake_is_taken_back_with_a_reason_and_a_paid_one_by_its_voucher(client, cast, fund):
    free, paid = given(fund.organization), record(fund.organization, line(), account=account_of(fund))[0][0]
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("awards:award_withdraw", args=[paid.pk])).status_code == 404
    page = reverse("awards:award_withdraw", args=[free.pk])
    client.post(page, {"reason": ""})
    free.refresh_from_db()
    assert free.state == "paid"
    client.post(page, {"reason": "Ghi hai lần"})
    free.refresh_from_db()
    assert (free.state, free.reason) == ("given_up", "Ghi hai lần")
    assert free.history.first().history_user == cast.secretary
    with pytest.raises(ValidationError):
        withdraw_award(award=paid, reason="x", user=None)
    with pytest.raises(ValidationError):
        withdraw_award(award=free, reason="x", user=None)


def test_the_key_belongs_to_the_unit_and_answers_what_was_written(fund):
    key = uuid4()
    first, entry = record(fund.organization, line(), line("Nam"), account=account_of(fund), key=key)
    again, known = record(fund.organization, line(), line("Nam"), account=account_of(fund), key=key)
    assert [award.pk for award in again] == [award.pk for award in first]
    assert known == entry


def test_no_line_costs_more_than_a_fund_could_pay(client, fund, treasurer):
    text = text_of(send(client, portion_amount="1.000.000.000.000.000", **{"d1-portions": "100000"}))
    assert "Dòng thứ 1: số suất nhân với mức một suất quá một triệu tỷ đồng" in text
    assert not Award.objects.exists()
