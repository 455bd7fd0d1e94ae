"""`dsarbot demo` as a stranger runs it: a child process on this machine, and what must be left of it: nothing."""

from __future__ import annotations

import argparse
import asyncio
import os
import pty
import re
import select
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib.resources import files
from pathlib import Path

import pytest

from dsarbot.cli import demo as command
from dsarbot.demo import world
from dsarbot.demo.clock import DemoClock
from dsarbot.demo.post_office import PostOffice, open_post_office, plan_for
from dsarbot.demo.stage import refuse_existing
from dsarbot.errors import ConfigError

DEMO = (sys.executable, "-m", "dsarbot", "demo")
PATIENCE = 120.0
VISITOR = (
    b"From: Claire <claire@courriel.example.org>\r\nTo: privacy@nuage.example.com\r\nSubject: Portability\r\n"
    b"Message-ID: <visitor@courriel.example.org>\r\n\r\n"
    b"Under Article 20 GDPR I request my data in a machine-readable format (data portability).\r\n"
)
#: One expectation is made wrong in each way that the check must see: a date, a kind, a letter, a number.
PLANTED = """
import sys
from dataclasses import replace
from datetime import date
from dsarbot.demo import world

def wrong(mail):
    if mail.file == "winter-fr":
        return replace(mail, cases=(replace(mail.cases[0], target=date(2026, 2, 28)),))
    if mail.file == "support-en":
        return replace(mail, disposition="held")
    return replace(mail, acknowledged="") if mail.file == "erasure-en" else mail

world.MAILS = tuple(wrong(mail) for mail in world.MAILS)
world.REFERENCES["nuage"] = 5
from dsarbot.cli.main import main
sys.exit(main(["demo", "--once"]))
"""


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """An environment without any configuration, and a temporary folder of its own to look into afterwards."""
    (tmp_path / "tmp").mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DSARBOT_")}
    return {**clean, "TMPDIR": str(tmp_path / "tmp"), "NO_COLOR": "1", "TERM": "xterm"}


def left_behind(tmp_path: Path) -> list[str]:
    return sorted(each.name for each in (tmp_path / "tmp").iterdir())


def run(arguments: tuple[str, ...], tmp_path: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def cells(output: str, first: str) -> list[list[str]]:
    """The tab-separated lines that begin with this cell, without it."""
    lines = (line.split("\t") for line in output.splitlines())
    return [line[1:] for line in lines if line[0] == first]


def test_once_finds_everything_as_expected_and_the_days_that_follow_bring_their_digests(
    tmp_path: Path, surroundings: dict[str, str]
) -> None:
    done = run((*DEMO, "--once", "--fast-forward", "2"), tmp_path, surroundings)
    assert cells(done.stdout, "NO") == []
    assert done.returncode == 0, done.stderr
    held = {line[0]: line[2] for line in cells(done.stdout, "yes")}
    assert {mail.file for mail in world.MAILS} <= set(held)
    assert "2026-03-02" in held["winter-fr"]
    assert held["journal"] == "verified"
    days = cells(done.stdout, "day")
    assert len({day for day, _ in days}) == 2
    assert sum(text.startswith("digest DEMO") for _, text in days) == 2 * 3
    assert done.stdout.startswith("DEMO")
    assert "\x1b" not in done.stdout
    assert left_behind(tmp_path) == []


def test_wrong_expectations_make_it_fail_and_are_named(tmp_path: Path, surroundings: dict[str, str]) -> None:
    done = run((sys.executable, "-c", PLANTED), tmp_path, surroundings)
    wrong = {line[0]: line for line in cells(done.stdout, "NO")}
    assert done.returncode == 1
    assert set(wrong) == {
        "winter-fr",
        "support-en",
        "erasure-en",
        "references of DEMO Nuage d’Exemple",
        "letters with a copy in a Sent folder",
    }
    assert "2026-02-28" in wrong["winter-fr"][1] and "2026-03-02" in wrong["winter-fr"][2]
    assert "dsarbot demo:" in done.stderr
    assert left_behind(tmp_path) == []


def test_an_interrupted_run_ends_at_once_and_leaves_nothing(tmp_path: Path, surroundings: dict[str, str]) -> None:
    with subprocess.Popen(
        (*DEMO, "--once"), cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert next(line for line in process.stdout if line.startswith("case\t"))
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        complaints = process.stderr.read()
        assert process.wait(PATIENCE) == 130
        assert time.monotonic() - began < 4
    assert complaints == ""
    assert left_behind(tmp_path) == []


@contextmanager
def terminal(arguments: tuple[str, ...], cwd: Path, environ: dict[str, str]) -> Iterator[tuple[int, Screen]]:
    """The process on a terminal of 100 columns, and what it has written there."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    size = {"COLUMNS": "100", "LINES": "40"}
    process = subprocess.Popen(
        arguments, cwd=cwd, env={**environ, **size}, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        yield process.pid, Screen(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


class Screen:
    """Waits for words on a terminal."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self._process = process
        self.text = ""

    def until(self, pattern: str) -> re.Match[str]:
        """The first match; fails when the process ends or takes too long before."""
        end = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.text)) is None:
            assert time.monotonic() < end, self.text[-2000:]
            assert self.read(), self.text[-2000:]
        return found

    def read(self) -> bool:
        """Whether there may be more."""
        select.select([self._descriptor], [], [], 1.0)
        try:
            self.text += os.read(self._descriptor, 65_536).decode("utf-8", "replace")
        except BlockingIOError:
            return self._process.poll() is None
        except OSError:
            return False
        return True

    def exit_code(self) -> int:
        while self.read():
            continue
        return self._process.wait(PATIENCE)


