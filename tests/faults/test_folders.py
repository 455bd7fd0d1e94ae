"""What happens to folders on a real server while they are watched: deleted, renamed, restored, made read-only."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsarbot.channels.imap_session import Session
from dsarbot.channels.imap_types import Fetched, Watch
from tests.channels.ledger import Ledger, endpoint_of, mail, subject_of, watching
from tests.faults import maildir
from tests.servers.base import wait_until
from tests.servers.dovecot import Dovecot

_numbers = itertools.count()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    address = f"folder{next(_numbers)}@example.org"
    dovecot.create_user(address)
    return address


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def subjects(dovecot: Dovecot, user: str, folder: str = "INBOX") -> list[str]:
    return [subject_of(raw) for raw in dovecot.mails(user, folder)]


def test_a_folder_renamed_and_made_again_while_it_is_watched_is_read_on(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    with dovecot.login(user) as client:
        client.create_folder("Datenschutz")
        client.append("Datenschutz", mail("before"))
        watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), folder="Datenschutz", poll_seconds=0.3)
        with watching(watch, ledger) as watcher:
            ledger.await_event("ready")
            client.rename_folder("Datenschutz", "Datenschutz 2025")
            ledger.await_event("folder-missing")
            client.create_folder("Datenschutz")
            client.append("Datenschutz", mail("after"))
            watcher.wake()
            ledger.await_that(lambda: ledger.subjects() == ["before", "after"])
    assert ("uidvalidity-changed", "Datenschutz") in ledger.events


def test_a_folder_deleted_while_it_is_watched_is_said_and_its_successor_is_read(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    with dovecot.login(user) as client:
        client.create_folder("Datenschutz")
        watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), folder="Datenschutz", poll_seconds=0.3)
        with watching(watch, ledger) as watcher:
            ledger.await_event("ready")
            client.delete_folder("Datenschutz")
            ledger.await_event("folder-missing")
            client.create_folder("Datenschutz")
            client.append("Datenschutz", mail("in the new one"))
            watcher.wake()
            ledger.await_that(lambda: ledger.subjects() == ["in the new one"])


def test_a_missing_junk_folder_is_said_once_and_read_when_it_is_back(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), extra=("Spam",), poll_seconds=0.1)
    with watching(watch, ledger), dovecot.login(user) as client:
        ledger.await_event("ready", 4)
        assert ledger.events.count(("folder-missing", "Spam")) == 1
        client.create_folder("Spam")
        client.append("Spam", mail("a request in spam"))
        ledger.await_that(lambda: ledger.subjects() == ["a request in spam"])
        client.rename_folder("Spam", "Gone")
        ledger.await_that(lambda: ledger.events.count(("folder-missing", "Spam")) == 2)
        dovecot.append(user, mail("the inbox goes on"))
        ledger.await_that(lambda: "the inbox goes on" in ledger.subjects())


def test_what_could_not_be_moved_is_moved_once_the_folder_exists_and_is_read_once(
    dovecot: Dovecot, user: str, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dsarbot.channels.imap_tidy.delay", lambda *_: 0.2)
    for number in range(3):
        dovecot.append(user, mail(f"mail {number}"))
    watch = Watch(
        key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Erledigt", poll_seconds=0.1
    )
    with watching(watch, ledger):
        ledger.await_event("ready", 5)
        assert subjects(dovecot, user) == ["mail 0", "mail 1", "mail 2"]
        with dovecot.login(user) as client:
            client.create_folder("Erledigt")
        ledger.await_event("moved-again")
        wait_until(lambda: not subjects(dovecot, user), seconds=5, what="the move")
    assert subjects(dovecot, user, "Erledigt") == ledger.subjects() == ["mail 0", "mail 1", "mail 2"]
    # Said once, not at each of the tries.
    assert ledger.events.count(("move-refused", "TRYCREATE")) == 1


def test_what_was_owed_when_the_connection_broke_is_moved_by_the_next_one(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    dovecot.append(user, mail("kept, then cut off"))
    cut: list[Session] = []

    def cut_off(_: Fetched) -> bool:
        if cut:
            cut.pop().abort()
        return False

    def session() -> Session:
        cut.append(Session(endpoint_of(dovecot, user)))
        return cut[0]

    from dsarbot.channels.imap_watch import Watcher

    ledger.hold_back = cut_off
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), after="move", move_to="Archive")
    watcher = Watcher(watch, ledger.calls, dice=lambda: 0.0, session=session)
    watcher.start()
    try:
        ledger.await_event("ready")
    finally:
        watcher.stop()
    assert "lost" in ledger.names()
    assert len(ledger.mails) == 1, "not read again"
    assert subjects(dovecot, user, "Archive") == ["kept, then cut off"]


def test_a_folder_without_the_right_to_write_is_read_and_left_as_it_is(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    if os.geteuid() != 0:
        pytest.skip("the mail server runs under this account, to which its own folder cannot be closed")
    with dovecot.login(user) as client:
        client.create_folder("Datenschutz")
    dovecot.append(user, mail("look, do not touch"), folder="Datenschutz")
    folder = maildir.home(dovecot, user, "Datenschutz")
    before = folder.stat()
    # Root owns it now and others may only look: what a shared folder without rights to write is.
    for path in (folder, folder / "cur", folder / "new", folder / "tmp"):
        os.chown(path, 0, 0)
        path.chmod(0o755)
    watch = Watch(
        key="privacy",
        endpoint=endpoint_of(dovecot, user),
        folder="Datenschutz",
        after="move",
        move_to="Archive",
        poll_seconds=0.1,
    )
    with watching(watch, ledger):
        ledger.await_event("ready", 4)
    assert ledger.subjects() == ["look, do not touch"]
    assert ledger.events.count(("read-only", "Datenschutz")) == 1
    os.chown(folder, before.st_uid, before.st_gid)
    assert subjects(dovecot, user, "Datenschutz") == ["look, do not touch"]


def test_the_server_forgets_all_uids_and_the_inbox_is_read_from_its_beginning(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    dovecot.append(user, mail("one"))
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), poll_seconds=0.3)
    with watching(watch, ledger):
        ledger.await_event("ready")
        inbox = maildir.home(dovecot, user)
        before = maildir.uidvalidity(inbox)
        dovecot.kick(user)
        wait_until(lambda: int(datetime.now(UTC).timestamp()) > before, seconds=3, what="another second")
        maildir.forget_uids(inbox)
        dovecot.append(user, mail("two"))
        ledger.await_that(lambda: "two" in ledger.subjects())
    assert ("uidvalidity-changed", "INBOX") in ledger.events
    assert ledger.subjects() == ["one", "one", "two"], "whoever keeps them knows the first one"
    assert ledger.positions["INBOX"].uidvalidity != before


def test_a_restored_back_up_hands_out_the_same_uids_again_and_the_mails_are_read(
    dovecot: Dovecot, user: str, ledger: Ledger, tmp_path: Path
) -> None:
    dovecot.append(user, mail("one"))
    inbox = maildir.home(dovecot, user)
    saved = maildir.save(inbox, tmp_path / "saved")
    dovecot.append(user, mail("two"))
    dovecot.append(user, mail("three"))
    watch = Watch(key="privacy", endpoint=endpoint_of(dovecot, user), poll_seconds=0.3)
    with watching(watch, ledger):
        ledger.await_event("ready")
    before = ledger.positions["INBOX"]
    dovecot.kick(user)
    maildir.restore(inbox, saved)
    dovecot.append(user, mail("another two"))
    with watching(watch, ledger):
        ledger.await_that(lambda: "another two" in ledger.subjects())
    assert ("uidnext-went-back", "INBOX") in ledger.events
    assert ledger.positions["INBOX"].uidvalidity == before.uidvalidity
    twos = [one for one in ledger.mails if one.uid == 2]
    assert [subject_of(one.raw) for one in twos] == ["two", "another two"]


def test_mails_that_people_delete_and_move_while_they_are_read_hold_up_nothing(
    dovecot: Dovecot, user: str, ledger: Ledger
) -> None:
    with dovecot.login(user) as client:
        client.multiappend("INBOX", [mail(f"mail {number}", 1000) for number in range(40)])
        client.select_folder("INBOX")
        touched: list[int] = []

        def person(one: Fetched) -> bool:
            # Between the search and the fetch of the next batch: one deleted for good, another one moved.
            if (first := one.uid + 5) < 40:
                touched.extend((first, first + 1))
                client.delete_messages([first])
                client.expunge()
                client.move([first + 1], "Trash")
            return False

        ledger.hold_back = person
        watch = Watch(
            key="privacy",
            endpoint=endpoint_of(dovecot, user),
            after="move",
            move_to="Archive",
            batch_bytes=4500,
        )
        with watching(watch, ledger):
            ledger.await_event("ready")
            ledger.hold_back = lambda _: False
            dovecot.append(user, mail("the last"))
            ledger.await_that(lambda: "the last" in ledger.subjects())
            wait_until(lambda: not subjects(dovecot, user), seconds=5, what="the move")
    uids = [one.uid for one in ledger.mails]
    assert len(uids) == len(set(uids)), "none twice"
    assert touched
    assert set(range(1, 42)) - set(uids) <= set(touched), "unread is only what a person had taken away"
    assert set(subjects(dovecot, user, "Archive")) <= set(ledger.subjects())
    assert "lost" not in ledger.names()


OLD = 50_000
_WATCH = """
import resource, sys
from datetime import date
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_types import Watch
from tests.channels.ledger import Ledger, watching
port, user, password, since = sys.argv[1:]
endpoint = Endpoint(host="127.0.0.1", port=int(port), security="plain", user=user, secret=lambda: password)
ledger = Ledger()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
watch = Watch(key="privacy", endpoint=endpoint, since=date.fromisoformat(since) if since else None)
with watching(watch, ledger):
    ledger.await_event("ready" if since else "stopped", seconds=120)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown, len(ledger.mails), *sorted({name for name, _ in ledger.events}))
