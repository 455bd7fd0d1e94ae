"""What the organisation's policy publishes, as answers to an access request use it: a draft for one person, not the
policy pasted. What the policy leaves open, or says in another language, becomes a gap that somebody must fill.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from babel.units import format_unit

from dsarbot.core.dates import Language
from dsarbot.desk.dating import locale
from dsarbot.desk.sections import Blocks, Bullets, Span, clean

#: Of a published sentence, so much stands in a gap: the pre-send check must still see where the gap ends.
_SHOWN: Final = 500
_BRACKETS: Final = re.compile(r"[\[\]]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How long one kind of data is kept: a row of the policy. data, published: its words; the rest as the profile
    understood it (`settings.published.RetentionRow`), empty where it gives no period."""

    data: str
    published: str
    kinds: tuple[str, ...] = ()
    months: int | None = None
    days: int | None = None
    start: str = ""
    then: str = "delete"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A sentence of the policy. exact: it says something of its own, not merely that there may be something."""

    text: str
    exact: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What a policy says, in its language. recipients: as it describes them; providers: those whom it names."""

    language: str = ""
    recipients: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    exports: tuple[str, ...] = ()
    origins: tuple[Told, ...] = ()
    transfers: tuple[Told, ...] = ()


def recipients(policy: Published, language: Language, blanks: Mapping[str, str]) -> Blocks:
    """Who is named, to be confirmed for this person, and for each kind of recipient a gap for the names (CJEU C-154/21:
    categories are not enough)."""
    form = "recipient" if policy.language == language else "recipient-foreign"
    named = [_gap(blanks["named"], each) for each in policy.providers]
    return _bullets([*named, *(_gap(blanks[form], each) for each in policy.recipients)])


def retention(policy: Published, language: Language, words: Mapping[str, str], blanks: Mapping[str, str]) -> Blocks:
    """One line for each row: in the policy's words where they are in this language, else made from what it means."""
    return _bullets([_row(each, policy, language, words, blanks) for each in policy.kept])


def _row(row: Kept, policy: Published, language: Language, words: Mapping[str, str], blanks: Mapping[str, str]) -> str:
    if "everything" in row.kinds:
        # Beside other rows this says two things at once; a person must know which one holds.
        return _gap(blanks["check"], f"{row.data} – {row.published}")
    if policy.language == language:
        return f"{row.data} – {row.published}"
    if row.start and row.kinds and (row.months or row.days):
        return _capital(
            words["row"].format(
                kinds=", ".join(words[kind] for kind in row.kinds),
                period=_period(row, language),
                start=words[row.start],
                then=words[row.then],
            )
        )
    return _gap(blanks["translate"], f"{row.data} – {row.published}")


def _period(row: Kept, language: Language) -> str:
    months = row.months or 0
    unit, count = ("day", row.days or 0) if not months else ("month", months) if months % 12 else ("year", months // 12)
    return format_unit(count, f"duration-{unit}", locale=locale(language))


def told(sentences: Sequence[Told], policy: Published, language: Language, blanks: Mapping[str, str]) -> Blocks:
    """Sentences as they are where they say something in this language, else as gaps."""
    return _bullets([
        each.text if each.exact and policy.language == language else _gap(blanks["check"], each.text)
        for each in sentences
    ])  # fmt: skip


def exports(policy: Published, language: Language) -> Blocks:
    """What the policy says an export holds, where it says so in this language."""
    return _bullets(policy.exports if policy.language == language else ())


def _gap(form: str, text: str) -> str:
    text = _BRACKETS.sub("", clean(text))
    return form.format(text=text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bullets(lines: Sequence[str]) -> Blocks:
    found = tuple((Span(text),) for line in dict.fromkeys(lines) if (text := clean(line)))
    return (Bullets(found),) if found else ()
