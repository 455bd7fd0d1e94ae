"""A server that lies, speaks out of turn or hangs: nothing is lost, nothing is doubled, and it is not hammered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Position, Watch
from dsarbot.channels.imap_watch import Watcher
from tests.channels.ledger import Ledger, watching
from tests.channels.scripted_imap import SELECTED, Answer, ScriptedImap, agree, holds, says, scripted, uids_of
from tests.servers.base import wait_until

WHOLE = [(1, b"hi", True), (2, b"hi", True), (3, b"hi", True)]


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted() as server:
        holds(server, 3)
        yield server


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsarbot.channels.imap_watch.delay", lambda *_: 0.01)


def taken(ledger: Ledger) -> list[tuple[int, bytes, bool]]:
    return [(one.uid, one.raw, one.complete) for one in ledger.mails]


def watch(server: ScriptedImap, **more: object) -> Watch:
    return Watch(key="privacy", endpoint=server.endpoint, **more)  # type: ignore[arg-type]


def without(server: ScriptedImap, uid: int, when: Callable[[str], bool]) -> Answer:
    """The server's FETCH, but with no word about one mail."""
    fetch = server.answers["UID FETCH"]

    def silent_about(tag: str, words: str) -> bytes | None:
        answer = fetch(tag, words)
        if answer is None or not when(words):
            return answer
        return re.sub(rb"\* %d FETCH .*?\)\r\n(?=\*|[A-Z]+\d+ OK)" % uid, b"", answer, flags=re.DOTALL)

    return silent_about


def test_a_mail_left_out_without_a_word_is_asked_for_again(server: ScriptedImap, ledger: Ledger) -> None:
    server.answers["UID FETCH"] = without(server, 2, lambda words: "BODY" in words and len(uids_of(words)) > 1)
    with watching(watch(server), ledger):
        ledger.await_event("ready")
    assert taken(ledger) == WHOLE
    assert "lost" not in ledger.names()


def test_a_mail_whose_bytes_are_never_given_is_handed_over_as_unread(server: ScriptedImap, ledger: Ledger) -> None:
    server.answers["UID FETCH"] = without(server, 2, lambda words: "BODY" in words)
    with watching(watch(server), ledger):
        ledger.await_event("ready")
    assert taken(ledger) == [(1, b"hi", True), (2, b"", False), (3, b"hi", True)]
    assert ledger.events.count(("refused", "not-given")) == 5


def test_a_mail_that_only_searches_know_moves_the_place_reached_over_nothing(
    server: ScriptedImap, ledger: Ledger
) -> None:
    search = server.answers["UID SEARCH"]

    def haunted(tag: str, words: str) -> bytes | None:
        answer = search(tag, words)
        assert answer is not None
        return answer.replace(b"SEARCH", b"SEARCH 4294967295", 1).replace(b" \r\n", b"\r\n", 1)

    server.answers["UID SEARCH"] = haunted
    with watching(watch(server, poll_seconds=0.05), ledger):
        ledger.await_event("ready")
        assert taken(ledger) == WHOLE
        holds(server, 4)
        search, server.answers["UID SEARCH"] = server.answers["UID SEARCH"], haunted
        ledger.await_that(lambda: len(ledger.mails) == 4)
    assert ledger.mails[-1].uid == 4
    assert ledger.positions["INBOX"].last_uid == 4


def test_numbers_that_are_no_uids_are_refused_until_the_server_comes_to_its_senses(
    server: ScriptedImap, ledger: Ledger
) -> None:
    search, server.answers["UID SEARCH"] = (
        server.answers["UID SEARCH"],
        lambda tag, _: f"* SEARCH 1 99999999999999\r\n{tag} OK done\r\n".encode(),
    )
    with watching(watch(server), ledger):
        ledger.await_that(lambda: ledger.events.count(("protocol", "uid")) >= 2)
        server.answers["UID SEARCH"] = search
        ledger.await_event("ready")
    assert taken(ledger) == WHOLE


def test_a_uid_listed_twice_is_one_mail(server: ScriptedImap, ledger: Ledger) -> None:
    server.answers["UID SEARCH"] = lambda tag, _: f"* SEARCH 3 1 1 2 3\r\n{tag} OK done\r\n".encode()
    with watching(watch(server), ledger):
        ledger.await_event("ready")
    assert taken(ledger) == WHOLE


def test_answers_about_mails_that_were_not_asked_for_are_not_taken(server: ScriptedImap, ledger: Ledger) -> None:
    fetch = server.answers["UID FETCH"]

    def talkative(tag: str, words: str) -> bytes | None:
        stray = b"* 77 FETCH (UID 77 BODY[] {5}\r\nstray)\r\n* 2 FETCH (FLAGS (\\Flagged))\r\n"
        answer = fetch(tag, words)
        return answer and stray + answer

    server.answers["UID FETCH"] = talkative
    with watching(watch(server), ledger):
        ledger.await_event("ready")
    assert taken(ledger) == WHOLE


def test_words_out_of_turn_do_no_harm_and_cause_no_restlessness(server: ScriptedImap, ledger: Ledger) -> None:
    noise = b"* 9 EXISTS\r\n* 1 EXPUNGE\r\n* 2 EXISTS\r\n* OK still here\r\n* FLAGS (\\Seen)\r\n* 1 RECENT\r\n"
    for name in ("UID SEARCH", "UID FETCH", "NOOP", "UID STORE"):
        plain = server.answers.get(name, lambda tag, _: f"{tag} OK done\r\n".encode())
        server.answers[name] = lambda tag, words, plain=plain: noise + (plain(tag, words) or b"")  # type: ignore[misc]
    with watching(watch(server), ledger):
        ledger.await_event("ready")
        wait_until(lambda: "IDLE" in server.seen, seconds=5, what="the wait")
        rounds = server.seen.count("NOOP")
    assert taken(ledger) == WHOLE
    assert rounds < 12, "a server that announces what does not come is not asked without end"


