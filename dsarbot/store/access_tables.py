"""The tables of log-ins beside accounts and sessions: devices, challenges, what auditors were granted. See `tables`."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_HASH = 64
_SCOPE = 100
_CODE = 40


class PasskeyTable(Model):
    """Whose passkey it is. id: the hash of its own; the key itself lies sealed in the account."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    staff = fields.CharField(max_length=_SCOPE)

    class Meta:
        table = "passkey"
        indexes = (Index(name="passkey_staff", fields=("staff",)),)


class ChallengeTable(Model):
    """A challenge that may still be answered, once. id: its hash; bound: the session that it was made for, if any."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    purpose = fields.CharField(max_length=_CODE)
    bound = fields.CharField(max_length=_HASH)
    until = fields.DatetimeField()

    class Meta:
        table = "challenge"


class GrantTable(Model):
    """An auditor may read content for a while. reason: a code."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    staff = fields.CharField(max_length=_SCOPE)
    reason = fields.CharField(max_length=_CODE)
    given_at = fields.DatetimeField()
    until = fields.DatetimeField()
    by = fields.CharField(max_length=_SCOPE)

    class Meta:
        table = "content_grant"
        indexes = (Index(name="content_grant_staff", fields=("staff",)),)
