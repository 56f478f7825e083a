"""A summary as canonical JSON and back: the same summary always makes the same text, to the byte.

Decimals are strings, days and moments ISO, periods their codes, tuples lists. What a text lacks because it was
written before a field existed takes the field's default.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from core.periods import Quarter, Span, parse_period
from reports.builders.summary import QuarterlySummary
from reports.rollup import Pair


def freeze(summary: QuarterlySummary) -> str:
    """Canonical JSON: sorted keys, no spaces, Vietnamese letters as they are."""
    return json.dumps(pack(summary), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def thaw(text: str) -> QuarterlySummary:
    """The summary that was frozen. Raises ValueError, KeyError or TypeError for text that is none."""
    try:
        return unpack(json.loads(text), QuarterlySummary)
    except (AttributeError, ArithmeticError) as error:
        raise ValueError("Đây không phải là bản tổng hợp đã lưu.") from error


def pack(value: Any) -> Any:
    if isinstance(value, Quarter | Span):
        return value.code
    if is_dataclass(value):
        return {part.name: pack(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {key: pack(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [pack(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def hints_of(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def unpack(data: Any, kind: Any) -> Any:
    """``data`` as a value of the annotated ``kind``."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return unpack_union(data, [each for each in arguments if each is not NoneType])
    if kind is Pair:
        return Pair(*data)
    if is_dataclass(kind) and kind not in (Quarter, Span):
        hints = hints_of(kind)
        known = [part for part in fields(kind) if part.name in data or part.default is MISSING]
        return kind(**{part.name: unpack(data[part.name], hints[part.name]) for part in known})
    if origin is tuple:
        return tuple(unpack(each, arguments[0]) for each in data)
    if origin is Mapping:
        return {key: unpack(each, arguments[1]) for key, each in data.items()}
    if kind in (Quarter, Span):
        return parse_period(data)
    if kind in (Decimal, datetime, date):
        return Decimal(data) if kind is Decimal else kind.fromisoformat(data)
    return data


def unpack_union(data: Any, kinds: list[Any]) -> Any:
    """None, one kind, a period of either kind, or a number that is a count (int) or a rate (Decimal, as text)."""
    if data is None:
        return None
    if Quarter in kinds:
        return parse_period(data)
    if Decimal in kinds and int in kinds:
        return Decimal(data) if isinstance(data, str) else data
    return unpack(data, kinds[0])
