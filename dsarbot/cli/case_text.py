"""The messages of a case as they arrived: read from the vault, destroyed parts named, files listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.hand import Found, Hand
from dsarbot.cli.table import Screen
from dsarbot.core.case import Joined
from dsarbot.desk.batches import pieces
from dsarbot.errors import NotFound
from dsarbot.ports import InboundRow
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join

#: Recipients of one message that are printed.
_MOST_SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class Original:
    """One message. raw: None when it cannot be opened, and then why; suffix: of a file made from it; notes: what a
    machine read in a scan."""

    joined: Joined
    row: InboundRow | None
    raw: bytes | None
    why: str = ""
    notes: str = ""

    @property
    def is_mail(self) -> bool:
        return self.row is not None and self.row.channel != "post"

    @property
    def suffix(self) -> str:
        if self.is_mail:
            return ".eml"
        magic = {b"%PDF": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"II*\0": ".tif", b"MM\0*": ".tif"}
        return next((name for start, name in magic.items() if (self.raw or b"").startswith(start)), ".bin")


async def originals(hand: Hand, found: Found) -> list[Original]:
    """Every message of the case, in the order in which they joined it."""
    return [await _original(hand, found, joined) for joined in found.case.inbounds]


async def _original(hand: Hand, found: Found, joined: Joined) -> Original:
    try:
        row = await hand.app.store.inbound(found.scope, joined.inbound)
    except NotFound:
        return Original(joined=joined, row=None, raw=None, why="it lies with another organisation")
    parts = await pieces(row, hand.app.store.vault)
    first = parts[0] if parts else None
    if first is None:
        return Original(joined=joined, row=row, raw=None, why="it was destroyed on purpose; the journal says when")
    if row.channel == "post":
        notes = b"".join(each for each in parts[1:] if each is not None)
        return Original(joined=joined, row=row, raw=first, notes=notes.decode("utf-8", "replace"))
    return Original(joined=joined, row=row, raw=join(first, parts[1:]))


def text(original: Original, found: Found, hand: Hand, to: Screen) -> Iterator[str]:
    """One message as text, with its headers that matter."""
    place, today = found.rules.jurisdiction, shown.today_of(hand.now, found.rules)
    when = shown.moment_of(original.joined.received_at, place, today)
    what = "mail that a colleague wrote by hand," if original.joined.recipient else "message of"
    yield to.paint(f"--- {what} {when} ---", "strong")
    if original.raw is None:
        yield f"It cannot be shown: {original.why}."
        return
    if not original.is_mail:
        yield f"A scan of {len(original.raw)} bytes. Write it to a file:"
        yield f"  dsarbot cases show {found.case.reference} --save FOLDER"
        yield from _safe(original.notes).splitlines()
        return
    mail = parse(original.raw)
    if mail.sender.address or mail.sender.name:
        yield f"From: {mail.sender.name} <{mail.sender.address}>"
    for name, addresses in (("To", mail.to), ("Cc", mail.cc)):
        if addresses:
            # practice 6: who is in copy is shown.
            yield f"{name}: {_safe(', '.join(each.address or each.name for each in addresses[:_MOST_SHOWN]))}"
    yield f"Subject: {mail.subject}"
    yield ""
    yield from _safe(mail.text).splitlines()
    for file in mail.files:
        state = "destroyed" if file.content is None else f"{file.size} bytes"
        yield f"[file: {_safe(file.name) or 'without a name'}, {file.content_type}, {state}]"


def _safe(words: str) -> str:
    """Control characters of a stranger's text must not command the terminal."""
    return "".join(char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in words)
