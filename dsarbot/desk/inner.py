"""The persons whose mails a colleague forwards. practice 1: the person is the inner sender, and two are two cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

from dsarbot.reading.addresses import Address
from dsarbot.reading.forwards import Forwarded, forwarded
from dsarbot.reading.mail import Mail

#: A mail that says no date is read last.
_NO_DATE: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Inner:
    """What one person wrote, as a colleague forwarded it. mails: where it was attached whole; () where it was only
    quoted. date: as the forward prints or the mail claims it, a proposal and no proof."""

    sender: Address
    subject: str
    text: str = field(repr=False)
    date: datetime | None
    mails: tuple[Mail, ...] = ()

    @property
    def message_id(self) -> str:
        """Of the earliest mail, "" where only its words were forwarded."""
        return next((each.message_id for each in self.mails if each.message_id), "")


def people_in(mail: Mail, own: Collection[str], zone: tzinfo = UTC) -> tuple[Inner, ...]:
    """Whoever is not of the own house, each once, in the order of the forward. zone: of printed dates without one.

    Attached mails stand beside each other; what is quoted in a text is one conversation, and its latest stranger is
    the person."""
    if not is_own(mail.sender, own):
        return ()
    found: dict[str, list[_Piece]] = {}
    for message in mail.messages:
        if piece := _person_of(message, own, zone):
            found.setdefault(piece.sender.address.lower(), []).append(piece)
    if not found:
        quoted = next((each for each in forwarded(mail, zone=zone) if not is_own(each.sender, own)), None)
        return (_quoted(quoted),) if quoted else ()
    return tuple(_together(pieces) for pieces in found.values())


def is_own(address: Address, own: Collection[str]) -> bool:
    """Whether somebody of the own house writes from there."""
    return address.address.rpartition("@")[2].lower() in own


@dataclass(frozen=True, kw_only=True)
class _Piece:
    sender: Address
    subject: str
    text: str
    date: datetime | None
    mail: Mail


def _person_of(message: Mail, own: Collection[str], zone: tzinfo) -> _Piece | None:
    """The first stranger in an attached mail: its sender, or whoever a colleague forwarded in it in turn."""
    if not is_own(message.sender, own) and (message.sender.address or message.sender.name):
        return _Piece(
            sender=message.sender, subject=message.subject, text=message.text, date=message.date, mail=message
        )
    for each in message.messages:
        if piece := _person_of(each, own, zone):
            return piece
    quoted = next((each for each in forwarded(message, zone=zone) if not is_own(each.sender, own)), None)
    if quoted is None:
        return None
    return _Piece(sender=quoted.sender, subject=quoted.subject, text=quoted.text, date=quoted.date, mail=message)


def _quoted(found: Forwarded) -> Inner:
    return Inner(sender=found.sender, subject=found.subject, text=found.text, date=found.date)


def _together(pieces: list[_Piece]) -> Inner:
    """All mails of one person: nothing that they wrote is left out because it was attached second."""
    in_order = sorted(pieces, key=lambda each: each.date or _NO_DATE)
    first = in_order[0]
    return Inner(
        sender=first.sender,
        subject=first.subject,
        text="\n\n".join(dict.fromkeys(_texts(in_order))),
        date=first.date,
        mails=tuple(each.mail for each in in_order),
    )


def _texts(pieces: list[_Piece]) -> Iterator[str]:
    """The first subject is the mail's own; a later one is read as words of the text."""
    for number, each in enumerate(pieces):
        yield each.text if number == 0 else f"{each.subject}\n{each.text}"
