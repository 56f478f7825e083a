"""What a payment in the ledger paid: told on its voucher, before it is taken back, and after."""

from typing import NamedTuple

from django.urls import reverse

from funds.models import Award, Direction, Entry

PROGRAMME = "awards:programme_detail"


class Paid(NamedTuple):
    """``title`` names programme or occasion, ``url`` is the programme's page; ``approved``: a reversal leaves the
    awards approved, to be paid anew, where those decided on paper are given up.
    """

    title: str
    url: str
    number: int
    approved: bool


def paid_by(entry: Entry) -> Paid | None:
    """All awards of a payment have one programme or occasion; two queries at most."""
    if entry.direction != Direction.OUT:
        return None
    rows = Award.objects.filter(entry=entry)
    award = rows.select_related("programme").order_by("pk").first()
    if award is None:
        return None
    programme = award.programme
    url = reverse(PROGRAMME, args=[programme.pk]) if programme else ""
    return Paid(str(programme or award), url, rows.count(), award.second_approved_by_id is not None)


def paid_anew_at(reversal: Entry) -> tuple[str, str] | None:
    """Where what a payment gave back is paid again, and the words for it; None where it had paid no awards.

    The awards point to the payment no more, their history does. Another payment, written by hand, would not be theirs.
    """
    if reversal.direction != Direction.OUT:
        return None
    before = Award.history.filter(entry=reversal.reverses_id).order_by("-history_id")
    found = before.values_list("programme", "second_approved_by").first()
    if found is None:
        return None
    programme, approved_by = found
    if approved_by:
        return reverse(PROGRAMME, args=[programme]), "Trao lại từ danh sách"
    return reverse("awards:award_record"), "Ghi lại khoản đã trao"
