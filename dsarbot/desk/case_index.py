"""Free text over open cases, in memory alone (security 1): nothing of it is written anywhere, and what nobody has
asked for a while is forgotten.

Of each case: reference, person, subject, notes and letters, without accents and case. It is built when first asked,
the most urgent cases first, within bounds; what changed since is read again before each search.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from dsarbot.core.case import Case
from dsarbot.errors import NotFound
from dsarbot.ports import CaseRow, Scope

#: Letters of all cases of one organisation, and of one case.
MOST_OF_ALL: Final = 24_000_000
MOST_OF_ONE: Final = 4_000
#: What nobody asks leaves the memory.
FORGOTTEN_AFTER: Final = timedelta(minutes=15)
#: More than anybody reads; the list says that there are more.
MOST_FOUND: Final = 500
_BATCH: Final = 50
#: Transactions end in another order than they began: so much is looked at twice.
_OVERLAP: Final = timedelta(minutes=2)


class Cases(Protocol):
    """What the index reads of a store."""

    async def rows(
        self, scope: Scope, *, closed: bool = False, limit: int = 1000, after: str = ""
    ) -> Sequence[CaseRow]: ...
    async def cases(self, scope: Scope, ids: Sequence[str]) -> Sequence[Case]: ...
    async def moved(self, scope: Scope, since: datetime) -> Sequence[tuple[str, int, bool, datetime]]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    version: int
    text: str
    confidential: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """ids: of the cases that hold every word; whole: all open cases were searched."""

    ids: tuple[str, ...]
    whole: bool


@dataclass(kw_only=True)
class _Texts:
    """Of one organisation. seen: the newest change that was read; last: the row behind which reading goes on; pending:
    what changed and is still to be read; done: that walk has come to its end; full: there is no more room."""

    cases: dict[str, _Known] = field(default_factory=dict)
    size: int = 0
    last: str = ""
    pending: dict[str, None] = field(default_factory=dict)
    done: bool = False
    full: bool = False
    seen: datetime
    asked_at: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def whole(self) -> bool:
        """Whether every open case stands here."""
        return self.done and not self.full and not self.pending

    def put(self, case: Case) -> None:
        self.drop(case.id)
        text = folded(" ".join(words_of(case)))[:MOST_OF_ONE]
        if self.size + len(text) > MOST_OF_ALL:
            self.full = True
            return
        self.cases[case.id] = _Known(version=case.version, text=text, confidential=case.confidential)
        self.size += len(text)

    def drop(self, case_id: str) -> None:
        if known := self.cases.pop(case_id, None):
            self.size -= len(known.text)


class CaseIndex:
    """The texts of all organisations."""

    def __init__(self, store: Cases) -> None:
        self._store = store
        self._texts: dict[Scope, _Texts] = {}

    async def search(self, scope: Scope, text: str, *, staff: str, now: datetime, patience: float = 2.0) -> Hits:
        """The open cases that hold every word of it and that this member of staff may see. What could not be read
        within *patience* seconds is read by the next search."""
        texts = await self._current(scope, now, patience)
        words = folded(text).split()
        if not words:
            return Hits(ids=(), whole=texts.whole)
        found = [
            case_id
            for case_id, known in texts.cases.items()
            if (not known.confidential or staff in known.confidential) and all(each in known.text for each in words)
        ]
        return Hits(ids=tuple(found[:MOST_FOUND]), whole=texts.whole and len(found) <= MOST_FOUND)

    def forget(self, now: datetime) -> None:
        """Let go of what nobody has asked for a while."""
        self._texts = {
            scope: texts for scope, texts in self._texts.items() if abs(now - texts.asked_at) < FORGOTTEN_AFTER
        }

    @property
    def sizes(self) -> Mapping[Scope, int]:
        """How much is in memory, in letters."""
        return {scope: texts.size for scope, texts in self._texts.items()}

    async def _current(self, scope: Scope, now: datetime, patience: float) -> _Texts:
        self.forget(now)
        texts = self._texts.setdefault(scope, _Texts(seen=now, asked_at=now))
        texts.asked_at = now
        async with texts.lock:
            until = asyncio.get_running_loop().time() + patience
            await self._follow(scope, texts, until)
            await self._read_on(scope, texts, until)
        return texts

    async def _read_on(self, scope: Scope, texts: _Texts, until: float) -> None:
        while not (texts.done or texts.full or asyncio.get_running_loop().time() > until):
            try:
                rows = await self._store.rows(scope, limit=_BATCH, after=texts.last)
            except NotFound:
                # The row behind which reading went on was destroyed meanwhile: from the beginning.
                texts.last = ""
                continue
            for case in await self._store.cases(scope, [row.id for row in rows]) if rows else ():
                texts.put(case)
            texts.last = rows[-1].id if rows else texts.last
            texts.done = len(rows) < _BATCH

    async def _follow(self, scope: Scope, texts: _Texts, until: float) -> None:
        """Read again what changed, let go of what was closed."""
        for case_id, version, closed, at in await self._store.moved(scope, texts.seen - _OVERLAP):
            texts.seen = max(texts.seen, at)
            known = texts.cases.get(case_id)
            if closed:
                texts.drop(case_id)
            elif known is None or known.version != version:
                texts.pending[case_id] = None
        while texts.pending and not texts.full and asyncio.get_running_loop().time() <= until:
            some = list(texts.pending)[:_BATCH]
            for case in await self._store.cases(scope, some):
                texts.put(case)
            for case_id in some:
                del texts.pending[case_id]


def words_of(case: Case) -> Iterator[str]:
    """What a case may be found by. Legal advice is left out: whoever reads a list need not know of it (practice 12)."""
    person = case.person
    yield from (case.reference, person.name, person.address, *person.postal, case.subject)
    yield from (note.text for note in case.notes if note.kind != "legal-advice")
    for letter in case.letters:
        yield letter.subject
        yield from (section.text for section in letter.sections)


def folded(text: str) -> str:
    """Without accents and case, with single blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())
