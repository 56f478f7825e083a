"""What a register answers when it is asked to count."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number and what it rests on: a list of names, or a head count. A unit without a Count has no data."""

    NAMES: ClassVar[str] = "names"
    HEAD_COUNT: ClassVar[str] = "head_count"

    value: int
    basis: str
