"""Ask the reading process; start it when there is something to read, and again when a document has broken it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from typing import Final

from dsarbot.documents.answer import MOST_ANSWER, MOST_DOCUMENT, NotRead, Text, from_bytes, request
from dsarbot.documents.process import IDLE_SECONDS, Reader
from dsarbot.reading.kinds import Kind, kind_of

log = logging.getLogger(__name__)

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.child")
_SECONDS: Final = 20.0


class DocumentReader(Reader):
    """One reading process at a time."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        super().__init__(_COMMAND, idle_seconds=idle_seconds)
        self._seconds = seconds

    async def texts(self, files: Sequence[bytes]) -> list[Text]:
        """The text of each file, or why there is none; never raises for what is in a file."""
        return [await self._text(each) for each in files]

    async def _text(self, data: bytes) -> Text:
        kind = kind_of(data)
        if kind is None:
            return Text(unread="unsupported")
        if len(data) > MOST_DOCUMENT:
            return Text(unread="too-large")
        try:
            return await self._process.ask(lambda: self._read(kind, data))
        except NotRead as why:
            # The document is to blame, as far as anybody can tell: it stays unread, and the next gets a new process.
            log.warning("A %s document could not be read: %s", kind, why.unread, extra={"action": "document_unread"})
            return Text(unread=why.unread)

    async def _read(self, kind: Kind, data: bytes) -> Text:
        async with asyncio.timeout(self._seconds):
            await self._process.write(request(kind, data), data)
            return from_bytes(await self._process.frame(MOST_ANSWER))
