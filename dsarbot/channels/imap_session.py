"""One IMAP connection with the few verbs that the watcher needs, all blocking, for one thread.

Only UIDs are used, ``\\Seen`` is never set (BODY.PEEK), and nothing is expunged but what was just copied.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

from dsarbot.channels import imap_wire
from dsarbot.channels.down import Down, Refused
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_answers import fetched, select_state
from dsarbot.channels.imap_plan import chunks, either, windows
from dsarbot.channels.imap_types import LARGEST, Fetched, SelectState
from dsarbot.channels.imap_wire import guard

READ_TIMEOUT = 60.0
#: UIDs in one command: stays well under the 8,000 octets that RFC 7162 section 4 asks clients to respect.
COMMAND_UIDS = 500


class Session:
    """``with Session(endpoint) as session``. Every method may raise ``Down``; after anything but ``Refused``
    the connection is of no more use."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        read_timeout: float = READ_TIMEOUT,
        largest: int = LARGEST,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._endpoint = endpoint
        self._read_timeout = read_timeout
        self._largest = largest
        self._now = now
        self._client: Any = None
        self._open: SelectState | None = None

    def __enter__(self) -> Self:
        self._client = imap_wire.dial(self._endpoint, read_timeout=self._read_timeout, largest=self._largest + 65536)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                with guard():
                    self._client.socket().settimeout(2)
                    self._client.logout()
            except Down:
                imap_wire.hang_up(self._client)
        else:
            imap_wire.hang_up(self._client)

    def abort(self) -> None:
        """Break whatever the session waits for; the one method that another thread may call."""
        client = self._client
        if client is not None:
            try:
                # Of the plain socket: the TLS layer belongs to the thread that reads.
                socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)
            except OSError:
                return

    def supports(self, capability: str) -> bool:
        """True if the server offers ``capability`` (IDLE, MOVE, UIDPLUS, ...) to this user."""
        with guard():
            return bool(self._client.has_capability(capability))

    def folders(self) -> dict[str, frozenset[str]]:
        """Names of all folders with their attributes in lower case (RFC 6154: ``\\sent``, ``\\junk``, ...)."""
        with guard():
            return {
                str(name): frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
                for flags, _, name in self._client.list_folders()
            }

    def with_attribute(self, attribute: str) -> str | None:
        """The folder with that attribute in lower case, such as ``\\sent``; names differ by language."""
        return next((name for name, attributes in sorted(self.folders().items()) if attribute in attributes), None)

    def select(self, folder: str, *, readonly: bool = False) -> SelectState:
        """Open ``folder``; where writing is not allowed it is opened for reading, and ``read_only`` says so."""
        try:
            with guard():
                answer = self._client.select_folder(folder, readonly)
        except Refused as no:
            raise Down("folder-missing", no.code) from None
        except Down as why:
            if why.slug != "read-only" or readonly:
                raise
            return self.select(folder, readonly=True)
        with guard():
            self._open = select_state(folder, answer, read_only=readonly)
        return self._open

    def uidnext(self, folder: str) -> tuple[int, int | None]:
        """(UIDVALIDITY, UIDNEXT) of a folder that is not open, without opening it; None where the server is silent."""
        try:
            with guard():
                answer = self._client.folder_status(folder, ["UIDVALIDITY", "UIDNEXT"])
                uidnext = answer.get(b"UIDNEXT")
                return int(answer.get(b"UIDVALIDITY", 0)), None if uidnext is None else int(uidnext)
        except Refused as no:
            raise Down("folder-missing", no.code) from None

    def noop(self) -> None:
        """Let the server show what arrived; from here on ``stirred`` counts."""
        with guard():
            self._client.noop()
            self._client._imap.untagged_responses.clear()

    def stirred(self) -> bool:
        """True if the server announced new mail in passing since ``noop``: IDLE will not announce it again."""
        return "EXISTS" in self._client._imap.untagged_responses

    def uids_after(self, after: int, *, since: date | None = None, without: str = "") -> list[int]:
        """UIDs above ``after``, ascending; with ``since`` only mails whose INTERNALDATE is on or after that day, in the
        zone in which the server states it (RFC 3501 6.4.4 SINCE); ``without``: only those that lack that keyword."""
        opened = self.opened()
        found: set[int] = set()
        for window in windows(after=after, uidnext=opened.uidnext, exists=opened.exists):
            criteria: list[object] = ["UID", window]
            criteria += [] if since is None else ["SINCE", since]
            found.update(self._search([*criteria, "UNKEYWORD", without] if without else criteria))
        # RFC 3501 6.4.8: "n:*" always holds the last mail, even where its UID is below n.
        return sorted(uid for uid in found if uid > after)

    def present(self, uids: Sequence[int], *, without: str = "") -> list[int]:
        """Those of ``uids`` that the folder still holds (and that lack a keyword), ascending; asks nothing for none."""
        if not uids:
            return []
        with guard():
            self._client.noop()
        wanted, found = set(uids), set[int]()
        for some in chunks(sorted(wanted), COMMAND_UIDS):
            criteria: list[object] = ["UID", ",".join(map(str, some))]
            found.update(self._search([*criteria, "UNKEYWORD", without] if without else criteria))
        return sorted(wanted & found)

    def of_size(self, larger: int, *, since: date, smaller: int = 0) -> list[int]:
        """UIDs of mails of more than so many bytes (and fewer than *smaller*, unless it is 0), ascending, whose
        INTERNALDATE is on or after that day (RFC 3501 6.4.4)."""
        with guard():
            self._client.noop()
        bound: list[object] = ["SMALLER", smaller] if smaller else []
        return sorted(self._search(["SINCE", since, "LARGER", max(larger, 0), *bound]))

    def last_uid(self) -> int:
        """The UID of the last mail that the open folder holds, 0 when it is empty."""
        return max(self._search(["UID", "*"]), default=0)

    def _search(self, criteria: list[object]) -> list[int]:
        with guard():
            found = [int(uid) for uid in self._client.search(criteria)]
        # RFC 3501 2.3.1.1: a UID has 32 bits. A position beyond would hide every later mail.
        if any(not 0 < uid < 2**32 for uid in found):
            raise Down("protocol", "uid")
        return found

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes of each mail that still exists; a server that leaves the size out gives 0."""
        sizes: dict[int, int] = {}
        for some in chunks(uids, COMMAND_UIDS):
            with guard():
                answer = self._client.fetch(some, ["RFC822.SIZE"])
            sizes.update((uid, int(items.get(b"RFC822.SIZE", 0))) for uid, items in answer.items())
        return {uid: sizes[uid] for uid in uids if uid in sizes}

    def heads(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The header of each mail that still exists, byte for byte."""
        heads: dict[int, bytes] = {}
        for some in chunks(uids, COMMAND_UIDS):
            with guard():
                answer = self._client.fetch(some, ["BODY.PEEK[HEADER]"])
            heads.update((uid, items[b"BODY[HEADER]"]) for uid, items in answer.items() if b"BODY[HEADER]" in items)
        return {uid: heads[uid] for uid in uids if uid in heads}

    def fetch(self, uids: Sequence[int], *, first_bytes: int | None = None) -> list[Fetched]:
        """The mails that the server gives, in the order asked for, by one command; with ``first_bytes`` those that have
        so many bytes are incomplete."""
        body = "BODY.PEEK[]" if first_bytes is None else f"BODY.PEEK[]<0.{first_bytes}>"
        key = b"BODY[]" if first_bytes is None else b"BODY[]<0>"
        with guard():
            self._client._imap.read.begin()
            answer = self._client.fetch(list(uids), ["INTERNALDATE", "FLAGS", "RFC822.SIZE", body])
            given = [(uid, answer[uid], answer[uid][key] or b"") for uid in uids if key in answer.get(uid, ())]
            return [
                self._fetched(uid, items, raw, first_bytes is None or len(raw) < first_bytes)
                for uid, items, raw in given
            ]

    def outline(self, uid: int) -> Fetched | None:
        """All but the bytes of a mail that cannot be fetched; None if it is gone, or stands in searches only."""
        if not self.present([uid]):
            return None
        with guard():
            try:
                items = self._client.fetch([uid], ["INTERNALDATE", "FLAGS", "RFC822.SIZE"]).get(uid)
            except ValueError:
                items = {}
            return None if items is None else self._fetched(uid, items, b"", False)

    def _fetched(self, uid: int, items: Mapping[bytes, Any], raw: bytes, complete: bool) -> Fetched:
        return fetched(self.opened(), uid, items, raw=raw, complete=complete, now=self._now())

    def mark(self, uids: Sequence[int], keyword: str) -> None:
        """Set ``keyword``; UIDs that are gone are passed over."""
        with guard():
            self._client.add_flags(list(uids), [keyword], silent=True)

    def move(self, uids: Sequence[int], folder: str, *, copied: Collection[int] = ()) -> None:
        """Move to ``folder``; without MOVE (RFC 6851) by copy and UID EXPUNGE (RFC 4315), never by plain EXPUNGE,
        which would take along what people marked as deleted. copied: those that lie there already."""
        if self.supports("MOVE"):
            with guard():
                self._client.move(list(uids), folder)
            return
        if not self.supports("UIDPLUS"):
            raise Refused("no-uidplus")
        if left := [uid for uid in uids if uid not in copied]:
            with guard():
                self._client.copy(left, folder)
        self.remove(uids)

    def remove(self, uids: Sequence[int]) -> None:
        """Remove these mails, and no other, from the open folder for good (RFC 4315 UID EXPUNGE)."""
        if not self.supports("UIDPLUS"):
            raise Refused("no-uidplus")
        with guard():
            self._client.add_flags(list(uids), ["\\Deleted"], silent=True)
            self._client.uid_expunge(list(uids))

    def append(self, folder: str, raw: bytes, *, flags: Sequence[str] = (), at: datetime | None = None) -> None:
        """Put a mail into ``folder`` with its INTERNALDATE; ``at`` must be aware."""
        with guard():
            self._client.append(folder, raw, flags, at)

    def append_many(self, folder: str, raws: Sequence[tuple[bytes, datetime]], *, flags: Sequence[str] = ()) -> None:
        """Put many mails into ``folder`` by one command and without a pause in between: all of them or, after
        ``Refused``, none (RFC 3502, RFC 7888). Only where the server offers MULTIAPPEND and LITERAL+."""
        with guard():
            letters = [{"msg": raw, "flags": flags, "date": at} for raw, at in raws]
            kind, said = self._client.multiappend(folder, letters)
        if kind != "OK":
            raise Refused(imap_wire.response_code(str(said)))

    def message_ids(self, wanted: Sequence[str], *, since: date) -> set[str]:
        """Those of ``wanted`` that a mail in the open folder has which came in on ``since`` or later."""
        with guard():
            self._client._imap.untagged_responses.clear()
            uids = self._client.search(["SINCE", since, *either([("HEADER", "Message-ID", each) for each in wanted])])
            if not uids:
                return set()
            # RFC 3501 6.4.4: HEADER finds any field that contains the string; what it found is looked at.
            answer = self._client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])
        found = [part for items in answer.values() for part in items.values() if isinstance(part, bytes)]
        return {each for each in wanted if any(each.encode() in part for part in found)}

    def idle(self, *, seconds: float, wake: int) -> bool:
        """Wait for new mail, at most ``seconds``, or until ``wake`` is readable; True if new mail was announced."""
        with guard():
            return imap_wire.idle(self._client, seconds=seconds, wake=wake, read_timeout=self._read_timeout)

    def opened(self) -> SelectState:
        """The folder that is open; ``Down`` when none is."""
        if self._open is None:
            raise Down("protocol", "no-folder")
        return self._open
