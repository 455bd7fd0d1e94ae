"""What passes between a mailbox and the rest of the house: a folder as opened, a mail as fetched, a place reached,
and what is to be watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from dsarbot.channels.endpoint import Endpoint

#: Bytes of one mail that are ever held in memory; a bigger mail is fetched in part and kept as incomplete.
LARGEST = 100 * 1024 * 1024
#: The keyword on copies of our own letters in the Sent folder: watching that folder leaves them out.
FILED = "$Dsarbot"

#: Where a mail comes from: people write into a mailbox, staff answer from it by hand.
Channel = Literal["mail", "sent"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """How far a folder was read: every mail up to ``last_uid`` is durably kept, or was left out on purpose."""

    folder: str
    uidvalidity: int
    last_uid: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SelectState:
    """What the server said about a folder when it was opened."""

    folder: str
    uidvalidity: int
    uidnext: int | None
    exists: int
    read_only: bool
    #: Lower-case permanent flags; ``\\*`` among them means that new keywords may be invented.
    permanent_flags: frozenset[str]

    def allows(self, keyword: str) -> bool:
        """True if ``keyword`` can be set to stay (RFC 3501 7.1 PERMANENTFLAGS)."""
        return not self.read_only and bool({"\\*", keyword.lower()} & self.permanent_flags)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One mail as the server holds it. ``size`` is the server's RFC822.SIZE in bytes, 0 if it did not say."""

    folder: str
    uidvalidity: int
    uid: int
    internal_date: datetime
    raw: bytes = field(repr=False)
    flags: tuple[str, ...] = ()
    size: int = 0
    #: False: ``raw`` is only the beginning (too large), or empty (the server will not give it); never marked or moved.
    complete: bool = True
    channel: Channel = "mail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One mailbox to watch. ``extra`` folders (Junk, archives) are opened read-only and never marked. ``sent``: so is
    the Sent folder, from its state at the first start on; ``sent_folder`` names it, else the server does (RFC 6154).
    """

    key: str
    endpoint: Endpoint
    folder: str = "INBOX"
    extra: tuple[str, ...] = ()
    sent: bool = False
    sent_folder: str | None = None
    since: date | None = None
    after: Literal["leave", "move"] = "leave"
    move_to: str | None = None
    keyword: str | None = "$Dsarbot"
    batch_bytes: int = 6 * 1024 * 1024
    poll_seconds: float = 300
    most_mail_bytes: int = LARGEST

    def __post_init__(self) -> None:
        if (self.after == "move") != (self.move_to is not None):
            raise ValueError('`move_to` names a folder if, and only if, after = "move"')
        if self.move_to in {self.folder, *self.extra} or self.folder in self.extra:
            raise ValueError("`move_to`, `folder` and `extra` must be different folders")
        if not 0 < self.batch_bytes <= self.most_mail_bytes or self.poll_seconds <= 0:
            raise ValueError("`batch_bytes` and `poll_seconds` must be positive")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """What the other side does for the watcher; all are called in the mailbox's thread and may block.

    The store takes over the position of ``keep`` and ``reached`` as it comes, also a lower one: the last word is right.
    """

    #: The place last reached in a folder, None at the first start.
    position: Callable[[str], Position | None]
    #: Keeps mails of one folder durably, with the position of the last one; returns the UIDs that may now be marked
    #: and moved. If it raises, the same mails come again after a pause.
    keep: Callable[[str, Sequence[Fetched]], Sequence[int]]
    #: (event, detail) for health and doctor; codes, counts and configured folder names only.
    state: Callable[[str, str], None]
    #: Everything up to here is kept or was left out on purpose (older than ``since``, gone).
    reached: Callable[[Position], None] = lambda _: None
    #: UIDs of (folder, UIDVALIDITY) kept whole lately: their mark or move may have been cut off by a crash.
    owed: Callable[[str, int], Sequence[int]] = lambda _folder, _uidvalidity: ()
    #: True if every one of these mails was kept before from that folder and UID, byte for byte.
    known: Callable[[str, Sequence[Fetched]], bool] = lambda _folder, _mails: True
