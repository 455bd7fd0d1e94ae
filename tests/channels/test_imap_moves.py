"""Servers without MOVE: a move that is cut off between COPY and EXPUNGE leaves no mail twice."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from dsarbot.channels.down import Down, Refused
from dsarbot.channels.imap_copies import copied
from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Position, Watch
from tests.channels.ledger import Ledger, endpoint_of, mail, subject_of, watching
from tests.servers.base import wait_until
from tests.servers.dovecot import Dovecot

_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"mover{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


@pytest.fixture(autouse=True)
def _without_move(monkeypatch: pytest.MonkeyPatch) -> None:
    supports = Session.supports
    monkeypatch.setattr(Session, "supports", lambda self, name: name != "MOVE" and supports(self, name))
    monkeypatch.setattr("dsarbot.channels.imap_tidy.delay", lambda *_: 0.05)
    monkeypatch.setattr("dsarbot.channels.imap_watch.delay", lambda *_: 0.05)


def watch(dovecot: Dovecot, user: str) -> Watch:
    return Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive", poll_seconds=0.1)


def archived(dovecot: Dovecot, user: str) -> list[str]:
    return sorted(subject_of(each) for each in dovecot.mails(user, "Archive"))


def test_after_a_crash_between_copy_and_expunge_the_copy_is_found(dovecot: Dovecot, user: str) -> None:
    for number in range(3):
        dovecot.append(user, mail(f"mail {number}"))
    with dovecot.login(user) as client:
        uidvalidity = int(client.select_folder("INBOX")[b"UIDVALIDITY"])
        client.copy([1, 2], "Archive")
    ledger = Ledger(owed_uids=(3, 2, 1))
    ledger.positions["INBOX"] = Position(folder="INBOX", uidvalidity=uidvalidity, last_uid=3)
    with watching(watch(dovecot, user), ledger):
        wait_until(lambda: not dovecot.mails(user), seconds=10, what="the moves that were owed")
    assert archived(dovecot, user) == ["mail 0", "mail 1", "mail 2"]
    assert ledger.mails == [], "none of them was read again"


@pytest.mark.parametrize("broken", [Down("lost"), Refused("SERVERBUG")])
def test_in_the_same_run_the_copy_is_found_too(
    dovecot: Dovecot, user: str, broken: Down, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.append(user, mail("one"))
    dovecot.append(user, mail("two"))
    remove, failing = Session.remove, [broken, broken]

    def cut_off(self: Session, uids: Sequence[int]) -> None:
        if failing:
            raise failing.pop()
        remove(self, uids)

    monkeypatch.setattr(Session, "remove", cut_off)
    with watching(watch(dovecot, user), Ledger()):
        wait_until(lambda: not dovecot.mails(user), seconds=10, what="the moves")
    assert archived(dovecot, user) == ["one", "two"]


def test_another_mail_under_the_same_message_id_is_no_copy(dovecot: Dovecot, user: str) -> None:
    """Some programs number badly: what only looks alike must not be taken away from the person."""
    first = mail("first")
    second = b"Received: from elsewhere by mx.example.org; Mon, 2 Mar 2026 08:00:00 +0000\r\n" + first
    same_size = first.replace(b"Subject: first", b"Subject: other")
    for raw in (first, second, same_size):
        dovecot.append(user, raw)
    with Session(endpoint_of(dovecot, user)) as session:
        session.select("INBOX")
        session.move([1], "Archive")
        assert copied(session, [2, 3], "Archive") == set()
        session.move([2, 3], "Archive", copied=copied(session, [2, 3], "Archive"))
        assert copied(session, [2], "Nowhere") == set()
        assert session.uids_after(0) == [], "the folder that was open is open again"
    assert archived(dovecot, user) == ["first", "first", "other"]


def test_a_folder_that_was_made_anew_in_between_ends_the_connection(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("one"))
    with dovecot.login(user) as client:
        client.create_folder("Work")
        client.append("Work", mail("two"))
    with Session(endpoint_of(dovecot, user)) as session:
        session.select("Work")
        heads = session.heads

        def anew(uids: Sequence[int]) -> dict[int, bytes]:
            with dovecot.login(user) as client:
                client.delete_folder("Work")
                client.create_folder("Work")
            return heads(uids) or {1: b"Subject: gone\r\n\r\n"}

        session.heads = anew  # type: ignore[method-assign]
        with pytest.raises(Down):
            copied(session, [1], "Archive")