def test_sizes_that_are_not_true_fill_no_memory(server: ScriptedImap, ledger: Ledger) -> None:
    big = b"x" * 90_000
    fetch = server.answers["UID FETCH"]

    def swollen(tag: str, words: str) -> bytes | None:
        answer = fetch(tag, words)
        return answer and answer.replace(b"{2}\r\nhi", b"{90000}\r\n" + big)

    server.answers["UID FETCH"] = swollen
    with watching(watch(server, batch_bytes=1000, most_mail_bytes=100_000), ledger):
        ledger.await_event("ready")
    # Each said to be 2 bytes; three in one answer were more than ever may be held, so they came one by one.
    assert taken(ledger) == [(uid, big, True) for uid in (1, 2, 3)]
    assert "too-large" in ledger.names()


def test_a_mail_shorter_than_its_size_is_kept_and_said_once(server: ScriptedImap, ledger: Ledger) -> None:
    fetch = server.answers["UID FETCH"]
    server.answers["UID FETCH"] = lambda tag, words: (fetch(tag, words) or b"").replace(b"SIZE 2", b"SIZE 3")
    with watching(watch(server), ledger):
        ledger.await_event("ready")
    assert taken(ledger) == WHOLE
    assert ledger.names().count("size-differs") == 1


def test_a_literal_shorter_than_its_bytes_costs_that_mail_only(server: ScriptedImap, ledger: Ledger) -> None:
    fetch = server.answers["UID FETCH"]

    def cut_short(tag: str, words: str) -> bytes | None:
        answer = fetch(tag, words)
        head, middle, tail = (answer or b"").partition(b"* 2 FETCH")
        return head + middle + tail.replace(b"{2}\r\nhi", b"{1}\r\nhi) (", 1)

    server.answers["UID FETCH"] = cut_short
    with watching(watch(server), ledger):
        ledger.await_event("ready")
    assert [(uid, complete) for uid, _, complete in taken(ledger)] == [(1, True), (2, False), (3, True)]


def test_a_server_without_uidnext_is_read_all_the_same(server: ScriptedImap, ledger: Ledger) -> None:
    selected = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [PERMANENTFLAGS (\\*)] ok\r\n"
    for name in ("SELECT", "EXAMINE"):
        server.answers[name] = lambda tag, _: selected + f"{tag} OK [READ-WRITE] done\r\n".encode()
    server.answers["STATUS"] = lambda tag, _: f"* STATUS Junk (UIDVALIDITY 7)\r\n{tag} OK done\r\n".encode()
    with watching(watch(server, extra=("Junk",), poll_seconds=0.05), ledger):
        ledger.await_event("ready", 3)
    assert sorted((one.folder, one.uid) for one in ledger.mails) == [
        *(("INBOX", uid) for uid in (1, 2, 3)),
        *(("Junk", uid) for uid in (1, 2, 3)),
    ]


def test_a_uidnext_below_the_mails_there_are_is_not_taken_for_a_back_up(server: ScriptedImap, ledger: Ledger) -> None:
    server.answers["SELECT"] = lambda tag, _: SELECTED % (3, 2) + f"{tag} OK [READ-WRITE] done\r\n".encode()
    ledger.positions["INBOX"] = Position(folder="INBOX", uidvalidity=7, last_uid=3)
    with watching(watch(server, poll_seconds=0.05), ledger):
        ledger.await_event("ready", 3)
    assert ledger.mails == []
    assert "uidnext-went-back" not in ledger.names()


@pytest.mark.parametrize(
    "at",
    ["CAPABILITY", "LOGIN", "SELECT", "NOOP", "UID SEARCH", "UID FETCH", "UID STORE", "UID MOVE", "LIST", "STATUS",
     "EXAMINE", "IDLE", "DONE"],
)  # fmt: skip
def test_wherever_the_server_hangs_it_is_noticed_and_nothing_is_lost_or_doubled(
    server: ScriptedImap, ledger: Ledger, at: str
) -> None:
    server.answers["STATUS"] = lambda tag, _: f"* STATUS Junk (UIDVALIDITY 7 UIDNEXT 1)\r\n{tag} OK x\r\n".encode()
    plain = server.answers.get(at, agree)

    def hangs_once(tag: str, words: str) -> bytes | None:
        if server.connections == 1:
            return says(b"")(tag, words)
        return plain(tag, words)

    server.answers[at] = hangs_once
    watcher = Watcher(
        watch(server, extra=("Junk",), sent=True, after="move", move_to="Done", poll_seconds=0.1),
        ledger.calls,
        session=lambda: Session(server.endpoint, read_timeout=0.3),
    )
    watcher.start()
    try:
        ledger.await_event("timeout")
        ledger.await_that(lambda: ledger.names()[-1] == "ready" and server.connections == 2)
    finally:
        watcher.stop()
    assert not watcher.alive
    for folder in ("INBOX", "Junk"):
        assert [one.uid for one in ledger.mails if one.folder == folder] == [1, 2, 3]
