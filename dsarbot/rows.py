"""The values that the parts of the shell hand each other: frozen, and without anything personal in the clear but
where it says so. `ports` gives them on; nobody needs to import them from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NewType

from dsarbot.core.case import Case, Outcome, Status
from dsarbot.core.fact import Fact

Scope = NewType("Scope", str)


def mailbox_scope(key: str) -> Scope:
    """The scope of a mailbox whose mail belongs to no organisation yet."""
    return Scope(f"mailbox:{key}")


@dataclass(frozen=True, kw_only=True)
class Blob:
    """One object for the vault. kind: "skeleton", "leaf", "scan", "letter"; id: opaque, unique.

    data: may be a view into a mail that is kept."""

    id: str
    kind: str
    data: bytes | memoryview


Disposition = Literal[
    "", "case", "held", "automatic", "bounce", "ordinary", "duplicate", "own", "handed-over", "inquiry"
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One mail as the channel hands it over, before anything is read in it.

    complete: False when the server would not give it whole or it is too large; *raw* is then its beginning.
    channel: "sent" for what staff wrote by hand, out of the Sent folder."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    received_at: datetime
    raw: bytes
    complete: bool = True
    channel: str = "mail"


@dataclass(frozen=True, kw_only=True)
class InboundRow:
    """What is known of an inbound in clear columns. objects: vault ids, the skeleton first, then its leaves.

    state: "kept" (durable, unread), "settled", "held" (for a person). safe_due: provisional, for held items.
    cause_hash: what makes it a duplicate within a scope (Message-ID and content together), "" while unread.
    """

    id: str
    scope: Scope
    channel: str
    mailbox: str = ""
    folder: str = ""
    uidvalidity: int = 0
    uid: int = 0
    received_at: datetime
    kept_at: datetime
    objects: tuple[str, ...]
    size: int
    attempts: int = 0
    state: Literal["kept", "settled", "held"] = "kept"
    disposition: Disposition = ""
    kind: str = ""
    problem: str = ""
    case: str = ""
    safe_due: date | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An inbound whose fate is decided. The personal values are stored as keyed hashes only.

    unread: nobody else may have decided it in between; Conflict when another process has. copy_mark: what a copy of it
    has under any Message-ID."""

    row: InboundRow
    unread: bool = False
    message_id: str = ""
    content_digest: str = ""
    sender: str = ""
    copy_mark: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """The clear columns of a case: enough for lists and digest, nothing personal.

    attention: how many letters and messages of the case wait for a person, besides the request itself; confidential:
    keys of the staff who alone may see it, nobody for an ordinary case."""

    id: str
    organisation: str
    reference: str
    status: Status
    outcome: Outcome
    rights: tuple[str, ...]
    language: str
    channel: str
    received_at: datetime
    opened_at: datetime
    target: date | None
    safe_due: date | None
    assignee: str
    closed: bool
    version: int
    attention: int = 0
    confidential: tuple[str, ...] = ()

    def visible_to(self, staff: str) -> bool:
        """practice 12, as `Case.visible_to`."""
        return not self.confidential or staff in self.confidential


@dataclass(frozen=True, kw_only=True)
class InquiryRow:
    """The clear columns of an authority's inquiry."""

    id: str
    organisation: str
    reference: str
    opened_at: datetime
    due: date
    closed: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """An address or a number that gets no advertising any more. value: stored as a keyed hash only; reason: a code;
    reference: of the case, "" for none."""

    value: str
    reason: str
    at: datetime
    actor: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class SuppressionRow:
    """An entry of that list as it is kept."""

    hash: str
    since: datetime
    reason: str
    actor: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One thing the outbox must do. One recipient each.

    kind: "letter" (of a case), "digest", "notice" (an alarm to staff), "copy" (file what was sent in the Sent
    folder), "webhook" (object: id of the event; recipient: id of the hook), "discord" (what to do there stands in
    recipient; no bytes), "code" (of six digits, for a link). object: vault id of the finished message bytes, fixed when
    enqueued so that every try is byte-identical (security 12). recipient is sealed at rest.
    """

    id: str
    scope: Scope
    kind: Literal["letter", "digest", "notice", "copy", "webhook", "discord", "discord-post", "code"]
    object: str
    recipient: str
    envelope_sender: str
    message_id: str
    due_at: datetime
    case: str = ""
    letter: str = ""
    automatic: bool = False


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A job under way: the fence must be named again at completion, or it is refused.

    handed_over_at: when a process that died since had handed it to the relay, as far as this machine knows."""

    job: Job
    fence: int
    attempts: int
    first_tried_at: datetime | None
    handed_over_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a claimed job ended. last: what was said of it at the end."""

    claimed: Claimed
    state: Literal["sent", "cancelled", "shunted"]
    last: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """The clear columns of an outbox row. first_tried_at: None until the first try began."""

    id: str
    scope: Scope
    kind: str
    case: str
    letter: str
    state: Literal["queued", "claimed", "sent", "cancelled", "shunted"]
    due_at: datetime
    attempts: int
    last: str
    sent_at: datetime | None
    first_tried_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A case with new facts applied, to be saved. cause: what they follow from; "" when that is not to be looked at."""

    scope: Scope
    case: Case
    facts: tuple[Fact, ...]
    wake_at: datetime | None
    cause: str = ""

    @property
    def base(self) -> int:
        """The version the case was loaded with, 0 when it is new."""
        return self.case.version - len(self.facts)


@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a folder was read, durably."""

    uidvalidity: int
    last_uid: int
