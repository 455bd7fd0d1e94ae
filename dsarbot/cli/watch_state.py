"""What `dsarbot watch` has told already: a small file in the data folder, because the database may be what is down."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dsarbot.core.watch import Told, Trouble

NAME = "watch.json"


def read_state(folder: Path) -> tuple[Told, ...]:
    """What was told. A file that is missing or makes no sense tells nothing: better once too often than never."""
    try:
        written = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return tuple(_told(each) for each in written["told"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def _told(each: dict[str, str]) -> Told:
    since = each["since"]
    return Told(
        trouble=Trouble(
            kind=each["kind"], subject=each["subject"], since=datetime.fromisoformat(since) if since else None
        ),
        found_at=_aware(each["found_at"]),
        told_at=_aware(each["told_at"]),
    )


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


def write_state(folder: Path, known: Sequence[Told]) -> None:
    """In place of what was there, whole or not at all. OSError when the folder cannot be written."""
    told = [
        {
            "kind": each.trouble.kind,
            "subject": each.trouble.subject,
            "since": each.trouble.since.isoformat() if each.trouble.since else "",
            "found_at": each.found_at.isoformat(),
            "told_at": each.told_at.isoformat(),
        }
        for each in known
    ]
    beside = folder / f".{NAME}.{os.getpid()}"
    beside.write_text(json.dumps({"told": told}), encoding="utf-8")
    beside.replace(folder / NAME)
