"""The tables of Discord. See `tables` for the rules: who asked stands in sealed documents and keyed hashes alone."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

_HASH = 64
_SCOPE = 100
_CODE = 40


class DiscordContactTable(Model):
    """Somebody asked over Discord. id: of the inbound. `document` (who, where, by which words) is sealed."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    guild = fields.BigIntField()
    case_id = fields.CharField(max_length=_HASH)
    user_hash = fields.CharField(max_length=_HASH)
    at = fields.DatetimeField()
    done = fields.BooleanField()
    untold = fields.BooleanField()
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "discord_contact"
        indexes = (
            Index(name="discord_contact_user", fields=("organisation", "user_hash")),
            Index(name="discord_contact_case", fields=("organisation", "case_id")),
            Index(name="discord_contact_done", fields=("done", "at")),
        )


class DiscordPostTable(Model):
    """A message of the bot. channel: 0 for a direct message, as its channel is as good as its reader's name."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    guild = fields.BigIntField()
    kind = fields.CharField(max_length=_CODE)
    at = fields.DatetimeField()
    case_id = fields.CharField(max_length=_HASH)
    contact = fields.CharField(max_length=_HASH)
    subject = fields.CharField(max_length=_SCOPE)
    channel = fields.BigIntField()
    message = fields.BigIntField()
    shown = fields.CharField(max_length=_HASH)
    delete_at = fields.DatetimeField(null=True)
    gone = fields.BooleanField()

    class Meta:
        table = "discord_post"
        indexes = (
            Index(name="discord_post_guild", fields=("organisation", "guild", "gone")),
            Index(name="discord_post_case", fields=("organisation", "case_id")),
            Index(name="discord_post_end", fields=("gone", "delete_at")),
        )


class DiscordAccountTable(Model):
    """An account of Discord, and to whom it was bound. target_hash: HMAC of the address that was asked for last."""

    id = fields.CharField(max_length=_HASH, primary_key=True)
    organisation = fields.CharField(max_length=_SCOPE)
    user_hash = fields.CharField(max_length=_HASH)
    target_hash = fields.CharField(max_length=_HASH)
    asked_at = fields.DatetimeField()
    object = fields.CharField(max_length=_HASH)
    document = fields.BinaryField()

    class Meta:
        table = "discord_account"
        unique_together = (("organisation", "user_hash"),)
        indexes = (Index(name="discord_account_target", fields=("organisation", "target_hash", "asked_at")),)
