"""A mailbox that is full, on a server that counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsarbot.channels.imap_types import Watch
from dsarbot.channels.sent import Letter, SentFiler
from dsarbot.errors import NotFiled
from tests.channels.ledger import Ledger, endpoint_of, mail, subject_of, watching
from tests.servers.base import wait_until
from tests.servers.certificate import Certificate
from tests.servers.dovecot import Dovecot

USER = "full@example.org"


@pytest.fixture(scope="module")
def small(server_root: Path, certificate: Certificate) -> Iterator[Dovecot]:
    root = server_root / "dovecot-small"
    root.mkdir()
    server = Dovecot(root, certificate, quota_bytes=20_000)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def test_a_full_mailbox_refuses_the_copy_and_goes_on_being_read(small: Dovecot) -> None:
    small.create_user(USER)
    small.append(USER, mail("fills it", 19_000))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    letter = Letter(message=mail("our letter", 5_000), message_id="<letter@example.org>", at=at)
    with SentFiler(endpoint=endpoint_of(small, USER)) as filer, pytest.raises(NotFiled) as refused:
        filer.file_many([letter])
    assert refused.value.code == "OVERQUOTA"
    ledger = Ledger()
    watch = Watch(key="privacy", endpoint=endpoint_of(small, USER), after="move", move_to="Archive", poll_seconds=0.2)
    with watching(watch, ledger):
        ledger.await_event("ready", 2)
    assert ledger.subjects() == ["fills it"]
    # Moving takes no room: the server lets it pass, also without a byte to spare.
    assert [subject_of(each) for each in small.mails(USER, "Archive")] == ["fills it"]


def test_without_move_a_full_mailbox_keeps_the_mail_in_the_inbox_until_there_is_room(
    small: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = "copying@example.org"
    small.create_user(user)
    small.append(user, mail("too large to be there twice", 15_000))
    monkeypatch.setattr("dsarbot.channels.imap_tidy.delay", lambda *_: 0.2)
    # RFC 6851 MOVE is younger than many servers: by COPY and UID EXPUNGE the mail needs its room twice.
    monkeypatch.setattr("dsarbot.channels.imap_session.Session.supports", lambda _, name: name != "MOVE")
    ledger = Ledger()
    watch = Watch(key="privacy", endpoint=endpoint_of(small, user), after="move", move_to="Archive", poll_seconds=0.2)
    with watching(watch, ledger):
        ledger.await_event("ready", 3)
        assert ledger.events.count(("move-refused", "OVERQUOTA")) == 1
        assert small.mails(user, "Archive") == []
        small.append(user, mail("a small one"))
        ledger.await_that(lambda: len(ledger.mails) == 2)
        with small.login(user) as client:
            client.select_folder("INBOX")
            client.delete_messages([1])
            client.expunge()
        wait_until(lambda: not small.mails(user), seconds=10, what="the move of what was left")
    assert [subject_of(each) for each in small.mails(user, "Archive")] == ["a small one"]
    assert ledger.subjects() == ["too large to be there twice", "a small one"], "each read once"