"""


def counted(dovecot: Dovecot, user: str) -> int:
    with dovecot.login(user) as client:
        return int(client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"])


def test_fifty_thousand_old_mails_are_not_taken_in_without_a_date_and_cost_no_memory_with_one(
    dovecot: Dovecot, user: str
) -> None:
    dovecot.append(user, raw := mail("old"), at=datetime(2020, 1, 1, 12, tzinfo=UTC))
    inbox = maildir.home(dovecot, user)
    maildir.put_many(inbox, itertools.repeat(raw, OLD), datetime(2020, 1, 1, 12, tzinfo=UTC))
    for number in range(30):
        dovecot.append(user, mail(f"new {number}", 10_000), at=datetime(2026, 3, 1, 12, number, tzinfo=UTC))
    # The server sees files in a folder that it has just read only after another look.
    wait_until(lambda: counted(dovecot, user) == 1 + OLD + 30, seconds=120, what="all mails seen", pause=0.5)

    def watch(since: str) -> list[str]:
        command = [sys.executable, "-c", _WATCH, str(dovecot.imap_port), user, dovecot.password_of(user), since]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    _, count, *events = watch("")
    assert (count, events) == ("0", ["connected", "needs-since", "stopped"])
    grown, count, *events = watch("2026-03-01")
    assert (count, events) == ("30", ["connected", "ready", "stopped"])
    assert int(grown) < 30 * 1024, "KiB; the UIDs alone are fifty thousand numbers"
