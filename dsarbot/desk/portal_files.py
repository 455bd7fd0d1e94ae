"""Files that somebody who is in sends: judged by content, looked at for viruses, then a message of the case.

Those of the person join it as theirs; those of a party of the chain as what that party wrote (practice 27).

A copy of an identity paper is found among them, and set apart, as in every other message (`id_copies_keeper`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from dsarbot.core import orders_chain as oc
from dsarbot.core.case import Case
from dsarbot.core.chain import Hop
from dsarbot.core.order import Order
from dsarbot.desk.handle import Desk
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.portal import CHANNEL, Joining, joined, kept_with, message
from dsarbot.desk.verdict import proposals
from dsarbot.desk.viruses import Guard
from dsarbot.errors import TheirInput
from dsarbot.ports import InboundRow
from dsarbot.reading.file_kinds import file_kind

#: Of what a party sends on its answer page: it has room of its own, and takes none of the person's.
ANSWERS: Final = "answers"
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
    """name: as the sender calls it, for eyes alone."""

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
    hop: Hop | None = None,
) -> str:
    """The message that they become; its id. NotTaken for what is not taken: then nothing was kept. hop: of the party
    that sends them; None for the person.

    What nobody can look at for viruses now is kept, and looked at before anybody opens it."""
    if not files:
        raise NotTaken("none")
    media = [_judged(each, allow) for each in files]
    for each in files:
        looked = await guard.check(each.content) if guard else None
        if looked and looked.how == "infected":
            raise NotTaken("infected", each.name)
    channel = ANSWERS if hop else CHANNEL
    await _demand_room(desk, organisation, case, sum(len(each.content) for each in files), channel)
    same = hashlib.sha256("\0".join((case.id, *([hop.id] if hop else []), text)).encode())
    for each in files:
        same.update(hashlib.sha256(each.content).digest())
    now = desk.clock()
    raw = message(
        organisation, address=address, subject=case.reference, text=text, at=now, key=same.hexdigest()[:32],
        files=[(each.name, kind, each.content) for each, kind in zip(files, media, strict=True)],
        name=hop.terms.name if hop else "",
    )  # fmt: skip
    if hop:
        return await kept_with(desk, organisation, case, raw, order=_written(hop, address), channel=channel)
    return await joined(desk, organisation, case, raw, proposes=proposals(case))


def _written(hop: Hop, address: str) -> Joining:
    """As a mail of the chain: nothing that the person said. It has no Message-ID that the party ever saw, so that no
    letter goes on from it."""

    def order(row: InboundRow, _: str) -> Order:
        return oc.Write(
            at=row.received_at, actor="service", cause=f"inbound:{row.id}", hop=hop.id, inbound=row.id,
            received_at=row.received_at, address=address, standing="link-and-code",
        )  # fmt: skip

    return order


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


async def _demand_room(desk: Desk, organisation: Organisation, case: Case, more: int, channel: str) -> None:
    since = desk.clock() - _DAY
    rows = await desk.store.inbounds(organisation.scope, case=case.id, limit=_MOST_ROWS)
    today = sum(row.size for row in rows if row.channel == channel and row.received_at > since)
    if today + more > MOST_DAY:
        raise NotTaken("enough")
