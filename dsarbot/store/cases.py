"""Case rows: the sealed document, its clear columns, and the rows a case is searched by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import Conflict, NotFound, Tampered
from dsarbot.ports import Scope
from dsarbot.store.codec import read_case, write_case
from dsarbot.store.journal import Head, cause_key, chain_facts
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Work
from dsarbot.store.projection import Lookup, case_row, lookups
from dsarbot.store.tables import AliasTable, CaseTable, ClaimTable, EntryTable, LookupTable, fits


async def load(work: Work, scope: Scope, case_id: str) -> Case:
    """The case; NotFound when that scope has none of that id."""
    await work.write()
    return _opened(*await _found(scope, case_id, work.keys))


async def read(ring: KeyRing, scope: Scope, case_id: str) -> Case:
    """As `load`, outside a transaction."""
    return _opened(*await _found(scope, case_id, ring.load))


Keys = Callable[[Collection[str]], Awaitable[Mapping[str, ObjectKey]]]


async def _found(scope: Scope, case_id: str, keys: Keys) -> tuple[CaseTable, ObjectKey | None]:
    fitting = fits(CaseTable, "id", case_id)
    row = await CaseTable.get_or_none(id=case_id, organisation=scope) if fitting else None
    if row is None:
        raise NotFound
    return row, (await keys([row.object])).get(row.object)


def _opened(row: CaseTable, key: ObjectKey | None) -> Case:
    if key is None:
        raise Tampered(f"the key of case {row.id} is missing, and no entry says why")
    return replace(read_case(key.unseal(row.document)), version=row.version)


async def handled(work: Work, scope: Scope, case_id: str, cause: str) -> bool:
    """Whether that cause has led to entries of the case already."""
    await work.write()
    entries = EntryTable.filter(stream=case_id, cause=cause_key(cause), organisation=scope)
    return await entries.using_db(work.db).exists()


async def save(work: Work, scope: Scope, case: Case, facts: Sequence[Fact], *, wake_at: datetime | None) -> Case:
    """Append the facts and rewrite the rows. The case has the facts applied: its version counts them."""
    if case.organisation != scope:
        raise NotFound
    head, key = await _head_and_key(work, scope, case, case.version - len(facts))
    chained = chain_facts(head, facts)
    work.made(chained.keys)
    work.add(chained.entries)
    values = row_values(case, key, chained.head, wake_at)
    if head.seq == 0:
        work.add([CaseTable(id=case.id, **values)])
    else:
        unchanged = CaseTable.filter(id=case.id, version=head.seq).using_db(work.db)
        if not await _updated(unchanged, values):
            raise Conflict
    await write_searched(work, scope, case, lookups(facts))
    return case


async def _updated(rows: QuerySet[CaseTable], values: Mapping[str, object]) -> bool:
    try:
        return bool(await rows.update(**values))
    except IntegrityError:
        raise Conflict from None


async def _head_and_key(work: Work, scope: Scope, case: Case, base: int) -> tuple[Head, ObjectKey]:
    """Where the case's stream stands and the key of its document; Conflict when it is not where it was loaded."""
    if base == 0:
        key = new_object_key(scope, "case")
        work.made([key])
        return Head(scope=scope, stream=case.id), key
    await work.write()
    wanted = CaseTable.filter(id=case.id, organisation=scope).using_db(work.db)
    row = await wanted.only("id", "version", "head", "changed_at", "object").first()
    if row is None:
        raise NotFound
    if row.version != base:
        raise Conflict
    key_or_none = (await work.keys([row.object])).get(row.object)
    if key_or_none is None:
        raise Tampered(f"the key of case {row.id} is missing, and no entry says why")
    return Head(scope=scope, stream=case.id, seq=row.version, hash=row.head, at=row.changed_at), key_or_none


def row_values(case: Case, key: ObjectKey, head: Head, wake_at: datetime | None) -> dict[str, object]:
    """The columns of a case's row, all but its id."""
    row = case_row(case)
    return {
        "organisation": row.organisation,
        "reference": row.reference,
        "status": row.status.value,
        "outcome": row.outcome.value,
        "rights": ",".join(row.rights),
        "language": row.language,
        "channel": row.channel,
        "assignee": row.assignee,
        "received_at": row.received_at,
        "opened_at": row.opened_at,
        "changed_at": head.at,
        "target": row.target,
        "safe_due": row.safe_due,
        "sort_due": row.target or date.max,
        "closed": row.closed,
        "attention": row.attention,
        "merged_into": case.merged_into,
        "wake_at": wake_at,
        "version": head.seq,
        "head": head.hash,
        "anchored": False,
        "object": key.id,
        "document": key.seal(write_case(case)),
    }


async def write_searched(work: Work, scope: Scope, case: Case, found_by: frozenset[Lookup]) -> None:
    """Claims, look-ups and aliases: rewritten, or added where they were not there yet."""
    work.replace_claims(case.id, _claims(case))
    work.add(
        [
            LookupTable(
                organisation=scope,
                kind=each.kind,
                hash=await work.ring.fingerprint(scope, each.kind, each.value),
                case_id=case.id,
                letter=each.letter,
            )
            for each in sorted(found_by, key=lambda each: (each.kind, each.value))
        ]
    )
    work.add(AliasTable(organisation=scope, reference=each, case_id=case.id) for each in case.aliases)


def _claims(case: Case) -> list[ClaimTable]:
    return [
        ClaimTable(
            organisation=case.organisation,
            case_id=case.id,
            claim=claim.id,
            right=claim.right,
            party=claim.party,
            status=claim.status.value,
            outcome=claim.outcome.value,
            received_at=claim.received_at,
            target=claim.dates.target if claim.dates else None,
            safe_due=claim.dates.safe_due if claim.dates else None,
        )
        for claim in case.claims
    ]


async def by_reference(scope: Scope, reference: str) -> str | None:
    """The case of a reference, following merges to the case that goes on."""
    if not fits(CaseTable, "reference", reference):
        return None
    row = await CaseTable.filter(organisation=scope, reference=reference).only("id", "merged_into").first()
    if row is None:
        alias = await AliasTable.get_or_none(organisation=scope, reference=reference)
        return alias.case_id if alias else None
    seen = {row.id}
    while row.merged_into and row.merged_into not in seen:
        seen.add(row.merged_into)
        following = CaseTable.filter(organisation=scope, id=row.merged_into).only("id", "merged_into")
        row = await following.first() or row
    return row.id


async def due_for_wake(now: datetime, limit: int) -> Sequence[tuple[Scope, str]]:
    """Cases whose wake_at has come, the longest waiting first."""
    rows = await CaseTable.filter(wake_at__lte=now).order_by("wake_at").limit(limit).only("id", "organisation")
    return [(Scope(row.organisation), row.id) for row in rows]


async def next_wake() -> datetime | None:
    """The earliest wake_at of all."""
    row = await CaseTable.filter(wake_at__isnull=False).order_by("wake_at").only("id", "wake_at").first()
    return row.wake_at if row else None
