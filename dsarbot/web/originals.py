"""The messages of a case as text for the page: nothing of a stranger's HTML, nothing that is loaded from elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dsarbot.app import App
from dsarbot.core.case import Case, Joined
from dsarbot.desk.batches import pieces
from dsarbot.errors import NotFound
from dsarbot.ports import InboundRow, Scope
from dsarbot.reading.mail import parse
from dsarbot.reading.replies import split
from dsarbot.reading.skeleton import join

_HTML: Final = re.compile(rb"text/html", re.IGNORECASE)
#: More of one message is read in the original.
MOST: Final = 40_000
#: On the page of a case: of one message, and of all of them, the newest first. A page of a long quarrel stays small.
_OF_ONE: Final = 4_000
_OF_ALL: Final = 40_000
#: Older ones are named there, and opened on their own page.
_OPENED: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """number: its place in the case, from 1; text: what is new in it, quoted: the rest. why: "elsewhere", "destroyed",
    "scan" when there is no text to show, "older" when it was not opened; cut: there is more in the original; html: it
    can perhaps be looked at as it was; files: names and sizes, 0 for what was not opened."""

    joined: Joined
    number: int = 0
    channel: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    quoted: str = ""
    cut: bool = False
    html: bool = False
    files: tuple[tuple[str, int], ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Original:
    """One message as it came. raw: None when its bytes are gone; notes: what a machine read in a scan."""

    row: InboundRow
    raw: bytes | None
    notes: str = ""


async def messages(app: App, scope: Scope, case: Case) -> Sequence[Message]:
    """In the order in which they joined the case; of the newest the text, as much as a page bears."""
    found, left = [], _OF_ALL
    numbered = sorted(enumerate(case.inbounds, start=1), key=lambda each: each[1].received_at, reverse=True)
    for place, (number, joined) in enumerate(numbered):
        if place >= _OPENED:
            found.append(Message(joined=joined, number=number, why="older"))
            continue
        one = await message(app, scope, joined, number=number, whole=False)
        shown = _shortened(one, min(_OF_ONE, left))
        left -= len(shown.text) + len(shown.quoted)
        found.append(shown)
    return sorted(found, key=lambda each: each.number)


def _shortened(one: Message, most: int) -> Message:
    text, quoted = one.text[:most], one.quoted[: max(0, most - len(one.text))]
    return replace(one, text=text, quoted=quoted, cut=one.cut or (text, quoted) != (one.text, one.quoted))


async def original(app: App, scope: Scope, joined: Joined, *, whole: bool = True) -> Original:
    """One of them, from the vault; whole: with what was attached. NotFound when it lies with another organisation."""
    row = await app.store.inbound(scope, joined.inbound)
    parts = await pieces(
        row if whole or row.channel == "post" else replace(row, objects=row.objects[:1]), app.store.vault
    )
    first = parts[0] if parts else None
    if first is None:
        return Original(row=row, raw=None)
    if row.channel == "post":
        notes = b"".join(each for each in parts[1:] if each is not None).decode("utf-8", "replace")
        return Original(row=row, raw=first, notes=notes)
    return Original(row=row, raw=join(first, parts[1:]))


async def message(app: App, scope: Scope, joined: Joined, *, number: int = 0, whole: bool = True) -> Message:
    """One of them, as text."""
    try:
        found = await original(app, scope, joined, whole=whole)
    except NotFound:
        return Message(joined=joined, number=number, why="elsewhere")
    base = Message(joined=joined, number=number, channel=found.row.channel)
    if found.raw is None:
        return replace(base, why="destroyed")
    if found.row.channel == "post":
        return replace(base, text=safe(found.notes), why="scan")
    mail = parse(found.raw)
    said = split(mail.text[:MOST])
    rest = "\n".join(each for each in (said.signature, said.quoted_text) if each.strip())
    return replace(
        base,
        sender=safe(f"{mail.sender.name} <{mail.sender.address}>".strip()),
        # practice 6: who is in copy is shown.
        recipients=tuple(safe(each.address or each.name) for each in (*mail.to, *mail.cc)),
        subject=safe(mail.subject),
        # A message of which a program takes everything for quoted is shown whole.
        text=safe(said.new_text if said.new_text.strip() else mail.text[:MOST]).strip("\n"),
        quoted=safe(rest).strip("\n") if said.new_text.strip() else "",
        cut=len(mail.text) > MOST,
        html=_HTML.search(found.raw) is not None,
        files=tuple((safe(each.name) or "-", each.size) for each in mail.files),
    )


def safe(words: str) -> str:
    """Characters that turn the direction of a line or hide in it could make a page say something else. The spaces of
    other widths, which French puts before its signs, are spaces."""
    return "".join(char if _plain(char) else "\N{REPLACEMENT CHARACTER}" for char in words.replace("\r\n", "\n"))


def _plain(char: str) -> bool:
    return char in "\n\t" or char.isprintable() or unicodedata.category(char) == "Zs"
