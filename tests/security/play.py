"""A random life of two organisations that share a person: mails and orders in any order, as hypothesis deals them.

Every text that belongs to one organisation alone carries a mark of it, so that whatever reaches the other one can be
searched for marks. What is not possible is refused, as it is in life; that is no failure of the game.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from dsarbot.core import orders_rights as r
from dsarbot.core.case import Case, Outcome, Person
from dsarbot.core.parties import Contract, Party, Register
from dsarbot.core.routing import below_us, way
from dsarbot.desk.handle import Task
from dsarbot.desk.wake import wake
from dsarbot.errors import NotAllowed
from dsarbot.ports import Scope
from tests.security.letters_in import ACCESS, ERASURE, ORDINARY, bounce, mail
from tests.security.office import NORD, SUD, Office, Said, unsent

PERSON = "jeanne@person.example"
NAME = "Jeanne Martin"
OTHER = {NORD: SUD, SUD: NORD}
#: A game takes a second on a real database: few are played, and a lost one is shown as it was, not made smaller.
PATIENT = settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
Fields = tuple[type[o.Order], dict[str, object]]
#: A customer that both organisations have: it writes to each from the same address.
PARTY = "chef@shared.example"


def mark_of(scope: Scope) -> str:
    """What stands in every text that is that organisation's alone."""
    return f"geheim-{scope}-"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that happens: what, to which organisation, with which case or letter among those there are."""

    what: str
    scope: Scope
    which: int
    variant: int


class Play:
    """The game on one office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._numbers = itertools.count(1)
        self.mails: dict[Scope, list[str]] = {NORD: [], SUD: []}

    def text(self, scope: Scope) -> str:
        """A text of that organisation, never the same twice."""
        return f"{mark_of(scope)}{next(self._numbers)}"

    async def make(self, move: Move) -> None:
        """Let it happen, if it can."""
        try:
            await MOVES[move.what](self, move)
        except NotAllowed:
            return

    # --- mail -------------------------------------------------------------------------------------------------

    async def writes(self, move: Move) -> None:
        """The person writes; an even variant through the mailbox that both share."""
        form = (ACCESS, ERASURE, ORDINARY)[move.which % 3]
        await self._mail(move.scope, form.format(self.text(move.scope)), shared=move.variant % 2 == 0)

    async def writes_to_both(self, move: Move) -> None:
        """One mail to both: it belongs to both and carries no mark."""
        text = ACCESS.format(f"no. {next(self._numbers)}")
        await self._mail(move.scope, text, shared=True, to="dpo@nord.example.org, dpo@sud.example.org")

    async def writes_to_nobody(self, move: Move) -> None:
        """Held in the mailbox's own scope, where neither sees it: it carries the marks of both."""
        text = f"{self.text(NORD)} {self.text(SUD)}"
        await self._mail(move.scope, ACCESS.format(text), shared=True, to="x@example.org")

    async def replies(self, move: Move) -> None:
        """A reply that names a letter or reference; variant 2 and 3 those of the other organisation."""
        named = move.scope if move.variant < 2 else OTHER[move.scope]
        sent = [job.message_id for job, _ in self.office.relay.given if job.scope == named and job.kind == "letter"]
        known = [*sent, *self.mails[named]]
        answers = known[move.which % len(known)] if known and move.variant % 2 else ""
        cases = await self.office.cases(named)
        subject = f"Re: {cases[move.which % len(cases)].reference}" if cases else "Re: ?"
        await self._mail(move.scope, f"Merci. {self.text(move.scope)}", subject=subject, answers=answers)

    async def comes_again(self, move: Move) -> None:
        """The Message-ID of an earlier mail; variant 0 and 1: of one to the other organisation."""
        known = self.mails[OTHER[move.scope] if move.variant < 2 else move.scope]
        if known:
            message_id = known[move.which % len(known)]
            await self._mail(move.scope, ACCESS.format(self.text(move.scope)), message_id=message_id)

    async def bounces(self, move: Move) -> None:
        """A bounce of some letter; variant 0: it comes to the other organisation."""
        given = [job for job, _ in self.office.relay.given if job.scope == move.scope and job.kind == "letter"]
        if given:
            job = given[move.which % len(given)]
            to = OTHER[move.scope] if move.variant == 0 else move.scope
            await self.office.receive(bounce(job.message_id, job.recipient, told="unknown user"), box=to)

    async def _mail(
        self, scope: Scope, text: str, *, shared: bool = False, to: str = "", message_id: str = "",
        subject: str = "Mes données", answers: str = "",
    ) -> None:  # fmt: skip
        message_id = message_id or f"<m{next(self._numbers)}@person.example>"
        self.mails[scope].append(message_id)
        raw = mail(
            text, name=NAME, address=PERSON, to=to or f"dpo@{scope}.example.org", subject=subject,
            message_id=message_id, In_Reply_To=answers or "<nothing@person.example>",
        )  # fmt: skip
        await self.office.receive(raw, box="shared" if shared else scope)

    # --- orders -----------------------------------------------------------------------------------------------

    async def _case(self, move: Move) -> Case | None:
        cases = await self.office.cases(move.scope)
        return cases[move.which % len(cases)] if cases else None

    async def ordered(self, move: Move) -> None:
        """An order about claims, the one of that variant."""
        if case := await self._case(move):
            orders = self._orders(case, self.text(move.scope))
            kind, fields = orders[move.variant % len(orders)]
            await self.office.order(case, kind, **fields)

    def _orders(self, case: Case, text: str) -> tuple[Fields, ...]:
        today = self.office.clock.now.date()
        proposal = next((each.id for each in case.proposals if not each.settled), "p0")
        letter = (unsent(case) or ["l0"])[-1]
        sections = case.letter(letter).sections if letter != "l0" else ()
        changed = tuple(replace(each, text=f"{each.text} {text}") for each in sections)
        asked = (o.Asked(right="objection", party=case.organisation, certain=True, because=(text,)),)
        return (
            (o.Confirm, {}),
            (o.Confirm, {"asked": asked}),
            (o.NotARequest, {"reason": text}),
            (o.AskIdentity, {"doubt": text, "rung": "R3"}),
            (o.Verify, {"rung": "R3", "how": text, "answered_on": today}),
            (o.Clarify, {"about": text, "large": True}),
            (o.Clarified, {"answered_on": today}),
            (o.Extend, {"reason": "number", "detail": f"so many requests at once: {text}"}),
            (o.Refuse, {"ground": "not-identified", "detail": text, "evidence": text}),
            (o.Answer, {"outcome": Outcome.GRANTED, "detail": text}),
            (o.Answer, {"outcome": Outcome.NOTHING_HELD, "detail": text}),
            (o.Forward, {"party": text}),
            (o.Edit, {"letter": letter, "sections": changed, "subject": text}),
            (o.Discard, {"letter": letter}),
            (o.Note, {"text": text, "kind": "legal-advice"}),
            (o.Assign, {"staff": f"dpo-{case.organisation}"}),
            (o.Withdraw, {"evidence": text}),
            (o.Close, {}),
            (o.Reopen, {"why": "contested"}),
            (o.CorrectReceipt, {"received_at": case.opened_at - timedelta(days=2), "evidence": text}),
            (o.Settle, {"proposal": proposal, "accepted": True}),
            (o.Redate, {}),
            (r.Tick, {"step": "identity", "note": text}),
            (r.Restrict, {"frozen": text, "since": today}),
            (r.ProveForward, {"proof": text}),
            (r.EndMandate, {"reason": text}),
            (r.Misdirected, {"letter": letter, "known_at": case.opened_at, "how": text}),
            (r.DecideBreach, {"letter": letter, "verdict": "reported", "reason": text, "told": text}),
        )

    # --- parties ----------------------------------------------------------------------------------------------

    async def parties(self, move: Move) -> None:
        """The register is written anew: names, places and brands are that organisation's own, the party is not."""
        store, scope = self.office.app.store.parties, move.scope
        register = Register(
            parties=(
                Party(
                    key="below", name=self.text(scope), kind="sub-processor", contact="noc@shared.example",
                    contracts=(Contract(theirs="sub-processor", ours="processor"),),
                ),
                Party(
                    key="shared", name=self.text(scope), kind="customer", contact="dpo@shared.example",
                    postal=(self.text(scope),), instructs=(PARTY,), brands=(self.text(scope),),
                    contracts=(Contract(theirs="controller", ours="processor", services=(self.text(scope),)),),
                ),
            )
        )  # fmt: skip
        await store.save(
            scope, register, before=await store.register(scope), public={"new": 2}, at=self.office.clock.now, actor="x"
        )

    async def party_writes(self, move: Move) -> None:
        """The party that both have writes; variant 0 and 1: it quotes a letter or reference of the other."""
        named = OTHER[move.scope] if move.variant < 2 else move.scope
        given = [job for job, _ in self.office.relay.given if job.scope == named]
        sent = [job.message_id for job in given if job.recipient.endswith("@shared.example")]
        cases = await self.office.cases(named)
        subject = f"Re: {cases[move.which % len(cases)].reference}" if cases else "Re: ?"
        await self.party_mail(move.scope, subject, sent[move.which % len(sent)] if sent else "<nothing@shared.example>")

    async def party_mail(self, scope: Scope, subject: str, answers: str) -> None:
        """A mail of that party, its words for that organisation alone."""
        raw = mail(
            f"Please erase it. {self.text(scope)}", name=self.text(scope), address=PARTY,
            to=f"dpo@{scope}.example.org", subject=subject, In_Reply_To=answers,
        )  # fmt: skip
        await self.office.receive(raw, box=scope)

    async def chained(self, move: Move) -> None:
        """An order about the parties of a case, the one of that variant."""
        register = await self.office.app.store.register(move.scope)
        if (case := await self._case(move)) and register.parties:
            orders = self.chain(self.text(move.scope), register)
            kind, fields = orders[move.variant % len(orders)]
            await self.office.order(case, kind, **fields)

    def chain(self, text: str, register: Register) -> tuple[Fields, ...]:
        """Orders about the parties of a case; the first two route it and instruct us."""
        target = oc.Target(way=way(register, "shared"), because=text, systems=(text,))
        erase: dict[str, object] = {"hop": "h1", "actions": ("erase",), "scope": text, "detail": text}
        due = self.office.clock.now.date() + timedelta(days=5)
        return (
            (oc.Route, {"to": (target,), "words": text, "files": (text,)}),
            (oc.Instruct, {**erase, "how": "phone", "vouched": text}),
            (oc.Instruct, {**erase, "how": "page", "proof": text}),
            (oc.SettleInstruction, {"instruction": "i1", "verdict": "questioned", "reason": text}),
            (oc.SettleInstruction, {"instruction": "i1", "verdict": "stands", "reason": text}),
            (oc.ConfirmInstruction, {"instruction": "i1", "counts": text, "proof": text}),
            (oc.Execute, {"instruction": "i1", "where": text, "number": 1, "note": text, "exceptions": text}),
            (oc.PassDown, {"instruction": "i1", "to": below_us(register, ["below"]), "due": due, "detail": text}),
            (oc.Hear, {"hop": "h1", "said": "acknowledged", "how": "phone", "detail": text}),
            (oc.Hear, {"hop": "h2", "said": "done", "how": "phone", "detail": text}),
            (oc.Report, {"instruction": "i1", "evidence": text}),
            (oc.AskCustomer, {}),
            (oc.GiveUp, {"hop": "h1", "reason": text}),
        )

    async def sends(self, move: Move) -> None:
        """Approve what can be approved, and deliver it; variant 0: the relay does not take it now."""
        case = await self._case(move)
        waiting = unsent(case) if case else []
        if case and waiting:
            await self.office.approve(case, waiting[move.which % len(waiting)], reason=self.text(move.scope))
        self.office.relay.says = Said(kind="deferred") if move.variant == 0 else Said()
        await self.office.deliver(timedelta(hours=6))
        self.office.relay.says = Said()

    async def days_pass(self, move: Move) -> None:
        """Alarms ring, the digest leaves, what moved is anchored."""
        self.office.clock.advance(timedelta(days=move.which))
        while await wake(self.office.app.desk):
            pass
        await self.office.digest(move.scope)
        await self.office.deliver()
        await self.office.app.store.anchor(self.office.clock.now)

    # --- between cases ----------------------------------------------------------------------------------------

    async def wanders(self, move: Move) -> None:
        """Split (variant 0), move to the other organisation (1) or merge (2, 3)."""
        case = await self._case(move)
        if case is None or not case.active:
            return
        if move.variant < 2:
            await self._new_case(case, "split" if move.variant == 0 else "move")
            return
        cases = [each for each in await self.office.cases(move.scope) if each.id != case.id and each.active]
        if cases:
            target = cases[move.which % len(cases)]
            leaving = self.office.make(
                o.Leave, to_case=target.id, claims=tuple(each.id for each in case.active), mode="merge"
            )
            taking = self.office.make(
                o.Absorb, from_case=case.id, reference=case.reference, claims=case.active, inbounds=case.inbounds,
                mode="merge",
            )  # fmt: skip
            await self._both(Task(scope=move.scope, case=case.id, thing=leaving),
                             Task(scope=move.scope, case=target.id, thing=taking))  # fmt: skip

    async def _new_case(self, case: Case, mode: str) -> None:
        source = Scope(case.organisation)
        to = OTHER[source] if mode == "move" else source
        claims = case.active if mode == "move" else case.active[:1]
        new_id, number = self.office.app.desk.new_id(), next(self._numbers)
        opening = self.office.make(
            o.OpenFrom, case=new_id, reference=f"{to[:3].upper()}-2026-{90_000 + number}-X", organisation=to,
            channel=case.channel, language=case.language, received_at=case.opened_at,
            inbound=case.inbounds[0].inbound, person=Person(name=NAME, address=PERSON), subject=case.subject, asked=(),
            from_case=case.id, mode=mode, claims=claims, inbounds=case.inbounds, rung=case.rung,
        )  # fmt: skip
        leaving = self.office.make(
            o.Leave, to_case=new_id, claims=tuple(each.id for each in claims), mode=mode, organisation=to
        )
        await self._both(Task(scope=to, case="", thing=opening), Task(scope=source, case=case.id, thing=leaving))

    async def _both(self, *tasks: Task) -> None:
        await self.office.app.desk.handle(tasks, together=True)


MOVES: Mapping[str, Callable[[Play, Move], Awaitable[None]]] = {
    "writes": Play.writes,
    "writes_to_both": Play.writes_to_both,
    "writes_to_nobody": Play.writes_to_nobody,
    "replies": Play.replies,
    "comes_again": Play.comes_again,
    "bounces": Play.bounces,
    "ordered": Play.ordered,
    "parties": Play.parties,
    "party_writes": Play.party_writes,
    "chained": Play.chained,
    "sends": Play.sends,
    "days_pass": Play.days_pass,
    "wanders": Play.wanders,
}


def moves(*, but: frozenset[str] = frozenset(), least: int = 15, most: int = 40) -> st.SearchStrategy[list[Move]]:
    """So many moves, *but* those; orders are dealt more often than the rest."""
    names = [name for name in MOVES if name not in but]
    weighted = [*names, *(["ordered", "sends", "writes"] * 2), *(["chained"] if "chained" not in but else [])]
    move = st.builds(
        Move,
        what=st.sampled_from(weighted),
        scope=st.sampled_from([NORD, SUD]),
        which=st.integers(0, 5),
        variant=st.integers(0, 3) | st.integers(0, 21),
    )
    return st.lists(move, min_size=least, max_size=most)
