"""Letter templates: TOML front matter and named sections, read once into a tree with slots for values.

    +++
    moment = "acknowledged"
    subject = "We have received your request – {reference}"
    holds = ["outcome", "reference"]
    +++
    ## outcome [if not neutral]
    We received your request on {received}.
    [if late] We are sorry that this took so long.

A heading names a section and may carry a condition; the first section of a name whose condition holds is taken. A
line may carry a condition of its own. A heading with nothing under it takes its text from ``common.md``. ``{name}``
is a slot: a line of text, or - alone on its line - whole paragraphs. Values fill the tree, so they are never markup.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from dsarbot.core.case import Moment
from dsarbot.desk.template import ALWAYS, EACH_CLAIM, Condition, Template, TemplateLine, TemplateSection, template_line
from dsarbot.desk.typography import set_spaces
from dsarbot.errors import ConfigError

_HEADING: Final = re.compile(r"## +(?P<key>[a-z0-9-]+)(?: +\[if (?P<condition>[^\]]+)\])?\s*")
_LINE_CONDITION: Final = re.compile(r"(?P<item>- )?\[if (?P<condition>[^\]]+)\] *")
_TERM: Final = re.compile(r"(?P<negated>not )?(?P<name>[a-z0-9_]+)")
_FRONT: Final = re.compile(r"\+\+\+\n(?P<front>.*?)\n\+\+\+\n(?P<body>.*)", re.DOTALL)
_COMMON: Final = "common"
#: The part of an answer about a right that has none of its own.
_ANY: Final = "other"


class TemplateSource:
    """Templates and phrases from ordered folders, the organisation's first, the shipped one last. Each file is
    parsed once. A folder holds `<lang>/<moment>[.<right>].md`, `<lang>/common.md` and tables `<lang>/<table>.toml`;
    `answered.<right>.md` is not a letter but what an answer says about that right."""

    def __init__(self, folders: Sequence[Path], *, slots: Iterable[str], flags: Iterable[str]) -> None:
        """slots, flags: the names that values and conditions may have; any other is a mistake of the template."""
        self.folders = tuple(folders)
        self._slots = frozenset(slots)
        self._flags = frozenset(flags)
        self._templates: dict[tuple[str, str], Template | None] = {}
        self._tables: dict[tuple[str, str], Mapping[str, str]] = {}
        self._languages: dict[str, bool] = {}

    def template(self, language: str, moment: Moment, right: str = "") -> Template:
        """The template of that right, else the general one. ConfigError when there is none or it has mistakes."""
        found = self._template(language, f"{moment}.{right}") if right else None
        found = found or self._template(language, str(moment))
        if found is None:
            raise ConfigError([f"letters/{language}/{moment}.md: missing; the letter cannot be written"])
        return found

    def part(self, language: str, right: str) -> Template:
        """What an answer says about that right, else about any. ConfigError when there is none or it has mistakes."""
        found = self._template(language, f"{Moment.ANSWERED}.{right}")
        found = found or self._template(language, f"{Moment.ANSWERED}.{_ANY}")
        if found is None:
            raise ConfigError([f"letters/{language}/{Moment.ANSWERED}.{_ANY}.md: missing; no answer can be written"])
        return found

    def has(self, language: str) -> bool:
        """Whether letters can be written in that language."""
        if re.fullmatch("[a-z]{2,3}", language) is None:
            return False
        if language not in self._languages:
            self._languages[language] = self._find(f"{language}/common.md") is not None
        return self._languages[language]

    def phrases(self, name: str, table: str) -> Mapping[str, str]:
        """A table of phrases (`grounds`, `courts`, ...) in a language, or in the folder itself (name ""): slug ->
        text in the subset. What the organisation's folder says wins over the shipped text, phrase by phrase."""
        if (name, table) not in self._tables:
            merged: dict[str, str] = {}
            for folder in reversed(self.folders):
                path = folder / name / f"{table}.toml"
                if path.is_file():
                    merged |= _table(path, language=name)
            self._tables[name, table] = merged
        return self._tables[name, table]

    def _template(self, language: str, name: str) -> Template | None:
        if (language, name) not in self._templates:
            path = self._find(f"{language}/{name}.md")
            common = self._find(f"{language}/{_COMMON}.md")
            self._templates[language, name] = self._read(path, common, language) if path else None
        return self._templates[language, name]

    def _find(self, relative: str) -> Path | None:
        return next((path for folder in self.folders if (path := folder / relative).is_file()), None)

    def _read(self, path: Path, common: Path | None, language: str) -> Template:
        try:
            shared = sections(common.read_text("utf-8"), language) if common else ()
            template = parse(path.read_text("utf-8"), shared, name=f"{language}/{path.name}", language=language)
        except KeyError as error:
            raise ConfigError([f"letters/{language}/{path.name}: front matter lacks {error}"]) from None
        except ValueError as error:
            raise ConfigError([f"letters/{language}/{path.name}: {error}"]) from None
        unknown = [f"unknown value {{{slot}}}" for slot in sorted(template.slots - self._slots)]
        unknown += [f"unknown condition '{flag}'" for flag in sorted(template.flags - self._flags)]
        unknown += [
            f"section '{key}' is held but not written"
            for key in template.holds
            if key not in {s.key for s in template.sections}
        ]
        if unknown:
            raise ConfigError([f"letters/{template.name}: {each}" for each in unknown])
        return template


