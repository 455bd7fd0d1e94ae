"""A backlog on disk, made once, and Dovecot accounts that are filled with it by hard links."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.backlog import BENCH, Shape, backlog
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import PASSWORD, Dovecot

#: Where accounts live; one is made per pass.
DOMAIN = "bench.example.org"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Files of one backlog in the order of arrival, and how many mails of each kind there are."""

    files: Sequence[Path]
    total: int
    kinds: Counter[str]

    @property
    def requests(self) -> int:
        """Mails that an acknowledgement answers."""
        return self.kinds["request"]


def write_corpus(folder: Path, count: int, *, seed: int, to: str, shape: Shape = BENCH) -> Corpus:
    """One file per mail; only one mail is in memory at a time."""
    folder.mkdir()
    kinds: Counter[str] = Counter()
    files, total = [], 0
    for planted in backlog(count, seed=seed, organisation_address=to, shape=shape):
        # Maildir++: with the sizes in its name the server need not read the file to know them.
        size = len(planted.raw)
        path = folder / f"{1_772_000_000 + planted.number}.M{planted.number}P1.bench,S={size},W={size}"
        path.write_bytes(planted.raw)
        kinds[planted.expected] += 1
        files.append(path)
        total += size
    if os.geteuid() == 0:
        for path in files:
            shutil.chown(path, "nobody", "nogroup")
    (folder / "manifest.json").write_text(json.dumps({"kinds": kinds, "bytes": total}))
    return Corpus(files=files, total=total, kinds=kinds)


class Mailbox:
    """One account; its maildir is looked at from outside, so that the server is not asked."""

    def __init__(self, dovecot: Dovecot, address: str) -> None:
        self.dovecot, self.address, self.password = dovecot, address, PASSWORD
        dovecot.create_user(address)
        with dovecot.login(address) as client:
            client.select_folder("INBOX")
        self._maildir = dovecot.root / "mail" / address / "Maildir"

    def fill(self, corpus: Corpus) -> None:
        """Every mail of the corpus as a new one. The file's own time is the mail's INTERNALDATE."""
        for path in corpus.files:
            os.link(path, self._maildir / "new" / path.name)

    def held(self, folder: str = "INBOX") -> int:
        """Mails in a folder, as the file system counts them."""
        place = self._maildir if folder == "INBOX" else self._maildir / f".{folder}"
        return sum(
            len(list(os.scandir(place / each))) for each in ("new", "cur") if (place / each).is_dir()
        )  # fmt: skip

    def forget(self) -> None:
        """Free the disk."""
        shutil.rmtree(self._maildir, ignore_errors=True)


class Stage:
    """The mail server with a new account whenever one is asked for."""

    def __init__(self, root: Path, dovecot: Dovecot) -> None:
        self.root, self.dovecot = root, dovecot
        self._numbers = itertools.count(1)

    @classmethod
    @contextlib.contextmanager
    def set_up(cls) -> Iterator[Stage]:
        """Short, because socket names end at 107 bytes, and open to the server's account."""
        root = Path(tempfile.mkdtemp(prefix="dsarbot-bench-"))
        root.chmod(0o755)
        (root / "dovecot").mkdir(mode=0o755)
        dovecot = Dovecot(root / "dovecot", make_certificate(root))
        try:
            dovecot.start()
            yield cls(root, dovecot)
        finally:
            dovecot.stop()
            shutil.rmtree(root, ignore_errors=True)

    def mailbox(self, corpus: Corpus | None = None) -> Mailbox:
        box = Mailbox(self.dovecot, f"privacy-{next(self._numbers)}@{DOMAIN}")
        if corpus is not None:
            box.fill(corpus)
        return box

    def folder(self) -> Path:
        """A new empty folder."""
        return Path(tempfile.mkdtemp(dir=self.root))
