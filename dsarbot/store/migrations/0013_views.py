"""Views of the list of cases that somebody has saved, and an index of all that the list is narrowed by."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0012_discord")]

    operations = [
        ops.CreateModel(
            name="ViewTable",
            fields=[
                ("staff", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=100)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "view",
                "app": "dsarbot",
                "pk_attr": "staff",
                "table_description": "The lists of cases that a member of staff has saved.",
            },
            bases=["Model"],
        ),
        ops.AddIndex(
            model_name="CaseTable",
            index=Index(
                fields=[
                    "organisation", "closed", "sort_due", "id", "status", "received_at", "opened_at", "assignee",
                    "rights", "reference", "confidential",
                ],
                name="case_narrow",
            ),
        ),
    ]
