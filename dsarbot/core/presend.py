"""The pre-send check: what would the requester's lawyer or the authority attack in this letter?

Pure and small rules over section keys and text, so that they survive every edit. "block" stops the letter until it is
mended or a person sets the finding aside with a reason; "warn" is for the reader. Lateness never blocks (practice 17).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from dsarbot.core import presend_answer as answer
from dsarbot.core import presend_chain as chain
from dsarbot.core import presend_content as content
from dsarbot.core import presend_law as law
from dsarbot.core import presend_links as links
from dsarbot.core import presend_mandate as representing
from dsarbot.core.case import Case, Letter
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.presend_content import MUST_HOLD
from dsarbot.core.presend_look import Finding, Look, folded, plain
from dsarbot.core.rights import Right

__all__ = ["MUST_HOLD", "RULES", "Finding", "blocking", "check"]

Rule = Callable[[Look], Iterator[Finding]]

#: The order in which findings are shown.
RULES: Final[tuple[Rule, ...]] = (
    content.recipient,
    representing.mandate,
    content.language,
    content.sections,
    content.authority,
    content.reference,
    content.placeholders,
    law.identity,
    law.code,
    links.link,
    law.extension,
    law.refusal,
    chain.hosted,
    answer.checklist,
    answer.steps,
    answer.order,
    answer.proof,
    answer.evidence,
    answer.fee,
)


def check(
    letter: Letter,
    case: Case,
    *,
    today: date,
    must_hold: Sequence[str] = (),
    verified_addresses: Collection[str] = (),
    languages: Collection[str] = LANGUAGES,
    language_reason: str = "",
    authority_names: Sequence[str] = (),
    rights: Mapping[str, Right] | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with this letter, blocking findings first.

    must_hold: sections wanted beyond the law's own. verified_addresses: recipients besides the person's own address.
    languages: in which letters exist. language_reason: why it is not the request's. authority_names: one of them must
    stand where a complaint is explained. today: at the establishment."""
    look = Look(
        letter=letter,
        case=case,
        today=today,
        must_hold=tuple(dict.fromkeys((*MUST_HOLD[letter.moment], *must_hold))),
        verified=frozenset(folded(address) for address in verified_addresses),
        languages=frozenset(languages),
        language_reason=language_reason,
        authority_names=tuple(authority_names),
        rights=rights or {},
        text={section.key: plain(section.text) for section in letter.sections},
    )
    found = [finding for rule in RULES for finding in rule(look)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "block"))


def blocking(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The rules that stop a letter, each once."""
    return tuple(dict.fromkeys(finding.rule for finding in findings if finding.severity == "block"))
