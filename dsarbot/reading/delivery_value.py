"""What kind of writer stands behind a mail: the value that ``delivery.classify`` gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

#: `because` of a mail that only its words make an absence note.
AWAY: Final = "away"

Kind = Literal["person", "auto-reply", "bounce", "report", "list"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A person or a machine, and why.

    ``certain`` False: the signs are those of a machine, but the words may be a person's (a web form, a ticket tool, a
    mailing list): triage reads them, and what they ask for is put before a person. ``bounced_message_ids`` are all
    Message-IDs found in the returned part and in References; whether one is *ours* is looked up by the caller.
    ``status`` is an RFC 3463 code. ``delayed``: the mail system still tries.
    """

    kind: Kind
    because: str
    certain: bool = True
    bounced_message_ids: tuple[str, ...] = ()
    bounced_recipients: tuple[str, ...] = ()
    status: str | None = None
    permanent: bool = False
    delayed: bool = False
