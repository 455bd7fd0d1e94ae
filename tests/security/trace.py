"""What a process asked of the kernel, in its order, as strace saw it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

CALLS = "openat,fsync,fdatasync,pwrite64,write,sendto,sendmsg,rename,renameat,renameat2"
_LINE = re.compile(r"^(?P<thread>\d+) +(?P<rest>.*)$")
_CALL = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*?)(?:\) += (?P<result>.*))?$", re.DOTALL)
_RESUMED = re.compile(r"^<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
#: An open file as `strace -y` shows it: number and path, or number and the ends of a connection.
_FILE = re.compile(r"\d+<(?P<path>[^>]*(?:->[^>]*)?)>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One system call. begun, ended: line numbers; what one thread ends before another begins is earlier for sure."""

    name: str
    arguments: str
    begun: int
    ended: int

    @property
    def file(self) -> str:
        """The path (or the connection) of its first open file; of a rename the new name."""
        if self.name.startswith("rename"):
            return self.arguments.rpartition(', "')[2].split('"')[0]
        found = _FILE.search(self.arguments)
        return found["path"] if found else ""

    def is_sync(self, *endings: str) -> bool:
        """A sync of a file whose name ends like that."""
        return self.name in ("fsync", "fdatasync") and self.file.endswith(endings or ("",))

    def sends(self, *words: str) -> bool:
        """Bytes for the other end of a connection, with one of these words in them."""
        return self.name in ("sendto", "sendmsg", "write") and any(each in self.arguments for each in words)


def read_trace(path: Path) -> list[Call]:
    """The calls of a trace in the order in which they ended."""
    return list(_calls(path.read_text(errors="replace")))


# The tests of the checker read the same trace dozens of times.
@lru_cache(maxsize=1)
def _calls(text: str) -> tuple[Call, ...]:
    calls: list[Call] = []
    begun: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines()):
        match = _LINE.match(line)
        if match is None:
            continue
        thread, rest = match["thread"], match["rest"]
        if rest.endswith("<unfinished ...>"):
            begun[thread] = (number, rest.removesuffix("<unfinished ...>").rstrip())
            continue
        start = number
        if resumed := _RESUMED.match(rest):
            start, first = begun.pop(thread, (number, f"{resumed['name']}("))
            rest = first + resumed["rest"]
        if call := _CALL.match(rest):
            calls.append(Call(name=call["name"], arguments=call["arguments"], begun=start, ended=number))
    return tuple(calls)


def first(calls: Sequence[Call], wanted: Callable[[Call], bool], what: str) -> Call:
    """The first call of that kind; AssertionError when there is none."""
    found = next(filter(wanted, calls), None)
    assert found is not None, f"the trace has no {what}"
    return found


def last_before(calls: Sequence[Call], limit: Call, wanted: Callable[[Call], bool], what: str) -> Call:
    """The last call of that kind that had ended when *limit* began; AssertionError when there is none."""
    found = [each for each in calls if each.ended < limit.begun and wanted(each)]
    assert found, f"the trace has no {what} before {limit.name}({limit.arguments[:80]})"
    return found[-1]


def between(calls: Sequence[Call], start: Call, end: Call) -> Iterator[Call]:
    """The calls that began after *start* had ended and ended before *end* began."""
    return (each for each in calls if each.begun > start.ended and each.ended < end.begun)


def strace(output: Path) -> list[str]:
    """The words before a command that trace it into *output*; skips the test where that cannot be done."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("strace is not there (Debian and Ubuntu: strace)")
    # --seccomp-bpf: only the calls asked for are stopped at, which makes the traced program several times quicker.
    words = [program, "-f", "--seccomp-bpf", "-y", "-s", "600", "-e", f"trace={CALLS}", "-o", str(output)]
    tried = subprocess.run([*words, "true"], capture_output=True, text=True, check=False, env=dict(os.environ))
    if tried.returncode != 0:
        pytest.skip(f"strace may not trace here: {tried.stderr.strip()[-200:]}")
    return words
