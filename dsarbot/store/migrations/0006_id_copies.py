"""Copies of identity papers: what is set apart, until when, and where it still is."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0005_directory")]

    operations = [
        ops.CreateModel(
            name="IdCopyTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("origin", fields.CharField(max_length=100)),
                ("inbound", fields.CharField(max_length=64)),
                ("case_id", fields.CharField(max_length=64)),
                ("guess", fields.CharField(max_length=40)),
                ("why", fields.CharField(max_length=40)),
                ("state", fields.CharField(max_length=40)),
                ("arrived_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("delete_by", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("digest", fields.CharField(max_length=64)),
                ("size", fields.BigIntField()),
                ("object", fields.CharField(max_length=64)),
                ("rest", fields.CharField(max_length=64)),
                ("old", fields.TextField()),
                ("pages", fields.CharField(max_length=255)),
                ("source", fields.CharField(max_length=64)),
                ("source_size", fields.BigIntField()),
            ],
            options={
                "table": "id_copy",
                "app": "dsarbot",
                "indexes": [
                    Index(fields=["state", "delete_by"], name="id_copy_state"),
                    Index(fields=["inbound"], name="id_copy_inbound"),
                    Index(fields=["case_id"], name="id_copy_case"),
                ],
                "pk_attr": "id",
                "table_description": "A file that may be the copy of an identity paper.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdCopyPlaceTable",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("copy", fields.CharField(max_length=64)),
                ("place", fields.CharField(max_length=255)),
                ("state", fields.CharField(max_length=40)),
                ("why", fields.CharField(max_length=40)),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ticked_by", fields.CharField(max_length=100)),
            ],
            options={
                "table": "id_copy_place",
                "app": "dsarbot",
                "unique_together": (("copy", "place"),),
                "pk_attr": "id",
                "table_description": "Where such a copy is, was or may be outside the vault.",
            },
            bases=["Model"],
        ),
    ]
