"""Invariant 16: bytes synced, then key, then commit, then the mark or the DATA, as the kernel saw it (SQLite).

An object is as durable as the pack in which it lies.

Each effect is held against the very objects it is about: a mark names UIDs, whose rows name their objects; a DATA
follows the recipient of an outbox row, which names its letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.checker.evidence import Evidence
from tests.checker.letters_out import outbox
from tests.checker.report import Result
from tests.security.trace import Call, read_trace

#: Strace cuts long strings, and then says so; the number before the cut is none.
_MARK = re.compile(r"UID (?:STORE|MOVE|COPY) ([\d:,]+?)(?: |,?\d*\"\.\.\.)")
_RECIPIENT = re.compile(r"RCPT TO:<([^>]+)>", re.IGNORECASE)
_DATA = re.compile(r'(?:"|\\r\\n)DATA\\r\\n|"BDAT ')


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that others can see, and the sets of objects of which all, in one set, must be durable before."""

    call: Call
    what: str
    objects: tuple[frozenset[str], ...]


class Durability:
    """When each pack became durable: its bytes, its name, the keys of its objects and a commit after them."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._placed = {
            call.file.rpartition("/")[2]: call
            for call in calls
            if call.name.startswith("rename") and "/vault/" in call.file
        }
        self._syncs = [(call.begun, call.ended, call.file) for call in calls if call.is_sync()]
        self._writes = [(call.begun, call.ended, call.file) for call in calls if call.name == "pwrite64"]

    def since(self, name: str | None) -> int | None:
        """The line at which the commit after it was on disk; None when the trace shows no such order."""
        placed = self._placed.get(name) if name else None
        if placed is None:
            return None
        if not any(f"/.{name}." in file and ended < placed.begun for _, ended, file in self._syncs):
            return None
        folder = self._sync(placed.ended, placed.file.rpartition("/")[0])
        key = self._written(folder, "-keys.sqlite-wal")
        return self._written(key, "/dsarbot.sqlite-wal")

    def _sync(self, after: int, ending: str) -> int | None:
        return next((ended for begun, ended, file in self._syncs if begun > after and file.endswith(ending)), None)

    def _written(self, after: int | None, ending: str) -> int | None:
        """The end of the first sync of what was written into that file after a line."""
        if after is None:
            return None
        wrote = next((ended for begun, ended, file in self._writes if begun > after and file.endswith(ending)), None)
        return None if wrote is None else self._sync(wrote, ending)


def order(evidence: Evidence) -> Result:
    """16. Sync < commit < mark; commit < first DATA of its effect."""
    result = Result(number=16, name="sync < commit < mark, commit < DATA")
    trace = evidence.folder / "trace.txt"
    if not trace.exists():
        return result
    calls = read_trace(trace)
    durable = Durability(calls)
    rows = (*evidence.tables.rows("destroyed"), *evidence.tables.rows("object_key"))
    packs = {row["id"]: row["pack"] for row in rows}
    effects = [*_marks(evidence, calls), *_data(evidence, calls)]
    for effect in effects:
        since = [[durable.since(packs.get(name)) for name in objects] for objects in effect.objects]
        in_time = any(each and all(at is not None and at < effect.call.begun for at in each) for each in since)
        result.demand(in_time, f"line {effect.call.begun}: {effect.what} before what it is about was durable")
    marks = sum(effect.what == "mark" for effect in effects)
    result.note = f"marks={marks} letters={len(effects) - marks}"
    return result


def _marks(evidence: Evidence, calls: Sequence[Call]) -> Iterator[Effect]:
    """Each UID of each STORE and MOVE. The folder is the one that rows of that UID came from."""
    known: dict[int, list[frozenset[str]]] = {}
    for row in evidence.tables.rows("inbound"):
        if row["uid"]:
            known.setdefault(row["uid"], []).append(frozenset(str(row["objects"]).split()))
    for call in calls:
        found = _MARK.search(call.arguments) if call.sends("UID ") and call.file.startswith("socket:") else None
        for uid in _uids(found[1]) if found else ():
            # A mark without any row is what invariants 1 and 2 tell of.
            if uid in known:
                yield Effect(call, "mark", tuple(known[uid]))


def _uids(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


def _data(evidence: Evidence, calls: Sequence[Call]) -> Iterator[Effect]:
    letters = _letters(evidence)
    towards: dict[str, str] = {}
    for call in calls:
        if not call.file.startswith("socket:") or not call.sends(""):
            continue
        if found := _RECIPIENT.search(call.arguments):
            towards[call.file] = found[1].lower()
        if _DATA.search(call.arguments) and call.file in towards:
            yield Effect(call, "DATA", letters.get(towards.pop(call.file), ()))


def _letters(evidence: Evidence) -> Mapping[str, tuple[frozenset[str], ...]]:
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for posted in outbox(evidence):
        if posted.is_mail:
            recipient = posted.recipient.lower()
            found[recipient] = (*found.get(recipient, ()), frozenset({posted.row["object"]}))
    return found
