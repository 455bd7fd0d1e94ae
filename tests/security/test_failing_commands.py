"""A command that fails says why in one line and is gone: no thread of a library keeps it alive, nothing was touched.

An exception before the connections are closed would leave a thread that is no daemon; the process would wait for it
for ever. Nothing secret is said, whatever goes wrong.
"""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from dsarbot.store.masterkey import new_master_key
from tests.security.office import write_configuration
from tests.servers.base import free_port
from tests.servers.blank import sqlite_url

#: Seconds between the last word and the end.
PATIENCE = 2.0
#: A start of Python on a busy machine; only there so that a command that hangs does not hang the tests.
LONGEST = 60.0
PASSWORD = "hunter2-hunter2"  # invented, and looked for in what is said


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a command ended. lingered: seconds from its last word to its end."""

    code: int
    said: str
    lingered: float


def run(*arguments: str, config: Path, script: str = "") -> Ended:
    """Run `dsarbot` (or a *script*) and read until it says no more."""
    words = ["-c", script] if script else ["-m", "dsarbot", "--config", str(config), *arguments]
    child = subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PGPASSWORD": PASSWORD},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert child.stdout
    said, last = b"", time.monotonic()
    try:
        # The pipe stays open as long as the process lives: its end and the last word are told apart by time.
        while word := os.read(child.stdout.fileno(), 65_536):
            said, last = said + word, time.monotonic()
        code = child.wait(LONGEST)
    finally:
        child.kill()
        child.stdout.close()
    return Ended(code=code, said=said.decode(), lingered=time.monotonic() - last)


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Path:
    path = write_configuration(tmp_path, database_url)
    roles = 'roles = ["dpo"]'
    path.write_text(path.read_text().replace(roles, f'{roles}\nsystem_user = "{getpass.getuser()}"', 1))
    return path


def demand_a_good_end(ended: Ended, *words: str, secret: str = PASSWORD) -> None:
    assert ended.code == 1, ended.said
    assert ended.lingered < PATIENCE, f"{ended.lingered:.1f} s after: {ended.said}"
    for word in words:
        assert word in ended.said
    assert secret not in ended.said
    assert "Traceback" not in ended.said


@pytest.mark.parametrize("command", [("cases", "list"), ("journal", "verify"), ("db", "rebuild"), ("run",)])
def test_an_unreachable_database_is_told_and_the_command_ends(tmp_path: Path, command: tuple[str, ...]) -> None:
    path = write_configuration(tmp_path, f"postgres://nobody@127.0.0.1:{free_port()}/nothing")
    path.write_text(path.read_text().replace("[keys]", 'password_env = "PGPASSWORD"\n[keys]', 1))
    ended = run(*command, config=path)
    demand_a_good_end(ended, "cannot be reached", "[database] url")


def test_a_wrong_master_key_is_refused_and_nothing_is_touched(config: Path) -> None:
    assert run("cases", "list", config=config).code == 0
    right, wrong = (config.parent / "master.key").read_text(), new_master_key()
    (config.parent / "master.key").write_text(wrong)
    for command in (("cases", "list"), ("db", "rebuild"), ("run",)):
        demand_a_good_end(run(*command, config=config), "not the master key", secret=wrong)
    (config.parent / "master.key").write_text(right)
    assert run("cases", "list", config=config).code == 0


def test_a_lost_key_database_is_refused(config: Path, database_url: str) -> None:
    if database_url.startswith("postgres"):
        pytest.skip("on PostgreSQL the keys lie in the same database")
    script = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from dsarbot.app import opened\n"
        "from dsarbot.config import load\n"
        "async def go():\n"
        f"    async with opened(load(Path({str(config)!r}), environ={{}}), environ={{}}) as app:\n"
        "        async with app.store.transaction() as transaction:\n"
        "            await transaction.ledger('nord', 'x', {}, at=app.clock(), actor='dpo')\n"
        "asyncio.run(go())\n"
    )
    made = run(config=config, script=script)
    assert made.code == 0, made.said
    for each in config.parent.glob("dsarbot-keys.*"):
        each.unlink()
    demand_a_good_end(run("cases", "list", config=config), "restore it from the back-up")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    config = write_configuration(tmp_path, sqlite_url(tmp_path / "dsarbot.db"))
    (tmp_path / "dsarbot.db").write_bytes(b"this is no database at all" * 400)
    demand_a_good_end(run("cases", "list", config=config), "database")


def test_an_exception_inside_ends_the_process_too(config: Path) -> None:
    """What nobody thought of: the traceback is shown, and no thread is left behind."""
    script = (
        "import argparse\n"
        "from dsarbot.cli.common import with_app\n"
        "async def work(app):\n"
        "    await app.store.beat('x', 'y', app.clock())\n"
        "    raise RuntimeError('nobody thought of that')\n"
        f"with_app(argparse.Namespace(config={str(config)!r}), work)\n"
    )
    ended = run(config=config, script=script)
    assert ended.code == 1
    assert "nobody thought of that" in ended.said
    assert ended.lingered < PATIENCE


def test_a_process_that_lingers_would_be_noticed(config: Path) -> None:
    """The planted violation: a thread that is no daemon."""
    script = "import threading, time; print('bye', flush=True); threading.Thread(target=time.sleep, args=(4,)).start()"
    ended = run(config=config, script=script)
    assert ended.lingered > PATIENCE
