"""Files for the person lie ready beside a case: without what they say of themselves, sealed, for the next answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from dsarbot.core import orders_package as o
from dsarbot.core.case import Case
from dsarbot.desk.handle import Desk
from dsarbot.desk.organisation import Organisation
from dsarbot.desk.viruses import Guard
from dsarbot.errors import NotAllowed
from dsarbot.ports import Blob, InboundRow, Scope
from dsarbot.reading.file_kinds import file_kind

#: How such a file stands among what was kept: nobody sent it.
CHANNEL: Final = "package"
#: Rule by which it is destroyed when it is taken out again.
UNPACKED: Final = "taken-out"
MOST_FILE: Final = 64 * 1024 * 1024
#: A text says nothing of itself but what stands in it.
_BARE: Final = frozenset({"text"})


class Said(Protocol):
    """What a file said of itself (documents.copying.Stripped)."""

    @property
    def removed(self) -> tuple[str, ...]: ...
    @property
    def left(self) -> tuple[str, ...]: ...
    @property
    def unread(self) -> str: ...


class Stripper(Protocol):
    """Takes out what a file says of itself, away from keys (documents.copier; security 15)."""

    async def strip(self, kind: str, data: bytes) -> tuple[Said, bytes]: ...


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A file as it may leave. kind: by its content, or csv and json, which are text; removed: what was taken out."""

    kind: str
    data: bytes
    removed: tuple[str, ...] = ()


async def prepared(
    name: str, data: bytes, *, stripper: Stripper, guard: Guard | None, accept_rest: bool = False
) -> Ready:
    """The file without what it says of itself. NotAllowed for one that cannot be sent so."""
    if len(data) > MOST_FILE:
        raise NotAllowed("package-large", f"A file is larger than {MOST_FILE // 1024 // 1024} MiB; divide it.")
    looked = await guard.check(data) if guard else None
    if looked and looked.how == "infected":
        raise NotAllowed("infected", f"ClamAV has found {looked.name} in it.")
    if looked and looked.how == "unchecked":
        raise NotAllowed("unchecked", "clamd does not answer, so nobody looked for viruses; see dsarbot doctor.")
    kind = file_kind(data)
    if kind in _BARE:
        return Ready(kind=_text_kind(name), data=data)
    said, copy = await stripper.strip(kind, data)
    if said.unread:
        raise NotAllowed("metadata-unknown", f"Nobody knows what a {kind} file says of itself; make a PDF.")
    if said.left and not accept_rest:
        raise NotAllowed("metadata-left", f"It would still say: {'; '.join(said.left)}. Make a PDF, or accept that.")
    again, _ = await stripper.strip(kind, copy)
    if again.removed:
        raise NotAllowed("metadata-left", f"It still says: {', '.join(again.removed)}.")
    return Ready(kind=kind, data=copy, removed=said.removed)


async def pack(desk: Desk, organisation: Organisation, case: Case, ready: Ready, *, title: str, actor: str) -> Case:
    """The file beside the case. Kept first (security 3); NotAllowed destroys it again."""
    now, row_id = desk.clock(), desk.new_id()
    blob = Blob(id=f"{row_id}-0", kind=CHANNEL, data=ready.data)
    row = InboundRow(
        id=row_id, scope=organisation.scope, channel=CHANNEL, received_at=now, kept_at=now, objects=(blob.id,),
        size=len(ready.data), state="settled", disposition="own", kind=ready.kind, case=case.id, settled_at=now,
    )  # fmt: skip
    await desk.vault.keep(row.scope, [blob])
    async with desk.store.transaction() as transaction:
        await transaction.add_inbounds([row])
    order = o.Pack(
        at=now, actor=actor, cause=f"pack:{row_id}", file=row_id, kind=ready.kind, size=len(ready.data), title=title
    )  # fmt: skip
    try:
        return await desk.order(organisation.scope, case.id, order)
    except NotAllowed:
        await desk.vault.destroy(row.scope, row.objects, rule=UNPACKED, actor=actor)
        raise


async def unpack(desk: Desk, organisation: Organisation, case: Case, file: str, *, actor: str) -> Case:
    """Taken out again; its bytes go."""
    order = o.Unpack(at=desk.clock(), actor=actor, cause=f"unpack:{file}", file=file)
    after = await desk.order(organisation.scope, case.id, order)
    row = await desk.store.inbound(organisation.scope, file)
    await desk.vault.destroy(organisation.scope, row.objects, rule=UNPACKED, actor=actor)
    return after


async def opened(desk: Desk, scope: Scope, file: str) -> bytes:
    """Its bytes."""
    row = await desk.store.inbound(scope, file)
    return bytes(await desk.vault.open(scope, row.objects[0]))


def _text_kind(name: str) -> Literal["csv", "json", "text"]:
    """What a text is called decides nothing but its ending."""
    low = name.casefold()
    return "csv" if low.endswith(".csv") else "json" if low.endswith(".json") else "text"
