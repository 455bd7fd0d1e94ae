"""Orders about the parties of a case: who is answerable, what they say, what they instruct, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core.chain import Action, How, Said, Standing, Terms
from dsarbot.core.order import ClaimOrder, Order


@dataclass(frozen=True, kw_only=True)
class Target:
    """An answerable party. way: from us to it, hop by hop; because: what shows it; systems: services involved."""

    way: tuple[Terms, ...]
    because: str
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Route(ClaimOrder):
    """A person confirms who is answerable for these claims. ours: a part of the data is ours as well; words: of the
    request, as they were written; files: names of what came with it."""

    to: tuple[Target, ...]
    words: str
    files: tuple[str, ...] = ()
    ours: bool = False


@dataclass(frozen=True, kw_only=True)
class AskCustomer(ClaimOrder):
    """law 4.5: nobody knows whose customer it is; the person is asked one question."""


@dataclass(frozen=True, kw_only=True)
class Adopt(ClaimOrder):
    """practice 27: a customer wrote first and invokes a right of a named person; the claims are theirs."""

    terms: Terms
    inbound: str
    received_at: datetime
    address: str
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Write(Order):
    """A party of the chain wrote. It joins the case and moves nothing (security 6)."""

    hop: str
    inbound: str
    received_at: datetime
    address: str
    standing: Standing
    message_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Hear(Order):
    """What a party said about what it was asked or told, as a person or its own page says."""

    hop: str
    said: Said
    how: How
    by: str = ""
    detail: str = ""
    number: int = 0
    until: date | None = None
    inbound: str = ""


@dataclass(frozen=True, kw_only=True)
class Instruct(Order):
    """An instruction came back. inbound: the mail that holds it; vouched: how a person knows that it comes from who may
    give it, where the mail does not show it; proof: of a page, what was proved there; claims: those it is about."""

    hop: str
    actions: tuple[Action, ...]
    how: How
    scope: str = ""
    detail: str = ""
    until: date | None = None
    inbound: str = ""
    vouched: str = ""
    proof: str = ""
    by: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConfirmInstruction(Order):
    """practice 28: the second confirmation, which names the counts."""

    instruction: str
    counts: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class SettleInstruction(Order):
    """What a person decides about an instruction: it stands (others that contradict it give way), is questioned
    (GDPR 28(3): it seems to infringe the law), or refused."""

    instruction: str
    verdict: Literal["stands", "questioned", "refused"]
    reason: str


@dataclass(frozen=True, kw_only=True)
class Execute(Order):
    """Done in one system of ours."""

    instruction: str
    where: str
    number: int
    note: str = ""
    exceptions: str = ""
    backups_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class PassDown(Order):
    """GDPR 28(4): the instruction goes to these sub-processors, with a date of their own."""

    instruction: str
    to: tuple[Terms, ...]
    due: date
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Report(Order):
    """Everything is done: the report up the chain is drafted. evidence: what shows it."""

    instruction: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class TellRecipients(ClaimOrder):
    """GDPR 19: whoever got the data learns what became of it. who: the identifier shared with them; what: changed."""

    to: tuple[Terms, ...]
    who: str
    what: str


@dataclass(frozen=True, kw_only=True)
class GiveUp(Order):
    """The party is bankrupt, gone, or cannot be reached: a decision of the data protection officer."""

    hop: str
    reason: str
