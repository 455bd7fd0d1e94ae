"""Objects lie in packs, and their keys say where: a file of one object, as there were, is a pack of one."""

# ruff: noqa: N999, RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot_keys", "0001_initial")]

    operations = [
        ops.AddField(model_name="ObjectKeyTable", name="pack", field=fields.CharField(max_length=64, null=True)),
        ops.AddField(model_name="ObjectKeyTable", name="start", field=fields.BigIntField(null=True)),
        ops.AddField(model_name="ObjectKeyTable", name="length", field=fields.BigIntField(null=True)),
        ops.AddIndex(model_name="ObjectKeyTable", index=Index(fields=["pack"], name="object_key_pack")),
        ops.RunSQL("UPDATE object_key SET pack = id, start = 0 WHERE kind NOT IN ('entry', 'case', 'job')"),
    ]
