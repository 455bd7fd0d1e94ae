"""Copies of identity papers from their arrival to their end: looked at, set apart, checked, judged, destroyed.

One round takes every row one step further, and what each step needs stands in the row and in the case: a crash
anywhere, or an order given while no service runs, is carried on by the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from dsarbot.core import facts_copies as f
from dsarbot.core.case import Case
from dsarbot.core.copies import asked_for
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.identity_copy_row import CopyRow, State
from dsarbot.desk.id_copies import suspect
from dsarbot.desk.id_copies_apart import SERVICE, Bench, put_back, set_apart
from dsarbot.desk.id_copies_end import NO_CASE, SAME, Elsewhere, Found, Leaving, case_of, destroy, in_case, tell
from dsarbot.desk.id_copies_found import candidates, content_of
from dsarbot.desk.ocr import FROM_THE_SCANNER, TO_BE_READ
from dsarbot.ports import InboundRow
from dsarbot.reading.mail import parse

log = logging.getLogger(__name__)

#: What one round takes on of each.
_MOST: Final = 200
#: So long one round goes on looking at files.
_LOOKS: Final = timedelta(seconds=1)
_AT_ONCE: Final[tuple[State, ...]] = ("dying", "copy")
_KNOWN: Final[tuple[State, ...]] = ("apart", "leaving")
_NEW: Final[tuple[State, ...]] = ("suspect",)
#: Of machines, and of our own, nobody judges a copy.
_OF_NOBODY: Final = frozenset({"automatic", "bounce", "own", "handed-over"})
_VAULT: Final = "vault"
_DONE: Final = ("leaving", "gone", "released")


class Keeper:
    """One per process; rounds of two processes at once repeat work and spoil none."""

    def __init__(self, bench: Bench, elsewhere: Elsewhere | None = None) -> None:
        self._bench = bench
        self._leaving = Leaving(bench, elsewhere)
        self._steps: Mapping[State, Callable[[CopyRow, InboundRow], Awaitable[bool]]] = {
            "suspect": self._look,
            "copy": self._set_apart,
            "apart": self._keep,
            "dying": self._destroy,
            "leaving": self._leave,
        }
        #: Files that were looked at and are no papers; told to the store together.
        self._no_papers: list[str] = []

    async def round(self) -> int:
        """One step for each row that has one to take; how many steps were taken."""
        rows, steps = self._bench.rows, 0
        for row in await rows.in_states(_AT_ONCE, _MOST):
            steps += await self._step(row)
        live = [*await rows.in_states(_KNOWN, _MOST), *await rows.in_states(_NEW, _MOST)]
        steps += await self._look_through([row for row in live if not row.digest])
        # What already looks like a paper is looked at first; a look takes seconds.
        files = [row for row in live if row.digest]
        enough = self._bench.desk.clock() + _LOOKS
        for row in sorted(files, key=lambda each: (each.state == "suspect", not each.why, each.arrived_at)):
            done = await self._step(row)
            steps += done
            if done and row.state == "suspect" and self._bench.desk.clock() >= enough:
                # A look may take seconds: who gives an order meanwhile does not wait for all.
                break
        await self._forget()
        return steps

    async def _forget(self) -> None:
        """A commit for many looks: in a backlog most attachments are told from a paper at once."""
        if self._no_papers:
            await self._bench.rows.drop(self._no_papers)
            self._no_papers.clear()

    async def end(self, copy: str, inbound: str) -> None:
        """Carry out at once what an order means for the vault; mailboxes are left to the service."""
        while row := await self._one(copy, inbound):
            if row.state in _DONE or not await self._step(row):
                return
            await self._forget()

    async def next_due(self) -> datetime | None:
        """When the time of the next one ends. One whose time is over and that is still there is held by a law, or waits
        to be read: nothing is gained by asking at once again."""
        due = await self._bench.rows.next_due()
        return due if due is not None and due > self._bench.desk.clock() else None

    async def _one(self, copy: str, inbound: str) -> CopyRow | None:
        return next((each for each in await self._bench.rows.of_inbound(inbound) if each.id == copy), None)

    async def _step(self, row: CopyRow) -> bool:
        """Whether anything has changed."""
        inbound = await self._bench.inbound(row)
        if inbound is None:
            await self._bench.rows.put(replace(row, state="gone"))
            return True
        return await self._steps[row.state](row, inbound)

    # --- is it one? --------------------------------------------------------------------------------------------

    async def _look_through(self, messages: Sequence[CopyRow]) -> int:
        """Which files of these messages are to be looked at. Written in one go: a backlog has many messages."""
        found: list[CopyRow] = []
        done: list[str] = []
        for row in messages:
            inbound = await self._bench.inbound(row)
            if inbound is not None and _is_being_read(inbound):
                continue
            done.append(row.id)
            raw = await self._raw(inbound)
            if inbound is not None and raw is not None:
                every = candidates(parse(raw), self._bench.hint)
                found += [await suspect(self._bench.rows, inbound, each) for each in every]
            if inbound is not None and inbound.case:
                await self._follow(inbound)
        if found:
            await self._bench.rows.add(found)
        if done:
            await self._bench.rows.drop(done)
        return len(done)

    async def _raw(self, inbound: InboundRow | None) -> bytes | None:
        return await self._bench.raw(inbound) if inbound and inbound.disposition not in _OF_NOBODY else None

    async def _follow(self, inbound: InboundRow) -> None:
        """What was destroyed before the message had a case is told to the case, and removed elsewhere as well."""
        for row in await self._bench.rows.of_inbound(inbound.id):
            case = await case_of(row, inbound, self._bench) if row.state == "gone" and not row.case else None
            if case is not None and row.digest:
                await self._adopt(row, case)
                destroyed = f.IdCopyDestroyed(copy=row.id, rule=NO_CASE)
                await tell(case, destroyed, f"id-copy-destroyed:{row.id}", self._bench)
                await self._bench.rows.put(replace(row, state="leaving", case=case.id))

    async def _look(self, row: CopyRow, inbound: InboundRow) -> bool:
        if _is_being_read(inbound):
            return False
        raw = await self._raw(inbound)
        digest = await self._bench.known(row, raw) if raw is not None else None
        content = content_of(parse(raw), lambda each: each == digest) if raw is not None and digest else None
        if content is None or not await self._is_one(row, content):
            self._no_papers.append(row.id)
        return True

    async def _is_one(self, row: CopyRow, content: bytes) -> bool:
        """A suspicion is enough; a letter that only speaks of a paper is told from one by what stands in it."""
        for each in await self._bench.rows.same(row):
            if each.state in ("copy", "apart"):
                again = replace(row, state="copy", guess=each.guess, why=each.why, pages=each.pages)
                await self._bench.rows.put(again)
                return True
        paper = await self._bench.papers.look(content, today=self._bench.desk.clock().date())
        if not paper.look.guess and (paper.look.letter or not row.why):
            return False
        parted = content.startswith(b"%PDF-") and 0 < len(paper.papers) < paper.count
        others = tuple(n for n in range(1, paper.count + 1) if n not in paper.papers) if parted else ()
        guess, why = paper.look.guess or "paper", paper.look.why or row.why
        await self._bench.rows.put(replace(row, state="copy", guess=guess, why=why, pages=others))
        log.info("What looks like a paper is set apart: %s", row.id, extra={"action": "id_copy"})
        return True

    async def _set_apart(self, row: CopyRow, inbound: InboundRow) -> bool:
        together = [each for each in await self._bench.rows.of_inbound(row.inbound) if each.state == "copy"]
        if together:
            await set_apart(together, inbound, self._bench)
        return bool(together)

    # --- until its verdict or its time -------------------------------------------------------------------------

    async def _keep(self, row: CopyRow, inbound: InboundRow) -> bool:
        case = await case_of(row, inbound, self._bench)
        if case is None:
            over = self._bench.desk.clock() >= row.delete_by
            return await self._doom(row) if over or inbound.disposition in ("duplicate", *_OF_NOBODY) else False
        copy = in_case(case, row)
        if copy is None and row.why == SAME:
            # Found because the same picture was judged elsewhere: nobody is asked about it once more.
            return False if case.holds else await self._doom(row)
        if copy is None:
            await self._adopt(row, case)
            return True
        if copy.released:
            await put_back(row, inbound, self._bench, actor=SERVICE)
            return True
        return await self._kept(row, case, copy)

    async def _kept(self, row: CopyRow, case: Case, copy: IdCopy) -> bool:
        place = self._bench.desk.organisations[case.organisation].rules.jurisdiction
        delete_by = copy.dates(place).delete_by
        over = copy.verdict is not None or self._bench.desk.clock() >= delete_by or row.why == SAME
        if over and case.holds:
            # security 24: "legal hold wins"; it is said, so that somebody decides.
            found = Found(place=_VAULT, state="stuck", why="legal-hold", where=_VAULT)
            await self._leaving.put_place(row, case, found)
            return False
        if over:
            return await self._doom(row)
        if delete_by != row.delete_by:
            row = replace(row, delete_by=delete_by)
            await self._bench.rows.put(row)
        return not copy.proposal and await self._check(row, case)

    async def _adopt(self, row: CopyRow, case: Case) -> None:
        asked = asked_for(case)
        arrived = f.IdCopyArrived(
            copy=row.id, inbound=row.inbound, arrived_at=row.arrived_at, guess=row.guess, why=row.why, asked=asked
        )
        await tell(case, arrived, f"id-copy:{row.id}", self._bench)
        await self._bench.rows.put(replace(row, case=case.id))

    async def _check(self, row: CopyRow, case: Case) -> bool:
        """practice 31: "the mechanical result is stored at arrival"."""
        content = await self._bench.content(row)
        if content is None:
            return False
        today = self._bench.desk.clock().date()
        seen = await self._bench.papers.look(content, today=today, name=case.person.name)
        checked = f.IdCopyChecked(copy=row.id, proposal=seen.proposal, checks=seen.checks, doc_type=seen.doc_type)
        await tell(case, checked, f"id-copy-checked:{row.id}", self._bench)
        return True

    # --- its end -----------------------------------------------------------------------------------------------

    async def _doom(self, row: CopyRow) -> bool:
        await self._bench.rows.put(replace(row, state="dying"))
        return True

    async def _destroy(self, row: CopyRow, inbound: InboundRow) -> bool:  # noqa: ARG002  # as every step
        await destroy(row, self._bench)
        return True

    async def _leave(self, row: CopyRow, inbound: InboundRow) -> bool:  # noqa: ARG002  # as every step
        return await self._leaving.leave(row)


def _is_being_read(inbound: InboundRow) -> bool:
    """Whoever reads it needs its attachments."""
    return inbound.state == "kept" or inbound.kind in (TO_BE_READ, FROM_THE_SCANNER)
