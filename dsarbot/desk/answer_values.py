"""The values of answers and of letters to parties: what was given and withheld, what the policy publishes, who it is
about, whom it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from babel.numbers import format_currency

from dsarbot.core.letter import Part
from dsarbot.core.measures import Restriction
from dsarbot.desk import published
from dsarbot.desk.addressee import Party
from dsarbot.desk.answer_files import downloads
from dsarbot.desk.dating import distance, long
from dsarbot.desk.letter_facts import directive_of, note_of
from dsarbot.desk.letter_phrases import ground_text, line_of, printable_name, right_name, sentence
from dsarbot.desk.occasion import Occasion
from dsarbot.desk.sections import Blocks, Bullets, Line, Paragraph, Span, clean, plain, read
from dsarbot.desk.template import Value
from dsarbot.desk.templates import TemplateSource

_NOBODY: Final = Party(name="")


def _day(day: date | None, occasion: Occasion) -> str:
    return long(day, occasion.language) if day is not None else ""


def _right(occasion: Occasion, sources: TemplateSource) -> str:
    name = right_name(occasion.right_slugs[0], occasion, sources)
    return name[:1].upper() + name[1:]


def _given(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    return _bullets([_part(part, "") for part in occasion.parts if part.given])


def _withheld(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """law 5, L6: each item with the facts and the ground in law; where nobody has said the facts, a gap for them."""
    said = bool(occasion.purpose.detail.strip())
    gap = "" if said else _blanks(occasion, sources)["why"]
    return _bullets([
        _part(part, plain(ground_text(part.ground, occasion, sources)), gap)
        for part in occasion.parts
        if not part.given
    ])  # fmt: skip


def _part(part: Part, law: str, gap: str = "") -> Line:
    said = " ".join(text for text in (sentence(part.detail) or gap, law) if text)
    return (Span(clean(part.name), bold=True), *((Span(f" – {said}"),) if said else ()))


def _bullets(lines: list[Line]) -> Blocks:
    return (Bullets(tuple(lines)),) if lines else ()


def _ground(occasion: Occasion, sources: TemplateSource) -> Blocks:
    """The law behind a refusal; what each withheld item rests on stands beside the item."""
    slug = occasion.purpose.ground
    told = {part.ground for part in occasion.parts if not part.given}
    return () if slug in told else ground_text(slug, occasion, sources)


def _categories(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    return _bullets([line_of(part.name) for part in occasion.parts])


def _recipients(occasion: Occasion, sources: TemplateSource) -> Blocks:
    return published.recipients(occasion.letterhead.published, occasion.language, _blanks(occasion, sources))


def _retention(occasion: Occasion, sources: TemplateSource) -> Blocks:
    policy, words = occasion.letterhead.published, sources.phrases(occasion.language, "keeping")
    return published.retention(policy, occasion.language, words, _blanks(occasion, sources))


def _origins(occasion: Occasion, sources: TemplateSource) -> Blocks:
    policy = occasion.letterhead.published
    return published.told(policy.origins, policy, occasion.language, _blanks(occasion, sources))


def _transfers(occasion: Occasion, sources: TemplateSource) -> Blocks:
    policy = occasion.letterhead.published
    return published.told(policy.transfers, policy, occasion.language, _blanks(occasion, sources))


def _exports(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    return published.exports(occasion.letterhead.published, occasion.language)


def _blanks(occasion: Occasion, sources: TemplateSource) -> Mapping[str, str]:
    return sources.phrases(occasion.language, "blanks")


def _restriction(occasion: Occasion) -> Restriction | None:
    return next((claim.restriction for claim in occasion.claims if claim.restriction is not None), None)


def _since(occasion: Occasion, sources: TemplateSource) -> str:  # noqa: ARG001
    held = _restriction(occasion)
    return _day(held.since if held else None, occasion)


def _frozen(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    held = _restriction(occasion)
    return read(held.frozen) if held else ()


def _directive(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    directive = directive_of(occasion)
    return read(directive.text) if directive else ()


def _noted(step: str) -> Callable[[Occasion, TemplateSource], Value]:
    """What was noted when a step of the checklist was ticked: who reviewed a decision, what the person said."""
    return lambda occasion, _: sentence(note_of(occasion, step))


def _fee(occasion: Occasion, sources: TemplateSource) -> str:  # noqa: ARG001
    fee = occasion.fee
    return format_currency(Decimal(fee.amount) / 100, fee.currency, locale=occasion.language) if fee else ""


def _represented(occasion: Occasion, sources: TemplateSource) -> str:
    """For whom somebody writes; a gap where a mandate of before is on file that does not say it."""
    if occasion.about == occasion.case.person:
        return _blanks(occasion, sources)["represented"]
    return printable_name(occasion.about.name) or clean(occasion.about.name) or occasion.case.reference


def _person(occasion: Occasion, sources: TemplateSource) -> str:  # noqa: ARG001
    """Who it is about, as a party needs it to find the data: name and the address used."""
    about = occasion.about
    return ", ".join(clean(text) for text in (about.name, about.address or ", ".join(about.postal)) if text)


def _party(occasion: Occasion) -> Party:
    return occasion.party or _NOBODY


def _party_contact(occasion: Occasion, sources: TemplateSource) -> Blocks:  # noqa: ARG001
    party = _party(occasion)
    lines = tuple(line for text in (party.contact or (party.name,)) if (line := line_of(text)))
    return (Paragraph(lines),) if lines else ()


def _channel(occasion: Occasion, sources: TemplateSource) -> str:
    texts = sources.phrases(occasion.language, "channels")
    return texts.get(occasion.case.channel) or texts["other"]


def _slot(name: str) -> Callable[[Occasion, TemplateSource], Value]:
    """One line that an order gave."""
    return lambda occasion, _: clean(dict(occasion.purpose.slots).get(name, ""))


def _lines(name: str) -> Callable[[Occasion, TemplateSource], Value]:
    """Paragraphs and lists that an order gave."""
    return lambda occasion, _: read(dict(occasion.purpose.slots).get(name, ""))


def _actions(occasion: Occasion, sources: TemplateSource) -> str:
    texts = sources.phrases(occasion.language, "actions")
    return "; ".join(texts[each] for each in dict(occasion.purpose.slots).get("actions", "").split() if each in texts)


def _backups(occasion: Occasion, sources: TemplateSource) -> str:  # noqa: ARG001
    day = dict(occasion.purpose.slots).get("backups", "")
    return _day(date.fromisoformat(day), occasion) if day else ""


def _days_left(occasion: Occasion, sources: TemplateSource) -> str:  # noqa: ARG001
    return distance(occasion.due, occasion.today, occasion.language) if occasion.due else ""


#: Slots of answers and of letters to parties.
ANSWER_VALUES: Final[Mapping[str, Callable[[Occasion, TemplateSource], Value]]] = {
    "right": _right,
    "downloads": downloads,
    "given": _given,
    "withheld": _withheld,
    "ground": _ground,
    "evidence": lambda occasion, _: read(occasion.purpose.evidence),
    "categories": _categories,
    "recipients": _recipients,
    "retention": _retention,
    "origins": _origins,
    "transfers": _transfers,
    "exports": _exports,
    "scope": lambda occasion, _: sentence(", ".join(claim.scope for claim in occasion.claims if claim.scope)),
    "since": _since,
    "frozen": _frozen,
    "directive": _directive,
    "directive_number": lambda occasion, _: str(d.version) if (d := directive_of(occasion)) else "",
    "recorded_on": lambda occasion, _: _day(d.recorded_on if (d := directive_of(occasion)) else None, occasion),
    "executor": lambda occasion, _: clean(d.executor) if (d := directive_of(occasion)) else "",
    "reviewer": _noted("reviewer"),
    "view": _noted("view"),
    "fee": _fee,
    "fee_calculation": lambda occasion, _: sentence(occasion.fee.calculation) if occasion.fee else "",
    "represented": _represented,
    "person": _person,
    "party": lambda occasion, _: clean(_party(occasion).name),
    "party_contact": _party_contact,
    "channel": _channel,
    "days_left": _days_left,
    "systems": _slot("systems"),
    "files": _slot("files"),
    "who": _slot("who"),
    "what": _slot("what"),
    "exceptions": _lines("exceptions"),
    "sub_processors": _lines("sub-processors"),
    "actions": _actions,
    "backups": _backups,
    "link": lambda occasion, _: _party(occasion).link,
    "instruction": lambda occasion, _: clean(_party(occasion).instruction),
}
