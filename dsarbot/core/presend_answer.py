"""Rules of the pre-send check about answers: does each right get what the law wants, and is everything done for it?"""

from __future__ import annotations

from collections.abc import Iterator

from dsarbot.core.case import Case, Claim, Moment, Outcome
from dsarbot.core.letter import ALL
from dsarbot.core.presend_look import Finding, Look, block, warn
from dsarbot.core.rights import Item, Right, right_of


def checklist(look: Look) -> Iterator[Finding]:
    """The missing item is named. An item is there when a section says it, when the drafter says that it stands in the
    text or in what is enclosed, or when it is what is withheld, with its ground."""
    yield from _taken_on_trust(look)
    for claim, right in _answered(look):
        for item in right.wanted(look.letter.purpose.result_of(claim.id).outcome):
            if _held(item, claim, look):
                continue
            say = warn if item.when == "perhaps" else block
            text = f"The answer to {named(claim)} lacks '{item.slug}'. {item.text['en']}"
            if item.when == "perhaps":
                text = f"If it applies, the answer to {named(claim)} says '{item.slug}'. {item.text['en']}"
            yield say(f"content-{item.slug}", text, cited(item.article), look.section_of(claim, item.slug))


def _taken_on_trust(look: Look) -> Iterator[Finding]:
    """Nothing mandatory is left out silently: what the letter itself does not say, and nobody but the drafter vouches
    for, is named. One word for everything needs a reason, which says where it all stands; each item named is shown."""
    holds = look.letter.purpose.holds
    for claim, right in _answered(look):
        wanted = right.wanted(look.letter.purpose.result_of(claim.id).outcome)
        trusted = [each for each in wanted if each.slug in holds and not _said(each, claim, look)]
        owed = [each.slug for each in trusted if each.when != "perhaps"]
        if not owed:
            continue
        if ALL in holds:
            yield block(
                "holds-all",
                f"For {named(claim)}, the letter itself does not say: {', '.join(owed)}; '--holds all' takes that for "
                "said. Name the items that stand in the text or in what is enclosed, or set this aside and say where "
                "they stand.",
                cited(right.article),
            )
        else:
            yield warn("holds", f"{named(claim)}: taken for said elsewhere: {', '.join(owed)}.", cited(right.article))


def _held(item: Item, claim: Claim, look: Look) -> bool:
    return item.slug in look.letter.purpose.holds or _said(item, claim, look)


def _said(item: Item, claim: Claim, look: Look) -> bool:
    """By a section of the letter, or by what withholds it on a ground."""
    if any(look.text.get(key, "").strip() for key in (*item.sections, look.section_of(claim, item.slug))):
        return True
    return any(part.name == item.slug and part.ground for part in look.letter.purpose.result_of(claim.id).parts)


def steps(look: Look) -> Iterator[Finding]:
    """What must be recorded before this answer leaves, such as who reviewed it (Art. 22(3)); the rest is shown."""
    for claim, right in _answered(look):
        done = {each.step for each in claim.done}
        open_ones = [step for step in right.steps if step.slug not in done]
        for step in (each for each in open_ones if each.gate):
            yield block(
                f"step-{step.slug}",
                f"{named(claim)}: the step '{step.slug}' is not recorded. {step.text['en']}",
                cited(right.article),
            )
        if rest := [step.slug for step in open_ones if not step.gate]:
            yield warn("steps-open", f"{named(claim)}: still open on the checklist: {', '.join(rest)}.", "law 1.1")


def order(look: Look) -> Iterator[Finding]:
    """Access before erasure: once erased, there is nothing left to give a copy of."""
    answered = {claim.id for claim, _ in _answered(look)}
    for claim, right in _answered(look):
        for other in waits_for(claim, right, look.case):
            if other.id not in answered:
                yield warn(
                    "order-of-rights",
                    f"{named(claim)} is answered before {named(other)} ({other.id}): is nothing erased that it needs?",
                    "law 2: access first, or the data is gone",
                )


def waits_for(claim: Claim, right: Right, case: Case) -> tuple[Claim, ...]:
    """Open claims towards the same party that are answered first."""
    return tuple(other for other in case.active if other.right in right.after and other.party == claim.party)


def proof(look: Look) -> Iterator[Finding]:
    """The lowest sufficient proof: too little is shown before data leaves, too much before it is asked for."""
    if look.letter.moment == Moment.IDENTITY_ASKED:
        for claim, right in _known(look):
            if highest(look.letter.purpose.rung) > highest(right.rungs.high):
                yield warn(
                    "identity-above",
                    f"{look.letter.purpose.rung} is more than {named(claim)} ever needs ({right.rungs.high}).",
                    "law 3: the lowest sufficient rung",
                )
        return
    for claim, right in _answered(look):
        if (look.case.rung or "R0") < highest(right.rungs.normal):
            yield warn(
                "identity-below",
                f"Proved: {look.case.rung or 'nothing'}. {named(claim)} takes {right.rungs.low} where a mix-up does "
                f"little harm, else {right.rungs.normal}, {right.rungs.high} where it does much.",
                "law 3: the lowest sufficient rung",
            )


def highest(rung: str) -> str:
    """The strongest proof of several, such as R3 of R2+R3."""
    return max(rung.split("+"))


def evidence(look: Look) -> Iterator[Finding]:
    """What a refusal or a withheld part rests on is at hand (law 2)."""
    for claim, right in _known(look):
        result = look.letter.purpose.result_of(claim.id)
        ground = right.ground(result.ground)
        if ground is not None and not result.evidence.strip():
            yield warn(
                "evidence", f"{named(claim)}: no evidence is recorded for '{ground.slug}'. {ground.evidence['en']}",
                cited(ground.article),
            )  # fmt: skip


def fee(look: Look) -> Iterator[Finding]:
    """A fee is reasonable, explained, and only where the law allows one (Art. 12(5)(a), 15(3))."""
    if look.letter.moment != Moment.FEE_ASKED:
        return
    asked = look.letter.purpose.fee
    if asked is None or asked.amount <= 0 or not asked.calculation.strip():
        said = "Say the amount and how it was worked out."
        yield block("fee-calculation", said, 'GDPR 12(5): "a reasonable fee"', "amount")


def _known(look: Look) -> Iterator[tuple[Claim, Right]]:
    return ((claim, right_of(claim, look.rights)) for claim in look.claims if claim.right in look.rights)


def _answered(look: Look) -> Iterator[tuple[Claim, Right]]:
    if look.letter.moment == Moment.ANSWERED:
        result_of = look.letter.purpose.result_of
        yield from (pair for pair in _known(look) if result_of(pair[0].id).outcome != Outcome.REFUSED)


def named(claim: Claim) -> str:
    """The right, as findings call it."""
    return f"{claim.right} (marketing)" if claim.marketing else claim.right


def cited(article: str) -> str:
    """An article as findings quote it; articles of national law name their law themselves."""
    return f"GDPR {article}" if article[:1].isdigit() and article.rpartition(" ")[2] != "LIL" else article
