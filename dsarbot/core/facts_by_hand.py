"""What staff did outside the desk: a mail written by hand from the watched mailbox, found in its Sent folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dsarbot.core.fact import Fact, public


@dataclass(frozen=True, kw_only=True)
class StaffWrote(Fact):
    """A mail of ours that the desk did not write. It changes no clock and answers no claim by itself.

    inbound: where its bytes are kept; recipient: the person's address where it went there, else another of its
    recipients outside the house."""

    inbound: str = public()
    sent_at: datetime = public()
    how: str = public()
    recipient: str
    message_id: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffMailBounced(Fact):
    """Such a mail came back. found: the report."""

    inbound: str = public()
    status: str = public()
    permanent: bool = public()
    found: str = public(default="")
