"""Ask the reading process; start it when there is something to read, and again when a document has broken it."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from typing import Final, Self

from dsarbot.documents.answer import MOST_ANSWER, MOST_DOCUMENT, Text, Unread, from_bytes, request
from dsarbot.documents.process import ReadingProcess
from dsarbot.errors import TheirInput
from dsarbot.reading.kinds import Kind, kind_of

log = logging.getLogger(__name__)

_COMMAND: Final = (sys.executable, "-I", "-m", "dsarbot.documents.child")
#: Documents after which a process is replaced: what one left behind in it must not see many others.
_MOST_DOCUMENTS: Final = 50
_SECONDS: Final = 20.0
_IDLE_SECONDS: Final = 30.0


class DocumentReader:
    """One reading process at a time; a context manager that ends it."""

    def __init__(self, *, seconds: float = _SECONDS, idle_seconds: float = _IDLE_SECONDS) -> None:
        self._seconds = seconds
        self._process = ReadingProcess(_COMMAND, idle_seconds=idle_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """Of the process that runs now."""
        return self._process.pid

    async def texts(self, files: Sequence[bytes]) -> list[Text]:
        """The text of each file, or why there is none; never raises for what is in a file."""
        return [await self._text(each) for each in files]

    async def close(self) -> None:
        """End the process."""
        await self._process.close()

    async def _text(self, data: bytes) -> Text:
        kind = kind_of(data)
        if kind is None:
            return Text(unread="unsupported")
        if len(data) > MOST_DOCUMENT:
            return Text(unread="too-large")
        async with self._process.alone:
            try:
                async with asyncio.timeout(self._seconds):
                    await self._process.write(request(kind, data), data)
                    answer = from_bytes(await self._process.frame(MOST_ANSWER))
            except TimeoutError:
                return await self._broken("too-long", kind)
            except (TheirInput, OSError, asyncio.IncompleteReadError):
                return await self._broken("broken", kind)
            except BaseException:
                await self._process.end()
                raise
            self._process.served += 1
            if self._process.served >= _MOST_DOCUMENTS:
                await self._process.end()
            else:
                self._process.idle()
            return answer

    async def _broken(self, unread: Unread, kind: Kind) -> Text:
        """The document is to blame, as far as anybody can tell: it stays unread, and the next gets a new process."""
        log.warning("A %s document could not be read: %s", kind, unread, extra={"action": "document_unread"})
        await self._process.end()
        return Text(unread=unread)
