"""Rules of the pre-send check about single moments: identity, extension, refusal, answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dsarbot.core.case import Claim, LetterStatus, Moment, Outcome
from dsarbot.core.codes import BLANK
from dsarbot.core.presend_look import Finding, Look, block, warn

#: practice 16: how busy we are is no reason; the law knows only complexity and number (GDPR 12(3)).
_NO_REASON: Final = re.compile(
    r"\b(?:staff\w* (?:away|absen\w+|shortage\w*|holiday\w*)|short[- ]staffed|understaffed|work ?load|back ?log|"
    r"(?:public |bank |annual |summer )?holidays?|vacations?|on leave|sick leave|busy|"
    r"vacances|cong[ée]s?|jours? f[ée]ri[ée]s?|charge de travail|surcharge|effectifs? (?:réduits?|insuffisants?)|"
    r"absences? (?:de|du|d['’])|personnel absent|manque de (?:personnel|temps)|retard accumulé|"
    r"urlaub\w*|ferien\w*|feiertag\w*|arbeitsbelastung|überlast\w*|personalmangel|personalengpass\w*|"
    r"krankheitsbedingt\w*|krankenstand|rückstau|abwesenheit\w*)\b",
    re.IGNORECASE,
)
#: law 5, lint: a demand for proof never sounds like a rule for everybody.
_DEMANDS: Final = re.compile(
    r"\b(?:must|always|mandatory|compulsory|obligat(?:ory|ed)|"
    r"devez|devrez|doivent|toujours|obligatoire\w*|impérativement|systématiquement|"
    r"müssen|immer|zwingend|verpflichtet|obligatorisch|ausnahmslos)\b",
    re.IGNORECASE,
)
_RUNGS: Final = frozenset({"R1", "R2", "R3", "R4", "R5", "R6"})
_LEAST_DETAIL: Final = 20


def identity(look: Look) -> Iterator[Finding]:
    """Identity is asked for with a recorded doubt, for a lawful proof, and politely (practice 18, 31)."""
    if look.letter.moment not in (Moment.IDENTITY_ASKED, Moment.REMINDER):
        return
    for key in ("outcome", "ask", "alternatives", "black-out", "missing"):
        demand = _DEMANDS.search(look.text.get(key, ""))
        if demand is not None:
            yield block(
                "identity-wording",
                f"'{demand[0]}' makes the question sound like a rule for everybody; ask, with the doubt as the reason.",
                'GDPR 12(6); law 5, lint: ID wording "must/always"',
                key,
            )
    if look.letter.moment == Moment.REMINDER:
        return
    if not look.letter.purpose.doubt.strip():
        yield block(
            "identity-doubt",
            "No doubt about the identity is recorded; without one nothing may be asked.",
            'GDPR 12(6): "Where the controller has reasonable doubts concerning the identity"',
        )
    if not set(look.letter.purpose.rung.split("+")) <= _RUNGS:
        yield block(
            "identity-rung",
            "Say which proof is asked for, R1 to R6; an unredacted copy is never asked for.",
            "law 3: the lowest sufficient rung",
        )


def code(look: Look) -> Iterator[Finding]:
    """The letter with a code has the place where it will stand."""
    if look.letter.moment == Moment.IDENTITY_CODE and BLANK not in look.text.get("code", ""):
        said = f"The place of the code is gone; put {BLANK} back on a line of its own."
        yield block("code-missing", said, "law 3: a code to the contact on file", "code")


def extension(look: Look) -> Iterator[Finding]:
    """Once, in time, with a concrete reason that the law knows (practice 16)."""
    if look.letter.moment != Moment.EXTENDED:
        return
    if len(look.letter.purpose.detail.strip()) < _LEAST_DETAIL or look.letter.purpose.until is None:
        yield block(
            "extension-detail",
            "Say concretely why this request needs more time, and until when.",
            'GDPR 12(3): "together with the reasons for the delay"',
            "reason",
        )
    excuse = _NO_REASON.search(look.text.get("reason", ""))
    if excuse is not None:
        yield block(
            "extension-reason",
            f"'{excuse[0]}' is no reason to extend; only complexity and number of the requests are.",
            'GDPR 12(3): "taking into account the complexity and number of the requests"',
            "reason",
        )
    for claim in look.claims:
        yield from _extension_of(claim, look)


def _extension_of(claim: Claim, look: Look) -> Iterator[Finding]:
    earlier = [
        letter
        for letter in look.case.letters
        if letter.id != look.letter.id
        and letter.moment == Moment.EXTENDED
        and claim.id in letter.claims
        and letter.status in (LetterStatus.APPROVED, LetterStatus.SENT)
    ]
    if earlier or (
        claim.extended_on is not None and claim.extension_letter != look.letter.id and not _bounced(claim, look)
    ):
        yield block(
            "extension-second",
            "This claim was extended before; it can be extended once.",
            'GDPR 12(3): "by two further months where necessary"',
        )
    if claim.dates is None:
        return
    safe, legal = claim.dates.safe_due, claim.dates.legal_due
    if look.today > max(safe, legal or look.today):
        yield block(
            "extension-late",
            f"The notice had to leave by {safe.isoformat()}; it is too late to extend. Answer now.",
            'GDPR 12(3): "within one month of receipt of the request"',
        )
    elif look.today > safe:
        yield warn(
            "extension-unproven",
            f"The safe date, {safe.isoformat()}, has passed; the extension stands only if the pause does.",
            "practice 16: valid, unproven or void",
        )


def _bounced(claim: Claim, look: Look) -> bool:
    return any(
        letter.id == claim.extension_letter and letter.status == LetterStatus.BOUNCED for letter in look.case.letters
    )


def refusal(look: Look) -> Iterator[Finding]:
    """A refusal rests on a ground; against marketing there is none."""
    letter = look.letter
    partly = letter.moment == Moment.ANSWERED and letter.purpose.outcome == Outcome.PARTLY
    if letter.moment == Moment.REFUSED and not letter.purpose.ground:
        yield block(
            "ground-missing",
            "A refusal needs a ground in law.",
            'GDPR 12(4): "the reasons for not taking action"',
            "law",
        )
    if letter.moment == Moment.REFUSED and letter.purpose.ground != "not-identified":
        for claim in look.claims:
            if claim.marketing:
                yield block(
                    "marketing-absolute",
                    "An objection to direct marketing cannot be refused.",
                    'GDPR 21(3): "the personal data shall no longer be processed for such purposes"',
                )
    if partly and not letter.purpose.ground and look.text.get("withheld", "").strip():
        yield warn("ground-unrecorded", "What is withheld has no recorded ground.", "GDPR 12(4)", "withheld")
