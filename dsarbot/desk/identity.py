"""Who is asking? What the case, the message and the directory say, put together for the ladder. It proposes only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from dsarbot.core import directory as d
from dsarbot.core.case import Case
from dsarbot.core.codes import TRIES
from dsarbot.core.directory import Entry, Value
from dsarbot.core.harm import harm_of
from dsarbot.core.identity import Contact, Ladder, Situation, Standing, ladder, standing
from dsarbot.core.identity_table import Channel, Harm, Record, Role, Rung, State
from dsarbot.core.rights import right_of
from dsarbot.core.rules import Rules
from dsarbot.reading.authentication import Authentication

#: The worst first.
_HARMS: Final[tuple[Harm, ...]] = ("high", "normal", "low")
_ROLES: Final[Mapping[str, Role]] = {
    "agent": "agent", "lawyer": "lawyer", "parent": "parent", "guardian": "parent", "heir": "heir", "executor": "heir",
}  # fmt: skip
#: What shows that somebody may write for another person; it is on file once `cases represent` was said.
_PAPERS: Final[Mapping[Role, str]] = {"parent": "parental-authority", "heir": "heirship"}
#: Proofs of somebody who was logged in to the customer area when they asked.
_LOGGED_IN: Final = frozenset({"login", "account"})
#: What the way of writing proves by itself (law 3, R1: "same verified address / logged-in portal").
_VERIFIED: Final = frozenset[State]({"logged-in", "on-file-authenticated", "linked"})


@dataclass(frozen=True, kw_only=True)
class Wrote:
    """How the request came. reply_to: to whom it wants the answer; discord: the author's id."""

    address: str = ""
    reply_to: str = ""
    postal: tuple[str, ...] = ()
    discord: str = ""
    authentication: Authentication = field(default_factory=Authentication)


