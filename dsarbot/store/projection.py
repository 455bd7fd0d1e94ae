"""What of a case stands in clear columns, and what it is found by: pure, shared by every store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from dsarbot.core.case import Person
from dsarbot.core.fact import Fact
from dsarbot.core.facts import CaseOpened, LetterSent, PersonCorrected
from dsarbot.core.facts_identity import CodeIssued

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
