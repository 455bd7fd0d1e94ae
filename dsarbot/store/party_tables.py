"""The table of parties and contracts. See `tables` for the rules."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

_HASH = 64
_SCOPE = 100


class PartiesTable(Model):
    """The register of one organisation, in one sealed document: it is checked and changed as a whole."""

    organisation = fields.CharField(max_length=_SCOPE, primary_key=True)
    version = fields.IntField()
    changed_at = fields.DatetimeField()
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "parties"
