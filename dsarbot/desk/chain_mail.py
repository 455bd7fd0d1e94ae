"""A mail from a party of the chain: an answer to what was passed on, or a customer who writes first (practice 27).

It joins the case and moves nothing (security 6). What is only made to look like a party is held, with an alarm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dsarbot.core import orders_chain as oc
from dsarbot.core.case import Case, Person
from dsarbot.core.chain import Hop
from dsarbot.core.chain_auth import Seen, domain_of, looks_like, standing
from dsarbot.core.letter import TO_PARTIES
from dsarbot.core.parties import UPWARD, Party, Register
from dsarbot.core.routing import terms_of
from dsarbot.desk import verdict
from dsarbot.desk.handle import Task
from dsarbot.desk.mailroom import Read
from dsarbot.desk.routing import Thread, is_party
from dsarbot.desk.verdict import Verdict
from dsarbot.reading.forwards import forwarded

if TYPE_CHECKING:
    from dsarbot.desk.judging import Around

#: Kind of an item from an address that is made to look like that of a party.
LOOK_ALIKE: Final = "look-alike"
#: Kind of what a customer wants done about a named person.
INSTRUCTION: Final = "instruction"


async def from_a_party(read: Read, around: Around, thread: Thread | None) -> Verdict | None:
    """What becomes of it; None where no party of the chain has a part in it."""
    if read.delivery.kind != "person" or not read.sender:
        return None
    if thread is not None and thread.case.chain.hops and not is_party(read, thread.case):
        return await _answer(read, around, thread.case)
    if read.triage.kind != INSTRUCTION:
        return None
    return _unasked(read, around, await around.store.register(around.organisation.scope))


async def _answer(read: Read, around: Around, case: Case) -> Verdict | None:
    hop = case.chain.named(read.sender) or await _answered(read, around, case) or _of_domain(read, case)
    if hop is None:
        return None
    known = standing(_seen(read), hop.terms)
    if known == "look-alike":
        return around.plain(read, "held", kind=LOOK_ALIKE, problem=hop.terms.party)
    order = oc.Write(
        at=around.now,
        actor="service",
        cause=f"inbound:{read.row.id}",
        hop=hop.id,
        inbound=read.row.id,
        received_at=read.received_at,
        address=read.sender,
        standing=known,
        message_id=read.message_id,
    )
    settled = verdict.settle(read, around.organisation, disposition="case", now=around.now, kind="reply", case=case.id)
    return Verdict(settled=settled, tasks=(Task(scope=around.organisation.scope, case=case.id, thing=order),))


async def _answered(read: Read, around: Around, case: Case) -> Hop | None:
    """The hop whose letter this mail answers: whoever quotes it has it from the party."""
    for message_id in read.answers:
        found = await around.store.letter_by_message_id(around.organisation.scope, message_id)
        letter = case.letter(found[1]) if found and found[0] == case.id else None
        if letter is not None and letter.moment in TO_PARTIES:
            return case.chain.hop(letter.purpose.hop)
    return None


def _of_domain(read: Read, case: Case) -> Hop | None:
    """A colleague of a contact, or somebody who is made to look like one."""
    domain = domain_of(read.sender)
    for hop in reversed(case.chain.hops):
        theirs = [domain_of(each) for each in hop.terms.contacts]
        if hop.ours and (domain in theirs or looks_like(domain, theirs)):
            return hop
    return None


def _seen(read: Read) -> Seen:
    """practice 28: what a colleague of ours sends on proves nothing; SPF alone proves no author."""
    checked = read.authentication
    passed = "pass" in (checked.dmarc, checked.dkim)
    proved = checked.trusted and checked.aligned and passed and read.inner is None
    forwards = bool(read.mail.messages) or any(True for _ in forwarded(read.mail))
    return Seen(address=read.sender, proved=proved, forwards=forwards)


def _unasked(read: Read, around: Around, register: Register) -> Verdict | None:
    party = register.by_address(read.sender)
    if party is None:
        held = _made_to_look(read, register)
        return around.plain(read, "held", kind=LOOK_ALIKE, problem=held.key) if held else None
    if party.kind not in UPWARD:
        return None
    terms = terms_of(party, party.contracts[0])
    known = standing(_seen(read), terms)
    if known != "authenticated":
        # The person at the desk sees who it seems to be, and why nobody believes it by itself.
        return around.plain(read, "held", kind=INSTRUCTION, problem=known)
    return _adopted(read, around, party)


def _made_to_look(read: Read, register: Register) -> Party | None:
    domain = domain_of(read.sender)
    for party in register.parties:
        if party.kind in UPWARD and looks_like(domain, map(domain_of, party.contacts)):
            return party
    return None


def _adopted(read: Read, around: Around, party: Party) -> Verdict:
    """A case of its own, of the person whom the customer names; what is to be done, a person reads out of it."""
    case_id = around.new_id()
    found = verdict.opening(read, around.organisation, around.box, case_id=case_id, now=around.now, certain=False)
    (order,) = found.opens
    opened = replace(order, person=Person(), automatic_blocked="party", role_hint="processor")
    adopt = oc.Adopt(
        at=around.now,
        actor="service",
        cause=f"inbound:{read.row.id}:party",
        terms=terms_of(party, party.contracts[0]),
        inbound=read.row.id,
        received_at=read.received_at,
        address=read.sender,
        standing="authenticated",
    )
    task = Task(scope=around.organisation.scope, case=case_id, thing=adopt)
    return replace(found, opens=(opened,), tasks=(*found.tasks, task))
