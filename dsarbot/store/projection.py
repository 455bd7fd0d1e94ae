"""What of a case stands in clear columns, and what it is found by: pure, shared by every store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from dsarbot.core.case import Case, Letter, LetterStatus, Outcome, Person, Status, Summary, summary
from dsarbot.core.chain import HopState
from dsarbot.core.fact import Fact
from dsarbot.core.facts import CaseOpened, LetterSent, PersonCorrected
from dsarbot.core.facts_identity import CodeIssued
from dsarbot.ports import CaseRow

LookupKind = Literal["address", "domain", "name", "message-id", "code"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """A value a case is found by, before it is hashed. letter: the letter that a Message-ID belongs to."""

    kind: LookupKind
    value: str
    letter: str = ""


#: What may be remembered in the clear: one line of printable ASCII, and nothing that could be an address.
_CODE = re.compile(r"[!-?A-~ ]*")
_LONGEST_NAME, _LONGEST_VALUE = 100, 255

_EMPTY = Summary(
    status=Status.CLOSED,
    outcome=Outcome.PENDING,
    rights=(),
    target=None,
    received_at=datetime.max.replace(tzinfo=UTC),
    closed=True,
)


def case_row(case: Case) -> CaseRow:
    """The clear columns. A case whose claims all went elsewhere is closed, unless a message waits in it."""
    seen = summary(case) if case.claims else _EMPTY
    return CaseRow(
        id=case.id,
        organisation=case.organisation,
        reference=case.reference,
        status=seen.status,
        outcome=seen.outcome,
        rights=seen.rights,
        language=case.language,
        channel=case.channel,
        received_at=seen.received_at if case.claims else case.opened_at,
        opened_at=case.opened_at,
        target=seen.target,
        safe_due=min((claim.dates.safe_due for claim in case.active if claim.dates), default=None),
        assignee=case.assignee,
        # What somebody wrote to a case that was put away must not lie where nobody looks.
        closed=seen.closed and all(each.settled for each in case.proposals),
        version=case.version,
        attention=attention(case),
        confidential=case.confidential,
    )


def attention(case: Case) -> int:
    """How many things of the case wait for a person besides the request itself: each letter that somebody must
    approve, post or mend once, each message whose meaning nobody has settled, and what stops in the chain."""
    stopped = sum(each.state in ("contradicted", "questioned") for each in case.chain.instructions)
    unreached = sum(each.state == HopState.BOUNCED for each in case.chain.hops)
    return sum(map(_waits, case.letters)) + sum(not each.settled for each in case.proposals) + stopped + unreached


def to_post(case: Case) -> int:
    """How many letters somebody must print and post."""
    return sum(each.unposted for each in case.letters)


def _waits(letter: Letter) -> bool:
    match letter.status:
        case LetterStatus.DRAFTED:
            return not letter.automatic or bool(letter.trouble)
        case LetterStatus.APPROVED:
            return bool(letter.trouble) or letter.unposted
        case LetterStatus.SENT:
            return bool(letter.trouble)
        case LetterStatus.RETURNED:
            # Overtaken by an answer or a dismissal, an acknowledgement has nothing left to say.
            return letter.trouble != "overtaken"
        case LetterStatus.BOUNCED:
            return True
        case LetterStatus.CANCELLED:
            return False


def demand_code(name: str, value: str) -> None:
    """ValueError unless both may stand in the clear (security 1) and fit their columns."""
    for text, longest in ((name, _LONGEST_NAME), (value, _LONGEST_VALUE)):
        if len(text) > longest or not _CODE.fullmatch(text):
            raise ValueError("only short codes are remembered in the clear")


def lookups(facts: Sequence[Fact]) -> frozenset[Lookup]:
    """Everything these facts make a case found by; values that were corrected stay findable."""
    persons = [fact.person for fact in facts if isinstance(fact, CaseOpened | PersonCorrected)]
    sent = (fact for fact in facts if isinstance(fact, LetterSent) and (fact.message_id or fact.written_id))
    return frozenset(
        (
            *(found for person in persons for found in _of_person(person)),
            *(
                Lookup(kind="message-id", value=message_id(fact.message_id or fact.written_id), letter=fact.letter)
                for fact in sent
            ),
            *(Lookup(kind="code", value=fact.digest) for fact in facts if isinstance(fact, CodeIssued)),
        )
    )


def _of_person(person: Person) -> Iterator[Lookup]:
    if person.address:
        yield Lookup(kind="address", value=address(person.address))
    if domain(person.address):
        yield Lookup(kind="domain", value=domain(person.address))
    for word in name_words(person.name):
        yield Lookup(kind="name", value=word)


def normal(kind: LookupKind, value: str) -> Iterable[str]:
    """What to ask for: one value, or every word of a name (all of them must match)."""
    match kind:
        case "address":
            return (address(value),)
        case "domain":
            return (value.strip().rstrip(".").casefold(),)
        case "name":
            return name_words(value)
        case "message-id":
            return (message_id(value),)
        case "code":
            return (value,)


def address(value: str) -> str:
    """An address as it is compared. Local parts differ in case in theory only (RFC 5321 2.4)."""
    return unicodedata.normalize("NFC", value).strip().casefold()


def domain(value: str) -> str:
    """The domain of an address, "" when there is none."""
    return address(value).rpartition("@")[2].rstrip(".") if "@" in value else ""


def message_id(value: str) -> str:
    """A Message-ID as it is compared: with or without angle brackets."""
    return value.strip().removeprefix("<").removesuffix(">")


def name_words(value: str) -> tuple[str, ...]:
    """The words of a name without accents and case, each once: OCR and people lose accents."""
    plain = unicodedata.normalize("NFKD", value.casefold())
    letters = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return tuple(sorted(set(letters.split())))
