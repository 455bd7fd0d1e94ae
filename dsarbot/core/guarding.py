"""Who writes for a person, who may see a case, and what must happen when a letter went astray."""

from __future__ import annotations

from datetime import timedelta

from dsarbot.core import facts as f
from dsarbot.core import facts_rights as r
from dsarbot.core import orders_rights as o
from dsarbot.core.case import Case, Claim, Letter, LetterStatus, Moment, Person, Purpose
from dsarbot.core.dating import local_day
from dsarbot.core.evolve import replace
from dsarbot.core.fact import Fact
from dsarbot.core.measures import Representative
from dsarbot.core.rules import CancelSending, Decision, Draft, Effect, Rules
from dsarbot.core.targets import ids, targets
from dsarbot.errors import NotAllowed

#: GDPR 33(1): "not later than 72 hours after having become aware of it".
REPORT_WITHIN = timedelta(hours=72)
#: Letters that hold data of the person.
_HOLDS_DATA = frozenset({Moment.ANSWERED})
#: After a death nobody else is left to receive anything.
_AFTER_DEATH = ("heir", "executor")


def addressee(case: Case, moment: Moment) -> Person:
    """practice 33: letters to the representative, data to the person unless the mandate says otherwise."""
    acting = case.representative
    if acting is None or (moment in _HOLDS_DATA and acting.data_to == "person"):
        return case.person
    return acting.person


def correspondents(case: Case) -> frozenset[str]:
    """The addresses of those who are heard in this case: the person, and whoever writes for them (practice 33)."""
    people = (case.person, *((case.representative.person,) if case.representative else ()))
    return frozenset(each.address.lower() for each in people if each.address)


def covers(acting: Representative, claim: Claim) -> bool:
    """Whether the mandate is about this claim; one that names no right is about everything."""
    return not acting.rights or claim.right in acting.rights


def unnamed(case: Case) -> bool:
    """Whether somebody acts here, but the case knows nobody else: then nobody knows for whom."""
    acting = case.representative
    return acting is not None and _one_address(acting.person, case.person) and acting.person.name == case.person.name


def _one_address(one: Person, other: Person) -> bool:
    return one.address.lower() == other.address.lower() if one.address else one.postal == other.postal


def represent(order: o.Represent, case: Case, rules: Rules) -> Decision:
    """A mandate is on file: for whom, who acts, what shows it, who receives letters and data. From now on the person
    of the case is the one whose data it is about."""
    acting = _acting(order, case)
    about = _about(order, case)
    if not acting.mandate.strip():
        raise NotAllowed("mandate-proof", "Say what shows the mandate, the parental authority or the inheritance.")
    if not acting.person.address and not acting.person.postal:
        raise NotAllowed("mandate-address", "Say where the representative can be reached.")
    if acting.until is not None and acting.until < local_day(order.at, rules):
        raise NotAllowed("mandate-ended", "This mandate has ended.")
    if unknown := [each for each in acting.rights if each not in rules.rights]:
        known = ", ".join(sorted(rules.rights))
        raise NotAllowed("unknown-right", f"There is no right {', '.join(unknown)}; there are: {known}.")
    # A family may share an address; whoever wrote from it and is named nowhere else is the one who acts.
    alone = order.person is None and case.representative is None
    nobody_else = _one_address(acting.person, about) and (alone or acting.person.name == about.name)
    if nobody_else or about == Person():
        raise NotAllowed("mandate-person", "Say for whom they act: the case knows only who wrote.")
    if acting == case.representative and about == case.person:
        raise NotAllowed("mandate-known", "This mandate is on file already.")
    corrected = () if about == case.person else (f.PersonCorrected(person=about),)
    return Decision(facts=(*corrected, r.MandateRecorded(representative=acting)))


def _acting(order: o.Represent, case: Case) -> Representative:
    """Who acts, reached where they wrote from unless the order says otherwise."""
    acting, wrote = order.representative, case.representative.person if case.representative else case.person
    if order.person is not None and not acting.person.address and not acting.person.postal:
        acting = replace(acting, person=replace(wrote, name=acting.person.name or wrote.name))
    return replace(acting, data_to="representative") if acting.role in _AFTER_DEATH else acting


