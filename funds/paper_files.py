"""Papers as files: a short one at once; a long one by a job, to be fetched as long as the books say the same.

A ``source`` is what a paper is made of, in plain values: a page writes it, and a job finds the same paper by it.
"""

from collections.abc import Callable
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import Max

from accounts.models import User
from core.vietnamese import date_to_text
from funds.awards.given import GivenAwards
from funds.documents import Listing, VoucherBatch, award_list, cash_book, donor_list, statement_paper
from funds.documents.listing import CHANGED
from funds.giving import givers_of
from funds.models import Account, Award, Campaign, Entry, Fund, PaperSettings, Party, Programme
from funds.permissions import VIEW_AWARD, VIEW_PARTY
from funds.selection import Selection
from funds.statement import build_statement
from jobs.kept_files import new_file
from jobs.registry import Progress
from organizations.models import Appointment, Organization
from organizations.scoping import holds_at

KIND = "funds.paper"
# What a long paper comes as.
LONG_ENDINGS = {"pdf": "zip", "xlsx": "xlsx"}
Paper = Listing | VoucherBatch


def fund_of(source: dict) -> Fund | None:
    return Fund.objects.select_related("organization").get(pk=source["fund"]) if source["fund"] else None


def days_of(source: dict) -> tuple[date, date]:
    return date.fromisoformat(source["first"]), date.fromisoformat(source["last"])


def selection_of(source: dict) -> Selection:
    unit = Organization.objects.select_related("parent").get(pk=source["unit"])
    return Selection(unit, *days_of(source), fund=fund_of(source), below=source["below"])


def build_book(source: dict, user) -> Listing:
    fund = fund_of(source)
    account = Account.objects.get(fund=fund, pk=source["account"]) if source["account"] else None
    return cash_book(fund, account, *days_of(source), named=holds_at(user, VIEW_PARTY, fund.organization))


def build_vouchers(source: dict, user) -> VoucherBatch:
    fund, (first, last) = fund_of(source), days_of(source)
    entries = Entry.objects.filter(fund=fund, number__isnull=False).between(first, last)
    if source["direction"]:
        entries = entries.filter(direction=source["direction"])
    return VoucherBatch(
        fund=fund,
        entries=entries,
        stem=f"phieu-{fund.code}-{first:%Y%m%d}-{last:%Y%m%d}",
        selection=f"{fund.name}, từ {date_to_text(first)} đến {date_to_text(last)}",
        named=holds_at(user, VIEW_PARTY, fund.organization),
        copies=source["copies"],
    )


def build_statement_paper(source: dict, user) -> Listing:
    return statement_paper(build_statement(selection_of(source)))


def build_donors(source: dict, user) -> Listing:
    selection = selection_of(source)
    campaign = Campaign.objects.get(pk=source["campaign"]) if source["campaign"] else None
    givers = givers_of(selection, user=user, campaign=campaign, public=source["public"])
    return donor_list(selection, givers, campaign=campaign, public=source["public"])


def given_of(source: dict, user) -> GivenAwards:
    first, last = days_of(source)
    return GivenAwards(
        user=user,
        unit=Organization.objects.select_related("parent").get(pk=source["unit"]),
        first=first,
        last=last,
        programme=Programme.objects.get(pk=source["programme"]) if source["programme"] else None,
        kind=source["kind"],
        public=source["public"],
    )


def build_awards(source: dict, user) -> Listing:
    return award_list(given_of(source, user))


BUILDERS: dict[str, Callable[[dict, User], Paper]] = {
    "book": build_book,
    "vouchers": build_vouchers,
    "statement": build_statement_paper,
    "donors": build_donors,
    "awards": build_awards,
}


def build(source: dict, user) -> Paper:
    return BUILDERS[source["paper"]](source, user)


def about(source: dict, ending: str, user) -> dict:
    """What names the file as the books read now: after an entry, an award, a change of a name or of what the reader may
    see it is another one.
    """
    return source | {"ending": ending, "reader": user.pk, "mark": mark_of(source, user)}


def mark_of(source: dict, user) -> str:
    """How far the ledger and the histories reach, and where the reader may read names. Six queries."""
    entries = Entry.objects.filter(fund=source["fund"]) if source.get("fund") else Entry.objects.all()
    histories = (Party.history, Award.history, PaperSettings.history)
    reach = [entries.aggregate(last=Max("pk"))["last"]]
    reach += [history.aggregate(last=Max("history_id"))["last"] for history in histories]
    for permission in (VIEW_PARTY, VIEW_AWARD):
        places = Appointment.objects.granting(user, permission).order_by("organization", "pk")
        reach.append(list(places.values_list("organization", flat=True)))
    return sha256(repr((user.is_superuser, reach)).encode()).hexdigest()


def write_paper(asked: dict, *, progress: Progress) -> dict:
    """Write the file that `about` names. Raises ValidationError when the books say something else by now."""
    source = {name: value for name, value in asked.items() if name not in ("ending", "reader", "mark")}
    user = User.objects.get(pk=asked["reader"])
    if mark_of(source, user) != asked["mark"]:
        raise ValidationError(CHANGED)
    paper = build(source, user)
    with new_file(LONG_ENDINGS[asked["ending"]]) as (name, file):
        paper.write(asked["ending"], file, progress)
    return {"file": name, "number": paper.number}
