"""What a row of a spreadsheet makes of a registrant's year, or of a number of them without names."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from core.sheets import Row
from core.streaming import StreamedSheet, value_columns
from core.vietnamese import date_to_text
from learning_models.assessing import DECIDED, LISTED
from learning_models.models import CriteriaSet, Registration, RegistrationCount, Status
from learning_models.services import check_registered_on
from learning_models.titles import last_valid_day
from members.resources.matching import Unit

COUNT_COLUMNS = value_columns(RegistrationCount)
BLANK_YEAR: dict[str, Any] = dict.fromkeys(value_columns(Registration)) | {
    "status": Status.REGISTERED.value,
    "decision_number": "",
    "reason": "",
    "withdrawn_reason": "",
}
BLANK_COUNT: dict[str, Any] = dict.fromkeys(COUNT_COLUMNS) | {"decision_number": ""}
IN_ORDER = list(Status.values)
ASSUMED_DAY = "Chưa có ngày quyết định, nên lấy ngày {day}. Nếu biết ngày đúng, hãy điền rồi nhập lại."
JUDGED = "Đã chấm theo phiếu trong phần mềm. Muốn sửa, hãy sửa ở trang đánh giá."
GO_BACK = "Đã ở bước “{status}” trong phần mềm. Muốn lùi, hãy lùi một bước ở trang đánh giá."


def default_day(year: int) -> date:
    return date(year, 1, 1)


def refuse_days(row: Row, unit: Unit, year: int, day: date) -> None:
    """A day of registration that cannot be: to come, out of the year, out of the unit's life."""
    try:
        check_registered_on(day, year=year)
    except ValidationError as error:
        row.refuse("registered_on", " ".join(error.messages))
    if unit.established_on and day < unit.established_on:
        founded = date_to_text(unit.established_on)
        row.refuse("registered_on", f"“{unit.name}” thành lập ngày {founded}, sau ngày {date_to_text(day)}.")
    if unit.dissolved_on and day > unit.dissolved_on:
        ended = date_to_text(unit.dissolved_on)
        row.refuse("registered_on", f"“{unit.name}” chỉ hoạt động đến hết ngày {ended}.")


