"""The chain report of a case: what a controller can put in its own file. One object for programs, one letter for paper.

law 4.10: "request hash, forward proof (Message-ID, SMTP 250/DSN, ...), acknowledgement, instruction, execution,
sub-processor confirmations, letter to the person". A link that was opened proves nothing and stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from dsarbot.core.case import Case, Letter, Moment, Purpose, Section
from dsarbot.core.chain import Hop
from dsarbot.core.chain_time import controller_date
from dsarbot.core.dates import Language
from dsarbot.core.fact import Fact
from dsarbot.core.facts import LetterSent
from dsarbot.core.letter import TO_PARTIES, LetterStatus
from dsarbot.desk.dating import long
from dsarbot.desk.digest_words import Words, words
from dsarbot.desk.sections import clean

_SHOWN: Final = (*TO_PARTIES, Moment.FORWARDED)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What lies outside the case. facts: of its journal; hashes: SHA-256 of each message as it arrived, by its id;
    answers: of the mail server, by letter; rights: their names."""

    facts: Sequence[Fact]
    hashes: Mapping[str, str]
    answers: Mapping[str, str]
    rights: Sequence[str] = ()


def as_json(case: Case, evidence: Evidence) -> dict[str, Any]:
    """The whole, dates in ISO form."""
    sent = _sent(evidence)
    whole: dict[str, Any] = _plain({
        "reference": case.reference,
        "organisation": case.organisation,
        "received_at": min(claim.received_at for claim in case.claims),
        "messages": [
            {"id": each.inbound, "received_at": each.received_at, "sha256": evidence.hashes.get(each.inbound)}
            for each in case.inbounds
        ],
        "claims": [
            {"id": c.id, "right": c.right, "party": c.party, "status": c.status, "outcome": c.outcome,
             "received_at": c.received_at, "safe_due": c.dates.safe_due if c.dates else None,
             "passed_on": c.passed_on or None}
            for c in case.claims
        ],
        "hops": [_hop(each, case) for each in case.chain.hops],
        "instructions": [asdict(each) for each in case.chain.instructions],
        "executed": [asdict(each) for each in case.chain.executed],
        "letters": [
            {"id": each.id, "moment": each.moment, "hop": each.purpose.hop or None, "claims": each.claims,
             "status": each.status, "sent_at": each.sent_at, "approved_by": each.approved_by, "digest": each.digest,
             "message_id": sent[each.id].message_id if each.id in sent else None,
             "mail_server": evidence.answers.get(each.id), "trouble": each.trouble or None}
            for each in _letters(case)
        ],
    })  # fmt: skip
    return whole


def _hop(hop: Hop, case: Case) -> dict[str, Any]:
    told = asdict(hop)
    terms = told.pop("terms")
    told.pop("words")
    return {**told, "party": terms["party"], "name": terms["name"], "terms": terms, "due": _due(hop, case)}


def _due(hop: Hop, case: Case) -> date:
    return hop.due or controller_date(hop, case)


def _letters(case: Case) -> Iterator[Letter]:
    return (each for each in case.letters if each.moment in _SHOWN and each.sent_at is not None)


def _sent(evidence: Evidence) -> dict[str, LetterSent]:
    return {each.letter: each for each in evidence.facts if isinstance(each, LetterSent)}


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever the values hold becomes what JSON knows
    match value:
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case datetime() | date():
            return value.isoformat()
        case str():
            return str(value)
    return value


def as_letter(case: Case, evidence: Evidence, language: Language, now: datetime) -> Letter:
    """The report as pages, in the form in which letters are printed; it is kept nowhere and leaves nowhere."""
    say = words(language, "chain")
    told = _Told(case, evidence, language)
    sections = (
        ("request", told.request()),
        ("hops", (f"**{say.text('hops')}**", *told.hops())),
        ("mails", (f"**{say.text('mails')}**", *told.mails())),
        ("letters", (f"**{say.text('letters')}**", *told.letters())),
        ("instructions", (f"**{say.text('instructions')}**", *told.instructions())),
        ("executed", (f"**{say.text('executed')}**", *told.executed())),
        ("note", (say.text("note"),)),
    )
    return Letter(
        id="chain-report",
        moment=Moment.CONTROLLER_REPORTED,
        claims=tuple(claim.id for claim in case.claims),
        language=language,
        medium="post",
        recipient="",
        subject=f"{say.text('title')} – {case.reference}",
        sections=tuple(Section(key=key, text="\n\n".join(lines)) for key, lines in sections if len(lines) > 1
                       or key == "note"),
        purpose=Purpose(),
        # It is no draft of anything.
        status=LetterStatus.SENT,
        drafted_at=now,
        sent_at=now,
    )  # fmt: skip


