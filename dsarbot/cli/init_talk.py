"""How `dsarbot init` speaks with whoever runs it: a terminal, or nobody, when every answer is an option."""

from __future__ import annotations

import getpass
import sys
import textwrap
from typing import Protocol


class Talk(Protocol):
    """A person at a terminal. Tests bring a script of answers."""

    def ask(self, prompt: str) -> str:
        """One line. EOFError when the person has gone."""

    def ask_secret(self, prompt: str) -> str:
        """One line that does not show."""

    def say(self, text: str = "") -> None: ...

    def clear(self) -> None:
        """Wipe the screen and what scrolled off it."""


class Terminal:
    """The Talk of standard input and output."""

    def __init__(self) -> None:
        # Only for its effect: arrow keys and editing in input().
        import readline

        readline.set_auto_history(False)

    def ask(self, prompt: str) -> str:
        return input(prompt)

    def ask_secret(self, prompt: str) -> str:
        return getpass.getpass(prompt)

    def say(self, text: str = "") -> None:
        print(text, flush=True)

    def clear(self) -> None:
        # ECMA-48 ED: the screen, then (xterm's 3) the lines above it.
        print("\x1b[H\x1b[2J\x1b[3J", end="", flush=True)


def terminal() -> Talk | None:
    """The person, if there is one to talk to."""
    return Terminal() if sys.stdin.isatty() and sys.stdout.isatty() else None


def paragraph(text: str, indent: str = "", hanging: str | None = None) -> str:
    """The text in lines that fit an ordinary terminal."""
    return textwrap.fill(
        text,
        79,
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
