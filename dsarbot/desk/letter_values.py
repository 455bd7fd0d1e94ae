"""The values of a letter: what fills the slots of its template, in the letter's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError

from dsarbot.core import links
from dsarbot.core.case import Outcome
from dsarbot.core.codes import BLANK
from dsarbot.desk.answer_values import ANSWER_VALUES
from dsarbot.desk.citing import cite
from dsarbot.desk.dating import listed, local_day, long, years
from dsarbot.desk.letter_phrases import by_law, line_of, printable_name, right_name, sentence
from dsarbot.desk.occasion import Occasion, slug_of
from dsarbot.desk.sections import Blocks, Bullets, Paragraph, plain, read
from dsarbot.desk.template import Value, fill
from dsarbot.desk.templates import TemplateSource


class Values(dict[str, Value]):
    """What fills the slots of one letter, each worked out when it is first wanted: a template uses a few of them.

    Those that are whole paragraphs stand alone on their line."""

    def __init__(self, occasion: Occasion, sources: TemplateSource) -> None:
        super().__init__()
        self._occasion = occasion
        self._sources = sources

    def __missing__(self, name: str) -> Value:
        self[name] = found = _VALUES[name](self._occasion, self._sources)
        return found


def language_notice(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """practice 34: a few words in the requester's own language where letters are missing in it; else nothing."""
    wanted = occasion.case.language
    # What stands beside its translation is understood without.
    unknown = wanted != occasion.language and not occasion.translation
    text = sources.phrases("", "notices").get(wanted) if unknown else None
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


def _rights(occasion: Occasion, sources: TemplateSource) -> Blocks:
    return (Bullets(tuple(line_of(right_name(slug, occasion, sources)) for slug in occasion.right_slugs)),)


def _authority(occasion: Occasion) -> Blocks:
    head = occasion.letterhead
    name = head.said(head.authority_name, occasion.language).replace("'", "’")
    lines = [line_of(text) for text in (name, ", ".join(head.authority_address), head.authority_url)]
    return (Paragraph(tuple(line for line in lines if line)),)


def _court(occasion: Occasion, sources: TemplateSource) -> Blocks:
    own = occasion.letterhead.court.get(occasion.language)
    return read(own) if own else by_law(sources.phrases(occasion.language, "courts"), occasion)


def _phrase(sources: TemplateSource, occasion: Occasion, table: str, slug: str, source: str = "") -> Blocks:
    text = sources.phrases(occasion.language, table).get(slug, "")
    return fill(text, {"article": source or cite("12(3)", occasion.language)}) if text else ()


