"""What the checks will ask about a batch of mails, asked in a few statements before they begin.

Each check asks the store about one mail. For a backlog the same questions are put for all mails at once; the checks
get the answers from here, and everything else from the store itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from dsarbot.desk.mailroom import Read
from dsarbot.ports import Scope, Store

T = TypeVar("T")


@dataclass(kw_only=True)
class _Known:
    """The answers for one scope; a value that is no key here was not asked about."""

    duplicates: dict[tuple[str, str], str | None] = field(default_factory=dict)
    copies: dict[str, str | None] = field(default_factory=dict)
    letters: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    found: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


class _Ahead:
    """A store that knows some answers already. They hold until something is written."""

    def __init__(self, store: Store, known: Mapping[Scope, _Known]) -> None:
        self._store = store
        self._answers = known

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the store offers
        return getattr(self._store, name)

    async def duplicate_of(self, scope: Scope, message_id: str, content_digest: str) -> str | None:
        known = self._answers.get(scope)
        if known and (message_id, content_digest) in known.duplicates:
            return known.duplicates[message_id, content_digest]
        return await self._store.duplicate_of(scope, message_id, content_digest)

    async def copies_of(self, scope: Scope, marks: Collection[str]) -> Mapping[str, str]:
        known = self._answers.get(scope)
        if known and known.copies.keys() >= set(marks):
            found = {each: known.copies[each] for each in marks}
            return {mark: original for mark, original in found.items() if original}
        return await self._store.copies_of(scope, marks)

    async def letter_by_message_id(self, scope: Scope, message_id: str) -> tuple[str, str] | None:
        known = self._answers.get(scope)
        if known and message_id in known.letters:
            return known.letters[message_id]
        return await self._store.letter_by_message_id(scope, message_id)

    async def by_lookup(self, scope: Scope, kind: Any, value: str) -> tuple[str, ...]:  # noqa: ANN401
        known = self._answers.get(scope)
        if known and (kind, value) in known.found:
            return known.found[kind, value]
        return await self._store.by_lookup(scope, kind, value)


async def ahead(store: Store, reads: Mapping[Scope, Sequence[Read]]) -> Store:
    """The store with the answers for these mails, each under the scopes it will be judged for."""
    # Whatever is no answer is the store's own: this is a Store without naming every method.
    return cast("Store", _Ahead(store, {scope: await _asked(store, scope, mails) for scope, mails in reads.items()}))


async def _asked(store: Store, scope: Scope, reads: Sequence[Read]) -> _Known:
    mails = _each_once((read.message_id, read.digest) for read in reads)
    threads = _each_once(message_id for read in reads for message_id in read.answers)
    letters = _each_once((*(read.message_id for read in reads if read.message_id), *threads))
    people = _each_once(each.sender.lower() for read in reads for each in (read, *read.others) if each.sender)
    known = _Known()
    duplicates = await store.duplicates_of(scope, mails)
    known.duplicates = {each: duplicates.get(each) for each in mails}
    marks = _each_once(read.copy_mark for read in reads if read.copy_mark)
    copies = await store.copies_of(scope, marks)
    known.copies = {each: copies.get(each) for each in marks}
    sent = await store.letters_by_message_ids(scope, letters)
    known.letters = {each: sent.get(each) for each in letters}
    for kind, values in (("message-id", threads), ("address", people)):
        cases = await store.by_lookups(scope, kind, values)  # type: ignore[arg-type]  # one of the kinds
        known.found |= {(kind, each): cases.get(each, ()) for each in values}
    return known


def _each_once(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))
