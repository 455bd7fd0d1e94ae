"""Identity papers among the pages of a scan: set apart before the letter is kept, so that the letter never holds them.

The sheet itself, and a file that somebody brought from elsewhere, are out of reach: they are listed until a person says
that they are gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from dsarbot.core.identity_copy_row import FILE, ON_PAPER, SHEET, CopyPlace, CopyRow
from dsarbot.desk.id_copies import LIVES, CopyRows, Papers, copy_id
from dsarbot.desk.id_copies_found import digest_of
from dsarbot.documents.kinds import scan_kind
from dsarbot.documents.papers import Look, look
from dsarbot.ports import Blob, InboundRow, Vault
from dsarbot.reading.stripping import NOTE
from dsarbot.scans.stack import Letter


class Parts(Protocol):
    """Parts a scan (`documents.scanner`)."""

    async def part(self, data: bytes, first: int, last: int) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Apart:
    """A letter without its papers. raw: its scan; paper: the pages with papers, as a file."""

    letter: Letter
    raw: bytes
    paper: bytes
    seen: Look


@dataclass(frozen=True)
class ScanPapers:
    """Looks for papers among what a machine has read, and keeps them apart."""

    rows: CopyRows
    vault: Vault
    papers: Papers
    parts: Parts

    async def apart(self, data: bytes, letter: Letter, today: date) -> Apart | None:
        """None for a letter without papers."""
        looks = {p.number: look(p.text, width=p.width, height=p.height, today=today) for p in letter.pages}
        numbers = [number for number, seen in looks.items() if seen.guess]
        if not numbers:
            return None
        others = [number for number in looks if number not in numbers]
        rest = await self._of(data, others) if others else NOTE.encode()
        paper = await self._of(data, numbers)
        without = replace(letter, pages=tuple(p for p in letter.pages if p.number in others), whole=False)
        if rest is None or paper is None:
            # What cannot be parted is set apart as a whole; a person finds the letter in it.
            whole = await self._of(data, list(looks))
            rest, paper = NOTE.encode(), data if whole is None else whole
        return Apart(letter=without, raw=rest, paper=paper, seen=looks[numbers[0]])

    async def keep(self, row: InboundRow, apart: Apart, source: bytes, *, by_hand: bool) -> None:
        """After the letter is kept and before it is a case; a try after a crash changes nothing."""
        name = copy_id(row.id, digest_of(apart.paper))
        await self.vault.keep(row.scope, [Blob(id=f"{name}-a", kind="id-copy", data=apart.paper)])
        copy = CopyRow(
            id=name,
            scope=row.scope,
            origin=row.scope,
            inbound=row.id,
            guess=apart.seen.guess,
            why=apart.seen.why,
            state="apart",
            arrived_at=row.kept_at,
            delete_by=row.kept_at + LIVES,
            digest=await self.rows.fingerprint(row.scope, digest_of(apart.paper)),
            size=len(apart.paper),
            object=f"{name}-a",
            source=await self.rows.fingerprint(row.scope, digest_of(source)),
            source_size=len(source),
        )
        await self.rows.add([copy])
        for place in (SHEET, *((FILE,) if by_hand else ())):
            why = ON_PAPER if place == SHEET else "brought-by-hand"
            await self.rows.put_place(
                CopyPlace(copy=name, place=place, state="stuck", why=why, since=row.kept_at)
            )  # fmt: skip

    async def _of(self, data: bytes, numbers: Sequence[int]) -> bytes | None:
        """These pages as a file; None when they cannot be had without others."""
        kind = scan_kind(data)
        if kind == "pdf":
            return await self.papers.keep(data, numbers)
        if list(numbers) != list(range(numbers[0], numbers[-1] + 1)):
            return None
        return await self.parts.part(data, numbers[0], numbers[-1])


_ALL: Final = (SHEET, FILE)


def out_of_reach(places: Sequence[CopyPlace]) -> list[CopyPlace]:
    """Those that a person has to clean and has not said to be clean."""
    return [each for each in places if each.place in _ALL and not each.ticked_by]
