"""The tables. This module is the allow-list of security 1: what is not sealed here is an opaque id, a code, a date,
a counter or a keyed hash, and nothing else may be added in the clear.

``organisation`` is the scope: an organisation's key, or ``mailbox:KEY``. Rows name each other by opaque ids, without
foreign keys: a migration of SQLite drops and rebuilds tables, and a dropped parent would take its children along.
Every index stands in Meta: ``db_index=True`` on an added column creates none. No semicolon in the first line of a
docstring: it becomes a comment in the table, and the migrations cut statements there.
"""

from __future__ import annotations

from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_ID, _HASH, _CODE, _SCOPE, _TEXT, _FOLDER = 64, 64, 40, 100, 255, 1000
#: `CaseTable.to_post` of a row that was there before the column.
NOT_COUNTED: Final = -1
_SORTED: Final = ("organisation", "closed", "sort_due", "id", "status", "received_at", "opened_at")
NARROW: Final = (*_SORTED, "assignee", "rights", "reference", "confidential")  # whatever a list is narrowed by


def fits(table: type[Model], column: str, value: str) -> bool:
    """Whether the text is short enough for its column: the ORM refuses even to look for a longer one."""
    return "\0" not in value and len(value) <= int(table._meta.fields_map[column].max_length)  # type: ignore[attr-defined]


class CaseTable(Model):
    """One case. `document` is the sealed Case, version and head are those of its journal stream (journal rule 1)."""

    id = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    reference = fields.CharField(max_length=_CODE)
    status = fields.CharField(max_length=_CODE)
    outcome = fields.CharField(max_length=_CODE)
    rights = fields.CharField(max_length=_TEXT)
    language = fields.CharField(max_length=_CODE)
    channel = fields.CharField(max_length=_CODE)
    assignee = fields.CharField(max_length=_SCOPE)
    received_at = fields.DatetimeField()
    opened_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    target = fields.DateField(null=True)
    safe_due = fields.DateField(null=True)
    #: The target, or the end of time: lists are ordered by it, and NULL sorts differently in each database.
    sort_due = fields.DateField()
    #: Asked for by equality: NOT or <> would scan the table on SQLite.
    closed = fields.BooleanField()
    attention = fields.IntField()
    #: How many of its letters somebody must print and post, or NOT_COUNTED.
    to_post = fields.IntField(db_default=0)
    #: Keys of the staff who alone may see it, separated by blanks (practice 12).
    confidential = fields.TextField(db_default="")
    #: How many inquiries of an authority forbid to destroy anything of it (security 24).
    holds = fields.IntField(db_default=0)
    merged_into = fields.CharField(max_length=_ID)
    wake_at = fields.DatetimeField(null=True)
    version = fields.IntField()
    head = fields.CharField(max_length=_HASH)
    anchored = fields.BooleanField()
    object = fields.CharField(max_length=_ID)
    document = fields.BinaryField()

    class Meta:
        table = "cases"
        unique_together = (("organisation", "reference"),)
        indexes = (
            Index(name="case_queue", fields=("organisation", "closed", "sort_due", "id")),
            Index(name="case_done", fields=("organisation", "closed", "changed_at", "id")),
            Index(name="case_attention", fields=("organisation", "closed", "attention")),
            Index(name="case_to_post", fields=("organisation", "closed", "to_post")),
            Index(name="case_wake", fields=("wake_at",)),
            Index(name="case_anchored", fields=("anchored",)),
            Index(name="case_confidential", fields=("organisation", "confidential")),
            Index(name="case_narrow", fields=NARROW),
            Index(name="case_received", fields=("organisation", "closed", "received_at", "id")),
            Index(name="case_opened", fields=("organisation", "closed", "opened_at", "id")),
        )


class ClaimTable(Model):
    """The clear columns of a claim, for searching and counting. An older row has no answered_at until a rebuild."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    case_id = fields.CharField(max_length=_ID)
    claim = fields.CharField(max_length=_ID)
    right = fields.CharField(max_length=_CODE)
    party = fields.CharField(max_length=_SCOPE)
    status = fields.CharField(max_length=_CODE)
    outcome = fields.CharField(max_length=_CODE)
    received_at = fields.DatetimeField()
    target = fields.DateField(null=True)
    safe_due = fields.DateField(null=True)
    answered_at = fields.DatetimeField(null=True)
    late = fields.BooleanField(db_default=False)
    extended_on = fields.DateField(null=True)

    class Meta:
        table = "claim"
        unique_together = (("case_id", "claim"),)
        _search, _year = ("organisation", "status", "target"), ("organisation", "received_at")
        indexes = (Index(name="claim_search", fields=_search), Index(name="claim_year", fields=_year))


class AliasTable(Model):
    """References of cases that were merged into another one: they stay valid."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    reference = fields.CharField(max_length=_CODE)
    case_id = fields.CharField(max_length=_ID)

    class Meta:
        table = "alias"
        unique_together = (("organisation", "reference"),)
        indexes = (Index(name="alias_case", fields=("case_id",)),)


class LookupTable(Model):
    """HMAC of an address, domain, folded name word or Message-ID of a case. letter: whose Message-ID it is."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    kind = fields.CharField(max_length=_CODE)
    hash = fields.CharField(max_length=_HASH)
    case_id = fields.CharField(max_length=_ID)
    letter = fields.CharField(max_length=_ID)

    class Meta:
        table = "lookup"
        unique_together = (("organisation", "kind", "hash", "case_id"),)
        indexes = (Index(name="lookup_case", fields=("case_id",)),)


class EntryTable(Model):
    """One journal entry ("The journal", 2). `cause` stands on the first entry of its cause only, hence unique."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    stream = fields.CharField(max_length=_ID)
    seq = fields.IntField()
    v = fields.IntField()
    at = fields.DatetimeField()
    kind = fields.CharField(max_length=_CODE)
    actor = fields.CharField(max_length=_SCOPE)
    cause = fields.CharField(max_length=_TEXT, null=True)
    public = fields.TextField()
    commitment = fields.CharField(max_length=_HASH)
    object = fields.CharField(max_length=_ID)
    sealed = fields.BinaryField(null=True)
    prev = fields.CharField(max_length=_HASH)
    hash = fields.CharField(max_length=_HASH)

    class Meta:
        table = "entry"
        unique_together = (("stream", "seq"), ("stream", "cause"))
        indexes = (Index(name="entry_at", fields=("at",)),)


