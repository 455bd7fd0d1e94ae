"""The work of `dsarbot redact`: paint, put together, read again, and only then write."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dsarbot.documents.answer import NotRead
from dsarbot.documents.copier import Copier, Picture
from dsarbot.documents.copying import Area, Work
from dsarbot.documents.kinds import MOST_SCAN
from dsarbot.documents.picture_pdf import pdf_of
from dsarbot.documents.scan import installed
from dsarbot.errors import OurMistake, TheirInput

_BOX: Final = re.compile(r"(\d{1,4}):(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)")
_POINTS_PER: Final = {"mm": 72 / 25.4, "pt": 1.0}
#: What the second look still finds is covered as well; what is found after that, a person must cover.
_ROUNDS: Final = 2
_UNREAD: Final = {
    "encrypted": "it opens only with a password; make a copy without one",
    "broken": "it is damaged",
    "too-large": "it is too large",
    "too-long": "that took too long",
    "too-many-pages": "it has too many pages; divide it",
    "unsupported": "it is no PDF, TIFF, JPEG, PNG or HEIC file",
}


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A finished copy, proved. counts: how often each phrase was covered; again: what only the second look found."""

    pdf: bytes
    pages: tuple[Picture, ...]
    counts: dict[str, int]
    again: int


def run(args: argparse.Namespace) -> int:
    """Nothing is overwritten, and nothing is written that was not proved."""
    work = Work(areas=tuple(_area(each, args.unit) for each in args.box), words=tuple(_words(args.word)))
    if not work.areas and not work.words:
        raise TheirInput("Say what is to be covered: --box PAGE:X,Y,W,H or --word WORDS.")
    if not installed():
        raise TheirInput("What reads pictures is not installed: pip install 'dsarbot[ocr]'.")
    if args.out.exists():
        raise TheirInput(f"{args.out} is there already; name a new file.")
    copy = asyncio.run(_made(read_file(args.file), work))
    write_file(args.out, copy.pdf)
    for number, page in enumerate(copy.pages if args.preview else (), start=1):
        args.preview.mkdir(exist_ok=True)
        write_file(args.preview / f"{args.out.stem}-{number}.jpg", page.jpeg)
    print("\n".join(_told(args.out, copy, work)))
    return 0


async def _made(data: bytes, work: Work) -> Copy:
    async with Copier() as copier:
        try:
            return await proved(copier, data, work)
        except NotRead as why:
            raise TheirInput(f"The file cannot be copied: {_UNREAD[why.unread]}. Nothing was written.") from None


async def proved(copier: Copier, data: bytes, work: Work) -> Copy:
    """The copy, after it was read again. TheirInput for a part or words that are not there, OurMistake when the proof
    fails; NotRead for a file that nobody can copy."""
    pages = await copier.redact(data, work, _counted)
    _demand_there(pages, work)
    counts = {word: sum(dict(page.said.counts)[word] for page in pages) for word in work.words}
    again = 0
    for number in range(_ROUNDS):
        copy = pdf_of(pages)
        checked = await copier.check(copy, work.words)
        if checked.letters or any(page.said.bare for page in pages) or _in_bytes(copy, work.words):
            raise OurMistake("The proof failed: something that should be covered is in the copy. Nothing was written.")
        if not checked.seen:
            return Copy(pdf=copy, pages=pages, counts=counts, again=again)
        again += len(checked.seen)
        if number + 1 < _ROUNDS:
            pages = await copier.redact(copy, Work(areas=checked.seen), _counted)
    places = ", ".join(f"page {each.page}, {each.top * 25.4 / 72:.0f} mm from the top" for each in checked.seen[:5])
    raise OurMistake(f"The proof failed: words can still be read ({places}); cover them by --box. Nothing was written.")


def _demand_there(pages: Sequence[Picture], work: Work) -> None:
    sizes = {page.said.page: page.said.points for page in pages}
    for area in work.areas:
        if area.page not in sizes:
            raise TheirInput(f"--box names page {area.page}; there are {len(pages)}. Nothing was written.")
        longest = max(sizes[area.page])
        if area.left + area.width > longest + 1 or area.top + area.height > longest + 1:
            across, down = (each * 25.4 / 72 for each in sizes[area.page])
            raise TheirInput(
                f"--box reaches beyond page {area.page}, which is {across:.0f} mm x {down:.0f} mm. Nothing was written."
            )
    for word in work.words:
        if not any(dict(page.said.counts)[word] for page in pages):
            raise TheirInput(f"--word {word!r} was found nowhere; cover it by --box. Nothing was written.")


def _in_bytes(copy: bytes, words: Sequence[str]) -> bool:
    """As text in any of the ways in which a PDF writes it."""
    forms = {form for word in words for form in (word, word.lower(), word.upper())}
    encoded = [form.encode(way, "ignore") for form in forms for way in ("utf-8", "utf-16-be", "cp1252")]
    small = copy.lower()
    return any(len(each) > 3 and (each in copy or each.hex().encode() in small) for each in encoded)


def _area(written: str, unit: str) -> Area:
    found = _BOX.fullmatch(written.replace(" ", ""))
    if found is None or not int(found[1]):
        raise TheirInput(f"--box {written} is no part of a page; write PAGE:X,Y,W,H, as 1:20,45,80,6.")
    left, top, width, height = (float(each) * _POINTS_PER[unit] for each in found.groups()[1:])
    if not width or not height:
        raise TheirInput(f"--box {written} covers nothing: its width and height must be more than 0.")
    return Area(page=int(found[1]), left=left, top=top, width=width, height=height)


def _words(written: Sequence[str]) -> Iterator[str]:
    for each in written:
        if sum(sign.isalnum() for sign in each) < 2:
            raise TheirInput(f"--word {each!r} would cover too much or nothing; give at least two letters or digits.")
        yield " ".join(each.split())


def read_file(path: Path) -> bytes:
    """The bytes of a file to be copied. TheirInput when it cannot be read."""
    try:
        if path.stat().st_size > MOST_SCAN:
            raise TheirInput(f"{path} is larger than {MOST_SCAN // 1024 // 1024} MiB; divide it.")
        return path.read_bytes()
    except OSError as error:
        raise TheirInput(f"{path} cannot be read ({error.strerror}).") from None


def write_file(path: Path, data: bytes) -> None:
    """A new file that only its owner may read. TheirInput when it cannot be written."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise TheirInput(f"{path} cannot be written ({error.strerror}); name a new file.") from None


def _told(out: Path, copy: Copy, work: Work) -> Iterator[str]:
    covered = [f"{len(work.areas)} {'part' if len(work.areas) == 1 else 'parts'}"] if work.areas else []
    covered += [f"{word!r} ({count} {'word' if count == 1 else 'words'})" for word, count in copy.counts.items()]
    pages = f"{len(copy.pages)} {'page' if len(copy.pages) == 1 else 'pages'}"
    yield f"{out} written: {pages}, covered: {', '.join(covered)}."
    if copy.again:
        yield f"{copy.again} of these were found only when the copy was read again."
    yield "Read again: no text in it, none of the words, nothing about the file. Look at each page before it leaves."


def _counted(pages: int) -> None:
    """A page takes seconds: whoever waits sees them pass."""
    if sys.stderr.isatty():
        print(f"\r{pages} pages done ", end="", file=sys.stderr, flush=True)
