"""Words for the figures of a summary: names of units, numbers, comparisons, and who lacks data.

Sentences count one level, the units directly below, and name affiliated units apart (2-architecture.md, Coverage).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from core.money import money_short, money_to_text, text_to_money
from core.numbers import decimal_to_text, number_to_text
from core.periods import Span
from reports.builders.summary import MISSING, NO_DATA, FigureLine, QuarterlySummary, UnitLabel, UnitValue, Value

# In the order in which official documents list them.
AREA_NOUNS = ("tỉnh", "huyện", "quận", "thị xã", "thành phố", "xã", "phường", "thị trấn", "đặc khu")
NOUN_OF_LEVEL = {"province": "tỉnh", "district": "huyện", "commune": "xã"}
SPAN_WORDS = {"H1": "6 tháng", "H2": "6 tháng", "9M": "9 tháng", "Y": "năm"}
AFFILIATED = "đơn vị trực thuộc"
NAMED_AT_MOST = 8


def noun_of(unit: UnitLabel) -> str:
    """ "huyện", "phường" … when the name begins with it, else nothing."""
    lowered = unit.short_name.lower()
    return next((noun for noun in AREA_NOUNS if lowered.startswith(f"{noun} ")), "")


def inline(unit: UnitLabel) -> str:
    """The name inside a sentence: "huyện Mộc Châu", "Công an tỉnh"."""
    noun = noun_of(unit)
    return noun + unit.short_name[len(noun) :] if noun else unit.short_name


def name_units(units: Iterable[UnitLabel]) -> str:
    """ "các huyện Bắc Yên, Yên Châu và thành phố Sơn La"."""
    by_noun: dict[str, list[UnitLabel]] = {}
    for unit in units:
        by_noun.setdefault(noun_of(unit) or unit.code, []).append(unit)
    names = []
    for noun, group in by_noun.items():
        if len(group) == 1:
            names.append(inline(group[0]))
        else:
            names.append(f"các {noun} " + ", ".join(unit.short_name[len(noun) + 1 :] for unit in group))
    return join_and(names)


def join_and(texts: list[str]) -> str:
    return " và ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))


def cap(text: str) -> str:
    return text[:1].upper() + text[1:]


# Numbers


def count(line: FigureLine, value: Value) -> str:
    """A value of the line with its unit: "67,2%", "6,6 tỷ đồng", "700 cuốn"."""
    if line.unit == "%":
        return f"{decimal_to_text(value)}%"
    if line.unit == "đồng":
        return money(int(value))
    return f"{decimal_to_text(value, 0) if line.is_rate else number_to_text(value)} {line.unit}"


def number(value: FigureLine | int) -> str:
    """A count without its unit: 1.234.567."""
    return number_to_text(value.value if isinstance(value, FigureLine) else value)


def money(amount: int) -> str:
    """In tỷ or triệu where that is exact, else in full."""
    short = money_short(amount)
    return short if text_to_money(short) == amount else money_to_text(amount)


def share(part: Value, whole: Value) -> str:
    exact = Decimal(part) * 100 / Decimal(whole)
    return f"{decimal_to_text(exact.quantize(Decimal('0.01'), ROUND_HALF_UP))}%"


def asked_units(line: FigureLine) -> tuple[UnitValue, ...]:
    """The units directly below that are asked for the line, or have one below that is."""
    return tuple(value for value in line.units_below if value.is_asked)


@dataclass(frozen=True)
class Talk:
    """A summary with the words that fit its level and period."""

    summary: QuarterlySummary

    @cached_property
    def below(self) -> tuple[UnitLabel, ...]:
        """All reporting units directly below."""
        figures = self.summary.figures
        return tuple(value.unit for value in figures[0].units_below) if figures else ()

    @cached_property
    def area(self) -> str:
        """ "tỉnh", "thành phố", "xã", or "đơn vị" where there is no territory."""
        unit = self.summary.organization
        return (noun_of(unit) or NOUN_OF_LEVEL[unit.level]) if self.has_area else "đơn vị"

    @property
    def has_area(self) -> bool:
        return self.summary.organization.level in NOUN_OF_LEVEL

    @property
    def whole(self) -> str:
        return f"toàn {self.area}"

    @property
    def body(self) -> str:
        """The association itself, apart from those below it."""
        return f"Hội Khuyến học {self.area}" if self.has_area else self.summary.organization.name

    @cached_property
    def level_words(self) -> str:
        """ "huyện, thành phố": what the units directly below are, affiliated ones apart."""
        units = [unit for unit in self.below if unit.level != "affiliated"]
        nouns = {noun_of(unit) or NOUN_OF_LEVEL.get(unit.level, "đơn vị") for unit in units}
        return ", ".join(noun for noun in (*AREA_NOUNS, "đơn vị") if noun in nouns)

    @property
    def period_word(self) -> str:
        period = self.summary.period
        return SPAN_WORDS[period.kind] if isinstance(period, Span) else "quý"

    @property
    def during(self) -> str:
        """ "trong quý", "trong 6 tháng"."""
        return f"trong {self.period_word}"

    @property
    def until(self) -> str:
        return f"đến cuối {self.period_word if self.period_word in ('quý', 'năm') else 'kỳ'}"

    @property
    def before(self) -> str:
        """The period that is compared with, as words say it."""
        period = self.summary.period
        return period.previous.label if period.is_span else "quý trước"

    def known(self, code: str) -> FigureLine | None:
        """The line when it has a value."""
        line = self.summary.figure(code)
        return line if line is not None and line.value is not None else None

    def groups(self, values: Iterable[UnitValue]) -> list[tuple[str, list[UnitValue]]]:
        """Units of the levels and affiliated ones apart, each with its word; empty groups left out."""
        sorted_ = {self.level_words: [], AFFILIATED: []}
        for value in values:
            sorted_[AFFILIATED if value.unit.level == "affiliated" else self.level_words].append(value)
        return [(word, group) for word, group in sorted_.items() if group]

    def units(self, units: Sequence[UnitLabel], at_most: int = NAMED_AT_MOST) -> str:
        """Names, or where they are many the number of units."""
        if len(units) <= at_most:
            return name_units(units)
        grouped = self.groups(UnitValue(unit, None, "") for unit in units)
        return join_and([f"{len(group)} {word}" for word, group in grouped])

    # Clauses

    def change(self, line: FigureLine) -> str:
        """ "tăng 97 người so với quý trước"; nothing where that is not known."""
        if line.value is None or line.previous is None or not line.is_comparable:
            return ""
        difference = line.value - line.previous
        if not difference:
            return f"bằng {self.before}"
        size = abs(difference)
        amount = f"{decimal_to_text(size)} điểm phần trăm" if line.unit == "%" else count(line, size)
        return f"{'tăng' if difference > 0 else 'giảm'} {amount} so với {self.before}"

    def earlier(self, line: FigureLine) -> str:
        """A flow beside earlier ones, in brackets: the year so far, the period before, the same of the year before."""
        period = self.summary.period
        before = []
        if not period.is_span:
            before.append(("từ đầu năm", line.year_to_date if line.year_to_date != line.value else None))
        before.append((self.before, line.previous))
        if period.previous != period.year_earlier:
            before.append(("cùng kỳ năm trước", line.year_earlier))
        texts = [f"{when} {count(line, value) if value else 'không có'}" for when, value in before if value is not None]
        return f" ({'; '.join(texts)})" if texts else ""

    def against_target(self, line: FigureLine) -> str:
        """How the value (of a flow the year so far) stands to the year's target."""
        value = line.value if line.year_to_date is None else line.year_to_date
        if not line.target or value is None or line.better == "lower":
            return ""
        whole = line.target if line.is_rate else int(line.target)
        target = f"mục tiêu năm {self.summary.period.year} ({count(line, whole)})"
        if line.unit != "%":
            return f"bằng {share(value, line.target)} {target}"
        distance = f"{decimal_to_text(abs(value - line.target))} điểm phần trăm"
        if value == line.target:
            return f"đạt {target}"
        return f"vượt {distance} so với {target}" if value > line.target else f"còn thiếu {distance} so với {target}"

    def split(self, line: FigureLine) -> str:
        parts = self.parts(line)
        return f" ({parts})" if parts else ""

    def parts(self, line: FigureLine) -> str:
        """The own line, the levels, the affiliated units; nothing unless they add up to the value."""
        own = line.own_line.value if line.own_line and line.units_below else None
        parts = [(self.body, own)] if own else []
        for word, group in self.groups(value for value in line.units_below if value.value):
            who = inline(group[0].unit) if len(group) == 1 else f"các {word}"
            parts.append((who, sum(value.value for value in group)))
        if len(parts) < 2 or sum(part for _, part in parts) != line.value:
            return ""
        show = count if line.unit == "đồng" else lambda _, part: number(part)
        return "; ".join(f"{who} {show(line, part)}" for who, part in parts)

    def who(self, *lines: FigureLine) -> str:
        """Who did it: the association itself where nobody below has a number above zero."""
        return "các cấp Hội" if any(value.value for line in lines for value in line.units_below) else self.body

    def of_how_many(self, line: FigureLine) -> str:
        """ "6/12 huyện, thành phố": value above zero, affiliated units apart where they have one."""
        texts = []
        for word, group in self.groups(asked_units(line)):
            above = sum(1 for value in group if value.value)
            if above or word != AFFILIATED:
                texts.append(f"{above}/{len(group)} {word}")
        return join_and(texts) if texts else ""

    def extremes(self, line: FigureLine) -> tuple[list[UnitLabel], Value, list[UnitLabel], Value] | None:
        """Leaders with their value and the last with theirs, ties together; None where there is nothing to rank."""
        ranked = [value for value in line.units_below if value.value is not None and value.unit.level != "affiliated"]
        numbers = [value.value for value in ranked]
        if not numbers or min(numbers) == max(numbers):
            return None
        if line.unit == "%" and all(value in (0, 100) for value in numbers):
            return None  # one of one: a rank would say nothing
        best, worst = (min(numbers), max(numbers)) if line.better == "lower" else (max(numbers), min(numbers))
        first, last = ([value.unit for value in ranked if value.value == end] for end in (best, worst))
        return first, best, last, worst

    @cached_property
    def silent(self) -> tuple[UnitLabel, ...]:
        """Units directly below that reported nothing at all: named once, in the opening."""
        heard = {
            value.unit.code
            for line in self.summary.figures
            if not line.indicator.startswith("areas.")
            for value in line.units_below
            if value.source != MISSING
        }
        return tuple(unit for unit in self.below if unit.code not in heard)

    def gaps(self, topics: Iterable[tuple[str, str]], *, named: int = 3) -> str:
        """Who has no data: (topic, indicator) pairs; topics with the same gap share a sentence.

        Units that wrote nothing are named where they are not more than ``named``.
        """
        by_gap: dict[str, list[str]] = {}
        for topic, code in topics:
            line = self.summary.figure(code)
            for gap in self.gap(line, named) if line is not None and self.below else ():
                by_gap.setdefault(gap, []).append(topic)
        return " ".join(f"Số liệu về {', '.join(topics)}: {gap}." for gap, topics in by_gap.items())

    def gap(self, line: FigureLine, named: int) -> list[str]:
        asked = asked_units(line)
        lacking = [value for value in asked if value.value is None]
        told = any(value.source == NO_DATA for value in lacking)
        if line.value is None and not told or not line.coverage.with_data and not told:
            return []
        found = []
        if any(value.unit not in self.silent for value in lacking):
            groups = self.groups(asked)
            found.append("; ".join(text for word, group in groups if (text := self.gap_of(word, group, named))))
        if line.coverage.partial:
            found.append(f"{line.coverage.partial} đơn vị mới có số liệu một phần")
        return found

    def gap_of(self, word: str, group: list[UnitValue], named: int) -> str:
        """ "11/12 huyện có số liệu, huyện A chưa thống kê được số liệu"; explicit "no data" and silence differ."""
        none = [value.unit for value in group if value.source == NO_DATA]
        silent = [value.unit for value in group if value.value is None and value.source != NO_DATA]
        have = len(group) - len(none) - len(silent)
        if have == len(group):
            return ""
        if not have and not none:
            return f"các {word} chưa báo cáo"
        texts = [f"{have}/{len(group)} {word} có số liệu"]
        if none:
            texts.append(f"{self.units(none)} chưa thống kê được số liệu")
        if silent and (none or len(silent) <= named):
            texts.append(f"{self.units(silent)} chưa báo cáo")
        return ", ".join(texts)
