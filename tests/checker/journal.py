"""The journal as the rows tell it: chains recomputed, payloads opened, facts folded once more."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from operator import itemgetter

from dsarbot.core.apply import fold
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import DsarbotError
from dsarbot.store.codec import read_case, read_fact
from tests.checker.evidence import Evidence
from tests.checker.sealed import Closed
from tests.checker.tables import Row, instant

_GENESIS = "0" * 64
_SALT = 32
ERASED = "payloads-erased"


class Journal:
    """Streams and cases of the evidence. What cannot be opened is None: it is told by the check it belongs to."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence

    @cached_property
    def streams(self) -> Mapping[str, Sequence[Row]]:
        rows = sorted(self._evidence.tables.rows("entry"), key=itemgetter("stream", "seq"))
        return {stream: list(some) for stream, some in groupby(rows, key=itemgetter("stream"))}

    @cached_property
    def cases(self) -> Mapping[str, Case | None]:
        """The sealed document of each case row."""
        return {row["id"]: self._document(row) for row in self._evidence.tables.rows("cases")}

    def _document(self, row: Row) -> Case | None:
        try:
            return read_case(self._evidence.keys.of(row["object"]).open(row["document"]))
        except (Closed, DsarbotError):
            return None

    @cached_property
    def facts(self) -> Mapping[str, Sequence[Fact]]:
        """The facts of each case; a stream with a payload that does not open ends there."""
        return {row["id"]: self._facts(self.streams.get(row["id"], ())) for row in self._evidence.tables.rows("cases")}

    def _facts(self, entries: Sequence[Row]) -> Sequence[Fact]:
        found: list[Fact] = []
        with contextlib.suppress(Closed, DsarbotError):
            found.extend(
                read_fact(row["kind"], row["v"], row["actor"], row["public"], self.payload(row))
                for row in entries
                if row["kind"] != ERASED
            )
        return found

    def payload(self, row: Row) -> bytes:
        """The private part of an entry, held against its commitment; Closed when it does not open or agree."""
        if not row["commitment"]:
            return b""
        key = self._evidence.keys.of(row["object"])
        plain = key.open(row["sealed"] or b"", f"entry:{row['stream']}:{row['seq']}:{row['kind']}")
        if sha256(plain).hexdigest() != row["commitment"]:
            raise Closed(f"entry {row['stream']}:{row['seq']}")
        return plain[_SALT:]

    def folded(self, case_id: str) -> Case | None:
        """What the facts make of the case; None when they make none."""
        try:
            return fold(self.facts[case_id])
        except (ValueError, KeyError):
            return None


def broken_at(entries: Sequence[Row]) -> int:
    """The number of the first entry that does not follow from the one before it, 0 when all do."""
    before, last = _GENESIS, None
    for number, row in enumerate(entries, start=1):
        at = instant(row["at"])
        if row["seq"] != number or row["prev"] != before or row["hash"] != _entry_hash(row) or (last and at < last):
            return number
        before, last = row["hash"], at
    return 0


def _entry_hash(row: Row) -> str:
    document = {name: row[name] for name in ("organisation", "stream", "seq", "v", "kind", "actor", "public", "object")}
    document["at"] = instant(row["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return sha256(f"{row['prev']}{row['commitment'] or _GENESIS}{text}".encode()).hexdigest()


def anchor_hash(row: Row) -> str:
    """The hash of an anchor, over the one before it."""
    at = instant(row["at"]).astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f"{row['prev']}{row['number']:020d}{at}{row['body']}".encode()).hexdigest()
