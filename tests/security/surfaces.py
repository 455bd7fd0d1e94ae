"""Everything that somebody without the keys can see, and everything that can be read with them."""

from __future__ import annotations

import subprocess
import traceback
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from pathlib import Path

from dsarbot.errors import Gone
from dsarbot.reading.skeleton import join
from dsarbot.store.codec import write_case
from dsarbot.store.journal import open_payload
from dsarbot.store.tables import EntryTable
from tests.security.markers import traces, traces_in_files
from tests.security.office import NORD, SCOPES, SUD, Office
from tests.servers.postgresql import USER, PostgreSQL


def dumped(cluster: PostgreSQL, url: str) -> bytes:
    """The whole database as pg_dump writes it, both schemas; bytea stands there as hex."""
    done = subprocess.run(
        [cluster.program("pg_dump"), "-h", cluster.host, "-p", str(cluster.port), "-U", USER, url.rpartition("/")[2]],
        capture_output=True,
        check=True,
    )
    return done.stdout


def shown_in_logs(records: Sequence[object]) -> bytes:
    """Every record with all its values, arguments and tracebacks, also what the format would not print."""
    lines = []
    for record in records:
        values = dict(vars(record))
        lines.append(repr(values))
        if values.get("exc_info"):
            lines.append("".join(traceback.format_exception(values["exc_info"][1])))
    return "\n".join(lines).encode()


def told(errors: Sequence[BaseException]) -> bytes:
    """What errors say, with everything a traceback would print of them."""
    return "\n".join("".join(traceback.format_exception(error)) + repr(error) for error in errors).encode()


def envelopes(office: Office) -> bytes:
    """What of outgoing mail is no content: Message-IDs and envelope senders."""
    sent = [*office.relay.given, *office.relay.filed]
    return "\n".join(f"{job.id} {job.object} {job.message_id} {job.envelope_sender}" for job, _ in sent).encode()


def leaks(
    folder: Path, *, dump: bytes, office: Office, records: Sequence[object], errors: Sequence[BaseException]
) -> list[str]:
    """Every trace of a marker on any surface."""
    found = [f"files {trace}" for trace in traces_in_files([folder])]
    found += [f"dump {trace}" for trace in traces(dump)]
    found += [f"logs {trace}" for trace in traces(shown_in_logs(records))]
    found += [f"errors {trace}" for trace in traces(told(errors))]
    found += [f"envelopes {trace}" for trace in traces(envelopes(office))]
    return found


# --- with the keys ---------------------------------------------------------------------------------------------


async def readable(office: Office) -> bytes:
    """All that the keys open: payloads of the journal, cases, kept mails, letters and their envelopes."""
    store = office.app.store
    found = [write_case(case) for scope in (NORD, SUD) for case in await office.cases(scope)]
    entries = await EntryTable.filter(sealed__isnull=False)
    keys = await store.ring.load([entry.object for entry in entries])
    found += [open_payload(entry, keys[entry.object]) for entry in entries]
    for scope in SCOPES:
        for row in [each for each in await store.inbounds(scope, limit=10_000) if each.objects]:
            try:
                skeleton, *leaves = [await store.vault.open(scope, each) for each in row.objects]
            except Gone:
                continue
            found += _decoded(join(skeleton, leaves))
    found += [repr(await store.register(scope)).encode() for scope in (NORD, SUD)]
    for job, raw in (*office.relay.given, *office.relay.filed):
        found += [job.recipient.encode(), *_decoded(raw)]
    return b"\n".join(found)


def _decoded(raw: bytes) -> Iterator[bytes]:
    """A raw mail, and what its headers and parts say once they are decoded."""
    yield raw
    for part in message_from_bytes(raw, policy=policy.default).walk():
        yield "\n".join(map(str, part.values())).encode("utf-8", "replace")
        yield str(part.get_filename() or "").encode("utf-8", "replace")
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            yield content if isinstance(content, bytes) else b""
