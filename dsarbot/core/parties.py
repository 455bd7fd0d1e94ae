"""Who stands between us and a person's data: customers, resellers, sub-processors, recipients, and the contracts.

A register is a value: read from the store, checked here, and what a case needs of it is copied into the case when it
is routed, so that a contract changed later rewrites no journal.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["customer", "reseller", "sub-processor", "recipient", "group"]
#: What a side of a contract is for the data that it is about.
Role = Literal["controller", "processor", "sub-processor", "joint"]
#: practice 26: what the person may be told of a request that was passed on.
Notice = Literal["neutral", "full", "none-until-authorised"]

KINDS: Final = get_args(Kind)
ROLES: Final = get_args(Role)
NOTICES: Final = get_args(Notice)
LANGUAGES: Final = ("en", "fr", "de")
#: It stands in the clear in the journal, so it must be a code.
KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: Whoever can instruct us: those for whom we process.
UPWARD: Final = ("customer", "reseller")
_ADDRESS: Final = re.compile(r"[^@\s,;<>]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{2,63}")
_LONGEST_FORWARD: Final = 240


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What was agreed with one party, and what it covers.

    theirs, ours: the roles of both sides; through: key of the party that stands between us and this one ("": none);
    services, domains, networks, invoices: by which its data is found (a number of an invoice may end with *);
    forward_hours: within which we pass a request on (0: two working days); may_name: whether the person may learn the
    party's name; direct: whether we may write past whoever stands between; id_copies: whether copies of identity papers
    are passed on; cooling: whether an erasure by link waits a day (practice 28); reminders: how many beyond the one and
    the last notice; days: within which an instruction is carried out (0: not agreed); uses: sub-processors, each after
    the service that it is used for, as ``hosting=dc-one``; backup_days: after which backups are overwritten."""

    theirs: Role
    ours: Role
    through: str = ""
    services: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()
    forward_hours: int = 0
    notice: Notice = "neutral"
    may_name: bool = False
    direct: bool = False
    id_copies: bool = False
    cooling: bool = True
    reminders: int = 0
    days: int = 0
    uses: tuple[str, ...] = ()
    backup_days: int = 0

    @property
    def covered(self) -> tuple[tuple[str, str], ...]:
        """Everything by which data under this contract is known, with its sort."""
        sorts = (("service", self.services), ("domain", self.domains), ("network", self.networks))
        named = [(sort, each.casefold()) for sort, values in sorts for each in values]
        return (*named, *(("invoice", each.casefold()) for each in self.invoices))


@dataclass(frozen=True, kw_only=True)
class Party:
    """One party. contact: its privacy contact, a mail address; postal: where letters on paper go; instructs: addresses
    of those who may instruct us; brands: names under which it sells what we run."""

    key: str
    name: str
    kind: Kind
    language: str = "en"
    contact: str = ""
    postal: tuple[str, ...] = ()
    instructs: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    contracts: tuple[Contract, ...] = ()

    @property
    def contacts(self) -> tuple[str, ...]:
        """Every address of a person who speaks for it, in small letters."""
        named = (each.lower() for each in (self.contact, *self.instructs) if each)
        return tuple(dict.fromkeys(named))

    @property
    def address(self) -> str:
        """Where letters to it go."""
        return self.contact or "\n".join(self.postal)


@dataclass(frozen=True, kw_only=True)
class Register:
    """All parties of one organisation."""

    parties: tuple[Party, ...] = ()

    def party(self, key: str) -> Party | None:
        return next((each for each in self.parties if each.key == key), None)

    def contracts(self) -> Iterator[tuple[Party, Contract]]:
        """Every contract with its party."""
        return ((party, contract) for party in self.parties for contract in party.contracts)

    def by_address(self, address: str) -> Party | None:
        """Who is spoken for from that address."""
        return next((each for each in self.parties if address.lower() in each.contacts), None)

    def put(self, party: Party) -> Register:
        """With that party as it is now."""
        others = (each for each in self.parties if each.key != party.key)
        return Register(parties=tuple(sorted((*others, party), key=lambda each: each.key)))


def problems(register: Register) -> tuple[str, ...]:
    """Everything that is wrong, in words; nobody is routed along a register that has any."""
    found = [line for party in register.parties for line in _of_party(party, register)]
    return tuple(dict.fromkeys((*found, *_cycles(register), *_shared(register), *_instructing(register))))


