"""Files that the person of a case sends on the portal: judged by content, looked at for viruses, then a message of it.

A copy of an identity paper is found among them, and set apart, as in every other message (`id_copies_keeper`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from dsarbot.core.case import Case
from dsarbot.desk.handle import Desk
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.portal import CHANNEL, joined, message
from dsarbot.desk.verdict import proposals
from dsarbot.desk.viruses import Guard
from dsarbot.errors import TheirInput
from dsarbot.reading.file_kinds import file_kind

#: Of one file, and of everything that one case takes in a day: nobody answers with more, and disks end.
MOST_FILE: Final = 20 * 1024 * 1024
MOST_DAY: Final = 100 * 1024 * 1024
_DAY: Final = timedelta(days=1)
_MOST_ROWS: Final = 500
_MEDIA: Final = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tiff": "image/tiff",
    "heic": "image/heic",
    "gif": "image/gif",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "rtf": "application/rtf",
}

Why = Literal["none", "kind", "large", "empty", "infected", "enough"]


class NotTaken(TheirInput):
    """One of the files is not taken, and so none is. why: a word of the page; name: of the file."""

    def __init__(self, why: Why, name: str = "") -> None:
        self.why: Final = why
        self.name: Final = name
        super().__init__(why)


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """name: as the person calls it, for eyes alone."""

    name: str
    content: bytes


async def take_files(
    desk: Desk,
    organisation: Organisation,
    case: Case,
    files: Sequence[SentFile],
    *,
    address: str,
    text: str,
    allow: Collection[str],
    guard: Guard | None,
) -> str:
    """The message that they become; its id. NotTaken for what is not taken: then nothing was kept.

    What nobody can look at for viruses now is kept, and looked at before anybody opens it."""
    if not files:
        raise NotTaken("none")
    media = [_judged(each, allow) for each in files]
    for each in files:
        looked = await guard.check(each.content) if guard else None
        if looked and looked.how == "infected":
            raise NotTaken("infected", each.name)
    await _demand_room(desk, organisation, case, sum(len(each.content) for each in files))
    same = hashlib.sha256(f"{case.id}\0{text}".encode())
    for each in files:
        same.update(hashlib.sha256(each.content).digest())
    now = desk.clock()
    raw = message(
        organisation, address=address, subject=case.reference, text=text, at=now, key=same.hexdigest()[:32],
        files=[(each.name, kind, each.content) for each, kind in zip(files, media, strict=True)],
    )  # fmt: skip
    return await joined(desk, organisation, case, raw, proposes=proposals(case))


def _judged(sent: SentFile, allow: Collection[str]) -> str:
    """The media type, by its content: its name and its declared type say what the sender likes."""
    kind = file_kind(sent.content)
    if kind == "empty":
        raise NotTaken("empty", sent.name)
    if kind not in allow:
        raise NotTaken("kind", sent.name)
    if len(sent.content) > MOST_FILE:
        raise NotTaken("large", sent.name)
    return _MEDIA.get(kind, "application/octet-stream")


async def _demand_room(desk: Desk, organisation: Organisation, case: Case, more: int) -> None:
    since = desk.clock() - _DAY
    rows = await desk.store.inbounds(organisation.scope, case=case.id, limit=_MOST_ROWS)
    today = sum(row.size for row in rows if row.channel == CHANNEL and row.received_at > since)
    if today + more > MOST_DAY:
        raise NotTaken("enough")
