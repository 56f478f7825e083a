"""What the dates of a row mean for the time that a person spends in branches."""

from dataclasses import dataclass
from datetime import date

from core.sheets import Row
from core.vietnamese import date_to_text
from members.models import Membership
from members.resources.matching import Spell, Unit

Reason = Membership.Reason
IN_WORDS = dict(Reason.choices)


@dataclass(slots=True)
class Dates:
    """The dates of a row; a column that the file does not have is not ``given``."""

    joined_on: date | None
    left_on: date | None
    reason: str
    joined_given: bool
    left_given: bool

    @classmethod
    def of(cls, row: Row) -> "Dates":
        values = row.values
        return cls(
            values.get("joined_on"),
            values.get("left_on"),
            values.get("reason") or "",
            "joined_on" in values,
            "left_on" in values,
        )


def refuse_impossible_dates(row: Row, dates: Dates, unit: Unit, today: date) -> None:
    """Days to come, leaving before joining, reasons that do not fit, days out of the unit's life."""
    for column, day in (("joined_on", dates.joined_on), ("left_on", dates.left_on)):
        if day is not None and day > today:
            row.refuse(column, f"Ngày {date_to_text(day)} chưa đến. Hãy kiểm tra lại ngày.")
    if dates.joined_on and dates.left_on and dates.left_on < dates.joined_on:
        row.refuse("left_on", "Ngày ra trước ngày vào. Hãy kiểm tra lại hai ngày.")
    if dates.left_on and dates.reason == Reason.NEW:
        row.refuse(
            "reason", "Đã ghi ngày ra thì lý do phải là lý do ra: chuyển sinh hoạt, thôi tham gia, qua đời, xoá tên."
        )
    if not dates.left_on and dates.reason and dates.reason not in Membership.JOINING:
        row.refuse("reason", f"Lý do “{IN_WORDS[dates.reason]}” cần có ngày ra. Hãy điền ngày ra.")
    if dates.joined_on and unit.established_on and dates.joined_on < unit.established_on:
        row.refuse("joined_on", f"“{unit.name}” thành lập ngày {date_to_text(unit.established_on)}, sau ngày này.")
    if dates.joined_on and unit.dissolved_on and dates.joined_on > unit.dissolved_on:
        row.refuse("joined_on", f"“{unit.name}” chỉ hoạt động đến hết ngày {date_to_text(unit.dissolved_on)}.")


def refuse_dissolved(row: Row, unit: Unit, today: date) -> None:
    """Nobody begins to belong to a unit that is gone."""
    if unit.dissolved_on and unit.dissolved_on < today:
        row.refuse("organization_code", f"“{unit.name}” đã giải thể, không nhận thêm hội viên.")


def first_spell(row: Row, dates: Dates, unit: Unit, today: date) -> Spell:
    """The spell of a person who is new here."""
    if not dates.left_on:
        refuse_dissolved(row, unit, today)
    left_reason = (dates.reason or Reason.RESIGNED) if dates.left_on else ""
    joined_reason = dates.reason if dates.reason and not dates.left_on else Reason.NEW
    return Spell(None, unit.pk, dates.joined_on, joined_reason, dates.left_on, left_reason)


def transferred_spells(row: Row, dates: Dates, spells: list[Spell], unit: Unit, today: date) -> list[Spell]:
    """The present spell closed, and a new one in another unit from the same day; nothing when that is refused."""
    current = next((spell for spell in spells if spell.left_on is None), None)
    if current is None:
        row.refuse("organization_code", "Hội viên đã thôi sinh hoạt ở đơn vị khác. Ghi trở lại bằng trang hội viên.")
    elif dates.left_on:
        row.refuse("left_on", "Một dòng không thể vừa chuyển sinh hoạt vừa ra. Hãy nhập hai lần.")
    elif current.joined_on and dates.joined_on < current.joined_on:
        row.refuse(
            "joined_on", f"Hội viên vào đơn vị trước ngày {date_to_text(current.joined_on)}, sau ngày chuyển này."
        )
    else:
        refuse_dissolved(row, unit, today)
        row.change("joined_on", current.joined_on, dates.joined_on)
        closed = current.replaced(left_on=dates.joined_on, left_reason=Reason.TRANSFERRED)
        return [closed, Spell(None, unit.pk, dates.joined_on, Reason.TRANSFERRED, None, "")]
    return []


