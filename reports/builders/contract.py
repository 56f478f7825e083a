"""The JSON form of a summary, as other systems rely on it."""

from decimal import Decimal

from reports.builders.summary import Completeness, FigureLine, QuarterlySummary, UnitValue, Value


def summary_to_json(summary: QuarterlySummary) -> dict:
    """Plain data: numbers are JSON numbers, money in đồng, rates in per cent, no data None."""
    return {
        "organization": {"code": summary.organization.code, "name": summary.organization.name},
        "period": summary.period.code,
        "status": summary.status,
        "completeness": {
            **completeness_to_json(summary.completeness),
            "below": completeness_to_json(summary.completeness.below),
        },
        "figures": [figure_to_json(line) for line in summary.figures],
        "ranking": {
            code: {"best": extreme_to_json(extremes.best), "worst": extreme_to_json(extremes.worst)}
            for code, extremes in summary.ranking.items()
        },
        "narrative": dict(summary.narrative),
    }


def number(value: Value) -> int | float | None:
    """Decimal 65.00 becomes 65, 67.20 becomes 67.2."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def completeness_to_json(completeness: Completeness) -> dict:
    return {
        "expected": completeness.expected,
        "submitted": completeness.submitted,
        "accepted": completeness.accepted,
        "on_time": completeness.on_time,
        "missing": [unit.code for unit in completeness.missing],
    }


def figure_to_json(line: FigureLine) -> dict:
    coverage = line.coverage
    return {
        "indicator": line.indicator,
        "label": line.label,
        "unit": line.unit,
        "nature": line.nature,
        "value": number(line.value),
        "year_to_date": line.year_to_date,
        "previous": number(line.previous),
        "year_earlier": number(line.year_earlier),
        "target": number(line.target),
        "coverage": {
            "with_data": coverage.with_data,
            "expected": coverage.expected,
            "partial": coverage.partial,
        },
        "units": [unit_to_json(value) for value in line.units],
    }


def unit_to_json(value: UnitValue) -> dict:
    return {
        "code": value.unit.code,
        "name": value.unit.name,
        "value": number(value.value),
        "source": value.source,
    }


def extreme_to_json(value: UnitValue) -> dict:
    return {"code": value.unit.code, "value": number(value.value)}