def _of_party(party: Party, register: Register) -> Iterator[str]:
    where = party.key
    if not KEY.fullmatch(party.key):
        yield f"{where}: a key has small letters, digits and hyphens only, at most 40"
    if not party.name.strip():
        yield f"{where}: its name is missing"
    if not party.address:
        yield f"{where}: it has no contact; give a mail address or a postal one"
    for each in (party.contact, *party.instructs):
        if each and not _ADDRESS.fullmatch(each):
            yield f"{where}: one of its contacts is no mail address"
    if party.kind in UPWARD and not party.instructs:
        yield f"{where}: nobody is named who may instruct us"
    if party.language not in LANGUAGES:
        yield f"{where}: letters are written in {', '.join(LANGUAGES)}"
    if not party.contracts:
        yield f"{where}: it has no contract"
    for contract in party.contracts:
        yield from (f"{where}: {each}" for each in _of_contract(contract, register))


def _of_contract(contract: Contract, register: Register) -> Iterator[str]:
    yield from _of_way(contract, register)
    yield from (problem for use in contract.uses if (problem := _of_use(use, contract, register)))
    yield from (f"'{each}' is no domain name" for each in contract.domains if not _DOMAIN.fullmatch(each.lower()))
    yield from (f"'{each}' is no IP address or network" for each in contract.networks if network_of(each) is None)
    if not 0 <= contract.forward_hours <= _LONGEST_FORWARD:
        yield f"requests are passed on within 0 to {_LONGEST_FORWARD} hours"
    if min(contract.reminders, contract.days, contract.backup_days) < 0:
        yield "numbers of days and reminders are not below 0"


def _of_way(contract: Contract, register: Register) -> Iterator[str]:
    between = register.party(contract.through)
    if contract.through and between is None:
        yield f"it stands behind {contract.through}, which is not there"
    elif between is not None and all(each.theirs == "controller" for each in between.contracts):
        yield f"it stands behind {contract.through}, which is itself the controller of what it has with us"


def _of_use(use: str, contract: Contract, register: Register) -> str:
    service, _, key = use.partition("=")
    used = register.party(key)
    if not service or used is None or used.kind != "sub-processor":
        return f"'{use}' names no sub-processor of the register; write SERVICE=KEY"
    known = service.casefold() in {each.casefold() for each in contract.services}
    return "" if known else f"'{use}' is for a service that the contract does not have"


def network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The network, or that of one address; None when it is none."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _cycles(register: Register) -> Iterator[str]:
    for party, contract in register.contracts():
        walked, at = [party.key], contract.through
        while at and at not in walked:
            walked.append(at)
            between = register.party(at)
            at = next((each.through for each in between.contracts if each.through), "") if between else ""
        if at:
            yield f"{' -> '.join((*walked, at))}: the chain leads in a circle"


def _shared(register: Register) -> Iterator[str]:
    """A service with two controllers: nobody could say who is answerable."""
    holders: dict[tuple[str, str], dict[str, Contract]] = {}
    for party, contract in register.contracts():
        for each in contract.covered if party.kind in (*UPWARD, "group") else ():
            holders.setdefault(each, {})[party.key] = contract
    for (sort, value), held in holders.items():
        deciding = sorted(key for key, contract in held.items() if contract.theirs in ("controller", "joint"))
        joint = all(held[key].theirs == "joint" for key in deciding)
        if len(deciding) > 1 and not joint:
            yield f"{sort} '{value}' has two controllers: {', '.join(deciding)}"
        between = sorted(key for key in held if key not in deciding)
        if len(between) > 1 or (between and deciding and held[deciding[0]].through not in between):
            yield f"{sort} '{value}' is held by {', '.join(sorted(held))}, and no contract joins them"


def _instructing(register: Register) -> Iterator[str]:
    speaks: dict[str, list[str]] = {}
    for party in register.parties:
        for each in party.instructs:
            speaks.setdefault(each.lower(), []).append(party.key)
    for keys in speaks.values():
        if len(keys) > 1:
            yield f"{', '.join(sorted(keys))}: the same address may instruct us for each; nobody could tell for whom"


def roles(kind: Kind, theirs: Role | None = None) -> tuple[Role, Role]:
    """Their role and ours, where the contract says no more: whom a customer is to us, we are its processor."""
    their = theirs or _USUAL[kind]
    ours: Role = "processor"
    if their == "joint":
        ours = "joint"
    elif kind in ("sub-processor", "recipient"):
        # GDPR 28(4): whoever works for us works for the controller for whom we work.
        ours = "controller" if kind == "recipient" or their == "processor" else "processor"
    elif their == "processor":
        ours = "sub-processor"
    return their, ours


_USUAL: Final[dict[str, Role]] = {
    "customer": "controller", "reseller": "processor", "sub-processor": "sub-processor", "recipient": "controller",
    "group": "joint",
}  # fmt: skip
