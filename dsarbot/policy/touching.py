"""Which findings about a published policy matter to a case: those about everybody, and those about its rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from dsarbot.policy.finding import Finding

#: Whoever works on any case must not follow the policy here (practice 32; GDPR 12(3)).
_EVERY: Final = frozenset({"identity-demanded-from-everybody", "promise-longer-than-law"})
#: Findings that name the right they are about.
_NAMED: Final = frozenset({"right-narrowed", "right-not-listed"})
#: What an answer to access tells from the policy (GDPR 15(1)): a mistake there would stand in the letter.
_TOLD: Final = (
    "processor-undeclared", "recipient-unexplained", "transfers-unspecific", "sources-unnamed",
    "automated-decisions-untold",
)  # fmt: skip
_KEPT: Final = (
    "term-below-minimum", "retention-contradicts", "retention-without-term", "retention-vague",
    "retention-one-term-for-all",
)  # fmt: skip
_TOUCHES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_TOLD, frozenset({"access"})),
    **dict.fromkeys(_KEPT, frozenset({"access", "erasure"})),
    "automated-decisions-untold": frozenset({"access", "automated-decision"}),
    "self-service-refused": frozenset({"erasure"}),
    "consent-withdrawal-untold": frozenset({"consent-withdrawal"}),
    "marketing-objection-untold": frozenset({"objection"}),
}


def touching(findings: Sequence[Finding], rights: Collection[str]) -> tuple[Finding, ...]:
    """Those that whoever works on a case of these rights must know, in the order given: the gravest first."""
    return tuple(each for each in findings if each.kind in _EVERY or not _about(each).isdisjoint(rights))


def _about(finding: Finding) -> frozenset[str]:
    if finding.kind in _NAMED and finding.about is not None:
        return frozenset({finding.about.key})
    return _TOUCHES.get(finding.kind, frozenset())
