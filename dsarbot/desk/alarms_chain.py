"""What is wrong in a chain and must be heard of: a request that was not passed on in the contract's hours, a party that
is silent or cannot be reached, instructions that contradict. Pure, over one opened case."""

from __future__ import annotations

from collections.abc import Iterator

from dsarbot.core.alarms import Cause, Level
from dsarbot.core.case import Case
from dsarbot.core.chain import ENDED, Hop, HopState


def of_chain(case: Case) -> Iterator[Cause]:
    """One cause for each hop and instruction that needs somebody."""
    for hop in case.chain.hops if not case.merged_into else ():
        if kind := _trouble(hop, case):
            yield _cause(case, kind, hop.id, late=kind in _LATE)
    for each in case.chain.instructions:
        if each.state in ("contradicted", "questioned") and each.open:
            yield _cause(case, "instruction-stopped", each.id, late=False)


#: The deputy hears of it at once.
_LATE = frozenset({"hop-late", "hop-overdue"})
_RANKS = {"hop-forward": 0, "hop-late": 1, "hop-bounced": 1, "hop-silent": 0, "hop-overdue": 1}


def _trouble(hop: Hop, case: Case) -> str:
    if not hop.ours or hop.state in ENDED:
        return ""
    if hop.state == HopState.BOUNCED:
        return "hop-bounced"
    wanted = {
        HopState.PLANNED: ("hop-late", "hop-forward"),
        HopState.ASKED: ("hop-overdue", "hop-last"),
        HopState.ACKNOWLEDGED: ("hop-overdue",),
    }.get(hop.state, ())
    fired = next((each for each in wanted if f"{each}:{hop.id}" in case.alarms), "")
    return "hop-silent" if fired == "hop-last" else fired


def _cause(case: Case, kind: str, what: str, *, late: bool) -> Cause:
    return Cause(
        key=f"{kind}:{case.id}:{what}",
        matter=f"chain:{case.id}:{what}",
        kind=kind,
        subject=case.reference,
        case=case.id,
        rank=_RANKS.get(kind, 0),
        level=Level.DEPUTY if late else Level.OWNER,
        urgent=late,
    )
