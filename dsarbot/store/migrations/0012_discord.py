"""Discord servers: who asked there, what the bot posted, linked accounts."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0011_parties")]

    operations: list[ops.Operation] = [
        ops.CreateModel(
            name="DiscordContactTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("guild", fields.BigIntField()),
                ("case_id", fields.CharField(max_length=64)),
                ("user_hash", fields.CharField(max_length=64)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("done", fields.BooleanField()),
                ("untold", fields.BooleanField()),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "discord_contact",
                "app": "dsarbot",
                "indexes": [
                    Index(fields=["organisation", "user_hash"], name="discord_contact_user"),
                    Index(fields=["organisation", "case_id"], name="discord_contact_case"),
                    Index(fields=["done", "at"], name="discord_contact_done"),
                ],
                "pk_attr": "id",
                "table_description": "Somebody asked over Discord.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DiscordPostTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("guild", fields.BigIntField()),
                ("kind", fields.CharField(max_length=40)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("case_id", fields.CharField(max_length=64)),
                ("contact", fields.CharField(max_length=64)),
                ("subject", fields.CharField(max_length=100)),
                ("channel", fields.BigIntField()),
                ("message", fields.BigIntField()),
                ("shown", fields.CharField(max_length=64)),
                ("delete_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("gone", fields.BooleanField()),
            ],
            options={
                "table": "discord_post",
                "app": "dsarbot",
                "indexes": [
                    Index(fields=["organisation", "guild", "gone"], name="discord_post_guild"),
                    Index(fields=["organisation", "case_id"], name="discord_post_case"),
                    Index(fields=["gone", "delete_at"], name="discord_post_end"),
                ],
                "pk_attr": "id",
                "table_description": "A message of the bot.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DiscordAccountTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("user_hash", fields.CharField(max_length=64)),
                ("target_hash", fields.CharField(max_length=64)),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "discord_account",
                "app": "dsarbot",
                "unique_together": (("organisation", "user_hash"),),
                "indexes": [
                    Index(fields=["organisation", "target_hash", "asked_at"], name="discord_account_target"),
                ],
                "pk_attr": "id",
                "table_description": "An account of Discord, and to whom it was bound.",
            },
            bases=["Model"],
        ),
    ]
