"""What makes a mail a copy of another under a new Message-ID; how many letters of a case somebody must post."""

# ruff: noqa: RUF012 -- the form is the tool's
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("dsarbot", "0003_inquiries")]

    operations = [
        ops.AddField(
            model_name="InboundTable", name="copy_hash", field=fields.CharField(max_length=64, db_default="")
        ),
        ops.AddIndex(
            model_name="InboundTable", index=Index(fields=["organisation", "copy_hash"], name="inbound_copy")
        ),
        ops.AddField(model_name="CaseTable", name="to_post", field=fields.IntField(db_default=0)),
        ops.AddIndex(
            model_name="CaseTable", index=Index(fields=["organisation", "closed", "to_post"], name="case_to_post")
        ),
        # Whether a letter goes by post stands in the sealed document: until the case is next saved, whatever waits in
        # it may be one (`tables.NOT_COUNTED`).
        ops.RunSQL("UPDATE cases SET to_post = -1 WHERE attention > 0"),
    ]
