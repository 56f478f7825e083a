"""The grid of a draft: one row for each member who belonged to the branch in the year, a page at a time."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Q, Sum

from core.money import money_to_text, money_to_words
from core.paginator import KeysetPaginator
from members.dues_members import in_year, owing, paid_by
from members.dues_rates import rate_for
from members.models import DuesCollection, DuesLine, DuesRate, Member, Membership

ROWS = 100
LEFT, MOVED, DIED, STRANGER = "left", "moved", "died", "stranger"
MARKS = {
    LEFT: "đã thôi sinh hoạt",
    MOVED: "đã chuyển, hội phí tính ở nơi mới",
    DIED: "đã qua đời, không tính hội phí",
    STRANGER: "không còn trong danh sách của năm",
}


@dataclass(frozen=True)
class Row:
    """One member: ``owed`` None where nothing is owed here or no rate is known; ``limit`` None: no rate is known."""

    member: Member
    mark: str
    owed: int | None
    limit: int | None
    paid: int
    amount: int | None

    @property
    def name(self) -> str:
        """With the year of birth, because people of one branch share names."""
        year = self.member.birth_year
        return f"{self.member.full_name} ({year})" if year else self.member.full_name

    @property
    def mark_words(self) -> str:
        return MARKS.get(self.mark, "")

    @property
    def open_before(self) -> int:
        """What is still owed without this collection; never below zero."""
        return max((self.owed or 0) - self.paid, 0)


@dataclass(frozen=True)
class Balance:
    """The money as counted (None: not counted yet) against the sum of the lines."""

    total: int
    counted: int | None

    @property
    def difference(self) -> int:
        return 0 if self.counted is None else self.counted - self.total

    @property
    def difference_words(self) -> str:
        """ "tiền đã đếm nhiều hơn danh sách 10.000 đồng (mười nghìn đồng)"; empty where they agree."""
        if not self.difference:
            return ""
        size, way = abs(self.difference), "nhiều hơn" if self.difference > 0 else "ít hơn"
        words = money_to_words(size)
        return f"tiền đã đếm {way} danh sách {money_to_text(size)} ({words[:1].lower()}{words[1:]})."


class Grid:
    """The rows of one page, and the sums over all pages; the number of queries does not depend on the rows."""

    def __init__(self, collection: DuesCollection, *, after: str | None = None, before: str | None = None):
        self.collection = collection
        self.page = KeysetPaginator(self.members, ROWS).page(after=after, before=before)

    @property
    def spells(self):
        return in_year(Membership.objects.filter(organization=self.collection.organization_id), self.collection.year)

    @property
    def members(self):
        """Those of the year, and whoever has a line already."""
        listed = Q(pk__in=self.spells.order_by().values("member"))
        lines = DuesLine.objects.filter(collection=self.collection).order_by().values("member")
        named = Member.objects.filter(listed | Q(pk__in=lines))
        return named.only("full_name", "sort_key", "birth_year", "code").order_by("sort_key", "pk")

    @cached_property
    def rate(self) -> DuesRate | None:
        return rate_for(self.collection.organization, self.collection.year)

    @cached_property
    def rows(self) -> list[Row]:
        members = [member.pk for member in self.page]
        spells = self.spells.filter(member__in=members)
        # The last spell in the branch says what became of the member.
        last = {spell.member_id: spell for spell in spells.order_by(F("joined_on").asc(nulls_first=True))}
        owes = set(owing(spells, self.collection.year).order_by().values_list("member", flat=True))
        paid = paid_by(members, self.collection.year)
        amounts = dict(self.collection.lines.filter(member__in=members).values_list("member", "amount"))
        rate = self.rate.yearly_amount if self.rate else None
        return [
            Row(
                member=member,
                mark=mark_of(last.get(member.pk), member.pk in owes, self.collection.year),
                owed=rate if member.pk in owes else None,
                limit=rate,
                paid=paid.get(member.pk, 0),
                amount=amounts.get(member.pk),
            )
            for member in self.page
        ]

    @cached_property
    def elsewhere(self) -> int:
        """The sum of the lines on other pages."""
        shown = [member.pk for member in self.page]
        return int(self.collection.lines.exclude(member__in=shown).aggregate(sum=Sum("amount"))["sum"] or 0)

    @property
    def is_long(self) -> bool:
        return self.page.has_other_pages()


def mark_of(spell: Membership | None, owes: bool, year: int) -> str:
    """What to say of a member beside the name; nothing of one who stays."""
    if spell is None:
        return STRANGER
    if spell.left_on is None or spell.left_on.year > year:
        return ""
    if spell.left_reason == Membership.Reason.DECEASED:
        return DIED
    return LEFT if owes else MOVED
