"""A vault in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsarbot.errors import Gone, NotFound, StoreProblem
from dsarbot.ports import Blob, Scope, mailbox_scope


@dataclass(kw_only=True)
class _Kept:
    """An object; origin: the scope it came in through."""

    scope: Scope
    origin: Scope
    data: bytes


class MemoryVault:
    """A Vault in memory. destroyed: (scope, id, rule, actor) of what was destroyed, in order."""

    def __init__(self) -> None:
        self.objects: dict[str, _Kept] = {}
        self.destroyed: list[tuple[Scope, str, str, str]] = []

    async def keep(self, scope: Scope, blobs: Sequence[Blob]) -> None:
        gone = {each[1] for each in self.destroyed}
        for blob in blobs:
            if blob.id in gone:
                continue
            known = self.objects.setdefault(blob.id, _Kept(scope=scope, origin=scope, data=bytes(blob.data)))
            if known.data != blob.data or known.scope != scope:
                raise StoreProblem(f"object {blob.id} is kept already, with other bytes")

    async def open_all(self, scope: Scope, object_ids: Sequence[str]) -> Sequence[bytes]:
        return [await self.open(scope, each) for each in object_ids]

    async def open(self, scope: Scope, object_id: str) -> bytes:
        if any(each[:2] == (scope, object_id) for each in self.destroyed):
            raise Gone
        kept = self.objects.get(object_id)
        if kept is None or scope not in self._readers(kept):
            raise NotFound
        return kept.data

    @staticmethod
    def _readers(kept: _Kept) -> set[Scope]:
        return {kept.scope, kept.origin if kept.origin.startswith(mailbox_scope("")) else kept.scope}

    async def destroy(self, scope: Scope, object_ids: Sequence[str], *, rule: str, actor: str) -> None:
        gone = {each[1] for each in self.destroyed if each[0] == scope}
        wanted = [each for each in dict.fromkeys(object_ids) if each not in gone]
        if any(each not in self.objects or self.objects[each].scope != scope for each in wanted):
            raise NotFound
        for object_id in wanted:
            del self.objects[object_id]
            self.destroyed.append((scope, object_id, rule, actor))

    def give(self, ids: Sequence[str], source: Scope, target: Scope) -> None:
        """Objects that came in through a mailbox become an organisation's."""
        for object_id in ids:
            kept = self.objects.get(object_id)
            if kept is not None and kept.origin == source:
                kept.scope = target
