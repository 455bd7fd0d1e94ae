"""The service's side of the Sent folder: batches in a thread, one session as long as there is something to file."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dsarbot.channels.sent import SentFiler
from dsarbot.errors import ChannelDown
from dsarbot.ports import Job, Scope
from dsarbot.service.sending import Copies
from tests.channels.ledger import endpoint_of
from tests.channels.scripted_imap import ScriptedImap, scripted
from tests.servers.dovecot import Dovecot

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def copy(number: int) -> tuple[Job, bytes, datetime]:
    message_id = f"<{number:032x}@example.org>"
    job = Job(
        id=f"j{number}-copy",
        scope=Scope("nuage"),
        case="c1",
        letter="l1",
        kind="copy",
        recipient="paula@example.net",
        envelope_sender="bounces@example.org",
        message_id=message_id,
        object="o1",
        due_at=AT,
        automatic=False,
    )
    return job, f"Message-ID: {message_id}\r\n\r\nhello\r\n".encode(), AT


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted("IMAP4rev1 UIDPLUS MULTIAPPEND") as server:
        yield server


async def test_a_batch_lies_in_the_folder_and_is_not_filed_again(dovecot: Dovecot) -> None:
    dovecot.create_user("copies@example.org")
    copies = Copies(SentFiler(endpoint=endpoint_of(dovecot, "copies@example.org")))
    await copies.file([copy(1), copy(2)])
    await copies.file([copy(2), copy(3)])
    await copies.close()
    assert len(dovecot.mails("copies@example.org", "Sent")) == 3


async def test_the_session_ends_when_nothing_was_to_be_filed_for_a_while(server: ScriptedImap) -> None:
    server.answers["APPEND"] = lambda tag, _: f"{tag} NO [OVERQUOTA] full\r\n".encode()
    left = threading.Event()

    def goodbye(tag: str, _words: str) -> bytes:
        left.set()
        return f"* BYE bye\r\n{tag} OK done\r\n".encode()

    server.answers["LOGOUT"] = goodbye
    copies = Copies(SentFiler(endpoint=server.endpoint, folder="Sent"), idle_seconds=0.05)
    for _ in range(2):
        with pytest.raises(ChannelDown):
            await copies.file([copy(1)])
    assert server.connections == 1
    assert await asyncio.to_thread(left.wait, 10)
    with pytest.raises(ChannelDown):
        await copies.file([copy(1)])
    assert server.connections == 2
    await copies.close()


async def test_a_filer_that_never_filed_is_closed_without_a_word(server: ScriptedImap) -> None:
    await Copies(SentFiler(endpoint=server.endpoint)).close()
    assert server.connections == 0
