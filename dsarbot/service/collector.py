"""The garbage collector of the running service, set in this one place.

Python's own settings are made for programs that keep little: every 700 new objects it looks for rings among the
youngest, and now and then among all of them, which at a backlog costs a twentieth of the time. What start-up has made
(modules, templates, lexicons) lives until the end and is never looked at again; the young are looked at more seldom.
Nearly all that a mail leaves behind is freed at once by its reference count: only rings wait, and few of them.
"""

from __future__ import annotations

import gc
from typing import Final

#: New objects before a look among the young: about a megabyte, so that the peak of a backlog does not rise with it. The
#: other two numbers are Python's own.
YOUNG: Final = 5_000


def settle() -> None:
    """Once everything that stays has been made: start-up's rings are freed now, the rest is set aside for good."""
    gc.collect()
    gc.freeze()
    _, middle, old = gc.get_threshold()
    gc.set_threshold(YOUNG, middle, old)
