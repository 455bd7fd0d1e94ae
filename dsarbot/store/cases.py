"""Case rows: the sealed document, its clear columns, and the rows a case is searched by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError

from dsarbot.case_rows import case_row, to_post
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.errors import Conflict, NotFound, Tampered
from dsarbot.ports import Change, Scope
from dsarbot.store.codec import read_case, write_case
from dsarbot.store.journal import Head, cause_key, chain_facts
from dsarbot.store.keys import KeyRing
from dsarbot.store.object_keys import ObjectKey, new_object_key
from dsarbot.store.pending import Row, Work
from dsarbot.store.projection import Lookup, lookups
from dsarbot.store.sql import among, batches, instant, instant_or_none, many, run
from dsarbot.store.tables import AliasTable, CaseTable, ClaimTable, EntryTable, LookupTable, fits


async def load(work: Work, scope: Scope, case_id: str) -> Case:
    """The case; NotFound when that scope has none of that id."""
    await work.write()
    return await _read(work.db, work.keys, scope, case_id)


async def read(ring: KeyRing, scope: Scope, case_id: str) -> Case:
    """As `load`, outside a transaction."""
    return await _read(get_connection("default"), ring.load, scope, case_id)


Keys = Callable[[Collection[str]], Awaitable[Mapping[str, ObjectKey]]]

_SELECT = "SELECT id, version, object, document FROM cases WHERE id = ? AND organisation = ?"


async def _read(db: BaseDBAsyncClient, keys: Keys, scope: Scope, case_id: str) -> Case:
    rows = await run(db, _SELECT, case_id, scope) if fits(CaseTable, "id", case_id) else []
    if not rows:
        raise NotFound
    [row] = rows
    key = _present((await keys([row["object"]])).get(row["object"]), case_id)
    return replace(read_case(key.unseal(row["document"])), version=row["version"])


def _present(key: ObjectKey | None, case_id: str) -> ObjectKey:
    if key is None:
        raise Tampered(f"the key of case {case_id} is missing, and no entry says why")
    return key


async def handled(work: Work, scope: Scope, case_id: str, cause: str) -> bool:
    """Whether that cause has led to entries of the case already."""
    return bool(await _handled(work, scope, [(case_id, cause)]))


async def _handled(work: Work, scope: Scope, causes: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these (case, cause as it stands in its column) those that are in the journal already."""
    await work.write()
    found = set()
    for some in batches((case_id, cause_key(cause)) for case_id, cause in causes):
        pairs = ", ".join(["(?, ?)"] * len(some))
        statement = f"SELECT stream, cause FROM entry WHERE organisation = ? AND (stream, cause) IN (VALUES {pairs})"  # noqa: S608
        rows = await run(work.db, statement, scope, *(value for pair in some for value in pair))
        found |= {(row["stream"], row["cause"]) for row in rows}
    return found


async def save(work: Work, scope: Scope, case: Case, facts: Sequence[Fact], *, wake_at: datetime | None) -> Case:
    """Append the facts and rewrite the rows. The case has the facts applied: its version counts them."""
    await save_all(work, [Change(scope=scope, case=case, facts=tuple(facts), wake_at=wake_at)])
    return case


@dataclass(kw_only=True, slots=True)
class _Stream:
    """The journal of one case and its rows while they are written. stored: the version in its row, 0 when new."""

    head: Head
    key: ObjectKey
    stored: int = 0
    last: Change | None = None


async def save_all(work: Work, changes: Sequence[Change]) -> Sequence[bool]:
    """Save many cases with a handful of statements, each as `save` does and in their order.

    False for a change whose cause was handled already; nothing of it is written."""
    if any(each.case.organisation != each.scope for each in changes):
        raise NotFound
    streams: dict[str, _Stream] = {}
    seen: set[tuple[str, str]] = set()
    for scope in dict.fromkeys(each.scope for each in changes):
        mine = [each for each in changes if each.scope == scope]
        new = {each.case.id for each in mine if each.base == 0}
        known = [each for each in mine if each.case.id not in new]
        if known:
            streams |= await _streams(work, scope, dict.fromkeys(each.case.id for each in known))
            seen |= await _handled(work, scope, ((each.case.id, each.cause) for each in known if each.cause))
    written = [await _chain(work, streams, seen, each) for each in changes]
    await _write(work, streams)
    return written


