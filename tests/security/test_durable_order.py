"""security 4: vault bytes synced, then the database's commit synced, then the mail marked; a letter's outbox row is
committed before its first byte of DATA. Killing a process cannot prove that, the kernel's own record can."""

from __future__ import annotations

import getpass
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.desk.world import ACCESS
from tests.journeys.installation import Installation
from tests.security.trace import Call, first, last_before, read_trace, strace
from tests.servers.base import wait_until
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

MAIN, KEYS = "/dsarbot.sqlite-wal", "/dsarbot-keys.sqlite-wal"


class Traced(Installation):
    """An installation whose service runs under strace."""

    def __init__(self, folder: Path, dovecot: Dovecot, postfix: Postfix) -> None:
        super().__init__(folder, "sqlite:///dsarbot.sqlite", dovecot, postfix, user=getpass.getuser())
        self.trace = folder / "trace.txt"
        # -D: the service is our child and gets our signals, strace looks on from aside.
        self._before = [*strace(self.trace), "-D"]

    def start(self) -> None:
        self._service = subprocess.Popen(
            [*self._before, sys.executable, "-m", "dsarbot", "--config", str(self.config), "run",
             "--only", "mail,outbox"],
            stderr=subprocess.PIPE, text=True, env=dict(os.environ),
        )  # fmt: skip
        ready: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, args=(self._service, ready), daemon=True)
        self._reader.start()
        assert ready.get(timeout=60), "\n".join(self.lines)

    def calls(self) -> list[Call]:
        """End the service, and what it has done."""
        assert self._service
        pid = self._service.pid
        assert self.stop() == 0, "\n".join(self.lines)
        ended = f"{pid} +++ exited"
        wait_until(
            lambda: any(line.startswith(str(pid)) and "+++ exited" in line for line in
                        self.trace.read_text(errors="replace").splitlines()[-50:]),
            seconds=10, what=ended,
        )  # fmt: skip
        return read_trace(self.trace)


@pytest.fixture
def traced(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> Iterator[Traced]:
    made = Traced(tmp_path, dovecot, postfix)
    yield made
    made.end()


def test_bytes_then_commit_then_mark_and_commit_before_data(traced: Traced) -> None:
    traced.start()
    traced.write(ACCESS)
    traced.wait(lambda: traced.mails(traced.privacy, "Archive"), "mail moved away", seconds=60)
    traced.wait(lambda: traced.mails(traced.person), "acknowledgement", seconds=60)
    calls = traced.calls()
    demand_order(calls, first(calls, marks, "STORE or MOVE"))
    demand_order(calls, first(calls, begins_data, "DATA"))


def marks(call: Call) -> bool:
    """An IMAP command that changes the mail in its folder."""
    return call.file.startswith("socket:") and call.sends("UID STORE", "UID MOVE", "UID COPY", "UID EXPUNGE")


def begins_data(call: Call) -> bool:
    """The SMTP command after which the letter itself follows (with BDAT the letter is in it)."""
    return call.file.startswith("socket:") and call.sends('"DATA\\r\\n', "\\r\\nDATA\\r\\n", '"BDAT ')


def in_vault(call: Call) -> bool:
    return "/vault/" in call.file


def demand_order(calls: Sequence[Call], effect: Call) -> None:
    """AssertionError unless object, key, and row were on disk, in that order, before *effect* could be seen outside.

    The last object put into the vault before the effect is the one it is about: one mail, one letter."""
    placed = last_before(calls, effect, lambda call: call.name.startswith("rename") and in_vault(call), "vault file")
    name = placed.file.rpartition("/")[2]
    bytes_synced = last_before(
        calls, placed, lambda call: call.is_sync() and in_vault(call) and name in call.file, "sync of its bytes"
    )
    folder = placed.file.rpartition("/")[0]
    later = [each for each in calls if each.begun > placed.ended]
    folder_synced = first(later, lambda call: call.is_sync(folder), "sync of its folder")
    later = [each for each in later if each.begun > folder_synced.ended]
    key_written = first(later, lambda call: writes(call, KEYS), "key")
    key_synced = first([each for each in later if each.begun > key_written.ended],
                       lambda call: call.is_sync(KEYS), "sync of the key")  # fmt: skip
    later = [each for each in later if each.begun > key_synced.ended]
    row_written = first(later, lambda call: writes(call, MAIN), "row")
    commit_synced = first([each for each in later if each.begun > row_written.ended],
                          lambda call: call.is_sync(MAIN), "sync of the commit")  # fmt: skip
    assert bytes_synced.ended < placed.begun < folder_synced.begun < key_synced.ended < commit_synced.begun
    assert commit_synced.ended < effect.begun, "the effect could be seen before the commit was on disk"


def writes(call: Call, ending: str) -> bool:
    return call.name == "pwrite64" and call.file.endswith(ending)


# --- the proof itself is proved --------------------------------------------------------------------------------

SCRIPT = {
    "bytes": 'fsync(9</d/vault/ab/.id-s.00ff>) = 0',
    "place": 'rename("/d/vault/ab/.id-s.00ff", "/d/vault/ab/id-s") = 0',
    "folder": 'fsync(9</d/vault/ab>) = 0',
    "key": 'pwrite64(7</d/dsarbot-keys.sqlite-wal>, "x"..., 4096, 0) = 4096',
    "key sync": 'fdatasync(7</d/dsarbot-keys.sqlite-wal>) = 0',
    "row": 'pwrite64(8</d/dsarbot.sqlite-wal>, "x"..., 4096, 0) = 4096',
    "commit": 'fdatasync(8</d/dsarbot.sqlite-wal>) = 0',
    "mark": 'sendto(5<socket:[1234]>, "A7 UID STORE 1 +FLAGS.SILENT ($Dsarbot)\\r\\n", 40) = 40',
}  # fmt: skip
ORDER = list(SCRIPT)


def _trace(folder: Path, names: Sequence[str], *, unfinished: str = "") -> list[Call]:
    """A trace of these calls; the *unfinished* one ends only after all others."""
    lines = []
    for name in names:
        head, _, result = SCRIPT[name].rpartition(") = ")
        lines.append(f"11 {head} <unfinished ...>" if name == unfinished else f"10 {head}) = {result}")
    if unfinished:
        lines.append(f"11 <... {SCRIPT[unfinished].partition('(')[0]} resumed>) = 0")
    (folder / "trace").write_text("\n".join(lines))
    return read_trace(folder / "trace")


def test_the_right_order_is_accepted(tmp_path: Path) -> None:
    calls = _trace(tmp_path, ORDER)
    demand_order(calls, first(calls, marks, "mark"))


@pytest.mark.parametrize("late", ORDER[:-1])
def test_each_step_that_comes_too_late_or_never_is_noticed(tmp_path: Path, late: str) -> None:
    without = [name for name in ORDER if name != late]
    for names in (without, [*without, late]):
        calls = _trace(tmp_path, names)
        with pytest.raises(AssertionError):
            demand_order(calls, first(calls, marks, "mark"))


@pytest.mark.parametrize("hanging", ["bytes", "folder", "key sync", "commit"])
def test_a_sync_that_has_only_begun_counts_for_nothing(tmp_path: Path, hanging: str) -> None:
    calls = _trace(tmp_path, ORDER, unfinished=hanging)
    with pytest.raises(AssertionError):
        demand_order(calls, first(calls, marks, "mark"))
