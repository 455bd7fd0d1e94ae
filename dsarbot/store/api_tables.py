"""Tables of programs that talk to us, and of what they are told. See `tables` for the rules."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_HASH = 64
_SCOPE = 100
_CODE = 40
_TEXT = 255


class ApiKeyTable(Model):
    """What a program may do. id: the hash of its key, scopes: codes."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    name = fields.CharField(max_length=_CODE)
    scopes = fields.CharField(max_length=_TEXT)
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    by = fields.CharField(max_length=_SCOPE)

    class Meta:
        table = "api_key"
        indexes = (Index(name="api_key_name", fields=("organisation", "name")),)


class ApiCallTable(Model):
    """What a program asked for once and may ask for again."""

    #: Of its Idempotency-Key, and of what was asked: keyed hashes. answer: what it was told, "" while nothing yet.
    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    body = fields.CharField(max_length=_HASH)
    inbound = fields.CharField(max_length=_HASH)
    case_id = fields.CharField(max_length=_HASH)
    answer = fields.TextField()
    made_at = fields.DatetimeField()

    class Meta:
        table = "api_call"
        indexes = (Index(name="api_call_made", fields=("made_at",)),)


class WebhookTable(Model):
    """Who is told of what. `document` is sealed: address and secret. events: codes."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    events = fields.CharField(max_length=_TEXT)
    made_at = fields.DatetimeField()
    by = fields.CharField(max_length=_SCOPE)
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "webhook"
        indexes = (Index(name="webhook_list", fields=("organisation", "made_at")),)


class WebhookEventTable(Model):
    """What they are told: codes and dates."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    kind = fields.CharField(max_length=_CODE)
    case_id = fields.CharField(max_length=_HASH)
    reference = fields.CharField(max_length=_CODE)
    at = fields.DatetimeField()
    status = fields.CharField(max_length=_CODE)
    target = fields.DateField(null=True)
    letter = fields.CharField(max_length=_CODE)

    class Meta:
        table = "webhook_event"
        indexes = (Index(name="webhook_event_at", fields=("at",)),)


class CalendarTable(Model):
    """A calendar that somebody of the staff reads by a secret address. token: its hash."""

    staff = fields.CharField(max_length=_SCOPE, primary_key=True)
    token = fields.CharField(max_length=_HASH, unique=True)
    made_at = fields.DatetimeField()

    class Meta:
        table = "calendar"
