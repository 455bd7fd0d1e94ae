"""Texts that somebody searches for. They may name a person, so they stand in no address: the address says which one,
and it is kept here for as long as the process lives, the newest thousand of all staff."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

#: Of everybody; who comes back to an older one types it again.
MOST: Final = 1000


@dataclass(frozen=True)
class Searches:
    """Each belongs to whoever typed it."""

    texts: OrderedDict[tuple[str, str], str] = field(default_factory=OrderedDict)

    def keep(self, staff: str, text: str) -> str:
        """Its id."""
        key = secrets.token_hex(8)
        self.texts[staff, key] = text
        while len(self.texts) > MOST:
            self.texts.popitem(last=False)
        return key

    def of(self, staff: str, key: str) -> str:
        """The text, "" when it is not theirs or too old."""
        return self.texts.get((staff, key), "")
