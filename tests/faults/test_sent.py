"""The Sent folder: what staff write by hand from the first start on, without our own copies, and nothing is changed."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Watch
from dsarbot.channels.sent import Letter, SentFiler
from tests.channels.ledger import Ledger, endpoint_of, mail, subject_of, watching
from tests.servers.dovecot import Dovecot

_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"sent{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def watch(dovecot: Dovecot, user: str, **more: object) -> Watch:
    return Watch(
        key="privacy",
        endpoint=endpoint_of(dovecot, user),
        sent=True,
        poll_seconds=0.1,
        **more,  # type: ignore[arg-type]
    )


def test_only_what_staff_write_after_the_first_start_is_read_and_left_as_it_is(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    dovecot.append(user, mail("sent years ago"), folder="Sent")
    dovecot.append(user, mail("a request"))
    with watching(watch(dovecot, user), ledger):
        ledger.await_event("ready", 2)
        dovecot.append(user, mail("Re: your request"), folder="Sent")
        ledger.await_that(lambda: len(ledger.mails) == 2)
    assert [(one.channel, one.folder, subject_of(one.raw)) for one in ledger.mails] == [
        ("mail", "INBOX", "a request"),
        ("sent", "Sent", "Re: your request"),
    ]
    with dovecot.login(user) as client:
        client.select_folder("Sent", readonly=True)
        flags = client.get_flags(client.search("ALL"))
    assert {flag for each in flags.values() for flag in each} <= {rb"\Recent"}


def test_what_is_sent_while_the_service_is_down_is_read_at_the_next_start(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    with watching(watch(dovecot, user), ledger):
        ledger.await_event("ready", 2)
    dovecot.append(user, mail("answered by hand"), folder="Sent")
    with watching(watch(dovecot, user), ledger):
        ledger.await_that(lambda: ledger.subjects() == ["answered by hand"])


def test_copies_of_our_own_letters_are_not_read_back(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    with SentFiler(endpoint=endpoint_of(dovecot, user)) as filer, watching(watch(dovecot, user), ledger):
        ledger.await_event("ready", 2)
        raw = mail("our acknowledgement")
        message_id = raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
        letter = Letter(message=raw, message_id=message_id, at=datetime(2026, 3, 1, 12, tzinfo=UTC))
        assert filer.file_many([letter]) == 1
        dovecot.append(user, mail("by hand"), folder="Sent")
        ledger.await_that(lambda: bool(ledger.mails))
        ledger.await_event("ready", ledger.names().count("ready") + 2)
    assert ledger.subjects() == ["by hand"]
    assert [subject_of(each) for each in dovecot.mails(user, "Sent")] == ["our acknowledgement", "by hand"]


def test_the_folder_may_be_named_and_is_never_read_twice(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    with dovecot.login(user) as client:
        client.create_folder("Gesendete Objekte")
    with watching(watch(dovecot, user, sent_folder="Gesendete Objekte", extra=("Sent",)), ledger):
        ledger.await_event("ready", 2)
        dovecot.append(user, mail("in the named one"), folder="Gesendete Objekte")
        dovecot.append(user, mail("a folder that is watched as mail"), folder="Sent")
        ledger.await_that(lambda: len(ledger.mails) == 2)
    assert sorted((one.channel, one.folder) for one in ledger.mails) == [
        ("mail", "Sent"),
        ("sent", "Gesendete Objekte"),
    ]


def test_a_sent_folder_made_anew_is_read_from_then_on(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    with dovecot.login(user) as client:
        client.create_folder("Gesendet")
        client.append("Gesendet", mail("first"))
    with watching(watch(dovecot, user, sent_folder="Gesendet"), ledger):
        ledger.await_event("ready", 2)
    with dovecot.login(user) as client:
        client.delete_folder("Gesendet")
        client.create_folder("Gesendet")
        client.append("Gesendet", mail("imported with the folder"))
    with watching(watch(dovecot, user, sent_folder="Gesendet"), ledger):
        ledger.await_that(lambda: ("uidvalidity-changed", "Gesendet") in ledger.events)
        ledger.await_event("ready", ledger.names().count("ready") + 2)
        dovecot.append(user, mail("by hand"), folder="Gesendet")
        ledger.await_that(lambda: ledger.subjects() == ["by hand"])


def test_a_mailbox_without_a_sent_folder_is_watched_all_the_same(
    dovecot: Dovecot, user: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "folders", lambda self: {"INBOX": frozenset[str]()})
    with watching(watch(dovecot, user), ledger):
        ledger.await_event("ready", 3)
        dovecot.append(user, mail("a request"))
        ledger.await_that(lambda: bool(ledger.mails))
    assert ledger.names().count("no-sent-folder") == 1
