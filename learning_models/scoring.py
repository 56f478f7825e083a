"""What a sheet of answers is worth: points against a pass mark, or the level that a check-list reaches."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.vietnamese import excerpt
from learning_models.models import AreaOfUnit, CriteriaSet, Criterion
from organizations.models import Organization

Answers = Mapping[str, int | bool]


@dataclass(frozen=True, slots=True)
class Result:
    """``score`` of a points set (0 to the sum of the most), ``level`` of a check-list (0: none, 1, 2)."""

    score: int | None
    level: int | None
    passed: bool


def check_answers(criteria: Iterable[Criterion], answers: Mapping[str, Any]) -> dict[str, str]:
    """Number of the criterion → what is wrong with its answer, in words; empty where all are right."""
    known = {each.number: each for each in criteria}
    faults = dict.fromkeys(answers.keys() - known.keys(), "Bộ tiêu chí không có tiêu chí này.")
    for number, criterion in known.items():
        answer = answers.get(number)
        if answer is None:
            continue
        if criterion.most is None:
            if not isinstance(answer, bool):
                faults[number] = "Ở đây chỉ ghi đạt hoặc chưa đạt."
        elif isinstance(answer, bool) or not isinstance(answer, int):
            faults[number] = f"{excerpt(str(answer))} không phải là số điểm. Hãy nhập một số nguyên."
        elif not 0 <= answer <= criterion.most:
            faults[number] = f"Điểm của tiêu chí {number} từ 0 đến {criterion.most}."
    return faults


def result_of(criteria_set: CriteriaSet, answers: Answers, *, area: str = "") -> Result:
    """Judge one sheet; criteria and pass marks are read from what was fetched with the set.

    A criterion without an answer gives no points and is not met. Raises ValueError for answers that
    `check_answers` refuses.
    """
    criteria = list(criteria_set.criteria.all())
    if faults := check_answers(criteria, answers):
        raise ValueError("; ".join(faults.values()))
    if criteria_set.kind == CriteriaSet.Kind.POINTS:
        score = sum(answers.get(each.number) or 0 for each in criteria)
        return Result(score, None, passes(criteria_set, score, area=area))
    level = level_of(criteria, answers)
    return Result(None, level, level >= 1)


def passes(criteria_set: CriteriaSet, score: int, *, area: str = "") -> bool:
    return score >= pass_mark_of(criteria_set, area)


def pass_mark_of(criteria_set: CriteriaSet, area: str) -> int:
    """The points that the area asks, else those of the set."""
    marks = {mark.area: mark.points for mark in criteria_set.pass_marks.all()}
    return marks.get(area, criteria_set.pass_mark)


def most_points(criteria_set: CriteriaSet) -> int:
    return sum(each.most or 0 for each in criteria_set.criteria.all())


def level_of(criteria: Iterable[Criterion], answers: Answers) -> int:
    """The highest level all of whose criteria are met, those of the lower ones included; 0 where none is."""
    reached = 0
    for level in sorted({each.level for each in criteria}):
        if not all(answers.get(each.number) for each in criteria if each.level == level):
            break
        reached = level
    return reached


def areas_of(units: Collection[int]) -> dict[int, str]:
    """Unit → the kind of area it lies in: its own word, else that of the nearest unit above; "" where nobody said.

    Two queries, whatever the number of units.
    """
    line = Organization.objects.enclosing(Organization.objects.filter(pk__in=list(units)))
    said = dict(AreaOfUnit.objects.values_list("organization", "area"))
    known: dict[int, str] = {}
    for pk, parent in line.order_by("depth").values_list("pk", "parent_id"):
        known[pk] = said.get(pk) or known.get(parent, "")
    return {pk: known.get(pk, "") for pk in units}
