"""Lists of cases that somebody has saved under a name: one sealed document for each member of staff."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from pydantic import TypeAdapter, ValidationError

from dsarbot.core.case_view import View
from dsarbot.errors import Tampered
from dsarbot.ports import Scope
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.tables import fits
from dsarbot.store.view_tables import ViewTable

#: Whom their keys belong to: no organisation, as one person may work for several.
SCOPE: Final = Scope("staff:views")
KIND: Final = "view"
_VIEWS: Final = TypeAdapter(tuple[View, ...])
_FORM: Final = 1


async def read(ring: KeyRing, staff: str) -> Sequence[View]:
    """In the order in which they were saved."""
    row = await ViewTable.filter(staff=staff).first() if fits(ViewTable, "staff", staff) else None
    return _opened(row, (await ring.load([row.object])).get(row.object)) if row else ()


async def save(work: Work, staff: str, views: Sequence[View]) -> None:
    """These and no others."""
    text = b'{"v":%d,"views":%s}' % (_FORM, _VIEWS.dump_json(tuple(views)))
    row = await ViewTable.filter(staff=staff).using_db(work.db).select_for_update().first()
    if row is None:
        key = new_object_key(SCOPE, KIND)
        work.made([key])
        await ViewTable.create(staff=staff, object=key.id, document=key.seal(text), using_db=work.db)
        return
    key = _present((await work.keys([row.object])).get(row.object))
    await ViewTable.filter(staff=staff).using_db(work.db).update(document=key.seal(text))


def _opened(row: ViewTable, key: ObjectKey | None) -> Sequence[View]:
    try:
        return _VIEWS.validate_python(json.loads(_present(key).unseal(row.document))["views"])
    except (KeyError, TypeError, ValidationError, json.JSONDecodeError):
        raise Tampered("saved views do not have their form") from None


def _present(key: ObjectKey | None) -> ObjectKey:
    if key is None:
        raise Tampered("the key of saved views is missing")
    return key
