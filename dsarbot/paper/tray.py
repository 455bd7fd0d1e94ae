"""The print tray: approved letters that go by post wait here as PDF until somebody says that they were posted.

There is no list of its own: what must lie in the tray follows from the cases, and `look` makes it so, as often as one
likes. The bytes are kept in the vault before the file is written, so a file that is lost comes back the same, and the
case has for good what was printed. practice 8: paper counts as sent only when it was posted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dsarbot.core.case import Case, Letter
from dsarbot.errors import Gone, NotFound, Tampered
from dsarbot.paper.errors import NoPress, Unprintable
from dsarbot.paper.folder import Folder, file_name
from dsarbot.paper.press import Press, installed
from dsarbot.ports import Blob, Scope, Store, Vault

log = logging.getLogger(__name__)

_MANY: Final = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class Unposted:
    """A letter that somebody must print and post. file: its name in the tray; trouble: why it is not there."""

    case: Case
    letter: Letter
    file: str = ""
    trouble: str = ""


class Tray:
    """The tray of one organisation."""

    def __init__(self, *, scope: Scope, store: Store, vault: Vault, press: Press, folder: Folder) -> None:
        self.folder = folder
        self.press = press
        self._scope = scope
        self._store = store
        self._vault = vault
        self._told: set[tuple[str, str]] = set()

    async def look(self) -> Sequence[Unposted]:
        """Lay out what is missing, take away what need not be posted any more; everything that waits."""
        waiting = [each for case in await self._cases() for each in await self.settle(case)]
        await self._clear({file_name(each.case.reference, each.letter.id) for each in waiting})
        return waiting

    async def settle(self, case: Case) -> Sequence[Unposted]:
        """The same for the letters of one case."""
        found = []
        for letter in case.letters:
            name = file_name(case.reference, letter.id)
            if letter.unposted:
                found.append(await self._laid_out(case, letter, name))
            elif letter.medium == "post" and self.folder.has(name):
                await asyncio.to_thread(self.folder.take, name)
        return found

    async def listed(self) -> Sequence[Unposted]:
        """What waits, and whether it lies there; nothing is changed."""
        found = []
        for case in await self._cases():
            for letter in (each for each in case.letters if each.unposted):
                name = file_name(case.reference, letter.id)
                there = self.folder.has(name)
                found.append(Unposted(case=case, letter=letter, file=name if there else "", trouble=_absent(there)))
        return found

    async def printed(self, case: Case, letter: Letter) -> bytes:
        """The PDF of any letter: what was printed, if it was, else as it would be now."""
        if letter.medium == "post" and letter.digest:
            try:
                return await self._vault.open(self._scope, printed_id(case, letter))
            except NotFound:
                pass
        return await self.press.printed(case, letter)

    async def _cases(self) -> Sequence[Case]:
        return await self._store.cases_to_post(self._scope, _MANY)

    async def _laid_out(self, case: Case, letter: Letter, name: str) -> Unposted:
        try:
            pdf = await self._kept(case, letter)
            await asyncio.to_thread(self.folder.put, name, pdf)
        except (NoPress, Unprintable, Gone, Tampered) as why:
            return self._missing(case, letter, name, str(why))
        except OSError as why:
            return self._missing(case, letter, name, f"{self.folder.path} cannot be written to ({why.strerror}).")
        return Unposted(case=case, letter=letter, file=name)

    def _missing(self, case: Case, letter: Letter, name: str, why: str) -> Unposted:
        if (name, why) not in self._told:
            self._told.add((name, why))
            log.warning("Letter %s is not in the print tray: %s", name, why, extra={"action": "not_printed"})
        return Unposted(case=case, letter=letter, trouble=why)

    async def _kept(self, case: Case, letter: Letter) -> bytes:
        """Bytes first: sealed and synced before anybody can take the paper out of the tray."""
        kept = printed_id(case, letter)
        try:
            return await self._vault.open(self._scope, kept)
        except NotFound:
            pdf = await self.press.printed(case, letter)
            await self._vault.keep(self._scope, [Blob(id=kept, kind="letter", data=pdf)])
            return pdf

    async def _clear(self, wanted: set[str]) -> None:
        """Only what a case says is done, edited or cancelled is taken away."""
        for reference, letter_id in await asyncio.to_thread(lambda: list(self.folder.letters())):
            name = file_name(reference, letter_id)
            if name in wanted or (case_id := await self._store.by_reference(self._scope, reference)) is None:
                continue
            for case in await self._store.cases(self._scope, [case_id]):
                # A case that was merged into another one has no letter to post any more.
                mine = case.letters if case.reference == reference else ()
                if not any(each.id == letter_id and each.unposted for each in mine):
                    await asyncio.to_thread(self.folder.take, name)


def printed_id(case: Case, letter: Letter) -> str:
    """The vault object of the letter as printed. It begins with the id of its case, and names the approved text."""
    return f"{case.id}-{letter.id}-{letter.digest[:16]}"


def _absent(there: bool) -> str:
    if there:
        return ""
    if not installed():
        return str(NoPress())
    return "Not printed yet; the running service does it within a minute."
