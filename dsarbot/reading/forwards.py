"""Messages that a mail carries inside: attached, or quoted under a header block of From/De/Von.

A colleague who forwards a request is not the person: the person is the inner sender (practice 1). What
is found here are claims of the forwarder's mail program, put before a person to confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import UTC, datetime, tzinfo

from dsarbot.reading.addresses import Address, parse_addresses
from dsarbot.reading.mail import Mail
from dsarbot.reading.quoted_dates import parse_quoted_date
from dsarbot.reading.replies import FROM, MOST_LINES, SENT, Field, is_field_block, is_rule, read_fields

MAX_FORWARDS = 50
_SUBJECT = frozenset(
    {"subject", "objet", "sujet", "betreff", "onderwerp", "oggetto", "asunto", "assunto", "emne", "ämne", "temat"}
)
_CARRIES_NO_PERSON = ("multipart/report",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forwarded:
    """One inner message. ``received`` are its own Received values if it was attached whole (topmost first), else ().

    ``date`` is the inner Date, or the printed date of the quoted block: a proposal only.
    """

    sender: Address
    date: datetime | None
    subject: str
    text: str = dataclass_field(repr=False)
    attached: bool
    received: tuple[str, ...]


def forwarded(mail: Mail, *, zone: tzinfo = UTC) -> tuple[Forwarded, ...]:
    """Inner messages: attached ones first (each followed by what it carries itself), then quoted ones, outermost first.

    In a chain of forwards the person is usually the first inner sender who is not of the own house; the caller knows
    the own domains. ``zone`` is assumed for printed dates that name none. A delivery report carries none.
    """
    found = (inner for inner in _inner(mail, zone))
    return tuple(one for _, one in zip(range(MAX_FORWARDS), found, strict=False))


def _inner(mail: Mail, zone: tzinfo) -> Iterator[Forwarded]:
    if mail.content_type in _CARRIES_NO_PERSON:
        return
    for message in mail.messages:
        yield Forwarded(
            sender=message.sender,
            date=message.date,
            subject=message.subject,
            text=message.text,
            attached=True,
            received=message.received,
        )
        yield from _inner(message, zone)
    yield from quoted_messages(mail.text, zone)


def quoted_messages(text: str, zone: tzinfo = UTC) -> Iterator[Forwarded]:
    """Messages printed in a text under header blocks, outermost first; each text ends where the next block begins."""
    lines = text.split("\n")
    printed = read_fields(lines[:MOST_LINES])
    starts = list(_blocks(lines, printed))
    for position, start in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(lines)
        fields, body = _fields(lines, printed, start, min(end, len(printed)))
        sender = next((fields[label] for label in fields if label in FROM), "")
        subject = next((fields[label] for label in fields if label in _SUBJECT), "")
        date = next((fields[label] for label in fields if label in SENT), "")
        inner = [line for line in lines[body:end] if not is_rule(line)]
        yield Forwarded(
            sender=_sender(sender),
            date=parse_quoted_date(date, zone),
            subject=subject,
            text=_unquoted(inner),
            attached=False,
            received=(),
        )


def _blocks(lines: Sequence[str], printed: Sequence[Field | None]) -> Iterator[int]:
    number = 0
    while number < len(printed):
        if is_field_block(printed, number) or _below_rule(lines, printed, number):
            yield number
            number += 3
        else:
            number += 1


def _below_rule(lines: Sequence[str], printed: Sequence[Field | None], number: int) -> bool:
    """Thunderbird prints the subject first: under its rule any order of fields will do, if From is among them."""
    if printed[number] is None:
        return False
    above = next((line for line in reversed(lines[max(number - 3, 0) : number]) if line.strip()), "")
    return is_rule(above) and any(field and field[0] in FROM for field in printed[number : number + 8])


def _fields(lines: Sequence[str], printed: Sequence[Field | None], start: int, end: int) -> tuple[dict[str, str], int]:
    """Fields of one block (labels in lower case) and the line behind it; a long value may go on in the next line."""
    fields: dict[str, str] = {}
    label = ""
    number = start
    while number < min(end, start + 20):
        line = lines[number][:1000]
        field = printed[number]
        if field and field[0] not in fields:
            label = field[0]
            fields[label] = field[1]
        elif field is None and not line.strip(" >\t*"):
            # Programs print blank lines between the fields when they make text of HTML.
            if number + 1 >= end or printed[number + 1] is None:
                break
        elif label:
            fields[label] = f"{fields[label]} {line.strip(' >')}"
        number += 1
    return fields, number


def _sender(value: str) -> Address:
    # Older Outlook prints "Jane Doe [mailto:jane@example.org]".
    value = value.replace("[mailto:", "<").replace("[Mailto:", "<")
    if "<" in value and ">" not in value:
        value = value.replace("]", ">")
    return next(iter(parse_addresses(value.encode("utf-8", "replace"))), Address())


def _unquoted(lines: Sequence[str]) -> str:
    """The text without the quote marks that all its lines carry."""
    if any(line.strip() for line in lines) and all(line.startswith(">") for line in lines if line.strip()):
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip("\n")
