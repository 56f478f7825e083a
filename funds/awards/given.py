"""The awards that were handed over in a period, in the order of days; names as the reader may know them."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Sum
from django.utils.functional import cached_property

from core.vietnamese import date_to_text
from funds.models import Award, AwardKind, Party, Programme
from funds.party_names import public_name
from funds.permissions import VIEW_AWARD, VIEW_PARTY
from organizations.domains import narrowing_ids
from organizations.models import Organization

READ_AT_ONCE = 2000
UNNAMED = "(không ghi tên)"
OF_PARTY = ("name", "kind", "anonymous", "consents_on", "anonymised_at", "organization_id")
FIELDS = (
    "handed_on",
    "kind",
    "programme__name",
    "occasion",
    "school_or_workplace",
    "origin__name",
    "portions",
    "amount",
    *(f"recipient__{name}" for name in OF_PARTY),
)


class Given(NamedTuple):
    """One award; ``portions`` and ``amount`` (đồng, of all portions) are None where nobody knows them."""

    day: date
    kind: str
    title: str
    name: str
    place: str
    portions: int | None
    amount: int | None


class GivenSums(NamedTuple):
    rows: int
    portions: int
    amount: int
    with_portions: int
    with_amount: int


class GivenAwards:
    """Awards from ``first`` to ``last`` at and below ``unit``, of one programme or kind where these are given."""

    def __init__(
        self,
        *,
        user,
        unit: Organization,
        first: date,
        last: date,
        programme: Programme | None = None,
        kind: str = "",
        public: bool = False,
    ):
        self.user, self.unit, self.first, self.last = user, unit, first, last
        self.programme, self.kind, self.public = programme, kind, public

    @cached_property
    def rows(self):
        """The awards in the order of the list."""
        rows = Award.objects.paid().allowed(self.user, VIEW_AWARD)
        if (units := narrowing_ids(self.unit)) is not None:
            rows = rows.filter(organization__in=units)
        rows = rows.filter(handed_on__range=(self.first, self.last))
        if self.programme:
            rows = rows.filter(programme=self.programme)
        return (rows.filter(kind=self.kind) if self.kind else rows).order_by("handed_on", "pk")

    @cached_property
    def sums(self) -> GivenSums:
        """One query."""
        counted = self.rows.order_by().aggregate(
            rows=Count("pk"),
            portions_sum=Sum("portions", default=0),
            amount_sum=Sum("amount", default=0),
            with_portions=Count("portions"),
            with_amount=Count("amount"),
        )
        return GivenSums(*counted.values())

    @cached_property
    def readable(self) -> frozenset[int]:
        """The units whose recipients the user may name. One query."""
        if self.public:
            return frozenset()
        return frozenset(Organization.objects.allowed(self.user, VIEW_PARTY).order_by().values_list("pk", flat=True))

    def __iter__(self) -> Iterator[Given]:
        """As the database hands them over."""
        for day, kind, programme, occasion, school, origin, portions, amount, *party in self.rows.values_list(
            *FIELDS
        ).iterator(chunk_size=READ_AT_ONCE):
            title = programme or occasion
            name = self.name_of(Party(**dict(zip(OF_PARTY, party, strict=True))))
            yield Given(day, AwardKind(kind).label, title, name, school or origin, portions, amount)

    def name_of(self, party: Party) -> str:
        if party.name is None:
            return UNNAMED
        return party.name if party.organization_id in self.readable else public_name(party)

    @property
    def said(self) -> str:
        words = [f"{self.unit.name} và các đơn vị bên dưới"]
        if self.programme:
            words.append(str(self.programme))
        if self.kind:
            words.append(AwardKind(self.kind).label)
        return ", ".join(words)

    @property
    def period(self) -> str:
        return f"Từ ngày {date_to_text(self.first)} đến ngày {date_to_text(self.last)}"
