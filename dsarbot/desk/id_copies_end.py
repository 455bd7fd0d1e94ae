"""The end of a copy: out of the vault key first, then out of every mailbox and folder, and where it still is."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from dsarbot.core import facts_copies as f
from dsarbot.core.case import Case
from dsarbot.core.fact import Fact
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.identity_copy_row import CopyPlace, CopyRow, PlaceState
from dsarbot.desk.handle import Task
from dsarbot.desk.id_copies_apart import MOVED, SERVICE, Bench, take_out
from dsarbot.errors import ChannelDown, NotFound
from dsarbot.ports import InboundRow, Scope

log = logging.getLogger(__name__)

VERDICT, SEVEN_DAYS, SAME, NO_CASE = "verdict", "seven-days", "same-content", "no-case"
#: How long is left alone what could not be removed elsewhere.
_AGAIN: Final = timedelta(minutes=15)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
#: A leaf is its content in base64, broken into lines; some programs break them oddly.
_MOST_GROWTH: Final = 1.6


@dataclass(frozen=True, kw_only=True)
class Found:
    """How it stands at one place outside the vault. where: in words, for the sealed part of the journal."""

    place: str
    state: PlaceState
    why: str = ""
    where: str = ""


class Elsewhere(Protocol):
    """Mailboxes and folders: removes what it can, and says what it cannot."""

    async def remove(self, row: CopyRow, rest: bytes | None) -> Sequence[Found]: ...


async def case_of(row: CopyRow, inbound: InboundRow | None, bench: Bench) -> Case | None:
    """The case that the copy came with, as far as there is one by now."""
    case_id = row.case or (inbound.case if inbound else "")
    if not case_id:
        return None
    scope = Scope(inbound.scope if inbound else row.scope)
    try:
        case = await bench.desk.store.case(scope, case_id)
        # A case that was merged goes on in the other one, and so do its copies.
        return await bench.desk.store.case(scope, case.merged_into) if case.merged_into else case
    except NotFound:
        return None


def in_case(case: Case | None, row: CopyRow) -> IdCopy | None:
    """What the case knows of it."""
    return next((each for each in case.copies if each.id == row.id), None) if case else None


async def tell(case: Case, fact: Fact, cause: str, bench: Bench) -> Case:
    """The case hears of it, once."""
    stamped = replace(fact, at=bench.desk.clock(), actor=SERVICE, cause=cause)
    (after,) = await bench.desk.handle([Task(scope=Scope(case.organisation), case=case.id, thing=stamped)])
    return after if isinstance(after, Case) else case


async def destroy(row: CopyRow, bench: Bench) -> None:
    """Out of the vault, with whatever else there holds the same content."""
    case = await case_of(row, await bench.inbound(row), bench)
    copy = in_case(case, row)
    judged = copy.verdict if copy else None
    rule = VERDICT if judged else SAME if row.why == SAME else SEVEN_DAYS if copy else NO_CASE
    await take_out(row, bench, rule=f"id-copy-{rule}", actor=judged.checked_by if judged else SERVICE)
    if case and copy:
        # Of a mail that came twice the second copy goes at once, and says nothing about the first.
        await _same_elsewhere(row, bench)
        await tell(case, f.IdCopyDestroyed(copy=row.id, rule=rule), f"id-copy-destroyed:{row.id}", bench)
    await bench.rows.put(replace(row, state="leaving", case=case.id if case else "", object=""))
    log.info("The copy of a paper is destroyed: %s", row.id, extra={"action": "id_copy_destroyed"})


async def _same_elsewhere(row: CopyRow, bench: Bench) -> None:
    """practice 32: "Every reachable copy dies": also in other messages of the organisation, and in other cases."""
    known = await bench.rows.same(row)
    for each in known:
        if each.state in ("suspect", "copy"):
            await bench.rows.put(replace(each, state="copy", why=SAME))
        elif each.state == "apart":
            await bench.rows.put(replace(each, state="dying", why=SAME))
    looked = {row.inbound, *(each.inbound for each in known)}
    for inbound_id in set(await bench.rows.inbounds_with(row.scope, row.size, int(row.size * _MOST_GROWTH))) - looked:
        other = replace(
            row, id=f"{row.id[:16]}{inbound_id[:16]}", inbound=inbound_id, state="copy", why=SAME, case="", object="",
            rest="", old=(), pages=(), source="", source_size=0,
        )  # fmt: skip
        inbound = await bench.inbound(other)
        raw = await bench.raw(inbound) if inbound else None
        if raw is not None and await bench.known(other, raw):
            await bench.rows.add([other])


class Leaving:
    """Removes copies outside the vault, again and again until they are gone or somebody says so."""

    def __init__(self, bench: Bench, elsewhere: Elsewhere | None) -> None:
        self._bench = bench
        self._elsewhere = elsewhere
        self._tried: dict[str, datetime] = {}

    async def leave(self, row: CopyRow) -> bool:
        """Whether the row has come to its end. What came with no case is none of the desk's business elsewhere."""
        rows, now = self._bench.rows, self._bench.desk.clock()
        if not row.case:
            await rows.put(replace(row, state="gone"))
            return True
        if self._elsewhere is None or now - self._tried.get(row.id, _LONG_AGO) < _AGAIN:
            return await self._perhaps_gone(row, looked=False)
        self._tried[row.id] = now
        case = await self._bench.desk.store.case(Scope(row.scope), row.case)
        rest = await self._bench.desk.vault.open(Scope(row.scope), row.rest) if row.rest else None
        try:
            found = await self._elsewhere.remove(row, rest)
        except ChannelDown as why:
            log.warning("A copy could not be removed yet: %s", type(why).__name__, extra={"action": "id_copy_remains"})
            return False
        for each in found:
            case = await self.put_place(row, case, each)
        return await self._perhaps_gone(row, looked=True)

    async def _perhaps_gone(self, row: CopyRow, *, looked: bool) -> bool:
        places = await self._bench.rows.places([row.id])
        if (looked or places) and all(each.state == "clean" or each.ticked_by for each in places):
            if row.rest:
                await self._bench.desk.vault.destroy(Scope(row.scope), [row.rest], rule=MOVED, actor=SERVICE)
            await self._bench.rows.put(replace(row, state="gone", rest=""))
            return True
        return False

    async def put_place(self, row: CopyRow, case: Case, found: Found) -> Case:
        """The place as it is now; the case hears of it when it becomes another."""
        known = {each.place: each for each in await self._bench.rows.places([row.id])}
        before = known.get(found.place)
        ticked = before.ticked_by if before else ""
        place = CopyPlace(
            copy=row.id,
            place=found.place,
            state=found.state,
            why=found.why,
            since=self._bench.desk.clock(),
            ticked_by=ticked,
        )
        if before is None or (before.state, before.why) != (place.state, place.why):
            await self._bench.rows.put_place(place)
        copy = in_case(case, row)
        if copy is None:
            return case
        listed, cause = found.place in copy.lingers, f"id-copy-place:{row.id}:{case.version}"
        if found.state == "clean" and listed:
            return await tell(case, f.IdCopyGone(copy=row.id, place=found.place), cause, self._bench)
        if found.state != "clean" and not listed and not ticked:
            lingers = f.IdCopyLingers(copy=row.id, place=found.place, why=found.why, where=found.where)
            return await tell(case, lingers, cause, self._bench)
        return case
