"""decide(case, order or fact, rules) -> what has happened and what must now be done. Pure; it never awaits.

An order is refused with `NotAllowed` and then changes nothing. A fact is never refused; `consequences` says what
follows from it. Whatever happens, the dates of every claim are computed again here, in one place.
"""

from __future__ import annotations

from functools import singledispatch

from dsarbot.core import (
    answering,
    answers,
    by_hand,
    chain_back,
    chain_down,
    chain_up,
    consequences,
    conversation,
    copies,
    guarding,
    handling,
    implied,
    mailing,
    opening,
    package,
    proving,
    questions,
    siblings,
)
from dsarbot.core import orders as o
from dsarbot.core import orders_rights as r
from dsarbot.core.apply import apply
from dsarbot.core.case import Case
from dsarbot.core.chain_follow import with_chain
from dsarbot.core.dating import dated
from dsarbot.core.evolve import replace
from dsarbot.core.fact import UNSTAMPED, Fact
from dsarbot.core.rules import Decision, Rules
from dsarbot.core.suppression import with_suppressed
from dsarbot.errors import NotAllowed

#: The actor of what the service does by itself.
SERVICE = "service"


def decide(case: Case | None, thing: o.Order | Fact, rules: Rules) -> Decision:
    """What follows. *case* is None only for `Open`. NotAllowed, with the rule, when an order is not possible."""
    if isinstance(thing, o.OpenFrom):
        decision = opening.open_from(thing, rules)
    elif isinstance(thing, o.Open):
        decision = opening.open_case(thing, rules)
    elif case is None:
        raise NotAllowed("no-case", "This order needs a case.")
    elif isinstance(thing, Fact):
        later = consequences.of(thing, apply(case, thing), rules)
        decision = replace(later, facts=(thing, *later.facts))
    else:
        if thing.actor != SERVICE and not case.visible_to(thing.actor):
            # practice 12: "visible to named persons only"; nobody else gives orders for it.
            raise NotAllowed("confidential", "Only those who see this case may give orders for it.")
        decision = _with_consequences(case, _stamped(_order(thing, case, rules), thing), rules)
    return _with_dates(case, _stamped(decision, thing), thing, rules)


def _with_consequences(case: Case, decision: Decision, rules: Rules) -> Decision:
    """A fact means the same whoever learnt it: a letter on paper that somebody has posted answers its claims."""
    facts: tuple[Fact, ...] = ()
    effects = decision.effects
    for fact in decision.facts:
        case = apply(case, fact)
        later = consequences.of(fact, case, rules)
        facts, effects = (*facts, fact, *later.facts), (*effects, *later.effects)
    return Decision(facts=facts, effects=effects)


def _stamped(decision: Decision, thing: o.Order | Fact) -> Decision:
    stamped = tuple(
        replace(fact, at=thing.at, actor=thing.actor, cause=thing.cause) if fact.at == UNSTAMPED else fact
        for fact in decision.facts
    )
    return replace(decision, facts=stamped)


def _with_dates(case: Case | None, decision: Decision, thing: o.Order | Fact, rules: Rules) -> Decision:
    after = case
    for fact in decision.facts:
        after = apply(after, fact)
    if after is None or not decision.facts:
        return decision
    if isinstance(thing, o.Open | o.Confirm | r.Invoke):
        decision = _stamped(implied.with_implied(decision, case, after, rules), thing)
    decision = _stamped(with_suppressed(decision, after), thing)
    known = len(decision.facts)
    decision = _stamped(with_chain(decision, after), thing)
    for fact in decision.facts[known:]:
        after = apply(after, fact)
    again = _stamped(Decision(facts=dated(after, rules)), thing)
    return replace(decision, facts=(*decision.facts, *again.facts))


@singledispatch
def _order(order: o.Order, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    raise NotAllowed("unknown-order", f"There is no rule for the order {type(order).__name__}.")


for _function in (
    opening.confirm,
    opening.not_a_request,
    questions.ask_identity,
    questions.clarify,
    questions.clarified,
    questions.verify,
    proving.see_contact,
    proving.want_contact_change,
    proving.set_harm,
    proving.present_code,
    proving.revoke_code,
    answers.extend,
    answering.refuse,
    answering.answer,
    by_hand.answered_by_hand,
    answers.forward,
    answers.withdraw,
    answers.close,
    answers.reopen,
    mailing.edit,
    mailing.approve,
    mailing.discard,
    mailing.posted,
    conversation.join,
    conversation.settle,
    conversation.note,
    conversation.assign,
    conversation.correct_receipt,
    conversation.redate,
    conversation.leave,
    conversation.absorb,
    siblings.meet,
    implied.invoke,
    handling.tick,
    handling.restrict,
    handling.announce_lifting,
    handling.lift,
    handling.ask_fee,
    handling.settle_fee,
    handling.record_directive,
    handling.revoke_directive,
    handling.prove_forward,
    guarding.represent,
    guarding.ask_mandate,
    guarding.end_mandate,
    guarding.misdirected,
    guarding.decide_breach,
    guarding.confide,
    copies.mark,
    copies.release,
    copies.judge,
    copies.extend,
    copies.tick,
    package.pack,
    package.unpack,
    package.download,
    package.end_download,
    chain_up.route,
    chain_up.ask_customer,
    chain_up.adopt,
    chain_up.write,
    chain_up.hear,
    chain_up.give_up,
    chain_back.instruct,
    chain_back.confirm_instruction,
    chain_back.settle_instruction,
    chain_down.execute,
    chain_down.pass_down,
    chain_down.report,
    chain_down.tell_recipients,
):
    _order.register(_function)
