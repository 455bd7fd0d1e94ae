"""Letters are drafted here: a case and an occasion become named sections of finished text, in the right language.

Pure but for the templates, which `TemplateSource` has read before. A drafted letter is text; people may edit it, the
pre-send check reads its section keys, and nothing ever renders it as a template again (security 10).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from dsarbot.core.case import Case, Claim, Letter, Moment, Person, Purpose, Section
from dsarbot.core.dates import Language
from dsarbot.core.evolve import replace
from dsarbot.core.guarding import addressee
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.presend_look import COURTESY
from dsarbot.core.rights import Right
from dsarbot.desk.addressee import Party
from dsarbot.desk.answer_parts import parts_of
from dsarbot.desk.letter_facts import FACTS, Facts
from dsarbot.desk.letter_values import VALUES, Values
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.occasion import Occasion
from dsarbot.desk.template import EACH_CLAIM, Template, render, subject
from dsarbot.desk.templates import TemplateSource

#: What stands before a letter about its language.
_NOTE: Final = "language-note"


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
    party: Party | None = None,
) -> Letter:
    """The drafted letter. party: of the chain, whom it is for or of whom it speaks. ValueError without claims, or
    without the party that it is for; ConfigError when a template is missing or has mistakes."""
    if not claims:
        raise ValueError("a letter is about at least one claim")
    about = case.person
    if moment in TO_PARTIES:
        if party is None:
            raise ValueError(f"a letter of the moment {moment} is for a party")
        purpose, case = replace(purpose, to=party.address), replace(case, person=Person(), language=party.language)
    else:
        # practice 33: letters to the representative, data to the person unless the mandate says otherwise.
        case = replace(case, person=addressee(case, moment))
    language = language_of(case, letterhead, sources)
    binding = "" if moment in TO_PARTIES else _binding(language, letterhead, sources)
    occasion = Occasion(
        case=case,
        moment=moment,
        claims=tuple(claims),
        purpose=purpose,
        letterhead=letterhead,
        rights=rights,
        now=now,
        language=binding or language,
        medium=_medium_to(purpose.to) if purpose.to else medium_of(case),
        about=about,
        party=party,
        translation=language if binding else "",
    )
    return _letter(occasion, sources, letter_id=letter_id, automatic=automatic)


def _letter(occasion: Occasion, sources: TemplateSource, *, letter_id: str, automatic: bool) -> Letter:
    title, sections = _written(occasion, sources)
    if occasion.translation:
        language = occasion.translation
        translated = dataclasses.replace(occasion, language=language, translation="", translates=True)
        sections = _beside(sections, _written(translated, sources)[1], language)
    return Letter(
        id=letter_id,
        moment=occasion.moment,
        claims=tuple(claim.id for claim in occasion.claims),
        language=occasion.language,
        medium=occasion.medium,
        # A recall goes to whom the other letter reached by mistake, a letter to a party to its contact.
        recipient=occasion.purpose.to or recipient_of(occasion.case, occasion.medium),
        subject=title,
        sections=sections,
        purpose=occasion.purpose,
        # Paper does not leave by itself: somebody prints and posts it (practice 8).
        automatic=automatic and occasion.medium == "mail",
        drafted_at=occasion.now,
    )


def _written(occasion: Occasion, sources: TemplateSource) -> tuple[str, tuple[Section, ...]]:
    """Subject and sections in the language of the occasion."""
    template = template_of(occasion.language, occasion.moment, occasion.claims, sources)
    values = Values(occasion, sources)
    sections = render(template, values, Facts(occasion, notice=bool(values["language_notice"])))
    if occasion.moment == Moment.ANSWERED:
        sections = _with_parts(sections, parts_of(occasion, sources))
    return subject(template, values), sections


def _beside(sections: Sequence[Section], translated: Sequence[Section], language: Language) -> tuple[Section, ...]:
    """The letter in the language that binds, with its translation after it; a word on that, in the person's language,
    stands before both."""
    notes = [each for each in translated if each.key == _NOTE]
    words = "\n\n".join(each.text for each in translated if each.key != _NOTE)
    return (*notes, *sections, Section(key=f"{COURTESY}-{language}", text=words))


def _with_parts(sections: Sequence[Section], parts: Sequence[Section]) -> tuple[Section, ...]:
    """What is said to each claim, in its place; at the end where an organisation's own template has none."""
    place = next((n for n, each in enumerate(sections) if each.key == EACH_CLAIM), len(sections))
    return (*sections[:place], *parts, *sections[place + 1 :])


def language_of(case: Case, letterhead: Letterhead, sources: TemplateSource) -> Language:
    """The request's language where the organisation writes it (law 2), else its fallback (practice 34)."""
    for language in letterhead.languages:
        if language == case.language and sources.has(language):
            return language
    return letterhead.fallback


def _binding(language: Language, letterhead: Letterhead, sources: TemplateSource) -> Language | Literal[""]:
    """The language that binds, where that is another one and letters can be written in it."""
    for binding in letterhead.languages:
        if binding == letterhead.binding_language != language and sources.has(binding):
            return binding
    return ""


def medium_of(case: Case) -> Literal["mail", "post"]:
    """GDPR 12(3): by electronic means where the request came so; by post where it came on paper, or no address is
    known."""
    person = case.person
    on_paper = (case.channel == "post" and person.postal) or not person.address
    return "post" if on_paper else "mail"


def _medium_to(recipient: str) -> Literal["mail", "post"]:
    return "mail" if "@" in recipient else "post"


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
    # What an answer says about each right are parts of the one letter.
    own = slugs.pop() if len(slugs) == 1 and moment != Moment.ANSWERED else ""
    return sources.template(language, moment, own)


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
