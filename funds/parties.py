"""Donors and recipients: found while an entry is written, entered once, corrected with their history."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from core.vietnamese import fold
from funds.models import Party
from funds.proper_names import core_of, likely_kind, plain
from organizations.models import Organization

NO_NAME = "Nhà hảo tâm không nêu tên"
ENTERED, CORRECTED = "Ghi người ủng hộ, người nhận", "Sửa người ủng hộ, người nhận"
ALIKE_SHOWN, ALIKE_READ = 8, 40


def alike(organization: Organization, name: str) -> list[Party]:
    """Those whom the unit already knows under the typed words or the proper name among them ("Bà Lò Thị Hà" is asked
    about Lò Thị Hà), also by the name of a row that was merged into them; the very same name first.
    """
    own = Party.objects.filter(organization=organization).select_related("merged_into")
    own = own.order_by("merged_into", "sort_key", "pk")
    core = core_of(name, likely_kind(name))
    rows = [*own.search(name)[:ALIKE_READ]]
    if core != plain(name):
        # A single word is in many names and addresses: it has to be the whole of the proper name.
        rows += [row for row in own.search(core)[:ALIKE_READ] if " " in core or is_called(row, name)]
    found = {row.current.pk: row.current for row in rows}
    ranked = sorted(
        found.values(),
        key=lambda party: (fold(party.name) != fold(name), not is_called(party, name), party.sort_key, party.pk),
    )
    return ranked[:ALIKE_SHOWN]


def is_called(party: Party, name: str) -> bool:
    """Whether the proper names are one: only then may somebody be taken for another without being chosen."""
    return core_of(party.name, party.kind) == core_of(name, likely_kind(name))


@transaction.atomic
def enter_party(*, organization: Organization, name: str, user, **facts) -> Party:
    """A new one of the unit. Raises ValidationError."""
    party = Party(organization=organization, name=name, **facts)
    party.full_clean()
    because(party, user=user, reason=ENTERED).save()
    return party


@transaction.atomic
def change_party(*, party: Party, changes: dict, user, reason: str = "") -> Party:
    """Correct what is known of one. Raises ValidationError for one that went into another or lost its name."""
    party = Party.objects.select_for_update().get(pk=party.pk)
    if party.merged_into_id or party.anonymised_at:
        raise ValidationError("Dòng này không sửa được nữa.")
    for name, value in changes.items():
        setattr(party, name, value)
    party.full_clean()
    because(party, user=user, reason=reason or CORRECTED).save()
    return party


def as_choices(parties: Iterable[Party]) -> list[tuple[str, str]]:
    """Key and what tells people of one name apart."""
    return [
        (str(party.pk), ", ".join(filter(None, (party.name, party.address, party.phone, party.get_kind_display()))))
        for party in parties
    ]
