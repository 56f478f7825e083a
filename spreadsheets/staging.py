"""What a checked file will write, as lines of JSON in a private file: values ready for the database, keys still open.

The first line holds how far the histories reached before the check, the last one what else it rested on.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

import orjson

Staged = tuple[int, list[str], list[list]]
# Days and moments as Python writes them, which is how SQLite keeps them.
LINE = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE
encode = partial(orjson.dumps, default=str, option=LINE)
decode = orjson.loads
COPIED_AT_ONCE = 1024 * 1024


class Stage:
    """Written once from `open` to `close`, then read as often as needed."""

    def __init__(self, file: IO[bytes]):
        self.file = file

    @classmethod
    def temporary(cls) -> "Stage":
        return cls(tempfile.TemporaryFile())

    def begin(self, marks: dict[str, int]) -> None:
        self.file.write(encode(marks))

    def add(self, line: int, witnesses: list[str], operations: list) -> None:
        written = [(each.table, each.key, each.values, each.name) for each in operations]
        self.file.write(encode((line, witnesses, written)))

    def end(self, facts: dict, dropped: set[int]) -> None:
        """Close the list; rows that a later line contradicted are ``dropped`` again."""
        if dropped:
            kept = Stage.temporary()
            self.file.seek(0)
            kept.file.write(self.file.readline())
            kept.file.writelines(line for line in self.file if int(line[1 : line.index(b",")]) not in dropped)
            self.file.close()
            self.file = kept.file
        self.file.write(encode(facts))
        self.file.flush()

    def store(self, path: Path) -> None:
        """Keep it under ``path``, whole or not at all."""
        self.file.seek(0)
        beside = path.with_suffix(".part")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            while block := self.file.read(COPIED_AT_ONCE):
                target.write(block)
        beside.replace(path)

    def marks(self) -> dict[str, int]:
        self.file.seek(0)
        return decode(self.file.readline())

    def rows(self, on_end: Callable[[dict], None]) -> Iterator[Staged]:
        """The staged rows; ``on_end`` gets the facts of the last line."""
        self.file.seek(0)
        self.file.readline()
        for text in self.file:
            if text.startswith(b"{"):
                on_end(decode(text))
                return
            yield decode(text)
        raise EOFError("the staged file is cut short")


def stage_path(upload: str) -> Path:
    """Where the staged rows of an uploaded file lie: beside it, so that a check that is repeated overwrites them."""
    return Path(upload).with_suffix(".rows")
