"""How often a mail was taken up: counted before anything in it is read, so that one which kills the process is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from dsarbot.ports import InboundRow, Store

#: The fourth time a mail is taken up it is held instead of read: a process died once while it was read among others,
#: and twice while it was read alone.
MAX_ATTEMPTS: Final = 4


class Attempts:
    """Of one process. A try that the disk or the database has spoiled is no attempt of the mail's."""

    def __init__(self) -> None:
        #: Mails whose attempt counts already and came to nothing for no fault of theirs, and how often.
        self._spared: Counter[str] = Counter()

    def which(self, rows: Sequence[InboundRow]) -> list[InboundRow]:
        """Those to read together now: one that was taken up before is read alone, and takes no other with it."""
        troubled = [row for row in rows if row.attempts]
        return [min(troubled, key=lambda row: self._spared[row.id])] if troubled else list(rows)

    async def count(self, rows: Sequence[InboundRow], store: Store) -> list[InboundRow]:
        """The rows with this attempt in them, and in the store."""
        if new := [row for row in rows if not self._spared[row.id]]:
            async with store.transaction() as transaction:
                await transaction.count_attempts(new)
        return [row if self._spared[row.id] else replace(row, attempts=row.attempts + 1) for row in rows]

    def spare(self, rows: Sequence[InboundRow]) -> None:
        """The surroundings failed: the next try is the same attempt again."""
        self._spared.update(row.id for row in rows)

    def done(self, rows: Sequence[InboundRow]) -> None:
        """They came through."""
        for row in rows:
            self._spared.pop(row.id, None)
