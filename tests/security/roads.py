"""Every road on which personal data comes in and is written down, each with markers planted in all that is personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Claim, Outcome, Person, Section
from dsarbot.desk.handle import Task
from dsarbot.desk.wake import redate, wake
from dsarbot.errors import DsarbotError
from dsarbot.ports import Scope
from tests.security.letters_in import ACCESS, ERASURE, ORDINARY, bounce, mail
from tests.security.markers import Markers
from tests.security.office import NORD, SUD, Office, Said, unsent

GROUND = "rights-of-others"


class Roads:
    """The roads, in an order that works; `heard` are the texts of all refusals and errors on the way."""

    def __init__(self, office: Office, markers: Markers) -> None:
        self.office, self.m = office, markers
        self.heard: list[BaseException] = []

    async def walk(self) -> None:
        await self.requests()
        await self.odd_mails()
        await self.automatic_mails()
        await self.sent_mails()
        await self.questions()
        await self.answers()
        await self.between_cases()
        await self.paper()
        await self.troubles()
        await self.staff_errors()
        await self.days_pass()

    # --- mail in ----------------------------------------------------------------------------------------------

    async def requests(self) -> None:
        """A plain request and the acknowledgement; one with HTML, attachments and odd headers; a reply to it."""
        m, office = self.m, self.office
        self.first = await office.opened(
            mail(
                ACCESS.format(f"{m.plain('text')} Tel. +352 {m.plain('phone number')}"),
                name=f"{m.plain('first name')} {m.accented('surname')}",
                address=f"{m.plain('local part')}@{m.plain('domain')}.example",
                subject=f"{m.plain('subject')} {m.accented('subject, not ASCII')}",
                message_id=f"<{m.plain('Message-ID')}@{m.plain('Message-ID, domain')}.example>",
                X_Originating_IP=m.plain("header of our own"),
                Reply_To=f"{m.plain('Reply-To')}@person.example",
                Received=f"from {m.plain('Received, HELO')} by mx.example.org; Mon, 2 Mar 2026 08:59:00 +0000",
            )
        )
        second = await office.opened(
            mail(
                ERASURE.format(m.accented("text, not ASCII")),
                address="second@person.example",
                html=f"<p>{ERASURE.format(m.plain('HTML part'))}</p><!-- {m.plain('HTML comment')} -->",
                files=(
                    (f"{m.plain('file name')}.txt", "text/plain", m.plain("text attachment").encode() * 90),
                    (f"{m.accented('file name, not ASCII')}.png", "image/png", self._large(m.plain("picture"))),
                    ("small.pdf", "application/pdf", m.plain("small file").encode()),
                ),
            )
        )
        await office.deliver()
        sent_id = next(job.message_id for job, _ in office.relay.given if job.recipient == "second@person.example")
        joined = await office.opened(
            mail(f"Merci, {m.plain('reply')}", address="second@person.example", In_Reply_To=sent_id, References=sent_id)
        )
        assert joined.id == second.id
        await office.opened(
            mail(f"Moi aussi, {m.plain('reply of somebody else')}", address="third@person.example", References=sent_id)
        )
        second = await office.again(second)
        await office.order(second, o.Settle, proposal=second.proposals[0].id, accepted=True)

    @staticmethod
    def _large(marker: str) -> bytes:
        """Large enough to become a leaf of its own."""
        return b"\x89PNG" + marker.encode() * 400

    async def odd_mails(self) -> None:
        """What nobody can read, a forward, a duplicate, a mail for two organisations or for none, ordinary mail."""
        m, office = self.m, self.office
        sealed = f"-----BEGIN PGP MESSAGE-----\n{m.plain('encrypted text')}\n-----END PGP MESSAGE-----\n"
        await office.opened(mail(sealed, address="fourth@person.example", subject="..."))
        broken = mail("x", address="fifth@person.example", subject=m.plain("subject of a broken mail"))
        broken = broken.replace(b'charset="utf-8"', f'charset="{m.plain("charset")}"'.encode())
        await office.receive(broken + b"\xff\xfe\x00", b"\x00" + m.plain("no mail at all").encode())
        inner = (
            f"---------- Forwarded message ---------\nVon: {m.accented('name of the inner sender')} "
            f"<{m.plain('address of the inner sender')}@person.example>\nDate: Mon, 2 Mar 2026 08:00\n"
            f"Subject: {m.plain('inner subject')}\nTo: info@nord.example.org\n\n{ACCESS.format(m.plain('inner text'))}"
        )
        await office.opened(mail(inner, name="Colleague", address="info@nord.example.org", subject="TR: données"))
        twice = mail(ERASURE.format(m.plain("duplicate")), address="sixth@person.example")
        await office.opened(twice)
        await office.receive(twice)
        (held,) = await office.receive(mail(ACCESS.format(m.plain("for nobody")), to="x@example.org"), box="shared")
        assert held.scope == "mailbox:shared"
        both = "dpo@nord.example.org, dpo@sud.example.org"
        await office.receive(mail(ACCESS.format(m.plain("for both")), to=both), box="shared")
        (junk,) = await office.receive(mail(ORDINARY.format(m.plain("ordinary mail"))))
        taken = await office.app.intake.take_in(
            junk, office.app.organisations["nord"], actor="dpo-nord", rights=("access",)
        )
        assert taken

    async def sent_mails(self) -> None:
        """What staff wrote by hand: to the person of a case, to a customer, and what came back of it."""
        m, office = self.m, self.office
        person = f"{m.plain('address of somebody answered by hand')}@person.example"
        case = await office.opened(mail(ACCESS.format("."), address=person, message_id="<asked@person.example>"))
        answer = mail(
            m.plain("answer by hand"),
            address="dpo@nord.example.org",
            name="Anna",
            to=person,
            subject=m.plain("subject of an answer by hand"),
            message_id=f"<{m.plain('Message-ID by hand')}@nord.example.org>",
            In_Reply_To="<asked@person.example>",
        )
        (row,) = await office.receive(answer, folder="Sent", channel="sent")
        assert row.case == case.id
        case = await office.again(case)
        words = (Section(key="by-hand", text=m.plain("recorded answer")),)
        await office.order(
            case, o.AnsweredByHand, inbound=row.id, outcome=Outcome.GRANTED, subject=m.plain("recorded"), sections=words
        )
        other = mail(
            m.plain("to a customer"),
            address="dpo@nord.example.org",
            to=f"{m.plain('address of a customer')}@customer.example",
            subject=m.plain("subject for a customer"),
            message_id=f"<{m.plain('Message-ID for a customer')}@nord.example.org>",
        )
        for box in ("nord", "shared"):
            (gone,) = await office.receive(other, box=box, folder="Sent", channel="sent")
            assert not gone.objects

    async def automatic_mails(self) -> None:
        """An out-of-office, a newsletter, and the bounce of our acknowledgement."""
        m, office = self.m, self.office
        await office.receive(
            mail(f"Je suis absente. {m.plain('out of office')}", Auto_Submitted=f"auto-replied ({m.plain('comment')})"),
            mail(m.plain("newsletter"), List_Id=f"{m.plain('list name')} <news.example.org>"),
        )
        job, raw = next((job, raw) for job, raw in office.relay.given if job.case == self.first.id)
        headers = f"Subject: {m.plain('returned subject')}"
        told = f"<{job.recipient}> {m.plain('diagnostic of a bounce')}"
        status = f"5.1.1 ({m.plain('status of a bounce')})"
        (row,) = await office.receive(bounce(job.message_id, job.recipient, told=told, status=status, headers=headers))
        assert row.disposition == "bounce"
        assert message_from_bytes(raw, policy=policy.default)["Message-ID"] == job.message_id
        strange = bounce("<unknown@example.org>", f"{m.plain('recipient of a strange bounce')}@x.example", told="no")
        await office.receive(strange)

    # --- orders -----------------------------------------------------------------------------------------------

    async def _case(self, number: int, *, text: str = ACCESS) -> Case:
        return await self.office.opened(mail(text.format(f"no. {number}"), address=f"person-{number}@person.example"))

    async def questions(self) -> None:
        """Identity and clarification: asked, edited, reminded, answered; an extension; notes of all kinds."""
        m, office = self.m, self.office
        case = await self._case(1)
        case = await office.order(case, o.AskIdentity, doubt=m.plain("doubt"), rung="R4")
        sections = tuple(
            replace(each, text=f"{each.text} {m.accented('edited letter')}") if each.key == "ask" else each
            for each in case.letters[-1].sections
        )
        case = await office.order(
            case, o.Edit, letter=case.letters[-1].id, sections=sections, subject=m.plain("edited subject")
        )
        case = await office.send(case, reason=m.plain("reason of an override"))
        case = await office.order(case, o.Verify, rung="R4", how=m.plain("verdict"), answered_on=date(2026, 3, 2))
        case = await office.order(case, o.Clarify, about=m.plain("clarification"), large=True)
        case = await office.send(case)
        self.waiting = case
        other = await self._case(2)
        other = await office.order(other, o.Clarify, about="which account?")
        other = await office.send(other)
        other = await office.order(other, o.Clarified, answered_on=date(2026, 3, 2))
        detail = f"the request covers many systems: {m.plain('detail of an extension')}"
        other = await office.send(await office.order(other, o.Extend, reason="complexity", detail=detail))
        for kind in ("work", "decision", "legal-advice"):
            await office.order(other, o.Note, text=f"Note: {m.accented(f'note, {kind}')}", kind=kind)
        await office.order(other, o.Assign, staff="dpo-nord")
        received = office.clock.now - timedelta(days=1)
        await office.order(other, o.CorrectReceipt, received_at=received, evidence=m.plain("evidence of receipt"))
        await office.order(other, o.Redate)

    async def answers(self) -> None:
        """Answer, refusal, forward, discarded draft, withdrawal, not a request; close and reopen."""
        m, office = self.m, self.office
        case = await self._case(3)
        case = await office.order(case, o.Answer, outcome=Outcome.GRANTED, detail=m.plain("answer"))
        case = await office.send(case)
        case = await office.order(case, o.Close)
        await office.order(case, o.Reopen, why="contested")
        case = await self._case(4)
        case = await office.order(case, o.Refuse, ground=GROUND, detail=m.plain("detail of a refusal"))
        await office.send(case)
        case = await self._case(5)
        await office.send(await office.order(case, o.Forward, party=m.plain("party forwarded to")))
        case = await self._case(6)
        discarded = m.plain("discarded answer")
        case = await office.order(case, o.Answer, outcome=Outcome.PARTLY, detail=discarded, ground=GROUND)
        case = await office.order(case, o.Discard, letter=unsent(case)[-1])
        case = await office.order(case, o.NotARequest, reason=m.plain("why it is no request"))
        asked = (o.Asked(right="erasure", party="nord", certain=True, because=(m.plain("phrase that triggered"),)),)
        case = await office.order(case, o.Confirm, asked=asked)
        await office.send(await office.order(case, o.Withdraw, evidence=m.plain("evidence of a withdrawal")))

    async def between_cases(self) -> None:
        """Split, merge and move: claims and conversations wander with all that is in them."""
        m, office = self.m, self.office
        double = f"{ACCESS}\n{ERASURE}".format("both", m.plain("text of a split case"))
        case = await office.opened(mail(double, address="person-7@person.example", subject="Accès et effacement"))
        assert len(case.claims) == 2
        person = Person(name=m.plain("name in a split case"), address=f"{m.plain('address, split')}@person.example")
        moved = case.claims[1:]
        await self._leave(case, moved, person, to="split-0001")
        rest = await office.again(case)
        target = await self._case(8)
        await self._together(
            Task(scope=NORD, case=rest.id, thing=office.make(
                o.Leave, to_case=target.id, claims=tuple(each.id for each in rest.active), mode="merge")),
            Task(scope=NORD, case=target.id, thing=office.make(
                o.Absorb, from_case=rest.id, reference=rest.reference, claims=rest.active, inbounds=rest.inbounds,
                mode="merge")),
        )  # fmt: skip
        wanderer = await self._case(9)
        await self._leave(wanderer, wanderer.active, wanderer.person, to="moved-0001", organisation="sud")

    async def _leave(
        self, case: Case, claims: tuple[Claim, ...], person: Person, *, to: str, organisation: str = "nord"
    ) -> None:
        office, mode = self.office, "split" if organisation == case.organisation else "move"
        ids = tuple(each.id for each in claims)
        prefix = {"nord": "NOR", "sud": "SUD"}[organisation]
        await self._together(
            Task(scope=Scope(organisation), case="", thing=office.make(
                o.OpenFrom, case=to, reference=f"{prefix}-2026-90001-X", organisation=organisation,
                channel=case.channel, language=case.language, received_at=case.opened_at,
                inbound=case.inbounds[0].inbound, person=person, subject=case.subject, asked=(), from_case=case.id,
                mode=mode, claims=claims, inbounds=case.inbounds, rung=case.rung)),
            Task(scope=Scope(case.organisation), case=case.id, thing=office.make(
                o.Leave, to_case=to, claims=ids, mode=mode, organisation=organisation)),
        )  # fmt: skip

    async def _together(self, *tasks: Task) -> None:
        await self.office.app.desk.handle(tasks, together=True)

    async def paper(self) -> None:
        """A letter that came by post, typed in, and answered by post."""
        m, office = self.m, self.office
        opened = office.make(
            o.Open, case="paper-0001", reference="NOR-2026-90002-X", organisation="nord", channel="post",
            language="de", received_at=office.clock.now, inbound="scan-0001", subject=m.plain("subject of a letter"),
            person=Person(name=m.accented("name on a letter"), postal=(m.plain("street"), m.accented("town"))),
            asked=(o.Asked(right="access", party="nord", certain=True),),
        )  # fmt: skip
        case = await office.app.desk.order(NORD, "", opened)
        case = await office.order(case, o.Answer, outcome=Outcome.NOTHING_HELD, detail=m.plain("answer by post"))
        letter = case.letters[-1]
        assert letter.medium == "post"
        case = await office.approve(case)
        await office.order(case, o.Posted, letter=letter.id, on=date(2026, 3, 2), registered="RR123456785LU")
        corrected = f.PersonCorrected(
            at=office.clock.now, actor="dpo-nord", cause="corrected", person=Person(name=m.plain("corrected name"))
        )
        await office.app.desk.handle([Task(scope=NORD, case=case.id, thing=corrected)])

    # --- what goes wrong --------------------------------------------------------------------------------------

    async def troubles(self) -> None:
        """A relay that refuses, defers for days, or says nothing; a letter returned because it changed."""
        office = self.office
        for number, said in enumerate((Said(kind="refused", enhanced="5.1.1"), Said(kind="deferred", slug="greylist"))):
            office.relay.says = said
            await self._case(20 + number)
            for _ in range(4):
                await office.deliver(timedelta(hours=14))
        office.relay.says = Said(kind="ambiguous")
        await self._case(22)
        await office.deliver()
        office.relay.says = Said()
        await office.deliver(timedelta(days=1))

    async def staff_errors(self) -> None:
        """Orders that are refused, and looks that find nothing: what they say must not repeat what was typed."""
        m, office, store = self.m, self.office, self.office.app.store
        case = await self._case(30)
        typed = m.plain("text of a refused order")
        refused: tuple[tuple[type[o.Order], dict[str, object]], ...] = (
            (o.Extend, {"reason": "holidays", "detail": typed}),
            (o.Refuse, {"ground": "no-time", "detail": typed}),
            (o.AskIdentity, {"doubt": typed, "rung": "R7"}),
            (o.Verify, {"rung": "R9", "how": typed, "answered_on": date(2026, 3, 2)}),
            (o.Answer, {"outcome": Outcome.REFUSED, "detail": typed}),
            (o.Edit, {"letter": case.letters[0].id, "sections": (Section(key="x", text=typed),)}),
            (o.CorrectReceipt, {"received_at": office.clock.now + timedelta(days=9), "evidence": typed}),
        )
        for kind, fields in refused:
            self.heard.append(await office.refused(case, kind, **fields))
        address = case.person.address
        for attempt in (
            store.case(SUD, case.id),
            store.case(NORD, m.plain("case looked for")),
            store.vault.open(SUD, (await store.inbounds(NORD))[0].objects[0]),
            office.app.desk.order(SUD, case.id, office.make(o.Note, text=typed)),
        ):
            try:
                await attempt
            except DsarbotError as error:
                self.heard.append(error)
            else:
                raise AssertionError("it was allowed")
        assert await store.by_lookup(SUD, "address", address) == ()
        assert await store.by_lookup(NORD, "name", m.plain("name looked for")) == ()
        assert await store.by_reference(NORD, m.plain("reference looked for")) is None

    async def days_pass(self) -> None:
        """Digests, reminders, alarms, anchors, and the destruction of a file."""
        m, office, store = self.m, self.office, self.office.app.store
        await office.digest("nord")
        await office.digest("sud")
        office.clock.advance(timedelta(days=9))
        while await wake(office.app.desk):
            pass
        waiting = await office.again(self.waiting)
        assert waiting.letters[-1].moment == "reminder"
        await office.send(waiting)
        await redate(office.app.desk)
        await office.digest("nord")
        await office.deliver()
        await store.anchor(office.clock.now)
        (row,) = await office.receive(
            mail(
                ACCESS.format("ci-joint ma carte"), address="person-40@person.example",
                files=(("id.png", "image/png", self._large(m.plain("destroyed picture"))),),
            )
        )  # fmt: skip
        await store.vault.destroy(NORD, row.objects[1:], rule="id-copy", actor="dpo-nord")
