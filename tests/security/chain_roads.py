"""The roads of the chain: a register of parties, and everything that goes up and comes down, with markers in it all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from dsarbot.core.case import Case, Moment, Outcome
from dsarbot.core.parties import Contract, Party, Register
from dsarbot.core.routing import below_us, terms_of, way
from dsarbot.desk.chain_request import requested
from tests.security.letters_in import ERASURE, mail
from tests.security.markers import Markers
from tests.security.office import NORD, Office, unsent


@dataclass(frozen=True, kw_only=True)
class ChainRoads:
    """Every order about the parties of a case, given once at least."""

    office: Office
    m: Markers

    async def walk(self) -> None:
        register = await self.parties()
        case = await self.up(register)
        case = await self.back(case)
        await self.down(case, register)
        await self.recipients(register)
        await self.dead_ends(register)

    async def parties(self) -> Register:
        """A register with a customer, a sub-processor and a recipient; only their keys are codes."""
        m, office = self.m, self.office
        customer = Party(
            key="customer", name=f"{m.plain('party')} {m.accented('party, not ASCII')}", kind="customer",
            contact=f"{m.plain('privacy contact')}@customer.example",
            postal=(m.plain("street of a party"), m.accented("town of a party")),
            instructs=(f"{m.plain('instruction contact')}@customer.example",), brands=(m.plain("brand"),),
            contracts=(
                Contract(
                    theirs="controller", ours="processor", services=(m.plain("service"),),
                    domains=(f"{m.plain('domain of a contract')}.example",), invoices=(m.plain("invoice"),),
                    notice="full", may_name=True, uses=("x=below",),
                ),
            ),
        )  # fmt: skip
        below = Party(
            key="below", name=m.plain("sub-processor"), kind="sub-processor", contact="noc@below.example",
            contracts=(Contract(theirs="sub-processor", ours="processor"),),
        )  # fmt: skip
        recipient = Party(
            key="recipient", name=m.accented("recipient"), kind="recipient", contact="privacy@recipient.example",
            contracts=(Contract(theirs="controller", ours="controller"),),
        )  # fmt: skip
        early, register = Register(parties=(customer,)), Register(parties=(below, customer, recipient))
        for before, after in ((Register(), early), (early, register)):
            await office.app.store.parties.save(
                NORD, after, before=before, public={"new": 1, "changed": 0}, at=office.clock.now, actor="dpo-nord"
            )
        return register

    async def _asked(self, number: int, text: str = "") -> Case:
        address = f"chain-{number}@person.example"
        return await self.office.opened(mail(ERASURE.format(text or f"chain {number}"), address=address))

    async def up(self, register: Register) -> Case:
        """Passed on in its own words, the person told; the party answers by mail, others pretend to be it."""
        m, office = self.m, self.office
        store = office.app.store
        case = await self._asked(1, m.accented("words passed on"))
        said = await requested(case, store, store.vault)
        target = oc.Target(
            way=way(register, "customer"), because=m.plain("why it is theirs"), systems=(m.plain("system"),)
        )
        case = await office.order(case, oc.Route, to=(target,), words=said.words, files=(m.plain("file passed on"),))
        case = await self._leave(case)
        assert case.letters[-1].moment == Moment.FORWARDED
        case = await self._leave(case)
        party, sent = register.parties[1], [job.message_id for job, _ in office.relay.given if job.case == case.id]
        for number, (address, answers) in enumerate((
            (party.instructs[0], sent[-1]),
            (f"{m.plain('colleague at a party')}@customer.example", case.reference),
            (f"{m.plain('look-alike')}@custorner.example", case.reference),
        )):  # fmt: skip
            await office.receive(
                mail(
                    m.plain(f"words of a party {number}"), address=address, name=m.plain(f"name at a party {number}"),
                    subject=f"Re: {case.reference}", In_Reply_To=answers,
                )
            )  # fmt: skip
        case = await office.again(case)
        assert [each.standing for each in case.chain.hops[0].wrote] == ["not-aligned", "not-named"]
        (hop,) = case.chain.hops
        return await office.order(
            case, oc.Write, hop=hop.id, inbound="mail-9", received_at=office.clock.now, standing="authenticated",
            address=f"{m.plain('address of a mail of a party')}@customer.example", message_id="",
        )  # fmt: skip

    async def _leave(self, case: Case) -> Case:
        """Every letter that waits is approved and leaves."""
        for letter in unsent(case):
            case = await self.office.send(case, letter)
        return case

    async def back(self, case: Case) -> Case:
        """What the party says and instructs; an erasure by link; one that is questioned, with its letter."""
        m, office = self.m, self.office
        case = await office.order(
            case, oc.Hear, hop="h1", said="acknowledged", how="phone", by=m.plain("who said so"),
            detail=m.plain("what a party said"),
        )  # fmt: skip
        case = await office.order(
            case, oc.Instruct, hop="h1", actions=("erase",), how="page", scope=m.accented("scope of an instruction"),
            detail=m.plain("detail of an instruction"), by=m.plain("by whom"), proof=m.plain("proof of a page"),
        )  # fmt: skip
        case = await office.order(
            case, oc.ConfirmInstruction, instruction="i1", counts=m.plain("counts"), proof=m.plain("second proof")
        )
        settle = {"instruction": "i1", "verdict": "questioned", "reason": m.accented("why it is questioned")}
        case = await office.order(case, oc.SettleInstruction, **settle)
        assert case.letters[-1].moment == Moment.CONTROLLER_QUESTIONED
        case = await self._leave(case)
        settle |= {"verdict": "stands", "reason": m.plain("why it stands")}
        case = await office.order(case, oc.SettleInstruction, **settle)
        return await office.order(
            case, oc.Instruct, hop="h1", actions=("export",), how="command", scope="y",
            vouched=m.plain("who was called back"),
        )  # fmt: skip

    async def down(self, case: Case, register: Register) -> None:
        """A sub-processor, what was done here, the report."""
        m, office = self.m, self.office
        office.clock.advance(timedelta(days=2))
        due = office.clock.now.date() + timedelta(days=5)
        below = below_us(register, ["below"])
        case = await office.order(
            case, oc.PassDown, instruction="i1", to=below, due=due, detail=m.plain("what is passed down")
        )
        case = await self._leave(case)
        case = await office.order(case, oc.Hear, hop="h2", said="done", how="mail", detail=m.plain("what was done"))
        case = await office.order(
            case, oc.Execute, instruction="i1", where=m.plain("where it was done"), number=3,
            note=m.plain("note of an execution"), exceptions=m.accented("what was not done"),
        )  # fmt: skip
        case = await office.order(case, oc.Report, instruction="i1", evidence=m.plain("evidence of an execution"))
        await self._leave(case)

    async def recipients(self, register: Register) -> None:
        """GDPR 19 in our own role."""
        m, office = self.m, self.office
        case = await self._asked(2)
        case = await office.send(await office.order(case, o.Answer, outcome=Outcome.GRANTED, detail="erased"))
        (recipient,) = [each for each in register.parties if each.key == "recipient"]
        case = await office.order(
            case, oc.TellRecipients, to=(terms_of(recipient, recipient.contracts[0]),),
            who=m.plain("identifier shared with a recipient"), what=m.plain("what a recipient is told"),
        )  # fmt: skip
        await self._leave(case)

    async def dead_ends(self, register: Register) -> None:
        """The person is asked whose customer they are; a party that is gone; a customer who writes first."""
        m, office = self.m, self.office
        case = await self._asked(3)
        case = await self._leave(await office.order(case, oc.AskCustomer))
        target = oc.Target(way=way(register, "customer"), because="said so")
        case = await office.order(case, oc.Route, to=(target,), words="x")
        await office.order(case, oc.GiveUp, hop="h1", reason=m.plain("why a party is given up"))
        first = await self._asked(4)
        (terms,) = way(register, "customer")
        await office.order(
            first, oc.Adopt, terms=replace(terms, name=m.plain("name of who writes first")), inbound="mail-8",
            received_at=office.clock.now, address=f"{m.plain('who writes first')}@customer.example",
            standing="authenticated",
        )  # fmt: skip
        refused = await office.refused(
            first, oc.Instruct, hop="h1", actions=("erase",), how="command", scope=m.plain("refused instruction")
        )
        assert refused.rule == "instruction-proof"
        await office.receive(
            mail(
                f"Please erase the data of our user {m.plain('user named by a look-alike')} (Art. 17 GDPR).",
                address="chef@custorner.example",
            )
        )  # fmt: skip
