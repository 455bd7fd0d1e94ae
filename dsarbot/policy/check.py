"""Compares a profile with the law. What is found is data; words for it are in templates/policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from dsarbot.policy.finding import SEVERITIES, Finding
from dsarbot.policy.law import Law, holds_in
from dsarbot.policy.retention import retention
from dsarbot.settings.profile import Profile

_ORDER: Final = {kind: place for place, kind in enumerate(SEVERITIES)}
#: Statements that other checks look at.
_ELSEWHERE: Final = frozenset({"rests-on-consent", "none-declared", "retention-without-term"})


def check(profile: Profile, law: Law) -> tuple[Finding, ...]:
    """Everything that the policy gets wrong or leaves out, the gravest first; none for a policy that is in order."""
    found = [finding for look in _CHECKS for finding in look(profile, law)]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.kind]))


def _identity(profile: Profile, _: Law) -> Iterator[Finding]:
    """GDPR 12(6): proof of identity only where there are "reasonable doubts" (practice 32)."""
    demand = profile.identity_demand
    if demand is not None and demand.from_everybody:
        yield Finding(kind="identity-demanded-from-everybody", key="identity_demand", quotes=(demand.published,))
    elif demand is not None and demand.open_ended:
        yield Finding(kind="identity-check-open", key="identity_demand", quotes=(demand.published,))


def _rights(profile: Profile, law: Law) -> Iterator[Finding]:
    """GDPR 13(2)(b): the policy tells of each right; 13(2)(c): of withdrawing consent where consent is used."""
    listed = (profile.rights_published,) if profile.rights_published else ()
    consent = tuple(each.published for each in profile.statements if each.says == "rests-on-consent")
    for row in law.rights:
        if row.right in profile.rights_narrowed:
            quote = profile.rights_narrowed[row.right]
            yield Finding(kind="right-narrowed", key="rights_narrowed", quotes=(quote,), about=row.about)
        elif row.right in profile.rights_omitted and holds_in(row.required, profile.jurisdiction):
            yield Finding(kind="right-not-listed", key="rights_listed", quotes=listed, about=row.about)
    if consent and "consent-withdrawal" in profile.rights_omitted:
        yield Finding(kind="consent-withdrawal-untold", key="rights_listed", quotes=consent)


def _whom_to_turn_to(profile: Profile, _: Law) -> Iterator[Finding]:
    """GDPR 13(1)(a)-(b), 13(2)(d): the controller, its DPO and the authority, so that a person can reach each."""
    if not profile.complaint_mentioned:
        yield Finding(kind="complaint-untold", key="complaint_mentioned")
    elif profile.authority.published and not profile.authority.named:
        yield Finding(kind="authority-unnamed", key="authority", quotes=(profile.authority.published,))
    if not profile.dpo_mentioned:
        yield Finding(kind="dpo-untold", key="dpo_mentioned")
    reaches: tuple[tuple[Literal["blank", "customers-only"], str], ...] = (
        ("blank", "contact-blank"),
        ("customers-only", "contact-for-customers-only"),
    )
    for reach, kind in reaches:
        quotes = tuple(row.published for row in profile.channels if row.reach == reach)
        if quotes:
            yield Finding(kind=kind, key="channels", quotes=quotes)


def _time(profile: Profile, _: Law) -> Iterator[Finding]:
    """GDPR 12(3): one month, by two further months with notice and reasons within the first."""
    promise = profile.promise
    if promise is None:
        return
    longer = promise.days > 31 and not promise.at_most_a_month
    if longer or (promise.extension_months or 0) > 2:
        yield Finding(kind="promise-longer-than-law", key="promise", quotes=(promise.published,))
    # From 31 January to 28 February a month has 28 days: more days than these are not always in time.
    elif promise.days > 28 and not promise.at_most_a_month:
        yield Finding(kind="promise-in-days", key="promise", quotes=(promise.published,))
    if promise.extension_months and promise.extension_notice == "incomplete":
        yield Finding(kind="extension-notice-untold", key="promise", quotes=(promise.published,))


def _statutes(profile: Profile, law: Law) -> Iterator[Finding]:
    """Statutes that the policy cites though they are dead, or though it is older than their present text."""
    said = (*(each.published for each in profile.statements), *(row.basis or "" for row in profile.retention))
    for statute in law.statutes:
        quotes = tuple(each for each in said if any(words in each.casefold() for words in statute.cited))
        if not quotes or not holds_in(statute.jurisdictions, profile.jurisdiction):
            continue
        dated = profile.policy.dated
        if not statute.rewritten:
            yield Finding(kind="statute-replaced", key="statements", quotes=quotes, about=statute.about)
        elif dated is not None and dated < statute.since:
            quotes = (*quotes, *((profile.policy.published,) if profile.policy.published else ()))
            yield Finding(kind="statute-rewritten", key="policy.dated", quotes=quotes, about=statute.about)


def _processors(profile: Profile, _: Law) -> Iterator[Finding]:
    """GDPR 13(1)(e): recipients, processors among them, are told; the policy may not deny those it names elsewhere."""
    undeclared = tuple(each.published for each in profile.providers if not each.declared)
    if undeclared:
        denied = tuple(each.published for each in profile.statements if each.says == "none-declared")
        yield Finding(kind="processor-undeclared", key="providers", quotes=(*denied, *undeclared))


def _statements(profile: Profile, _: Law) -> Iterator[Finding]:
    """Sentences that are findings by themselves, those of one kind together."""
    kinds = dict.fromkeys(each.says for each in profile.statements if each.says and each.says not in _ELSEWHERE)
    for kind in kinds:
        quotes = tuple(each.published for each in profile.statements if each.says == kind)
        yield Finding(kind=kind, key="statements", quotes=quotes)


def _text(profile: Profile, _: Law) -> Iterator[Finding]:
    """GDPR 12(1): "concise, transparent, intelligible and easily accessible form": dated, and in one language."""
    policy = profile.policy
    if policy.dated is None and policy.version is None:
        yield Finding(kind="policy-undated", key="policy", quotes=(policy.published,) if policy.published else ())
    strange = (each for each in profile.statements if each.language not in (None, policy.language))
    if mixed := tuple(each.published for each in strange):
        yield Finding(kind="language-mixed", key="statements", quotes=mixed)
    if profile.binding_language not in (None, policy.language):
        quotes = tuple(each.published for each in profile.statements if each.topic == "language")
        yield Finding(kind="one-language-binds", key="binding_language", quotes=quotes)


_CHECKS: Final[tuple[Callable[[Profile, Law], Iterator[Finding]], ...]] = (
    _identity,
    _rights,
    _whom_to_turn_to,
    _time,
    _statutes,
    retention,
    _processors,
    _statements,
    _text,
)
