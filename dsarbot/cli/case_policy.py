"""What the published policy of the organisation gets wrong where a case is concerned: one line each, with the rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dsarbot.cli.hand import Found, Hand
from dsarbot.cli.profile_output import said
from dsarbot.core.case import DONE
from dsarbot.errors import ConfigError
from dsarbot.policy.check import check
from dsarbot.policy.law import load_law
from dsarbot.policy.touching import touching
from dsarbot.profiles import folders_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned:
    """finding: its stable name, as `dsarbot profile check` lists it; text, rule: what is wrong, by which rule."""

    finding: str
    severity: str
    text: str
    rule: str


def warnings(hand: Hand, found: Found) -> tuple[Warned, ...]:
    """For the rights on which somebody still works; nothing once the case is done."""
    rights = {claim.right for claim in found.case.claims if claim.status not in DONE}
    if not rights:
        return ()
    profile = hand.app.profiles[found.scope]
    folders = folders_of(hand.app.settings.organisation(found.scope), hand.app.settings.service.profiles_dir)
    try:
        findings = touching(check(profile, load_law(*folders)), rights)
    except ConfigError as error:
        said_so = "The policy was compared with no law, which cannot be read."
        return (Warned(finding="law", severity="unclear", text=said_so, rule=str(error)),)
    texts = [(each, said(each, profile, "en")) for each in findings]
    return tuple(
        Warned(finding=each.slug, severity=each.severity, text=text.found, rule=text.rule) for each, text in texts
    )


def lines(warned: Sequence[Warned]) -> Iterator[str]:
    """One each."""
    for each in warned:
        yield f"{'!' if each.severity == 'wrong' else '?'} {each.text} {each.rule}"
