"""The watcher against servers that refuse, lie and lack things; every fault is said, and the rest goes on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date

import imapclient
import pytest

from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_check import check_imap
from dsarbot.channels.imap_types import Fetched, Position, Watch
from dsarbot.channels.imap_watch import Watcher
from tests.channels.ledger import Ledger, endpoint_of, mail, watching
from tests.channels.scripted_imap import SELECTED, ScriptedImap, agree, holds, says, scripted, uids_of
from tests.servers.base import free_port, listening, wait_until
from tests.servers.dovecot import Dovecot


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with scripted() as server:
        holds(server, 3)
        yield server


def test_a_mail_that_the_server_will_not_give_does_not_hold_up_the_others(
    server: ScriptedImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsarbot.channels.imap_watch.delay", lambda *_: 0.01)
    holds(server, 3, bad=frozenset({2}))
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint), ledger):
        ledger.await_event("ready")
    assert [(one.uid, one.raw, one.complete) for one in ledger.mails] == [
        (1, b"hi", True),
        (2, b"", False),
        (3, b"hi", True),
    ]
    assert ("unfetchable", "2") in ledger.events
    # A bad hour of the server is not mistaken for a bad mail: several connections were tried.
    assert ledger.events.count(("refused", "SERVERBUG")) == 5
    assert not any("paula" in detail for _, detail in ledger.events)
    assert not any(words.startswith("UID STORE 2 ") for words in server.seen)


def test_a_mail_at_which_the_server_always_hangs_up_does_not_hold_up_the_others(
    server: ScriptedImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsarbot.channels.imap_watch.delay", lambda *_: 0.01)
    fetch = server.answers["UID FETCH"]
    server.answers["UID FETCH"] = lambda tag, words: (
        None if "BODY.PEEK" in words and 2 in uids_of(words) else fetch(tag, words)
    )
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint), ledger):
        ledger.await_event("ready")
    assert [(one.uid, one.complete) for one in ledger.mails] == [(1, True), (2, False), (3, True)]
    assert ledger.names().count("lost") == 5


def test_a_mail_that_vanishes_while_it_is_fetched_is_passed_over(server: ScriptedImap) -> None:
    fetch, search = server.answers["UID FETCH"], server.answers["UID SEARCH"]

    def gone(tag: str, words: str) -> bytes | None:
        if "BODY.PEEK" in words and 2 in uids_of(words):
            # What Dovecot says although it sent the others.
            return f"{tag} NO [EXPUNGEISSUED] Some messages were already expunged.\r\n".encode()
        return fetch(tag, words)

    server.answers["UID FETCH"] = gone
    server.answers["UID SEARCH"] = lambda tag, words: (
        agree(tag, words) if words.endswith("UID 2") else search(tag, words)
    )
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint), ledger):
        ledger.await_event("ready")
    assert [one.uid for one in ledger.mails] == [1, 3]
    assert ledger.positions["INBOX"].last_uid == 3
    assert "lost" not in ledger.names()


def test_a_very_full_folder_is_searched_in_parts(server: ScriptedImap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsarbot.channels.imap_plan.WINDOW", 10)
    holds(server, 25)
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint, since=date(2026, 1, 1)), ledger):
        ledger.await_event("ready")
    assert [one.uid for one in ledger.mails] == list(range(1, 26))
    asked = [words for words in server.seen if words.startswith("UID SEARCH")]
    assert asked[1:4] == [f"UID SEARCH UID {window} SINCE 01-Jan-2026" for window in ("1:10", "11:20", "21:*")]


def test_stop_in_a_backlog_ends_after_the_batch_in_hand(server: ScriptedImap) -> None:
    ledger = Ledger()
    watcher = Watcher(Watch(key="privacy", endpoint=server.endpoint, batch_bytes=1), ledger.calls)

    def stop_now(_: Fetched) -> bool:
        watcher.ask_stop()
        return False

    ledger.hold_back = stop_now
    watcher.start()
    ledger.await_event("stopped")
    watcher.stop()
    assert [one.uid for one in ledger.mails] == [1]
    assert [words for words in server.seen if words.startswith("UID STORE")] == ["UID STORE 1 +FLAGS.SILENT ($Dsarbot)"]
    # The position was not moved over what was not read.
    assert ledger.positions["INBOX"].last_uid == 1


def test_an_idle_that_is_refused_becomes_polling(server: ScriptedImap) -> None:
    server.answers["IDLE"] = lambda tag, _: f"{tag} NO not today\r\n".encode()
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint, poll_seconds=0.05), ledger):
        ledger.await_event("ready", 3)
    assert ledger.names().count("no-idle") == 1


def test_a_refused_keyword_and_move_are_said_once_and_the_mail_is_kept(server: ScriptedImap) -> None:
    server.answers["UID STORE"] = lambda tag, _: f"{tag} NO [NOPERM] no\r\n".encode()
    server.answers["UID MOVE"] = lambda tag, _: f"{tag} NO [OVERQUOTA] no\r\n".encode()
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint, after="move", move_to="Done"), ledger):
        ledger.await_event("ready")
    assert len(ledger.mails) == 3
    assert ledger.events.count(("keyword-refused", "NOPERM")) == 1
    assert ("move-refused", "OVERQUOTA") in ledger.events


def test_a_folder_that_keeps_no_keywords_gets_none(server: ScriptedImap) -> None:
    server.answers["SELECT"] = lambda tag, _: (SELECTED % (3, 4)).replace(b" \\*", b"") + f"{tag} OK x\r\n".encode()
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint), ledger):
        ledger.await_event("ready")
    assert ("keyword-refused", "permanentflags") in ledger.events
    assert not any(words.startswith("UID STORE") for words in server.seen)


def test_without_idle_it_polls_and_says_so() -> None:
    with scripted("IMAP4rev1") as server:
        ledger = Ledger()
        with watching(Watch(key="privacy", endpoint=server.endpoint, poll_seconds=0.05), ledger):
            ledger.await_event("ready", 2)
            holds(server, 1)
            ledger.await_that(lambda: len(ledger.mails) == 1)
    assert ledger.names().count("no-idle") == 1
    assert "IDLE" not in server.seen


def test_a_folder_set_back_to_a_backup_is_read_again(server: ScriptedImap) -> None:
    ledger = Ledger()
    ledger.positions["INBOX"] = Position(folder="INBOX", uidvalidity=7, last_uid=50)
    with watching(Watch(key="privacy", endpoint=server.endpoint), ledger):
        ledger.await_event("ready")
    assert ("uidnext-went-back", "INBOX") in ledger.events
    assert [one.uid for one in ledger.mails] == [1, 2, 3]
    assert ledger.positions["INBOX"].last_uid == 3


def test_news_announced_in_passing_are_read_before_the_wait(server: ScriptedImap) -> None:
    search = server.answers["UID SEARCH"]

    def grows(tag: str, words: str) -> bytes | None:
        answer = search(tag, words)
        if "4:*" in words:
            holds(server, 4)
            assert answer is not None
            return b"* 4 EXISTS\r\n" + answer
        return answer

    server.answers["UID SEARCH"] = grows
    ledger = Ledger()
    with watching(Watch(key="privacy", endpoint=server.endpoint), ledger):
        ledger.await_that(lambda: len(ledger.mails) == 4, seconds=5)


def test_stop_breaks_a_server_that_hangs(server: ScriptedImap) -> None:
    server.answers["UID SEARCH"] = says(b"")
    ledger = Ledger()
    watcher = Watcher(Watch(key="privacy", endpoint=server.endpoint), ledger.calls)
    watcher.start()
    wait_until(lambda: any("SEARCH" in words for words in server.seen), seconds=5, what="the search")
    began = time.monotonic()
    watcher.stop(grace=0.1)
    assert time.monotonic() - began < 2
    assert not watcher.alive
    assert ledger.events[-1] == ("stopped", "")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_nobody_foresaw_is_told_before_the_thread_ends(server: ScriptedImap) -> None:
    ledger = Ledger(faults=[KeyError("a bug")])
    watcher = Watcher(Watch(key="privacy", endpoint=server.endpoint), ledger.calls)
    watcher.start()
    ledger.await_event("died")
    watcher.stop()
    assert not watcher.alive
    assert not any(words.startswith("UID STORE") for words in server.seen)


def test_a_watch_that_contradicts_itself_does_not_exist() -> None:
    endpoint = Endpoint(host="localhost", port=1, security="plain", user="dpo", secret=lambda: "x")
    for wrong in (
        {"after": "move"},
        {"move_to": "Done"},
        {"after": "move", "move_to": "INBOX"},
        {"extra": ("INBOX",)},
        {"batch_bytes": 0},
        {"poll_seconds": 0},
    ):
        with pytest.raises(ValueError, match=r"must|names"):
            Watch(key="privacy", endpoint=endpoint, **wrong)


async def test_the_check_names_what_the_configuration_counts_on(dovecot: Dovecot) -> None:
    dovecot.create_user("check@example.org")
    with dovecot.login("check@example.org") as client:
        client.create_folder("Anfragen")
        client.multiappend("INBOX", [mail("old")] * 101)
    watch = Watch(
        key="privacy",
        endpoint=endpoint_of(dovecot, "check@example.org", "tls"),
        extra=("Junk",),
        after="move",
        move_to="Erledigt",
    )
    report = await check_imap(watch)
    assert report.capabilities == ("IDLE", "MOVE", "UIDPLUS")
    assert report.missing == ("Erledigt",)
    assert report.unwatched == ("Anfragen", "Archive")
    assert report.keyword_allowed
    assert not report.read_only
    assert report.old_mails == 101
    assert report.needs_since(watch)


@pytest.fixture
def pymap() -> Iterator[Endpoint]:
    port = free_port()
    arguments = [
        *("--host", "127.0.0.1", "--port", str(port), "--no-service", "managesieve", "--no-service", "admin"),
        *("dict", "--demo-user", "dpo", "--demo-password", "demo"),
    ]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: listening(port), seconds=20, what="pymap listening")
        yield Endpoint(host="127.0.0.1", port=port, security="plain", user="dpo", secret=lambda: "demo")
    finally:
        process.terminate()
        process.wait(10)


def test_the_embedded_server_of_the_demo_is_watched_too(pymap: Endpoint) -> None:
    ledger = Ledger()
    client = imapclient.IMAPClient("127.0.0.1", pymap.port, ssl=False)
    client.login("dpo", "demo")
    client.create_folder("Done")
    with watching(Watch(key="demo", endpoint=pymap, since=date(2020, 1, 1), after="move", move_to="Done"), ledger):
        ledger.await_event("ready")
        for number in range(12):
            client.append("INBOX", mail(f"mail {number}"))
        ledger.await_that(lambda: len(ledger.mails) == 12)
        ledger.await_event("ready", ledger.names().count("ready") + 1)
    assert sorted(ledger.subjects()) == sorted(f"mail {number}" for number in range(12))
    client.select_folder("Done", readonly=True)
    assert len(client.search("ALL")) == 12
    client.logout()
    assert "lost" not in ledger.names()


def test_after_many_quiet_rounds_news_announced_in_passing_are_still_read_before_the_wait(
    server: ScriptedImap,
) -> None:
    ledger = Ledger()
    watcher = Watcher(Watch(key="privacy", endpoint=server.endpoint, poll_seconds=30), ledger.calls)
    watcher.start()
    try:
        for rounds in range(1, 8):
            ledger.await_event("ready", rounds)
            watcher.wake()
        search = server.answers["UID SEARCH"]

        def grows(tag: str, words: str) -> bytes | None:
            answer = search(tag, words)
            holds(server, 4)
            return b"* 4 EXISTS\r\n" + (answer or b"")

        server.answers["UID SEARCH"] = grows
        watcher.wake()
        ledger.await_that(lambda: len(ledger.mails) == 4, seconds=5)
    finally:
        watcher.stop()


def test_what_came_while_another_folder_was_open_is_not_skipped_by_the_next_notice(server: ScriptedImap) -> None:
    ledger = Ledger()
    server.answers["STATUS"] = lambda tag, _: f"* STATUS Junk (UIDVALIDITY 7 UIDNEXT 1)\r\n{tag} OK x\r\n".encode()
    first = server.answers["SELECT"]

    def select(tag: str, words: str) -> bytes | None:
        if sum(each.startswith("SELECT") for each in server.seen) == 1:
            return first(tag, words)
        # Mails 4 and 5 came while Junk was open; number 6 comes right after.
        holds(server, 6)
        server.answers["SELECT"] = select
        return SELECTED % (5, 6) + f"{tag} OK [READ-WRITE] done\r\n".encode()

    server.answers["SELECT"] = select
    with watching(Watch(key="privacy", endpoint=server.endpoint, extra=("Junk",), poll_seconds=30), ledger):
        ledger.await_that(lambda: len([one for one in ledger.mails if one.folder == "INBOX"]) >= 4)
        ledger.await_event("ready", 2)
    assert [one.uid for one in ledger.mails if one.folder == "INBOX"] == [1, 2, 3, 4, 5, 6]
