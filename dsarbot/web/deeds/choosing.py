"""What there is to choose about one case: its claims, letters, messages, files, copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dsarbot.core.case import Case, Claim, Letter
from dsarbot.core.rights import right_of
from dsarbot.web.deeds.field import Choice, Field, Room


def claims(*, needed: bool = False) -> Field:
    """Which claims are meant; none ticked means all on which it is possible."""
    return Field(name="claim", sort="several", choices=_claims, needed=needed)


def _claims(room: Room[Case]) -> Sequence[Choice]:
    return [(each.id, _claim(each, room)) for each in room.subject.claims]


def _claim(claim: Claim, room: Room[Case]) -> str:
    about = f": {claim.scope}" if claim.scope else ""
    return f"{room.say.right(claim.right)}{about} ({room.say(f'status.{claim.status}')})"


def rights(room: Room[Case]) -> Sequence[Choice]:
    """Every right that the organisation knows."""
    return [(slug, room.say.right(slug)) for slug in sorted(room.organisation.rules.rights)]


def letters(wanted: Callable[[Letter], bool]) -> Callable[[Room[Case]], Sequence[Choice]]:
    """Letters of the case that are so."""
    return lambda room: [(each.id, _letter(each, room)) for each in room.subject.letters if wanted(each)]


def astray(room: Room[Case]) -> Sequence[Choice]:
    """Letters that reached somebody else, about which nobody has decided."""
    return [(each.letter, _letter(room.subject.letter(each.letter), room)) for each in room.subject.frozen]


def _letter(letter: Letter, room: Room[Case]) -> str:
    return f"{room.say.letter(letter.moment)} ({letter.id}, {room.say(f'letter.{letter.status}')})"


def messages(room: Room[Case]) -> Sequence[Choice]:
    """What came in, by the instant of its receipt."""
    zone = room.organisation.rules.jurisdiction.zone
    return [(each.inbound, room.say.moment(each.received_at, zone)) for each in room.subject.inbounds
            if not each.recipient]  # fmt: skip


def by_hand(room: Room[Case]) -> Sequence[Choice]:
    """Mails that staff wrote."""
    zone = room.organisation.rules.jurisdiction.zone
    return [(each.inbound, f"{room.say.moment(each.received_at, zone)}, {each.recipient}")
            for each in room.subject.inbounds if each.recipient]  # fmt: skip


def proposals(room: Room[Case]) -> Sequence[Choice]:
    """What waits for a decision."""
    return [(each.id, room.say.known(f"proposal.{each.kind.partition(':')[0]}", each.kind))
            for each in room.subject.proposals if not each.settled]  # fmt: skip


def grounds(room: Room[Case]) -> Sequence[Choice]:
    """On what a refusal may rest, for the rights of the case."""
    found = {
        g.slug: g for claim in room.subject.claims for g in right_of(claim, room.organisation.rules.rights).grounds
    }
    return [(each.slug, f"{each.slug} (Art. {each.article})") for each in found.values()]


def steps(room: Room[Case]) -> Sequence[Choice]:
    """Steps of the checklists, each of one claim."""
    rules, language = room.organisation.rules, room.visitor.language
    return [(f"{claim.id}:{step.slug}", f"{room.say.right(claim.right)}: {step.text[language]}")
            for claim in room.subject.claims for step in right_of(claim, rules.rights).steps]  # fmt: skip


def organisations(room: Room[Case]) -> Sequence[Choice]:
    """The visitor's other organisations."""
    app, mine = room.site.app, room.visitor.person.organisations
    keys = [key for key in mine if key in app.organisations and key != room.scope]
    return [(key, app.profiles[key].organisation.legal_name) for key in keys]