def parse(text: str, shared: Sequence[TemplateSection], *, name: str, language: str) -> Template:
    """A template file as text, with the common sections it may refer to. ValueError or KeyError: what is wrong."""
    parts = _FRONT.fullmatch(text)
    if parts is None:
        raise ValueError("no front matter between two lines of +++")
    front = tomllib.loads(parts["front"])
    moment = Moment(front["moment"])
    # What an answer says about one right is no letter: it has no subject, and what it must hold the right says.
    whole = moment != Moment.ANSWERED or "right" not in front
    return Template(
        name=name,
        moment=moment,
        right=str(front.get("right", "")),
        subject=_line(set_spaces(str(front["subject"]) if whole else "", language)),
        holds=tuple(str(key) for key in front["holds"]) if whole else (),
        sections=tuple(each for section in sections(parts["body"], language) for each in _with_common(section, shared)),
    )


def _with_common(section: TemplateSection, shared: Sequence[TemplateSection]) -> tuple[TemplateSection, ...]:
    if section.groups or section.key == EACH_CLAIM:
        return (section,)
    found = tuple(
        TemplateSection(each.key, Condition(section.condition.terms + each.condition.terms), each.groups)
        for each in shared
        if each.key == section.key
    )
    if not found:
        raise ValueError(f"section '{section.key}' is empty and common.md has no such section")
    return found


def sections(body: str, language: str) -> tuple[TemplateSection, ...]:
    """The sections of a file without its front matter; ValueError for a heading or condition that is none."""
    found: list[TemplateSection] = []
    for chunk in re.split(r"^(?=## )", body, flags=re.MULTILINE):
        if not chunk.strip():
            continue
        heading, _, rest = chunk.partition("\n")
        match = _HEADING.fullmatch(heading)
        if match is None:
            raise ValueError(f"this is no heading of a section: {heading!r}")
        groups = tuple(
            tuple(_line(set_spaces(line.strip(), language)) for line in group.strip().split("\n"))
            for group in re.split(r"\n[ \t]*\n", rest)
            if group.strip()
        )
        found.append(TemplateSection(match["key"], _condition(match["condition"]), groups))
    return tuple(found)


def _line(text: str) -> TemplateLine:
    match = _LINE_CONDITION.match(text)
    if match is not None:
        condition, item = _condition(match["condition"]), bool(match["item"])
        return template_line(text[match.end() :], condition=condition, item=item)
    return template_line(text.removeprefix("- "), item=text.startswith("- "))


def _condition(text: str | None) -> Condition:
    if text is None:
        return ALWAYS
    terms = []
    for written in text.split(" and "):
        term = _TERM.fullmatch(written.strip())
        if term is None:
            raise ValueError(f"this is no condition: {text!r}")
        terms.append((term["name"], term["negated"] is None))
    return Condition(tuple(terms))


def _table(path: Path, *, language: str) -> Mapping[str, str]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"letters/{language}/{path.name}: is not valid TOML ({error})"]) from None
    return {key: set_spaces(str(text).strip(), language) for key, text in table.items()}
