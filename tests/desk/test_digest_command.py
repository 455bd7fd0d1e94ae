"""`dsarbot digest` on an instance of its own: on the terminal, on another day, sent once."""

from __future__ import annotations

import argparse
import os
import pwd
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dsarbot import resources
from dsarbot.cli import digest
from dsarbot.errors import NotFound
from dsarbot.store.masterkey import new_master_key


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The example configuration, with this account as its first member of staff."""
    written = resources.example_config().read_text(encoding="utf-8")
    written = written.replace('system_user = "anna"', f'system_user = "{pwd.getpwuid(os.geteuid()).pw_name}"')
    path = tmp_path / "config.toml"
    path.write_text(written, encoding="utf-8")
    (tmp_path / "secrets").mkdir()
    for name in ("master.key", "imap-password", "smtp-password", "oidc", "discord"):
        secret = tmp_path / "secrets" / name
        secret.touch(mode=0o600)
        secret.write_text(new_master_key() + "\n", encoding="utf-8")
    return path


def run(config: Path, *options: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")
    digest.add_parser(parser.add_subparsers(dest="command", required=True))
    args = parser.parse_args(["--config", str(config), "digest", *options])
    return int(args.run(args))


def test_the_digest_stands_on_the_terminal(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config) == 0
    out = capsys.readouterr().out
    assert out.startswith("Privacy desk, ")
    assert "Nothing is late" in out
    assert "Mailbox privacy  [fault]" in out
    assert "<" not in out


def test_another_day_and_another_language(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "--date", "2026-12-22", "--lang", "fr") == 0
    out = capsys.readouterr().out
    assert "mardi 22 décembre 2026" in out.replace("\u00a0", " ")
    assert "Bureaux fermés" in out
    assert "Boîte" not in out


def test_it_is_sent_once_a_day(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zone = ZoneInfo("Europe/Luxembourg")
    before = datetime.now(zone).date()
    assert run(config, "--send") == 0
    assert run(config, "--send") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "example: 2 of 2 digests are in the outbox."
    if datetime.now(zone).date() == before:
        assert said[1] == "example: every reader has today's digest already."


@pytest.mark.parametrize("options", [("--send", "--date", "2026-12-22"), ("--send", "--lang", "fr")])
def test_sending_takes_no_other_option(
    config: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(config, *options) == 2
    assert "--send" in capsys.readouterr().err


def test_an_organisation_of_others_is_not_found(config: Path) -> None:
    with pytest.raises(NotFound, match="example"):
        run(config, "--organisation", "somebody-elses")


def test_a_date_that_is_none_is_refused(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(config, "--date", "tomorrow")
    assert stopped.value.code == 2
    assert "2026-12-28" in capsys.readouterr().err
