"""The messages of a case as text for the page: nothing of a stranger's HTML, nothing that is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dsarbot.app import App
from dsarbot.core.case import Case, Joined
from dsarbot.desk.batches import pieces
from dsarbot.errors import NotFound
from dsarbot.ports import Scope
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join

#: More of one message is read in the original.
_MOST: Final = 40_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """why: "elsewhere", "destroyed" or "scan" when there is no text to show; cut: there is more in the original."""

    joined: Joined
    channel: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    cut: bool = False
    files: tuple[tuple[str, int], ...] = ()
    why: str = ""


async def messages(app: App, scope: Scope, case: Case) -> Sequence[Message]:
    """In the order in which they joined the case."""
    return [await message(app, scope, joined) for joined in case.inbounds]


async def message(app: App, scope: Scope, joined: Joined) -> Message:
    """One of them, from the vault."""
    try:
        row = await app.store.inbound(scope, joined.inbound)
    except NotFound:
        return Message(joined=joined, why="elsewhere")
    parts = await pieces(row, app.store.vault)
    first = parts[0] if parts else None
    if first is None:
        return Message(joined=joined, channel=row.channel, why="destroyed")
    if row.channel == "post":
        notes = b"".join(each for each in parts[1:] if each is not None).decode("utf-8", "replace")
        return Message(joined=joined, channel=row.channel, text=_safe(notes), why="scan")
    mail = parse(join(first, parts[1:]))
    return Message(
        joined=joined,
        channel=row.channel,
        sender=_safe(f"{mail.sender.name} <{mail.sender.address}>".strip()),
        # practice 6: who is in copy is shown.
        recipients=tuple(_safe(each.address or each.name) for each in (*mail.to, *mail.cc)),
        subject=_safe(mail.subject),
        text=_safe(mail.text[:_MOST]),
        cut=len(mail.text) > _MOST,
        files=tuple((_safe(each.name) or "-", each.size) for each in mail.files),
    )


def _safe(words: str) -> str:
    """Characters that turn the direction of a line or hide in it could make a page say something else."""
    return "".join(char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in words)
