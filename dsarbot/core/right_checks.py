"""What is wrong with a right: a stranger's package may bring one, and it must not fail in the middle of a case."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from dsarbot.core.dates import LANGUAGES
from dsarbot.core.letter import Moment
from dsarbot.core.rights import FEES, OWNERS, WHEN, Ground, Item, Right, Said, Step

_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_RUNGS: Final = re.compile(r"R[0-6](?:\+R[0-6])*")


def problems(right: Right, *, known: Collection[str], phrases: Collection[str]) -> list[str]:
    """One line for each mistake, empty when there is none. known: the slugs of all rights; phrases: grounds for which
    the letters have a text."""
    found = [*_head(right), *_rungs(right), *_lists(right), *_letters(right), *_others(right, known)]
    found += [line for ground in right.grounds for line in _ground(ground, phrases)]
    if right.marketing is not None:
        found += _marketing(right.marketing, known, phrases)
    return found


def _head(right: Right) -> Iterator[str]:
    if not _SLUG.fullmatch(right.slug):
        yield f"'{right.slug}' is no slug; use small letters, digits and hyphens"
    if not right.article.strip():
        yield "it names no article of law"
    yield from _said(right.names, "names")
    if right.goal_days < 1:
        yield "goal_days must be at least one working day"


def _said(text: Said, what: str) -> Iterator[str]:
    for language in LANGUAGES:
        if not text.get(language, "").strip():
            yield f"{what} has no text in '{language}'"


def _rungs(right: Right) -> Iterator[str]:
    rungs = (right.rungs.low, right.rungs.normal, right.rungs.high)
    for rung in rungs:
        if not _RUNGS.fullmatch(rung):
            yield f"'{rung}' is no proof; use R0 to R6, joined by + where several are needed"
    if list(rungs) != sorted(rungs):
        yield "rungs: more harm must not ask for a lower proof"


def _lists(right: Right) -> Iterator[str]:
    yield from _named(right.steps, "step")
    yield from _named(right.holds, "item")
    yield from _named(right.grounds, "ground")
    for step in right.steps:
        if step.owner not in OWNERS:
            yield f"step '{step.slug}' is done by '{step.owner}'; there are: {', '.join(OWNERS)}"
        if step.days < 0:
            yield f"step '{step.slug}' is due before the receipt"
        yield from _said(step.text, f"step '{step.slug}'")
    for item in right.holds:
        if item.when not in WHEN:
            yield f"item '{item.slug}' is wanted '{item.when}'; there are: {', '.join(WHEN)}"
        yield from _said(item.text, f"item '{item.slug}'")


def _named(parts: Iterable[Step | Item | Ground], what: str) -> Iterator[str]:
    slugs = [part.slug for part in parts]
    for slug in dict.fromkeys(slugs):
        if slugs.count(slug) > 1:
            yield f"{what} '{slug}' stands there twice"
        if not _SLUG.fullmatch(slug):
            yield f"{what} '{slug}' is no slug; use small letters, digits and hyphens"


def _ground(ground: Ground, phrases: Collection[str]) -> Iterator[str]:
    if not ground.article.strip():
        yield f"ground '{ground.slug}' names no article of law"
    yield from _said(ground.evidence, f"evidence of ground '{ground.slug}'")
    if ground.text is not None:
        yield from _said(ground.text, f"ground '{ground.slug}'")
    elif ground.slug not in phrases:
        yield f"ground '{ground.slug}' has no text for the letters"


def _letters(right: Right) -> Iterator[str]:
    for moment in right.letters:
        if moment not in tuple(Moment):
            yield f"there is no letter '{moment}'; there are: {', '.join(Moment)}"
    wanted = (
        (Moment.ANSWERED, True),
        (Moment.REFUSED, bool(right.grounds)),
        (Moment.IDENTITY_ASKED, right.rungs.high > "R0"),
        (Moment.RECIPIENT_TOLD, right.tell_recipients),
    )
    for moment, is_wanted in wanted:
        if is_wanted and moment not in right.letters:
            yield f"it may need the letter '{moment}' but does not list it"


def _others(right: Right, known: Collection[str]) -> Iterator[str]:
    for slug in (*(each.right for each in right.implies), *right.after):
        if slug == right.slug:
            yield "it implies itself or waits for itself"
        elif slug not in known:
            yield f"it names the right '{slug}', which nobody here knows"
    for fee in right.fees:
        if fee not in FEES:
            yield f"there is no fee '{fee}'; there are: {', '.join(FEES)}"


def _marketing(variant: Right, known: Collection[str], phrases: Collection[str]) -> Iterator[str]:
    # GDPR 21(3): "the personal data shall no longer be processed for such purposes"; there is nothing to weigh.
    if variant.grounds or variant.rungs.high != "R0" or variant.fees or variant.marketing is not None:
        yield "against direct marketing there is no ground to refuse, no proof to ask for and no fee"
    yield from (f"against marketing: {each}" for each in problems(variant, known=known, phrases=phrases))


def all_problems(
    rights: Mapping[str, Right], *, built_in: Collection[str], phrases: Collection[str]
) -> list[str]:
    """The mistakes of rights that came from outside, each named with where it came from (the key of *rights*), and
    slugs that two of them or one of ours use."""
    found = []
    taken = dict.fromkeys(built_in, "dsarbot")
    for source, right in rights.items():
        if right.slug in taken:
            found.append(f"{source}: the right '{right.slug}' exists already, from {taken[right.slug]}")
        taken.setdefault(right.slug, source)
    for source, right in rights.items():
        found += [f"{source}: {each}" for each in problems(right, known=taken, phrases=phrases)]
    return found