def test_on_a_terminal_it_stays_up_and_takes_a_visitors_own_mail(tmp_path: Path, surroundings: dict[str, str]) -> None:
    with terminal(DEMO, tmp_path, surroundings) as (pid, screen):
        port = int(screen.until(r"SMTP 127\.0\.0\.1:(\d+)")[1])
        password = screen.until(r"claire@courriel\.example\.org, password ([\w-]+)")[1]
        screen.until("Ctrl-C ends the demo")
        assert "Privacy desk:" in screen.text
        assert "Dear Jordan Sample" in screen.text
        assert re.search(r"DEMOLU-\d{4}-00001-\w.*late", screen.text)
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            smtp.login("claire@courriel.example.org", password)
            smtp.sendmail(
                "claire@courriel.example.org",
                ["privacy@nuage.example.com"],
                VISITOR,
            )
        screen.until(r"DEMOFR-\d{4}-00005-\w opened for Claire: portability")
        screen.until(r"DEMOFR-\d{4}-00005-\w.*portability")
        began = time.monotonic()
        os.kill(pid, signal.SIGINT)
        assert screen.exit_code() == 0
        assert time.monotonic() - began < 4
    assert left_behind(tmp_path) == []


def test_it_refuses_to_run_beside_a_configuration(tmp_path: Path, surroundings: dict[str, str]) -> None:
    named = run((*DEMO, "--once"), tmp_path, {**surroundings, "DSARBOT_CONFIG": "/srv/dsarbot/config.toml"})
    assert named.returncode == 2
    assert "$DSARBOT_CONFIG names /srv/dsarbot/config.toml" in named.stderr
    assert named.stdout == ""
    (tmp_path / "config.toml").touch()
    with pytest.raises(ConfigError, match="runs only where nothing is configured"):
        refuse_existing({}, places=[tmp_path / "config.toml"])
    refuse_existing({}, places=[tmp_path / "other.toml"])


def test_without_the_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    assert command.run(argparse.Namespace(once=True, fast_forward=0, keep=False)) == 1
    assert "pip install 'dsarbot[demo]'" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "401", "-1", "1.5", "many"])