def _about(order: o.Represent, case: Case) -> Person:
    """Whose data it is about; how they are reached stays known until somebody says otherwise."""
    said, known = order.person, case.person
    if said is None:
        return known
    if said.name != known.name or said.address or said.postal:
        return said
    return known


def ask_mandate(order: o.AskMandate, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """The question pauses nothing by itself: it is not about the person's identity (Art. 12(6))."""
    purpose = Purpose(reason=order.role, by=order.actor)
    return Decision(effects=(Draft(moment=Moment.MANDATE_ASKED, claims=ids(targets(case, order)), purpose=purpose),))


def end_mandate(order: o.EndMandate, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """From now on everything goes to the person again."""
    if case.representative is None:
        raise NotAllowed("mandate-none", "Nobody acts for the person here.")
    if not order.reason.strip():
        raise NotAllowed("mandate-reason", "Say how the mandate ended.")
    return Decision(facts=(r.MandateEnded(reason=order.reason),))


def misdirected(order: o.Misdirected, case: Case, rules: Rules) -> Decision:
    """practice 8: nothing leaves until somebody has decided; the 72 hours run; a recall is drafted."""
    letter = next((each for each in case.letters if each.id == order.letter), None)
    if letter is None or letter.sent_at is None:
        raise NotAllowed("misdirected-letter", "Only a letter that has left can have gone astray.")
    if any(each.letter == letter.id for each in case.breaches):
        raise NotAllowed("misdirected-known", "This letter is recorded as misdirected already.")
    if order.known_at > order.at:
        raise NotAllowed("misdirected-future", "The instant at which it became known cannot be in the future.")
    if not order.how.strip():
        raise NotAllowed("misdirected-how", "Say how it is known that the letter reached somebody else.")
    waiting = [each for each in case.letters if each.status == LetterStatus.APPROVED or _leaves_alone(each)]
    facts: tuple[Fact, ...] = (
        r.LetterMisdirected(
            letter=letter.id, known_at=order.known_at, report_by=order.known_at + REPORT_WITHIN, how=order.how
        ),
        *(f.LetterReturned(letter=each.id, why="frozen") for each in waiting),
    )
    purpose = Purpose(question=letter.id, to=letter.recipient, until=local_day(letter.sent_at, rules), by=order.actor)
    effects: tuple[Effect, ...] = (
        *(CancelSending(letter=each.id) for each in waiting),
        Draft(moment=Moment.RECALLED, claims=letter.claims, purpose=purpose),
    )
    return Decision(facts=facts, effects=effects)


def _leaves_alone(letter: Letter) -> bool:
    return letter.automatic and letter.status == LetterStatus.DRAFTED


def decide_breach(order: o.DecideBreach, case: Case, rules: Rules) -> Decision:
    """GDPR 33(1), (5): reported or not, with the reason on file; afterwards letters may leave again."""
    if order.letter not in {each.letter for each in case.frozen}:
        found = ", ".join(each.letter for each in case.frozen) or "none"
        raise NotAllowed("breach-none", f"Nothing is to be decided about that letter; open: {found}.")
    if not order.reason.strip():
        raise NotAllowed("breach-reason", "Art. 33(5) GDPR: document the facts, the effects and what was done.")
    decided_by = order.decided_by or order.actor
    decided = r.BreachDecided(letter=order.letter, verdict=order.verdict, reason=order.reason, decided_by=decided_by)
    if not order.told.strip():
        return Decision(facts=(decided,))
    # GDPR 34(1): "When the personal data breach is likely to result in a high risk".
    letter = case.letter(order.letter)
    sent_on = local_day(letter.sent_at or order.at, rules)
    purpose = Purpose(question=letter.id, detail=order.told, until=sent_on, by=order.actor)
    draft = Draft(moment=Moment.BREACH_TOLD, claims=letter.claims, purpose=purpose)
    return Decision(facts=(decided,), effects=(draft,))


def confide(order: o.Confide, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 12: named persons only; whoever closes the door stands inside."""
    if order.staff and order.actor not in order.staff:
        raise NotAllowed("confidential-self", "Name yourself as well, or nobody of the desk could open it again.")
    if order.staff == case.confidential:
        raise NotAllowed("confidential-same", "It is so already.")
    return Decision(facts=(r.Confided(staff=order.staff, reason=order.reason),))