def _outcome(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """What was done, one sentence for each right."""
    texts = sources.phrases(occasion.language, "outcomes")
    # After a death an heir asks, and no directive was recorded (LIL 85).
    acting = occasion.case.representative
    heir = acting is not None and acting.role in ("heir", "executor")
    slugs = ["heirs" if heir and slug == "directives" else slug for slug in occasion.right_slugs]
    found = [read(texts.get(slug, texts["other"])) for slug in slugs]
    lines = [line for tree in found for block in tree if isinstance(block, Paragraph) for line in block.lines]
    return (Bullets(tuple(lines)),) if len(lines) > 1 else (Paragraph(tuple(lines)),)


def _summary(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """One line for each claim: the right, what became of it, and when."""
    texts = sources.phrases(occasion.language, "states")
    lines = []
    for claim, slug in ((claim, slug_of(claim)) for claim in occasion.claims):
        outcome = occasion.purpose.result_of(claim.id).outcome if claim.outcome == Outcome.PENDING else claim.outcome
        day = local_day(claim.answered_at, occasion.letterhead.zone) if claim.answered_at else occasion.today
        # A letter that answers may leave on a later day than it is written.
        text = (texts.get(f"{outcome}-here") if claim.answered_at is None else "") or texts[outcome]
        state = fill(text, {"day": long(day, occasion.language)})
        lines += [line_of(f"{right_name(slug, occasion, sources)} – {plain(state)}")]
    return (Bullets(tuple(dict.fromkeys(lines))),)


def _day(day: date | None, occasion: Occasion) -> str:
    return long(day, occasion.language) if day is not None else ""


def _doubt(occasion: Occasion, sources: TemplateSource) -> str:
    doubt = occasion.purpose.doubt
    return sentence(sources.phrases(occasion.language, "doubts").get(doubt, doubt))


def _reason(occasion: Occasion, sources: TemplateSource) -> Blocks:
    source = occasion.letterhead.said(occasion.letterhead.extension_source, occasion.language)
    return _phrase(sources, occasion, "reasons", occasion.purpose.reason, source)


def _source(texts: Mapping[str, str], article: str, occasion: Occasion) -> str:
    return occasion.letterhead.said(texts, occasion.language) or cite(article, occasion.language)


def _asked_on(occasion: Occasion) -> date | None:
    if occasion.party is not None and occasion.party.asked_on is not None:
        return occasion.party.asked_on
    return occasion.asked.asked_on if occasion.asked else None


def _also(occasion: Occasion) -> Blocks:
    return (Bullets(tuple(line_of(each) for each in occasion.case.also)),) if occasion.case.also else ()


def _asked(occasion: Occasion) -> str:
    return listed([long(day, occasion.language) for day in occasion.identity_asked], occasion.language)


def _portal_url(occasion: Occasion) -> str:
    """The link to the case, made when the letter leaves; on paper the address at which one asks for a code."""
    home = occasion.letterhead.portal_url
    return f"{home}/{links.WORDS[links.Purpose.PORTAL]}/{links.BLANK}" if occasion.medium == "mail" else home


@cache
def _language_name(code: str, language: str) -> str:
    return str(Locale.parse(language).languages.get(code, code))


#: Every slot that a template may have.
_VALUES: Final[Mapping[str, Callable[[Occasion, TemplateSource], Value]]] = {
    "reference": lambda occasion, _: occasion.case.reference,
    "name": lambda occasion, _: printable_name(occasion.case.person.name),
    "received": lambda occasion, _: _day(occasion.received, occasion),
    "today": lambda occasion, _: _day(occasion.today, occasion),
    "due": lambda occasion, _: _day(occasion.due, occasion),
    "until": lambda occasion, _: _day(occasion.purpose.until, occasion),
    "missed": lambda occasion, _: _day(occasion.missed, occasion),
    "answer_by": lambda occasion, _: _day(occasion.answer_by, occasion),
    "asked_on": lambda occasion, _: _day(_asked_on(occasion), occasion),
    "asked": lambda occasion, _: _asked(occasion),
    "rights": _rights,
    "organisation": lambda occasion, _: occasion.letterhead.organisation,
    "contact_title": lambda occasion, _: occasion.letterhead.said(occasion.letterhead.contact_title, occasion.language),
    "contact_email": lambda occasion, _: occasion.letterhead.contact_email,
    "contact_phone": lambda occasion, _: occasion.letterhead.contact_phone,
    "postal": lambda occasion, _: ", ".join(occasion.letterhead.postal),
    "portal_url": lambda occasion, _: _portal_url(occasion),
    "authority": lambda occasion, _: _authority(occasion),
    "complaint": lambda occasion, sources: by_law(sources.phrases(occasion.language, "complaints"), occasion),
    "court": _court,
    "doubt": _doubt,
    "detail": lambda occasion, _: read(occasion.purpose.detail),
    "reason": _reason,
    "outcome": _outcome,
    "summary": _summary,
    "identity_source": lambda occasion, _: _source(occasion.letterhead.identity_source, "12(6)", occasion),
    "extension_source": lambda occasion, _: _source(occasion.letterhead.extension_source, "12(3)", occasion),
    "file_years": lambda occasion, _: years(occasion.letterhead.file_years, occasion.language),
    "binding_language": lambda occasion, _: _language_name(occasion.letterhead.binding_language, occasion.language),
    "translation_language": lambda occasion, _: _language_name(occasion.translation, occasion.language),
    "language_notice": language_notice,
    "also": lambda occasion, _: _also(occasion),
    "code": lambda *_: BLANK,
    **ANSWER_VALUES,
}

VALUES: Final = frozenset(_VALUES)