def test_days_must_be_a_sensible_number(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    with pytest.raises(SystemExit, match="2"):
        parser.parse_args(["demo", f"--fast-forward={days}"])
    assert "1 to 400" in capsys.readouterr().err


# --- the embedded servers ---

ANNA, OTTO = "anna@post.example.org", "otto@post.example.org"
MAIL = b"From: Anna <anna@post.example.org>\r\nSubject: hello\r\nMessage-ID: <one@post.example.org>\r\n\r\nHello.\r\n"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    """Two accounts, one alias, on servers of their own."""
    with asyncio.Runner() as runner:
        opened = open_post_office(plan_for([ANNA, OTTO], {"office@post.example.org": OTTO}))
        office = runner.run(opened.__aenter__())
        try:
            yield office
        finally:
            runner.run(opened.__aexit__(None, None, None))


def test_mail_arrives_where_its_address_leads_with_the_stamp_of_the_server(post: PostOffice) -> None:
    post.submit(ANNA, ["office@post.example.org"], MAIL, account=ANNA)
    (found,) = post.read(OTTO)
    assert found.message_id == "<one@post.example.org>"
    assert found.text.strip() == "Hello."
    assert str(found.mail["Return-Path"]) == f"<{ANNA}>"
    assert "dmarc=pass" in str(found.mail["Authentication-Results"])
    stamped = parsedate_to_datetime(str(found.mail["Received"]).rpartition(";")[2])
    assert abs(datetime.now(UTC) - stamped) < timedelta(minutes=1)
    assert post.read(ANNA) == ()
    assert post.read(OTTO, "Sent") == ()
    assert post.read(OTTO, "Nowhere") == ()


def test_a_borrowed_name_is_not_vouched_for(post: PostOffice) -> None:
    post.submit(ANNA, [OTTO], MAIL, account=OTTO)
    (found,) = post.read(OTTO)
    assert "dmarc=none" in str(found.mail["Authentication-Results"])


def test_unknown_recipients_are_refused_with_5_1_1(post: PostOffice) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post.submit(ANNA, ["nobody@post.example.org"], MAIL, account=ANNA)
    code, text = refused.value.recipients["nobody@post.example.org"]
    assert code == 550
    assert text.startswith(b"5.1.1")


def test_only_accounts_of_this_run_may_send(post: PostOffice) -> None:
    with smtplib.SMTP("127.0.0.1", post.smtp_port, timeout=10) as smtp:
        with pytest.raises(smtplib.SMTPSenderRefused):
            smtp.sendmail(ANNA, [OTTO], MAIL)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            smtp.login(ANNA, "guess")


def test_the_servers_listen_on_127_0_0_1_alone(post: PostOffice) -> None:
    for port in (post.imap_port, post.smtp_port):
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), timeout=5)


def test_every_run_has_other_passwords() -> None:
    first, second = plan_for([ANNA], {}), plan_for([ANNA], {})
    assert first.accounts[ANNA] != second.accounts[ANNA]
    assert len(first.accounts[ANNA]) >= 16


# --- the invented world ---


def test_every_mail_stands_in_the_table_of_expectations_once() -> None:
    stored = {each.name.removesuffix(".eml") for each in (files("dsarbot.demo") / "mails").iterdir()}
    named = [mail.file for mail in world.MAILS]
    assert sorted(named) == sorted(stored)
    assert len(named) >= 14


def test_everybody_in_the_mails_is_invented() -> None:
    domains = {found for mail in world.MAILS for found in re.findall(rb"@([\w.-]+\w)", mail.raw)}
    assert domains
    assert {each for each in domains if not re.search(rb"(^|\.)example\.(com|net|org)$", each)} == set()


def test_the_mails_come_with_the_line_ends_of_the_internet() -> None:
    assert all(b"\n" not in mail.raw.replace(b"\r\n", b"") for mail in world.MAILS)
    (wrong,) = (mail for mail in world.MAILS if mail.file == "wrong-charset-de")
    with pytest.raises(UnicodeDecodeError):
        wrong.raw.decode("utf-8")


def test_the_demos_clock_only_goes_ahead() -> None:
    clock = DemoClock()
    clock.move_to(clock() + timedelta(days=3))
    assert timedelta(days=3) - timedelta(minutes=1) < clock() - datetime.now(UTC) < timedelta(days=3, minutes=1)
    with pytest.raises(ValueError, match="ahead"):
        clock.move_to(datetime.now(UTC))
