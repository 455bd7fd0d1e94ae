"""Which rules these are: what triage says can change with every word of its lexicon."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

_PROGRAM = (
    *("triage.py", "evidence.py", "weighing.py", "cutting.py", "courtesy.py", "screening.py"),
    *("matching.py", "citations.py", "lexicons.py", "tongues.py"),
    *("combined.py", "naming.py", "learned.py", "learned_words.py", "learned_model.py"),
    *("model/learned.json", "model/learned.bin"),
)
_SHOWN = 12


@cache
def edition() -> str:
    """Twelve hexadecimal digits of the rules and their lexicon as installed; the same everywhere for the same rules."""
    here = files("dsarbot.reading")
    lexicon = sorted((each for each in (here / "lexicon").iterdir() if each.name.endswith(".toml")), key=str)
    parts = (*(here / name for name in _PROGRAM), *lexicon)
    whole = hashlib.sha256()
    for each in parts:
        if each.is_file():
            whole.update(each.name.encode() + b"\0" + each.read_bytes() + b"\0")
    return whole.hexdigest()[:_SHOWN]
