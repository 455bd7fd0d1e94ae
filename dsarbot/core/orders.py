"""Orders: what a person (or the intake on somebody's behalf) asks for. An order may be refused, with the rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dsarbot.core import order, orders_identity
from dsarbot.core.case import Claim, Joined, Outcome, Person, Section, Sibling
from dsarbot.core.letter import Part, Result
from dsarbot.core.measures import Representative
from dsarbot.core.triaged import Triaged

Order = order.Order
ClaimOrder = order.ClaimOrder
AskIdentity = orders_identity.AskIdentity
Verify = orders_identity.Verify


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One right as triage or a person read it."""

    right: str
    party: str
    certain: bool
    marketing: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Open(Order):
    """Open a case. `automatic_blocked` is the reason why nothing may leave by itself ("" when it may). Of sibling
    cases (practice 5) the first says for which others it acknowledges (`also`), these by which (`acknowledged_by`);
    siblings: all it is linked with; proposes: what else a person must look at; earlier_receipt: a date that is only
    printed somewhere (practice 1); triaged: what triage said of the message."""

    case: str
    reference: str
    organisation: str
    channel: str
    language: str
    received_at: datetime
    inbound: str
    person: Person
    subject: str = ""
    asked: Sequence[Asked]
    role_hint: str = ""
    urgency: tuple[str, ...] = ()
    automatic_blocked: str = ""
    links: tuple[str, ...] = ()
    message_id: str = ""
    also: tuple[str, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    triaged: Triaged | None = None
    acknowledged_by: str = ""
    proposes: tuple[str, ...] = ()
    earlier_receipt: datetime | None = None
    assignee: str = ""


@dataclass(frozen=True, kw_only=True)
class Join(Order):
    """A message belongs to this case. It moves nothing by itself (security 6): `proposes` are only proposals."""

    inbound: str
    received_at: datetime
    how: str
    proposes: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Confirm(ClaimOrder):
    """This is a request. `asked` replaces the rights triage found, when given."""

    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotARequest(ClaimOrder):
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Clarify(ClaimOrder):
    about: str
    large: bool = False


@dataclass(frozen=True, kw_only=True)
class Clarified(ClaimOrder):
    answered_on: date


@dataclass(frozen=True, kw_only=True)
class Extend(ClaimOrder):
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Refuse(ClaimOrder):
    """evidence: what shows that the ground applies; the person is told the detail."""

    ground: str
    detail: str
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer(ClaimOrder):
    """ground, parts: what a partial answer withholds and on what that rests; empty otherwise. results: for claims that
    get another outcome than the rest. holds: items of the checklists that stand in the text or in what is enclosed."""

    outcome: Outcome
    detail: str
    ground: str = ""
    evidence: str = ""
    parts: tuple[Part, ...] = ()
    results: tuple[Result, ...] = ()
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AnsweredByHand(ClaimOrder):
    """A mail that staff wrote by hand answered these claims. inbound: which of the case's messages it is; subject,
    sections: its words, as they stand in it."""

    inbound: str
    outcome: Outcome
    ground: str = ""
    subject: str = ""
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Forward(ClaimOrder):
    """Tell the person that the request was passed on to the party that is answerable (law 4.4)."""

    party: str


@dataclass(frozen=True, kw_only=True)
class Edit(Order):
    letter: str
    sections: tuple[Section, ...]
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Approve(Order):
    """What the approver saw: digest and case version; findings: rules of the pre-send check that block the letter;
    overrides: those of them that the approver sets aside, with a reason that lands in the journal; decided_by: whose
    decision it is, when not the approver's (practice 11)."""

    letter: str
    digest: str
    version: int
    findings: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Discard(Order):
    letter: str


@dataclass(frozen=True, kw_only=True)
class Posted(Order):
    letter: str
    on: date
    registered: str = ""


@dataclass(frozen=True, kw_only=True)
class Note(Order):
    text: str
    kind: Literal["work", "decision", "legal-advice"] = "work"


@dataclass(frozen=True, kw_only=True)
class Assign(Order):
    staff: str


@dataclass(frozen=True, kw_only=True)
class Withdraw(ClaimOrder):
    """evidence: how we know that the person wants it, e.g. the message id; needed because closing is final."""

    evidence: str


@dataclass(frozen=True, kw_only=True)
class Close(ClaimOrder):
    pass


@dataclass(frozen=True, kw_only=True)
class Reopen(ClaimOrder):
    why: Literal["identity-completed", "contested", "mistake"]


@dataclass(frozen=True, kw_only=True)
class CorrectReceipt(ClaimOrder):
    """A later receipt than recorded needs a second person (practice 8)."""

    received_at: datetime
    evidence: str
    second: str = ""


@dataclass(frozen=True, kw_only=True)
class Settle(Order):
    """Accept or decline what a message proposed; what follows from it is an order of its own, but for a right that
    another one brought up: it becomes a claim. scope: of what, where it is not all."""

    proposal: str
    accepted: bool
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class Redate(Order):
    """The calendar changed: compute every open claim again."""


@dataclass(frozen=True, kw_only=True)
class Leave(Order):
    """These claims go on in another case (split, merge) or organisation (move)."""

    to_case: str
    claims: tuple[str, ...]
    mode: Literal["split", "merge", "move"]
    organisation: str = ""


@dataclass(frozen=True, kw_only=True)
class Absorb(Order):
    """Take over claims and conversation of another case: the other half of a merge or split. confidential: who alone
    may see that one."""

    from_case: str
    reference: str
    claims: tuple[Claim, ...]
    inbounds: tuple[Joined, ...]
    mode: Literal["split", "merge", "move"]
    confidential: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OpenFrom(Open):
    """Open a case with claims of another one, which leaves them at the same time (`Leave`): a split, or a move to
    another organisation. `asked` stays empty: nothing is asked anew, and the receipt goes with the claims.

    claims, inbounds: as they stood there; rung: what the person has proved there; confidential: who alone may see the
    new one; representative: who writes for the person."""

    from_case: str
    mode: Literal["split", "move"]
    claims: tuple[Claim, ...]
    inbounds: tuple[Joined, ...]
    rung: str = ""
    confidential: tuple[str, ...] = ()
    representative: Representative | None = None