def corrected_spells(
    row: Row, dates: Dates, spells: list[Spell], unit: Unit, today: date, *, fill: bool
) -> list[Spell]:
    """What becomes of the last spell in the same unit: joined earlier or later, ended, opened again, or followed."""
    last = spells[-1]
    if dates.joined_on and last.left_on and dates.joined_on >= last.left_on and dates.joined_on != last.joined_on:
        return [] if fill else returned_spells(row, dates, last, unit, today)
    after = last
    if dates.joined_given and dates.joined_on != last.joined_on and not (fill and last.joined_on):
        after = after.replaced(joined_on=dates.joined_on)
    if dates.left_given and not fill:
        after = left_spell(row, dates, after)
    if dates.reason in Membership.JOINING and not dates.left_on and not fill:
        after = after.replaced(joined_reason=dates.reason)
    if after == last:
        return []
    if last.left_on and not after.left_on:
        refuse_reopening(row, last, unit, today)
    refuse_overlap(row, after, spells[:-1])
    if not row.is_refused and after.joined_on != last.joined_on and is_transfer(spells[-2:]):
        row.refuse("joined_on", "Ngày vào này là ngày chuyển sinh hoạt từ nơi khác đến. Hãy sửa ở trang hội viên.")
    for column, before, now in (
        ("joined_on", last.joined_on, after.joined_on),
        ("left_on", last.left_on, after.left_on),
        ("reason", IN_WORDS.get(last.reason), IN_WORDS.get(after.reason)),
    ):
        if before != now:
            row.change(column, before, now)
    return [after]


def left_spell(row: Row, dates: Dates, spell: Spell) -> Spell:
    if dates.left_on is None:
        return spell.replaced(left_on=None, left_reason="")
    reason = dates.reason or spell.left_reason or Reason.RESIGNED
    if spell.joined_on and dates.left_on < spell.joined_on and not dates.joined_given:
        row.refuse("left_on", f"Hội viên vào ngày {date_to_text(spell.joined_on)}; ngày ra phải từ ngày đó trở đi.")
    return spell.replaced(left_on=dates.left_on, left_reason=reason)


def is_transfer(spells: list[Spell]) -> bool:
    """Whether the person went from the first of these two spells straight into the second."""
    if len(spells) < 2 or spells[0].left_on != spells[1].joined_on:
        return False
    return spells[0].left_reason == spells[1].joined_reason == Reason.TRANSFERRED


def refuse_reopening(row: Row, last: Spell, unit: Unit, today: date) -> None:
    """A spell that has ended is not open again for whoever has died, nor in a unit that is gone."""
    if last.left_reason == Reason.DECEASED:
        row.refuse("left_on", "Hội viên đã được ghi là qua đời. Nếu ghi nhầm, hãy sửa ở trang hội viên trước.")
    refuse_dissolved(row, unit, today)


def returned_spells(row: Row, dates: Dates, last: Spell, unit: Unit, today: date) -> list[Spell]:
    """Back after having left: a second spell."""
    if last.left_reason == Reason.DECEASED:
        row.refuse("joined_on", "Hội viên đã được ghi là qua đời. Nếu ghi nhầm, hãy sửa ở trang hội viên trước.")
        return []
    if not dates.left_on:
        refuse_dissolved(row, unit, today)
    row.change("joined_on", last.joined_on, dates.joined_on)
    left_reason = (dates.reason or Reason.RESIGNED) if dates.left_on else ""
    joined_reason = dates.reason if dates.reason and not dates.left_on else Reason.NEW
    return [Spell(None, unit.pk, dates.joined_on, joined_reason, dates.left_on, left_reason)]


def refuse_overlap(row: Row, spell: Spell, earlier: list[Spell]) -> None:
    """The spells of a person never overlap: a corrected beginning stays after the end of the spell before."""
    ends = [each.left_on for each in earlier if each.left_on]
    if ends and (spell.joined_on is None or spell.joined_on < max(ends)):
        row.refuse(
            "joined_on", f"Hội viên sinh hoạt ở nơi trước đến ngày {date_to_text(max(ends))}; hai thời gian trùng nhau."
        )
