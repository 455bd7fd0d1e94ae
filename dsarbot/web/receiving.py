"""Files that a form sends: taken to disk while they come, within limits, and handed on one by one.

The form is read only when the page asks for it, after it knows who sends it: nobody fills our disk before a log-in.
What comes lies in files without a name, which are gone with this process (security 1).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from dsarbot.web.guard import allow

#: Of a field that is no file.
_MOST_FIELD: Final = 20_000
_MOST_FIELDS: Final = 400
_LONGEST_NAME: Final = 120


class Places:
    """So many may send files at once: each holds disk, and may take its time."""

    def __init__(self, most: int) -> None:
        self._free = most

    @contextmanager
    def taken(self) -> Iterator[None]:
        """One of them. HTTPException 503 when there is none."""
        if not self._free:
            raise HTTPException(503)
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One file. name: as the sender calls it, for eyes alone; size: bytes."""

    name: str
    size: int
    _file: UploadFile = field(repr=False)

    async def bytes(self) -> bytes:
        """All of it."""
        await self._file.seek(0)
        return await self._file.read()


@dataclass(frozen=True, kw_only=True)
class Received:
    """What a form sent. fields: each with all its values."""

    fields: Mapping[str, tuple[str, ...]]
    files: tuple[Sent, ...]

    def text(self, name: str) -> str:
        """The last value of a field, "" when it is missing."""
        return self.fields.get(name, ("",))[-1].strip()


@asynccontextmanager
async def received(request: Request, *, most: int, files: int, places: Places) -> AsyncIterator[Received]:
    """The form, while the block runs; most: bytes of all of it; files: so many. Raises HTTPException for one that is
    none, is too large or comes too slowly, and where too many send at once."""
    with places.taken():
        allow(request, most)
        async with request.form(max_files=files, max_fields=_MOST_FIELDS, max_part_size=_MOST_FIELD) as form:
            fields: dict[str, tuple[str, ...]] = {}
            found = []
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if value.filename:
                        found.append(Sent(name=plain_name(value.filename), size=value.size or 0, _file=value))
                else:
                    fields[name] = (*fields.get(name, ()), value)
            yield Received(fields=fields, files=tuple(found))


def plain_name(name: str) -> str:
    """A name from outside as words: never a path, on one line, short. Nothing is ever opened or written by it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:_LONGEST_NAME].strip() or "-"
