"""What the tests of `init` and `doctor` share: a whole set of options, and a person who answers from a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from dsarbot.cli.main import main

#: Prompts of a terminal begin with these words of the question.
Script = dict[str, str]


class Person:
    """Answers by the beginning of the question; "" where the script says nothing. Keeps all that was said."""

    def __init__(self, script: Script, groups: Iterable[str] = ()) -> None:
        self.script = script
        self.groups = list(groups)
        self.heard: list[str] = []
        self.asked: list[str] = []

    def ask(self, prompt: str) -> str:
        # A long question is said first, and asked by a bare prompt.
        question = prompt.strip() if prompt.strip()[:1] not in {"[", ">"} else self.heard[-1].strip()
        self.asked.append(question)
        if question.startswith("Group "):
            return self._group(int(question.removeprefix("Group ").removesuffix(":")))
        return next((answer for start, answer in self.script.items() if question.startswith(start)), "")

    def ask_secret(self, prompt: str) -> str:
        return self.script.get("password", "") if "does not show" in prompt else ""

    def say(self, text: str = "") -> None:
        self.heard.append(text)

    def clear(self) -> None:
        self.heard.append("<cleared>")

    def _group(self, number: int) -> str:
        return self.groups.pop(0) if self.groups else self.copied()[number]

    def copied(self) -> dict[int, str]:
        """The recovery copy as it was shown."""
        [shown] = [each for each in self.heard if each.count("\n") > 4]
        cells = shown.split()
        return {int(number): group for number, group in zip(cells[::2], cells[1::2], strict=True)}


def password_file(folder: Path, password: str = "correct horse battery staple") -> Path:
    path = folder / "the-password"
    path.touch(mode=0o600)
    path.write_text(f"{password}\n", encoding="utf-8")
    return path


def options(tmp_path: Path, **changes: str | None) -> list[str]:
    """Every option that `init` needs without a terminal; a change of None leaves one out."""
    values: dict[str, str | None] = {
        "folder": str(tmp_path / "service"),
        "organisation": "acme",
        "profile": "example-lu",
        "imap_host": "127.0.0.1",
        "imap_port": "1",
        "imap_security": "plain",
        "imap_user": "privacy@example.org",
        "imap_password_file": str(password_file(tmp_path)),
        "since": "2026-01-01",
        "smtp_host": "127.0.0.1",
        "smtp_port": "1",
        "smtp_security": "plain",
        "owner_name": "Anna Beispill",
        "owner_email": "anna@example.org",
        "recovery_copy": str(tmp_path / "elsewhere.txt"),
        **changes,
    }
    return ["init", "--i-have-stored-the-recovery-copy", *_spelled(values)]


def _spelled(values: dict[str, str | None]) -> Iterator[str]:
    for name, value in values.items():
        if value is not None:
            yield f"--{name.replace('_', '-')}"
            yield value


def made(tmp_path: Path, **changes: str | None) -> Path:
    """A configuration made by `init`; its path."""
    assert main(options(tmp_path, **changes)) == 0
    return tmp_path / "service" / "config.toml"
