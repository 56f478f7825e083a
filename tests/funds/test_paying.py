"""Paying awards out of a fund in one step, and what a reversal gives back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from funds.awards.approving import pay, undo_approval
from funds.integrity import find_faults
from funds.ledger import category, post_entry, reverse_entry
from funds.models import Award, Entry
from tests.funds.books import DAY, account_of, fund_of
from tests.funds.prizes import approved, keys_of, nominated, programme_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(tree):
    return fund_of(tree.province, cash=5_000_000)


@pytest.fixture
def programme(tree, fund):
    return programme_of(tree.province, fund=fund)


@pytest.fixture
def awards(programme, cast):
    return approved(programme, nominated(programme, cast.province, "A", "B", portions=2), cast.manager, cast.reviewer)


def payment(programme, awards, fund, **facts):
    facts = {"date": DAY, "user": None, **facts}
    return pay(programme=programme, keys=keys_of(awards), account=account_of(fund), **facts)


def test_one_payment_is_made_for_the_whole_list(programme, awards, fund, cast):
    entry = payment(programme, awards, fund, user=cast.manager)
    assert (entry.amount, entry.category.code, entry.voucher) == (2_000_000, "award", "PC 0001/2024")
    assert entry.purpose == "Chương trình student, năm 2026: 4 suất"
    paid = Award.objects.filter(entry=entry)
    assert {(award.state, award.handed_on) for award in paid} == {("paid", DAY)}
    assert paid.count() == 2
    assert list(find_faults()) == []


def test_a_scholarship_is_booked_as_one(fund, cast):
    programme = programme_of(cast.province, "scholarship")
    awards = approved(programme, nominated(programme, cast.province, "A"), cast.manager, cast.reviewer)
    assert payment(programme, awards, fund).category.code == "scholarship"


def test_nobody_is_paid_twice(programme, awards, fund):
    payment(programme, awards, fund)
    with pytest.raises(ValidationError):
        payment(programme, awards, fund)
    with pytest.raises(ValidationError):
        undo_approval(programme=programme, keys=keys_of(awards), reason="x", user=None)


def test_what_the_ledger_refuses_pays_nobody(programme, awards, fund, tree):
    with pytest.raises(ValidationError, match="chưa đến"):
        payment(programme, awards, fund, date=date(2100, 1, 1))
    with pytest.raises(ValidationError, match="chi từ quỹ"):
        payment(programme, awards, fund_of(tree.province, "Q2", cash=9_000_000))
    poor = programme_of(tree.province, name="Lớn", portion_amount=9_000_000)
    assert poor.awards.count() == 0
    assert {award.state for award in Award.objects.all()} == {"approved"}
    assert not Entry.objects.filter(category__code="award").exists()


def test_a_reversal_puts_the_awards_back_to_approved_and_they_are_paid_anew(programme, awards, fund, cast):
    entry = payment(programme, awards, fund)
    reverse_entry(entry=entry, date=date(2024, 3, 20), reason="Nhầm ngày", user=cast.manager)
    found = set(Award.objects.values_list("state", "handed_on", "entry"))
    assert found == {("approved", None, None)}
    told = Award.history.filter(id=awards[0].pk).first()
    assert told.history_change_reason == "Đảo chứng từ PC 0001/2024 ngày 10/03/2024"
    assert told.history_user == cast.manager
    again = payment(programme, awards, fund, date=date(2024, 3, 21))
    assert set(Award.objects.values_list("entry", flat=True)) == {again.pk}
    assert list(find_faults()) == []


def test_the_vouchers_pages_lead_to_the_list_that_was_paid(programme, awards, fund, cast, client):
    entry = payment(programme, awards, fund)
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    place = reverse("awards:programme_detail", args=[programme.pk])
    assert f'2 khoản: <a href="{place}">' in " ".join(client.get(entry.get_absolute_url()).content.decode().split())
    taking_back = reverse("funds:entry_reverse", args=[entry.pk])
    assert "trở lại “đã duyệt”" in client.get(taking_back).content.decode()
    done = client.post(taking_back, {"date": "20/03/2024", "reason": "Nhầm ngày"}, follow=True)
    assert "2 khoản đã trao trở lại đã duyệt." in done.content.decode()
    # A payment written by hand would leave the list unpaid.
    assert (done.context["rewrite_url"], done.context["rewrite_words"]) == (place, "Trao lại từ danh sách")


def test_a_payment_of_nobodys_award_is_written_anew_as_it_was(fund, cast, client):
    entry = post_entry(account=account_of(fund), category=category("award"), date=DAY, amount=1, user=cast.manager)
    reversal = reverse_entry(entry=entry, date=DAY, reason="x", user=cast.manager)
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reversal.get_absolute_url()).context["rewrite_words"] == "Ghi lại cho đúng"
