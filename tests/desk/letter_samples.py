"""Sample organisations, cases and occasions for the tests of letters. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from dsarbot.core.case import Case, Claim, Letter, Moment, Outcome, Person, Purpose, Question, Status
from dsarbot.core.clock import compute
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.core.letter import TO_PARTIES, Fee
from dsarbot.core.measures import Done
from dsarbot.core.rights import Right
from dsarbot.desk.addressee import Party
from dsarbot.desk.letterhead import Letterhead
from dsarbot.desk.letters import compose, template_source
from dsarbot.desk.templates import TemplateSource
from dsarbot.resources import shipped
from handlers import by_slug

RIGHTS: Final[Mapping[str, Right]] = by_slug()
FOLDER: Final[Path] = shipped("templates") / "letters"
SOURCES: Final = template_source([FOLDER])
NOW: Final = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
RECEIVED: Final = datetime(2026, 11, 2, 8, 15, tzinfo=UTC)
LANGUAGES: Final = ("fr", "en", "de")


def letterhead(code: str = "LU") -> Letterhead:
    """An invented hosting company under the law of a place."""
    place = jurisdiction(code)
    return Letterhead(
        organisation="Nordlicht Hosting S.A.",
        postal=("Nordlicht Hosting S.A.", "7, rue du Moulin", "L-9999 Exempleville"),
        contact_title={
            "fr": "délégué à la protection des données",
            "en": "data protection officer",
            "de": "Datenschutzbeauftragter",
        },
        contact_email="privacy@nordlicht.example",
        contact_phone="+352 000 0000",
        mail_from="privacy@nordlicht.example",
        mail_from_name="Nordlicht Hosting",
        own_domain="nordlicht.example",
        authority_name=dict(place.authority.names),
        authority_address=place.authority.address,
        authority_url=place.authority.url,
        court_key=place.court,
        zone=place.zone,
        ways=frozenset({"reply", "post", "phone"}),
        languages=("en", "fr", "de"),
        fallback="en",
        identity_effect=place.identity,
        clarification_effect=place.clarification,
        identity_source=place.sources["identity"],
        extension_source=place.sources["extension"],
    )


HEAD: Final = letterhead()


def claim(right: str = "access", *, number: int = 1, code: str = "LU", received: datetime = RECEIVED) -> Claim:
    return Claim(
        id=f"c{number}",
        right=right,
        party="nordlicht",
        received_at=received,
        status=Status.OPEN,
        dates=compute(received, jurisdiction(code)),
        done=tuple(
            Done(step=step.slug, at=NOW, actor="dpo", note="Anna Muster, head of support")
            for step in RIGHTS[right].steps
            if step.gate
        ),
    )


def case(*claims: Claim, language: str = "en", name: str = "Marie Keller", **more: object) -> Case:
    made = Case(
        id="k1",
        reference="DSR-2026-00042-9",
        organisation="nordlicht",
        channel="mail",
        language=language,
        opened_at=RECEIVED,
        person=Person(name=name, address="marie@person.example", postal=("Marie Keller", "1, place du Test", "L-1 X")),
        claims=claims or (claim(),),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def draft(
    of: Case,
    moment: Moment,
    purpose: Purpose | None = None,
    *,
    head: Letterhead = HEAD,
    now: datetime = NOW,
    automatic: bool = False,
    party: Party | None = None,
    sources: TemplateSource = SOURCES,
) -> Letter:
    """The drafted letter about all claims of a case."""
    return compose(
        of,
        moment=moment,
        claims=of.claims,
        purpose=purpose or Purpose(),
        letterhead=head,
        rights=RIGHTS,
        letter_id="l1",
        automatic=automatic,
        now=now,
        sources=sources,
        party=party or (CUSTOMER if moment in TO_PARTIES else None),
    )


CUSTOMER: Final = Party(
    name="Musterkunde GmbH",
    address="datenschutz@musterkunde.example",
    language="en",
    contact=("Musterkunde GmbH", "datenschutz@musterkunde.example"),
    asked_on=date(2026, 11, 2),
    instruction="17",
)
FEE: Final = Fee(amount=1250, currency="EUR", basis="further-copies", calculation="50 pages at 0.25 EUR")
IDENTITY: Final = Purpose(doubt="unknown-address", rung="R2", by="dpo")
CLARIFICATION: Final = Purpose(detail="Which of your three contracts does your request concern?", large=True, by="dpo")
EXTENSION: Final = Purpose(
    reason="complexity",
    detail="Your data stands in eleven systems, two of which can only be searched by hand.",
    until=date(2027, 2, 2),
    by="dpo",
)
#: Everything that an answer may have to hold, as the drafter says it.
HELD: Final = tuple(dict.fromkeys(item.slug for right in RIGHTS.values() for item in right.holds))
ANSWER: Final = Purpose(outcome=Outcome.GRANTED, detail="The data follows.\n\n- name\n- address", holds=HELD, by="dpo")


def asked(of: Case, kind: str, purpose: Purpose) -> Case:
    """The case after a question was sent on the day after receipt."""
    question = Question(kind=kind, letter="l1", asked_on=date(2026, 11, 3), accepted=True)  # type: ignore[arg-type]
    moment = Moment.IDENTITY_ASKED if kind == "identity" else Moment.CLARIFICATION_ASKED
    return replace(
        of,
        claims=tuple(replace(each, questions=(question,), status=Status.WAITING_PERSON) for each in of.claims),
        letters=(replace(draft(of, moment, purpose), id="l0"),),
    )


def occasions(right: str) -> Mapping[str, tuple[Moment, Purpose]]:
    """Every kind of letter about a right, with the purpose it would be drafted with."""
    ground = next((each.slug for each in RIGHTS[right].grounds if each.slug != "not-identified"), "not-identified")
    said = "We have looked at it closely, and this is what we found."
    until = date(2027, 1, 4)
    return {
        "acknowledged": (Moment.ACKNOWLEDGED, Purpose()),
        **{
            f"identity {rung}": (Moment.IDENTITY_ASKED, replace(IDENTITY, rung=rung))
            for rung in ("R1", "R2", "R3", "R5", "R6", "R2+R3")
        },
        "identity R2 here": (Moment.IDENTITY_ASKED, replace(IDENTITY, rung="R2", contact="marie@person.example")),
        "identity code": (Moment.IDENTITY_CODE, Purpose(to="old@person.example", question="l0", until=until)),
        "contact told": (Moment.CONTACT_TOLD, Purpose(to="old@person.example")),
        "clarification": (Moment.CLARIFICATION_ASKED, replace(CLARIFICATION, large=False)),
        "clarification large": (Moment.CLARIFICATION_ASKED, CLARIFICATION),
        "extended": (Moment.EXTENDED, EXTENSION),
        "extended number": (Moment.EXTENDED, replace(EXTENSION, reason="number")),
        "reminder": (Moment.REMINDER, Purpose(question="l0", detail=CLARIFICATION.detail)),
        "granted": (Moment.ANSWERED, ANSWER),
        "partly": (Moment.ANSWERED, Purpose(outcome=Outcome.PARTLY, ground=ground, detail=said, holds=HELD)),
        "nothing held": (Moment.ANSWERED, Purpose(outcome=Outcome.NOTHING_HELD, detail=said)),
        "refused": (Moment.REFUSED, Purpose(outcome=Outcome.REFUSED, ground=ground, detail=said, evidence=said)),
        "not identified": (Moment.REFUSED, Purpose(outcome=Outcome.REFUSED, ground="not-identified", detail=said)),
        "closed": (Moment.CLOSED, Purpose(outcome=Outcome.WITHDRAWN)),
        "forwarded": (Moment.FORWARDED, Purpose(outcome=Outcome.FORWARDED, party="musterkunde")),
        "fee copies": (Moment.FEE_ASKED, Purpose(fee=FEE)),
        "fee excessive": (Moment.FEE_ASKED, Purpose(fee=replace(FEE, basis="excessive"), evidence=said)),
        "lifting": (Moment.LIFTING, Purpose(detail=said, until=until)),
        "recalled": (Moment.RECALLED, Purpose(to="other@person.example", until=until)),
        "mandate": (Moment.MANDATE_ASKED, Purpose()),
        "contested": (Moment.CONTESTED, Purpose(until=until)),
        "contested undated": (Moment.CONTESTED, Purpose()),
        "directives revoked": (Moment.DIRECTIVES_REVOKED, Purpose()),
        **{
            f"handed over {kind}": (Moment.HANDED_OVER, Purpose(reason=kind))
            for kind in ("content-notice", "disclosure", "other")
        },
        **{
            f"desk told {kind}": (Moment.DESK_TOLD, Purpose(reason=kind, detail=said))
            for kind in ("content-notice", "disclosure", "other")
        },
        "controller reminded": (Moment.CONTROLLER_REMINDED, Purpose()),
        "controller questioned": (
            Moment.CONTROLLER_QUESTIONED,
            Purpose(detail=said, slots=(("instruction", "i1"), ("actions", "erase"))),
        ),
        "processor instructed": (Moment.PROCESSOR_INSTRUCTED, Purpose(detail=said, until=until)),
        **GAPS,
    }


#: Letters that leave something for the drafter to say.
GAPS: Final[Mapping[str, tuple[Moment, Purpose]]] = {
    "breach told": (Moment.BREACH_TOLD, Purpose(detail="Your invoice went to a neighbour.", until=date(2026, 11, 2))),
    "controller asked": (Moment.CONTROLLER_ASKED, Purpose(detail="Please erase my data.")),
    "controller reported": (Moment.CONTROLLER_REPORTED, Purpose(detail="Erased: 1 mailbox, 320 mails.")),
    "recipient told": (Moment.RECIPIENT_TOLD, Purpose()),
}
