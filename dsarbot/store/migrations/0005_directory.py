"""The customer directory: sealed entries, and keyed hashes of what they are looked up by."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0004_copies")]

    operations = [
        ops.CreateModel(
            name="DirectoryTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "directory",
                "app": "dsarbot",
                "indexes": [Index(fields=["organisation", "id"], name="directory_list")],
                "pk_attr": "id",
                "table_description": "A person on file.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DirectoryLookupTable",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("organisation", fields.CharField(max_length=100)),
                ("hash", fields.CharField(max_length=64)),
                ("person", fields.CharField(max_length=64)),
            ],
            options={
                "table": "directory_lookup",
                "app": "dsarbot",
                "unique_together": (("organisation", "hash", "person"),),
                "indexes": [Index(fields=["person"], name="directory_lookup_person")],
                "pk_attr": "id",
                "table_description": "What a person on file is looked up by: keyed hashes.",
            },
            bases=["Model"],
        ),
    ]
