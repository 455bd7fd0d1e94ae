"""What staff keep for themselves on the console. See `tables` for the rules."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class ViewTable(Model):
    """The lists of cases that a member of staff has saved. `document` is sealed: a name or a search says of whom."""

    staff = fields.CharField(max_length=100, primary_key=True)
    object = fields.CharField(max_length=64)
    document = fields.BinaryField()

    class Meta:
        table = "view"
