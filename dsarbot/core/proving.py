"""What people and messages say about who is asking: contacts on file, codes, harm. Asking itself is in `questions`."""

from __future__ import annotations

from datetime import datetime, timedelta

from dsarbot.core import codes
from dsarbot.core import facts_identity as fi
from dsarbot.core import orders_identity as oi
from dsarbot.core.case import Case, Letter, LetterStatus, Moment, Purpose
from dsarbot.core.dating import local_day
from dsarbot.core.fact import Fact
from dsarbot.core.opening import proposed
from dsarbot.core.questions import CODE_ANSWERED, verified
from dsarbot.core.rules import Decision, Draft, Rules
from dsarbot.core.targets import ids
from dsarbot.errors import NotAllowed


def see_contact(order: oi.SeeContact, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """practice 29: "Everything works without a customer directory"."""
    seen = order.contact
    if not seen.value.strip() or not seen.system.strip():
        raise NotAllowed("contact-system", "Say which contact stands on file, and in which system it was seen.")
    if seen.seen > local_day(order.at, rules):
        raise NotAllowed("future-day", f"{seen.seen} has not come yet; give the day on which the contact was seen.")
    if seen.since is not None and seen.since > seen.seen:
        raise NotAllowed("contact-since", "A contact cannot be on file since a day after it was seen there.")
    if seen.kind == "mail" and "@" not in seen.value:
        raise NotAllowed("contact-mail", "That is no mail address; give --kind postal or --kind phone.")
    return Decision(facts=(fi.ContactSeen(contact=seen),))


def want_contact_change(order: oi.WantContactChange, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """security 9: "Changing a contact point is high harm whatever the right; the old contact is told"."""
    if not case.active:
        raise NotAllowed("no-claims", "Nothing in this case is open.")
    if not order.reason.strip():
        raise NotAllowed("contact-reason", "Say which contact the request wants changed, in a few words.")
    wanted = fi.ContactChangeWanted(old=order.old, reason=order.reason)
    purpose = Purpose(to=order.old, by=order.actor)
    return Decision(
        facts=(wanted,), effects=(Draft(moment=Moment.CONTACT_TOLD, claims=ids(case.active), purpose=purpose),)
    )  # fmt: skip


def set_harm(order: oi.SetHarm, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """A person knows what a mix-up would do here; what the right says is only the usual case."""
    known = [claim.id for claim in case.claims]
    if unknown := [each for each in order.claims if each not in known]:
        raise NotAllowed("no-such-claim", f"The case has no claim {', '.join(unknown)}; it has: {', '.join(known)}.")
    if not order.reason.strip():
        raise NotAllowed("harm-reason", "Say why a mix-up would do more or less harm here than usual.")
    meant = order.claims or ids(case.active)
    return Decision(facts=tuple(fi.HarmSet(claim=each, harm=order.harm, reason=order.reason) for each in meant))


def revoke_code(order: oi.RevokeCode, case: Case, rules: Rules) -> Decision:  # noqa: ARG001
    """What was sent opens nothing any more."""
    live = [each for each in case.proofs.codes if each.live(order.at)]
    if not live:
        raise NotAllowed("code-none", "No code of this case is live.")
    if not order.reason.strip():
        raise NotAllowed("code-reason", "Say why the code is revoked.")
    return Decision(facts=tuple(fi.CodeRevoked(code=each.id, reason=order.reason) for each in live))


def present_code(order: oi.PresentCode, case: Case, rules: Rules) -> Decision:
    """security 6: a message moves nothing "until a person, or a code sent to the address on file, confirms".

    The organisation says whether the code alone is enough, and then only where the person wrote it down: whoever
    quotes our letter to say "that was not me" must not be taken for the requester."""
    kinds, facts = order.proposes, tuple[Fact, ...]()
    found = _meant(order, case)
    if found is not None:
        code, digest = found
        result = codes.judge(code, digest, order.received_at)
        facts = (fi.CodeTried(code=code.id, result=result, inbound=order.inbound),)
        if result == "right" and order.spoken and rules.identity.verify_by_code:
            how = "the code sent to the contact on file, quoted in the answer"
            facts += verified(case, "R2", how=how, means="code", answered_on=order.answered_on)
            kinds = ("message",) if order.says_more else ()
        elif result == "right":
            kinds = (CODE_ANSWERED,)
    return Decision(
        facts=(*facts, *proposed(kinds, order.inbound, order.received_at, first=len(case.proposals) + 1))
    )  # fmt: skip


def _meant(order: oi.PresentCode, case: Case) -> tuple[codes.Code, str] | None:
    """The code that the message holds, else the live one: only another token is a wrong try at it."""
    for code in reversed(case.proofs.codes):
        if code.digest in order.digests:
            return code, code.digest
    if not case.proofs.codes or not order.digests or not order.spoken:
        return None
    return case.proofs.codes[-1], order.digests[0]


def code_issued(letter: Letter, case: Case, digest: str, at: datetime, rules: Rules) -> fi.CodeIssued:
    """The token of a letter that is about to leave. A letter that came back and leaves again has another one."""
    expires = at + timedelta(days=rules.identity.code_days)
    name = f"k{len(case.proofs.codes) + 1}"
    return fi.CodeIssued(at=at, code=name, letter=letter.id, expires_at=expires, digest=digest)


def code_follows(letter: Letter, case: Case, at: datetime, rules: Rules) -> tuple[Draft, ...]:
    """When the question has left, the code goes to the contact on file, unless the question went there itself."""
    question, contact = letter.purpose, letter.purpose.contact
    if letter.moment != Moment.IDENTITY_ASKED or "R2" not in question.rung.split("+") or not contact:
        return ()
    again = any(
        each.moment == Moment.IDENTITY_CODE
        and each.purpose.question == letter.id
        and each.status != LetterStatus.CANCELLED
        for each in case.letters
    )
    if again or contact.casefold() == letter.recipient.casefold():
        return ()
    until = local_day(at, rules) + timedelta(days=rules.identity.code_days)
    purpose = Purpose(to=contact, question=letter.id, until=until, by=question.by)
    # design, principle 3: "only acknowledgements and identity codes go out by themselves; configurable per moment".
    automatic = Moment.IDENTITY_CODE in rules.automatic
    return (Draft(moment=Moment.IDENTITY_CODE, claims=letter.claims, purpose=purpose, automatic=automatic),)
