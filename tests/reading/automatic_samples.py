"""Mails of machines and of persons who resemble them, built from the short forms in ``automatic/*.toml``.

All persons, companies and addresses are invented; the forms are those that real systems write.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.header import Header
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "automatic"
_RETURNED = (
    "From: Privacy team <privacy@example.com>\r\nTo: gone@example.org\r\nSubject: Your request\r\n"
    "Message-ID: <letter-1@example.com>\r\n\r\nDear Jane\r\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One mail in short form: its name, its raw bytes and what is expected of it."""

    name: str
    raw: bytes = field(repr=False)
    expected: Mapping[str, Any]


def items(name: str) -> list[Item]:
    """All mails of ``automatic/<name>.toml``, in their order."""
    table = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return [Item(name=key, raw=_raw(entry), expected=entry) for key, entry in table.items()]


def _raw(entry: Mapping[str, Any]) -> bytes:
    subject = entry.get("subject", "Your request")
    headers = [
        f"From: {entry.get('from', 'Jane Doe <jane@example.org>')}",
        "To: privacy@example.com",
        f"Subject: {subject if subject.isascii() else Header(subject, 'utf-8').encode()}",
        "Date: Mon, 3 Nov 2025 10:12:00 +0100",
        "Message-ID: <one@mail.example.org>",
        "MIME-Version: 1.0",
        *entry.get("headers", ()),
    ]
    text = entry.get("text", "").replace("\n", "\r\n")
    parts = [(entry.get("type", "text/plain"), text)]
    parts += [(part, body.replace("\n", "\r\n")) for part, body in entry.get("parts", {}).items()]
    if entry.get("returned"):
        parts.append((entry["returned"], _RETURNED))
    if len(parts) == 1:
        return "\r\n".join([*headers, f"Content-Type: {parts[0][0]}; charset=utf-8", "", text]).encode()
    whole = entry.get("whole", "multipart/mixed")
    lines = [*headers, f'Content-Type: {whole}; boundary="b"', ""]
    for part, body in parts:
        charset = "; charset=utf-8" if part.startswith("text/") and ";" not in part else ""
        lines += ["--b", f"Content-Type: {part}{charset}", "", body]
    return "\r\n".join([*lines, "--b--", ""]).encode()
