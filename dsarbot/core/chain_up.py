"""Up the chain: a person says who is answerable, the request is passed on, what the parties say is written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dsarbot.core import facts as f
from dsarbot.core import facts_chain as fc
from dsarbot.core import orders_chain as o
from dsarbot.core.case import Case, Claim, Moment, Purpose, Status
from dsarbot.core.chain import ENDED, SPEAKS, Hop, HopState, Standing, Terms
from dsarbot.core.dating import local_day
from dsarbot.core.fact import Fact
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: Kinds of proposals: a party wrote, and a person reads it.
ANSWER, UNPROVED = "party-answer", "party-unproved"
#: Where the person is asked whose customer they are (law 4.5).
WHICH_CUSTOMER: Final = "which-customer"
#: law 4.2: without a contract that says more, two working days at most.
_FORWARD_DAYS: Final = 2
_EVENING: Final = time(17)
#: What each sort of hop can hear.
_HEARS: Final = {
    "up": frozenset({"acknowledged", "passed-on", "wait", "not-ours", "nothing-held"}),
    "down": frozenset({"acknowledged", "wait", "not-ours", "nothing-held", "done"}),
    "notice": frozenset({"acknowledged", "nothing-held", "done"}),
}


def route(order: o.Route, case: Case, rules: Rules) -> Decision:
    """law 4.1: "per data set, not per person". The first party takes the claims over unless a part is ours; each
    further one has claims of its own, received with the first."""
    meant = targets(case, order)
    _demand_routable(order, case, meant)
    facts: list[Fact] = [f.ClaimConfirmed(claim=each.id) for each in meant if each.status == Status.UNCONFIRMED]
    drafts: list[Draft] = []
    claims, hops = len(case.claims), len(case.chain.hops)
    # law 4.9: of joint controllers each is answerable; our part stays with us.
    keep = order.ours or all(each.way[-1].joint for each in order.to)
    for number, target in enumerate(order.to):
        if number == 0 and not keep:
            end = target.way[-1]
            mine = ids(meant)
            facts += [
                fc.ClaimRouted(claim=each, party=end.party, days=0, because=target.because) for each in mine
            ]  # fmt: skip
        else:
            found = list(_found(meant, target, first=claims + 1))
            claims += len(found)
            facts += found
            mine = tuple(each.claim for each in found)
        planned = list(_hops(target, order, mine, meant, first=hops + 1, rules=rules))
        hops += len(planned)
        facts += planned
        drafts.append(_asking(planned[0], order))
    return Decision(facts=tuple(facts), effects=tuple(drafts))


def _demand_routable(order: o.Route, case: Case, meant: tuple[Claim, ...]) -> None:
    if not order.to or not all(each.way for each in order.to):
        raise NotAllowed("route-nobody", "Say who is answerable.")
    if not order.words.strip():
        raise NotAllowed("route-words", "law 4.3: the request is passed on in its own words; they are missing.")
    ends = [each.way[-1].party for each in order.to]
    if len(set(ends)) < len(ends):
        raise NotAllowed("route-twice", "The same party is named twice.")
    for target in order.to:
        if not target.because.strip():
            raise NotAllowed("route-because", "Say what shows that this party is answerable, e.g. the domain named.")
        way = {each.party for each in target.way}
        under_way = [each for each in case.chain.up() if each.terms.party in way and each.state not in ENDED]
        rights = {(each.right, each.marketing) for each in meant}
        if any((case.claim(c).right, case.claim(c).marketing) in rights for hop in under_way for c in hop.claims):
            raise NotAllowed("route-known", f"The request is with {target.way[0].party} already.")


def _found(meant: tuple[Claim, ...], target: o.Target, *, first: int) -> Iterator[f.ClaimFound]:
    for number, claim in enumerate(meant, start=first):
        yield f.ClaimFound(
            claim=f"c{number}",
            right=claim.right,
            party=target.way[-1].party,
            received_at=claim.received_at,
            certain=True,
            marketing=claim.marketing,
            because=(target.because,),
            scope=claim.scope,
        )


def _hops(
    target: o.Target, order: o.Route, claims: tuple[str, ...], meant: tuple[Claim, ...], *, first: int, rules: Rules
) -> Iterator[fc.HopPlanned]:
    received = min(each.received_at for each in meant)
    sender = ""
    for number, terms in enumerate(target.way, start=first):
        yield fc.HopPlanned(
            hop=f"h{number}",
            direction="up",
            party=terms.party,
            claims=claims,
            sender=sender,
            expected=bool(sender),
            forward_by=None if sender else forward_by(terms, received, rules),
            terms=terms,
            systems=target.systems,
            words="" if sender else order.words,
            because=target.because,
        )
        sender = terms.party


def forward_by(terms: Terms, received: datetime, rules: Rules) -> datetime:
    """Until when the letter must leave: the contract's hours, else two working days (law 4.2)."""
    if terms.forward_hours:
        return received + timedelta(hours=terms.forward_hours)
    day = rules.jurisdiction.calendar.add_working_days(local_day(received, rules), _FORWARD_DAYS)
    return datetime.combine(day, _EVENING, ZoneInfo(rules.jurisdiction.zone))


