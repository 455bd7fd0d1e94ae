"""Letters are drafted here: a case and an occasion become named sections of finished text, in the right language.

Pure but for the templates, which `TemplateSource` has read before. A drafted letter is text; people may edit it, the
pre-send check reads its section keys, and nothing ever renders it as a template again (security 10).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from dsarbot.core.case import Case, Claim, Letter, Moment, Purpose
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.core.presend import MUST_HOLD
from dsarbot.core.rights import Right
from dsarbot.desk.letter_values import VALUES, Values, printable_name
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.occasion import FACTS, Occasion, facts_of
from dsarbot.desk.template import Template, render, subject
from dsarbot.desk.templates import TemplateSource
from dsarbot.errors import ConfigError

#: Tables of phrases that each language must have; the shipped English one says which phrases.
TABLES = ("complaints", "courts", "doubts", "grounds", "notes", "outcomes", "reasons", "rights", "states")


def template_source(folders: Sequence[Path]) -> TemplateSource:
    """The letters of these folders (each holds `en/`, `fr/`, ...): the organisation's, the instance's, the shipped."""
    return TemplateSource(folders, slots=VALUES, flags=FACTS)


def compose(
    case: Case,
    *,
    moment: Moment,
    claims: Sequence[Claim],
    purpose: Purpose,
    letterhead: Letterhead,
    rights: Mapping[str, Right],
    letter_id: str,
    automatic: bool,
    now: datetime,
    sources: TemplateSource,
) -> Letter:
    """The drafted letter. ValueError without claims; ConfigError when a template is missing or has mistakes."""
    if not claims:
        raise ValueError("a letter is about at least one claim")
    medium = medium_of(case)
    occasion = Occasion(
        case=case,
        moment=moment,
        claims=tuple(claims),
        purpose=purpose,
        letterhead=letterhead,
        rights=rights,
        now=now,
        language=language_of(case, letterhead, sources),
        medium=medium,
    )
    template = template_of(occasion.language, moment, claims, sources)
    values = Values(occasion, sources)
    flags = facts_of(occasion, name=printable_name(case.person.name), notice=bool(values["language_notice"]))
    return Letter(
        id=letter_id,
        moment=moment,
        claims=tuple(claim.id for claim in claims),
        language=occasion.language,
        medium=medium,
        recipient=recipient_of(case, medium),
        subject=subject(template, values),
        sections=render(template, values, vars(flags)),
        purpose=purpose,
        # Paper does not leave by itself: somebody prints and posts it (practice 8).
        automatic=automatic and medium == "mail",
        drafted_at=now,
    )


def language_of(case: Case, letterhead: Letterhead, sources: TemplateSource) -> Language:
    """The request's language where the organisation writes it (law 2), else its fallback (practice 34)."""
    for language in letterhead.languages:
        if language == case.language and sources.has(language):
            return language
    return letterhead.fallback


def medium_of(case: Case) -> Literal["mail", "post"]:
    """GDPR 12(3): by electronic means where the request came so; by post where it came on paper, or no address is
    known."""
    person = case.person
    on_paper = (case.channel == "post" and person.postal) or not person.address
    return "post" if on_paper else "mail"


def recipient_of(case: Case, medium: Literal["mail", "post"]) -> str:
    """The one address: of the mail, or the lines of the envelope."""
    person = case.person
    return person.address if medium == "mail" else "\n".join(postal_lines(person.name, person.postal))


def postal_lines(name: str, postal: Sequence[str]) -> tuple[str, ...]:
    """The lines of the envelope; the name comes first unless the address already begins with it."""
    return tuple(postal) if not name or (postal and postal[0] == name) else (name, *postal)


def template_of(language: str, moment: Moment, claims: Sequence[Claim], sources: TemplateSource) -> Template:
    """The template of the one right that a letter is about, else the general one."""
    slugs = {claim.right for claim in claims}
    return sources.template(language, moment, slugs.pop() if len(slugs) == 1 else "")


def must_hold(letter: Letter, case: Case, sources: TemplateSource) -> tuple[str, ...]:
    """The sections that this letter's template wants besides those the law wants, for the pre-send check."""
    claims = [case.claim(claim) for claim in letter.claims]
    return template_of(letter.language, letter.moment, claims, sources).holds


def digest(letter: Letter) -> str:
    """What an approval binds (security 10): SHA-256, hex, over recipient, subject, language, medium and sections."""
    bound = {
        "v": 1,
        "recipient": letter.recipient,
        "subject": letter.subject,
        "language": letter.language,
        "medium": letter.medium,
        "sections": [[section.key, section.text] for section in letter.sections],
    }
    canonical = json.dumps(bound, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def problems(sources: TemplateSource, languages: Sequence[str] = LANGUAGES, rights: Sequence[Right] = ()) -> list[str]:
    """Every mistake in templates and phrases, for `doctor`: one line each, empty when all is well."""
    found: list[str] = []
    for language in languages:
        for moment in Moment:
            for right in ("", *(right.slug for right in rights)):
                try:
                    template = sources.template(language, moment, right)
                except ConfigError as error:
                    found += error.problems
                    continue
                found += _template_problems(template, moment)
        found += _phrase_problems(sources, language, rights)
    return list(dict.fromkeys(found))


def _template_problems(template: Template, moment: Moment) -> list[str]:
    where = f"letters/{template.name}"
    found = [f"{where}: section '{key}' is missing in holds" for key in MUST_HOLD[moment] if key not in template.holds]
    if template.moment != moment:
        found.append(f"{where}: the file is named after another moment than {template.moment}")
    if "reference" not in template.subject.slots:
        found.append(f"{where}: the subject lacks {{reference}}")
    return found


def _phrase_problems(sources: TemplateSource, language: str, rights: Sequence[Right]) -> list[str]:
    found: list[str] = []
    for table in TABLES:
        try:
            missing = sources.phrases("en", table).keys() - sources.phrases(language, table).keys()
        except ConfigError as error:
            found += error.problems
            continue
        found += [f"letters/{language}/{table}.toml: lacks '{slug}'" for slug in sorted(missing)]
    grounds = {ground.slug for right in rights for ground in right.grounds}
    missing = grounds - sources.phrases(language, "grounds").keys()
    return found + [f"letters/{language}/grounds.toml: lacks '{slug}'" for slug in sorted(missing)]
