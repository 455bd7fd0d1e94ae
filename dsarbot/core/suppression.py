"""The list of those who get no advertising any more (GDPR 21(3)): what is put on it, and how values are compared.

Kept are keyed hashes, so that a list of addresses can be filtered without keeping one. How a hash is made stands in
`docs/operations.md`: HMAC-SHA-256 under the organisation's salt of the value as `normalised` writes it.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from typing import Final

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as r
from dsarbot.core.case import Case, Outcome
from dsarbot.core.evolve import replace
from dsarbot.core.rules import Decision, Suppress

_PHONE: Final = re.compile(r"\+?\d{6,15}")
_BETWEEN: Final = re.compile(r"[\s().\-/]")


def normalised(value: str) -> str:
    """An address in lower case, or a telephone number as its digits (00 is written +); "" for anything else."""
    text = unicodedata.normalize("NFC", value).strip().casefold()
    if "@" in text:
        local, _, domain = text.rpartition("@")
        return text if local and domain and not any(sign.isspace() for sign in text) else ""
    digits = _BETWEEN.sub("", text)
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    return digits if _PHONE.fullmatch(digits) else ""


def suppression_hash(salt: str, value: str) -> str:
    """The hash of a value that is written as `normalised` writes it."""
    return hmac.digest(salt.encode(), value.encode(errors="surrogatepass"), "sha256").hex()


def with_suppressed(decision: Decision, after: Case) -> Decision:
    """GDPR 21(3): "the personal data shall no longer be processed for such purposes". Whoever got that answer goes onto
    the list; somebody without an address is put there by hand."""
    answered = [after.claim(each.claim) for each in decision.facts if isinstance(each, f.ClaimAnswered)]
    meant = [each for each in answered if each.marketing and each.outcome in (Outcome.GRANTED, Outcome.PARTLY)]
    if not meant or not normalised(after.person.address):
        return decision
    facts = tuple(r.Suppressed(claim=each.id) for each in meant)
    effects = (*decision.effects, Suppress(value=after.person.address))
    return replace(decision, facts=(*decision.facts, *facts), effects=effects)
