"""A mail without a file, in its place in the mailbox: the stripped mail is put beside it, then the original goes.

This is the one thing that writes into folders which are otherwise only read (practice 32). First the copy lies there
durably, then the original is expunged by its UID and nothing else with it; a crash in between leaves both, and the
next try finds the copy by its bytes and goes on. Blocking, for a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dsarbot.channels.down import Down, Refused
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Fetched
from dsarbot.reading.stripping import digests, stripped

#: Flags that a client cannot set (RFC 3501 2.3.2).
_RECENT: Final = "\\recent"
#: So many bytes a server may add to or take from what it was given.
_SLACK: Final = 64


@dataclass(frozen=True, kw_only=True)
class Sought:
    """Which mails to look into. size: bytes of the file; since: nothing older can hold it."""

    size: int
    since: date


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What the other side does; both are called in this thread.

    wanted: of these contents, those that must go, with what stays of each; removing: told of the folder, the mail and
    what it becomes, before anything is done."""

    wanted: Callable[[Set[bytes]], Mapping[bytes, bytes | None]]
    removing: Callable[[str, Fetched, bytes], None]


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How it stands in a folder. state "stuck": it is there and cannot be removed here, why says what keeps it."""

    folder: str
    state: Literal["clean", "stuck"]
    why: str = ""


def sweep(
    endpoint: Endpoint, folders: Sequence[str], sought: Sought, calls: Calls, *, sent: bool = False
) -> list[Swept]:
    """Each of these folders cleaned, the Sent folder with them where *sent*; in all others of the account it is only
    looked for. Raises ``Down``."""
    with Session(endpoint) as session:
        return list(_Sweep(session, sought, calls).through(folders, sent=sent))


@dataclass(frozen=True)
class _Sweep:
    """One account, one copy."""

    session: Session
    sought: Sought
    calls: Calls

    def through(self, folders: Sequence[str], *, sent: bool) -> Iterator[Swept]:
        every = self.session.folders()
        ours = dict.fromkeys(folders)
        if sent and (name := self.session.with_attribute("\\sent")):
            ours[name] = None
        yield from (self._clean(name) for name in ours if name in every)
        for name, flags in every.items():
            if name not in ours and not flags & {"\\noselect", "\\nonexistent"}:
                yield self._seen(name)

    def _clean(self, folder: str) -> Swept:
        state = self.session.select(folder)
        try:
            for uid in self.session.of_size(self.sought.size - 1, since=self.sought.since):
                for mail in self.session.fetch([uid]):
                    removals = self.calls.wanted(digests(mail.raw))
                    without = stripped(mail.raw, removals) if removals else None
                    if without is None:
                        continue
                    if state.read_only:
                        return Swept(folder=folder, state="stuck", why="read-only")
                    if not self.session.supports("UIDPLUS"):
                        # A plain EXPUNGE would take along what people marked as deleted.
                        return Swept(folder=folder, state="stuck", why="no-uidplus")
                    self._replace(folder, mail, without)
        except Refused as no:
            return Swept(folder=folder, state="stuck", why=(no.code or "refused").lower()[:40])
        return Swept(folder=folder, state="clean")

    def _replace(self, folder: str, mail: Fetched, without: bytes) -> None:
        self.calls.removing(folder, mail, without)
        if not self._lies_there(without):
            flags = [flag for flag in mail.flags if flag.lower() != _RECENT]
            self.session.append(folder, without, flags=flags, at=mail.internal_date)
        self.session.remove([mail.uid])

    def _lies_there(self, without: bytes) -> bool:
        """Whether a try before this one has put it there."""
        size = len(without)
        near = self.session.of_size(size - _SLACK, since=self.sought.since, smaller=size + _SLACK)
        return any(_plain(mail.raw) == _plain(without) for uid in near for mail in self.session.fetch([uid]))

    def _seen(self, folder: str) -> Swept:
        """Folders that nobody gave us to work in: what lies there is told, so that a person removes it."""
        try:
            self.session.select(folder, readonly=True)
            found = any(
                self.calls.wanted(digests(mail.raw))
                for uid in self.session.of_size(self.sought.size - 1, since=self.sought.since)
                for mail in self.session.fetch([uid])
            )
        except Down as why:
            if why.slug not in ("folder-missing", "refused"):
                raise
            return Swept(folder=folder, state="clean")
        return Swept(folder=folder, state="stuck" if found else "clean", why="not-watched" if found else "")


def _plain(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").rstrip()
