"""What is asked back before a report is handed in: faults must be put right, questions need a reason.

Pure functions over the cells of one report; nothing is compared with a value that is not there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.numbers import number_to_text
from reports.cells import Cell
from reports.models import Indicator

# A part is never larger than its whole, at the same unit and quarter.
PARTS = {
    "members.women": "members.total",
    "members.party": "members.total",
    "members.carded": "members.total",
    "officers.full_time": "officers.total",
    "officers.concurrent": "officers.total",
    "officers.in_former_teachers_association": "officers.total",
    "officers.in_elderly_association": "officers.total",
    "organizations.chapters": "organizations.branches",
    "organizations.boards": "organizations.branches",
    "organizations.branches.new": "organizations.branches",
    "activities.learning_centers.rated_good": "activities.learning_centers.total",
    "activities.learning_centers.rated_fair": "activities.learning_centers.total",
    "activities.learning_centers.rated_average": "activities.learning_centers.total",
    "activities.learning_centers.rated_weak": "activities.learning_centers.total",
}
# Parts that do not overlap: together not more than the whole. Those marked True make it up.
SUMS = {
    "officers.total": (("officers.full_time", "officers.concurrent"), False),
    "organizations.branches": (("organizations.chapters", "organizations.boards"), False),
    "activities.learning_centers.total": (
        tuple(f"activities.learning_centers.rated_{rank}" for rank in ("good", "fair", "average", "weak")),
        False,
    ),
    "funds.awards.amount": (
        tuple(f"funds.awards.{kind}_amount" for kind in ("students", "teachers", "adults", "collectives")),
        True,
    ),
}
MODELS = ("family", "clan", "community", "commune", "unit", "citizen")
TOTAL, NEW, LEFT = "members.total", "members.new", "members.left"
# A step is worth a question from this size on, and a range from this many quarters on.
SMALLEST_JUMP, FEWEST_QUARTERS = 5, 4

FAULT, QUESTION = "fault", "question"


@dataclass(frozen=True)
class Finding:
    """One sentence about one cell: a fault blocks the handing in, a question is settled by a reason."""

    kind: str
    indicator: str
    message: str
    about_total: bool = False

    @property
    def is_fault(self) -> bool:
        return self.kind == FAULT


def find(
    cells: Mapping[str, Cell],
    ratios: list[Indicator],
    areas: Mapping[str, int],
    totals: Mapping[str, int] | None = None,
) -> list[Finding]:
    """Everything to ask back, in the order of the form.

    ``areas``: area indicator code → the unit's own area; ``totals``: code → the total over the units below, wanted
    where a total is stated.
    """
    values = {code: cell.value for code, cell in cells.items() if cell.value is not None}
    found = [
        *parts_beyond_wholes(cells, values),
        *sums_beyond_wholes(cells, values),
        *beyond_ratios(cells, values, ratios, areas),
        *contradictions(cells),
        *stated_totals(cells),
        *stated_beyond_wholes(cells, totals or {}),
        *titles_beyond_registrations(values),
        *leaps(cells),
        *broken_balance(cells, values),
    ]
    places = {code: place for place, code in enumerate(cells)}
    return sorted(dict.fromkeys(found), key=lambda finding: (places[finding.indicator], finding.kind))


def unsettled(findings: list[Finding], cells: Mapping[str, Cell]) -> list[Finding]:
    """The questions for which no reason was written yet."""
    return [each for each in findings if not each.is_fault and not reason_for(each, cells[each.indicator])]


def reason_for(finding: Finding, cell: Cell) -> str:
    return (cell.figure.total_reason if finding.about_total else cell.figure.reason).strip()


def beyond(part: str, whole: str, over: int, under: int) -> str:
    return f"{part} ({number_to_text(over)}) lớn hơn {whole} ({number_to_text(under)}). Hãy xem lại hai số này."


def parts_beyond_wholes(cells, values) -> Iterator[Finding]:
    for part, whole in PARTS.items():
        if part in values and whole in values and values[part] > values[whole]:
            labels = cells[part].indicator.label, cells[whole].indicator.label
            yield Finding(FAULT, part, beyond(*labels, values[part], values[whole]))


def sums_beyond_wholes(cells, values) -> Iterator[Finding]:
    for whole, (parts, is_made_up) in SUMS.items():
        known = [values[part] for part in parts if part in values]
        if whole not in values or len(known) < 2:
            continue
        label, total = cells[whole].indicator.label, values[whole]
        if sum(known) > total:
            numbers = f"{number_to_text(sum(known))} so với {number_to_text(total)}"
            yield Finding(FAULT, whole, f"{label}: các phần cộng lại lớn hơn tổng ({numbers}). Hãy xem lại.")
        elif is_made_up and len(known) == len(parts) and sum(known) != total:
            numbers = f"{number_to_text(sum(known))}, không phải {number_to_text(total)}"
            yield Finding(FAULT, whole, f"{label}: các phần cộng lại là {numbers}. Hãy xem lại.")


def beyond_ratios(cells, values, ratios, areas) -> Iterator[Finding]:
    """A share of a stock is at most the whole: registered families of households, succeeded ones of registered."""
    for ratio in ratios:
        if ratio.scale != 100 or Indicator.Nature.FLOW in (ratio.numerator.nature, ratio.denominator.nature):
            continue
        part, whole = ratio.numerator.code, ratio.denominator.code
        under = areas.get(whole) if ratio.denominator.source == Indicator.Source.AREA else values.get(whole)
        if part in values and under is not None and values[part] > under:
            labels = cells[part].indicator.label, ratio.denominator.label
            yield Finding(FAULT, part, beyond(*labels, values[part], under))


def contradictions(cells) -> Iterator[Finding]:
    for code, cell in cells.items():
        if cell.contradicts:
            said = "chưa có số liệu" if cell.figure.no_data else number_to_text(cell.figure.declared)
            counted = number_to_text(cell.register)
            message = f"{cell.indicator.label}: sổ đếm được {counted}, báo cáo ghi {said}. Hãy cho biết vì sao."
            yield Finding(QUESTION, code, message)


def stated_totals(cells) -> Iterator[Finding]:
    for code, cell in cells.items():
        if cell.figure.declared_total is not None:
            total = number_to_text(cell.figure.declared_total)
            message = f"{cell.indicator.label}: tổng được khai là {total} thay cho số cộng. Hãy cho biết vì sao."
            yield Finding(QUESTION, code, message, about_total=True)


def stated_beyond_wholes(cells, totals) -> Iterator[Finding]:
    """A total that is stated may not make a part larger than its whole either."""
    for part, whole in PARTS.items():
        stated = any(code in cells and cells[code].figure.declared_total is not None for code in (part, whole))
        if stated and part in cells and part in totals and whole in totals and totals[part] > totals[whole]:
            names = (f"{cells[code].indicator.label} cả cấp dưới" if code in cells else whole for code in (part, whole))
            yield Finding(FAULT, part, beyond(*names, totals[part], totals[whole]), about_total=True)


def titles_beyond_registrations(values) -> Iterator[Finding]:
    """Titles in force may exceed the registrations early in the year: a question, not a fault."""
    for model in MODELS:
        held, registered = (f"learning_models.{model}.{state}" for state in ("recognised", "registered"))
        if held in values and registered in values and values[held] > values[registered]:
            numbers = f"{number_to_text(values[held])} so với {number_to_text(values[registered])}"
            message = f"Số được công nhận lớn hơn số đăng ký của năm ({numbers}). Nếu đúng, hãy ghi lý do."
            yield Finding(QUESTION, held, message)


def leaps(cells) -> Iterator[Finding]:
    """A stock that moved by more than half since last quarter, or a value outside what the last eight quarters saw."""
    for code, cell in cells.items():
        if cell.figure.declared is None:
            continue
        value, before = cell.figure.declared, cell.previous
        step = abs(value - before) if before is not None else 0
        is_stock = cell.indicator.nature == Indicator.Nature.STOCK
        if is_stock and before and 2 * step > before and step >= SMALLEST_JUMP:
            way = "tăng" if value > before else "giảm"
            numbers = f"{number_to_text(before)} lên {number_to_text(value)}"
            if value < before:
                numbers = f"{number_to_text(before)} xuống {number_to_text(value)}"
            message = f"{cell.indicator.label} {way} quá nửa so với quý trước (từ {numbers}). Nếu đúng, hãy ghi lý do."
            yield Finding(QUESTION, code, message)
        elif len(cell.past) >= FEWEST_QUARTERS and is_outside(value, cell):
            low, high = number_to_text(cell.lowest), number_to_text(cell.highest)
            message = (
                f"{cell.indicator.label}: {number_to_text(value)} nằm ngoài khoảng của 8 quý gần đây "
                f"({low} đến {high}). Nếu đúng, hãy ghi lý do."
            )
            yield Finding(QUESTION, code, message)


def is_outside(value: int, cell: Cell) -> bool:
    """Outside the range by more than a tenth: what grows passes its highest every quarter."""
    slack = max(SMALLEST_JUMP, cell.highest // 10)
    return value > cell.highest + slack or value < cell.lowest - slack


def broken_balance(cells, values) -> Iterator[Finding]:
    """Members: last quarter's total plus new minus left is this quarter's total."""
    if not all(code in values for code in (TOTAL, NEW, LEFT)):
        return
    before = cells[TOTAL].previous
    if before is None:
        return
    expected = before + values[NEW] - values[LEFT]
    if expected != values[TOTAL]:
        sum_in_words = f"{number_to_text(before)} + {number_to_text(values[NEW])} − {number_to_text(values[LEFT])}"
        message = (
            f"Tổng số hội viên {number_to_text(values[TOTAL])} khác quý trước cộng mới trừ giảm "
            f"({sum_in_words} = {number_to_text(expected)}). Nếu đúng, hãy ghi lý do."
        )
        yield Finding(QUESTION, TOTAL, message)