def _asking(hop: fc.HopPlanned, order: o.Route) -> Draft:
    named = (("systems", hop.systems), ("files", order.files))
    slots = tuple((name, ", ".join(values)) for name, values in named if values)
    purpose = Purpose(detail=hop.words, party=hop.party, hop=hop.hop, slots=slots, by=order.actor)
    return Draft(moment=Moment.CONTROLLER_ASKED, claims=hop.claims, purpose=purpose)


def ask_customer(order: o.AskCustomer, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """law 4.5: "ask the person one question (domain, service, invoice)"."""
    meant = targets(case, order)
    if any(each.purpose.reason == WHICH_CUSTOMER for each in case.letters):
        raise NotAllowed("customer-asked", "The person was asked already whose customer they are; once is enough.")
    purpose = Purpose(reason=WHICH_CUSTOMER, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.CLARIFICATION_ASKED, claims=ids(meant), purpose=purpose),))


def adopt(order: o.Adopt, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 27: the customer's case opens "directly, with the contract's time"; what it wants, a person reads."""
    meant = targets(case, order)
    hop = f"h{len(case.chain.hops) + 1}"
    planned = fc.HopPlanned(
        hop=hop, direction="up", party=order.terms.party, claims=ids(meant), adopted=True, terms=order.terms
    )  # fmt: skip
    wrote = fc.PartyWrote(
        hop=hop, inbound=order.inbound, received_at=order.received_at, standing=order.standing, address=order.address
    )
    routed = (
        fc.ClaimRouted(claim=each.id, party=order.terms.party, days=order.terms.days, because="the customer wrote")
        for each in meant
    )
    confirmed = (f.ClaimConfirmed(claim=each.id) for each in meant if each.status == Status.UNCONFIRMED)
    proposal = _proposal(case, order.inbound, order.received_at, order.standing)
    return Decision(facts=(*confirmed, *routed, planned, wrote, proposal))


def write(order: o.Write, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """security 6: "An inbound never moves a case by itself": a person reads what it says."""
    hop = the_hop(case, order.hop)
    joined = f.InboundJoined(
        inbound=order.inbound, received_at=order.received_at, how="party", message_id=order.message_id
    )
    wrote = fc.PartyWrote(
        hop=hop.id,
        inbound=order.inbound,
        received_at=order.received_at,
        standing=order.standing,
        address=order.address,
    )
    return Decision(facts=(joined, wrote, _proposal(case, order.inbound, order.received_at, order.standing)))


def _proposal(case: Case, inbound: str, received_at: datetime, standing: Standing) -> f.ProposalMade:
    kind = ANSWER if standing in SPEAKS else UNPROVED
    return f.ProposalMade(
        proposal=f"p{len(case.proposals) + 1}", kind=kind, inbound=inbound, received_at=received_at
    )  # fmt: skip


def the_hop(case: Case, hop_id: str) -> Hop:
    """NotAllowed when the case has none of that id, or another one writes there."""
    hop = case.chain.hop(hop_id)
    if hop is None or not hop.ours:
        known = ", ".join(f"{each.id} ({each.terms.party})" for each in case.chain.hops if each.ours) or "none"
        raise NotAllowed("no-such-hop", f"There is no hop {hop_id} of ours; there are: {known}.")
    return hop


def hear(order: o.Hear, case: Case, rules: Rules) -> Decision:
    """What a party says moves the hop; what follows for the person and the claims follows from that."""
    hop = the_hop(case, order.hop)
    if hop.state == HopState.PLANNED:
        raise NotAllowed("hop-planned", "Nothing was sent to that party yet; there is nothing to answer.")
    if order.said not in _HEARS[hop.direction]:
        known = ", ".join(sorted(_HEARS[hop.direction]))
        raise NotAllowed("hop-says", f"That party can say: {known}.")
    if order.said == "passed-on" and not hop.terms.passes_on:
        raise NotAllowed("hop-says", "Only a party that stands between us and its own customers passes on.")
    if order.until is not None and order.said == "wait" and order.until < local_day(order.at, rules):
        raise NotAllowed("past-day", "The day to which it asks us to wait is over.")
    heard = fc.HopHeard(
        hop=hop.id,
        said=order.said,
        how=order.how,
        number=order.number,
        until=order.until,
        inbound=order.inbound,
        by=order.by,
        detail=order.detail,
    )
    returned = returning(case, hop, order.said) if order.said == "not-ours" and hop.direction == "up" else ()
    return Decision(facts=(heard, *read(case, order.inbound), *returned))


def returning(case: Case, hop: Hop, why: str) -> tuple[Fact, ...]:
    """The claims of a hop come back: whoever is answerable is still to be found. Who stands behind has no part."""
    hops = case.chain.hops
    behind = (
        each for each in hops[hops.index(hop) + 1 :] if each.sender and set(each.claims) & set(hop.claims)
        and each.state not in ENDED
    )  # fmt: skip
    ended = tuple(fc.HopEnded(hop=each.id, state="given-up", why=why) for each in behind)
    claims = tuple(case.claim(each) for each in hop.claims)
    return (
        *ended,
        *(fc.ClaimReturned(claim=each.id, hop=hop.id) for each in claims),
        *(fc.ClaimRouted(claim=each.id, party=case.organisation, because=why) for each in claims),
    )


def read(case: Case, inbound: str) -> tuple[f.ProposalSettled, ...]:
    """Whoever writes down what a mail says has read it."""
    return tuple(
        f.ProposalSettled(proposal=each.id, accepted=True)
        for each in case.proposals
        if inbound and each.inbound == inbound and not each.settled and each.kind in (ANSWER, UNPROVED)
    )


def give_up(order: o.GiveUp, case: Case, rules: Rules) -> Decision:
    """Customer bankrupt or unreachable: the officer decides (law 4.8), and the claims come back to be decided."""
    hop = the_hop(case, order.hop)
    if hop.state in ENDED - {HopState.SILENT}:
        raise NotAllowed("hop-ended", f"That hop has ended: {hop.state}.")
    if not order.reason.strip():
        raise NotAllowed("give-up-reason", "Say why that party cannot be reached, and what shows it.")
    officers = rules.deciding.officers
    if officers and order.actor not in officers:
        raise NotAllowed("give-up-officer", f"This is decided by the data protection officer: {', '.join(officers)}.")
    ended = fc.HopEnded(hop=hop.id, state="given-up", why=order.reason)
    returned = returning(case, hop, "unreachable") if hop.direction == "up" else ()
    return Decision(facts=(ended, *returned))
