"""Why a letter has no PDF. It stays approved, is listed with the reason, and is tried again."""

from __future__ import annotations

from dsarbot.errors import OurMistake


class NoPress(OurMistake):
    """Letters by post need typst: install it with `pip install 'dsarbot[paper]'` (or requirements/paper.txt)."""


class Unprintable(OurMistake):
    """This letter cannot be printed as it is."""
