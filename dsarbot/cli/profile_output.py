"""How `dsarbot profile check` shows what it found: for a terminal, a pipe and a program."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dsarbot.cli.table import Screen, Tone, cells
from dsarbot.core.dates import LANGUAGES, Language, long_date
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.digest_words import Words, words
from dsarbot.policy.finding import Finding, Severity
from dsarbot.settings.profile import Profile

_MARKS: Final[dict[Severity, tuple[str, Tone]]] = {
    "wrong": ("✗", "late"),
    "missing": ("–", "soon"),
    "unclear": ("?", "unsure"),
}
_QUOTES: Final[dict[Language, tuple[str, str]]] = {"en": ("“", "”"), "fr": ("«\u00a0", "\u00a0»"), "de": ("„", "“")}
_INDENT: Final = "  "


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """A profile and what was found in it."""

    profile: Profile
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A finding in one language."""

    found: str
    rule: str
    instead: str


def said(finding: Finding, profile: Profile, language: Language) -> Said:
    """The finding in this language; the authority is that of the profile, else of its jurisdiction."""
    told, about = words(language, "policy"), finding.about
    place = jurisdiction(profile.jurisdiction).authority
    values = {"authority": profile.authority.name or place.name(language), "name": "", "source": "", "instead": ""}
    if about is not None:
        texts = {"name": about.name, "source": about.source, "instead": about.instead}
        values |= {each: text.get(language) for each, text in texts.items()}
    found, rule, instead = (told.text(f"{finding.kind}.{part}", **values) for part in ("found", "rule", "instead"))
    return Said(found=found, rule=f"{rule[:1].upper()}{rule[1:]}", instead=instead)


def as_text(checked: Sequence[Checked], language: Language, to: Screen) -> Iterator[str]:
    """A page for a person: the gravest first, each with the policy's words, the rule and a better sentence."""
    told = words(language, "policy")
    width = max(cells(told.text(f"label.{each}")) for each in ("says", "rule", "instead", "key")) + 2
    for place, each in enumerate(checked):
        if place:
            yield ""
        yield from _wrapped(to.paint(_title(each, told), "strong"), "", to)
        for finding in each.findings:
            yield ""
            mark, tone = _MARKS[finding.severity]
            grade = to.paint(f"{mark} {told.text(f'severity.{finding.severity}')}", tone)
            yield f"{grade}{_INDENT}{finding.slug}"
            yield from _finding(finding, each.profile, told, to, width)
    if any(each.findings for each in checked):
        yield ""
        yield from _wrapped(told.text("label.advice"), "", to)


def _finding(finding: Finding, profile: Profile, told: Words, to: Screen, width: int) -> Iterator[str]:
    text = said(finding, profile, told.language)
    yield from _wrapped(text.found, _INDENT, to)
    rows = [("says", quote) for quote in _quoted(finding, told)]
    rows += [("rule", text.rule)]
    if finding.about is not None and finding.about.sure != "V":
        rows += [("", f"({told.text(f'label.{finding.about.sure}')})")]
    rows += [("instead", text.instead), ("key", finding.key)]
    shown = ""
    for label, value in rows:
        name = "" if label in ("", shown) else told.text(f"label.{label}")
        shown = label
        lead = f"{_INDENT}{name}{' ' * (width - cells(name))}"
        lines = list(_wrapped(value, " " * cells(lead), to))
        yield to.paint(lead, "faint") + lines[0].lstrip(" ")
        yield from lines[1:]


def _quoted(finding: Finding, told: Words) -> list[str]:
    before, after = _QUOTES[told.language]
    return [f"{before}{quote}{after}" for quote in finding.quotes] or [f"({told.text('label.silent')})"]


def _title(checked: Checked, told: Words) -> str:
    us, policy = checked.profile.organisation, checked.profile.policy
    day = long_date(policy.dated, told.language) if policy.dated else policy.version
    name = f"{us.legal_name} ({checked.profile.name}{f', {day}' if day else ''})"
    colon = "\u00a0: " if told.language == "fr" else ": "
    return f"{name}{colon}{counted(checked.findings, told.language)}"


def counted(findings: Sequence[Finding], language: Language) -> str:
    """``8 findings (2 wrong, 2 missing, 4 unclear)``."""
    told = words(language, "policy")
    if not findings:
        return told.text("counts.none")
    numbers = Counter(each.severity for each in findings)
    parts = [told.count(f"counts.{each}", numbers[each]) for each in _MARKS if numbers[each]]
    return f"{told.count('counts.findings', len(findings))} ({', '.join(parts)})"


def _wrapped(text: str, indent: str, to: Screen) -> Iterator[str]:
    yield from textwrap.wrap(
        text, to.width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def as_lines(checked: Sequence[Checked], language: Language) -> Iterator[str]:
    """Tab-separated, with a heading, for other programs."""
    yield "\t".join(("profile", "severity", "finding", "option", "policy", "found", "law", "better"))
    for each in checked:
        for finding in each.findings:
            text = said(finding, each.profile, language)
            fields = (each.profile.name, finding.severity, finding.slug, finding.key, " | ".join(finding.quotes))
            yield "\t".join(" ".join(field.split()) for field in (*fields, text.found, text.rule, text.instead))


def as_json(checked: Sequence[Checked]) -> str:
    """One object with the texts in every language."""
    return json.dumps(
        {
            "findings": sum(len(each.findings) for each in checked),
            "profiles": [
                {
                    "profile": each.profile.name,
                    "organisation": each.profile.organisation.legal_name,
                    "jurisdiction": each.profile.jurisdiction,
                    "findings": [_object(finding, each.profile) for finding in each.findings],
                }
                for each in checked
            ],
        },
        ensure_ascii=False,
    )


def _object(finding: Finding, profile: Profile) -> dict[str, Any]:
    texts = {language: said(finding, profile, language) for language in LANGUAGES}
    return {
        "slug": finding.slug,
        "severity": finding.severity,
        "option": finding.key,
        "policy": list(finding.quotes),
        "verified": finding.about.sure if finding.about else "V",
        "found": {language: text.found for language, text in texts.items()},
        "law": {language: text.rule for language, text in texts.items()},
        "better": {language: text.instead for language, text in texts.items()},
    }
