"""Keys of programs, what they asked once, and where they want to be told."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0008_links")]

    operations = [
        ops.CreateModel(
            name="ApiKeyTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("name", fields.CharField(max_length=40)),
                ("scopes", fields.CharField(max_length=255)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("by", fields.CharField(max_length=100)),
            ],
            options={
                "table": "api_key",
                "app": "dsarbot",
                "indexes": [Index(fields=["organisation", "name"], name="api_key_name")],
                "pk_attr": "id",
                "table_description": "What a program may do. id: the hash of its key, scopes: codes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ApiCallTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("body", fields.CharField(max_length=64)),
                ("inbound", fields.CharField(max_length=64)),
                ("case_id", fields.CharField(max_length=64)),
                ("answer", fields.TextField(unique=False)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "api_call",
                "app": "dsarbot",
                "indexes": [Index(fields=["made_at"], name="api_call_made")],
                "pk_attr": "id",
                "table_description": "What a program asked for once and may ask for again.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WebhookTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("events", fields.CharField(max_length=255)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by", fields.CharField(max_length=100)),
                ("object", fields.CharField(max_length=64)),
                ("document", fields.BinaryField()),
            ],
            options={
                "table": "webhook",
                "app": "dsarbot",
                "indexes": [Index(fields=["organisation", "made_at"], name="webhook_list")],
                "pk_attr": "id",
                "table_description": "Who is told of what. `document` is sealed: address and secret. events: codes.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WebhookEventTable",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("organisation", fields.CharField(max_length=100)),
                ("kind", fields.CharField(max_length=40)),
                ("case_id", fields.CharField(max_length=64)),
                ("reference", fields.CharField(max_length=40)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("status", fields.CharField(max_length=40)),
                ("target", fields.DateField(null=True)),
                ("letter", fields.CharField(max_length=40)),
            ],
            options={
                "table": "webhook_event",
                "app": "dsarbot",
                "indexes": [Index(fields=["at"], name="webhook_event_at")],
                "pk_attr": "id",
                "table_description": "What they are told: codes and dates.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CalendarTable",
            fields=[
                ("staff", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=100)),
                ("token", fields.CharField(unique=True, max_length=64)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "calendar",
                "app": "dsarbot",
                "pk_attr": "staff",
                "table_description": "A calendar that somebody reads by a secret address. token: its hash.",
            },
            bases=["Model"],
        ),
    ]
