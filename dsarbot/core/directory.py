"""The customer directory: what the systems of an organisation have on file about people, each value with its source.

It serves one question: who is asking? So it knows ways to reach somebody, and facts that only the person and we know.
It proposes; a person decides, and "nothing is said about the others" (practice 30).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dsarbot.core.evolve import replace
from dsarbot.core.identity import Contact, standing
from dsarbot.core.names import compare
from dsarbot.core.suppression import normalised

NAME: Final = "name"
MAIL: Final = "mail"
CUSTOMER: Final = "customer-number"
DISCORD: Final = "discord"
BIRTH: Final = "birth-date"
POSTAL: Final = "postal"
PHONE: Final = "phone"
PROFESSIONAL: Final = "professional"
#: Facts that no other column holds, such as ``fact:last-invoice``.
FACT: Final = "fact:"
KINDS: Final = (NAME, MAIL, POSTAL, PHONE, CUSTOMER, DISCORD, BIRTH, PROFESSIONAL)
#: What somebody is looked up by; each points at one person, a name perhaps at several.
KEYS: Final = (CUSTOMER, MAIL, DISCORD)
#: What proves nothing: a name and an address stand on every envelope, and what kind of customer one is, on the web.
_NO_PROOF: Final = frozenset({NAME, MAIL, PROFESSIONAL})

#: Local parts of addresses that are read by whoever has the duty (security 9: "info@, office@").
_ROLES: Final = frozenset({
    "accounting", "accueil", "admin", "administration", "billing", "buchhaltung", "buero", "bureau", "compta",
    "comptabilite", "contact", "direction", "dpo", "empfang", "facturation", "finance", "help", "hello", "hr", "info",
    "invoice", "it", "kontakt", "mail", "office", "post", "postmaster", "privacy", "rechnung", "reception", "rh",
    "sales", "secretariat", "sekretariat", "service", "shop", "support", "team", "technik", "vertrieb", "webmaster",
})  # fmt: skip
_KIND: Final = re.compile(r"fact:[a-z0-9][a-z0-9-]{0,29}")
_MONEY: Final = re.compile(r"(?:eur|euro|euros|chf|gbp|usd|[€£$])\b|[€£$]")


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value. since: in use there as this person's; seen: last found in the source; by_person: somebody looked there
    (an import only says what a file held)."""

    kind: str
    text: str = field(repr=False)
    source: str
    since: date
    seen: date
    by_person: bool = False

    @property
    def key(self) -> str:
        """As it is compared."""
        return comparable(self.kind, self.text)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One person on file."""

    id: str
    values: tuple[Value, ...] = ()

    def of(self, kind: str) -> tuple[Value, ...]:
        """The values of that kind, the one seen last first."""
        return tuple(sorted((each for each in self.values if each.kind == kind), key=lambda v: v.seen, reverse=True))

    def first(self, kind: str) -> str:
        """The value of that kind that was seen last, "" when there is none."""
        return next((each.text for each in self.of(kind)), "")

    @property
    def facts(self) -> tuple[str, ...]:
        """Kinds of facts that could be asked for (rung R3)."""
        return tuple(dict.fromkeys(each.kind for each in self.values if each.kind not in _NO_PROOF))

    def holds(self, kind: str, text: str) -> bool:
        """Whether that is what stands on file. Of a number or a name without any sign nothing is left to compare."""
        wanted = comparable(kind, text)
        return bool(wanted) and any(each.key == wanted for each in self.of(kind))


def is_kind(kind: str) -> bool:
    """Whether the directory has values of that kind."""
    return kind in KINDS or bool(_KIND.fullmatch(kind))


def comparable(kind: str, text: str) -> str:
    """The value as it is compared: without what people write in different ways."""
    if kind == MAIL:
        return normalised(text) if "@" in text else ""
    if kind == PHONE:
        return "" if "@" in text else normalised(text)
    if kind == BIRTH:
        found = day_of(text)
        return found.isoformat() if found else ""
    plain = unicodedata.normalize("NFKD", text.casefold())
    if kind.startswith(FACT):
        plain = _MONEY.sub("", plain)
    signs = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    return " ".join(signs.split()) if kind in (NAME, POSTAL) else signs.replace(" ", "")


def day_of(text: str) -> date | None:
    """A day as files write it: 1980-05-17, 17.05.1980 or 17/05/1980; None for anything else."""
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip()):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text.strip()):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_role_address(address: str) -> bool:
    """Whether several people may read what is sent there."""
    local = address.partition("@")[0].casefold().partition("+")[0]
    return bool(_ROLES & set(re.split(r"[._-]", local)[:1])) or local in _ROLES


def contact_of(value: Value, *, shared: bool) -> Contact:
    """As the ladder weighs it. shared: other people on file have it, too."""
    role = value.kind == MAIL and is_role_address(value.text)
    return Contact(
        since=value.since, seen=value.seen, by_person=value.by_person, shared=shared, role_address=role
    )  # fmt: skip


_RANK: Final = {"proved": 0, "weak": 1, "proposed": 2, "none": 3}


def best_mail(entry: Entry, shared: frozenset[str], today: date, *, wrote: str = "") -> Value | None:
    """The mail address on file that proves most today, and among equals the one that the request came from. shared:
    addresses, as they are compared, that other people have as well."""

    def rank(value: Value) -> tuple[int, bool]:
        known = contact_of(value, shared=value.key in shared)
        return _RANK[standing(known, today)], value.key != comparable(MAIL, wrote)

    return min((each for each in entry.of(MAIL) if each.key), key=rank, default=None)


def matching(entries: Iterable[Entry], *, name: str, keys: Sequence[tuple[str, str]]) -> tuple[Entry, ...]:
    """Who of these could be meant. keys: (kind, value) that the request shows; one that fits counts more than any
    name, and without one everybody of that name could be."""
    known = tuple(entries)
    sure = tuple(each for each in known if any(each.holds(kind, text) for kind, text in keys if text))
    if sure or not name.strip():
        return sure
    return tuple(each for each in known if same_name(each, name))


def same_name(entry: Entry, name: str) -> bool:
    """Whether the names could be those of one person; in doubt they could."""
    words = name.split()
    return any(
        comparable(NAME, value.text) == comparable(NAME, name)
        or (len(words) > 1 and compare(value.text, words[-1], " ".join(words[:-1])).verdict != "different")
        for value in entry.of(NAME)
    )


def seen_again(entry: Entry, kind: str, text: str, *, source: str, on: date) -> Entry | None:
    """A person has looked: the value stands in that source; None when the entry has no such value."""
    wanted = comparable(kind, text)
    found = [each for each in entry.of(kind) if each.key == wanted]
    if not found:
        return None
    looked = replace(found[0], source=source, seen=max(on, found[0].seen), by_person=True)
    return replace(entry, values=tuple(looked if each is found[0] else each for each in entry.values))
