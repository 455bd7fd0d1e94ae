"""What was put into the vault a moment ago, still in memory: a mail is read, and a letter sent, right after.

Only a shortcut: whatever is not here is read from the disk. Nothing stays for long, and never much of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dsarbot.ports import Blob, Scope

#: Bytes in all. What finds no room is not remembered: the oldest is what will be wanted next.
ROOM = 4 * 1024 * 1024
_STAYS = timedelta(seconds=30)


class Recent:
    """Objects by the scope they were sealed in, each to be taken once."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._used = 0
        self._objects: dict[tuple[Scope, str], tuple[datetime, bytes]] = {}

    def add(self, scope: Scope, blobs: Sequence[Blob], now: datetime) -> None:
        """Remember them, as far as there is room; forget what nobody wanted for a while."""
        for (owner, object_id), (since, _) in list(self._objects.items()):
            if now - since < _STAYS:
                # They stand in the order in which they came.
                break
            self.take(owner, object_id)
        for blob in blobs:
            self.take(scope, blob.id)
            if self._used + len(blob.data) <= self._room:
                self._objects[scope, blob.id] = (now, blob.data)
                self._used += len(blob.data)

    def take(self, scope: Scope, object_id: str) -> bytes | None:
        """The bytes, which are forgotten; None when they are not here.

        Only the scope in which they were sealed finds them. It may open them for good: an organisation gives nothing
        away, and a mailbox may read on what it gave."""
        since_and_data = self._objects.pop((scope, object_id), None)
        if since_and_data is None:
            return None
        self._used -= len(since_and_data[1])
        return since_and_data[1]
