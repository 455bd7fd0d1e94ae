"""Under Dovecot's feet: what an administrator, a restore or a full disk does to a mailbox on the server."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tests.servers.dovecot import Dovecot


def home(dovecot: Dovecot, user: str, folder: str = "INBOX") -> Path:
    """The maildir of a folder."""
    root = dovecot.root / "mail" / user / "Maildir"
    return root if folder == "INBOX" else root / f".{folder}"


def forget_uids(folder: Path) -> None:
    """The server's list of UIDs is lost, as after a repair: every mail gets a new one, under another UIDVALIDITY."""
    # UIDVALIDITY is the time in seconds; a repair in the same second would not be another one.
    for name in ("dovecot-uidlist", "dovecot-uidvalidity"):
        for path in folder.glob(f"{name}*"):
            path.unlink()
    _forget_index(folder)


def restore(folder: Path, saved: Path) -> None:
    """Put a back-up in the folder's place."""
    for name in ("cur", "new", "tmp", "dovecot-uidlist"):
        target, source = folder / name, saved / name
        shutil.rmtree(target) if target.is_dir() else target.unlink(missing_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy2(source, target)
        _same_owner(target, folder)
    _forget_index(folder)


def save(folder: Path, to: Path) -> Path:
    """A back-up of the folder."""
    return Path(shutil.copytree(folder, to))


def put_many(folder: Path, mails: Iterable[bytes], at: datetime) -> None:
    """Many mails at once, as a migration brings them in: files, whose time is the INTERNALDATE."""
    seconds = at.timestamp()
    for number, raw in enumerate(mails):
        path = folder / "cur" / f"{int(seconds)}.M{number}P1.host,S={len(raw)}:2,S"
        path.write_bytes(raw)
        os.utime(path, (seconds, seconds))
        _same_owner(path, folder)


def uidvalidity(folder: Path) -> int:
    found = re.match(r"3 V(\d+)", (folder / "dovecot-uidlist").read_text())
    assert found
    return int(found[1])


def _forget_index(folder: Path) -> None:
    for path in folder.glob("dovecot.index*"):
        path.unlink()


def _same_owner(path: Path, like: Path) -> None:
    if os.geteuid() == 0 and path.exists():
        owner = like.stat()
        for each in (path, *path.rglob("*")):
            os.chown(each, owner.st_uid, owner.st_gid)
