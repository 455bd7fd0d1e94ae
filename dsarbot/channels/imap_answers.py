"""From the library's dictionaries to our values. Pure; odd answers raise what ``guard`` turns into ``protocol``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from dsarbot.channels.imap_types import Fetched, SelectState


def select_state(folder: str, answer: Mapping[bytes, Any], *, read_only: bool) -> SelectState:
    """The answer to SELECT or EXAMINE."""
    return SelectState(
        folder=folder,
        uidvalidity=int(answer.get(b"UIDVALIDITY", 0)),
        uidnext=answer.get(b"UIDNEXT"),
        exists=int(answer.get(b"EXISTS", 0)),
        read_only=read_only,
        permanent_flags=frozenset(flag.lower() for flag in _words(answer.get(b"PERMANENTFLAGS", ()))),
    )


def fetched(
    opened: SelectState, uid: int, items: Mapping[bytes, Any], *, raw: bytes, complete: bool, now: datetime
) -> Fetched:
    """One mail of the open folder."""
    at = items.get(b"INTERNALDATE")
    return Fetched(
        folder=opened.folder,
        uidvalidity=opened.uidvalidity,
        uid=uid,
        # A server that states no date: now is the latest it can have come; Received lines may prove earlier.
        internal_date=at.astimezone(UTC) if at is not None and at.tzinfo else now,
        raw=raw,
        flags=_words(items.get(b"FLAGS") or ()),
        size=int(items.get(b"RFC822.SIZE") or 0),
        complete=complete,
    )


def _words(flags: Iterable[object]) -> tuple[str, ...]:
    return tuple(flag.decode("ascii", "replace") if isinstance(flag, bytes) else str(flag) for flag in flags)
