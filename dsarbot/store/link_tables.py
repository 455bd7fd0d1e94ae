"""The tables of links and of visits behind them. See `tables` for the rules."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_HASH = 64
_SCOPE = 100
_CODE = 40


class LinkTable(Model):
    """What a person or a party may open. id: the hash of its token. `document` (the address, its codes) is sealed."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    purpose = fields.CharField(max_length=_CODE)
    case_id = fields.CharField(max_length=_HASH)
    party = fields.CharField(max_length=_SCOPE)
    note = fields.CharField(max_length=_SCOPE)
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    completed_at = fields.DatetimeField(null=True)
    #: HMAC of the address.
    address_hash = fields.CharField(max_length=_HASH)
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "link"
        indexes = (
            Index(name="link_case", fields=("organisation", "case_id")),
            Index(name="link_address", fields=("organisation", "address_hash")),
            Index(name="link_end", fields=("expires_at",)),
        )


class VisitTable(Model):
    """Somebody is in behind a link. id: the hash of the cookie."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    link = fields.CharField(max_length=_HASH)
    case_id = fields.CharField(max_length=_HASH)
    party = fields.CharField(max_length=_SCOPE)
    purpose = fields.CharField(max_length=_CODE)
    shown = fields.CharField(max_length=_CODE)
    opened_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()

    class Meta:
        table = "visit"
        indexes = (
            Index(name="visit_link", fields=("link",)),
            Index(name="visit_seen", fields=("seen_at",)),
        )
