"""One connection: what the library must not be left to, and what a server may do to us."""

from __future__ import annotations

import base64
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from dsarbot.channels.bell import Bell
from dsarbot.channels.down import Down, Refused
from dsarbot.channels.endpoint import Endpoint, is_loopback
from dsarbot.channels.imap_session import Session
from tests.channels.ledger import endpoint_of, mail
from tests.channels.scripted_imap import SELECTED, ScriptedImap, says, scripted
from tests.servers.base import free_port
from tests.servers.dovecot import Dovecot

_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"session{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


@pytest.fixture
def bell() -> Iterator[Bell]:
    bell = Bell()
    yield bell
    bell.close()


@pytest.fixture
def paris() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Paris"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def slug_of(work: Callable[[], object]) -> str:
    with pytest.raises(Down) as caught:
        work()
    return caught.value.slug


def enter(endpoint: Endpoint) -> None:
    with Session(endpoint, read_timeout=5):
        pass


def test_the_debug_log_of_imaplib_is_off(dovecot: Dovecot, user: str) -> None:
    with Session(endpoint_of(dovecot, user)) as session:
        assert session._client._imap.debug == 0
        assert session._client.normalise_times is False


@pytest.mark.usefixtures("paris")
def test_internal_dates_are_instants_whatever_the_zone_of_this_machine(dovecot: Dovecot, user: str) -> None:
    # The last Sunday of October, in the hour that Paris has twice.
    moments = [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 3, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ]
    for moment in moments:
        dovecot.append(user, mail("when?"), at=moment)
    with Session(endpoint_of(dovecot, user)) as session:
        session.select("INBOX")
        fetched = session.fetch(session.uids_after(0))
    assert [one.internal_date for one in fetched] == moments
    assert all(one.internal_date.utcoffset() == timedelta(0) for one in fetched)


def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Dovecot, user: str) -> None:
    for security in ("tls", "starttls"):
        good = endpoint_of(dovecot, user, security)
        assert slug_of(lambda good=good: enter(replace(good, ca_file=None))) == "tls-untrusted"  # type: ignore[misc]


def test_what_stops_us_from_entering_has_its_own_slug(dovecot: Dovecot, user: str) -> None:
    good = endpoint_of(dovecot, user)
    assert slug_of(lambda: enter(replace(good, port=free_port()))) == "unreachable"
    assert slug_of(lambda: enter(replace(good, secret=lambda: "wrong"))) == "login-refused"
    assert slug_of(lambda: enter(replace(good, secret=lambda: "größer"))) == "login-refused"
    assert slug_of(lambda: enter(replace(good, port=dovecot.imap_port, security="tls"))) == "tls"
    nowhere = replace(good, host="imap.nowhere.invalid", security="tls")
    assert slug_of(lambda: enter(nowhere)) == "dns"


def test_plain_is_for_loopback_only() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.9", "::1", "192.0.2.1", "mail.example.org")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(ValueError, match="loopback"):
        Endpoint(host="mail.example.org", port=143, security="plain", user="dpo", secret=lambda: "x")


