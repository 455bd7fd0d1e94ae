"""The process that reads scans: page by page, one job at a time, and gone when it is not needed."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from dsarbot.documents import process
from dsarbot.documents import scanner as module
from dsarbot.documents.answer import NotRead
from dsarbot.documents.kinds import MOST_SCAN
from dsarbot.documents.scanner import ScanReader
from tests.documents.letters import FRENCH, drawn, error_rate, placed, saved, scanned, typed, words_of
from tests.documents.samples import locked_pdf, pdf

SCAN = saved([scanned(drawn(placed(FRENCH)))], "JPEG", quality=80)
BLANK = saved([Image.new("L", (200, 200), 255)], "PNG")


@pytest.fixture
async def reader() -> AsyncIterator[ScanReader]:
    made = ScanReader()
    yield made
    await made.close()


def pid(reader: ScanReader) -> int:
    assert reader.pid is not None
    return reader.pid


def limits_of(worker: int) -> str:
    return Path(f"/proc/{worker}/limits").read_text()


async def started(reader: ScanReader) -> asyncio.subprocess.Process:
    """The process, as soon as there is one."""
    while reader._process._process is None:  # noqa: ASYNC110  # nothing tells when it was spawned
        await asyncio.sleep(0.01)
    return reader._process._process


def speaks(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMAND", (sys.executable, "-c", f"import sys; sys.stdin.readline(); {script}"))


async def test_a_scan_is_read_behind_the_limits(reader: ScanReader) -> None:
    seen: list[int] = []
    found = await reader.read(SCAN, seen.append)
    assert (found.count, found.unread, seen) == (1, "", [1])
    assert error_rate(words_of(FRENCH), found.text) < 0.01
    limits = limits_of(pid(reader))
    assert any(line.startswith("Max file size") and line.split()[3] == "0" for line in limits.splitlines())
    assert any(line.startswith("Max address space") and "unlimited" not in line for line in limits.splitlines())


async def test_progress_is_told_page_by_page(reader: ScanReader) -> None:
    seen: list[int] = []
    found = await reader.read(typed(*[placed(FRENCH)] * 4), seen.append)
    assert seen == [1, 2, 3, 4]
    assert [page.number for page in found.pages] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GIF89a", "unsupported"),
        (b"<svg/>", "unsupported"),
        (b"%PDF-" + bytes(MOST_SCAN), "too-large"),
        (locked_pdf(), "encrypted"),
        (b"%PDF-1.4 nothing", "broken"),
    ],
)
async def test_why_it_is_not_read(reader: ScanReader, data: bytes, why: str) -> None:
    assert (await reader.read(data)).unread == why


async def test_a_part_of_a_stack(reader: ScanReader) -> None:
    part = await reader.part(pdf("one", "two", "three"), 2, 3)
    assert (await reader.read(part)).text.split() == ["two", "three"]
    with pytest.raises(NotRead, match="unsupported"):
        await reader.part(b"GIF89a", 1, 1)
    with pytest.raises(NotRead, match="broken"):
        await reader.part(locked_pdf(), 1, 1)


async def test_two_jobs_wait_for_each_other(reader: ScanReader) -> None:
    both = await asyncio.gather(reader.read(pdf("first")), reader.read(pdf("second")))
    assert [each.text for each in both] == ["first", "second"]


async def test_whoever_cancels_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    speaks("sys.stdin.read()", monkeypatch)
    reader = ScanReader()
    task = asyncio.create_task(reader.read(BLANK))
    worker = await started(reader)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reader.pid is None and worker.returncode == -signal.SIGKILL


async def test_what_it_has_started_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tesseract would read on for a minute."""
    child = "import subprocess; p = subprocess.Popen(['sleep', '600']); print(p.pid, file=sys.stderr, flush=True)"
    speaks(f"{child}; sys.stdin.read()", monkeypatch)
    monkeypatch.setattr(asyncio.subprocess, "DEVNULL", asyncio.subprocess.PIPE)
    reader = ScanReader()
    task = asyncio.create_task(reader.read(BLANK))
    stderr = (await started(reader)).stderr
    assert stderr is not None
    ended = os.pidfd_open(int(await stderr.readline()))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    try:
        assert await asyncio.to_thread(select.select, [ended], [], [], 20) == ([ended], [], [])
    finally:
        os.close(ended)


async def test_one_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    speaks("sys.stdin.read()", monkeypatch)
    reader = ScanReader(seconds=0.2)
    assert (await reader.read(BLANK)).unread == "too-long"
    assert reader.pid is None


async def test_one_that_used_up_its_processor_time_took_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    speaks("import os; os.kill(os.getpid(), 24)", monkeypatch)
    assert (await ScanReader().read(BLANK)).unread == "too-long"


async def test_what_was_read_before_it_broke_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    page = '{"page": 1, "how": "layer", "size": [1, 1], "turned": 0, "separator": false, "pieces": []}'
    speaks(f"b = {page!r}.encode(); sys.stdout.buffer.write(len(b).to_bytes(4, 'big') + b)", monkeypatch)
    found = await ScanReader().read(BLANK)
    assert (found.unread, len(found.pages), found.count, found.cut) == ("broken", 1, 1, True)


@pytest.mark.parametrize(
    "script",
    [
        "sys.stdout.write('no answer at all')",
        "sys.stdout.buffer.write((2**31).to_bytes(4, 'big'))",
        "sys.stdout.buffer.write((2).to_bytes(4, 'big') + b'[]')",
        "sys.exit(3)",
    ],
)
async def test_an_answer_of_another_shape_is_not_believed(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    speaks(script, monkeypatch)
    assert (await ScanReader().read(BLANK)).unread == "broken"


async def test_one_that_finds_no_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    page = '{"page": 1, "how": "blank", "size": [1, 1], "turned": 0, "separator": false, "pieces": []}'
    speaks(f"b = {page!r}.encode(); sys.stdout.buffer.write((len(b).to_bytes(4, 'big') + b) * 400)", monkeypatch)
    assert (await ScanReader().read(BLANK)).unread == "broken"


async def test_a_killed_process_costs_one_file(reader: ScanReader) -> None:
    await reader.read(pdf("x"))
    worker = reader._process._process
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    await worker.wait()
    assert (await reader.read(pdf("lost"))).unread == "broken"
    assert (await reader.read(pdf("found"))).text == "found"


async def test_an_idle_one_gives_its_memory_back() -> None:
    reader = ScanReader(idle_seconds=0.01)
    await reader.read(pdf("x"))
    worker = reader._process._process
    assert worker is not None
    await worker.wait()
    await reader.close()


async def test_one_is_replaced_after_many_files(reader: ScanReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_MOST_FILES", 1)
    await reader.read(pdf("x"))
    assert reader.pid is None


def test_whoever_asks_loads_nothing_that_reads_pictures() -> None:
    """The service stays small: what takes the memory is loaded in the other process."""
    heavy = "{'cv2', 'numpy', 'PIL', 'pypdfium2', 'rapidocr', 'onnxruntime', 'zxingcpp', 'pi_heif'}"
    code = f"import dsarbot.scans.watching, dsarbot.documents.scanner, sys; print({heavy} & set(sys.modules) or '')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
