"""The chain of a case as values: hops between parties, instructions that came back, what was carried out.

Everything that a decision needs of a contract is copied into the hop (`Terms`) when the case is routed: a contract
that changes later changes no journal. Nothing here moves: `facts_chain` says what happened, `apply_chain` what it
means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

#: Up to whoever decides; down to whoever works for us; a notice of GDPR 19 to a recipient.
Direction = Literal["up", "down", "notice"]
#: How an answer came.
How = Literal["mail", "page", "command", "api", "post", "phone"]
#: practice 27-28, security 6: what is known of whoever wrote a message of the chain; `link-and-code`: on its page.
Standing = Literal[
    "authenticated", "not-instructing", "not-named", "not-aligned", "passed-on", "look-alike", "link-and-code"
]  # fmt: skip
#: Of whom it is known that they speak for the party.
SPEAKS: frozenset[Standing] = frozenset({"authenticated", "not-instructing", "link-and-code"})
#: What a party says about what it was asked, or told to do.
Said = Literal["acknowledged", "passed-on", "wait", "not-ours", "nothing-held", "done"]
Action = Literal["export", "rectify", "erase", "restrict", "nothing"]
InstructionState = Literal[
    "unconfirmed", "standing", "contradicted", "questioned", "refused", "superseded", "reported"
]  # fmt: skip

ACTIONS: tuple[Action, ...] = ("export", "rectify", "erase", "restrict", "nothing")
#: Who hears them in the chain: one of each pair cannot be carried out beside the other.
_AGAINST = frozenset({
    frozenset({"erase", "rectify"}), frozenset({"erase", "restrict"}), frozenset({"erase", "nothing"}),
    frozenset({"rectify", "nothing"}), frozenset({"restrict", "nothing"}), frozenset({"export", "nothing"}),
})  # fmt: skip


class HopState(StrEnum):
    """Where a hop stands. `expected`: beyond the next party, who must pass it on."""

    EXPECTED = "expected"
    PLANNED = "planned"
    ASKED = "asked"
    BOUNCED = "bounced"
    WROTE = "wrote"
    ACKNOWLEDGED = "acknowledged"
    PASSED_ON = "passed-on"
    WAITS = "waits"
    INSTRUCTED = "instructed"
    NOT_OURS = "not-ours"
    NOTHING_HELD = "nothing-held"
    DONE = "done"
    REPORTED = "reported"
    SILENT = "silent"
    GIVEN_UP = "given-up"


#: Nobody has answered yet.
UNHEARD = frozenset({HopState.ASKED, HopState.BOUNCED})
#: practice 27: the party has the request, and said so.
PROVED = frozenset({
    HopState.ACKNOWLEDGED, HopState.PASSED_ON, HopState.WAITS, HopState.INSTRUCTED, HopState.REPORTED, HopState.SILENT,
})  # fmt: skip
#: Nothing more is expected of it.
ENDED = frozenset({
    HopState.NOT_OURS, HopState.NOTHING_HELD, HopState.DONE, HopState.REPORTED, HopState.SILENT, HopState.GIVEN_UP,
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A party and its contract as they stood when the case was routed. passes_on: it stands between us and its own
    customers; contacts: addresses of those who speak for it; instructs: of those who may instruct us."""

    party: str
    name: str = ""
    kind: str = "customer"
    address: str = ""
    language: str = "en"
    passes_on: bool = False
    joint: bool = False
    notice: str = "neutral"
    may_name: bool = False
    contacts: tuple[str, ...] = ()
    instructs: tuple[str, ...] = ()
    forward_hours: int = 0
    id_copies: bool = False
    cooling: bool = True
    reminders: int = 0
    days: int = 0
    services: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    backup_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Wrote:
    """A message of the chain: from which address, and what is known of its sender."""

    inbound: str
    at: datetime
    address: str
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Hop:
    """One step between two parties. sender: key of who passes it on ("": us); forward_by: until when the letter must
    leave; due: until when it must be carried out; letter, asked_at: what left, and when; systems: services involved;
    words: of the request; instruction: the one it passes down; heard_at, said_by: the last answer; number, until: what
    that answer counted or waits for; adopted: the party wrote first."""

    id: str
    direction: Direction
    terms: Terms
    claims: tuple[str, ...]
    state: HopState
    planned_at: datetime
    sender: str = ""
    forward_by: datetime | None = None
    due: date | None = None
    systems: tuple[str, ...] = ()
    words: str = ""
    because: str = ""
    instruction: str = ""
    letter: str = ""
    asked_at: datetime | None = None
    wrote: tuple[Wrote, ...] = ()
    heard_at: datetime | None = None
    said_by: str = ""
    detail: str = ""
    number: int = 0
    until: date | None = None
    why: str = ""
    adopted: bool = False

    @property
    def ours(self) -> bool:
        """Whether we are the ones to write."""
        return not self.sender


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """What a controller told us to do. until: its date; proof: what shows that it comes from who may give it; counts:
    what the second confirmation of an erasure named; effective_at: from when it may be carried out (practice 28)."""

    id: str
    hop: str
    claims: tuple[str, ...]
    actions: tuple[Action, ...]
    state: InstructionState
    at: datetime
    how: How
    by: str
    proof: str
    scope: str = ""
    detail: str = ""
    until: date | None = None
    inbound: str = ""
    counts: str = ""
    effective_at: datetime | None = None
    reason: str = ""
    report: str = ""

    @property
    def open(self) -> bool:
        """Whether it waits for somebody here."""
        return self.state in ("unconfirmed", "standing", "contradicted", "questioned") and self.actions != ("nothing",)

    def effective(self, now: datetime) -> bool:
        """Whether data may be touched for it now."""
        return self.state == "standing" and (self.effective_at is None or self.effective_at <= now)


