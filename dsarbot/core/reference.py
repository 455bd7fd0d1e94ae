"""Case references such as ``DSR-2026-00042-9``: a name for people, never a secret (security 7).

The last character is ISO 7064 MOD 37,36 over the letters and digits before it, hyphens left out, so that one
mistyped character is always, and two swapped ones nearly always, noticed before a mail is put into somebody else's
case.
"""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,9}\Z")
_SHAPE = re.compile(r"[A-Z][A-Z0-9]{1,9}-\d{4}-\d{5,7}-[0-9A-Z]\Z")
#: Marks the inquiries of supervisory authorities; no organisation has it as a prefix (practice 23).
INQUIRY_PREFIX = "SA"


def check_character(text: str) -> str:
    """The ISO 7064 MOD 37,36 character over the letters and digits of *text* (hyphens are left out)."""
    product = 36
    for character in text.replace("-", ""):
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def make(prefix: str, year: int, number: int) -> str:
    """``make("DSR", 2026, 42)`` is ``DSR-2026-00042-`` and its check character. ValueError on an odd prefix."""
    if not _PREFIX.match(prefix):
        raise ValueError(f"a reference prefix is 2 to 10 capital letters or digits, not {prefix!r}")
    body = f"{prefix}-{year:04d}-{number:05d}"
    return f"{body}-{check_character(body)}"


def make_inquiry(year: int, number: int) -> str:
    """``make_inquiry(2026, 7)`` is ``SA-2026-0007-`` and its check character."""
    body = f"{INQUIRY_PREFIX}-{year:04d}-{number:04d}"
    return f"{body}-{check_character(body)}"


def is_valid(text: str) -> bool:
    """Whether *text* has the shape of a reference and its check character is right."""
    return bool(_SHAPE.match(text)) and check_character(text[:-2]) == text[-1]
