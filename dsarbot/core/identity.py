"""The identity ladder: the lowest sufficient proof for whoever wrote, what may be asked for it, and why.

GDPR 12(6) lets a controller ask for more only with "reasonable doubts concerning the identity". So the way of writing
proves what it can, a contact on file comes before any paper, a paper before no answer at all, and a copy that shows
everything is no rung. The function proposes; a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Literal

from dsarbot.core.identity_table import Case, Channel, Harm, Record, Refer, Role, Rung, State, Way, table

#: What is known of a contact on file: there is none; an import proposes one; it proves nothing alone; it proves.
Standing = Literal["none", "proposed", "weak", "proved"]

#: security 9: "younger than 30 days"; practice 29: an import "older than 30 days proposes".
_MONTH: Final = timedelta(days=30)
#: security 17: 5 tries, then the code is closed.
CODE_TRIES: Final = 5
_FACTS: Final = 2
#: A paper is shown or copied only where a person has recorded why there is doubt (practice 18, 31).
_PAPERS: Final = frozenset[Rung]({"R5", "R6"})
#: When no way of the table can be gone: the paper is shown before it is copied.
_LAST: Final = (Way(rungs=("R5",)), Way(rungs=("R6",)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A contact on file. since: in use as the person's; seen: last compared with its source; by_person: a person looked
    there, it was no import; shared: other people use it too; role_address: info@, office@."""

    since: date
    seen: date
    by_person: bool
    shared: bool = False
    role_address: bool = False


def standing(contact: Contact | None, today: date) -> Standing:
    """What a contact proves today."""
    if contact is None:
        return "none"
    if not contact.by_person and today - contact.seen > _MONTH:
        return "proposed"
    if contact.shared or contact.role_address or today - contact.since < _MONTH:
        return "weak"
    return "proved"


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What is known when the question comes up.

    record, contact, facts, account: what the files hold (facts: how many could be asked for; account: one that can be
    linked in the portal); doubt: recorded by a person, in words; doubt_about: what on a paper would settle it; proved,
    papers: what was shown; failed: rungs that led nowhere; code_tries: wrong codes; demanded: the published policy
    wants a copy from everybody; portal: papers can be uploaded there."""

    channel: Channel
    state: State
    harm: Harm
    role: Role = "person"
    record: Record = "one"
    jurisdiction: str = ""
    contact: Standing = "none"
    facts: int = 0
    account: bool = False
    doubt: str = field(default="", repr=False)
    doubt_about: frozenset[str] = frozenset()
    changes_contact: bool = False
    proved: frozenset[Rung] = frozenset()
    papers: frozenset[str] = frozenset()
    failed: frozenset[Rung] = frozenset()
    code_tries: int = 0
    demanded: bool = False
    portal: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One thing that may be asked for. rungs, proofs: what is still missing of the way; visible, masked: of a copy."""

    rungs: tuple[Rung, ...]
    proofs: tuple[str, ...] = ()
    by: str = ""
    only: str = ""
    through: str = ""
    visible: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()

    @property
    def rung(self) -> str:
        """As letters carry it: `R2+R3`."""
        return "+".join(self.rungs)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ladder:
    """The answer. doubt: what the way of writing or the role raises by itself, for a person to record or not; ask: the
    lowest sufficient way first, then its alternatives; enough: nothing is missing; refer: who is asked instead;
    because, never: codes of sentences, each with its rule; pause: a question may stop the period."""

    case: str
    harm: Harm
    doubt: str
    ask: tuple[Ask, ...]
    enough: bool
    refer: Refer
    because: tuple[str, ...]
    never: tuple[str, ...]
    pause: bool


def ladder(now: Situation) -> Ladder:
    """The lowest sufficient proof for this situation."""
    # security 9: changing a contact point is high harm whatever the right.
    harm: Harm = "high" if now.changes_contact else now.harm
    case = case_of(now, harm)
    cell = tuple(_as_written(way, now) for way in case.cells.get(harm, ()))
    open_ = tuple(way for way in cell if _possible(way, now))
    if not open_ and not case.refer and case.channel and harm != "low":
        last = tuple(replace(way, through=_through(now)) for way in _LAST)
        cell, open_ = (*cell, *last), tuple(way for way in last if _possible(way, now))
    asks = tuple(_ask(way, now) for way in open_)
    enough = any(not each.rungs and not each.proofs for each in asks)
    ask = () if enough else asks
    return Ladder(
        case=case.key,
        harm=harm,
        doubt=case.doubt,
        ask=ask,
        enough=enough,
        refer=case.refer,
        because=tuple(_because(now, case, cell, ask, enough=enough)),
        never=tuple(_never(now, ask)),
        # practice 18: a pause needs a recorded doubt; a demand of the policy is none.
        pause=bool(ask and now.doubt.strip()),
    )


