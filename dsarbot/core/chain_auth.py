"""Who wrote a mail of the chain, as far as our own mail server and the contract can tell. Pure.

practice 28, security 6: an instruction counts when a named contact sent it and the sender's domain is proved; whoever
makes a domain look like the customer's is refused with an alarm.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dsarbot.core.chain import Standing, Terms

#: Signs that are read as others; ``rn`` and ``vv`` before single ones.
_ALIKE: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("-", ""))
#: Cyrillic and Greek letters that look like Latin ones.
_FOREIGN: Final = str.maketrans("аеорсухіјѕԁοανικρτ", "aeopcyxijsdoavikpt")
#: Shorter names resemble too many others.
_SHORTEST, _LONG = 5, 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a mail shows of its sender. proved: DMARC, or an aligned DKIM signature, passed by our own server's word;
    forwards: it carries a message of somebody else."""

    address: str
    proved: bool
    forwards: bool = False


def standing(seen: Seen, terms: Terms) -> Standing:
    """What is known of whoever wrote to a case in which that party has a part."""
    address = seen.address.lower()
    if looks_like(domain_of(address), map(domain_of, terms.contacts)):
        return "look-alike"
    if address not in terms.contacts:
        return "passed-on" if seen.forwards else "not-named"
    if not seen.proved:
        return "not-aligned"
    return "authenticated" if address in terms.instructs else "not-instructing"


def domain_of(address: str) -> str:
    """In small letters, "" where there is none."""
    return address.rpartition("@")[2].lower().strip(".") if "@" in address else ""


def looks_like(domain: str, known: Iterable[str]) -> bool:
    """Whether that domain is none of these and made to be taken for one."""
    domains = {each for each in known if each}
    if not domain or any(_belongs(domain, each) or _belongs(each, domain) for each in domains):
        return False
    return any(_resembles(domain, each) for each in domains)


def _belongs(domain: str, parent: str) -> bool:
    return f".{domain}".endswith(f".{parent}")


def _resembles(domain: str, real: str) -> bool:
    name, real_name = domain.rpartition(".")[0] or domain, real.rpartition(".")[0] or real
    if len(real_name) < _SHORTEST:
        return _skeleton(domain) == _skeleton(real)
    if name == real_name or real in domain or real.replace(".", "-") in domain:
        return True
    one, other = _skeleton(name), _skeleton(real_name)
    return one == other or _apart(one, other) <= (2 if len(real_name) >= _LONG else 1)


def _skeleton(name: str) -> str:
    """The name as a hasty reader sees it."""
    try:
        shown = name.encode("ascii").decode("idna")
    except UnicodeError:
        shown = name
    plain = unicodedata.normalize("NFKD", shown.translate(_FOREIGN))
    text = "".join(each for each in plain if not unicodedata.combining(each)).lower()
    for sign, read in _ALIKE:
        text = text.replace(sign, read)
    return text


def _apart(one: str, other: str) -> int:
    """How many letters must change, come or go; more than two is "many"."""
    if abs(len(one) - len(other)) > 2:
        return 3
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        last, row[0] = row[0], number
        for place, sign in enumerate(other, start=1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (letter != sign))
    return row[-1]
