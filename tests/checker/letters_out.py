"""What left the house, seen from both ends: the outbox rows here, the accepted mails there."""

from __future__ import annotations

import email
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header, make_header
from functools import lru_cache

from tests.checker.evidence import Accepted, Evidence
from tests.checker.sealed import Closed
from tests.checker.tables import Row, instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """An outbox row with its sealed envelope opened. message_id: without brackets."""

    row: Row
    recipient: str
    message_id: str

    @property
    def is_mail(self) -> bool:
        """Handed to the relay, not filed in a folder."""
        return bool(self.row["kind"] != "copy")


def outbox(evidence: Evidence) -> Sequence[Posted]:
    """Every row whose envelope opens; invariant 11 tells of the others."""
    found = []
    for row in evidence.tables.rows("job"):
        try:
            envelope = json.loads(evidence.keys.of(row["key"]).open(row["sealed"]))
        except Closed:
            continue
        found.append(
            Posted(row=row, recipient=envelope["recipient"], message_id=str(envelope["message_id"]).strip("<>"))
        )
    return found


def by_message_id(evidence: Evidence) -> Mapping[str, Sequence[Accepted]]:
    """What was accepted, in order of time, by its Message-ID."""
    found: dict[str, list[Accepted]] = {}
    for mail in evidence.spool:
        found.setdefault(mail.message_id, []).append(mail)
    return found


def digests(evidence: Evidence) -> Iterator[tuple[datetime, str, str]]:
    """(when it was made, organisation, readable text) of each digest that arrived."""
    made = {
        (row["organisation"], json.loads(row["public"])["recipient"]): instant(row["at"])
        for row in evidence.tables.rows("entry")
        if row["kind"] == "digest-sent"
    }
    accepted = by_message_id(evidence)
    for posted in outbox(evidence):
        if posted.row["kind"] != "digest" or posted.message_id not in accepted:
            continue
        organisation = str(posted.row["organisation"])
        at = max((at for (key, _), at in made.items() if key == organisation), default=None)
        if at is not None:
            yield at, organisation, readable(accepted[posted.message_id][0].raw)


# The same mails are read for several invariants, and dozens of times by the tests of the checker.
@lru_cache(maxsize=1024)
def readable(raw: bytes) -> str:
    """The headers and the text of a mail, decoded."""
    mail = email.message_from_bytes(raw)
    heads = [str(make_header(decode_header(str(value)))) for value in mail.values()]
    texts = (part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "text")
    return "\n".join([*heads, *(text.decode("utf-8", "replace") for text in texts if isinstance(text, bytes))])
