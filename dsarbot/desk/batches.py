"""How a backlog is cut: what is in memory together, and what may be judged together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dsarbot.desk.mailroom import Read
from dsarbot.errors import Gone, NotFound, Tampered
from dsarbot.ports import InboundRow, Vault
from dsarbot.reading.mail import Mail

#: Raw bytes of mail that are in memory at the same time; of a mail larger than heavy only the text stays.
_SLICE_BYTES = 2 * 1024 * 1024
_HEAVY = 65_536


def slices(rows: Sequence[InboundRow]) -> Iterator[list[InboundRow]]:
    """The rows in order, a few megabytes of mail at a time."""
    some: list[InboundRow] = []
    for row in rows:
        if some and sum(each.size for each in some) + row.size > _SLICE_BYTES:
            yield some
            some = []
        some.append(row)
    if some:
        yield some


async def opened(rows: Sequence[InboundRow], vault: Vault) -> dict[str, Sequence[bytes]]:
    """The bytes of many rows at once. One that does not open leaves all out: asked for alone, each says why."""
    found: dict[str, Sequence[bytes]] = {}
    for scope in dict.fromkeys(row.scope for row in rows):
        mine = [row for row in rows if row.scope == scope]
        try:
            data = iter(await vault.open_all(scope, [each for row in mine for each in row.objects]))
        except (Gone, Tampered, NotFound):
            continue
        found |= {row.id: [next(data) for _ in row.objects] for row in mine}
    return found


async def pieces(row: InboundRow, vault: Vault) -> list[bytes | None]:
    """The objects of one row; None for each that was destroyed on purpose."""
    found: list[bytes | None] = []
    for each in row.objects:
        try:
            found.append(await vault.open(row.scope, each))
        except Gone:
            found.append(None)
    return found


def lighter(read: Read) -> Read:
    """Without the attachments of a large mail, which have been looked at: they hold on to all of its bytes."""
    if read.row.size <= _HEAVY:
        return read
    inner = replace(read.inner, mails=tuple(map(_bare, read.inner.mails))) if read.inner else None
    return replace(read, mail=_bare(read.mail), inner=inner, others=tuple(map(lighter, read.others)))


def _bare(mail: Mail) -> Mail:
    return replace(mail, files=(), messages=())


def wave(reads: Sequence[Read]) -> tuple[list[Read], list[Read]]:
    """Those that nothing before them can change, and those that must wait for them."""
    told, now, later = set[str](), list[Read](), list[Read]()
    for read in reads:
        persons = {each.sender for each in (read, *read.others)}
        marks = {*persons, read.digest, read.copy_mark, read.message_id, *read.answers} - {""}
        (later if told & marks else now).append(read)
        told |= marks
    return now, later
