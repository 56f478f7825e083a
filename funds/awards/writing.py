"""How several awards change together: updated at once, each with its history; and what a reversal gives back."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from core.history import CHANGED, record_bulk
from core.vietnamese import date_to_text
from funds.models import Award, Entry, Programme

GONE = (
    "Có dòng không làm được việc này nữa: xem cột “Tình trạng”, có thể dòng ấy đã duyệt, đã trao, "
    "hoặc vừa được người khác xử lý. Hãy chọn lại."
)


def lock_programme(programme: Programme) -> Programme:
    """The programme as it is now; whoever decides about its awards waits for the others."""
    return (
        Programme.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organization")
        .get(pk=programme.pk)
    )


def hold_awards(programme: Programme, keys: Iterable[int], **facts) -> list[Award]:
    """The awards with these keys, each still as ``facts`` say. Raises ValidationError when one is not, or for none."""
    wanted = set(keys)
    if not wanted:
        raise ValidationError("Chưa chọn ai. Hãy đánh dấu ít nhất một dòng.")
    rows = Award.objects.filter(programme=programme, pk__in=wanted, **facts).select_related("recipient", "origin")
    found = list(rows.in_list_order())
    if len(found) != len(wanted):
        raise ValidationError(GONE, code="gone")
    return found


def change_awards(awards: Iterable[Award], *, user, because: str, **values) -> None:
    """Set ``values`` on all of them, with history; two queries."""
    rows = Award.objects.filter(pk__in=[award.pk for award in awards])
    rows.update(**values)
    record_bulk(rows, kind=CHANGED, user=user, reason=because)


def release_awards(*, entry: Entry, user) -> None:
    """What the reversed payment had paid is approved again, and can be paid anew; called by the ledger.

    What was decided on paper, without two approvals here, has nowhere to go back to: it was not given.
    """
    paid = list(Award.objects.select_for_update(of=("self",)).filter(entry=entry).order_by("pk"))
    words = f"Đảo chứng từ {entry.voucher} ngày {date_to_text(entry.date)}"
    approved = [award for award in paid if award.second_approved_by_id]
    on_paper = [award for award in paid if not award.second_approved_by_id]
    unpaid = {"handed_on": None, "entry": None}
    if approved:
        change_awards(approved, user=user, because=words, state=Award.State.APPROVED, **unpaid)
    if on_paper:
        change_awards(on_paper, user=user, because=words, state=Award.State.GIVEN_UP, reason=words, **unpaid)
