"""One thing that a published policy gets wrong or leaves out, and the table of everything that can be found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dsarbot.settings.profile import Texts

#: wrong: contrary to the law, or no longer true; missing: the law wants it said; unclear: should be said better.
Severity = Literal["wrong", "missing", "unclear"]

#: Every finding in the order in which a report lists them. templates/policy says each of them in every language.
SEVERITIES: Final[Mapping[str, Severity]] = {
    "identity-demanded-from-everybody": "wrong",
    "end-users-sent-away": "wrong",
    "right-narrowed": "wrong",
    "promise-longer-than-law": "wrong",
    "statute-replaced": "wrong",
    "term-below-minimum": "wrong",
    "retention-contradicts": "wrong",
    "processor-undeclared": "wrong",
    "right-not-listed": "missing",
    "consent-withdrawal-untold": "missing",
    "marketing-objection-untold": "missing",
    "complaint-untold": "missing",
    "legal-basis-untold": "missing",
    "extension-notice-untold": "missing",
    "retention-without-term": "missing",
    "transfers-unspecific": "missing",
    "sources-unnamed": "missing",
    "joint-arrangement-untold": "missing",
    "contact-blank": "missing",
    "contact-for-customers-only": "unclear",
    "dpo-untold": "unclear",
    "authority-unnamed": "unclear",
    "company-unexplained": "unclear",
    "form-demanded": "unclear",
    "identity-check-open": "unclear",
    "rights-discouraged": "unclear",
    "self-service-refused": "unclear",
    "information-delegated": "unclear",
    "automated-decisions-untold": "unclear",
    "promise-in-days": "unclear",
    "retention-vague": "unclear",
    "retention-one-term-for-all": "unclear",
    "recipient-unexplained": "unclear",
    "transfers-approval-promised": "unclear",
    "statute-rewritten": "unclear",
    "policy-undated": "unclear",
    "language-mixed": "unclear",
    "one-language-binds": "unclear",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What of several a finding speaks of: a right, a statute, a term. instead: what the policy may say or cite;
    source: the provision; sure: how far it was checked (V, V2, M)."""

    key: str
    name: Texts
    source: Texts
    instead: Texts
    sure: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """kind: the row of `SEVERITIES`; key: the option of the profile it comes from; quotes: the policy's own words,
    empty where it says nothing."""

    kind: str
    key: str
    quotes: tuple[str, ...] = ()
    about: About | None = None

    @property
    def slug(self) -> str:
        """The stable name: ``right-not-listed/erasure``."""
        return self.kind if self.about is None else f"{self.kind}/{self.about.key}"

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return SEVERITIES[self.kind]
