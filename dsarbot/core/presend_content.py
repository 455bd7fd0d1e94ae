"""Rules of the pre-send check about what every letter holds: sections, addresses, language, nothing left open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from dsarbot.core.case import Moment, Outcome
from dsarbot.core.guarding import addressee
from dsarbot.core.letter import TO_FILE, TO_PARTIES
from dsarbot.core.presend_look import COURTESY, Finding, Look, block, folded, warn

#: Sections that the law wants in every letter of a moment (law 5, and law 2 "Common to every answer").
MUST_HOLD: Final[Mapping[Moment, tuple[str, ...]]] = {
    Moment.ACKNOWLEDGED: ("outcome", "identity", "data-use", "contact", "reference"),
    Moment.IDENTITY_ASKED: (
        "outcome", "doubt", "ask", "alternatives", "black-out", "deletion", "clock", "answer-by", "silence", "contact",
        "reference",
    ),
    Moment.IDENTITY_CODE: ("outcome", "code", "not-you", "contact", "reference"),
    Moment.CONTACT_TOLD: ("outcome", "not-you", "contact", "reference"),
    Moment.CLARIFICATION_ASKED: (
        "outcome", "question", "options", "full-scope", "clock", "answer-by", "silence", "contact", "reference",
    ),
    Moment.EXTENDED: ("outcome", "reason", "meanwhile", "complaint", "court", "contact", "reference"),
    Moment.REMINDER: ("outcome", "missing", "answer-by", "silence", "contact", "reference"),
    Moment.ANSWERED: ("outcome", "free", "complaint", "court", "contact", "reference"),
    Moment.REFUSED: ("outcome", "facts", "law", "free", "complaint", "court", "contact", "reference"),
    Moment.CLOSED: ("outcome", "summary", "file", "reopen", "complaint", "court", "contact", "reference"),
    Moment.FORWARDED: ("outcome", "role", "next", "complaint", "contact", "reference"),
    Moment.FEE_ASKED: ("outcome", "amount", "why", "choice", "silence", "complaint", "court", "contact", "reference"),
    Moment.LIFTING: ("outcome", "reason", "after", "objection", "complaint", "court", "contact", "reference"),
    Moment.RECALLED: ("outcome", "ask", "confirm", "contact", "reference"),
    Moment.MANDATE_ASKED: (
        "outcome", "why", "ask", "data-to", "meanwhile", "answer-by", "silence", "contact", "reference",
    ),
    Moment.CONTESTED: ("outcome", "next", "until", "complaint", "court", "contact", "reference"),
    Moment.DIRECTIVES_REVOKED: ("outcome", "effect", "again", "free", "complaint", "court", "contact", "reference"),
    # GDPR 34(2): nature of the breach, contact, likely consequences, measures taken.
    Moment.BREACH_TOLD: (
        "outcome", "what", "consequences", "measures", "advice", "complaint", "court", "contact", "reference",
    ),
    Moment.HANDED_OVER: ("outcome", "who", "personal-data", "contact", "reference"),
    Moment.DESK_TOLD: ("outcome", "what", "do", "reference"),
    Moment.CONTROLLER_ASKED: (
        "outcome", "request", "person", "words", "dates", "ask", "limits", "told", "contact", "reference",
    ),
    Moment.CONTROLLER_REMINDED: ("outcome", "open", "limits", "contact", "reference"),
    Moment.CONTROLLER_REPORTED: (
        "outcome", "done", "exceptions", "backups", "sub-processors", "evidence", "next", "contact", "reference",
    ),
    # GDPR 28(3), last sentence: which instruction, and why "in its opinion" it infringes the law.
    Moment.CONTROLLER_QUESTIONED: ("outcome", "instruction", "why", "ask", "limits", "contact", "reference"),
    Moment.PROCESSOR_INSTRUCTED: ("outcome", "instruction", "deadline", "report", "duties", "contact", "reference"),
    Moment.RECIPIENT_TOLD: ("outcome", "who", "what", "ask", "care", "contact", "reference"),
}  # fmt: skip

#: Letters that say where to complain; their authority must be named (GDPR 12(4), 13(2)(d); L4 and L10 by law 5).
_NAMES_AUTHORITY: Final = frozenset({
    Moment.EXTENDED, Moment.ANSWERED, Moment.REFUSED, Moment.CLOSED, Moment.FORWARDED, Moment.FEE_ASKED, Moment.LIFTING,
    Moment.CONTESTED, Moment.DIRECTIVES_REVOKED, Moment.BREACH_TOLD,
})  # fmt: skip
#: In an acknowledgement: either neutral, or rights, role and date (practice 7).
_CERTAIN: Final = ("rights", "role", "due")

_PLACEHOLDER: Final = re.compile(
    r"\{[^{}\n]{0,60}\}|\[(?:\.{2,}|…|(?=[^\[\]\n]*[^\W\d_])[^\[\]\n]{1,600})\]|\bX{3,}\b|_{3,}|\bTODO\b|\bTBD\b"
)
_REFERENCE: Final = re.compile(r"\b[A-Z][A-Z0-9]{1,7}-\d{4}-\d{5}-[0-9A-Z]\b")


def sections(look: Look) -> Iterator[Finding]:
    """Everything that the law wants in a letter of this moment is there."""
    wanted = list(look.must_hold)
    if look.letter.moment == Moment.ACKNOWLEDGED and "neutral" not in look.text:
        wanted += _CERTAIN
    for key in (*wanted, *_refused_in_small(look)):
        if not look.text.get(key, "").strip():
            found = _MISSING.get(key) or _MISSING.get(f"…-{key.rpartition('-')[2]}")
            rule, source = found or ("section-missing", "law 5: content that this letter must have")
            yield block(
                rule, f"The section '{key}' is missing or empty; a letter without it is incomplete.", source, key
            )


def _refused_in_small(look: Look) -> Iterator[str]:
    """What an answer withholds from a claim, or refuses to it, is a refusal with its reasons (GDPR 12(4))."""
    for claim in look.claims if look.letter.moment == Moment.ANSWERED else ():
        outcome = look.letter.purpose.result_of(claim.id).outcome
        if outcome == Outcome.PARTLY and "withheld" not in look.text:
            yield look.section_of(claim, "withheld")
        if outcome == Outcome.REFUSED:
            yield from (look.section_of(claim, "facts"), look.section_of(claim, "law"))


_MISSING: Final[Mapping[str, tuple[str, str]]] = {
    "complaint": ("authority-missing", 'GDPR 12(4): "the possibility of lodging a complaint"'),
    "court": ("court-missing", 'GDPR 12(4): "and seeking a judicial remedy"'),
    "due": ("due-missing", "GDPR 12(3): the person is told by when to expect the answer"),
    "law": ("ground-missing", 'GDPR 12(4): "the reasons for not taking action"'),
    "…-law": ("ground-missing", 'GDPR 12(4): "the reasons for not taking action"'),
    "…-facts": ("ground-missing", 'GDPR 12(4): "the reasons for not taking action"'),
    "…-withheld": ("ground-missing", 'GDPR 12(4): "the reasons for not taking action"'),
    "doubt": ("identity-doubt", 'GDPR 12(6): "reasonable doubts concerning the identity"'),
}


def authority(look: Look) -> Iterator[Finding]:
    """Where a complaint is explained, the authority is named."""
    complaint = look.text.get("complaint", "")
    named = any(name and folded(name) in folded(complaint) for name in look.authority_names)
    if look.letter.moment in _NAMES_AUTHORITY and complaint.strip() and look.authority_names and not named:
        yield block(
            "authority-missing",
            "The supervisory authority is not named; put its name and address back.",
            'GDPR 12(4), 77: "the possibility of lodging a complaint with a supervisory authority"',
            "complaint",
        )


def reference(look: Look) -> Iterator[Finding]:
    """The letter names its case and no other."""
    own = {look.case.reference, *look.case.aliases}
    if not any(reference in look.whole for reference in own):
        yield block("reference-missing", "The letter does not name its case.", "law 2: case number in every answer")
    for other in sorted(set(_REFERENCE.findall(f"{look.letter.subject}\n{look.whole}")) - own):
        yield warn("other-case", f"The letter names another case, {other}: is that meant?", "GDPR 5(1)(f)")


def placeholders(look: Look) -> Iterator[Finding]:
    """Nothing is left to be filled in."""
    texts = {"": look.letter.subject, **look.text}
    if look.letter.moment == Moment.CONTROLLER_ASKED and look.letter.purpose.detail.strip():
        # law 4.3: the request is passed on in its own words, whatever signs stand in them.
        texts.pop("words", None)
    for key, text in texts.items():
        if gap := gap_in(text):
            where = f"in the section '{key}'" if key else "in the subject"
            yield block("placeholder", f"Something is still to be filled in {where}: {gap}", "law 5, lint", key)


def gap_in(text: str) -> str:
    """The first thing that is still to be filled in, "" when there is none."""
    found = _PLACEHOLDER.search(text)
    return found[0] if found else ""


def language(look: Look) -> Iterator[Finding]:
    """The request is answered in its language."""
    letter, wanted = look.letter, look.case.language
    if letter.moment in TO_PARTIES or look.text.get(f"{COURTESY}-{wanted}", "").strip():
        return
    if letter.language != wanted and wanted in look.languages and not look.language_reason:
        yield block(
            "language",
            f"The request is in '{wanted}', the letter in '{letter.language}'; write it in '{wanted}' or say why not.",
            'GDPR 12(1): "in a concise, transparent, intelligible and easily accessible form"',
        )


def recipient(look: Look) -> Iterator[Finding]:
    """The letter goes to an address of this person."""
    letter, meant = look.letter, {look.case.person, addressee(look.case, look.letter.moment)}
    if letter.moment == Moment.RECALLED or letter.moment in TO_PARTIES | TO_FILE:
        # Whom the other letter reached by mistake; the contact of a party; the contact on file.
        own = {folded(letter.purpose.to)}
    elif letter.medium == "mail":
        own = {folded(person.address) for person in meant}
    else:
        # A name alone is no address: a phone note may know nothing else.
        lines = [(each.postal, (each.name, *each.postal)) for each in meant if each.postal]
        own = {folded("\n".join(address)) for both in lines for address in both}
    if not letter.recipient.strip() or folded(letter.recipient) not in (own - {""}) | look.verified:
        yield block(
            "recipient",
            "The letter does not go to a known address of this person; verify the address first.",
            'GDPR 5(1)(f), 32: "protection against unauthorised or unlawful processing"',
        )