class LedgerTable(Model):
    """The head of an organisation's own stream. The stream's id is random, not the organisation's key."""

    organisation = fields.CharField(max_length=_SCOPE, primary_key=True)
    stream = fields.CharField(max_length=_ID, unique=True)
    version = fields.IntField()
    head = fields.CharField(max_length=_HASH)
    at = fields.DatetimeField()
    anchored = fields.BooleanField()

    class Meta:
        table = "ledger"


class AnchorTable(Model):
    """What moved since the anchor before: [stream, seq, head] lines, chained. Of the whole instance."""

    number = fields.IntField(primary_key=True, generated=False)
    at = fields.DatetimeField()
    body = fields.TextField()
    prev = fields.CharField(max_length=_HASH)
    hash = fields.CharField(max_length=_HASH)

    class Meta:
        table = "anchor"


class CollapsedTable(Model):
    """The tombstone of a stream whose entries were deleted at the end of its retention (journal rule 5)."""

    stream = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    seq = fields.IntField()
    head = fields.CharField(max_length=_HASH)
    rule = fields.CharField(max_length=_TEXT)
    at = fields.DatetimeField()

    class Meta:
        table = "collapsed"


class DestroyedTable(Model):
    """The tombstone of a destroyed object. finished_at NULL: key or bytes may still be there, to be finished.

    pack, start, length: where its bytes lay, once its key does not say so any more, NULL for what stood in a row.
    """

    id = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    rule = fields.CharField(max_length=_TEXT)
    at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)
    pack = fields.CharField(max_length=_ID, null=True)
    start = fields.BigIntField(null=True)
    length = fields.BigIntField(null=True)

    class Meta:
        table = "destroyed"
        indexes = (Index(name="destroyed_unfinished", fields=("finished_at",)),)


class InboundTable(Model):
    """One inbound. native: mailbox, folder, UIDVALIDITY and UID as one value, NULL for what is no mail."""

    id = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    channel = fields.CharField(max_length=_CODE)
    mailbox = fields.CharField(max_length=_SCOPE)
    folder = fields.CharField(max_length=_FOLDER)
    uidvalidity = fields.BigIntField()
    uid = fields.BigIntField()
    native = fields.CharField(max_length=_FOLDER + 200, null=True, unique=True)
    received_at = fields.DatetimeField()
    kept_at = fields.DatetimeField()
    objects = fields.TextField()
    size = fields.BigIntField()
    attempts = fields.IntField()
    state = fields.CharField(max_length=_CODE)
    disposition = fields.CharField(max_length=_CODE)
    kind = fields.CharField(max_length=_CODE)
    problem = fields.CharField(max_length=_TEXT)
    case_id = fields.CharField(max_length=_ID)
    safe_due = fields.DateField(null=True)
    settled_at = fields.DatetimeField(null=True)
    message_hash = fields.CharField(max_length=_HASH)
    same_hash = fields.CharField(max_length=_HASH)
    sender_hash = fields.CharField(max_length=_HASH)
    copy_hash = fields.CharField(max_length=_HASH, db_default="")

    class Meta:
        table = "inbound"
        indexes = (
            Index(name="inbound_state", fields=("state", "kept_at", "id")),
            Index(name="inbound_list", fields=("organisation", "kept_at", "id")),
            Index(name="inbound_mail", fields=("mailbox", "folder", "uidvalidity", "uid")),
            Index(name="inbound_case", fields=("case_id",)),
            Index(name="inbound_message", fields=("organisation", "message_hash")),
            Index(name="inbound_same", fields=("organisation", "same_hash")),
            Index(name="inbound_sender", fields=("organisation", "sender_hash")),
            Index(name="inbound_copy", fields=("organisation", "copy_hash")),
        )


class JobTable(Model):
    """One outbox row. Under `key`: `sealed`, the envelope (it names the recipient), and `answer`, the server's last."""

    id = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    kind = fields.CharField(max_length=_CODE)
    case_id = fields.CharField(max_length=_ID)
    letter = fields.CharField(max_length=_ID)
    object = fields.CharField(max_length=_ID)
    key = fields.CharField(max_length=_ID)
    automatic = fields.BooleanField()
    recipient_hash = fields.CharField(max_length=_HASH)
    domain_hash = fields.CharField(max_length=_HASH)
    sealed = fields.BinaryField()
    answer = fields.BinaryField(null=True)
    state = fields.CharField(max_length=_CODE)
    due_at = fields.DatetimeField()
    attempts = fields.IntField()
    fence = fields.IntField()
    worker = fields.CharField(max_length=_SCOPE)
    #: Milliseconds since 1970 by the database's own clock.
    lease_until = fields.BigIntField()
    first_tried_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "job"
        indexes = (
            Index(name="job_due", fields=("state", "due_at")),
            Index(name="job_list", fields=("organisation", "state", "due_at")),
            Index(name="job_case", fields=("case_id",)),
            Index(name="job_recipient", fields=("organisation", "recipient_hash", "sent_at")),
            Index(name="job_domain", fields=("organisation", "domain_hash", "sent_at")),
        )