class _Told:
    """The parts of the report in words."""

    def __init__(self, case: Case, evidence: Evidence, language: Language) -> None:
        self._case = case
        self._evidence = evidence
        self._language: Language = language
        self._say: Words = words(language, "chain")

    def _name(self, key: str) -> str:
        """As staff read it in the digest, without its capital."""
        name = words(self._language).texts.get(key, key.partition(".")[2])
        return name[:1].lower() + name[1:] if self._language != "de" else name

    def _day(self, at: datetime | date | None) -> str:
        if at is None:
            return self._say.text("never")
        day = long(at.date() if isinstance(at, datetime) else at, self._language)
        return f"{day}, {at:%H:%M} UTC" if isinstance(at, datetime) else day

    def request(self) -> list[str]:
        received = min(claim.received_at for claim in self._case.claims)
        hashes = ", ".join(self._evidence.hashes.values()) or self._say.text("none")
        return [
            f"**{self._say.text('request')}**",
            self._say.text("request_said", day=self._day(received), hashes=hashes),
            self._say.text("rights", rights=", ".join(self._name(f"rights.{each}") for each in self._evidence.rights)),
        ]

    def hops(self) -> Iterator[str]:
        for hop in self._case.chain.hops:
            name, state = clean(hop.terms.name or hop.terms.party), self._say.text(f"state.{hop.state}")
            if hop.sender:
                yield self._say.text("hop_behind", party=name, sender=hop.sender, state=state)
                continue
            yield self._say.text(
                f"hop_{hop.direction}", party=name, state=state, asked=self._day(hop.asked_at),
                answered=self._day(hop.heard_at), due=self._day(_due(hop, self._case)), instruction=hop.instruction,
            )  # fmt: skip
            if hop.because:
                yield self._say.text("because", because=clean(hop.because))
            if hop.said_by or hop.detail:
                yield self._say.text("answered_by", by=clean(hop.said_by), detail=clean(hop.detail))

    def mails(self) -> Iterator[str]:
        for hop in self._case.chain.hops:
            for each in hop.wrote:
                standing = self._say.text(f"standing.{each.standing}")
                yield self._say.text("mail", day=self._day(each.at), address=clean(each.address), standing=standing)

    def letters(self) -> Iterator[str]:
        sent = _sent(self._evidence)
        for each in _letters(self._case):
            yield self._say.text(
                "letter", day=self._day(each.sent_at), letter=each.id, moment=self._name(f"letters.{each.moment}"),
                id=(sent[each.id].message_id if each.id in sent else "") or self._say.text("none"),
                answer=clean(self._evidence.answers.get(each.id, "")) or self._say.text("none"),
            )  # fmt: skip

    def instructions(self) -> Iterator[str]:
        for each in self._case.chain.instructions:
            actions = ", ".join(self._say.text(f"action.{action}") for action in each.actions)
            yield self._say.text(
                "instruction", id=each.id, day=self._day(each.at), by=clean(each.by), how=each.how, actions=actions,
                state=self._say.text(f"instruction_state.{each.state}"),
            )  # fmt: skip
            for key, text in (("scope", each.scope), ("proof", each.proof), ("counts", each.counts)):
                if text:
                    yield self._say.text(key, **{key: clean(text)})
            if each.until:
                yield self._say.text("until", day=self._day(each.until))

    def executed(self) -> Iterator[str]:
        for each in self._case.chain.executed:
            yield self._say.text(
                "done", day=self._day(each.at), where=clean(each.where), number=each.number, by=each.by
            )
            if each.exceptions:
                yield self._say.text("exceptions", text=clean(each.exceptions))
            if each.backups_until:
                yield self._say.text("backups", day=self._day(each.backups_until))
