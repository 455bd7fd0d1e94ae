"""Links that a person or an outside party may open, and the visits behind them."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0007_accounts")]

    operations: list[ops.Operation] = [
        ops.CreateModel(
            name="LinkTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("purpose", fields.CharField(max_length=40)),
                ("case_id", fields.CharField(max_length=64)),
                ("party", fields.CharField(max_length=100)),
                ("note", fields.CharField(max_length=100)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("completed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("address_hash", fields.CharField(max_length=64)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "link",
                "app": "dsarbot",
                "indexes": [
                    Index(fields=["organisation", "case_id"], name="link_case"),
                    Index(fields=["organisation", "address_hash"], name="link_address"),
                    Index(fields=["expires_at"], name="link_end"),
                ],
                "pk_attr": "id",
                "table_description": "What a person or a party may open.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="VisitTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("link", fields.CharField(max_length=64)),
                ("case_id", fields.CharField(max_length=64)),
                ("party", fields.CharField(max_length=100)),
                ("purpose", fields.CharField(max_length=40)),
                ("shown", fields.CharField(max_length=40)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "visit",
                "app": "dsarbot",
                "indexes": [
                    Index(fields=["link"], name="visit_link"),
                    Index(fields=["seen_at"], name="visit_seen"),
                ],
                "pk_attr": "id",
                "table_description": "Somebody is in behind a link.",
            },
            bases=["Model"],
        ),
    ]
