"""What the parts of the shell promise each other. `desk` speaks only to these; `store` and `channels` fulfil them.

Every method that touches stored things takes the `Scope` it may see: an organisation's key, or ``mailbox:KEY`` for
what came into a mailbox that serves several organisations and was not yet given to one (security 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Final, Literal, Protocol

from dsarbot.core.alarms import Alarm
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.core.facts_inquiry import InquiryFact
from dsarbot.core.inquiry import Inquiry
from dsarbot.core.links import Link
from dsarbot.core.parties import Register
from dsarbot.core.webhooks import Event
from dsarbot.rows import (
    Arrival,
    Blob,
    CaseRow,
    Change,
    Claimed,
    Disposition,
    Ended,
    InboundRow,
    InquiryRow,
    Job,
    JobRow,
    Position,
    Scope,
    Settled,
    Suppression,
    SuppressionRow,
    mailbox_scope,
)

__all__ = [
    "Arrival",
    "Blob",
    "CaseRow",
    "Change",
    "Claimed",
    "Disposition",
    "Ended",
    "InboundRow",
    "InquiryRow",
    "Job",
    "JobRow",
    "Position",
    "Scope",
    "Settled",
    "Store",
    "Suppression",
    "SuppressionRow",
    "Transaction",
    "Vault",
    "mailbox_scope",
]


class Vault(Protocol):
    async def keep(self, scope: Scope, blobs: Sequence[Blob]) -> None:
        """Seal and store; keys and bytes are synced to disk when it returns."""

    async def open_all(self, scope: Scope, object_ids: Sequence[str]) -> Sequence[bytes]:
        """As `open` for each, in few steps; what one of them raises is raised."""

    async def open(self, scope: Scope, object_id: str) -> bytes:
        """The bytes. Gone when destroyed, Tampered when they do not verify, NotFound when never kept."""

    async def destroy(self, scope: Scope, object_ids: Sequence[str], *, rule: str, actor: str) -> None:
        """Journal entry, then key, then bytes (security 2)."""


#: `InboundRow.problem` of a mail that the server would not give whole.
INCOMPLETE: Final = "incomplete"


# --- the store -------------------------------------------------------------------------------------------------


class Transaction(Protocol):
    """One database transaction; nothing of it is seen by others before it ends, and all of it or nothing lasts."""

    async def case(self, scope: Scope, case_id: str) -> Case: ...
    async def handled(self, scope: Scope, case_id: str, cause: str) -> bool: ...
    async def save(self, scope: Scope, case: Case, facts: Sequence[Fact], *, wake_at: datetime | None) -> Case:
        """Append the facts to the case's stream and rewrite its rows; returns the case with its new version.

        *case* has the facts applied, so its version is the one it was loaded with (0 when new) plus their number:
        Conflict when somebody was faster."""

    async def save_all(self, changes: Sequence[Change]) -> Sequence[bool]:
        """As `save` for each, in their order; several may be of one case, each behind the one before.

        False for one whose cause the case has handled already: nothing of it is written."""

    async def next_number(self, scope: Scope, year: int, *, count: int = 1) -> int:
        """The first of so many numbers in a row, which nobody else gets."""

    async def inbound(self, scope: Scope, inbound_id: str) -> InboundRow: ...
    async def add_inbounds(self, rows: Sequence[InboundRow]) -> None: ...
    async def update_inbound(
        self, row: InboundRow, *, message_id: str = "", content_digest: str = "", sender: str = ""
    ) -> None:
        """Rewrite the row (also its scope); the personal values given here are stored as keyed hashes only."""

    async def update_inbounds(self, settled: Sequence[Settled]) -> None:
        """As `update_inbound` for each. Conflict when one that was to be unread is not any more."""

    async def count_attempts(self, rows: Sequence[InboundRow]) -> None:
        """One more attempt for each."""

    async def advance(self, mailbox: str, folder: str, position: Position) -> None: ...
    async def enqueue(self, job: Job) -> None: ...
    async def finish_jobs(self, ended: Sequence[Ended]) -> Collection[str]:
        """As `Store.finish_job` for each: ids of those finished. What was lost to somebody else (wrong fence) is left
        as it is."""

    async def cancel_jobs(self, scope: Scope, case_id: str, letter_id: str = "") -> int: ...
    async def ledger(
        self, scope: Scope, kind: str, public: Mapping[str, str | int | None], *, at: datetime, actor: str
    ) -> None:
        """One entry in the organisation's own stream (destructions, digests, calendar changes ...)."""

    async def digest_once(self, scope: Scope, day: date, recipient: str) -> bool:
        """True for the first caller of that recipient and local date, for ever False afterwards."""

    async def raise_alarms(self, scope: Scope, alarms: Sequence[Alarm]) -> tuple[str, ...]:
        """Ids of those that were raised: a key whose alarm is open is left as it is, one that had ended begins anew."""

    async def move_alarms(self, scope: Scope, alarms: Sequence[Alarm]) -> None:
        """Rewrite level, told and end of each; never who acknowledged it, which a person may do at the same time."""

    async def acknowledge_alarm(self, scope: Scope, alarm_id: str, *, by: str, at: datetime) -> bool:
        """False when there is no such open alarm, or somebody has acknowledged it before."""

    async def forget_alarms(self, scope: Scope, before: datetime) -> int:
        """Remove the alarms that ended before that instant; how many."""

    async def add_links(self, new: Sequence[Link]) -> None: ...
    async def revoke_links(self, scope: Scope, case_id: str, *, at: datetime, note: str | None = None) -> int:
        """End the links of a case, or those with that note, and whatever they have opened; how many."""

    async def save_inquiry(self, scope: Scope, inquiry: Inquiry, facts: Sequence[InquiryFact]) -> None:
        """As `save` for a case: append the facts to its own stream and rewrite its row."""

    async def suppress(self, scope: Scope, suppression: Suppression) -> bool:
        """Put on the list, with an entry in the ledger; False when it stands there already."""

    async def unsuppress(self, scope: Scope, value: str, *, reason: str, at: datetime, actor: str) -> bool:
        """Take off the list, with an entry in the ledger; False when it does not stand there."""

    async def expire_suppressions(self, scope: Scope, before: datetime, *, at: datetime, actor: str) -> int:
        """Take off the list what was put there before that instant, with an entry in the ledger; how many."""

    async def tell(self, scope: Scope, events: Sequence[Event]) -> None: ...
    async def note_call(self, scope: Scope, call: str, case: str) -> None: ...
    async def remember(self, name: str, value: str) -> None:
        """Codes only, which stand in the clear. ValueError for what is none: signs beyond ASCII, an @, too long."""