@dataclass(frozen=True, kw_only=True)
class Executed:
    """What was done for an instruction in one system of ours. exceptions: what was not done, and why."""

    instruction: str
    at: datetime
    by: str
    where: str
    number: int
    note: str = ""
    exceptions: str = ""
    backups_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Everything about the parties of a case."""

    hops: tuple[Hop, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    executed: tuple[Executed, ...] = ()

    def hop(self, hop_id: str) -> Hop | None:
        return next((each for each in self.hops if each.id == hop_id), None)

    def instruction(self, instruction_id: str) -> Instruction | None:
        return next((each for each in self.instructions if each.id == instruction_id), None)

    def up(self, claim: str = "") -> tuple[Hop, ...]:
        """Our own hops up, of one claim or of all."""
        return tuple(
            each for each in self.hops if each.direction == "up" and each.ours and (not claim or claim in each.claims)
        )

    def down(self, instruction: str) -> tuple[Hop, ...]:
        """Who carries that instruction out besides us."""
        return tuple(each for each in self.hops if each.direction == "down" and each.instruction == instruction)

    def current(self, party: str) -> Hop | None:
        """Our latest hop to that party."""
        return next((each for each in reversed(self.hops) if each.terms.party == party and each.ours), None)

    def open_instruction(self, claim: str) -> bool:
        """Whether something is still to be done for that claim."""
        return any(each.open and claim in each.claims for each in self.instructions)

    def writer(self, inbound: str) -> Hop | None:
        """The hop whose party wrote that message."""
        return next((hop for hop in self.hops if any(each.inbound == inbound for each in hop.wrote)), None)

    def named(self, address: str) -> Hop | None:
        """Our latest hop to whoever writes from there."""
        address = address.lower()
        return next((each for each in reversed(self.hops) if each.ours and address in each.terms.contacts), None)


def contradict(one: tuple[Action, ...], other: tuple[Action, ...]) -> bool:
    """Whether both cannot be carried out on the same data."""
    return any(frozenset({a, b}) in _AGAINST for a in one for b in other)
