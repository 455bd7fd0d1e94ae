"""What arrives and may be the copy of an identity paper is written down before anything is made of the mail.

Nobody waits for it: a row that says "to be looked through" is all that settling does; `id_copies_keeper` does the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Protocol

from dsarbot.core.identity_copy import Match
from dsarbot.core.identity_copy_row import CopyPlace, CopyRow, State
from dsarbot.desk.id_copies_found import Candidate
from dsarbot.ports import InboundRow, Settled

#: law 6: "until decision, max 7 days".
LIVES: Final = timedelta(days=7)
_NOT_LOOKED_AT: Final = frozenset({"sent", "post"})
_LONG: Final = 20_000


class CopyRows(Protocol):
    """The rows of `store.id_copies`."""

    async def fingerprint(self, scope: str, digest: bytes) -> str: ...
    async def add(self, rows: Sequence[CopyRow]) -> None: ...
    async def put(self, row: CopyRow) -> None: ...
    async def drop(self, ids: Collection[str]) -> None: ...
    async def in_states(self, states: Collection[State], limit: int) -> Sequence[CopyRow]: ...
    async def of_inbound(self, inbound: str) -> Sequence[CopyRow]: ...
    async def of_case(self, scope: str, case: str) -> Sequence[CopyRow]: ...
    async def of_scope(self, scope: str, states: Collection[State], limit: int = ...) -> Sequence[CopyRow]: ...
    async def same(self, row: CopyRow) -> Sequence[CopyRow]: ...
    async def next_due(self) -> datetime | None: ...
    async def set_apart(self, rows: Sequence[CopyRow], objects: Sequence[str]) -> None: ...
    async def inbounds_with(self, scope: str, least: int, most: int) -> Collection[str]: ...
    async def places(self, copies: Collection[str]) -> Sequence[CopyPlace]: ...
    async def put_place(self, place: CopyPlace) -> None: ...


class Seen(Protocol):
    """What one file looks like (documents.papers.Look)."""

    @property
    def guess(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def letter(self) -> bool: ...


class Paper(Protocol):
    """What came of one file (documents.paper_answer.Paper): nothing that stands on it."""

    @property
    def look(self) -> Seen: ...
    @property
    def papers(self) -> tuple[int, ...]: ...
    @property
    def count(self) -> int: ...
    @property
    def proposal(self) -> Match: ...
    @property
    def doc_type(self) -> str: ...
    @property
    def checks(self) -> tuple[str, ...]: ...


class Papers(Protocol):
    """Looks at files away from keys (security 15); never raises for what is in one."""

    async def look(self, data: bytes, *, today: date, name: str = ..., birth: date | None = ...) -> Paper: ...
    async def keep(self, data: bytes, numbers: Collection[int]) -> bytes | None: ...


@dataclass(frozen=True)
class Arrivals:
    """Called before messages are settled, whoever settles them."""

    rows: CopyRows

    async def __call__(self, settled: Sequence[Settled]) -> None:
        """Durable when it returns: from here on nothing forgets to look through them."""
        if wanted := [each.row for each in settled if _may_hold_files(each.row)]:
            await self.rows.add(list(map(to_look_through, wanted)))


def _may_hold_files(row: InboundRow) -> bool:
    """Attachments are leaves; a file that is written into the text makes it long. What staff sent by hand is not ours
    to look at (decision 0009), and scans are looked at when they are read."""
    return row.channel not in _NOT_LOOKED_AT and (len(row.objects) > 1 or row.size >= _LONG)


def to_look_through(inbound: InboundRow) -> CopyRow:
    """A message whose files nobody has looked at."""
    return CopyRow(
        id=copy_id(inbound.id, b""),
        scope=inbound.scope,
        origin=inbound.scope,
        inbound=inbound.id,
        arrived_at=inbound.kept_at,
        delete_by=inbound.kept_at + LIVES,
        digest="",
        size=0,
    )


async def suspect(rows: CopyRows, inbound: InboundRow, found: Candidate) -> CopyRow:
    """The row of one file of one message. The seven days run from its arrival in the vault (practice 32)."""
    return CopyRow(
        id=copy_id(inbound.id, found.digest),
        scope=inbound.scope,
        origin=inbound.scope,
        inbound=inbound.id,
        why=found.why,
        arrived_at=inbound.kept_at,
        delete_by=inbound.kept_at + LIVES,
        digest=await rows.fingerprint(inbound.scope, found.digest),
        size=found.size,
    )


def copy_id(inbound: str, digest: bytes) -> str:
    """The same for the same file of the same message."""
    return hashlib.sha256(f"{inbound}\0{digest.hex()}".encode()).hexdigest()[:32]
