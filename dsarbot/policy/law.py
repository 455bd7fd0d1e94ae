"""The law that a policy is compared with, as data that a DPO can edit: rights, statutes, minimum periods."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationError

from dsarbot import resources
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.errors import ConfigError
from dsarbot.policy.finding import About
from dsarbot.settings.base import Key, Line, Table
from dsarbot.settings.organisations import jurisdiction_code
from dsarbot.settings.problems import problem_lines
from dsarbot.settings.profile import RightSlug, Texts
from dsarbot.settings.published import DataKind

_FILES: Final = ("rights", "statutes", "minima")
#: What is written as a sentence of its own needs a capital and a full stop; what is cited stands inside one.
_CITING: Final[Mapping[Language, str]] = {
    "en": "We process your data in accordance with {}.",
    "fr": "Nous traitons vos données conformément aux textes suivants : {}.",
    "de": "Maßgeblich für die Verarbeitung Ihrer Daten: {}.",
}

Place = Annotated[str, AfterValidator(lambda value: value if value == "DE" else jurisdiction_code(value))]


class _Row(Table):
    """What every row of the three files has. jurisdictions: where it holds."""

    name: Texts
    sure: Literal["V", "V2", "M"]


class RightRow(_Row):
    """[[rights]]: a right, where a policy must tell of it, and a sentence that does."""

    right: RightSlug
    required: tuple[Place, ...]
    source: Texts
    full: Texts

    @property
    def about(self) -> About:
        return About(key=self.right, name=self.name, source=self.source, instead=self.full, sure=self.sure)


class Statute(_Row):
    """[[statutes]]: one that policies still cite though it is dead, or reads differently today."""

    key: Key
    jurisdictions: tuple[Place, ...]
    cited: Annotated[tuple[Line, ...], Field(min_length=1)]
    since: date
    rewritten: bool = False
    instead: Texts

    @property
    def about(self) -> About:
        return About(key=self.key, name=self.name, source=self.instead, instead=_sentence(self.instead), sure=self.sure)


class Minimum(_Row):
    """[[minima]]: how long some data must at least be kept."""

    key: Key
    jurisdictions: tuple[Place, ...]
    activity: Literal["hosting"] | None = None
    kinds: Annotated[tuple[DataKind, ...], Field(min_length=1)]
    months: Annotated[int, Field(ge=1)]
    source: Texts

    @property
    def about(self) -> About:
        return About(key=self.key, name=self.name, source=self.source, instead=self.name, sure=self.sure)


class Law(Table):
    """Everything a policy is compared with."""

    rights: tuple[RightRow, ...]
    statutes: tuple[Statute, ...]
    minima: tuple[Minimum, ...]


def load_law(*folders: Path) -> Law:
    """The three files, each from the first of ``folders`` that has it, else the shipped one.

    Raises ConfigError with one line for each mistake.
    """
    raw: dict[str, object] = {}
    for name in _FILES:
        path = resources.find("profiles", f"law/{name}.toml", *folders)
        try:
            written = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError([f"law/{name}.toml: is not valid TOML ({error}); correct that line"]) from None
        raw[name] = written.pop(name, None)
        if written:
            raise ConfigError([f"law/{name}.toml: {next(iter(written))}: is no option; the file holds [[{name}]] only"])
    try:
        return Law.model_validate(raw)
    except ValidationError as error:
        lines = problem_lines(error, raw, Law, see="the shipped files")
        raise ConfigError([f"law/{line}" for line in lines]) from None


def holds_in(places: tuple[str, ...], code: str) -> bool:
    """Whether something that holds in these places holds under this code: FR means FR-AM too, EU means everywhere."""
    return any(place in ("EU", code) or code.startswith(f"{place}-") for place in places)


def _sentence(cited: Texts) -> Texts:
    said = {each: _CITING[each].format(cited.get(each)) for each in LANGUAGES}
    return Texts.model_validate(said)
