"""A fund with money in it, and short ways to write in its ledger, for the tests about funds."""

from datetime import date

from funds.ledger import category, post_entry, post_transfer
from funds.models import Account, Fund
from funds.opening import open_fund

OPENED, DAY = date(2024, 1, 1), date(2024, 3, 10)


def fund_of(organization, code="Q1", *, cash=0, bank=0, opened_on=OPENED, **facts) -> Fund:
    facts = {"name": f"Quỹ {code}", **facts}
    return open_fund(
        organization=organization, code=code, opened_on=opened_on, cash=cash, bank=bank, user=None, **facts
    )


def account_of(fund, kind=Account.Kind.CASH) -> Account:
    return fund.accounts.get(kind=kind)


def income(fund, amount, *, code="donation", on=DAY, kind=Account.Kind.CASH, **facts):
    found = {"account": account_of(fund, kind), "category": category(code), "date": on, "amount": amount}
    return post_entry(**found, user=None, **facts)


def expense(fund, amount, *, code="award", **facts):
    return income(fund, amount, code=code, **facts)


def move(source, destination, amount, *, on=DAY, **facts):
    return post_transfer(source=source, destination=destination, date=on, amount=amount, user=None, **facts)
