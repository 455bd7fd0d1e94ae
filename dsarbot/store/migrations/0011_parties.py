"""Customers, resellers, sub-processors and recipients, and the contracts with them."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0010_access")]

    operations: list[ops.Operation] = [
        ops.CreateModel(
            name="PartiesTable",
            fields=[
                ("organisation", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=100)),
                ("version", fields.IntField()),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "parties",
                "app": "dsarbot",
                "pk_attr": "organisation",
                "table_description": "The register of one organisation, in one sealed document: it is checked and"
                " changed as a whole.",
            },
            bases=["Model"],
        ),
    ]
