"""When a mail was received: the instant from which every legal period runs.

GDPR 12(3) counts "from receipt of the request". The mailbox's INTERNALDATE can be any date after an APPEND or a move
between accounts, so the line that a server of our own wrote is heard too, and the earlier instant wins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from dsarbot.reading.headers import parse_date

#: Slugs of the source, as kept beside the date.
INTERNAL_DATE = "internal-date"
RECEIVED_HEADER = "received-header"

# RFC 5321 section 4.4: "Received: from A by B with C id D; date-time".
_BY = re.compile(r"(?:^|\s)by\s{1,9}\[?([A-Za-z0-9._:-]{1,255})", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,500}\)")
#: Bytes of a mail among which the lines of its last servers are looked for.
_HEAD = 65_536
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]")
#: No mail of a person to this service is older: RFC 1939 mail stores with wrong clocks say 1970.
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)


def received_at(internal_date: datetime, received: Sequence[str], own_hosts: Collection[str]) -> tuple[datetime, str]:
    """The instant of receipt (aware, UTC) and where it comes from.

    ``received`` are raw Received values, topmost first; ``own_hosts`` the names our servers write after "by".
    Only the topmost line of an own host is heard: lines below it may be the sender's invention. A date before 1995 or
    after INTERNALDATE is ignored. Raises ValueError for an INTERNALDATE without a time zone.
    """
    if internal_date.utcoffset() is None:
        raise ValueError("INTERNALDATE needs a time zone")
    internal = internal_date.astimezone(UTC)
    written = own_line_date(received, own_hosts)
    if written is not None and _EARLIEST <= written < internal:
        return written, RECEIVED_HEADER
    return internal, INTERNAL_DATE


def received_lines(raw: bytes) -> tuple[str, ...]:
    """The Received values of a raw mail, topmost first, by its bytes alone: also where no parser comes through."""
    head = _EMPTY_LINE.split(raw[:_HEAD], maxsplit=1)[0]
    # RFC 5322 section 2.2.3: a line that begins with white space goes on with the one before.
    lines = _FOLD.sub(b" ", head).splitlines()
    return tuple(line[9:].strip().decode("latin-1") for line in lines if line[:9].lower() == b"received:")


def own_line_date(received: Iterable[str], own_hosts: Collection[str]) -> datetime | None:
    """The date of the topmost Received line written by one of our hosts (UTC), or None."""
    own = {host.strip().lower().rstrip(".") for host in own_hosts}
    for line in received:
        if written_by(line) in own:
            return parse_date(line.rpartition(";")[2].strip()) if ";" in line else None
    return None


def written_by(line: str) -> str:
    """The host that wrote a Received line, lower-case, or ""; comments cannot pretend to be it."""
    clauses = line[:4_000].rpartition(";")[0] or line[:4_000]
    for _ in range(3):
        # RFC 5322 section 3.2.2: comments nest.
        clauses = _COMMENT.sub(" ", clauses)
    match = _BY.search(clauses)
    return match[1].lower().rstrip(".") if match else ""
