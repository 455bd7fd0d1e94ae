"""One answer to several rights: what it says to each of them, from the template of that right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from dsarbot.core.case import Claim, Section
from dsarbot.core.letter import Result
from dsarbot.core.presend_content import gap_in
from dsarbot.desk.letter_facts import Facts
from dsarbot.desk.letter_values import Values
from dsarbot.desk.occasion import Occasion, slug_of
from dsarbot.desk.template import Template, TemplateSection, render
from dsarbot.desk.templates import TemplateSource

#: Slots that the published policy fills.
_POLICY: Final = frozenset({"categories", "recipients", "retention", "origins", "transfers", "exports"})


def parts_of(occasion: Occasion, sources: TemplateSource) -> tuple[Section, ...]:
    """The sections about each claim, one after the other, with keys such as ``access-purposes``; a number follows the
    right where two claims have the same one. Access comes before what would take its data away (law 2)."""
    found: list[Section] = []
    seen: Counter[str] = Counter()
    for claim in sorted(occasion.claims, key=lambda claim: _waits(claim, occasion)):
        slug = slug_of(claim)
        seen[slug] += 1
        prefix = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
        part = _part(occasion.part_about(claim), sources)
        found += [Section(key=f"{prefix}-{each.key}", text=each.text) for each in part]
    return tuple(found)


def _waits(claim: Claim, occasion: Occasion) -> bool:
    right = occasion.rights.get(claim.right)
    return right is not None and not {each.right for each in occasion.claims}.isdisjoint(right.after)


def _part(occasion: Occasion, sources: TemplateSource) -> tuple[Section, ...]:
    (claim,) = occasion.claims
    template = sources.part(occasion.language, slug_of(claim))
    flags = Facts(occasion)
    result = occasion.purpose.result_of(claim.id)
    said = {section.key: section for section in _chosen(template, flags)}
    return tuple(
        section
        for section in render(template, Values(occasion, sources), flags)
        if not _elsewhere(said[section.key], section.text, result, occasion.purpose.holds)
    )


def _chosen(template: Template, flags: Mapping[str, bool]) -> list[TemplateSection]:
    return [section for section in reversed(template.sections) if section.condition.met(flags)]


def _elsewhere(section: TemplateSection, text: str, result: Result, holds: tuple[str, ...]) -> bool:
    """Whether the drafter said that this item stands in the text or in what is enclosed, or withheld it on a ground:
    then the letter neither leaves a gap for it nor repeats the policy. What was typed or listed always stays."""
    withheld = {part.name for part in result.parts if part.ground}
    if section.key not in withheld and section.key not in holds:
        return False
    if "detail" in section.slots and (result.detail.strip() or any(part.given for part in result.parts)):
        return False
    return bool(gap_in(text)) or not _POLICY.isdisjoint(section.slots)
