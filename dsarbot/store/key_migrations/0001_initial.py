"""The tables as of the first release, written by the ORM's own tool."""

# ruff: noqa: E501, N999, RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="ScopeKeyTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("purpose", fields.CharField(max_length=40)),
                ("generation", fields.IntField()),
                ("wrapped", fields.BinaryField()),
            ],
            options={
                "table": "scope_key",
                "app": "dsarbot_keys",
                "unique_together": (("organisation", "purpose", "generation"),),
                "pk_attr": "id",
                "table_description": 'The key of an organisation (or mailbox scope), wrapped by the master key. purpose: "seal" or "lookup".',
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ObjectKeyTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("origin", fields.CharField(max_length=100)),
                ("kind", fields.CharField(max_length=40)),
                (
                    "wrapper",
                    fields.ForeignKeyField(
                        "dsarbot_keys.ScopeKeyTable",
                        source_field="wrapper_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="wraps",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("wrapped", fields.BinaryField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "object_key",
                "app": "dsarbot_keys",
                "indexes": [Index(fields=["wrapper_id"], name="object_key_wrapper")],
                "pk_attr": "id",
                "table_description": "One object's key, wrapped by the scope's. origin: the scope the object was sealed in, part of its label.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TokenTable",
            fields=[
                ("id", fields.IntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("sealed", fields.BinaryField()),
            ],
            options={
                "table": "key_token",
                "app": "dsarbot_keys",
                "pk_attr": "id",
                "table_description": "A known text under the master key: opens only with the right one, so a wrong key is found before any use.",
            },
            bases=["Model"],
        ),
    ]
