"""How well and how fast scanned letters are read, and what it costs the service.

    python3 dev.py bench ocr [--pages N]

Letters of invented persons are drawn, then scanned or photographed (tests/documents/letters.py), and read in the
process of their own, by both lanes and by pip alone. CER: characters to be changed, as a share of those written. CPU
counts that process and what it starts. "here" is the memory of this process, which stands for the service.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from benchmarks.ingest_parts.processes import mebibytes
from dsarbot.documents import scanner, tesseract
from dsarbot.documents.scanner import ScanReader
from tests.documents.letters import FRENCH, GERMAN, drawn, error_rate, photographed, placed, saved, scanned, words_of

CLEAN, PHOTO = 0.01, 0.03
#: Seconds of processor time for one page.
PAGE = 10.0
#: MiB by which the service may grow beyond the files it holds.
GROWTH = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")
#: The reading process as it is without tesseract.
PIP_ONLY = (
    "import dsarbot.documents.tesseract as t; t._PLACES = '/nowhere'; "
    "from dsarbot.documents.scan_child import main; main()"
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way in which a letter reaches us."""

    name: str
    make: Callable[[Image.Image], Image.Image]
    budget: float


KINDS = (
    Kind(name="scan, 200 dpi", make=scanned, budget=CLEAN),
    Kind(name="scan, askew, noisy", make=lambda page: scanned(page, degrees=-3.3, noise=30), budget=CLEAN),
    Kind(name="scan, on its side", make=lambda page: scanned(page).rotate(90, expand=True), budget=CLEAN),
    Kind(name="photograph", make=photographed, budget=PHOTO),
)


def cpu(pid: int) -> float:
    """Seconds that the process has used, and what it started and has ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / _TICKS


async def one(reader: ScanReader, kind: Kind, letter: str) -> bool:
    """Read a letter, print its row; whether it is within the budgets."""
    data = saved([kind.make(drawn(placed(letter)))], "JPEG", quality=85)
    # The process, its libraries and its models are loaded by the first page.
    await reader.read(data)
    assert reader.pid is not None
    began, used = time.monotonic(), cpu(reader.pid)
    found = await reader.read(data)
    wall, used = time.monotonic() - began, cpu(reader.pid) - used
    wrong = error_rate(words_of(letter), found.text)
    page, language = found.pages[0], "fr" if letter is FRENCH else "de"
    within = wrong <= kind.budget and used <= PAGE
    peak = mebibytes(reader.pid, "VmHWM")
    print(
        f"  {kind.name:<20}{language:<4}{page.how:<11}{wrong:>7.2%}{kind.budget:>7.0%}{used:>8.1f}{wall:>8.1f}"
        f"{peak:>9.0f}  {'within' if within else 'OVER'}",
        flush=True,
    )
    return within


def alive(pid: int | None) -> bool:
    return Path(f"/proc/{pid}").exists()


def bare_tesseract(picture: bytes, pages: int) -> float:
    """Seconds for so many pages, one after the other."""
    command = ["tesseract", "stdin", "stdout", "-l", tesseract.languages(), "--dpi", "200", "tsv"]
    one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    began = time.monotonic()
    for _ in range(pages):
        subprocess.run(command, input=picture, capture_output=True, check=True, env=one_thread)
    return time.monotonic() - began


async def stack(reader: ScanReader, pages: int) -> bool:
    """Many pages in one file: the rate, beside bare tesseract over the same pages, and the memory here."""
    page = scanned(drawn(placed(FRENCH)))
    data = saved([page] * pages, "PDF", quality=85)
    before, began = mebibytes(os.getpid(), "VmRSS"), time.monotonic()
    found = await reader.read(data)
    wall, grown = time.monotonic() - began, mebibytes(os.getpid(), "VmRSS") - before
    print(f"{pages} pages in one file: {wall / pages:.2f} s each ({found.pages[-1].how}), here {grown:+.1f} MiB")
    if tesseract.languages():
        bare = await asyncio.to_thread(bare_tesseract, saved([page], "PPM"), pages)
        print(f"bare tesseract over the same pages: {bare / pages:.2f} s each; ours is {bare / wall:.2f} of its rate")
    return grown <= GROWTH


async def measure(pages: int) -> int:
    good = True
    lanes = {"pip alone": (sys.executable, "-I", "-c", PIP_ONLY)}
    if tesseract.languages():
        lanes = {f"with tesseract ({tesseract.languages()})": scanner._COMMAND} | lanes
    for name, command in lanes.items():
        print(f"{name}:\n  {'':<20}{'':<4}{'read by':<11}{'CER':>7}{'goal':>7}{'CPU s':>8}{'wall s':>8}{'peak MiB':>9}")
        reader = ScanReader()
        reader._process._command = command
        async with reader:
            for kind in KINDS:
                for letter in (FRENCH, GERMAN):
                    good = await one(reader, kind, letter) and good
            good = await stack(reader, pages) and good
            worker = reader.pid
        print(f"ended: the memory of the reading process is given back: {not alive(worker)}")
    return int(not good)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=10)
    return asyncio.run(measure(options.parse_args().pages))


if __name__ == "__main__":
    raise SystemExit(main())
