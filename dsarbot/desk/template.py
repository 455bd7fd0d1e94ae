"""A letter template as a tree with slots, and how it is filled.

Markup is read while the slots are still closed; values then go in as text. So no value is ever markup, and the
finished letter is text that is never rendered as a template again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dsarbot.core.case import Moment, Section
from dsarbot.desk.sections import Block, Blocks, Line, Row, Span, blocks, clean, inline, tidy, write

#: The conditions that a template names, in the order of `Template.named`.
Flags = tuple[bool, ...]

#: What fills a slot: a run of text, or whole paragraphs for a slot alone on its line.
Value = str | Blocks

#: How many choices of sections a template remembers, and how many texts of them each.
_CHOICES: Final = 20
_WRITTEN: Final = 100

#: The section that is replaced by what an answer says to each claim.
EACH_CLAIM: Final = "each-claim"

_SLOT: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Condition:
    """Names of flags that must all be set (True) or unset (False); empty: always."""

    terms: tuple[tuple[str, bool], ...] = ()

    def met(self, flags: Mapping[str, bool]) -> bool:
        return all(flags[name] is wanted for name, wanted in self.terms)


ALWAYS: Final = Condition()


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, or a slot and the name of its value."""

    text: str
    bold: bool
    slot: bool


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One line, its markup read while the slots are still closed. item: it belongs to a list."""

    condition: Condition
    item: bool
    pieces: tuple[Piece, ...]
    #: What it says when nothing in it is to be filled.
    fixed: Line | None = field(init=False, compare=False, repr=False)
    #: All of it is bold, or nothing.
    even: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        spans = (Span(piece.text, piece.bold) for piece in self.pieces)
        object.__setattr__(self, "fixed", None if self.slots else tidy(spans))
        object.__setattr__(self, "even", len({piece.bold for piece in self.pieces}) == 1)

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(piece.text for piece in self.pieces if piece.slot)

    @property
    def only_slot(self) -> str:
        """The name of the slot when the line is nothing but one, else ""."""
        return self.pieces[0].text if len(self.pieces) == 1 and self.pieces[0].slot else ""


def template_line(text: str, *, condition: Condition = ALWAYS, item: bool = False) -> TemplateLine:
    """A line as written, without its condition and list mark."""
    pieces = [
        Piece(piece, span.bold, bool(n % 2))
        for span in inline(text)
        for n, piece in enumerate(_SLOT.split(span.text))
        if piece
    ]
    return TemplateLine(condition, item, tuple(pieces))


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """One section; `groups` are its runs of lines between empty lines. No groups: the common text is meant, or what is
    said to each claim.

    slots, flags: the names its text depends on."""

    key: str
    condition: Condition
    groups: tuple[tuple[TemplateLine, ...], ...]
    slots: tuple[str, ...] = field(init=False, compare=False, repr=False)
    flags: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        conditions = [self.condition, *(line.condition for line in self.lines)]
        flags = dict.fromkeys(name for condition in conditions for name, _ in condition.terms)
        object.__setattr__(self, "slots", tuple(dict.fromkeys(slot for line in self.lines for slot in line.slots)))
        object.__setattr__(self, "flags", tuple(flags))

    @property
    def lines(self) -> tuple[TemplateLine, ...]:
        return tuple(line for group in self.groups for line in group)


@dataclass(frozen=True, slots=True)
class Choice:
    """The sections whose conditions hold with given flags, and what they became with given values: most of a letter is
    the same in the next one."""

    sections: tuple[TemplateSection, ...]
    written: dict[tuple[object, ...], str] = field(default_factory=dict, init=False, compare=False, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """The source of a letter for one moment, language and perhaps right; holds: keys that must not be missing. Or of
    what an answer says about one right (`TemplateSource.part`)."""

    name: str
    moment: Moment
    subject: TemplateLine
    holds: tuple[str, ...]
    sections: tuple[TemplateSection, ...]
    right: str = ""
    #: By all its flags; letters of one occasion have the same ones.
    choices: dict[Flags, Choice] = field(default_factory=dict, init=False, compare=False, repr=False)
    #: The names of its flags, in one order.
    named: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", tuple(sorted(self.flags)))

    @property
    def slots(self) -> frozenset[str]:
        return frozenset((*self.subject.slots, *(slot for section in self.sections for slot in section.slots)))

    @property
    def flags(self) -> frozenset[str]:
        return frozenset(name for section in self.sections for name in section.flags)


def subject(template: Template, values: Mapping[str, Value]) -> str:
    """The subject line."""
    return "".join(span.text for span in _fill(template.subject, values))


def render(template: Template, values: Mapping[str, Value], flags: Mapping[str, bool]) -> tuple[Section, ...]:
    """The sections of a letter in their order; one whose text vanishes is left out, but for the place of what is said
    to each claim. KeyError for an unknown name, which `TemplateSource` finds when the file is read."""
    choice = _chosen(template, flags)
    texts = []
    for number, section in enumerate(choice.sections):
        seen = (number, *[values[name] for name in section.slots])
        text = choice.written.get(seen)
        if text is None:
            text = write(_section(section, values, flags))
            if len(choice.written) >= _WRITTEN:
                choice.written.clear()
            choice.written[seen] = text
        texts.append((section.key, text))
    return tuple(Section(key=key, text=text) for key, text in texts if text or key == EACH_CLAIM)


def _chosen(template: Template, flags: Mapping[str, bool]) -> Choice:
    """Of several sections of a name the first one whose condition holds."""
    kind = tuple([flags[name] for name in template.named])
    if kind not in template.choices:
        taken: dict[str, TemplateSection] = {}
        for section in template.sections:
            if section.condition.met(flags):
                taken.setdefault(section.key, section)
        if len(template.choices) >= _CHOICES:
            template.choices.clear()
        template.choices[kind] = Choice(tuple(taken.values()))
    return template.choices[kind]


def fill(text: str, values: Mapping[str, Value]) -> Blocks:
    """A phrase in the subset, its slots filled; it has no conditions and no whole paragraphs as values."""
    return blocks(
        [
            (written.startswith("- "), _fill(template_line(written.removeprefix("- ")), values))
            for written in text.split("\n")
        ]
    )


def _section(section: TemplateSection, values: Mapping[str, Value], flags: Mapping[str, bool]) -> Blocks:
    found: list[Block] = []
    for group in section.groups:
        rows: list[Row] = []
        for line in group:
            if not line.condition.met(flags):
                continue
            value = values[line.only_slot] if line.only_slot else ""
            if isinstance(value, tuple):
                found += blocks(rows)
                found += value
                rows = []
            else:
                rows.append((line.item, _fill(line, values)))
        found += blocks(rows)
    return tuple(found)


def _fill(line: TemplateLine, values: Mapping[str, Value]) -> Line:
    if line.fixed is not None:
        return line.fixed
    texts = [_one_line(values[piece.text]) if piece.slot else piece.text for piece in line.pieces]
    if line.even:
        return tidy((Span("".join(texts), line.pieces[0].bold),))
    return tidy(Span(text, piece.bold) for text, piece in zip(texts, line.pieces, strict=True))


def _one_line(value: Value) -> str:
    if not isinstance(value, str):
        # Paragraphs inside a sentence: a mistake of the template that `problems` cannot see, so it is made harmless.
        value = write(value).replace("\n", " ")
    return clean(value)
