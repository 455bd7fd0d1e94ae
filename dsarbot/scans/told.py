"""What whoever uploads a scan says of it, kept sealed beside it until it is read. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from dsarbot.errors import TheirInput
from dsarbot.scans.stack import ranges_of

#: Where a scan lies that came through the browser: the same file, sent twice, is known again.
PLACE: Final = "upload"


@dataclass(frozen=True, kw_only=True)
class Told:
    """name: as people know the file; whole: SHA-256 of it; received: the day on which the paper came; registered: its
    number; pages: of each letter, as 1-2,3 ("": separator sheets part it); look: a person parts it, after a look at its
    pages; joins: the case to which it belongs ("": it opens one)."""

    name: str
    actor: str
    whole: str = ""
    received: date | None = None
    registered: str = ""
    pages: str = ""
    look: bool = False
    joins: str = ""

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """First and last page of each letter; none where separator sheets part them."""
        return ranges_of(self.pages) if self.pages else ()


def to_text(told: Told) -> str:
    """As it is kept."""
    return json.dumps(asdict(told) | {"received": told.received.isoformat() if told.received else None})


def from_text(text: str) -> Told:
    """The other way. TheirInput for what is kept beside other scans."""
    try:
        found = json.loads(text)
    except ValueError:
        raise TheirInput("not-uploaded") from None
    match found:
        case {
            "name": str(name), "actor": str(actor), "whole": str(whole), "received": str() | None as received,
            "registered": str(registered), "pages": str(pages), "look": bool(look), "joins": str(joins),
        }:  # fmt: skip
            day = date.fromisoformat(received) if received else None
            return Told(
                name=name, actor=actor, whole=whole, received=day, registered=registered, pages=pages, look=look,
                joins=joins,
            )  # fmt: skip
    raise TheirInput("not-uploaded")