def case_of(now: Situation, harm: Harm) -> Case:
    """The row of the table. ValueError for a channel that has no such state."""
    for case in table().cases:
        if now.role != "person":
            if case.role == now.role and now.jurisdiction.startswith(case.jurisdiction):
                return case
        elif now.record != "one" and harm != "low":
            if case.record == now.record:
                return case
        elif (case.channel, case.state) == (now.channel, now.state):
            return case
    raise ValueError(f"nobody writes by {now.channel} in the state {now.state}")


def _as_written(way: Way, now: Situation) -> Way:
    """The way of the table as it is gone here: with the door it needs, and with facts beside a weak contact."""
    if "R6" in way.rungs:
        way = replace(way, through=_through(now))
    # security 9: such a contact "proves nothing alone".
    alone = way.rungs == ("R2",) or (way.rungs == ("R1",) and way.by == "letter-to-file")
    return replace(way, rungs=(*way.rungs, "R3")) if alone and now.contact == "weak" else way


def _through(now: Situation) -> str:
    """law 3: "never collect ID in Discord", nor send it by mail."""
    return "portal" if now.portal else "post"


def _possible(way: Way, now: Situation) -> bool:
    missing = _missing(way, now)
    return not (
        any(rung in now.failed for rung in missing)
        or ("R2" in missing and (now.contact in ("none", "proposed") or now.code_tries >= CODE_TRIES))
        or ("R3" in missing and now.facts < _FACTS)
        or ("R4" in missing and not (now.account and now.portal))
        or (_PAPERS & set(missing) and not now.doubt.strip())
    )


def _missing(way: Way, now: Situation) -> tuple[Rung, ...]:
    """What is not proved yet. Who has shown a paper has shown more than any contact or fact could."""
    if _PAPERS & now.proved:
        return ()
    # The log-in, and the letter to the address on file, are there without being asked for.
    given = frozenset[Rung]({"R0", "R1"} if now.state == "logged-in" and not way.by else {"R0"})
    return tuple(rung for rung in way.rungs if rung not in now.proved | given)


def _ask(way: Way, now: Situation) -> Ask:
    rungs, copy = _missing(way, now), table().copy
    wanted = (*way.proofs, *(way.on_doubt if now.doubt.strip() else ()))
    shown = tuple(each for each in copy.on_doubt if each in now.doubt_about)
    hidden = tuple(each for each in copy.on_doubt if each not in now.doubt_about)
    return Ask(
        rungs=rungs,
        proofs=tuple(proof for proof in wanted if proof not in now.papers),
        by=way.by,
        only=way.only,
        through=way.through,
        visible=(*copy.visible, *shown) if "R6" in rungs else (),
        masked=(*copy.masked, *hidden) if "R6" in rungs else (),
    )


def _because(now: Situation, case: Case, cell: tuple[Way, ...], ask: tuple[Ask, ...], *, enough: bool) -> Iterator[str]:
    if now.changes_contact:
        yield "contact-change"
    if case.refer:
        yield f"refer-{case.refer}"
    elif enough:
        yield "proved" if now.proved or now.papers else "nothing-to-ask"
    elif ask:
        yield "lowest"
    if case.key == "namesake":
        yield "namesake"
    yield from _hindrances(now, cell, ask, enough=enough or bool(case.refer))
    if ask and not now.doubt.strip():
        yield "no-pause"
    if now.demanded:
        yield "policy-demand"


def _hindrances(now: Situation, cell: tuple[Way, ...], ask: tuple[Ask, ...], *, enough: bool) -> Iterator[str]:
    """Why a lower way cannot be gone, or why none can."""
    if enough:
        return
    code = any("R2" in way.rungs for way in cell)
    if code and now.contact == "proposed":
        yield "contact-old"
    if code and now.contact == "weak":
        yield "contact-weak"
    if code and now.code_tries >= CODE_TRIES:
        yield "code-used-up"
    if not ask:
        papers = any(_PAPERS & set(way.rungs) and not now.failed & set(way.rungs) for way in cell)
        yield "record-doubt" if papers and not now.doubt.strip() else "exhausted"


def _never(now: Situation, ask: tuple[Ask, ...]) -> Iterator[str]:
    """What may not be asked for, whatever the policy says."""
    yield "unredacted-copy"
    yield "machine-readable-zone"
    yield "certified-identity"
    if not any("R6" in each.rungs for each in ask):
        yield "copy"
    if any("R2" in each.rungs for each in ask):
        yield "given-contact"
    if now.channel == "discord":
        yield "paper-by-discord"
    if now.role in ("agent", "lawyer"):
        yield "agents-portal"
