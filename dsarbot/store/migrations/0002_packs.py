"""The tombstone of an object says where its bytes lay, until they are erased: a file of one object is a pack of one."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0001_initial")]

    operations = [
        ops.AddField(model_name="DestroyedTable", name="pack", field=fields.CharField(max_length=64, null=True)),
        ops.AddField(model_name="DestroyedTable", name="start", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="DestroyedTable", name="length", field=fields.BigIntField(null=True)),
        ops.RunSQL("UPDATE destroyed SET pack = id, start = 0 WHERE finished_at IS NULL"),
    ]
