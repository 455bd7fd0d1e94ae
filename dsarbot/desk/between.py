"""Orders about more than one case: merge, split, move. Each is one transaction, whoever gives it.

What goes on is written as two orders, one for the case that is left and one for the case that goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal, Protocol, TypeVar

from dsarbot.core import orders as o
from dsarbot.core.case import Case, Claim
from dsarbot.desk.by_hand import next_reference
from dsarbot.desk.handle import Desk, Task
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed
from dsarbot.ports import Scope

Kind = TypeVar("Kind", bound=o.Order)


class Place(Protocol):
    """A case as it stands, with everything about its organisation."""

    @property
    def scope(self) -> Scope: ...
    @property
    def case(self) -> Case: ...
    @property
    def organisation(self) -> Organisation: ...


class Make(Protocol):
    """Whoever gives orders: instant, actor and cause are filled in."""

    def __call__(self, kind: type[Kind], /, **fields: Any) -> Kind: ...  # noqa: ANN401  # the fields of the order


async def merge(desk: Desk, make: Make, found: Place, into: Place) -> Case:
    """Everything open goes on in the other case; both references stay valid. Gives that case."""
    if found.scope != into.scope:
        raise NotAllowed(
            "merge-organisations",
            f"{found.case.reference} is a case of {found.scope}, {into.case.reference} one of {into.scope};"
            " each controller answers for itself. To hand a case over, use: dsarbot cases move.",
        )
    if into.case.merged_into:
        raise NotAllowed("merged", f"{into.case.reference} was merged itself.")
    open_ones = found.case.active
    going = tuple(claim.id for claim in open_ones)
    absorb = make(
        o.Absorb,
        from_case=found.case.id,
        reference=found.case.reference,
        claims=open_ones,
        inbounds=found.case.inbounds,
        mode="merge",
        confidential=found.case.confidential,
    )
    leave = make(o.Leave, to_case=into.case.id, claims=going, mode="merge")
    _, after = await together(desk, [(found.scope, found.case.id, leave), (into.scope, into.case.id, absorb)])
    return after


async def split(
    desk: Desk, make: Make, found: Place, claims: Sequence[Claim], works: Collection[str]
) -> tuple[Case, Case]:
    """Some claims get a case of their own, with the same receipt. Gives the old case and the new one."""
    if done := [claim.id for claim in claims if claim not in found.case.active]:
        raise NotAllowed("split-done", f"Claim {', '.join(done)} is done; only what is open can go on elsewhere.")
    return await _carry_on(desk, make, found, found.organisation, claims=claims, mode="split", works=works)


async def move(
    desk: Desk, make: Make, found: Place, other: Organisation, works: Collection[str]
) -> tuple[Case, Case]:  # fmt: skip
    """The receipt is kept; calendar, letterhead and authority are those of the other organisation. works: staff there,
    and whoever gives the order."""
    if other.scope == found.scope:
        raise NotAllowed("move-nowhere", f"{found.case.reference} is a case of {other.key} already.")
    return await _carry_on(desk, make, found, other, claims=found.case.active, mode="move", works=works)


async def _carry_on(
    desk: Desk, make: Make, found: Place, there: Organisation, *, claims: Sequence[Claim],
    mode: Literal["split", "move"], works: Collection[str],
) -> tuple[Case, Case]:  # fmt: skip
    """Claims leave one case and open another."""
    case, is_split = found.case, mode == "split"
    new_id = desk.new_id()
    opening = make(
        o.OpenFrom,
        case=new_id,
        reference=await next_reference(desk.store, there, desk.clock()),
        organisation=there.key,
        channel=case.channel,
        language=case.language,
        received_at=min((claim.received_at for claim in claims), default=desk.clock()),
        inbound="",
        person=case.person,
        subject=case.subject,
        asked=(),
        role_hint=case.role_hint,
        urgency=case.urgency,
        automatic_blocked=case.automatic_blocked,
        from_case=case.id,
        mode=mode,
        claims=tuple(claims),
        inbounds=case.inbounds,
        # What one controller has checked does not prove anything to another.
        rung=case.rung if is_split else "",
        # practice 12: a confidential case stays one; of those who see it only who works there goes on seeing it.
        confidential=tuple(each for each in case.confidential if each in works),
        representative=case.representative,
    )
    leave = make(
        o.Leave,
        to_case=new_id,
        claims=tuple(claim.id for claim in claims),
        mode=mode,
        organisation="" if is_split else there.key,
    )
    left, after = await together(desk, [(found.scope, case.id, leave), (there.scope, "", opening)])
    return left, after


async def together(desk: Desk, orders: Sequence[tuple[Scope, str, o.Order]]) -> list[Case]:
    """All of these orders or none; the first refusal is raised."""
    tasks = [Task(scope=scope, case=case_id, thing=order) for scope, case_id, order in orders]
    results = await desk.handle(tasks, together=True)
    return [each for each in results if isinstance(each, Case)]