class Years:
    """The rules, with the sets of criteria that say how long a title holds."""

    def __init__(self, sheet: StreamedSheet, today: date, sets: Iterable[CriteriaSet]):
        self.sheet, self.today = sheet, today
        self.sets = list(sets)

    def last_day(self, model: str, day: date) -> date | None:
        """The last day of a title of the day by the set valid then; None where nothing limits it."""
        valid = [
            each
            for each in self.sets
            if each.model == model
            and (each.valid_from is None or each.valid_from <= day)
            and (each.valid_to is None or each.valid_to >= day)
        ]
        return last_valid_day(day, max(valid, key=lambda each: each.valid_from or date.min, default=None))

    def named(self, row: Row, before: dict | None, *, unit: Unit, model: str, year: int) -> dict:
        """The year of a registrant as the row leaves it; what cannot be is refused."""
        values, known = row.values, before is not None
        fresh = BLANK_YEAR | {"organization_id": unit.pk, "model": model, "year": year}
        after = dict(before or fresh)
        if day := values.get("registered_on"):
            after["registered_on"] = self.take(row, "registered_on", after["registered_on"], day, known)
        after["registered_on"] = after["registered_on"] or default_day(year)
        if status := values.get("status"):
            after["status"] = self.take(row, "status", after["status"], status, known)
        for column in ("score", "level"):
            if column in values:
                after[column] = self.take(row, column, after[column], values[column], known)
        self.decide(row, before or fresh, after, known)
        if not known or after["registered_on"] != before["registered_on"]:
            refuse_days(row, unit, year, after["registered_on"])
        self.pass_or_not(before or fresh, after)
        if known and after != before:
            self.refuse_settled(row, before, after)
        if after != before:
            self.refuse_disorder(row, after)
        return after

    def counted(self, row: Row, before: dict | None, *, unit: Unit, model: str, year: int, day: date) -> dict:
        """A number of registrants as the row leaves it."""
        values, known = row.values, before is not None
        fresh = BLANK_COUNT | {"organization_id": unit.pk, "model": model, "year": year, "registered_on": day}
        fresh["status"] = values.get("status") or Status.REGISTERED.value
        after = dict(before or fresh)
        after["count"] = self.take(row, "count", after["count"], values["count"], known)
        self.decide(row, before or fresh, after, known)
        refuse_days(row, unit, year, day)
        self.refuse_disorder(row, after)
        return after

    def refuse_disorder(self, row: Row, after: dict) -> None:
        """Registered, assessed, reviewed, recognised: in this order, whichever of the days the row brings."""
        registered, recognised = after["registered_on"], after["recognised_on"]
        assessed, reviewed = after.get("assessed_on"), after.get("reviewed_on")
        judged = min((day for day in (assessed, reviewed) if day), default=None)
        if judged and registered > judged:
            what = "tự đánh giá" if judged == assessed else "bình xét"
            row.refuse("registered_on", f"Ngày này sau ngày {what} ({date_to_text(judged)}).")
        if recognised and recognised < registered:
            row.refuse("decision_date", f"Ngày quyết định trước ngày đăng ký ({date_to_text(registered)}).")
        if recognised and reviewed and recognised < reviewed:
            row.refuse("decision_date", f"Ngày quyết định trước ngày bình xét ({date_to_text(reviewed)}).")

    def take(self, row: Row, column: str, before: Any, value: Any, known: bool) -> Any:
        """The value of the row; for what is ``known`` the importer's mode has a word in it."""
        return self.sheet.merge(row, column, before, value) if known else value

    def decide(self, row: Row, before: dict, after: dict, known: bool) -> None:
        """Number and day of the decision, and how long the title holds that it gave."""
        own = row.values.get("status") or before["status"]
        number, day = row.values.get("decision_number"), row.values.get("decision_date")
        if own != Status.RECOGNISED:
            self.refuse_decision(row, own, number, day)
        if after["status"] != own:
            return  # only empty cells are filled, and the status is none
        if own in (Status.RECOGNISED, Status.NOT_RECOGNISED):
            if "decision_number" in row.values:
                taken = self.take(row, "decision_number", before["decision_number"], number or "", known)
                after["decision_number"] = taken
        else:
            after["decision_number"] = ""
        if own != Status.RECOGNISED:
            after["recognised_on"] = after["title_to"] = None
            if "valid_to" in after:
                after["valid_to"] = None
            return
        if day is None and before["recognised_on"] is None:
            day = min(date(before["year"], 12, 31), self.today)
            row.warn("decision_date", ASSUMED_DAY.format(day=date_to_text(day)))
        if day is not None:
            after["recognised_on"] = self.take(row, "decision_date", before["recognised_on"], day, known)
        self.give_title(row, before, after)

    def refuse_decision(self, row: Row, status: str, number: str | None, day: date | None) -> None:
        label = Status(status).label
        if day is not None and status == Status.NOT_RECOGNISED:
            row.warn("decision_date", "Không được công nhận thì không có ngày quyết định, nên ô này được bỏ qua.")
        elif day is not None:
            row.refuse("decision_date", f"Tình trạng là “{label}” thì chưa có ngày quyết định. Hãy xem lại hai ô.")
        if number and status != Status.NOT_RECOGNISED:
            row.refuse("decision_number", f"Tình trạng là “{label}” thì chưa có quyết định. Hãy xem lại hai ô.")

    def give_title(self, row: Row, before: dict, after: dict) -> None:
        day = after["recognised_on"]
        if day == before["recognised_on"]:
            return
        if day > self.today:
            row.refuse("decision_date", f"Ngày {date_to_text(day)} chưa đến. Hãy kiểm tra lại ngày.")
        after["title_to"] = self.last_day(after["model"], day)
        if "valid_to" in after:
            after["valid_to"] = after["title_to"]

    def pass_or_not(self, before: dict, after: dict) -> None:
        """What the status says of passing, where the row brings a new one."""
        if after["status"] != before["status"] or after["level"] != before["level"]:
            status = after["status"]
            after["passed"] = {
                Status.REVIEWED: after["level"] != 0,
                Status.RECOGNISED: True,
                Status.NOT_RECOGNISED: False,
            }.get(status)
            if status != Status.NOT_RECOGNISED:
                after["reason"] = ""

    def refuse_settled(self, row: Row, before: dict, after: dict) -> None:
        """What the application has decided, listed or judged is not for a file to change."""
        if before["decision_id"] or before["withdrawal_id"]:
            decided = before["status"] == Status.RECOGNISED
            row.refuse("status", DECIDED if decided else LISTED)
            return
        judged = before["criteria_set_id"] or before["assessed_on"] or before["reviewed_on"]
        if not judged:
            return
        for column in ("score", "level"):
            if after[column] != before[column]:
                row.refuse(column, JUDGED)
        if IN_ORDER.index(after["status"]) < IN_ORDER.index(before["status"]):
            row.refuse("status", GO_BACK.format(status=Status(before["status"]).label))