async def _streams(work: Work, scope: Scope, ids: Iterable[str]) -> dict[str, _Stream]:
    """Where these cases stand, held until the transaction ends; NotFound when one is not there."""
    await work.write()
    wanted = list(ids)
    rows = await among(work.db, _STREAMS, sorted(wanted), scope)
    if len(rows) != len(wanted):
        raise NotFound
    keys = await work.keys([row["object"] for row in rows])
    return {
        row["id"]: _Stream(
            head=Head(
                scope=scope, stream=row["id"], seq=row["version"], hash=row["head"], at=instant(row["changed_at"])
            ),
            key=_present(keys.get(row["object"]), row["id"]),
            stored=row["version"],
        )
        for row in rows
    }


_STREAMS = (
    "SELECT id, version, head, changed_at, object FROM cases WHERE organisation = ? AND id IN ({among})"
    " ORDER BY id {hold}"
)


async def _chain(work: Work, streams: dict[str, _Stream], seen: set[tuple[str, str]], change: Change) -> bool:
    """Put the facts behind the stream they continue; Conflict when it does not end where they begin."""
    case = change.case
    cause = (case.id, cause_key(change.cause))
    if change.cause and cause in seen:
        return False
    seen.add(cause)
    stream = streams.get(case.id)
    if stream is None:
        stream = streams[case.id] = _Stream(
            head=Head(scope=change.scope, stream=case.id), key=new_object_key(change.scope, "case")
        )
        work.made([stream.key])
    if stream.head.seq != change.base:
        raise Conflict
    chained = chain_facts(stream.head, change.facts)
    work.made(chained.keys)
    work.add(EntryTable, [entry.row for entry in chained.entries])
    stream.head, stream.last = chained.head, change
    await _write_lookups(work, change.scope, case, lookups(change.facts))
    return True


async def _write(work: Work, streams: Mapping[str, _Stream]) -> None:
    """The rows of the cases as they are after the last change of each."""
    updates = []
    for stream in streams.values():
        if stream.last is None:
            continue
        case = stream.last.case
        values = row_values(case, stream.key, stream.head, stream.last.wake_at)
        if stream.stored:
            updates.append([*values.values(), case.id, stream.stored])
            work.replace_claims(case.id, _claims(case))
        else:
            work.add(CaseTable, [{"id": case.id, **values}])
            work.add(ClaimTable, _claims(case))
    if updates:
        columns = ", ".join(f"{name} = ?" for name in values)
        try:
            await many(work.db, f"UPDATE cases SET {columns} WHERE id = ? AND version = ?", updates)  # noqa: S608
        except IntegrityError:
            raise Conflict from None


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
        "to_post": to_post(case),
        "confidential": " ".join(row.confidential),
        "holds": len(case.holds),
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
    await _write_lookups(work, scope, case, found_by)


async def _write_lookups(work: Work, scope: Scope, case: Case, found_by: frozenset[Lookup]) -> None:
    work.add(
        LookupTable,
        [
            {
                "organisation": scope,
                "kind": each.kind,
                "hash": await work.ring.fingerprint(scope, each.kind, each.value),
                "case_id": case.id,
                "letter": each.letter,
            }
            for each in sorted(found_by, key=lambda each: (each.kind, each.value))
        ],
    )
    work.add(AliasTable, [{"organisation": scope, "reference": each, "case_id": case.id} for each in case.aliases])


def _claims(case: Case) -> list[Row]:
    return [
        {
            "organisation": case.organisation,
            "case_id": case.id,
            "claim": claim.id,
            "right": claim.right,
            "party": claim.party,
            "status": claim.status.value,
            "outcome": claim.outcome.value,
            "received_at": claim.received_at,
            "target": claim.dates.target if claim.dates else None,
            "safe_due": claim.dates.safe_due if claim.dates else None,
            "answered_at": claim.answered_at,
            "late": claim.late,
            "extended_on": claim.extended_on,
        }
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
    rows = await run(get_connection("default"), _DUE, now, limit)
    return [(Scope(row["organisation"]), row["id"]) for row in rows]


async def next_wake() -> datetime | None:
    """The earliest wake_at of all."""
    [row] = await run(get_connection("default"), "SELECT MIN(wake_at) AS wake_at FROM cases")
    return instant_or_none(row["wake_at"])


_DUE = "SELECT id, organisation FROM cases WHERE wake_at <= ? ORDER BY wake_at LIMIT ?"
