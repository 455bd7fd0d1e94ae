"""Who is answerable for a data set: proposals with their reasons, and the way there along the contracts.

law 4.5: only routing metadata is looked at (what the request itself names), never hosted content. A proposal moves
nothing; a person confirms it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from dsarbot.core.chain import Terms
from dsarbot.core.parties import UPWARD, Contract, Party, Register, network_of
from dsarbot.errors import NotAllowed

_HOST: Final = re.compile(r"(?<![\w@.-])(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])", re.IGNORECASE)
_AT: Final = re.compile(r"@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})", re.IGNORECASE)
_IP: Final = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?<!\w)(?=[\w/-]*\d)[\w][\w/-]{3,39}(?!\w)")
#: Shorter names stand in too many texts.
_SHORTEST: Final = 4
#: How much a sign says: its own name for a service is surer than the address somebody writes from.
_WEIGHT: Final = {"domain": 5, "network": 5, "invoice": 4, "service": 3, "brand": 2, "sender": 2}
_MOST_TEXT: Final = 64_000


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One sign in the request. sort: domain, network, invoice, service, brand, sender; sign: as it stands there."""

    sort: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class Answerable:
    """A party that may be answerable, why, and which of its services the request names."""

    party: Party
    contract: Contract
    reasons: tuple[Reason, ...]

    @property
    def weight(self) -> int:
        return sum(_WEIGHT[each.sort] for each in self.reasons)

    @property
    def because(self) -> str:
        """The reasons in one line."""
        return "; ".join(f"{each.sort} {each.sign}" for each in self.reasons)


def proposals(register: Register, *, text: str, sender: str) -> tuple[Answerable, ...]:
    """Who may be answerable, the likeliest first: one for each data set that the request names."""
    seen = _Seen(text[:_MOST_TEXT], sender)
    found = [
        Answerable(party=party, contract=contract, reasons=reasons)
        for party, contract in register.contracts()
        if party.kind in (*UPWARD, "group") and (reasons := tuple(seen.reasons(party, contract)))
    ]
    # A reseller is on the way to the customer behind it, which has the same sign.
    reached = {between for each in found for between in _between(register, each.contract)}
    ends = [each for each in found if each.party.key not in reached]
    return tuple(sorted(ends, key=lambda each: (-each.weight, each.party.key)))


class _Seen:
    """What a request names."""

    def __init__(self, text: str, sender: str) -> None:
        self._text = " ".join(text.casefold().split())
        hosts = (*_HOST.findall(self._text), *_AT.findall(self._text))
        self._hosts = tuple(dict.fromkeys(each.rstrip(".") for each in hosts))
        self._addresses = tuple(found for each in _IP.findall(self._text) if (found := _ip(each)) is not None)
        self._numbers = tuple(dict.fromkeys(_NUMBER.findall(self._text)))
        self._sender = sender.rpartition("@")[2].casefold()

    def reasons(self, party: Party, contract: Contract) -> Iterator[Reason]:
        """The signs of this contract that stand in it."""
        for domain in contract.domains:
            named = next((each for each in self._hosts if below(each, domain.casefold())), "")
            if named:
                yield Reason(sort="domain", sign=named)
            elif below(self._sender, domain.casefold()):
                yield Reason(sort="sender", sign=self._sender)
        for each in contract.networks:
            network = network_of(each)
            yield from (Reason(sort="network", sign=str(ip)) for ip in self._addresses if network and ip in network)
        for pattern in contract.invoices:
            found = next((each for each in self._numbers if fnmatchcase(each, pattern.casefold())), "")
            if found:
                yield Reason(sort="invoice", sign=found)
        yield from (Reason(sort="service", sign=each) for each in contract.services if self._names(each))
        yield from (Reason(sort="brand", sign=each) for each in (*party.brands, party.name) if self._names(each))

    def _names(self, name: str) -> bool:
        words = " ".join(name.casefold().split())
        return len(words) >= _SHORTEST and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", self._text))


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def below(host: str, domain: str) -> bool:
    """Whether the host is that domain or stands below it."""
    return bool(domain) and f".{host}".endswith(f".{domain}")


def _between(register: Register, contract: Contract) -> tuple[str, ...]:
    """Keys of those who stand between us and the party of that contract, ours first."""
    found: list[str] = []
    at = contract.through
    while at and at not in found:
        found.insert(0, at)
        party = register.party(at)
        at = next((each.through for each in party.contracts if each.through), "") if party else ""
    return tuple(found)


def way(register: Register, key: str) -> tuple[Terms, ...]:
    """From us to that party, hop by hop (law 4.6): past whoever stands between only where the contract allows.

    NotAllowed when nobody of that key can be answerable."""
    party = register.party(key)
    if party is None or party.kind not in (*UPWARD, "group"):
        known = ", ".join(each.key for each in register.parties if each.kind in (*UPWARD, "group")) or "none"
        raise NotAllowed("party-unknown", f"Nobody answerable has the key {key}; known: {known}.")
    contract = party.contracts[0]
    passed = () if contract.direct else _between(register, contract)
    steps = [step for each in passed if (step := register.party(each)) is not None]
    return tuple(terms_of(each, each.contracts[0]) for each in (*steps, party))


def terms_of(party: Party, contract: Contract) -> Terms:
    """What a case keeps of a party and its contract."""
    return Terms(
        party=party.key,
        name=party.name,
        kind=party.kind,
        address=party.address,
        language=party.language,
        passes_on=contract.theirs in ("processor", "sub-processor") and party.kind in UPWARD,
        joint=contract.theirs == "joint",
        notice=contract.notice,
        may_name=contract.may_name,
        contacts=party.contacts,
        instructs=tuple(each.lower() for each in party.instructs),
        forward_hours=contract.forward_hours,
        id_copies=contract.id_copies,
        cooling=contract.cooling,
        reminders=contract.reminders,
        days=contract.days,
        services=contract.services,
        uses=contract.uses,
        backup_days=contract.backup_days,
    )


def below_us(register: Register, keys: Iterable[str]) -> tuple[Terms, ...]:
    """The terms of sub-processors or recipients by their keys. NotAllowed for a key that nobody has."""
    found = []
    for key in keys:
        party = register.party(key)
        if party is None:
            raise NotAllowed("party-unknown", f"Nobody has the key {key}.")
        found.append(terms_of(party, party.contracts[0]))
    return tuple(found)
