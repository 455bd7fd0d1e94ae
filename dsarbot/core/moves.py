"""The law of moves, as one table: what a status becomes when an order is given or a fact is learnt.

An order is possible only where the table has a row for it; a fact is possible in every status (a bounce may come
after the answer, a letter may have left while somebody closed the case), so the table is total over facts, and a
fact that changes nothing there says so by keeping the status. The state diagram in the docs is drawn from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dsarbot.core import facts as f
from dsarbot.core import facts_chain as fc
from dsarbot.core import facts_rights as fr
from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Status
from dsarbot.core.fact import Fact
from dsarbot.errors import NotAllowed

UN, OP, WP, WC, AN, CL, NR = (
    Status.UNCONFIRMED,
    Status.OPEN,
    Status.WAITING_PERSON,
    Status.WAITING_PARTY,
    Status.ANSWERED,
    Status.CLOSED,
    Status.NOT_A_REQUEST,
)
_ALL = tuple(Status)
_UNDER_WAY = (OP, WP, WC)
_UNDONE = (UN, OP, WP, WC)
_REQUESTS = (UN, OP, WP, WC, AN, CL)

Kind = type[o.Order] | type[Fact]
Table = Mapping[tuple[Status, Kind], Status]


def _where(statuses: Iterable[Status], kind: Kind, becomes: Status | None = None) -> dict[tuple[Status, Kind], Status]:
    return {(status, kind): becomes or status for status in statuses}


#: Orders about claims: where they are possible. What they change is said by the facts that follow from them.
_ORDERS: dict[tuple[Status, Kind], Status] = {
    **_where((UN, NR), o.Confirm),
    **_where(_UNDONE, o.NotARequest),
    **_where(_UNDONE, o.AskIdentity),
    **_where(_UNDONE, o.Clarify),
    **_where((WP,), o.Clarified),
    **_where(_UNDER_WAY, o.Extend),
    **_where(_UNDER_WAY, o.Refuse),
    **_where(_UNDER_WAY, o.Answer),
    **_where(_UNDONE, o.AnsweredByHand),
    **_where(_UNDER_WAY, o.Forward),
    **_where(_UNDONE, o.Withdraw),
    # Art. 12(4): nobody is closed in silence; only what was answered can be put away.
    **_where((AN,), o.Close),
    **_where((AN, CL), o.Reopen),
    **_where(_ALL, o.CorrectReceipt),
    **_where(_REQUESTS, r.Tick),
    **_where((UN, OP, WP, WC, AN), r.Restrict),
    **_where(_REQUESTS, r.AnnounceLifting),
    **_where(_REQUESTS, r.Lift),
    **_where(_UNDONE, r.AskMandate),
    **_where(_UNDER_WAY, r.AskFee),
    **_where(_REQUESTS, r.SettleFee),
    **_where((OP, WP, WC, AN), r.RecordDirective),
    **_where(_REQUESTS, r.RevokeDirective),
    **_where((WC,), r.ProveForward),
    **_where(_UNDONE, oc.Route),
    **_where(_UNDER_WAY, oc.AskCustomer),
    **_where(_UNDONE, oc.Adopt),
    **_where((AN, CL), oc.TellRecipients),
}

#: Facts that move the claim they name.
_MOVING: dict[tuple[Status, Kind], Status] = {
    **_where((UN, NR), f.ClaimConfirmed, OP),
    **_where(_UNDONE, f.ClaimDismissed, NR),
    **_where((UN, OP, WP, WC), f.QuestionAsked, WP),
    **_where((WP,), f.QuestionAnswered, OP),
    **_where(_UNDONE, f.ClaimAnswered, AN),
    **_where((UN, OP, WP), f.ClaimForwarded, WC),
    **_where(_UNDONE, f.ClaimWithdrawn, CL),
    **_where((AN,), f.ClaimClosed, CL),
    # practice 27: "a proved and told forward closes"; it is waiting for the party only once the person was told.
    **_where((WC,), fr.ForwardProved, CL),
    **_where((AN, CL), f.ClaimReopened, OP),
    # Who was held answerable is not; what was told to close is open again.
    **_where((WC, CL), fc.ClaimReturned, OP),
    # law 4.7: carried out as instructed and reported; the answer is the controller's.
    **_where((OP, WP, WC), fc.ClaimServed, CL),
    **_where(_UNDONE, f.ClaimMoved, CL),
}

#: Total over facts: where nothing moves, the status stays.
_FACTS: dict[tuple[Status, Kind], Status] = {
    (status, kind): _MOVING.get((status, kind), status) for status in _ALL for kind in f.FACTS.values()
}

MOVES: Table = {**_ORDERS, **_FACTS}


def possible(status: Status, order: type[o.Order]) -> bool:
    """Whether the order may be given to a claim in that status."""
    return (status, order) in MOVES


def after(status: Status, fact: type[Fact]) -> Status:
    """The status of the claim once the fact is known."""
    return MOVES[status, fact]


def demand(status: Status, order: type[o.Order]) -> None:
    """NotAllowed, with the statuses in which the order would be possible, unless it is possible here."""
    if not possible(status, order):
        where = ", ".join(each for each in _ALL if possible(each, order))
        raise NotAllowed(
            "moves", f"{order.__name__} is not possible while the claim is {status}; it is possible when: {where}."
        )


def diagram() -> str:
    """The table as a Mermaid state diagram (docs/map.md holds it; a test compares)."""
    lines = ["stateDiagram-v2", "    [*] --> unconfirmed: ClaimFound, unsure", "    [*] --> open: ClaimFound, certain"]
    edges: dict[tuple[Status, Status], list[str]] = {}
    for (status, kind), becomes in _MOVING.items():
        edges.setdefault((status, becomes), []).append(kind.__name__)
    for (status, becomes), names in edges.items():
        lines.append(f"    {_node(status)} --> {_node(becomes)}: {', '.join(names)}")
    return "\n".join(lines)


def _node(status: Status) -> str:
    return status.value.replace("-", "_")
