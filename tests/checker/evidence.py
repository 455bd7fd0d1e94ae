"""The evidence of one run: a folder that a later reader can check again without any server.

    manifest.json     what was planted, by the generator
    world.json        who is served, by which rules, and when the last fault was over
    maildir/KEY/      each mailbox as the mail server's own files
    spool/            what the receiving server accepted, written by it before it said so
    tables.sqlite     every row of the database and of the keys; tables-before.sqlite: before the second run
    vault/ database/ logs/ master.key     as they lie on the disk; database/ holds files or a dump
    fences.jsonl      what a bystander saw of the outbox while it worked
    before.json       names and hashes of folders before the second run; trace.txt: system calls, where traced
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.checker.sealed import Closed, Keys, master_key
from tests.checker.tables import Row, Tables


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailbox:
    """A watched mailbox. archive: where kept mail is moved, "" when it stays; own_hosts: see security 8."""

    key: str
    organisations: tuple[str, ...]
    archive: str
    extra: tuple[str, ...]
    own_hosts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """An organisation: the law of its seat, its promise, its own domains, its digest, its caps for automatic letters.

    mailbox: where its sent letters are filed; markers: the planted words that are about its persons alone."""

    key: str
    jurisdiction: str
    promise_days: int
    own_domains: tuple[str, ...]
    recipients: tuple[str, ...]
    per_address: int
    per_domain: int
    mailbox: str
    sent_folder: str
    markers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """quiet_at: when nothing was left to do; kills: of the service, in this run."""

    quiet_at: datetime
    kills: int
    markers: tuple[str, ...]
    mailboxes: tuple[Mailbox, ...]
    organisations: tuple[Served, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """One planted mail. organisations: for whom it is; expected: request, reply, ordinary, automatic, duplicate, held;
    thread: planted mails of one thread are one matter; tail: hash of the bytes as they were planted, size: their
    number; times: how often the very same Message-ID was planted."""

    number: int
    message_id: str
    sender: str
    mailbox: str
    organisations: tuple[str, ...]
    expected: str
    thread: int
    tail: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerMail:
    """A mail as the mail server holds it. received: its INTERNALDATE; raw: with line ends as the server keeps them."""

    mailbox: str
    folder: str
    path: Path
    received: datetime
    marked: bool
    raw: bytes

    @property
    def hash(self) -> str:
        return same(self.raw)

    @property
    def name(self) -> str:
        return identity(self.raw)


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A mail for which the receiving server took the responsibility. answered: whether it could still say so."""

    name: str
    at: datetime
    recipients: tuple[str, ...]
    answered: bool
    raw: bytes

    @property
    def message_id(self) -> str:
        return identity(self.raw)


def same(raw: bytes) -> str:
    """What two mails have in common that differ in their line ends only."""
    return sha256(raw.replace(b"\r\n", b"\n")).hexdigest()


def identity(raw: bytes) -> str:
    """The Message-ID between its brackets; a mail without one is known by its content."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].replace(b"\n ", b" ").replace(b"\n\t", b" ")
    for line in head.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"message-id":
            return value.strip().strip(b"<>").decode("utf-8", "replace")
    return f"sha256:{same(raw)}"


class Evidence:
    """Reads the folder when asked, each thing once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def world(self) -> World:
        read = json.loads((self.folder / "world.json").read_text())
        return World(
            quiet_at=datetime.fromisoformat(read["quiet_at"]),
            kills=read["kills"],
            markers=tuple(read["markers"]),
            mailboxes=tuple(Mailbox(**_tuples(each)) for each in read["mailboxes"]),
            organisations=tuple(Served(**_tuples(each)) for each in read["organisations"]),
        )

    @cached_property
    def planted(self) -> tuple[Wanted, ...]:
        return tuple(Wanted(**_tuples(each)) for each in json.loads((self.folder / "manifest.json").read_text()))

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.folder / "tables.sqlite")

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.tables, master_key(self.folder / "master.key"))

    @cached_property
    def server(self) -> tuple[ServerMail, ...]:
        return tuple(mail for box in self.world.mailboxes for mail in self._folders(box))

    def _folders(self, box: Mailbox) -> Iterator[ServerMail]:
        root = self.folder / "maildir" / box.key
        for name in dict.fromkeys(("INBOX", *([box.archive] if box.archive else []), *box.extra)):
            folder = root if name == "INBOX" else root / f".{name}"
            for path in sorted((*folder.glob("cur/*"), *folder.glob("new/*"))):
                yield ServerMail(
                    mailbox=box.key,
                    folder=name,
                    path=path,
                    received=datetime.fromtimestamp(int(path.stat().st_mtime), UTC),
                    # Dovecot writes a keyword as a small letter behind the flags of the file's name.
                    marked=name == box.archive or any(sign.islower() for sign in path.name.rpartition(":2,")[2]),
                    raw=path.read_bytes(),
                )

    @cached_property
    def spool(self) -> tuple[Accepted, ...]:
        return tuple(map(_accepted, sorted((self.folder / "spool").glob("*.mail"))))

    @cached_property
    def packs(self) -> Mapping[str, Path]:
        """The files of the vault; in each lie sealed objects, one after the other."""
        return {path.name: path for path in (self.folder / "vault").glob("*/*") if not path.name.startswith(".")}

    # --- what the keys open --------------------------------------------------------------------------------------

    def object(self, object_id: str) -> bytes:
        """The bytes of an object in the vault; Closed when they, or their key, are not there or not right."""
        key = self.keys.of(object_id)
        return key.open(self.bytes_at(self.keys.row(object_id)))

    def bytes_at(self, row: Row) -> bytes:
        """What lies where a key or a tombstone says; empty where there is nothing."""
        path = self.packs.get(row["pack"])
        if path is None:
            return b""
        with path.open("rb") as file:
            file.seek(row["start"])
            return file.read(-1 if row["length"] is None else row["length"])

    @cached_property
    def kept(self) -> Mapping[str, bytes | None]:
        """The mail of each inbound row by its id, put together again; None where it cannot be read."""
        return {row["id"]: self._mail(row) for row in self.tables.rows("inbound")}

    def _mail(self, row: Row) -> bytes | None:
        try:
            skeleton, *leaves = [self.object(each) for each in str(row["objects"]).split()]
            return joined(skeleton, leaves)
        except (Closed, ValueError):
            return None

    def organisation(self, key: str) -> Served:
        return {each.key: each for each in self.world.organisations}[key]


def joined(skeleton: bytes, leaves: Sequence[bytes]) -> bytes:
    """The mail of a skeleton, whose first line says where each leaf stands. ValueError when they do not fit."""
    first, _, rest = skeleton.partition(b"\n")
    places = [tuple(map(int, each.split(b"+"))) for each in first.split(b" ")[2:]]
    if [size for _, size in places] != [len(leaf) for leaf in leaves]:
        raise ValueError("leaves do not fit")
    pieces, before = [], 0
    for (offset, _), leaf in zip(places, leaves, strict=True):
        pieces += [rest[before:offset], leaf]
        before = offset
    return b"".join((*pieces, rest[before:]))


def _accepted(path: Path) -> Accepted:
    head, _, raw = path.read_bytes().partition(b"\n")
    said = json.loads(head)
    return Accepted(
        name=path.name,
        at=datetime.fromisoformat(said["at"]),
        recipients=tuple(said["recipients"]),
        answered=said["answered"],
        raw=raw,
    )


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
