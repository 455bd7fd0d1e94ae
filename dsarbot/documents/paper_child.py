"""The process that looks at what may be a paper: ``python -I -m dsarbot.documents.paper_child``.

A request is one line and two pieces: ``look KIND LENGTH WANTED``, then what is wanted as JSON, then the file; the
answer is one frame. ``keep KIND LENGTH PAGES`` (numbers joined by commas) and the file are answered by one frame with
those pages as a PDF. What is read on a paper is compared here and never leaves.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from datetime import date
from typing import Final

import pypdfium2

from dsarbot.core.identity_check import examine
from dsarbot.core.mrz import parse
from dsarbot.documents import pdf, sandbox
from dsarbot.documents.answer import framed
from dsarbot.documents.kinds import MOST_SCAN, ScanKind
from dsarbot.documents.pages import End, Page
from dsarbot.documents.paper_answer import MOST_PAGES, MOST_WANTED, Paper, Wanted, checks_of, paper_bytes, wanted_of
from dsarbot.documents.papers import Look, look
from dsarbot.documents.scan import read
from dsarbot.documents.scan_child import _exactly as exactly

_LONGEST_LINE: Final = 256
_KINDS: Final[dict[str, ScanKind]] = {each: each for each in ("pdf", "tiff", "jpeg", "png", "heic")}


def main() -> None:
    """Answer requests until there are none; a file that breaks the reader ends the process, and only it."""
    sandbox.enter(sandbox.SCANS)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline(_LONGEST_LINE):
        what, kind, length, more = line.decode("ascii").split()
        wanted = wanted_of(exactly(source, min(int(more), MOST_WANTED))) if what == "look" else None
        data = exactly(source, min(int(length), MOST_SCAN))
        sandbox.more_time(sandbox.SCANS)
        if wanted is None:
            target.write(framed(kept(data, [int(each) for each in more.split(",")])))
        else:
            target.write(framed(paper_bytes(examined(_KINDS[kind], data, wanted))))
        target.flush()


def examined(kind: ScanKind, data: bytes, wanted: Wanted) -> Paper:
    """What the file looks like, and what stands on its papers compared with what is known."""
    pages, end = [], End(count=0)
    for part in read(kind, data, MOST_PAGES):
        if isinstance(part, End):
            end = part
        else:
            pages.append(part)
            sandbox.more_time(sandbox.SCANS)
    return of_pages(pages, end, wanted)


def of_pages(pages: Iterable[Page], end: End, wanted: Wanted) -> Paper:
    """The same, once the pages are read."""
    looks = [(page, _look(page, wanted.today)) for page in pages]
    papers = [page for page, seen in looks if seen.guess]
    first = next((seen for _, seen in looks if seen.guess), Look(letter=any(seen.letter for _, seen in looks)))
    text = "\n".join(page.text for page in papers or [page for page, _ in looks])
    found = examine(parse(text, wanted.today), text, wanted.today, name=wanted.name, birth=wanted.birth)
    return Paper(
        look=first,
        papers=tuple(page.number for page in papers),
        count=end.count,
        unread=end.unread,
        proposal=found.proposal,
        doc_type=found.doc_type,
        checks=checks_of(found),
    )


def _look(page: Page, today: date) -> Look:
    return look(page.text, width=page.width, height=page.height, today=today)


def kept(data: bytes, numbers: list[int]) -> bytes:
    """A PDF of these pages of a PDF."""
    out = io.BytesIO()
    with pdf.opened(data) as whole, pypdfium2.PdfDocument.new() as part:
        part.import_pages(whole, [number - 1 for number in numbers if 0 < number <= len(whole)])
        part.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()
