"""What a checked file will write, as lines of JSON in a private file: values ready for the database, keys still open.

The first line holds how far the histories reached before the check, the last one what else it rested on.
"""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

Staged = tuple[int, list[str], list[list]]
JSON = {"ensure_ascii": False, "separators": (",", ":"), "default": str}
encode = json.JSONEncoder(**JSON).encode
COPIED_AT_ONCE = 1024 * 1024


class Stage:
    """Written once from `open` to `close`, then read as often as needed."""

    def __init__(self, file: IO[str]):
        self.file = file

    @classmethod
    def temporary(cls) -> "Stage":
        return cls(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))

    @classmethod
    def read_from(cls, path: Path) -> "Stage":
        return cls(path.open(encoding="utf-8", newline="\n"))

    def begin(self, marks: dict[str, int]) -> None:
        self.file.write(encode(marks) + "\n")

    def add(self, line: int, witnesses: list[str], operations: list) -> None:
        written = [(each.table, each.key, each.values, each.name) for each in operations]
        self.file.write(encode((line, witnesses, written)) + "\n")

    def end(self, facts: dict, dropped: set[int]) -> None:
        """Close the list; rows that a later line contradicted are ``dropped`` again."""
        if dropped:
            kept = Stage.temporary()
            self.file.seek(0)
            kept.file.write(self.file.readline())
            kept.file.writelines(line for line in self.file if int(line[1 : line.index(",")]) not in dropped)
            self.file.close()
            self.file = kept.file
        self.file.write(encode(facts) + "\n")
        self.file.flush()

    def store(self, path: Path) -> None:
        """Keep it under ``path``, whole or not at all."""
        self.file.seek(0)
        beside = path.with_suffix(".part")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as target:
            while text := self.file.read(COPIED_AT_ONCE):
                target.write(text)
        beside.replace(path)

    def marks(self) -> dict[str, int]:
        self.file.seek(0)
        return json.loads(self.file.readline())

    def rows(self, on_end: Callable[[dict], None]) -> Iterator[Staged]:
        """The staged rows; ``on_end`` gets the facts of the last line."""
        self.file.seek(0)
        self.file.readline()
        for text in self.file:
            if text.startswith("{"):
                on_end(json.loads(text))
                return
            yield json.loads(text)
        raise EOFError("the staged file is cut short")


def stage_path(upload: str) -> Path:
    """Where the staged rows of an uploaded file lie: beside it, so that a check that is repeated overwrites them."""
    return Path(upload).with_suffix(".rows")
