"""The work of `dsarbot strip`: done away from here, looked at again, and only then written."""

from __future__ import annotations

import argparse
import asyncio

from dsarbot.cli.redact_work import read_file, write_file
from dsarbot.documents.answer import NotRead
from dsarbot.documents.copier import Copier
from dsarbot.documents.copying import Stripped
from dsarbot.errors import NotAllowed, TheirInput
from dsarbot.reading.file_kinds import file_kind

_UNREAD = {
    "encrypted": "it opens only with a password",
    "broken": "it is damaged",
    "too-large": "it is too large",
    "too-long": "that took too long",
}


def run(args: argparse.Namespace) -> int:
    """A file that says nothing of itself, or the reason why there is none."""
    if args.out.exists():
        raise TheirInput(f"{args.out} is there already; name a new file.")
    data = read_file(args.file)
    kind = file_kind(data)
    said, copy = asyncio.run(_stripped(kind, data))
    if said.left and not args.accept_rest:
        rest = "; ".join(said.left)
        raise NotAllowed("metadata-left", f"{rest} would stay in it. If it may: --accept-rest. Nothing was written.")
    write_file(args.out, copy)
    print(f"{args.out} written ({kind}). Taken out: {', '.join(said.removed) or 'nothing, there was nothing'}.")
    if said.left:
        print(f"Still in it, as you say: {'; '.join(said.left)}.")
    return 0


async def _stripped(kind: str, data: bytes) -> tuple[Stripped, bytes]:
    async with Copier() as copier:
        try:
            said, copy = await copier.strip(kind, data)
        except NotRead as why:
            said, copy = Stripped(unread=why.unread), b""
        if said.unread:
            why_not = _UNREAD.get(said.unread, f"nobody here knows what a file of this kind ({kind}) says of itself")
            raise NotAllowed("metadata-unknown", f"{why_not}. Send it as a PDF: dsarbot redact, or print it as one.")
        again, _ = await copier.strip(kind, copy)
        if again.removed:
            raise NotAllowed("metadata-left", f"it still says: {', '.join(again.removed)}. Nothing was written.")
        return said, copy
