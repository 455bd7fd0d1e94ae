"""`dsarbot doctor`: everything is looked at, each finding says what to do, and nothing hangs or stops the rest."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dsarbot.app import App, opened
from dsarbot.channels.imap_check import MailboxReport
from dsarbot.cli import doctor_local, doctor_mail
from dsarbot.cli.doctor_data import outbox_findings
from dsarbot.cli.doctor_findings import Finding, fault, in_pipe, note, ok, on_terminal, summary
from dsarbot.cli.doctor_mail import mailbox_findings
from dsarbot.cli.init_recovery import proof_text
from dsarbot.cli.main import main
from dsarbot.config import load
from dsarbot.ports import JobRow, Scope
from dsarbot.settings.mail import MailboxSettings
from dsarbot.store.masterkey import new_master_key
from tests.cli.init_world import Person, made
from tests.servers.base import free_port
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Examine = Callable[..., tuple[int, list[Finding]]]


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsarbot.cli.init_talk.terminal", lambda: None)
    for name in [name for name in os.environ if name.startswith("DSARBOT_") and "__" in name]:
        monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """What `init` writes, for servers that do not exist."""
    return made(tmp_path)


@pytest.fixture
def examine(capsys: pytest.CaptureFixture[str]) -> Examine:
    """Run doctor on a configuration; its exit code and findings."""

    def look(config: Path, *arguments: str) -> tuple[int, list[Finding]]:
        capsys.readouterr()
        code = main(["--config", str(config), "doctor", "--json", *arguments])
        whole = json.loads(capsys.readouterr().out)
        found = [Finding(**each) for each in whole["checks"]]
        assert whole["faults"] == sum(each.level == "fault" for each in found)
        assert whole["ok"] == (code == 0)
        return code, found

    return look


def use(config: Path, work: Callable[[App], Awaitable[None]] | None = None) -> None:
    """Open the database, and so make it, and do something in it."""

    async def go() -> None:
        async with opened(load(config, environ=os.environ), environ=os.environ) as app:
            if work is not None:
                await work(app)

    asyncio.run(go())


def of(found: list[Finding], check: str) -> list[Finding]:
    return [each for each in found if each.check == check]


def the(found: list[Finding], check: str) -> Finding:
    [one] = of(found, check)
    return one


def rewrite(config: Path, old: str, new: str) -> None:
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


# --- what init wrote is well ---------------------------------------------------------------------------------------


def test_a_fresh_configuration_has_no_fault(config: Path, examine: Examine) -> None:
    code, found = examine(config, "--offline")
    assert code == 0
    assert the(found, "database").level == "note" and "none yet" in the(found, "database").text
    assert the(found, "master key").level == "ok" and "loses everything" in the(found, "master key").text
    assert the(found, "secrets").level == "ok"
    assert [the(found, each).level for each in ("mailbox privacy", "sender outgoing")] == ["note", "note"]
    assert {each.level for each in of(found, "configuration")} == {"ok", "note"}
    assert not (config.parent / "data").exists()


def test_once_the_database_exists_everything_in_it_is_looked_at(config: Path, examine: Examine) -> None:
    async def beat(app: App) -> None:
        await app.store.beat("run-1", "service", app.clock())

    use(config, beat)
    code, found = examine(config, "--offline")
    assert code == 0
    for check in ("program", "profile example-lu", "letters acme", "data folder", "secrets", "database", "service",
                  "clock", "outbox", "held items", "digest"):  # fmt: skip
        assert the(found, check).level == "ok", check
    assert the(found, "watch").level == "note", "nobody is told when the service falls silent"
    assert "commits are synced" in the(found, "database").text
    assert [each.text for each in of(found, "master key")][1] == "it opens the database"
    assert "anna" in the(found, "digest").text and "07:30" in the(found, "digest").text


def test_it_works_on_the_database_of_this_run(
    config: Path, examine: Examine, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSARBOT_DATABASE__URL", empty_database_url)
    assert the(examine(config, "--offline")[1], "database").level == "note"
    use(config)
    _, found = examine(config, "--offline")
    if empty_database_url.startswith("sqlite"):
        assert the(found, "database").level == "ok" and "synced" in the(found, "database").text
    else:
        # The throw-away cluster runs without fsync: just what must not be.
        assert the(found, "database").level == "fault" and "fsync" in the(found, "database").remedy
    assert {each.level for each in found if each.check not in {"database", "mailbox privacy"}} == {"ok", "note"}
    assert of(found, "master key")[-1].text == "it opens the database"


def test_a_pipe_gets_tabs_and_a_screen_gets_columns(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", str(config), "doctor", "--offline"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.split("\t")[0] in {"OK", "NOTE", "FAULT"} and line.count("\t") == 3 for line in lines)
    long = fault("mailbox with-a-very-long-name", "something is wrong " * 8, "mend it " * 8)
    for each in (long, ok("clock", "right"), note("x", "y", "z")):
        for line in on_terminal(each, width=80, colour=False).splitlines():
            assert len(line) <= 80
    assert on_terminal(note("x", "is odd", "look"), width=80, colour=True).startswith("\x1b[33m! NOTE \x1b[0m")
    assert "\n" not in in_pipe(note("x", "a\nb", "c"))
    assert summary([long, ok("a", "b")]).startswith("2 lines: 1 fault, no notes.")


# --- configuration, keys, secrets ------------------------------------------------------------------------------------


def test_a_wrong_configuration_is_told_whole(config: Path, examine: Examine) -> None:
    rewrite(config, 'owner = "anna"', 'owner = "nobody"')
    rewrite(config, "local_time = 07:30:00", "local_tine = 07:30:00")
    code, found = examine(config)
    assert code == 2
    assert {each.check for each in found} == {"configuration"} and len(found) == 2


def test_a_secret_that_others_can_read_is_a_fault_and_stops_nothing_else(config: Path, examine: Examine) -> None:
    use(config)
    (config.parent / "keys" / "master.key").chmod(0o640)
    code, found = examine(config, "--offline")
    assert code == 1
    assert "chmod 600" in the(found, "secrets").remedy
    assert the(found, "database").level == "note"
    assert the(found, "letters acme").level == "ok"


def test_a_secret_of_another_user_is_said_to_be_unseen(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load(config, environ={})
    monkeypatch.setattr(os, "geteuid", lambda: 4_242_424)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (config.parent / "keys" / "master.key").chmod(0o640)
    found, unusable = doctor_local.secret_findings(settings, {})
    assert [each.level for each in found] == ["note"] and "run doctor as" in found[0].remedy
    assert unusable == {"keys.master_key"}


def test_a_secret_of_the_example_is_a_fault(config: Path, tmp_path: Path, examine: Examine) -> None:
    (tmp_path / "the-password").write_text("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n")
    code, found = examine(config, "--offline")
    assert code == 1 and all("everybody knows" in each.text for each in of(found, "secrets"))


def test_the_wrong_key_is_found_and_touches_nothing(config: Path, examine: Examine) -> None:
    use(config)
    (config.parent / "keys" / "master.key").write_text(new_master_key())
    code, found = examine(config, "--offline")
    assert code == 1
    levels = {each.level for each in of(found, "master key")}
    assert "fault" in levels and any("not the master key of this database" in each.text for each in found)
    assert any("nobody has proved" in each.text for each in found)


def test_a_mistyped_key_is_found_by_its_group(config: Path, examine: Examine) -> None:
    key = config.parent / "keys" / "master.key"
    groups = key.read_text().strip().split("-")
    groups[4] = groups[4][:-1] + ("A" if groups[4][-1] != "A" else "B")
    key.write_text("-".join(groups))
    code, found = examine(config, "--offline")
    assert code == 1 and any("group 5" in each.text for each in of(found, "master key"))


def test_an_old_proof_is_asked_for_again(config: Path, examine: Examine) -> None:
    key = config.parent / "keys" / "master.key"
    proof = key.with_name("master.key.proof")
    proof.write_text(proof_text(key.read_text(), "typed", datetime.now(UTC) - timedelta(days=500)))
    assert "--prove-recovery-copy" in the(examine(config, "--offline")[1], "master key").remedy


def test_the_copy_can_be_proved_again(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = config.parent / "keys" / "master.key"
    proof = key.with_name("master.key.proof")
    proof.unlink()
    command = ["--config", str(config), "doctor", "--prove-recovery-copy"]
    assert main(command) == 2
    groups = key.read_text().strip().split("-")
    monkeypatch.setattr("dsarbot.cli.init.two_of", lambda count: (3, 9))
    monkeypatch.setattr("dsarbot.cli.init_talk.terminal", lambda: Person({}, groups=["AAAAA"] * 6))
    assert main(command) == 1 and not proof.exists()
    monkeypatch.setattr("dsarbot.cli.init_talk.terminal", lambda: Person({}, groups=[groups[2], groups[8]]))
    assert main(command) == 0 and " typed " in proof.read_text()


# --- the database ----------------------------------------------------------------------------------------------------


def test_a_database_of_a_newer_version_is_refused(config: Path, examine: Examine) -> None:
    use(config)
    with sqlite3.connect(config.parent / "data" / "dsarbot.sqlite") as db:
        db.execute(
            "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('dsarbot', '9999_later', '2030-01-01')"
        )
    db.close()
    code, found = examine(config, "--offline")
    assert code == 1 and "newer version" in the(found, "database").text
    assert the(found, "letters acme").level == "ok"


def test_a_lost_key_database_is_found_before_it_is_made_anew(config: Path, examine: Examine) -> None:
    use(config)
    keys = config.parent / "data" / "dsarbot-keys.sqlite"
    keys.unlink()
    code, found = examine(config, "--offline")
    assert code == 1 and "restore the back-up" in the(found, "database").remedy
    assert not keys.exists()


def test_a_damaged_database_is_found(config: Path, examine: Examine) -> None:
    use(config)
    path = config.parent / "data" / "dsarbot.sqlite"
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(len(whole) - 8192))
    code, found = examine(config, "--offline")
    assert code == 1 and the(found, "database").level == "fault"


def test_an_unreachable_database_stops_nothing_else(
    config: Path, examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DSARBOT_DATABASE__URL", f"postgres://nobody@127.0.0.1:{free_port()}/none")
    started = time.monotonic()
    code, found = examine(config, "--offline")
    assert time.monotonic() - started < 8
    assert code == 1 and "cannot be reached" in the(found, "database").text
    assert the(found, "letters acme").level == "ok"


# --- clock -----------------------------------------------------------------------------------------------------------


def accept(config: Path, *arguments: str) -> int:
    return main(["--config", str(config), "doctor", "--accept-clock", *arguments])


def test_a_long_stand_still_is_confirmed_by_a_person(
    config: Path, examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def beat(app: App) -> None:
        await app.store.beat("run-1", "service", app.clock() - timedelta(days=3))

    use(config, beat)
    code, found = examine(config, "--offline")
    assert code == 1 and "--accept-clock" in the(found, "clock").text + the(found, "clock").remedy
    assert the(found, "service").level == "note"
    assert accept(config) == 2
    for answer, expected in (("no", 1), ("yes", 0)):
        person = Person({"Is it right": answer})
        monkeypatch.setattr("dsarbot.cli.init_talk.terminal", lambda person=person: person)
        assert accept(config) == expected
        assert the(examine(config, "--offline")[1], "clock").level == ("ok" if answer == "yes" else "fault")


def test_a_clock_behind_the_journal_cannot_be_accepted(
    config: Path, examine: Examine, capsys: pytest.CaptureFixture[str]
) -> None:
    async def write(app: App) -> None:
        async with app.store.transaction() as transaction:
            at = app.clock() + timedelta(days=2)
            await transaction.ledger(Scope("acme"), "test", {}, at=at, actor="test")

    use(config, write)
    assert the(examine(config, "--offline")[1], "clock").level == "fault"
    assert accept(config, "--yes") == 1
    assert "behind the journal" in capsys.readouterr().err


# --- outbox ----------------------------------------------------------------------------------------------------------


def row(state: Any, *, minutes_late: int = 0, attempts: int = 0) -> JobRow:
    return JobRow(
        id="1", scope=Scope("acme"), kind="letter", case="", letter="", state=state,
        due_at=NOW - timedelta(minutes=minutes_late), attempts=attempts, last="550 no anna@example.org", sent_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "levels"),
    [
        ([], ["ok"]),
        ([row("queued")], ["ok"]),
        ([row("queued", minutes_late=61)], ["fault"]),
        ([row("queued", minutes_late=-30, attempts=3)], ["note"]),
        ([row("shunted"), row("queued", minutes_late=90, attempts=1)], ["fault", "fault"]),
    ],
)
def test_what_is_stuck_deferred_or_given_up_is_counted(rows: list[JobRow], levels: list[str]) -> None:
    found = list(outbox_findings(rows, NOW))
    assert [each.level for each in found] == levels
    assert not any("anna" in each.text for each in found)


# --- mail servers ----------------------------------------------------------------------------------------------------


def test_servers_that_do_not_answer_are_named_with_a_remedy(config: Path, examine: Examine) -> None:
    code, found = examine(config)
    assert code == 1
    for check in ("mailbox privacy", "sender outgoing"):
        assert the(found, check).level == "fault"
        assert "127.0.0.1:1" in the(found, check).text and "firewall" in the(found, check).remedy


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_hangs_does_not_hang_the_doctor(
    tmp_path: Path, examine: Examine, silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor_mail, "TALK", 0.5)
    config = made(tmp_path)
    rewrite(config, "port = 1\n", f"port = {silent}\n")
    started = time.monotonic()
    code, found = examine(config)
    assert time.monotonic() - started < 20
    assert code == 1
    assert all("timeout" in the(found, each).text for each in ("mailbox privacy", "sender outgoing"))


def test_real_servers_are_well(tmp_path: Path, examine: Examine, dovecot: Dovecot, postfix: Postfix) -> None:
    dovecot.create_user("doctor@example.org")
    config = made(
        tmp_path, imap_host="localhost", imap_port=str(dovecot.imaps_port), imap_security="tls",
        imap_ca_file=str(dovecot.certificate.ca), imap_user="doctor@example.org", smtp_host="localhost",
        smtp_port=str(postfix.submission_port), smtp_security="starttls",
    )  # fmt: skip
    use(config)
    code, found = examine(config)
    assert code == 0
    assert the(found, "sender outgoing").level == "ok" and "STARTTLS, logged in" in the(found, "sender outgoing").text
    first, *rest = of(found, "mailbox privacy")
    assert first.level == "ok" and "TLS, logged in" in first.text and "IDLE" in first.text
    assert [each.text for each in rest] == ["folders that nobody watches: Archive"]
    settings = load(config, environ={})
    assert (settings.mailbox("privacy").junk, settings.mailbox("privacy").sent_folder) == (("Junk",), "Sent")


def test_old_mails_without_a_first_day_are_a_fault_until_they_were_taken_in(
    tmp_path: Path, examine: Examine, dovecot: Dovecot
) -> None:
    dovecot.create_user("history@example.org")
    for number in range(101):
        dovecot.append("history@example.org", f"Subject: {number}\r\n\r\nold\r\n".encode())
    config = made(tmp_path, imap_port=str(dovecot.imap_port), imap_user="history@example.org", smtp_user="none")
    rewrite(config, "since = 2026-01-01\n", 'watch = ["Nowhere"]\n')
    _, found = examine(config)
    texts = {each.text: each for each in of(found, "mailbox privacy") if each.level == "fault"}
    assert set(texts) == {"101 old mails and no first day, so it is not started", "there is no folder Nowhere"}
    assert "since" in texts["101 old mails and no first day, so it is not started"].remedy


def test_a_wrong_password_is_told(tmp_path: Path, examine: Examine, dovecot: Dovecot) -> None:
    dovecot.create_user("locked@example.org")
    config = made(tmp_path, imap_port=str(dovecot.imap_port), imap_user="locked@example.org")
    (tmp_path / "the-password").write_text("not this one\n")
    _, found = examine(config)
    assert "login-refused" in the(found, "mailbox privacy").text
    assert "not this one" not in str(found)


def mailbox(**changes: Any) -> MailboxSettings:
    values = {"key": "one", "host": "imap.example.org", "user": "u", "password_env": "P", "organisations": ["acme"]}
    return MailboxSettings.model_validate(values | changes)


def report(**changes: Any) -> MailboxReport:
    values: dict[str, Any] = {
        "capabilities": ("IDLE", "MOVE", "UIDPLUS"), "folders": ("INBOX",), "missing": (), "unwatched": (),
        "read_only": False, "keyword_allowed": True, "old_mails": 500,
    }  # fmt: skip
    return MailboxReport(**(values | changes))


@pytest.mark.parametrize(
    ("settings", "answer", "begun", "levels"),
    [
        ({}, {}, True, []),
        ({}, {}, False, ["fault"]),
        ({"since": "2026-01-01"}, {}, False, []),
        ({}, {"old_mails": 100}, False, []),
        ({}, {"keyword_allowed": False}, True, ["note"]),
        ({}, {"read_only": True, "keyword_allowed": False}, True, ["note"]),
        ({"after": "move", "move_to": "Done"}, {"read_only": True}, True, ["fault"]),
        ({"after": "move", "move_to": "Done"}, {"capabilities": ("IDLE",)}, True, ["fault"]),
        ({"after": "move", "move_to": "Done"}, {"capabilities": ("IDLE", "UIDPLUS")}, True, []),
        ({}, {"capabilities": ()}, True, ["note"]),
        ({}, {"missing": ("Junk", "Sent")}, True, ["fault", "fault"]),
        ({}, {"unwatched": ("A", "B")}, True, ["note"]),
    ],
)
def test_what_a_mailbox_lacks(settings: Any, answer: Any, begun: bool, levels: list[str]) -> None:
    first, *rest = mailbox_findings(mailbox(**settings), report(**answer), begun=begun)
    assert first.level == "ok"
    assert [each.level for each in rest] == levels
    assert all(each.remedy or "announce" in each.text for each in rest)


def test_what_a_policy_forgets_or_asks_too_much_is_noted(tmp_path: Path, examine: Examine) -> None:
    config = made(tmp_path, profile="jcs")
    _, found = examine(config, "--offline")
    notes = [each.text for each in of(found, "profile jcs") if each.level == "note"]
    assert any("objection, automated-decision, consent-withdrawal" in each for each in notes)
    assert any("Art. 12(6)" in each for each in notes)


def test_mistakes_in_own_letters_and_plugins_are_faults(config: Path, examine: Examine) -> None:
    letters = config.parent / "own" / "letters" / "fr"
    letters.mkdir(parents=True)
    (letters / "acknowledged.md").write_text("no front matter\n")
    rewrite(config, 'data_dir = "data"', 'data_dir = "data"\ntemplates_dir = "own"')
    rewrite(config, "[keys]", '[plugins]\nallow = ["nothing-like-this"]\n[keys]')
    code, found = examine(config, "--offline")
    assert code == 1
    assert "acknowledged.md" in of(found, "letters acme")[0].text
    assert "not installed" in the(found, "plugins").text
