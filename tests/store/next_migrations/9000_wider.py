"""Wider columns: SQLite rebuilds each of these tables, and drops the old one."""

# ruff: noqa: N999

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from dsarbot.store import migrations as migrations_of_this_release
from dsarbot.store.schema import known

WIDER = {
    "CaseTable": ("reference", 80), "ClaimTable": ("right", 80), "AliasTable": ("reference", 80),
    "LookupTable": ("kind", 80), "InboundTable": ("problem", 999), "JobTable": ("worker", 999),
    "PositionTable": ("folder", 999), "DestroyedTable": ("rule", 999), "LedgerTable": ("head", 99),
    "RememberedTable": ("value", 999),
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("dsarbot", known(migrations_of_this_release.__name__)[-1])]  # noqa: RUF012

    operations = [  # noqa: RUF012
        ops.AlterField(model_name=model, name=name, field=fields.CharField(max_length=length))
        for model, (name, length) in WIDER.items()
    ]
