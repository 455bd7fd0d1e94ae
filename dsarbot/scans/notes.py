"""What a machine read in a scan, as the text that is kept beside it for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dsarbot.documents.pages import Page
from dsarbot.scans.proposed import Fields, Proposed
from dsarbot.scans.receipt import Receipt
from dsarbot.scans.stack import Letter

_RECEIVED = {
    "said": "as stated by a person",
    "stamp": "as a stamp on the letter seems to say; please check",
    "letter": "the day of the letter, as the day of receipt is not known; please check",
    "scan": "the day of the scan, as the day of receipt is not known; please check",
}


def notes(letter: Letter, fields: Fields, receipt: Receipt, *, name: str, registered: str) -> str:
    """The fields with how sure they are, then every page."""
    lines = [*_head(letter, fields, receipt, name, registered), ""]
    for page in letter.pages:
        lines += [f"--- page {page.number}: {_how(page)} ---", page.text, ""]
    return "\n".join(lines)


def _head(letter: Letter, fields: Fields, receipt: Receipt, name: str, registered: str) -> Iterator[str]:
    yield f"Scan: {name}{_which(letter)}. What follows was read by a machine; the scan counts."
    yield f"Received: {receipt.at.date().isoformat()}, {_RECEIVED[receipt.how]}"
    if registered:
        yield f"Registered mail: {registered}"
    yield from _field("Sender", fields.sender)
    yield from _field("Address", fields.postal)
    yield from _field("Date of the letter", fields.written)
    yield from _field("Stamp of receipt", fields.stamped)
    yield from _field("Subject", fields.subject)
    yield from _field("Signature", fields.signed)


def _which(letter: Letter) -> str:
    if not letter.pages:
        return ""
    return f", page {letter.first}" if letter.first == letter.last else f", pages {letter.first} to {letter.last}"


def _field(label: str, found: Proposed[str] | Proposed[tuple[str, ...]] | Proposed[date] | None) -> Iterator[str]:
    if found is None:
        return
    value = found.value
    shown = "; ".join(value) if isinstance(value, tuple) else str(value)
    yield f"{label}: {shown} ({found.confidence:.0%})"


def _how(page: Page) -> str:
    if page.how == "blank":
        return "nothing stands there"
    if page.how == "unread":
        return "not read"
    return "its own text" if page.how == "layer" else f"read by {page.how}, {page.confidence:.0%}"
