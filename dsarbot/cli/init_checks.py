"""What an answer of `dsarbot init` must be: the same checks as the configuration's, one by one.

A check takes the text as typed and gives it back tidied; ValueError "what is wrong; what to do" otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from dsarbot.cli.init_questions import NONE, Kind
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.jurisdictions import codes
from dsarbot.errors import ConfigError, NotFound
from dsarbot.profiles import load_profile
from dsarbot.settings.base import Domain, EmailAddress, Key, Line
from dsarbot.settings.organisations import OrganisationSettings, jurisdiction_code
from dsarbot.settings.secrets import file_problem

_WORDS: Final = {"tls", "starttls", "plain"}


def checked(kind: Kind, text: str) -> str:
    """The answer, tidied. ValueError with what is wrong and what to do."""
    return _CHECKS[kind](text.strip())


def names(text: str) -> tuple[str, ...]:
    """A list as typed, with commas; empty for "none"."""
    return () if text.lower() == NONE else tuple(each.strip() for each in text.split(",") if each.strip())


def lines(text: str) -> tuple[str, ...]:
    """The lines of an address as typed, with semicolons; empty for "none"."""
    return () if text.lower() == NONE else tuple(each.strip() for each in text.split(";") if each.strip())


def _typed(kind: Any) -> Callable[[str], str]:  # noqa: ANN401 - what pydantic accepts as a type
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def check(text: str) -> str:
        try:
            return str(adapter.validate_python(text))
        except ValidationError as error:
            [first, *_] = error.errors(include_url=False, include_input=False)
            raise ValueError(str(first.get("ctx", {}).get("error", first["msg"]))) from None

    return check


_line = _typed(Line)
_prefix_field = OrganisationSettings.model_fields["reference_prefix"]


def _each(one: Callable[[str], str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        return ", ".join(one(each) for each in names(text)) or NONE

    return check


def _needed(many: Callable[[str], str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if (found := many(text)) == NONE:
            raise ValueError("is empty; write at least one")
        return found

    return check


def _one_of(*words: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"is not known; write one of {', '.join(words)}")
        return text.lower()

    return check


def _host(text: str) -> str:
    if not re.fullmatch(r"[\w.:-]+", text):
        raise ValueError("is no server name; write it as imap.example.org, without a scheme and without a port")
    return text


def _port(text: str) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ValueError("is no port; write a number from 1 to 65535")
    return str(int(text))


def _since(text: str) -> str:
    if text.lower() == "all":
        return "all"
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError('is no day; write it as 2026-01-31, or "all"') from None


def _time(text: str) -> str:
    try:
        return time.fromisoformat(text if len(text) == 5 else "wrong").isoformat("minutes")
    except ValueError:
        raise ValueError("is no time of day; write it as 07:30") from None


def _jurisdiction(text: str) -> str:
    try:
        return jurisdiction_code(text)
    except ValueError:
        known = ", ".join(code for code in codes() if "-" not in code)
        raise ValueError(f"is not known; write one of {known}, or a part such as DE-BY, FR-AM, CH-GE") from None


def _profile(text: str) -> str:
    if text.lower() == NONE:
        return NONE
    try:
        return load_profile(text).name
    except NotFound:
        raise ValueError('is no shipped profile; choose one of the list, or "none" to write your own') from None
    except ConfigError as error:
        raise ValueError(f"has mistakes: {error}") from None


def _lines(text: str) -> str:
    return "; ".join(_line(each) for each in lines(text)) or NONE


def _path(text: str) -> str:
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError("is no file; correct the path")
    return str(path.absolute())


def _secret_file(text: str) -> str:
    path = Path(text).expanduser().absolute()
    if (problem := file_problem(path)) is not None:
        raise ValueError(problem)
    return str(path)


def _secret_env(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ValueError("is no name of an environment variable; the password itself never stands on a command line")
    return text


def _folder(text: str) -> str:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError("is a file; name a folder")
    return str(path.absolute())


_CHECKS: Final[Mapping[Kind, Callable[[str], str]]] = {
    "line": _line,
    "key": _typed(Key),
    "address": _typed(EmailAddress),
    "domains": _needed(_each(_typed(Domain))),
    "host": _host,
    "port": _port,
    "security": _one_of(*sorted(_WORDS)),
    "names": _each(_line),
    "since": _since,
    "prefix": _typed(Annotated[str, *_prefix_field.metadata]),
    "time": _time,
    "language": _one_of(*LANGUAGES),
    "languages": _needed(_each(_one_of(*LANGUAGES))),
    "jurisdiction": _jurisdiction,
    "profile": _profile,
    "lines": _lines,
    "path": _path,
    "secret-file": _secret_file,
    "secret-env": _secret_env,
    "folder": _folder,
}
