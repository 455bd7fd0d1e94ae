"""Views of the list of cases that somebody has saved, an index of all that the list is narrowed by, and what the
figures of a year are counted from."""

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
        ops.AddIndex(
            model_name="CaseTable",
            index=Index(fields=["organisation", "closed", "received_at", "id"], name="case_received"),
        ),
        ops.AddIndex(
            model_name="CaseTable",
            index=Index(fields=["organisation", "closed", "opened_at", "id"], name="case_opened"),
        ),
        ops.AddField(
            model_name="ClaimTable",
            name="answered_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(model_name="ClaimTable", name="late", field=fields.BooleanField(db_default=False)),
        ops.AddField(model_name="ClaimTable", name="extended_on", field=fields.DateField(null=True)),
        ops.AddIndex(
            model_name="ClaimTable", index=Index(fields=["organisation", "received_at"], name="claim_year")
        ),
    ]
