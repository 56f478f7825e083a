"""What happened to a member, in words: from the histories of the person and of the time in branches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.vietnamese import date_to_text
from members.models import Member, Membership, Merging

ENTRIES_SHOWN = 50
# One change writes several rows, moments apart.
SAME_CHANGE = timedelta(seconds=5)
# The branch and whether the person is active follow from the spells, which tell it better; hashes tell nothing.
UNTOLD = {"id", "organization", "active", "id_hash", "id_number"}
# As in the exports, where the year of birth stays: it tells people of one name apart.
PERSONAL = {"birth_date", "phone", "party_member", "household", "note"}


@dataclass
class TrailEntry:
    """One change: who, when, why, and what in sentences."""

    when: datetime
    who: str
    why: str
    lines: list[str] = field(default_factory=list)


def read_trail(member: Member, *, personal: bool) -> list[TrailEntry]:
    """The newest changes first; personal facts are named but not told to whoever may not see them."""
    people = member.history.select_related("history_user").defer("id_number").order_by("-history_date", "-history_id")
    spells = Membership.history.filter(member_id=member.pk).select_related("history_user", "organization")
    spells = spells.order_by("-history_date", "-history_id")
    told = [(row, list(tell_person(row, before, personal=personal))) for row, before in with_before(people)]
    told += [(row, list(tell_spell(row, before))) for row, before in with_before(spells)]
    # A merging may leave the kept row as it was; whoever wonders where the other one went finds it here.
    merged = Merging.history.filter(kept_id=member.pk, history_type="+").select_related("history_user")
    told += [(row, [merged_line(row)]) for row in merged.order_by("-history_date")[:ENTRIES_SHOWN]]
    told.sort(key=lambda pair: pair[0].history_date, reverse=True)
    entries: list[TrailEntry] = []
    for row, lines in told:
        if not lines:
            continue
        who = str(row.history_user.get_full_name() or row.history_user) if row.history_user else "phần mềm"
        why = row.history_change_reason or ""
        last = entries[-1] if entries else None
        if last and (last.who, last.why) == (who, why) and last.when - row.history_date < SAME_CHANGE:
            last.lines[:0] = lines
        else:
            entries.append(TrailEntry(row.history_date, who, why, lines))
    return entries[:ENTRIES_SHOWN]


def with_before(history) -> list[tuple]:
    """Each of the newest rows with the one that it replaced (None for the first)."""
    rows = list(history[: 2 * ENTRIES_SHOWN])
    later: dict[int, int] = {}
    pairs: list[list] = []
    for row in rows:
        if row.id in later:
            pairs[later[row.id]][1] = row
        later[row.id] = len(pairs)
        pairs.append([row, None])
    # The oldest row that was read has lost what it replaced, unless it is the first of all.
    return [(row, before) for row, before in pairs if before or row.history_type != "~"]


def tell_person(row, before, *, personal: bool) -> Iterator[str]:
    if row.history_type == "+":
        yield f"Ghi vào sổ: {row.full_name}"
    if before is None:
        return
    for column in Member._meta.concrete_fields:
        if column.name in UNTOLD or not hasattr(row, column.attname):
            continue
        old, new = getattr(before, column.attname), getattr(row, column.attname)
        if old == new:
            continue
        name = str(column.verbose_name)
        name = name[:1].upper() + name[1:]
        if column.name in PERSONAL and not personal:
            yield f"{name}: đã đổi"
        else:
            yield f"{name}: {in_words(column, old)} → {in_words(column, new)}"
    if row.id_hash != before.id_hash:
        yield "Số căn cước: đã đổi" if row.id_hash and before.id_hash else id_number_line(row.id_hash)


def merged_line(row) -> str:
    return f"Gộp vào đây dòng M{row.merged_id}" + (f" ({row.merged_name})" if row.merged_name else "")


def id_number_line(present: str) -> str:
    return "Số căn cước: đã ghi" if present else "Số căn cước: đã xoá"


def tell_spell(row, before) -> Iterator[str]:
    place = row.organization.short_name if row.organization else "đơn vị đã xoá"
    if row.history_type == "-":
        yield f"Xoá thời gian sinh hoạt tại {place}"
    elif before is None:
        since = f" từ ngày {date_to_text(row.joined_on)}" if row.joined_on else ", không rõ từ ngày nào"
        yield f"Vào {place}{since} ({Membership.Reason(row.joined_reason).label})"
    elif before.left_on is None and row.left_on is not None:
        yield f"Ra khỏi {place} ngày {date_to_text(row.left_on)} ({Membership.Reason(row.left_reason).label})"
    else:
        for name in ("joined_on", "left_on", "left_reason"):
            column = Membership._meta.get_field(name)
            old, new = getattr(before, name), getattr(row, name)
            if old != new:
                yield f"{place}, {column.verbose_name}: {in_words(column, old)} → {in_words(column, new)}"


def in_words(column, value) -> str:
    if value in (None, ""):
        return "chưa ghi"
    if isinstance(value, bool):
        return "có" if value else "không"
    if column.choices:
        return dict(column.flatchoices).get(value, str(value))
    return date_to_text(value) if column.get_internal_type() == "DateField" else str(value)
