"""The values of a letter: what fills the slots of its template, in the letter's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from babel import Locale, UnknownLocaleError

from dsarbot.core.case import Outcome
from dsarbot.desk.citing import cite
from dsarbot.desk.dating import listed, local_day, long, years
from dsarbot.desk.occasion import Occasion, slug_of
from dsarbot.desk.sections import Blocks, Bullets, Line, Paragraph, Span, clean, plain, read
from dsarbot.desk.template import Value, fill
from dsarbot.desk.templates import TemplateSource

_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){1,78}[^\W\d_.]?\.?")
_MARKETING: Final = "objection-marketing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """The slots that a template may have. Those that are whole paragraphs stand alone on their line."""

    reference: str
    name: str
    received: str
    today: str
    due: str
    until: str
    missed: str
    answer_by: str
    asked_on: str
    asked: str
    rights: Blocks
    organisation: str
    contact_title: str
    contact_email: str
    contact_phone: str
    postal: str
    portal_url: str
    authority: Blocks
    complaint: Blocks
    court: Blocks
    doubt: str
    detail: Blocks
    reason: Blocks
    ground: Blocks
    outcome: Blocks
    notes: Blocks
    summary: Blocks
    identity_source: str
    extension_source: str
    file_years: str
    binding_language: str
    language_notice: Blocks
    also: Blocks


VALUES: Final = frozenset(field.name for field in fields(Values))


def printable_name(name: str) -> str:
    """The name as a salutation may say it, "" when it is no name: an address, a role, something with markup."""
    name = clean(name)
    return name if _NAME.fullmatch(name) else ""


def values_of(occasion: Occasion, sources: TemplateSource) -> Values:
    """Everything this letter may say."""
    head, language, purpose = occasion.letterhead, occasion.language, occasion.purpose
    asked_on = [occasion.asked.asked_on] if occasion.asked is not None else []
    return Values(
        reference=occasion.case.reference,
        name=printable_name(occasion.case.person.name),
        received=long(occasion.received, language),
        today=long(occasion.today, language),
        due=long(occasion.due, language) if occasion.due else "",
        until=long(purpose.until, language) if purpose.until else "",
        missed=long(occasion.missed, language) if occasion.missed else "",
        answer_by=long(occasion.answer_by, language),
        asked_on="".join(long(day, language) for day in asked_on),
        asked=listed([long(day, language) for day in occasion.identity_asked], language),
        rights=_rights(occasion, sources),
        organisation=head.organisation,
        contact_title=head.said(head.contact_title, language),
        contact_email=head.contact_email,
        contact_phone=head.contact_phone,
        postal=", ".join(head.postal),
        portal_url=head.portal_url,
        authority=_authority(occasion),
        complaint=_by_court(sources.phrases(language, "complaints"), occasion),
        court=_court(occasion, sources),
        doubt=sentence(sources.phrases(language, "doubts").get(purpose.doubt, purpose.doubt)),
        detail=read(purpose.detail),
        reason=_phrase(sources, occasion, "reasons", purpose.reason, head.said(head.extension_source, language)),
        ground=_ground(occasion, sources),
        outcome=_outcome(occasion, sources),
        notes=_notes(occasion, sources),
        summary=_summary(occasion, sources),
        identity_source=head.said(head.identity_source, language) or cite("12(6)", language),
        extension_source=head.said(head.extension_source, language) or cite("12(3)", language),
        file_years=years(head.file_years, language),
        binding_language=Locale.parse(language).languages.get(head.binding_language, head.binding_language),
        language_notice=language_notice(occasion, sources),
        also=(Bullets(tuple(_line(each) for each in occasion.case.also)),) if occasion.case.also else (),
    )


def sentence(text: str) -> str:
    """What somebody typed, with a full stop at its end."""
    text = clean(text)
    return text if not text or text[-1] in ".!?…" else f"{text}."


def language_notice(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """practice 34: a few words in the requester's own language where letters are missing in it; else nothing."""
    wanted = occasion.case.language
    text = sources.phrases("", "notices").get(wanted) if wanted != occasion.language else None
    if text is None:
        return ()
    try:
        language = Locale.parse(wanted).languages[occasion.language]
    except (UnknownLocaleError, ValueError, KeyError):
        return ()
    values: dict[str, Value] = {
        "reference": occasion.case.reference,
        "language": language,
        "contact": occasion.letterhead.contact_email or ", ".join(occasion.letterhead.postal),
    }
    return fill(text, values)


