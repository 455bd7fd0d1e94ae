"""The bare loop: the least that takes mail from a mailbox to stored rows, acknowledgements and a tidy mailbox.

It decides nothing, seals nothing and knows no case: fetch by fifty, parse cheaply, store a batch in one transaction
(SQLite, WAL, FULL) beside a synced file of the originals, send a fixed letter on one kept connection, move the batch.
Three threads, so that the waiting of one is the work of another. Runs as a process of its own, so that its CPU is
counted alone: `python -m benchmarks.ingest_parts.bare --imap PORT --smtp PORT --user ... --folder ...`.
"""

from __future__ import annotations

import argparse
import email
import email.header
import email.policy
import hashlib
import json
import os
import queue
import re
import secrets
import smtplib
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate, parseaddr
from pathlib import Path
from typing import Final

from imapclient import IMAPClient

from benchmarks.ingest_parts.mailbox import Corpus, Mailbox
from benchmarks.ingest_parts.processes import ROOT, GaveUp, environment
from benchmarks.ingest_parts.sink import Sink

BATCH: Final = 50
#: Batches that may wait between two threads.
_AHEAD: Final = 4
#: Lines of an encoded attachment: what stands in them is not read here.
_ENCODED: Final = re.compile(rb"(?:[A-Za-z0-9+/]{76}\r\n){20,}[A-Za-z0-9+/=]*")
_ACKNOWLEDGEMENT: Final = (
    "From: Bench <privacy@bench.example.org>\r\nTo: {to}\r\nSubject: Re: {subject}\r\nDate: {date}\r\n"
    "Message-ID: <{id}@bench.example.org>\r\nIn-Reply-To: {answers}\r\nAuto-Submitted: auto-replied\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "Hello,\r\n\r\nwe have received your request and will answer it within one month.\r\n"
)
_TABLE: Final = (
    "CREATE TABLE mails (uid INTEGER PRIMARY KEY, message_id TEXT UNIQUE, sender TEXT, subject TEXT, body TEXT, "
    "digest TEXT, size INTEGER)"
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is known of one mail after parsing. answers: not a reply, so it gets an acknowledgement."""

    uid: int
    message_id: str
    sender: str
    subject: str
    body: str
    digest: str
    size: int
    answers: bool


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Wall and own CPU in seconds; mails, acknowledgements."""

    mails: int
    sent: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.mails / self.wall

    @property
    def milliseconds(self) -> float:
        return self.cpu / self.mails * 1000


def run_bare(folder: Path, box: Mailbox, sink: Sink, corpus: Corpus) -> Spent:
    """On a full mailbox, as a process of its own."""
    command = [
        sys.executable, "-m", "benchmarks.ingest_parts.bare", "--imap", str(box.dovecot.imap_port),
        "--smtp", str(sink.port), "--user", box.address, "--folder", str(folder),
    ]  # fmt: skip
    done = subprocess.run(
        command, env={**environment(), "BENCH_PASSWORD": box.password}, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise GaveUp(done.stderr)
    spent = Spent(**json.loads(done.stdout))
    if spent.sent != corpus.requests or box.held("Archive") != len(corpus.files):
        raise GaveUp(f"the bare loop left something undone: {spent}")
    return spent


# --- the process -----------------------------------------------------------------------------------------


def _connect(arguments: argparse.Namespace) -> IMAPClient:
    client = IMAPClient("127.0.0.1", arguments.imap, ssl=False)
    client._imap.debug = 0
    client.login(arguments.user, os.environ["BENCH_PASSWORD"])
    client.select_folder("INBOX")
    return client


def _batches(client: IMAPClient) -> Iterator[list[tuple[int, bytes]]]:
    uids = client.search("ALL")
    for start in range(0, len(uids), BATCH):
        some = uids[start : start + BATCH]
        answer = client.fetch(some, ["BODY.PEEK[]"])
        yield [(uid, answer[uid][b"BODY[]"]) for uid in some]


def _words(value: str) -> str:
    return str(email.header.make_header(email.header.decode_header(value)))


def parse(uid: int, raw: bytes) -> Row:
    """Sender, subject, text and digest, with the large leaves cut out first."""
    found = email.message_from_bytes(_ENCODED.sub(b"", raw), policy=email.policy.compat32)
    text = next(part for part in found.walk() if part.get_content_type() == "text/plain")
    body = text.get_payload(decode=True)
    assert isinstance(body, bytes)
    return Row(
        uid=uid,
        message_id=str(found["Message-ID"]),
        sender=parseaddr(str(found["From"]))[1],
        subject=_words(str(found["Subject"])),
        body=body.decode(text.get_content_charset() or "utf-8", "replace"),
        digest=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        answers=found["In-Reply-To"] is None,
    )


def _keep(folder: Path, number: int, mails: list[tuple[int, bytes]]) -> None:
    with (folder / f"originals-{number}").open("wb") as file:
        for _, raw in mails:
            file.write(raw)
        file.flush()
        os.fdatasync(file.fileno())


def _store(
    folder: Path, fetched: queue.Queue[list[tuple[int, bytes]]], stored: queue.Queue[list[Row]]
) -> None:  # fmt: skip
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(_TABLE)
    number = 0
    while mails := fetched.get():
        number += 1
        _keep(folder, number, mails)
        rows = [parse(uid, raw) for uid, raw in mails]
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO mails VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(row.uid, row.message_id, row.sender, row.subject, row.body, row.digest, row.size) for row in rows],
        )
        database.execute("COMMIT")
        stored.put(rows)
    stored.put([])
    database.close()


def _send(relay: smtplib.SMTP, row: Row) -> None:
    subject = email.header.Header(row.subject, "utf-8").encode() if not row.subject.isascii() else row.subject
    letter = _ACKNOWLEDGEMENT.format(
        to=row.sender, subject=subject, date=formatdate(), id=secrets.token_hex(12), answers=row.message_id
    )
    relay.sendmail("privacy@bench.example.org", [row.sender], letter.encode())


def _finish(arguments: argparse.Namespace, stored: queue.Queue[list[Row]], tally: list[int]) -> None:
    client, relay = _connect(arguments), smtplib.SMTP("127.0.0.1", arguments.smtp)
    while rows := stored.get():
        for row in rows:
            if row.answers:
                _send(relay, row)
                tally[1] += 1
        client.move([row.uid for row in rows], "Archive")
        tally[0] += len(rows)
    relay.quit()
    client.logout()


def main() -> None:
    parser = argparse.ArgumentParser(description="The bare loop on one mailbox.")
    for name, kind in (("imap", int), ("smtp", int), ("user", str), ("folder", Path)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    arguments = parser.parse_args()
    fetched: queue.Queue[list[tuple[int, bytes]]] = queue.Queue(_AHEAD)
    stored: queue.Queue[list[Row]] = queue.Queue(_AHEAD)
    tally = [0, 0]
    wall, cpu = time.perf_counter(), time.process_time()
    threads = [
        threading.Thread(target=_store, args=(arguments.folder, fetched, stored)),
        threading.Thread(target=_finish, args=(arguments, stored, tally)),
    ]
    for thread in threads:
        thread.start()
    client = _connect(arguments)
    for batch in _batches(client):
        fetched.put(batch)
    fetched.put([])
    for thread in threads:
        thread.join()
    client.logout()
    mails, sent = tally
    spent = {"mails": mails, "sent": sent, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    print(json.dumps(spent))


if __name__ == "__main__":
    main()
