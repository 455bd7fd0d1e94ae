"""Where to begin in a folder and how to cut the work: pure decisions of the mailbox watcher."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dsarbot.channels.imap_types import Position, SelectState

#: A mailbox with more old mails than this is not taken in without a date from which (`since`).
MOST_OLD_MAILS = 100
#: UIDs answered by one search: imaplib ends the connection at a line of 1,000,000 bytes.
WINDOW = 50_000
MOST_WINDOWS = 1_000

StartEvent = Literal["", "needs-since", "uidvalidity-changed", "uidnext-went-back", "uids-reused"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """Read the UIDs above ``after``; with ``since`` only mails from that day on; ``from_here``: only those that come
    later than now."""

    after: int
    since: date | None
    event: StartEvent = ""
    from_here: bool = False


def starting_point(
    known: Position | None, state: SelectState, since: date | None, *, newest_only: bool = False
) -> Start:
    """Where to begin in the folder just opened; ``known`` is the place last reached, None at the first start.
    ``newest_only``: what lies in a folder that was never seen is of no interest."""
    if newest_only and (known is None or known.uidvalidity != state.uidvalidity):
        return Start(after=0, since=None, event="uidvalidity-changed" if known else "", from_here=True)
    if known is None:
        if since is None and state.exists > MOST_OLD_MAILS:
            return Start(after=0, since=None, event="needs-since")
        return Start(after=0, since=since)
    # RFC 3501 2.3.1.1: with another UIDVALIDITY no earlier UID means anything; intake recognises what it had.
    if known.uidvalidity != state.uidvalidity:
        return Start(after=0, since=since, event="uidvalidity-changed")
    # A folder restored from a back-up may hand out the same UIDs again under the same UIDVALIDITY.
    if state.uidnext is not None and state.uidnext <= known.last_uid:
        return Start(after=0, since=since, event="uidnext-went-back")
    return Start(after=known.last_uid, since=None)


def furthest(stored: Position | None, mine: Position | None) -> Position | None:
    """The later of what the store knows and what this run has seen; the store wins over another UIDVALIDITY."""
    if stored is None or mine is None:
        return stored or mine
    if stored.uidvalidity == mine.uidvalidity and mine.last_uid > stored.last_uid:
        return mine
    return stored


def windows(*, after: int, uidnext: int | None, exists: int) -> list[str]:
    """UID sets that together cover everything above ``after``, each small enough for one answer."""
    first = after + 1
    if exists <= WINDOW or uidnext is None or (uidnext - first) // WINDOW >= MOST_WINDOWS:
        return [f"{first}:*"]
    starts = list(range(first, max(uidnext, first + 1), WINDOW))
    return [f"{start}:{start + WINDOW - 1}" for start in starts[:-1]] + [f"{starts[-1]}:*"]


def chunks(uids: Sequence[int], most: int) -> Iterator[list[int]]:
    """``uids`` in order, at most ``most`` at a time."""
    for start in range(0, len(uids), most):
        yield list(uids[start : start + most])


def plan_batches(
    sizes: Mapping[int, int], *, most_bytes: int, most_mails: int, alone: Collection[int] = ()
) -> list[list[int]]:
    """UIDs in the order of ``sizes``, cut so that a batch holds at most ``most_bytes`` and ``most_mails``.

    A mail that is larger than a batch, and one of ``alone``, is a batch of its own.
    """
    plan: list[list[int]] = []
    room, open_to_more = 0, False
    for uid, size in sizes.items():
        lonely = uid in alone or size > most_bytes
        if lonely or not open_to_more or size > room or len(plan[-1]) >= most_mails:
            plan.append([])
            room = most_bytes
        plan[-1].append(uid)
        room -= size
        open_to_more = not lonely
    return plan


def either(keys: Sequence[Sequence[str]]) -> list[str]:
    """One search key that finds what any of ``keys`` (at least one) finds. RFC 3501 6.4.4: OR joins two; nested by
    halves, so that a server's parser goes down only a few steps for many."""
    if len(keys) == 1:
        return list(keys[0])
    half = len(keys) // 2
    return ["OR", *either(keys[:half]), *either(keys[half:])]
