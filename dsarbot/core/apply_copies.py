"""What the facts of `facts_copies` change in a case."""

from __future__ import annotations

from collections.abc import Callable

from dsarbot.core import facts_copies as c
from dsarbot.core.apply_rights import change
from dsarbot.core.case import Case
from dsarbot.core.evolve import replace
from dsarbot.core.identity_copy import Extension, IdCopy, Verdict


def _on(case: Case, copy_id: str, changed: Callable[[IdCopy], IdCopy]) -> Case:
    return replace(case, copies=tuple(changed(each) if each.id == copy_id else each for each in case.copies))


@change.register
def _arrived(fact: c.IdCopyArrived, case: Case) -> Case:
    copy = IdCopy(
        id=fact.copy,
        inbound=fact.inbound,
        arrived_at=fact.arrived_at,
        guess=fact.guess,
        why=fact.why,
        asked=fact.asked,
    )
    return replace(case, copies=(*(each for each in case.copies if each.id != copy.id), copy))


@change.register
def _checked(fact: c.IdCopyChecked, case: Case) -> Case:
    return _on(
        case,
        fact.copy,
        lambda copy: replace(copy, checks=fact.checks, proposal=fact.proposal, doc_type=fact.doc_type),
    )


@change.register
def _released(fact: c.IdCopyReleased, case: Case) -> Case:
    return _on(case, fact.copy, lambda copy: replace(copy, released=True))


@change.register
def _extended(fact: c.IdCopyExtended, case: Case) -> Case:
    given = Extension(at=fact.at, reason=fact.reason)
    return _on(case, fact.copy, lambda copy: replace(copy, extension=given))


@change.register
def _judged(fact: c.IdCopyJudged, case: Case) -> Case:
    verdict = Verdict(match=fact.match, doc_type=fact.doc_type, checked_by=fact.actor, at=fact.at)
    return _on(case, fact.copy, lambda copy: replace(copy, verdict=verdict, signature=fact.signature))


@change.register
def _destroyed(fact: c.IdCopyDestroyed, case: Case) -> Case:
    return _on(case, fact.copy, lambda copy: replace(copy, destroyed_at=copy.destroyed_at or fact.at))


@change.register
def _lingers(fact: c.IdCopyLingers, case: Case) -> Case:
    return _on(case, fact.copy, lambda copy: replace(copy, lingers=(*_but(copy, fact.place), fact.place)))


@change.register
def _gone(fact: c.IdCopyGone, case: Case) -> Case:
    return _on(case, fact.copy, lambda copy: replace(copy, lingers=_but(copy, fact.place)))


def _but(copy: IdCopy, place: str) -> tuple[str, ...]:
    return tuple(each for each in copy.lingers if each != place)
