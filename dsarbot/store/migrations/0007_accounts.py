"""Accounts of staff, and their sessions."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0006_id_copies")]

    operations = [
        ops.CreateModel(
            name="AccountTable",
            fields=[
                ("staff", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=100)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "account",
                "app": "dsarbot",
                "pk_attr": "staff",
                "table_description": "What proves who a member of staff is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SessionTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("staff", fields.CharField(max_length=100)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("proven_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session",
                "app": "dsarbot",
                "indexes": [Index(fields=["staff"], name="session_staff")],
                "pk_attr": "id",
                "table_description": "Somebody is logged in.",
            },
            bases=["Model"],
        ),
    ]
