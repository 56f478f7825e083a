"""Awards that were decided on paper: handed over and paid in one step, without nominations here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import CREATED, record_bulk
from core.numbers import number_to_text
from funds.awards.nominations import Nominee, find_parties
from funds.awards.writing import change_awards, check_amounts, reference_of, written_with
from funds.ledger import category, post_entry
from funds.models import Account, Award, AwardKind, Entry, Programme
from funds.models.awards import BY_KIND
from organizations.models import Organization


@dataclass(frozen=True)
class Given:
    """One line: who (None: only how many), how many portions and how many đồng in all (None: not known)."""

    nominee: Nominee | None
    portions: int | None
    amount: int | None


@dataclass(frozen=True)
class Occasion:
    """What the lines have in common; ``decision`` is the paper that decided about them."""

    organization: Organization
    kind: str
    date: date
    programme: Programme | None = None
    words: str = ""
    decision: str = ""


@transaction.atomic
def record_awards(
    *, occasion: Occasion, lines: Sequence[Given], account: Account | None, key: UUID | None, user
) -> tuple[list[Award], Entry | None]:
    """Write what was given; with an ``account`` also one payment in its ledger, tied to each line.

    ``key`` tells one wish from another: with one that was carried out already, what it wrote then is answered.
    Raises ValidationError as `check_occasion` and `check_lines` do, and as `funds.ledger.write_entries` does.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=occasion.organization.pk)
    if known := written_with(occasion.organization, key):
        return known, known[0].entry
    check_occasion(occasion, account)
    check_lines(occasion, lines, account)
    entry = pay_for(occasion, lines, account, user) if account else None
    awards = awards_of(occasion, lines, entry, key, user)
    Award.objects.bulk_create(awards, batch_size=500)
    rows = Award.objects.filter(pk__in=[award.pk for award in awards])
    record_bulk(rows, kind=CREATED, user=user, reason="Ghi khoản đã trao")
    return awards, entry


def check_occasion(occasion: Occasion, account: Account | None) -> None:
    programme = occasion.programme
    if not programme and not occasion.words:
        raise ValidationError({"words": "Hãy ghi dịp trao, hoặc chọn chương trình."})
    if account and not occasion.decision:
        raise ValidationError({"decision": "Chi từ quỹ thì phải có quyết định: hãy ghi số và ngày quyết định."})
    if programme is None:
        return
    if (programme.organization_id, programme.kind) != (occasion.organization.pk, occasion.kind):
        raise ValidationError({"programme": "Chương trình này của đơn vị khác hoặc cho đối tượng khác."})
    if programme.awards.filter(nominated_at__isnull=False).exists():
        raise ValidationError({"programme": "Chương trình này có đề cử: hãy trao theo danh sách đã duyệt của nó."})
    if account and programme.fund_id and account.fund_id != programme.fund_id:
        raise ValidationError({"account": f"Chương trình này chi từ quỹ “{programme.fund.name}”."})


def check_lines(occasion: Occasion, lines: Sequence[Given], account: Account | None) -> None:
    if not lines:
        raise ValidationError("Chưa có dòng nào được điền. Hãy ghi ít nhất một dòng.")
    for place, line in enumerate(lines, start=1):
        if account and not line.amount:
            raise ValidationError(f"Dòng thứ {place}: chi từ quỹ thì phải có số tiền, ở dòng hoặc ở mức một suất.")
        if occasion.programme and (line.nominee is None or line.portions is None or line.amount is None):
            words = f"Dòng thứ {place}: theo chương trình thì phải có tên người nhận, số suất và số tiền."
            raise ValidationError(words)
    check_amounts(line.amount for line in lines)


def pay_for(occasion: Occasion, lines: Sequence[Given], account: Account, user) -> Entry:
    """One payment for all lines. Its words, which never change, name nobody."""
    portions = sum(line.portions or 0 for line in lines)
    parts = (
        str(occasion.programme or occasion.words),
        f"{number_to_text(portions)} suất" if portions else "",
        f"quyết định {occasion.decision}",
    )
    return post_entry(
        account=account,
        category=category("scholarship" if occasion.kind == AwardKind.SCHOLARSHIP else "award"),
        date=occasion.date,
        amount=sum(line.amount for line in lines),
        purpose=", ".join(filter(None, parts))[:300],
        user=user,
    )


def awards_of(occasion: Occasion, lines: Sequence[Given], entry: Entry | None, key: UUID | None, user) -> list[Award]:
    unit = occasion.organization
    named = [line.nominee for line in lines if line.nominee]
    parties = iter(find_parties(unit, named, BY_KIND[occasion.kind], user) if named else [])
    return [
        Award(
            organization=unit,
            origin=unit,
            at=unit,
            programme=occasion.programme,
            kind=occasion.kind,
            state=Award.State.PAID,
            recipient=next(parties) if line.nominee else None,
            birth_year=line.nominee.birth_year if line.nominee else None,
            school_or_workplace=line.nominee.school if line.nominee else "",
            portions=line.portions,
            amount=line.amount,
            reference=reference_of(key, place),
            occasion=occasion.words,
            decision=occasion.decision,
            fund=entry.fund if entry else None,
            handed_on=occasion.date,
            entry=entry,
        )
        for place, line in enumerate(lines, start=1)
    ]


@transaction.atomic
def withdraw_award(*, award: Award, reason: str, user) -> None:
    """Take back what was written by mistake. Raises ValidationError where the ledger paid it, and without a reason."""
    award = Award.objects.select_for_update(of=("self",)).get(pk=award.pk)
    if award.entry_id:
        raise ValidationError("Khoản này đã chi từ sổ quỹ: hãy đảo chứng từ chi, khoản trao sẽ được bỏ theo.")
    if award.state != Award.State.PAID or award.second_approved_by_id:
        raise ValidationError("Chỉ bỏ được khoản đã ghi là đã trao mà không qua đề cử.")
    if not reason.strip():
        raise ValidationError({"reason": "Hãy ghi lý do."})
    words = reason.strip()
    values = {"state": Award.State.GIVEN_UP, "reason": words, "handed_on": None}
    change_awards([award], user=user, because=f"Bỏ khoản ghi nhầm: {words}", **values)
