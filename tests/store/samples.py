"""Invented cases, made of facts as the desk makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.apply import fold
from dsarbot.core.case import Case, Letter, Moment, Person, Purpose, Section
from dsarbot.core.fact import Fact
from dsarbot.core.facts import CaseOpened, ClaimFound, LetterDrafted, LetterSent, Noted
from dsarbot.ports import InboundRow, Job, Scope

MASTER = bytes(range(32))
ORG = Scope("northwind")
OTHER = Scope("contoso")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PERSON = Person(name="Zoé Wunderlich-Prüm", address="Zoe.Marker@sample.example", postal=("Markerweg 1", "Trier"))


def opened(case_id: str, *, scope: Scope = ORG, number: int = 1, person: Person = PERSON, at: datetime = NOW,
           cause: str = "") -> list[Fact]:  # fmt: skip
    """The facts of a new case with one claim."""
    cause = cause or f"inbound:{case_id}"
    return [
        CaseOpened(
            at=at, actor="service", cause=cause, case=case_id, reference=f"DSR-2026-{number:05d}-X", organisation=scope,
            channel="mail", language="de", person=person, subject="Auskunft Markerbetreff",
        ),
        ClaimFound(
            at=at, actor="service", cause=cause, claim=f"{case_id}-1", right="access", party=scope, received_at=at,
            certain=True, because=("markerphrase Auskunft",),
        ),
    ]  # fmt: skip


def letter(letter_id: str = "letter-1") -> Letter:
    return Letter(
        id=letter_id, moment=Moment.ACKNOWLEDGED, claims=(), language="de", medium="mail",
        recipient=PERSON.address, subject="Eingang", sections=(Section(key="body", text="Markerbrief"),),
        purpose=Purpose(),
    )  # fmt: skip


def drafted(at: datetime = NOW, cause: str = "draft") -> Fact:
    return LetterDrafted(at=at, actor="service", cause=cause, letter=letter())


def sent(message_id: str = "<random.1@northwind.example>", cause: str = "job:1") -> Fact:
    return LetterSent(at=NOW, actor="service", cause=cause, letter="letter-1", sent_at=NOW, message_id=message_id)


def noted(text: str = "Markernotiz", cause: str = "note:1", at: datetime = NOW) -> Fact:
    return Noted(at=at, actor="anna", cause=cause, kind="work", text=text)


def inbound(
    inbound_id: str, *, scope: Scope = ORG, uid: int = 0, objects: Sequence[str] = (), **more: object
) -> InboundRow:
    row = InboundRow(
        id=inbound_id, scope=scope, channel="mail", mailbox="privacy", folder="INBOX", uidvalidity=7, uid=uid,
        received_at=NOW, kept_at=NOW, objects=tuple(objects), size=10,
    )  # fmt: skip
    return replace(row, **more)  # type: ignore[arg-type]


def job(job_id: str, *, scope: Scope = ORG, due: timedelta = timedelta(0), recipient: str = PERSON.address,
        automatic: bool = True, case: str = "", letter: str = "") -> Job:  # fmt: skip
    return Job(
        id=job_id, scope=scope, kind="letter", object="object-of-letter", recipient=recipient,
        envelope_sender="bounces@northwind.example", message_id="<random.1@northwind.example>", due_at=NOW + due,
        automatic=automatic, case=case, letter=letter,
    )  # fmt: skip


def alarm(number: int = 1, **changes: object) -> Alarm:
    made = Alarm(
        id=f"{number:032x}",
        organisation=ORG,
        key=f"due-5:case:{number}:2026-12-21",
        matter=f"case:{number}:2026-12-21",
        kind="due-5",
        subject="DSR-2026-00001-X",
        case="case-0001",
        day=date(2026, 12, 21),
        rank=0,
        level=Level.OWNER,
        urgent=False,
        raised_at=NOW,
        climbed_at=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def case_of(facts: Sequence[Fact]) -> Case:
    return fold(facts)
