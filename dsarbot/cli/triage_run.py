"""The dry run itself: one item after the other, whatever there is of them."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from errno import EISDIR
from pathlib import Path
from typing import Final

from dsarbot.cli.table import screen
from dsarbot.cli.triage_look import Eyes
from dsarbot.cli.triage_output import Progress, Tally, aligned, as_json, summary
from dsarbot.cli.triage_page import Found, page
from dsarbot.cli.triage_sources import Item, items, stream
from dsarbot.documents.reader import DocumentReader
from dsarbot.errors import TheirInput
from dsarbot.reading.edition import edition

#: Items between two turns of the loop; each costs a call of the system.
_TURN: Final = 16


def run(args: argparse.Namespace) -> int:
    """Look at everything: 0; 1 if a file inside a folder could not be opened; 2 if a path cannot be read."""
    missing = [path for path in args.paths if path != "-" and not Path(path).exists()]
    if missing:
        sys.stderr.write("".join(f"dsarbot triage: {path}: no such file or folder\n" for path in missing))
        return 2
    # What could not be read stands in the line of its item; a log would only run through the progress.
    logging.getLogger("dsarbot").addHandler(logging.NullHandler())
    if not args.html:
        return asyncio.run(_read_all(args, None))
    found = Found()
    with _Page(Path(args.html)) as target:
        code = asyncio.run(_read_all(args, found, target))
    if not args.json:
        print(f"Written: {args.html}. It holds personal data; only you can read it. Delete it when you have looked.")
    return code


async def _read_all(args: argparse.Namespace, found: Found | None, target: _Page | None = None) -> int:
    tally, failed = Tally(), False
    documents, to = DocumentReader(), screen()
    # Lines on the same terminal are progress enough.
    watched = sys.stderr.isatty() and (args.report or not to.terminal)
    progress = Progress(sys.stderr, time.monotonic, shown=watched)
    own = frozenset(domain.lower().lstrip("@") for domain in args.own_domain)
    eyes = Eyes(documents=documents, authserv_id=args.authserv_id, own=own)
    try:
        for item in _items(args.paths):
            looked = await eyes.look(item)
            failed = failed or item.problem == "cannot-open"
            tally.add(looked.line)
            if found is not None:
                found.add(looked)
            if args.json:
                sys.stdout.write(as_json(looked.line) + "\n")
            elif not args.report:
                sys.stdout.write(aligned(looked.line, to) + "\n")
            progress.show(tally)
            if tally.read % _TURN == 0:
                # Nothing else waits here: without a turn of the loop nobody could interrupt a long run.
                await asyncio.sleep(0)
    finally:
        progress.done()
        await documents.close()
    if not args.json:
        sys.stdout.write("\n".join(summary(tally)) + "\n")
    if found is not None and target is not None:
        target.write(page(tally, found, made_at=datetime.now().astimezone(), rules=edition()))
    return 1 if failed else 0


def _items(paths: Sequence[str]) -> Iterator[Item]:
    for path in paths:
        try:
            yield from stream(sys.stdin.buffer) if path == "-" else items(Path(path))
        except OSError:
            yield Item(source=path, form="unreadable", problem="cannot-open")


class _Page:
    """A file for one person's eyes, there only once it is whole; opened first, so that nobody waits an hour in vain."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")

    def __enter__(self) -> _Page:
        try:
            if self._path.is_dir():
                raise IsADirectoryError(EISDIR, "it is a folder")
            self._part.unlink(missing_ok=True)
            self._file = os.fdopen(os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", -1, "utf-8")
        except OSError as error:
            raise TheirInput(f"{self._path} cannot be written ({error.strerror}); nothing was read.") from None
        return self

    def write(self, text: str) -> None:
        # Half of a surrogate pair in a stranger's subject is no text in any encoding.
        self._file.write(text.encode("utf-8", "replace").decode("utf-8"))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            self._part.unlink(missing_ok=True)
