"""Spreadsheets of funds as people send them, for the tests about funds."""

import csv
import io

from spreadsheets.services import check_spreadsheet, import_file

HEADINGS = {
    "funds": [
        "fund_code",
        "organization_code",
        "name",
        "licensed",
        "endowment",
        "opening_date",
        "opening_balance",
        "opening_bank",
        "opening_principal",
    ],
    "fund_entries": [
        "fund_code",
        "date",
        "direction",
        "category",
        "amount",
        "account",
        "party",
        "purpose",
        "campaign",
        "transfer_fund_code",
        "voucher_number",
    ],
}


def content(rows: list[dict]) -> io.BytesIO:
    """A CSV file; its columns are those that any of the rows has."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(column for row in rows for column in row)))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def check(kind, *rows, user, **scope):
    return check_spreadsheet(kind=kind, file=content(rows), name="a.csv", user=user, **scope)


def bring_in(kind, *rows, user, **scope):
    return import_file(kind=kind, file=content(rows), name="a.csv", user=user, **scope)


def told(checked) -> list[tuple[int, str]]:
    """(line, reason) of everything refused."""
    return [(each["line"], each["reason"]) for each in checked.errors()]


def counts(checked) -> dict[str, int]:
    return {name: number for name, number in checked.counts.items() if number and name != "rows"}
