"""What ``doctor`` asks a mailbox: does everything exist that the configuration counts on?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_plan import MOST_OLD_MAILS
from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class MailboxReport:
    """Findings about one mailbox; everything here is names of folders, capabilities and counts."""

    capabilities: tuple[str, ...]
    folders: tuple[str, ...]
    #: Configured folders that cannot be opened.
    missing: tuple[str, ...]
    #: Folders of the mailbox that nobody watches, so that a request could lie there unseen.
    unwatched: tuple[str, ...]
    read_only: bool
    keyword_allowed: bool
    old_mails: int

    def needs_since(self, watch: Watch) -> bool:
        """True if a first start would refuse to take in the old mails without a date."""
        return watch.since is None and self.old_mails > MOST_OLD_MAILS


#: Folders in which nothing arrives from outside (RFC 6154).
_OWN = frozenset({"\\sent", "\\drafts", "\\trash", "\\noselect", "\\nonexistent"})


async def check_imap(watch: Watch, *, timeout: float = 10.0) -> MailboxReport:  # noqa: ASYNC109
    """Log in and look; changes nothing. Raises ``Down`` with the remedy."""
    return await asyncio.to_thread(look, watch, timeout)


def look(watch: Watch, read_timeout: float) -> MailboxReport:
    """The same for a thread."""
    with Session(watch.endpoint, read_timeout=read_timeout) as session:
        folders = session.folders()
        wanted = [watch.folder, *watch.extra, *([watch.move_to] if watch.move_to else [])]
        missing = tuple(name for name in wanted[1:] if not _opens(session, name))
        # Last, and for writing: this is the folder the answer is about.
        state = session.select(watch.folder)
        return MailboxReport(
            capabilities=tuple(name for name in ("IDLE", "MOVE", "UIDPLUS") if session.supports(name)),
            folders=tuple(sorted(folders)),
            missing=missing,
            unwatched=tuple(sorted(name for name, flags in folders.items() if name not in wanted and not flags & _OWN)),
            read_only=state.read_only,
            keyword_allowed=watch.keyword is None or state.allows(watch.keyword),
            old_mails=state.exists,
        )


def _opens(session: Session, folder: str) -> bool:
    try:
        session.select(folder, readonly=True)
    except Down as why:
        if why.slug == "folder-missing" or isinstance(why, Refused):
            return False
        raise
    return True
