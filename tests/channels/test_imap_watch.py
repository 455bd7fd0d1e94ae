"""The watcher against a real Dovecot: nothing lost, nothing touched that is not ours."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, date, datetime

import pytest

from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Fetched, Position, Watch
from dsarbot.channels.imap_watch import Watcher
from dsarbot.errors import StoreProblem
from tests.channels.ledger import Ledger, endpoint_of, mail, subject_of, watching
from tests.servers.base import wait_until
from tests.servers.dovecot import Dovecot

_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"watch{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def subjects(dovecot: Dovecot, user: str, folder: str = "INBOX") -> list[str]:
    return [subject_of(raw) for raw in dovecot.mails(user, folder)]


def flags(dovecot: Dovecot, user: str, folder: str = "INBOX") -> list[set[bytes]]:
    with dovecot.login(user) as client:
        client.select_folder(folder, readonly=True)
        answer = client.get_flags(client.search("ALL"))
        return [set(answer[uid]) - {rb"\Recent"} for uid in sorted(answer)]


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_new_mail_is_noticed_within_two_seconds_kept_and_marked(
    dovecot: Dovecot, user: str, ledger: Ledger, security: str
) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user, security))  # type: ignore[arg-type]
    with watching(watch, ledger):
        ledger.await_event("ready")
        raw = mail("Auskunft")
        dovecot.append(user, raw, at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
        ledger.await_that(lambda: bool(ledger.mails), seconds=2)
        ledger.await_event("ready", 2)
    [kept] = ledger.mails
    assert kept.raw == raw
    assert kept.internal_date == datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert kept.size == len(raw)
    # A person's mail program must still show it as unread.
    assert flags(dovecot, user) == [{b"$Dsarbot"}]


def test_mail_in_the_folder_at_the_start_is_taken_in_order_and_moved_with_its_keyword(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    for number in range(5):
        dovecot.append(user, mail(f"mail {number}"))
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive")
    with watching(watch, ledger):
        ledger.await_event("ready")
    assert ledger.subjects() == [f"mail {number}" for number in range(5)]
    assert subjects(dovecot, user) == []
    assert subjects(dovecot, user, "Archive") == ledger.subjects()
    assert flags(dovecot, user, "Archive") == [{b"$Dsarbot"}] * 5


def test_what_keep_does_not_return_is_neither_marked_nor_moved(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    for subject in ("Auskunft", "Newsletter"):
        dovecot.append(user, mail(subject))
    ledger.hold_back = lambda one: b"Newsletter" in one.raw
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive")
    with watching(watch, ledger):
        ledger.await_event("ready")
    assert subjects(dovecot, user) == ["Newsletter"]
    assert flags(dovecot, user) == [set()]
    assert subjects(dovecot, user, "Archive") == ["Auskunft"]


def test_batches_are_bounded_by_bytes_and_a_larger_mail_comes_alone(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    for size in (40_000, 40_000, 40_000, 150_000, 10, 10):
        dovecot.append(user, mail("sized", size))
    with watching(Watch(key="privacy", endpoint=endpoint_of(dovecot, user), batch_bytes=100_000), ledger):
        ledger.await_event("ready")
    assert ledger.batches == [2, 1, 1, 2]


def test_a_mail_beyond_the_limit_is_kept_in_part_and_left_alone(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    dovecot.append(user, mail("huge", 3 * 1024 * 1024))
    dovecot.append(user, mail("small"))
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), batch_bytes=1000, most_mail_bytes=2 * 1024 * 1024)
    with watching(watch, ledger):
        ledger.await_event("ready")
    huge, small = ledger.mails
    assert (huge.complete, small.complete) == (False, True)
    assert len(huge.raw) == 1024 * 1024 < 3 * 1024 * 1024 < huge.size
    assert flags(dovecot, user) == [set(), {b"$Dsarbot"}]


def test_a_first_start_with_a_date_leaves_older_mail_out_but_not_what_comes_later(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    dovecot.append(user, mail("old"), at=datetime(2026, 1, 31, 12, tzinfo=UTC))
    dovecot.append(user, mail("on the day"), at=datetime(2026, 2, 1, 0, 10, tzinfo=UTC))
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), since=date(2026, 2, 1))
    with watching(watch, ledger):
        ledger.await_event("ready")
        # A person drags an old request into the privacy folder: it is new to us.
        dovecot.append(user, mail("old, put in later"), at=datetime(2025, 6, 1, tzinfo=UTC))
        ledger.await_event("ready", 2)
    assert ledger.subjects() == ["on the day", "old, put in later"]
    assert ledger.positions["INBOX"].last_uid == 3


def test_many_old_mails_and_no_date_do_not_start(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    with dovecot.login(user) as client:
        client.multiappend("INBOX", [mail(f"old {number}") for number in range(101)])
    with watching(Watch(key="privacy", endpoint=endpoint_of(dovecot, user)), ledger):
        ledger.await_event("stopped")
    assert ("needs-since", "INBOX") in ledger.events
    assert not ledger.mails
    assert not any(flags(dovecot, user))


def test_a_known_position_goes_on_after_it(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user))
    dovecot.append(user, mail("first"))
    with watching(watch, ledger):
        ledger.await_event("ready")
    dovecot.append(user, mail("while away"))
    with watching(watch, ledger):
        ledger.await_event("ready", 2)
    assert ledger.subjects() == ["first", "while away"]


def test_a_server_restart_during_idle_loses_nothing(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user, "tls"))
    with watching(watch, ledger):
        ledger.await_event("ready")
        dovecot.restart()
        dovecot.append(user, mail("after the restart"))
        ledger.await_that(lambda: bool(ledger.mails))
        ledger.await_event("ready", 2)
        dovecot.kill()
        try:
            ledger.await_event("lost", 2)
        finally:
            # Others need it, too.
            dovecot.start()
        dovecot.append(user, mail("after the crash"))
        ledger.await_that(lambda: len(ledger.mails) == 2)
    assert ledger.subjects() == ["after the restart", "after the crash"]
    assert "backing-off" in ledger.names()


def test_an_administrators_kick_is_only_a_pause(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    with watching(Watch(key="privacy", endpoint=endpoint_of(dovecot, user)), ledger):
        ledger.await_event("ready")
        dovecot.kick(user)
        ledger.await_event("lost")
        dovecot.append(user, mail("after the kick"))
        ledger.await_that(lambda: bool(ledger.mails))


def test_a_folder_made_anew_is_read_again(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), folder="Datenschutz")
    with dovecot.login(user) as client:
        client.create_folder("Datenschutz")
    for subject in ("one", "two"):
        dovecot.append(user, mail(subject), folder="Datenschutz")
    with watching(watch, ledger):
        ledger.await_event("ready")
    before = ledger.positions["Datenschutz"].uidvalidity
    with dovecot.login(user) as client:
        client.delete_folder("Datenschutz")
        client.create_folder("Datenschutz")
    dovecot.append(user, mail("three"), folder="Datenschutz")
    with watching(watch, ledger):
        ledger.await_event("ready", 2)
    assert ("uidvalidity-changed", "Datenschutz") in ledger.events
    assert ledger.subjects() == ["one", "two", "three"]
    assert ledger.positions["Datenschutz"].uidvalidity != before
    assert ledger.positions["Datenschutz"].last_uid == 1


def test_a_missing_folder_is_said_and_tried_again(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), folder="Datenschutz (été)")
    with watching(watch, ledger) as watcher:
        ledger.await_event("folder-missing")
        with dovecot.login(user) as client:
            client.create_folder("Datenschutz (été)")
        dovecot.append(user, mail("found"), folder="Datenschutz (été)")
        watcher.wake()
        ledger.await_that(lambda: ledger.subjects() == ["found"])


def test_a_refused_login_backs_off_for_long_and_wake_tries_again(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user))
    dovecot.create_user(user, "another password")
    with watching(watch, ledger) as watcher:
        ledger.await_event("backing-off")
        assert ledger.events[-2:] == [("login-refused", "AUTHENTICATIONFAILED"), ("backing-off", "30")]
        dovecot.create_user(user)
        watcher.wake()
        ledger.await_event("ready")


def test_extra_folders_are_read_and_never_written(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    dovecot.append(user, mail("spam?"), folder="Junk")
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), extra=("Junk", "Gone"), poll_seconds=0.2)
    with watching(watch, ledger):
        ledger.await_that(lambda: ledger.subjects() == ["spam?"])
        dovecot.append(user, mail("spam again"), folder="Junk")
        ledger.await_that(lambda: len(ledger.mails) == 2)
        dovecot.append(user, mail("request"))
        ledger.await_that(lambda: len(ledger.mails) == 3)
        ledger.await_event("ready", 4)
    assert [(one.folder, subject_of(one.raw)) for one in ledger.mails] == [
        ("Junk", "spam?"),
        ("Junk", "spam again"),
        ("INBOX", "request"),
    ]
    assert flags(dovecot, user, "Junk") == [set(), set()]
    assert flags(dovecot, user) == [{b"$Dsarbot"}]
    assert ("folder-missing", "Gone") in ledger.events


def test_a_failing_store_marks_nothing_and_the_same_mail_comes_again(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    dovecot.append(user, mail("kept at last"))
    ledger.faults = [StoreProblem(), OSError(28, "No space left on device")]
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive")
    with watching(watch, ledger) as watcher:
        ledger.await_event("keep-failed")
        assert flags(dovecot, user) == [set()]
        watcher.wake()
        ledger.await_that(lambda: bool(ledger.mails))
    assert [detail for event, detail in ledger.events if event == "keep-failed"] == ["StoreProblem", "OSError"]
    assert subjects(dovecot, user, "Archive") == ["kept at last"]


def test_a_mail_that_a_person_moves_while_it_is_kept_does_no_harm(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    for subject in ("one", "two"):
        dovecot.append(user, mail(subject))

    def person_moves(one: Fetched) -> bool:
        with dovecot.login(user) as client:
            client.select_folder("INBOX")
            client.move([one.uid], "Trash")
        return False

    ledger.hold_back = person_moves
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive")
    with watching(watch, ledger):
        ledger.await_event("ready")
        ledger.hold_back = lambda _: False
        dovecot.append(user, mail("three"))
        ledger.await_that(lambda: len(ledger.mails) == 3)
    assert subjects(dovecot, user, "Trash") == ["one", "two"]
    assert subjects(dovecot, user, "Archive") == ["three"]
    assert "lost" not in ledger.names()


def test_a_move_to_a_missing_folder_is_said_and_the_mail_stays(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    dovecot.append(user, mail("stays"))
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Erledigt")
    with watching(watch, ledger):
        ledger.await_event("ready")
    assert ("move-refused", "TRYCREATE") in ledger.events
    assert subjects(dovecot, user) == ["stays"]


def test_a_mark_cut_off_by_a_crash_is_made_up_for(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    dovecot.append(user, mail("kept, never marked"))
    with Session(endpoint_of(dovecot, user)) as session:
        uidvalidity = session.select("INBOX").uidvalidity
    ledger.positions["INBOX"] = Position(folder="INBOX", uidvalidity=uidvalidity, last_uid=1)
    ledger.owed_uids = [1, 77]
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive")
    with watching(watch, ledger):
        ledger.await_event("ready")
    assert not ledger.mails
    assert flags(dovecot, user, "Archive") == [{b"$Dsarbot"}]


def test_a_folder_that_may_only_be_read_is_read_and_said(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    dovecot.append(user, mail("look, do not touch"), folder="Archive")
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), folder="Archive")
    read_only = Session(endpoint_of(dovecot, user))
    select = read_only.select

    def only_to_read(folder: str, *, readonly: bool = False) -> object:
        return select(folder, readonly=True)

    read_only.select = only_to_read  # type: ignore[method-assign, assignment]
    watcher = Watcher(watch, ledger.calls, session=lambda: read_only)
    watcher.start()
    try:
        ledger.await_event("ready")
    finally:
        watcher.stop()
    assert ("read-only", "Archive") in ledger.events
    assert ledger.subjects() == ["look, do not touch"]
    assert flags(dovecot, user, "Archive") == [set()]


def test_stop_interrupts_idle_at_once(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    watcher = Watcher(Watch(key="privacy", endpoint=endpoint_of(dovecot, user)), ledger.calls)
    watcher.start()
    ledger.await_event("ready")
    began = time.monotonic()
    watcher.stop()
    assert time.monotonic() - began < 1
    assert ledger.events[-1] == ("stopped", "")
    assert not watcher.alive


def test_a_watcher_that_never_started_can_be_stopped(dovecot: Dovecot, user: str, ledger: Ledger) -> None:
    Watcher(Watch(key="privacy", endpoint=endpoint_of(dovecot, user)), ledger.calls).stop()
    assert ledger.events == []


def test_a_burst_of_mail_while_working_is_not_left_until_the_next_poll(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    with watching(Watch(key="privacy", endpoint=endpoint_of(dovecot, user)), ledger):
        ledger.await_event("ready")
        with dovecot.login(user) as client:
            for number in range(60):
                client.append("INBOX", mail(f"burst {number}"))
        ledger.await_that(lambda: len(ledger.mails) == 60, seconds=10)
    wait_until(lambda: flags(dovecot, user) == [{b"$Dsarbot"}] * 60, seconds=5, what="all marked")
