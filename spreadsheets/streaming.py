"""Checking and writing the kinds that are streamed: some thousand rows at a time, whatever the file's length."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import ValidationError

from core.bulk import WaitingRows, among, reserve_keys
from core.history import CHANGED, CREATED, record_bulk
from core.sheets import CHANGED_ROW, NEW, REFUSED, UNCHANGED, Importer, Row
from core.streaming import StreamedSheet, value_columns
from spreadsheets.checking import Choose, Finding, each_row, problems_in_words, shown_row
from spreadsheets.staging import Stage, Staged, decode, encode

JUDGED_AT_ONCE = WRITTEN_AT_ONCE = 5000
KEPT_WARNINGS, KEPT_SAMPLES = 200, 50
# New rows of one unit are written together: their places in the indexes that begin with it are neighbours.
NEAR = "organization_id"
STATES = (NEW, CHANGED_ROW, UNCHANGED, REFUSED)
MOVED_ON = "Số liệu đã được người khác thay đổi từ lúc xem trước, nên chưa ghi gì. Hãy tải tệp lên để xem lại."
Progress = Callable[[int], None]


@dataclass
class Streamed:
    """What became of a file, like `checking.Checked`, without its rows: they are staged, or told in ``refusals``."""

    sheet: StreamedSheet
    stage: Stage = field(default_factory=Stage.temporary)
    notes: list[Finding] = field(default_factory=list)
    written: bool = False
    fingerprint: str = ""

    def __post_init__(self):
        self.refusals = Stage.temporary().file
        self.first_warnings: list[Finding] = []
        self.warned = 0
        self.samples: dict[str, list[dict]] = {NEW: [], CHANGED_ROW: []}
        self.found = dict.fromkeys(STATES, 0)
        # Line → what it was judged to be, and the lines that a later one contradicted with the reason.
        self.states = bytearray()
        self.dropped: dict[int, tuple[str, str]] = {}
        self.lines: dict[int, int] = {}

    @property
    def counts(self) -> dict[str, int]:
        warnings = len(self.notes) + self.warned
        return {"rows": sum(self.found.values()), **self.found, "warnings": warnings}

    @property
    def accepted(self) -> int:
        return self.found[NEW] + self.found[CHANGED_ROW]

    def refused_rows(self) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """(line, problems) in the order of the file."""
        self.refusals.seek(0)
        told = ((line, problems) for line, problems in map(decode, self.refusals))
        twins = ((line, [self.dropped[line]]) for line in sorted(self.dropped))
        return heapq.merge(told, twins, key=lambda pair: pair[0])

    def errors(self) -> Iterator[Finding]:
        for line, problems in self.refused_rows():
            for column, reason in problems:
                yield {"line": line, "column": column, "reason": reason}

    def reasons(self) -> Iterator[tuple[int, str]]:
        return ((line, problems_in_words(problems)) for line, problems in self.refused_rows())

    def warnings(self) -> Iterator[Finding]:
        yield from self.notes
        yield from self.first_warnings

    def sample(self, status: str, size: int) -> list[dict]:
        return [each for each in self.samples[status] if each["line"] not in self.dropped][:size]

    def take(self, rows: list[Row]) -> None:
        """Judge some rows, and stage or tell them."""
        for row in rows:
            if not row.is_refused:
                self.refuse_twin(row, self.sheet.keys_of(row))
        self.sheet.check(rows)
        for row in rows:
            if not row.is_refused and (target := self.sheet.target_of(row)) is not None:
                self.refuse_twin(row, [(self.sheet.key[0], ("target", target))])
            self.note(row)

    def refuse_twin(self, row: Row, keys) -> None:
        """Two lines about one thing contradict each other: both are refused, however far apart they stand."""
        for column, value in keys:
            sign = hash((column, value))
            first = self.lines.setdefault(sign, row.line)
            if first == row.line:
                continue
            reason = f"Dòng {first} và {row.line} trùng nhau ({row.headings[column]}). Hãy giữ lại một dòng."
            row.refuse(column, reason)
            state = self.states[first] if first < len(self.states) else 0
            if first not in self.dropped and (not state or STATES[state - 1] != REFUSED):
                self.drop(first, state, (row.headings[column], reason))
            return

    def drop(self, line: int, state: int, problem: tuple[str, str]) -> None:
        """Take an accepted line back; one of the same part is not counted yet."""
        self.dropped[line] = problem
        self.found[REFUSED] += 1
        if state:
            self.found[STATES[state - 1]] -= 1

    def note(self, row: Row) -> None:
        status = REFUSED if row.problems else row.status
        if row.line >= len(self.states):
            self.states.extend(bytes(row.line + 1 - len(self.states)))
        self.states[row.line] = STATES.index(status) + 1
        self.warned += len(row.warnings)
        if row.warnings and len(self.first_warnings) < KEPT_WARNINGS:
            self.first_warnings += [
                {"line": row.line, "column": column, "reason": reason} for column, reason in row.warnings
            ]
        if row.line in self.dropped:
            if row.problems:
                # Refused for a reason of its own: that one is told with it.
                row.problems.append(self.dropped.pop(row.line))
                self.found[REFUSED] -= 1
            else:
                return
        self.found[status] += 1
        if status == REFUSED:
            self.refusals.write(encode((row.line, row.problems)))
        elif status in self.samples:
            if len(self.samples[status]) < KEPT_SAMPLES:
                self.samples[status].append(shown_row(self.sheet, row))
            self.stage.add(row.line, self.sheet.witnesses(row), self.sheet.operations(row))


def check_stream(
    *,
    kind: type[StreamedSheet],
    importer: Importer,
    file,
    name: str,
    progress: Progress,
    choose: Choose | None = None,
) -> Streamed:
    """Judge a file of any length; a fixed number of queries for each part of it."""
    checked = Streamed(kind(importer))
    checked.stage.begin(checked.sheet.marks())
    checked.sheet.begin()
    rows = each_row(kind=kind, file=file, name=name, notes=checked.notes, choose=choose)
    done = 0
    while part := list(islice(rows, JUDGED_AT_ONCE)):
        checked.take(part)
        done += len(part)
        progress(done)
    checked.lines.clear()
    checked.stage.end(checked.sheet.facts(), set(checked.dropped))
    return checked


class MovedOnError(ValidationError):
    """Somebody has changed what the check rested on."""

    def __init__(self):
        super().__init__(MOVED_ON)


class Known:
    """The wholes that several lines of a file are about, over all its parts."""

    def __init__(self):
        # By the hash of the name, so that a province's file fits.
        self.named: dict[int, int] = {}

    def add(self, model, new: list[tuple[int, list, str]], wholes: dict[int, int]) -> list[tuple]:
        """The rows that are still to be made, their keys last; ``wholes`` learns the key of every line."""
        made: dict[str | int, list] = {}
        for line, values, name in new:
            if hash(name) not in self.named:
                made.setdefault(name or line, values)
        keys = dict(zip(made, reserve_keys(model, len(made)) if made else [], strict=True))
        wholes |= {line: keys.get(name or line) or self.named[hash(name)] for line, _, name in new}
        self.named |= {hash(sign): key for sign, key in keys.items() if isinstance(sign, str)}
        return [(*values, keys[sign]) for sign, values in made.items()]


class LaidOut:
    """Some staged rows as they go into the tables, their keys given: made before the lock where they are few."""

    def __init__(self, sheet: StreamedSheet, part: list[Staged], known: Known):
        self.size = len(part)
        self.witnesses = {witness for _, witnesses, _ in part for witness in witnesses}
        self.created: list[Sequence[int]] = []
        self.changed: list[list[int]] = []
        self.new: list[WaitingRows] = []
        self.old: list[WaitingRows] = []
        wholes: dict[int, int] = {}
        for place, model in enumerate(sheet.tables):
            columns = value_columns(model)
            link = columns.index(sheet.links[place - 1]) if place and sheet.links[place - 1] else None
            written = [(line, each) for line, _, operations in part for each in operations if each[0] == place]
            for line, (_, _, values, _) in written:
                if link is not None and values[link] is None:
                    values[link] = wholes[line]
            new = [(line, values, name) for line, (_, key, values, name) in written if key is None]
            if NEAR in columns:
                new.sort(key=lambda row: row[1][columns.index(NEAR)])
            if place == 0:
                new = known.add(sheet.tables[0], new, wholes)
            else:
                keys = reserve_keys(model, len(new)) if new else []
                new = [(*values, key) for key, (_, values, _) in zip(keys, new, strict=True)]
            # Several lines may change one row, and then they change it alike.
            changed = {key: (*values, key) for _, (_, key, values, _) in written if key is not None}
            self.created.append([values[-1] for values in new])
            self.changed.append(list(changed))
            self.new.append(WaitingRows(model, [*columns, "pk"], new))
            self.old.append(WaitingRows(model, [*columns, "pk"], list(changed.values())))
            self.old[-1].compare()

    def write(self) -> None:
        for new, old in zip(self.new, self.old, strict=True):
            old.update()
            new.insert()

    def close(self) -> None:
        for waiting in (*self.new, *self.old):
            waiting.close()


class Writing:
    """Writes staged rows and their history, set by set; within a transaction, after `StreamedSheet.lock`."""

    def __init__(self, sheet: StreamedSheet, stage: Stage):
        self.sheet, self.stage = sheet, stage
        self.facts: dict = {}
        self.created: list[list[int]] = [[] for _ in sheet.tables]
        self.changed: list[list[int]] = [[] for _ in sheet.tables]
        self.marks = stage.marks()
        self.rows = stage.rows(self.facts.update)
        self.first: LaidOut | None = None
        self.known = Known()

    def prepare(self, number: int) -> None:
        """Lay out what is short enough before the transaction, so that it holds nobody up."""
        if number <= WRITTEN_AT_ONCE:
            self.first = LaidOut(self.sheet, list(self.rows), self.known)

    def parts(self) -> Iterator[LaidOut]:
        if self.first:
            yield self.first
        while part := list(islice(self.rows, WRITTEN_AT_ONCE)):
            with closing(LaidOut(self.sheet, part, self.known)) as laid_out:
                yield laid_out

    def run(self, progress: Progress) -> dict:
        """{model: keys written}; raises MovedOnError when anything was touched since the check."""
        touched = self.sheet.touched(self.marks)
        done = 0
        for part in self.parts():
            if not touched.isdisjoint(part.witnesses):
                raise MovedOnError
            part.write()
            for place in range(len(self.sheet.tables)):
                self.created[place] += part.created[place]
                self.changed[place] += part.changed[place]
            done += part.size
            progress(done)
        if self.sheet.facts_now(self.facts) != self.facts:
            raise MovedOnError
        self.record()
        self.sheet.conclude(self.created, self.changed)
        return {model: self.created[place] + self.changed[place] for place, model in enumerate(self.sheet.tables)}

    def record(self) -> None:
        importer = self.sheet.importer
        who = {"user": importer.user, "reason": importer.reason, "batch_id": importer.batch_id}
        for place, model in enumerate(self.sheet.tables):
            for keys, kind in ((self.created[place], CREATED), (self.changed[place], CHANGED)):
                if keys:
                    record_bulk(model._base_manager.filter(among(keys)), kind=kind, **who)

    def close(self) -> None:
        if self.first:
            self.first.close()
