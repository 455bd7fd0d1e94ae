"""What an invitation says (RFC 5545), for a mail that says nothing else."""

from __future__ import annotations

import re

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r"^(SUMMARY|DESCRIPTION|LOCATION|COMMENT)(?:;[^:\n\"]*(?:\"[^\"\n]*\"[^:\n\"]*)*)?:(.*)$", re.MULTILINE
)
_ESCAPE = re.compile(r"\\([\\;,nN])")
_LONGEST = 200_000


def text_of(source: str) -> str:
    """Summary, place, description and comment of the first entry, each once, one after another."""
    found: dict[str, str] = {}
    unfolded = _FOLD.sub("", source[:_LONGEST].replace("\r\n", "\n"))
    for match in _LINE.finditer(unfolded):
        found.setdefault(match[1], _ESCAPE.sub(_meant, match[2]).strip())
    return "\n".join(found[name] for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT") if found.get(name))


def _meant(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]