@dataclass(frozen=True, kw_only=True)
class Hint:
    """What a person at the desk adds. person: which entry of the directory is meant; record: what the files hold."""

    person: str = ""
    role: Role | None = None
    record: Record | None = None
    doubt: str = ""
    doubt_about: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class OnFileContact:
    """The mail address on file that a code could go to. by_person: somebody has looked there."""

    address: str = field(repr=False)
    source: str
    seen: date
    by_person: bool
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Everything about the question. found: who could be meant; meant: who is, where that is one; harms: of each open
    claim; free: claims for which the way of writing is enough; others: how many more could be meant, never who."""

    channel: Channel
    state: State
    wrote: Wrote
    found: tuple[Entry, ...]
    meant: Entry | None
    contact: OnFileContact | None
    harms: Mapping[str, Harm]
    free: tuple[str, ...]
    situation: Situation
    ladder: Ladder

    @property
    def proposal(self) -> str:
        """The rungs of the lowest way, "" when none is proposed."""
        return self.ladder.ask[0].rung if self.ladder.ask else ""


def asking(
    case: Case, rules: Rules, *, wrote: Wrote, found: Sequence[Entry], shared: Mapping[str, frozenset[str]],
    today: date, hint: Hint = Hint(),
) -> Asking:  # fmt: skip
    """What the ladder says of the case. found: entries of the directory that could be meant; shared: by entry, its
    mail addresses that others have as well."""
    meant = _meant(found, hint)
    contact = _contact(case, meant, shared, today, wrote)
    channel, state = _came(case, wrote, meant)
    harms = {claim.id: harm_of(claim, case, rules.rights) for claim in case.active or case.claims}
    free = _free(case, rules, harms, state)
    at_stake = {harm for claim, harm in harms.items() if claim not in free}
    harm: Harm = next((each for each in _HARMS if each in at_stake), "low")
    proofs = case.proofs
    situation = Situation(
        channel=channel,
        state=state,
        harm=harm,
        role=hint.role or _role(case),
        record=hint.record or ("several" if len(found) > 1 else "one"),
        jurisdiction=rules.jurisdiction.code,
        contact=contact.standing if contact else "none",
        facts=len(meant.facts) if meant else 0,
        account=bool(meant and meant.of(d.DISCORD)),
        doubt=hint.doubt or _doubt(case),
        doubt_about=hint.doubt_about,
        changes_contact=proofs.changes_contact,
        proved=_proved(case),
        failed=frozenset(_rungs(proofs.failed)),
        papers=frozenset({_PAPERS.get(_role(case), "mandate")}) if case.representative else frozenset(),
        code_tries=TRIES if proofs.codes and proofs.codes[-1].ended == "closed" else 0,
        demanded=rules.identity.demanded,
        portal=rules.identity.portal,
    )
    return Asking(
        channel=channel,
        state=state,
        wrote=wrote,
        found=tuple(found),
        meant=meant,
        contact=contact,
        harms=harms,
        free=free,
        situation=situation,
        ladder=ladder(situation),
    )


def _meant(found: Sequence[Entry], hint: Hint) -> Entry | None:
    """practice 30: of namesakes nobody is meant until a person says who."""
    if hint.person:
        return next((each for each in found if each.id == hint.person), None)
    return found[0] if len(found) == 1 else None


def _contact(
    case: Case, meant: Entry | None, shared: Mapping[str, frozenset[str]], today: date, wrote: Wrote
) -> OnFileContact | None:
    """What a person has seen (practice 29) counts before what an import says; the one that proves most is taken."""
    stated = [each for each in case.proofs.on_file if each.kind == d.MAIL]
    known: list[tuple[Contact, str, str]] = []
    for each in stated:
        role = d.is_role_address(each.value)
        contact = Contact(since=each.contact.since, seen=each.seen, by_person=True, role_address=role)
        known.append((contact, each.value, each.system))
    best = d.best_mail(meant, shared.get(meant.id, frozenset()), today, wrote=wrote.address) if meant else None
    if best is not None and meant is not None:
        known.append((_weighed(best, shared.get(meant.id, frozenset())), best.text, best.source))
    order: Mapping[str, int] = {"proved": 0, "weak": 1, "proposed": 2, "none": 3}
    found = min(known, key=lambda one: order[standing(one[0], today)], default=None)
    if found is None:
        return None
    contact, address, source = found
    return OnFileContact(
        address=address,
        source=source,
        seen=contact.seen,
        by_person=contact.by_person,
        standing=standing(contact, today),
    )


def _weighed(value: Value, shared: frozenset[str]) -> Contact:
    return d.contact_of(value, shared=value.key in shared)


def _came(case: Case, wrote: Wrote, meant: Entry | None) -> tuple[Channel, State]:
    if any(each.means in _LOGGED_IN for each in case.proofs.shown):
        # law 3, R1: "logged-in portal". Whoever only filled in its form has typed an address, as in a mail.
        return "portal", "logged-in"
    if case.channel == "api":
        # Whoever is logged in to the customer area stands in the case as a proof; of nobody else is anything known.
        said = any(each.means == "login" for each in case.proofs.shown)
        return ("portal", "logged-in") if said else ("mail", "unknown")
    if case.channel == "discord":
        return "discord", "linked" if meant and wrote.discord and meant.holds(d.DISCORD, wrote.discord) else "unlinked"
    if case.channel == "post":
        here = " ".join(wrote.postal)
        return "post", "on-file-signed" if _is_on_file(case, meant, d.POSTAL, here) else "new-address"
    if not _is_on_file(case, meant, d.MAIL, wrote.address):
        return "mail", "unknown"
    elsewhere = wrote.reply_to and d.comparable(d.MAIL, wrote.reply_to) != d.comparable(d.MAIL, wrote.address)
    proved = wrote.authentication.trusted and wrote.authentication.aligned and not wrote.authentication.failed
    return "mail", "on-file-authenticated" if proved and not elsewhere else "on-file-doubtful"


def _is_on_file(case: Case, meant: Entry | None, kind: str, text: str) -> bool:
    wanted = d.comparable(kind, text)
    stated = {d.comparable(kind, each.value) for each in case.proofs.on_file if each.kind == kind}
    return bool(wanted) and (wanted in stated or bool(meant and meant.holds(kind, text)))


def _free(case: Case, rules: Rules, harms: Mapping[str, Harm], state: State) -> tuple[str, ...]:
    """Claims that the way of writing proves enough for, by what their right asks at most."""
    given = {"R0", "R1"} if state in _VERIFIED else {"R0"}
    if case.proofs.changes_contact:
        return ()
    wanted = {claim.id: right_of(claim, rules.rights).rungs for claim in case.claims if claim.id in harms}
    return tuple(each for each, rungs in wanted.items() if getattr(rungs, harms[each]) in given)


def _role(case: Case) -> Role:
    return _ROLES.get(case.representative.role, "agent") if case.representative else "person"


def _doubt(case: Case) -> str:
    """The doubt of the question asked last."""
    return next((each.purpose.doubt for each in reversed(case.letters) if each.purpose.doubt), "")


def _proved(case: Case) -> frozenset[Rung]:
    return frozenset(_rungs((case.rung, *(each.rung for each in case.proofs.shown))))


def _rungs(named: Sequence[str]) -> list[Rung]:
    known: tuple[Rung, ...] = ("R0", "R1", "R2", "R3", "R4", "R5", "R6")
    return [rung for rung in known if rung in named]
