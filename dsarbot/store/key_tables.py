"""The keys' own tables, in a database (SQLite) or schema (PostgreSQL) of their own: a back-up of the cases does not
bring destroyed keys back, and this small file can afford to overwrite what is deleted (security 2).
"""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_ID = 64
_CODE = 40
_SCOPE = 100


class TokenTable(Model):
    """A known text under the master key: opens only with the right one, so a wrong key is found before any use."""

    id = fields.IntField(primary_key=True, generated=False)
    sealed = fields.BinaryField()

    class Meta:
        table = "key_token"


class ScopeKeyTable(Model):
    """The key of an organisation (or mailbox scope), wrapped by the master key. purpose: "seal" or "lookup"."""

    id = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    purpose = fields.CharField(max_length=_CODE)
    generation = fields.IntField()
    wrapped = fields.BinaryField()

    class Meta:
        table = "scope_key"
        unique_together = (("organisation", "purpose", "generation"),)


class ObjectKeyTable(Model):
    """One object's key, wrapped by the scope's. origin: the scope the object was sealed in, part of its label. pack,
    start, length: where its bytes lie in the vault, NULL when they stand in a row of the main database.

    The foreign key is what makes rotation safe: a scope key that still wraps something cannot be deleted, and no
    process can add an object under one that is gone.
    """

    id = fields.CharField(max_length=_ID, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    origin = fields.CharField(max_length=_SCOPE)
    kind = fields.CharField(max_length=_CODE)
    wrapper: fields.ForeignKeyRelation[ScopeKeyTable] = fields.ForeignKeyField(
        "dsarbot_keys.ScopeKeyTable", related_name="wraps", on_delete=fields.RESTRICT
    )
    wrapper_id: str
    wrapped = fields.BinaryField()
    created_at = fields.DatetimeField()
    pack = fields.CharField(max_length=_ID, null=True)
    start = fields.BigIntField(null=True)
    #: NULL beside a pack: all of it, a file from before there were packs.
    length = fields.BigIntField(null=True)

    class Meta:
        table = "object_key"
        indexes = (
            Index(name="object_key_wrapper", fields=("wrapper_id",)),
            Index(name="object_key_pack", fields=("pack",)),
        )
