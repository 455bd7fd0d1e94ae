"""Passkeys, challenges that are answered once, how a session began, and what auditors were granted."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0009_api")]

    operations = [
        ops.AddField(
            model_name="SessionTable", name="how", field=fields.CharField(max_length=40, db_default="password")
        ),
        ops.AddField(model_name="SessionTable", name="roles", field=fields.CharField(max_length=255, null=True)),
        ops.CreateModel(
            name="PasskeyTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("staff", fields.CharField(max_length=100)),
            ],
            options={
                "table": "passkey",
                "app": "dsarbot",
                "indexes": [Index(fields=["staff"], name="passkey_staff")],
                "pk_attr": "id",
                "table_description": "Whose passkey it is. id: the hash of its own.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChallengeTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("purpose", fields.CharField(max_length=40)),
                ("bound", fields.CharField(max_length=64)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "challenge",
                "app": "dsarbot",
                "pk_attr": "id",
                "table_description": "A challenge that may still be answered, once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GrantTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("staff", fields.CharField(max_length=100)),
                ("reason", fields.CharField(max_length=40)),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by", fields.CharField(max_length=100)),
            ],
            options={
                "table": "content_grant",
                "app": "dsarbot",
                "indexes": [Index(fields=["staff"], name="content_grant_staff")],
                "pk_attr": "id",
                "table_description": "An auditor may read content for a while.",
            },
            bases=["Model"],
        ),
    ]
