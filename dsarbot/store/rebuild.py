"""Every row anew from the journal: `dsarbot db rebuild`. What it cannot read it leaves alone and names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.transactions import in_transaction

from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import Tampered
from dsarbot.ports import Scope
from dsarbot.store import inquiries
from dsarbot.store.cases import row_values, write_searched
from dsarbot.store.journal import Head
from dsarbot.store.keys import KeyRing
from dsarbot.store.pending import Work
from dsarbot.store.projection import lookups
from dsarbot.store.service_tables import InquiryTable
from dsarbot.store.tables import AliasTable, CaseTable, ClaimTable, LookupTable
from dsarbot.store.verify import Apply, all_cases, entries_of, fact_of, fold

WakeAt = Callable[[Case], datetime | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """How many cases were written anew, and those left alone because not all of their facts can be read."""

    cases: int
    left: tuple[str, ...]


async def rebuild(ring: KeyRing, apply: Apply, *, wake_at: WakeAt) -> Rebuilt:
    """Rewrite the rows of every case from its facts, one case per transaction.

    wake_at: when the service must next look at the case; "at once" is always right."""
    done, left = 0, []
    async for row in all_cases():
        if await _rebuild(ring, row.id, apply, wake_at):
            done += 1
        else:
            left.append(row.id)
    known = await InquiryTable.all().only("id").order_by("id")
    left += [each.id for each in known if not await _rebuild_inquiry(ring, each.id)]
    return Rebuilt(cases=done, left=tuple(left))


async def _rebuild_inquiry(ring: KeyRing, inquiry_id: str) -> bool:
    async with in_transaction("default") as db:
        row = await InquiryTable.filter(id=inquiry_id).using_db(db).select_for_update().get()
        facts = await facts_of(ring, inquiry_id)
        key = (await ring.load([row.object])).get(row.object)
        if facts is None or key is None:
            return False
        head = Head(scope=Scope(row.organisation), stream=row.id, seq=row.version, hash=row.head, at=row.changed_at)
        values = inquiries.row_values(inquiries.refolded(facts), key, head) | {"anchored": row.anchored}
        await InquiryTable.filter(id=row.id).using_db(db).update(**values)
    return True


async def _rebuild(ring: KeyRing, case_id: str, apply: Apply, wake_at: WakeAt) -> bool:
    async with in_transaction("default") as db:
        work = Work(db, ring)
        # Read again under the lock: the page may be old by now.
        row = await CaseTable.filter(id=case_id).using_db(db).select_for_update().get()
        facts = await facts_of(ring, case_id)
        key = (await ring.load([row.object])).get(row.object)
        if facts is None or key is None:
            return False
        case, scope = fold(facts, apply), Scope(row.organisation)
        head = Head(scope=scope, stream=row.id, seq=row.version, hash=row.head, at=row.changed_at)
        values = row_values(case, key, head, wake_at(case)) | {"anchored": row.anchored}
        await CaseTable.filter(id=case_id).using_db(db).update(**values)
        for table in (ClaimTable, LookupTable, AliasTable):
            await table.filter(case_id=case_id).using_db(db).delete()
        await write_searched(work, scope, case, lookups(facts))
        await work.flush()
    return True


async def facts_of(ring: KeyRing, case_id: str) -> Sequence[Fact] | None:
    """All facts of a case; None when one cannot be read (any more)."""
    entries = await entries_of(case_id)
    keys = await ring.load([entry.object for entry in entries if entry.sealed is not None])
    if not entries or any(entry.commitment and entry.sealed is None for entry in entries):
        return None
    try:
        return [fact_of(entry, keys.get(entry.object)) for entry in entries]
    except Tampered:
        return None
