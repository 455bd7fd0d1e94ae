"""Confidential cases and legal holds in clear columns; inquiries of authorities; who gets no advertising any more."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0002_packs")]

    operations = [
        ops.AddField(model_name="CaseTable", name="confidential", field=fields.TextField(db_default="")),
        ops.AddField(model_name="CaseTable", name="holds", field=fields.IntField(db_default=0)),
        ops.AddIndex(
            model_name="CaseTable", index=Index(fields=["organisation", "confidential"], name="case_confidential")
        ),
        # Who may see it stands in the sealed document; until the case is next saved, or rebuilt, nobody's key fits.
        ops.RunSQL(
            "UPDATE cases SET confidential = '-'"
            " WHERE EXISTS (SELECT 1 FROM entry WHERE stream = cases.id AND kind = 'Confided')"
        ),
        ops.CreateModel(
            name="InquiryTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("reference", fields.CharField(max_length=40)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due", fields.DateField()),
                ("closed", fields.BooleanField()),
                ("version", fields.IntField()),
                ("head", fields.CharField(max_length=64)),
                ("anchored", fields.BooleanField()),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "inquiry",
                "app": "dsarbot",
                "unique_together": (("organisation", "reference"),),
                "indexes": [Index(fields=["organisation", "closed", "due"], name="inquiry_queue")],
                "pk_attr": "id",
                "table_description": "An inquiry of an authority.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SuppressionTable",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("organisation", fields.CharField(max_length=100)),
                ("hash", fields.CharField(max_length=64)),
                ("since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=40)),
                ("actor", fields.CharField(max_length=100)),
                ("reference", fields.CharField(max_length=40)),
            ],
            options={
                "table": "suppression",
                "app": "dsarbot",
                "unique_together": (("organisation", "hash"),),
                "pk_attr": "id",
                "table_description": "Who gets no advertising any more: keyed hashes.",
            },
            bases=["Model"],
        ),
    ]
