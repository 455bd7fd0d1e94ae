"""What a move without MOVE left behind that was cut off: copies that lie in the other folder already.

COPY and UID EXPUNGE are two commands (RFC 3501, RFC 4315). Whoever repeats them after a break would leave every mail
twice in the folder that people look into.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.channels.down import Down
from dsarbot.channels.imap_session import Session

#: A copy that was just made is one of the last mails of its folder; in one of years nobody looks at every mail.
_LAST: Final = 5_000


def copied(session: Session, uids: Sequence[int], folder: str) -> set[int]:
    """Those of ``uids`` in the open folder of which ``folder`` holds a copy: its size and its header, byte for byte.

    The header bears the Message-ID and the lines of every server on the way, so it is no other mail's. Afterwards the
    folder that was open is open again."""
    here = session.opened()
    wanted = _known_by(session, uids, session.sizes(uids))
    if not wanted:
        return set()
    try:
        there = _lying(session, folder, {size for size, _ in wanted.values()})
    finally:
        again = session.select(here.folder)
    if again.read_only or again.uidvalidity != here.uidvalidity:
        # What was asked about the UIDs is not true of these any more.
        raise Down("lost", "folder")
    return {uid for uid, each in wanted.items() if each in there}


def _lying(session: Session, folder: str, sizes: set[int]) -> set[tuple[int, bytes]]:
    try:
        state = session.select(folder, readonly=True)
    except Down as why:
        if why.slug != "folder-missing":
            raise
        return set()
    last = session.uids_after(max((state.uidnext or 0) - 1 - _LAST, 0))
    known = session.sizes(last[-_LAST:])
    alike = {uid: size for uid, size in known.items() if size in sizes}
    return set(_known_by(session, list(alike), alike).values())


def _known_by(session: Session, uids: Sequence[int], sizes: dict[int, int]) -> dict[int, tuple[int, bytes]]:
    return {uid: (sizes[uid], head) for uid, head in session.heads(uids).items() if uid in sizes}
