"""What the reading process is asked and what it answers: lengths first, then the document; then length-limited JSON.

A request is one line (kind and length in bytes) and the document. An answer is four bytes of length and JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal, get_args

from dsarbot.errors import TheirInput

#: encrypted: opens only with a password. no-text: pages without a text layer, or pictures of no letter. broken: not
#: what it says it is. no-ocr: pictures, and nothing is installed that reads them.
Unread = Literal[
    "", "encrypted", "no-text", "broken", "too-large", "too-long", "too-many-pages", "no-ocr", "unsupported"
]

_REASONS: Final[dict[str, Unread]] = {each: each for each in get_args(Unread)}
MOST_DOCUMENT: Final = 20 * 1024 * 1024
MOST_CHARACTERS: Final = 200_000
#: A character may take twelve bytes in JSON, two escapes of six; the rest is framing.
MOST_ANSWER: Final = 12 * MOST_CHARACTERS + 1024


class NotRead(Exception):
    """The document cannot be read, for that reason."""

    def __init__(self, unread: Unread) -> None:
        self.unread: Unread = unread
        super().__init__(unread)


@dataclass(frozen=True, kw_only=True)
class Text:
    """unread: why there is no text, "" when there is. cut: there was more than is given here."""

    text: str = ""
    unread: Unread = ""
    cut: bool = False


def reasons() -> dict[str, Unread]:
    """Every reason by its name, as one comes out of JSON."""
    return _REASONS


def request(kind: str, data: bytes) -> bytes:
    """What is written to the process before the document itself."""
    return f"{kind} {len(data)}\n".encode("ascii")


def to_bytes(answer: Text) -> bytes:
    """The answer as it crosses the pipe."""
    return framed(json.dumps({"text": answer.text, "unread": answer.unread, "cut": answer.cut}).encode("ascii"))


def framed(body: bytes) -> bytes:
    """Its length before it."""
    return len(body).to_bytes(4, "big") + body


def from_bytes(body: bytes) -> Text:
    """Read as if an attacker had written it (security 15). TheirInput when it is no answer of ours."""
    try:
        found = json.loads(body)
    except ValueError:
        raise TheirInput("The document reader did not answer in JSON.") from None
    match found:
        case {"text": str(text), "unread": str(why), "cut": bool(cut)} if len(found) == 3 and why in _REASONS:
            return Text(text=text[:MOST_CHARACTERS], unread=_REASONS[why], cut=cut or len(text) > MOST_CHARACTERS)
    raise TheirInput("The document reader's answer has another shape than agreed.")


def shortened(text: str) -> Text:
    """A text that was found; blank ones are none."""
    if not text.strip():
        return Text(unread="no-text")
    return Text(text=text[:MOST_CHARACTERS], cut=len(text) > MOST_CHARACTERS)
