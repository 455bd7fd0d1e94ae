"""The service's own small tables: how far it has read, what it counted, who does what. See `tables` for the rules."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_HASH = 64
_SCOPE = 100
_FOLDER = 1000
_TEXT = 255
_CODE = 40


class PositionTable(Model):
    """How far a folder was read."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    folder = fields.CharField(max_length=_FOLDER)
    uidvalidity = fields.BigIntField()
    last_uid = fields.BigIntField()

    class Meta:
        table = "position"
        unique_together = (("organisation", "folder"),)


class CounterTable(Model):
    """The last number given in a year, for references."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    year = fields.IntField()
    number = fields.IntField()

    class Meta:
        table = "counter"
        unique_together = (("organisation", "year"),)


class DigestTable(Model):
    """Which digests were begun: one per recipient and local date, for ever."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    day = fields.DateField()
    recipient_hash = fields.CharField(max_length=_HASH)

    class Meta:
        table = "digest"
        unique_together = (("organisation", "day", "recipient_hash"),)


class LeaseTable(Model):
    """Who may do a thing of which there is one. until: milliseconds since 1970 by the database's own clock."""

    name = fields.CharField(max_length=_SCOPE, primary_key=True)
    holder = fields.CharField(max_length=_SCOPE)
    until = fields.BigIntField()

    class Meta:
        table = "lease"


class BeatTable(Model):
    """When a process last did a thing."""

    id = fields.BigIntField(primary_key=True)
    process = fields.CharField(max_length=_SCOPE)
    what = fields.CharField(max_length=_SCOPE)
    at = fields.DatetimeField()

    class Meta:
        table = "beat"
        unique_together = (("process", "what"),)


class AlarmTable(Model):
    """What somebody must hear of. key: raised once, open: of those that have not ended, told: keys of staff."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    key = fields.CharField(max_length=_TEXT)
    matter = fields.CharField(max_length=_TEXT)
    kind = fields.CharField(max_length=_CODE)
    subject = fields.CharField(max_length=_SCOPE)
    case_id = fields.CharField(max_length=_HASH)
    day = fields.DateField(null=True)
    rank = fields.IntField()
    level = fields.IntField()
    urgent = fields.BooleanField()
    raised_at = fields.DatetimeField()
    climbed_at = fields.DatetimeField()
    told = fields.CharField(max_length=_TEXT)
    acknowledged_by = fields.CharField(max_length=_SCOPE)
    acknowledged_at = fields.DatetimeField(null=True)
    open = fields.BooleanField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "alarm"
        unique_together = (("organisation", "key"),)
        indexes = (Index(name="alarm_open", fields=("organisation", "open", "raised_at")),)


class InquiryTable(Model):
    """An inquiry of an authority. `document` is sealed, version and head are those of its journal stream."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    reference = fields.CharField(max_length=_CODE)
    opened_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    due = fields.DateField()
    closed = fields.BooleanField()
    version = fields.IntField()
    head = fields.CharField(max_length=_HASH)
    anchored = fields.BooleanField()
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "inquiry"
        unique_together = (("organisation", "reference"),)
        indexes = (Index(name="inquiry_queue", fields=("organisation", "closed", "due")),)


class SuppressionTable(Model):
    """Who gets no advertising any more: keyed hashes. reason: a code, reference: of the case, if there was one."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    hash = fields.CharField(max_length=_HASH)
    since = fields.DatetimeField()
    reason = fields.CharField(max_length=_CODE)
    actor = fields.CharField(max_length=_SCOPE)
    reference = fields.CharField(max_length=_CODE)

    class Meta:
        table = "suppression"
        unique_together = (("organisation", "hash"),)


class IdCopyTable(Model):
    """A file that may be the copy of an identity paper. digest, source: keyed hashes of contents, origin: whose key.

    object, rest, old: ids in the vault."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    origin = fields.CharField(max_length=_SCOPE)
    inbound = fields.CharField(max_length=_HASH)
    case_id = fields.CharField(max_length=_HASH)
    guess = fields.CharField(max_length=_CODE)
    why = fields.CharField(max_length=_CODE)
    state = fields.CharField(max_length=_CODE)
    arrived_at = fields.DatetimeField()
    delete_by = fields.DatetimeField()
    digest = fields.CharField(max_length=_HASH)
    size = fields.BigIntField()
    object = fields.CharField(max_length=_HASH)
    rest = fields.CharField(max_length=_HASH)
    old = fields.TextField()
    pages = fields.CharField(max_length=_TEXT)
    source = fields.CharField(max_length=_HASH)
    source_size = fields.BigIntField()

    class Meta:
        table = "id_copy"
        indexes = (
            Index(name="id_copy_state", fields=("state", "delete_by")),
            Index(name="id_copy_inbound", fields=("inbound",)),
            Index(name="id_copy_case", fields=("case_id",)),
        )


class IdCopyPlaceTable(Model):
    """Where such a copy is, was or may be outside the vault. place: a code, never a name."""

    id = fields.BigIntField(primary_key=True)
    copy = fields.CharField(max_length=_HASH)
    place = fields.CharField(max_length=_TEXT)
    state = fields.CharField(max_length=_CODE)
    why = fields.CharField(max_length=_CODE)
    since = fields.DatetimeField()
    ticked_by = fields.CharField(max_length=_SCOPE)

    class Meta:
        table = "id_copy_place"
        unique_together = (("copy", "place"),)


class DirectoryTable(Model):
    """A person on file, in a sealed document."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    changed_at = fields.DatetimeField()
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "directory"
        indexes = (Index(name="directory_list", fields=("organisation", "id")),)


class DirectoryLookupTable(Model):
    """HMAC of a customer number, mail address, Discord id or folded name word of a person on file."""

    id = fields.BigIntField(primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    hash = fields.CharField(max_length=_HASH)
    person = fields.CharField(max_length=_HASH)

    class Meta:
        table = "directory_lookup"
        unique_together = (("organisation", "hash", "person"),)
        indexes = (Index(name="directory_lookup_person", fields=("person",)),)


class RememberedTable(Model):
    """What the service keeps in mind about itself from one run to the next: codes, nothing else."""

    name = fields.CharField(max_length=_SCOPE, primary_key=True)
    value = fields.CharField(max_length=_TEXT)

    class Meta:
        table = "remembered"


class AccountTable(Model):
    """What proves who a member of staff is. `document` is sealed."""

    staff = fields.CharField(max_length=_SCOPE, primary_key=True)
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "account"


class SessionTable(Model):
    """Somebody is logged in. id: the hash of the cookie; how: a code; roles: those left by a log-in service."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    staff = fields.CharField(max_length=_SCOPE)
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    proven_at = fields.DatetimeField()
    how = fields.CharField(max_length=_CODE, db_default="password")
    roles = fields.CharField(max_length=_TEXT, null=True)

    class Meta:
        table = "session"
        indexes = (Index(name="session_staff", fields=("staff",)),)