class Store(Protocol):
    """Reads outside a transaction, and the door to one."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]: ...
    async def register(self, scope: Scope) -> Register: ...
    async def case(self, scope: Scope, case_id: str) -> Case: ...
    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]:
        """Many at once, in the order of the ids, each once. What is not there or cannot be opened is left out."""

    async def cases_needing_attention(self, scope: Scope, limit: int = 500) -> Sequence[Case]:
        """Open cases whose `attention` is not 0, in the order of `rows`. What cannot be opened is left out."""

    async def cases_to_post(self, scope: Scope, limit: int = 500) -> Sequence[Case]:
        """Open cases of which somebody must print and post a letter, ordered as `rows`; not what cannot be opened."""

    async def by_reference(self, scope: Scope, reference: str) -> str | None:
        """The case id; also for references of merged cases (the case they were merged into)."""

    async def by_lookup(
        self, scope: Scope, kind: Literal["address", "domain", "name", "message-id", "code"], value: str
    ) -> tuple[str, ...]:
        """Ids of cases, newest first; `message-id` covers letters sent and mails received."""

    async def by_lookups(
        self, scope: Scope, kind: Literal["address", "message-id"], values: Collection[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """As `by_lookup` for many values; those that nothing is known by are missing."""

    async def letters_by_message_ids(self, scope: Scope, values: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """As `letter_by_message_id` for many; those of no letter are missing."""

    async def letter_by_message_id(self, scope: Scope, message_id: str) -> tuple[str, str] | None:
        """(case id, letter id) of a letter sent under that Message-ID."""

    async def duplicate_of(self, scope: Scope, message_id: str, content_digest: str) -> str | None: ...
    async def copies_of(self, scope: Scope, marks: Collection[str]) -> Mapping[str, str]:
        """By copy mark the id of the first inbound of that scope that was stored with it; those of none are missing."""

    async def duplicates_of(
        self, scope: Scope, mails: Collection[tuple[str, str]]
    ) -> Mapping[tuple[str, str], str]:
        """As `duplicate_of` for many (Message-ID, content digest); those without one are missing."""

    async def rows(
        self, scope: Scope, *, closed: bool = False, limit: int = 1000, after: str = ""
    ) -> Sequence[CaseRow]:
        """Open cases by target (no target last), or the closed ones, newest first."""

    async def rows_to_watch(self, scope: Scope, until: date) -> Sequence[CaseRow]:
        """Open cases with a target by that day, and those in whose letters or messages something waits."""

    async def confidential(self, scope: Scope) -> Mapping[str, Collection[str]]:
        """Ids of the confidential cases, each with the staff who may see it."""

    async def inquiry(self, scope: Scope, inquiry_id: str) -> Inquiry: ...
    async def inquiries(self, scope: Scope, *, closed: bool = False) -> Sequence[InquiryRow]:
        """Open inquiries of authorities by their date, or the closed ones, newest first."""

    async def suppressed(self, scope: Scope, values: Collection[str]) -> Mapping[str, SuppressionRow]:
        """Those of the values that stand on the list."""

    async def suppressions(self, scope: Scope) -> Sequence[SuppressionRow]:
        """The whole list, in order of time."""

    async def suppression_salt(self, scope: Scope) -> str:
        """What the hashes of that list are made with; it opens nothing else."""

    async def alarms(self, scope: Scope, *, ended: bool = False, limit: int = 1000) -> Sequence[Alarm]:
        """The open alarms, oldest first; or those that ended, the last one first."""

    async def due_for_wake(self, now: datetime, limit: int = 100) -> Sequence[tuple[Scope, str]]: ...
    async def next_wake(self) -> datetime | None: ...
    async def position(self, mailbox: str, folder: str) -> Position | None: ...
    async def recent_uids(self, mailbox: str, folder: str, uidvalidity: int, limit: int = 500) -> Sequence[int]:
        """UIDs kept whole lately from that folder: their mark or move may have been cut off by a crash."""

    async def inbound(self, scope: Scope, inbound_id: str) -> InboundRow:
        """NotFound when that scope has none of that id."""

    async def unread_inbounds(self, limit: int = 50) -> Sequence[InboundRow]: ...
    async def inbounds(
        self, scope: Scope, *, state: str = "", disposition: str = "", case: str = "", limit: int = 200
    ) -> Sequence[InboundRow]: ...
    async def claim_jobs(self, worker: str, now: datetime, lease_seconds: int, limit: int = 20) -> Sequence[Claimed]:
        """Take due jobs; on PostgreSQL several workers never get the same one (SKIP LOCKED)."""

    async def finish_job(
        self, claimed: Claimed, *, state: Literal["sent", "cancelled", "shunted"], last: str, now: datetime
    ) -> bool:
        """False when the lease was lost to somebody else (wrong fence): nothing is written then."""

    async def renew_claims(self, worker: str, lease_seconds: int) -> None:
        """The worker still lives: what it has claimed stays claimed for so long from now."""

    async def release_claims(self, worker: str) -> None:
        """Whatever stands as claimed by that worker may be claimed again at once: its process has died, or has given
        up what it had begun."""

    async def note_handed_over(self, claimed: Claimed, at: datetime) -> None:
        """The relay has taken it. Survives the death of this process, so that the next one does not send it again."""

    async def forget_handed_over(self, claimed: Sequence[Claimed]) -> None:
        """Their end is in the database."""

    async def retry_job(self, claimed: Claimed, *, due_at: datetime, last: str, now: datetime) -> bool: ...
    async def jobs(
        self, scope: Scope, *, states: Sequence[str] = (), limit: int = 200
    ) -> Sequence[JobRow]: ...
    async def next_job_due(self) -> datetime | None: ...
    async def sent_since(
        self, scope: Scope, since: datetime, *, recipient: str = "", domain: str = "", automatic: bool = True
    ) -> int:
        """How many (automatic) messages went to that recipient or domain: for the caps of security 13."""

    async def sent_to(
        self, scope: Scope, since: datetime, kind: Literal["address", "domain"], values: Collection[str]
    ) -> Mapping[str, int]:
        """How many automatic messages went to each of these recipients or domains; 0 where nothing is said."""

    async def remembered(self, name: str) -> str:
        """What `Transaction.remember` kept last under that name, "" when nothing."""

    async def changed(self) -> int:
        """A number that moves when another process has written (PRAGMA data_version, or a NOTIFY count)."""

    async def beat(self, process: str, what: str, now: datetime) -> None: ...
    async def beats(self) -> Mapping[str, datetime]: ...
    async def newest_entry(self) -> datetime | None: ...
    async def lease(self, name: str, holder: str, seconds: int) -> bool:
        """Take or renew a named lease by the database's own clock; False while somebody else holds it."""

    async def anchor(self, now: datetime) -> tuple[int, str] | None:
        """Anchor what moved since the last one; (number, hash) of the newest anchor, None when there is none."""
