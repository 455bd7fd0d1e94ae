"""A person sees an identity paper where the machine saw none: the row of that file, to be set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dsarbot.core.copies import BY_HAND
from dsarbot.core.identity_copy_row import CopyRow
from dsarbot.desk.batches import pieces
from dsarbot.desk.id_copies import CopyRows, suspect
from dsarbot.desk.id_copies_found import Candidate, digest_of, numbered
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.ports import InboundRow, Vault
from dsarbot.reading.mail import parse
from dsarbot.reading.skeleton import join
from dsarbot.reading.stripping import is_note


async def marked(rows: CopyRows, vault: Vault, row: InboundRow | None, attachment: int) -> CopyRow:
    """The row of that file, written down whatever a machine would say of it. attachment: counted from 1."""
    parts: Sequence[bytes | None] = await pieces(row, vault) if row is not None else ()
    if row is None or not parts or parts[0] is None or is_note(parts[0]):
        raise NotAllowed("copy-message", "Of that message nothing can be set apart: it is gone, or set apart already.")
    found = _scan(parts[0], attachment) if row.channel == "post" else _file(join(parts[0], parts[1:]), attachment)
    wanted = await suspect(rows, row, found)
    known = {each.id: each for each in await rows.of_inbound(row.id)}
    marked = replace(known.get(wanted.id, wanted), state="copy", why=BY_HAND)
    if marked.id not in known:
        await rows.add([marked])
    else:
        await rows.put(marked)
    return marked


def _file(raw: bytes, attachment: int) -> Candidate:
    files = numbered(parse(raw))
    if not 1 <= attachment <= len(files):
        raise TheirInput(f"The message has {len(files)} files, counted from 1; there is no number {attachment}.")
    file = files[attachment - 1]
    if not file.readable or is_note(file.content):
        raise NotAllowed("copy-unreadable", "That file was set apart or destroyed already, or is too large to be read.")
    return Candidate(digest=file.digest, size=file.size)


def _scan(raw: bytes, attachment: int) -> Candidate:
    """The letter and the paper in it cannot be told apart here: a person has said that it is one."""
    if attachment != 1:
        raise TheirInput("A scan is one file; mark it with --attachment 1.")
    return Candidate(digest=digest_of(raw), size=len(raw))