def test_the_text_of_an_error_names_nobody(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(Down) as caught:
        enter(replace(endpoint_of(dovecot, user), secret=lambda: "wrong"))
    assert user not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_mail_that_vanished_is_passed_over(dovecot: Dovecot, user: str) -> None:
    for number in range(3):
        dovecot.append(user, mail(f"mail {number}"))
    with Session(endpoint_of(dovecot, user)) as session:
        session.select("INBOX")
        uids = session.uids_after(0)
        with dovecot.login(user) as person:
            person.select_folder("INBOX")
            person.delete_messages([uids[1]])
            person.expunge()
        session.noop()
        assert list(session.sizes(uids)) == [1, 3]
        assert [one.uid for one in session.fetch(uids)] == [1, 3]
        session.mark(uids, "$Dsarbot")
        session.move(uids, "Archive")
        assert session.outline(2) is None
    assert len(dovecot.mails(user, "Archive")) == 2


def test_uids_after_the_last_one_are_none(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, mail("only"))
    with Session(endpoint_of(dovecot, user)) as session:
        session.select("INBOX")
        assert session.uids_after(1) == []
        assert session.uids_after(0) == [1]


def test_without_move_only_our_own_copies_are_expunged(dovecot: Dovecot, user: str) -> None:
    for number in range(3):
        dovecot.append(user, mail(f"mail {number}"))
    with dovecot.login(user) as person:
        person.select_folder("INBOX")
        person.delete_messages([3])
    with Session(endpoint_of(dovecot, user)) as session:
        session.supports = lambda capability: capability != "MOVE"  # type: ignore[method-assign]
        session.select("INBOX")
        session.move([1], "Archive")
        session.supports = lambda _: False  # type: ignore[method-assign, assignment]
        with pytest.raises(Refused):
            session.move([2], "Archive")
    assert len(dovecot.mails(user, "Archive")) == 1
    # The mail that a person marked as deleted is still there for that person to bring back.
    assert len(dovecot.mails(user)) == 2


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted() as server:
        yield server


def test_news_in_the_same_packet_as_the_idle_go_ahead_are_heard(server: ScriptedImap, bell: Bell) -> None:
    server.answers["IDLE"] = says(b"+ idling\r\n* 1 EXISTS\r\n")
    with Session(server.endpoint) as session:
        session.select("INBOX")
        began = time.monotonic()
        assert session.idle(seconds=30, wake=bell.fileno()) is True
    assert time.monotonic() - began < 5


def test_news_before_the_idle_go_ahead_are_heard(server: ScriptedImap, bell: Bell) -> None:
    server.answers["IDLE"] = says(b"* 1 EXISTS\r\n+ idling\r\n")
    with Session(server.endpoint) as session:
        session.select("INBOX")
        assert session.idle(seconds=30, wake=bell.fileno()) is True


def test_a_refused_idle_leaves_the_connection_usable(server: ScriptedImap, bell: Bell) -> None:
    server.answers["IDLE"] = lambda tag, _: f"{tag} NO not today\r\n".encode()
    with Session(server.endpoint) as session:
        session.select("INBOX")
        with pytest.raises(Refused):
            session.idle(seconds=30, wake=bell.fileno())
        session.noop()


def test_a_keepalive_line_does_not_end_the_wait(server: ScriptedImap, bell: Bell) -> None:
    server.answers["IDLE"] = says(b"+ idling\r\n* OK Still here\r\n")
    with Session(server.endpoint) as session:
        session.select("INBOX")
        assert session.idle(seconds=0.3, wake=bell.fileno()) is False
    assert server.seen.count("IDLE") > 1


def test_a_bell_rung_before_the_wait_is_not_lost(server: ScriptedImap, bell: Bell) -> None:
    bell.ring()
    with Session(server.endpoint) as session:
        session.select("INBOX")
        began = time.monotonic()
        assert session.idle(seconds=30, wake=bell.fileno()) is False
    assert time.monotonic() - began < 5
    assert bell.hush() is True
    assert bell.hush() is False


def test_a_folder_that_the_server_opens_read_only_is_not_written(server: ScriptedImap) -> None:
    server.answers["SELECT"] = lambda tag, _: SELECTED % (3, 9) + f"{tag} OK [READ-ONLY] done\r\n".encode()
    with Session(server.endpoint) as session:
        state = session.select("INBOX")
    assert state.read_only
    assert not state.allows("$Dsarbot")
    assert server.seen[-2].startswith("EXAMINE")


def test_keywords_are_only_set_where_they_stay(server: ScriptedImap) -> None:
    server.answers["SELECT"] = lambda tag, _: (
        b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [PERMANENTFLAGS (\\Seen $dsarbot)] ok\r\n"
        + f"{tag} OK done\r\n".encode()
    )
    with Session(server.endpoint) as session:
        state = session.select("INBOX")
    assert state.allows("$Dsarbot")
    assert not state.allows("$Other")
    assert state.uidnext is None


def test_a_server_that_announces_a_monstrous_mail_is_cut_off(server: ScriptedImap) -> None:
    server.answers["UID FETCH"] = says(b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nabc")
    with Session(server.endpoint) as session:
        session.select("INBOX")
        assert slug_of(lambda: session.fetch([1])) == "too-large"


def test_answers_outside_the_grammar_are_said_to_be_such(server: ScriptedImap) -> None:
    server.answers["UID FETCH"] = lambda tag, _: f"* 1 FETCH (UID one\r\n{tag} OK done\r\n".encode()
    server.answers["UID SEARCH"] = lambda tag, _: f"* SEARCH x 3\r\n{tag} OK done\r\n".encode()
    for work in (lambda session: session.fetch([1]), lambda session: session.uids_after(0)):
        with Session(server.endpoint) as session:
            session.select("INBOX")
            assert slug_of(lambda session=session, work=work: work(session)) == "protocol"  # type: ignore[misc]


def test_a_mail_without_a_usable_date_came_now(server: ScriptedImap) -> None:
    now = datetime(2026, 4, 1, tzinfo=UTC)
    server.answers["UID FETCH"] = lambda tag, _: (
        f'* 1 FETCH (UID 1 INTERNALDATE "yesterday" FLAGS () BODY[] {{2}}\r\nhi)\r\n{tag} OK done\r\n'.encode()
    )
    with Session(server.endpoint, now=lambda: now) as session:
        session.select("INBOX")
        [one] = session.fetch([1])
    assert (one.raw, one.internal_date, one.size) == (b"hi", now, 0)


def test_a_server_that_hangs_is_given_up(server: ScriptedImap) -> None:
    server.answers["UID SEARCH"] = says(b"")
    with Session(server.endpoint, read_timeout=0.2) as session:
        session.select("INBOX")
        assert slug_of(lambda: session.uids_after(0)) == "timeout"


def test_another_thread_can_break_a_wait(server: ScriptedImap) -> None:
    asked = threading.Event()

    def never(tag: str, words: str) -> bytes:
        asked.set()
        return b""

    server.answers["UID SEARCH"] = never
    with Session(server.endpoint, read_timeout=30) as session:
        session.select("INBOX")

        def break_it() -> None:
            asked.wait(5)
            session.abort()

        breaker = threading.Thread(target=break_it)
        breaker.start()
        assert slug_of(lambda: session.uids_after(0)) == "lost"
        breaker.join()


def test_a_temporary_refusal_of_the_login_is_not_a_wrong_password(server: ScriptedImap) -> None:
    server.answers["LOGIN"] = lambda tag, _: f"{tag} NO [UNAVAILABLE] try later dpo@example.org\r\n".encode()
    assert slug_of(lambda: enter(server.endpoint)) == "unavailable"
    server.answers["LOGIN"] = says(None)
    assert slug_of(lambda: enter(server.endpoint)) == "lost"


def test_xoauth2_sends_the_token(server: ScriptedImap) -> None:
    said: list[str] = []

    def ask_for_it(tag: str, words: str) -> bytes:
        said.append(tag)
        return b"+ \r\n"

    def look(tag: str, words: str) -> bytes:
        assert base64.b64decode(tag) == b"user=dpo\x01auth=Bearer a-token\x01\x01"
        return f"{said[0]} OK done\r\n".encode()

    server.answers["AUTHENTICATE"] = ask_for_it
    server.answers[""] = look
    enter(replace(server.endpoint, auth="xoauth2", secret=lambda: "a-token"))
    assert "AUTHENTICATE XOAUTH2" in server.seen


def test_starttls_is_never_skipped(server: ScriptedImap) -> None:
    assert slug_of(lambda: enter(replace(server.endpoint, security="starttls"))) == "no-starttls"
    assert not any(words.startswith("LOGIN") for words in server.seen)


def test_a_port_that_never_greets_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsarbot.channels.imap_wire.CONNECT_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        dead = Endpoint(host="127.0.0.1", port=port, security="plain", user="dpo", secret=lambda: "x")
        assert slug_of(lambda: enter(dead)) == "timeout"