def _line(text: str) -> Line:
    text = clean(text)
    return (Span(text),) if text else ()


def _rights(occasion: Occasion, sources: TemplateSource) -> Blocks:
    return (Bullets(tuple(_line(_right(slug, occasion, sources)) for slug in occasion.right_slugs)),)


def _right(slug: str, occasion: Occasion, sources: TemplateSource) -> str:
    """``right of access (Art. 15 GDPR)``."""
    if slug == _MARKETING:
        own, article = sources.phrases(occasion.language, "rights").get(slug, slug), "21(2)"
    else:
        right = occasion.rights[slug]
        own, article = right.names.get(occasion.language) or right.names.get("en", slug), right.article
    own = own.replace("'", "’")
    return f"{own} ({cite(article, occasion.language)})"


def _authority(occasion: Occasion) -> Blocks:
    head = occasion.letterhead
    name = head.said(head.authority_name, occasion.language)
    lines = [_line(text) for text in (name, ", ".join(head.authority_address), head.authority_url)]
    return (Paragraph(tuple(line for line in lines if line)),)


def _court(occasion: Occasion, sources: TemplateSource) -> Blocks:
    own = occasion.letterhead.court.get(occasion.language)
    return read(own) if own else _by_court(sources.phrases(occasion.language, "courts"), occasion)


def _by_court(texts: Mapping[str, str], occasion: Occasion) -> Blocks:
    """The phrase for the jurisdiction, else the one that is true all over the Union."""
    return read(texts.get(occasion.letterhead.court_key) or texts.get("court-eu", ""))


def _phrase(sources: TemplateSource, occasion: Occasion, table: str, slug: str, source: str = "") -> Blocks:
    text = sources.phrases(occasion.language, table).get(slug, "")
    return fill(text, {"article": source or cite("12(3)", occasion.language)}) if text else ()


def _ground(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """The law behind a refusal, with the article that this right cites for the ground; nothing without a ground."""
    slug = occasion.purpose.ground
    known = [g for c in occasion.claims if c.right in occasion.rights for g in occasion.rights[c.right].grounds]
    articles = list(dict.fromkeys(ground.article for ground in known if ground.slug == slug))
    if not slug or not articles:
        return ()
    texts = sources.phrases(occasion.language, "grounds")
    text = texts.get(slug) or texts["other"]
    return fill(text, {"article": listed([cite(each, occasion.language) for each in articles], occasion.language)})


def _outcome(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """What was done, one sentence for each right."""
    texts = sources.phrases(occasion.language, "outcomes")
    found = [read(texts.get(slug, texts["other"])) for slug in occasion.right_slugs]
    lines = [line for tree in found for block in tree if isinstance(block, Paragraph) for line in block.lines]
    return (Bullets(tuple(lines)),) if len(lines) > 1 else (Paragraph(tuple(lines)),)


def _notes(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """What the law wants said with an answer to these rights, whatever was done."""
    texts = sources.phrases(occasion.language, "notes")
    slugs = list(occasion.right_slugs)
    # GDPR 19: recipients are told of rectification, erasure and restriction, and named if the person asks.
    changed = occasion.purpose.outcome in (Outcome.GRANTED, Outcome.PARTLY)
    if changed and any(occasion.rights[claim.right].tell_recipients for claim in occasion.claims):
        slugs.append("recipients")
    return tuple(block for slug in slugs if slug in texts for block in read(texts[slug]))


def _summary(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """One line for each claim: the right, what became of it, and when."""
    texts = sources.phrases(occasion.language, "states")
    lines = []
    for claim, slug in ((claim, slug_of(claim)) for claim in occasion.claims):
        outcome = occasion.purpose.outcome if claim.outcome == Outcome.PENDING else claim.outcome
        day = local_day(claim.answered_at, occasion.letterhead.zone) if claim.answered_at else occasion.today
        state = fill(texts[outcome], {"day": long(day, occasion.language)})
        lines += [_line(f"{_right(slug, occasion, sources)} – {plain(state)}")]
    return (Bullets(tuple(dict.fromkeys(lines))),)
