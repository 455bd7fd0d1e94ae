"""What the facts of `facts_identity` change; `apply` asks by way of `apply_rights`."""

from __future__ import annotations

from dsarbot.core import codes
from dsarbot.core import facts_identity as fi
from dsarbot.core.apply_rights import change
from dsarbot.core.case import Case, Person
from dsarbot.core.codes import Code
from dsarbot.core.evolve import replace
from dsarbot.core.proofs import HarmSeen, Proof, Proofs


def proved(case: Case, proof: Proof) -> Case:
    """A rung was reached. R0 to R6: the highest one stays the case's. Facts of before means were kept say no more."""
    shown = (*case.proofs.shown, proof) if proof.means else case.proofs.shown
    return replace(case, rung=max(case.rung, proof.rung), proofs=replace(case.proofs, shown=shown))


def about(case: Case, person: Person) -> Case:
    """Who the case is about. practice 33: what somebody has proved of themselves proves nothing of the one for whom
    they write."""
    if person.name.casefold() == case.person.name.casefold():
        return replace(case, person=person)
    return replace(case, person=person, rung="", proofs=replace(case.proofs, shown=()))


def _with(case: Case, proofs: Proofs) -> Case:
    return replace(case, proofs=proofs)


@change.register
def _contact_seen(fact: fi.ContactSeen, case: Case) -> Case:
    new = replace(fact.contact, by=fact.actor)
    others = tuple(each for each in case.proofs.on_file if (each.kind, each.value) != (new.kind, new.value))
    return _with(case, replace(case.proofs, on_file=(*others, new)))


@change.register
def _contact_change(fact: fi.ContactChangeWanted, case: Case) -> Case:  # noqa: ARG001
    return _with(case, replace(case.proofs, changes_contact=True))


@change.register
def _harm(fact: fi.HarmSet, case: Case) -> Case:
    others = tuple(each for each in case.proofs.harms if each.claim != fact.claim)
    seen = HarmSeen(claim=fact.claim, harm=fact.harm, reason=fact.reason)
    return _with(case, replace(case.proofs, harms=(*others, seen)))


@change.register
def _code_issued(fact: fi.CodeIssued, case: Case) -> Case:
    new = Code(
        id=fact.code, purpose=fact.purpose, digest=fact.digest, issued_at=fact.at, expires_at=fact.expires_at
    )  # fmt: skip
    return _with(case, replace(case.proofs, codes=codes.issued(case.proofs.codes, new)))


@change.register
def _code_tried(fact: fi.CodeTried, case: Case) -> Case:
    known = (codes.tried(each, fact.result) if each.id == fact.code else each for each in case.proofs.codes)
    return _with(case, replace(case.proofs, codes=tuple(known)))


@change.register
def _code_revoked(fact: fi.CodeRevoked, case: Case) -> Case:
    known = (
        replace(each, ended="revoked") if each.id == fact.code and not each.ended else each
        for each in case.proofs.codes
    )  # fmt: skip
    return _with(case, replace(case.proofs, codes=tuple(known)))


@change.register
def _facts_compared(fact: fi.FactsCompared, case: Case) -> Case:
    failed = tuple(dict.fromkeys((*case.proofs.failed, "R3"))) if fact.missed else case.proofs.failed
    return _with(case, replace(case.proofs, failed=failed))
