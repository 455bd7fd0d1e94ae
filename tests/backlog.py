"""Invented mails as a privacy mailbox gets them, with a manifest of what each one is: for benchmarks and kill tests.

Pure and seeded: mail *n* of a seed and shape is the same bytes always, and is made without the mails before it. So a
backlog of any length needs the memory of one mail, and a duplicate is its original made once more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import Literal

from tests.backlog_mime import Attached, Content, Program, body, encoded
from tests.backlog_texts import LANGUAGES, Words

Expected = Literal["request", "reply", "duplicate", "automatic", "bounce", "ordinary", "held"]

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
#: Between two mails, by their own clocks.
_PACE = timedelta(seconds=37)
#: Persons per domain: more would run into the caps on automatic letters (security 13).
_NEIGHBOURS = 4
_DOMAINS = ("example", "example.com", "example.net")
_WORDS = ("atelier", "garten", "harbour", "jardin", "lantern", "marché", "orchard", "quelle", "studio", "verein")
_PROGRAMS = (
    Program(name="Thunderbird", header="User-Agent: Mozilla Thunderbird", encoding="8bit", charset="utf-8"),
    Program(
        name="Outlook",
        header="X-Mailer: Microsoft Outlook 16.0",
        encoding="quoted-printable",
        charset="windows-1252",
    ),
    Program(
        name="Apple", header="X-Mailer: Apple Mail (2.3826.300)", encoding="quoted-printable", charset="utf-8"
    ),
    Program(name="Phone", header="X-Mailer: iPhone Mail (22C152)", encoding="base64", charset="utf-8"),
    Program(name="Web", header="X-Originating-IP: [198.51.100.7]", encoding="quoted-printable", charset="utf-8"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Shares of all mails, 0 to 1; what the kinds leave over are requests. smallest, largest: bytes of an attachment
    before it is encoded. html: of those that persons write; attachment: of all that ask for something."""

    html: float = 0.30
    attachment: float = 0.20
    smallest: int = 200_000
    largest: int = 600_000
    reply: float = 0.05
    duplicate: float = 0.0
    automatic: float = 0.0
    bounce: float = 0.0
    ordinary: float = 0.0
    held: float = 0.0

    def kinds(self) -> tuple[tuple[Expected, float], ...]:
        return (
            ("reply", self.reply),
            ("duplicate", self.duplicate),
            ("automatic", self.automatic),
            ("bounce", self.bounce),
            ("ordinary", self.ordinary),
            ("held", self.held),
        )


#: A backlog of requests to measure with.
BENCH = Shape()
#: Small mails of every kind, for processes that are killed while they read them.
KILL = Shape(
    smallest=5_000, largest=50_000, duplicate=0.06, automatic=0.08, bounce=0.02, ordinary=0.10, held=0.02
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Planted:
    """One mail and what should become of it. thread: number of the mail that opened its case, the own number for a
    request, -1 where there is no case. subject is as a person reads it."""

    number: int
    raw: bytes = field(repr=False)
    message_id: str
    sender: str
    subject: str
    expected: Expected
    thread: int


@dataclass(frozen=True, kw_only=True)
class _World:
    """What every mail of one backlog has in common."""

    seed: int
    shape: Shape
    to: str
    start: datetime

    def dice(self, number: int, what: str) -> Random:
        return Random(f"{self.seed}/{number}/{what}")


@dataclass(frozen=True, kw_only=True)
class _Person:
    """Who writes mail *number*, and with what."""

    name: str
    address: str
    words: Words
    program: Program


def backlog(
    count: int,
    *,
    seed: int,
    organisation_address: str = "privacy@acme.example",
    shape: Shape = BENCH,
    start: datetime = START,
) -> Iterator[Planted]:
    """The first *count* mails in the order of arrival; *start* is the Date of the first one."""
    world = _World(seed=seed, shape=shape, to=organisation_address, start=start)
    return (_planted(world, number) for number in range(count))


def _planted(world: _World, number: int) -> Planted:
    expected, opener = _expected(world, number)
    if expected == "duplicate":
        first = _planted(world, opener)
        return Planted(
            number=number, raw=first.raw, message_id=first.message_id, sender=first.sender, subject=first.subject,
            expected=expected, thread=opener,
        )  # fmt: skip
    person = _person(world, opener if expected == "reply" else number)
    content = _content(world, number, person, expected, opener)
    sender = f"MAILER-DAEMON@{_domain(person)}" if expected == "bounce" else person.address
    return Planted(
        number=number,
        raw=_mail(world, number, person, sender, content, earlier=opener if expected == "reply" else None),
        message_id=_message_id(world, number, person),
        sender=sender,
        subject=content.subject,
        expected=expected,
        thread=opener,
    )


def _drawn(world: _World, number: int) -> Expected:
    left = world.dice(number, "kind").random()
    for kind, share in world.shape.kinds():
        if left < share:
            return kind
        left -= share
    return "request"


def _expected(world: _World, number: int) -> tuple[Expected, int]:
    """What it is and which mail opened its case; nobody can reply to a request that was never made."""
    kind = _drawn(world, number)
    if kind == "request":
        return kind, number
    if kind not in ("reply", "duplicate"):
        return kind, -1
    furthest = max(0, number - 200)
    at = world.dice(number, "opener").randint(furthest, number) - 1
    for earlier in (*range(at, -1, -1), *range(at + 1, number)):
        if earlier >= 0 and _drawn(world, earlier) == "request":
            return kind, earlier
    return "request", number


def _person(world: _World, number: int) -> _Person:
    dice = world.dice(number, "person")
    words = LANGUAGES[dice.choice(sorted(LANGUAGES))]
    first, last = dice.choice(words.first), dice.choice(words.last)
    place = world.dice(number // _NEIGHBOURS, "domain")
    domain = f"{_ascii(place.choice(_WORDS))}{number // _NEIGHBOURS}.{place.choice(_DOMAINS)}"
    return _Person(
        name=f"{first} {last}",
        address=f"{_ascii(first)}.{_ascii(last)}{number}@{domain}",
        words=words,
        program=dice.choice(_PROGRAMS),
    )


def _ascii(name: str) -> str:
    spelt = unicodedata.normalize("NFKD", name.lower().replace("ß", "ss"))
    return "".join(letter for letter in spelt if letter.isascii() and letter.isalpha())


def _domain(person: _Person) -> str:
    return person.address.partition("@")[2]


def _message_id(world: _World, number: int, person: _Person) -> str:
    return f"<{world.dice(number, 'id').getrandbits(96):024x}@{_domain(person)}>"


# --- what they write -------------------------------------------------------------------------------------


def _content(world: _World, number: int, person: _Person, expected: Expected, opener: int) -> Content:
    dice, words, shape = world.dice(number, "content"), person.words, world.shape
    if expected == "automatic":
        return _automatic(dice, words, number)
    if expected == "bounce":
        subject, text = words.bounced
        return Content(subject=subject, text=text.format(recipient=person.address), bounced=person.address)
    html = dice.random() < shape.html
    if expected == "reply":
        return _reply(world, number, opener, person, html=html)
    choices = {"ordinary": words.business, "held": words.notices}.get(expected, words.asks)
    subject, said = dice.choice(choices)
    attached = None
    if dice.random() < shape.attachment:
        attached = Attached.made(dice, dice.randint(shape.smallest, shape.largest))
    story = [dice.choice(words.stories)] if expected == "request" and dice.random() < 0.5 else []
    closing = f"{dice.choice(words.closings)}\n{person.name}"
    paragraphs = [dice.choice(words.greetings), *story, said, closing]
    return Content(
        subject=subject.format(number=number),
        text="\n\n".join(paragraphs).replace("{number}", str(number)),
        html=html,
        attached=attached,
    )


def _automatic(dice: Random, words: Words, number: int) -> Content:
    extra: tuple[str, ...]
    if dice.random() < 0.5:
        subject, text = words.news
        extra = (f"List-Id: <news{number}.lists.example>", "Precedence: bulk")
    else:
        subject, text = words.away
        subject = subject.replace("{subject}", dice.choice(words.asks)[0])
        extra = dice.choice((("Auto-Submitted: auto-replied",), ("X-Autoreply: yes",), ()))
    return Content(subject=subject.format(number=number), text=text.format(number=number), extra=extra)


def _reply(world: _World, number: int, opener: int, person: _Person, *, html: bool) -> Content:
    """The person adds something to the own earlier mail, which the program quotes below."""
    dice, words = world.dice(number, "reply"), person.words
    first = _content(world, opener, person, "request", opener)
    day = (world.start + opener * _PACE).strftime("%d.%m.%Y %H:%M")
    quoted = "\n".join(f"> {line}" for line in first.text.split("\n"))
    head = words.quoting.format(date=day, name=person.name)
    said = dice.choice(words.additions).format(number=number)
    text = f"{dice.choice(words.greetings)}\n\n{said}\n\n{person.name}\n\n{head}\n{quoted}"
    return Content(subject=f"Re: {first.subject}", text=text, html=html)


# --- the whole mail --------------------------------------------------------------------------------------


def _mail(world: _World, number: int, person: _Person, sender: str, content: Content, *, earlier: int | None) -> bytes:
    dice, at = world.dice(number, "mail"), world.start + number * _PACE
    host, own = f"mail.{_domain(person)}", f"mx.{world.to.partition('@')[2]}"
    name = "Mail Delivery System" if content.bounced else person.name
    lines = [
        f"Return-Path: <{'' if content.bounced else sender}>",
        f"Received: from {host} ({host} [192.0.2.{dice.randint(1, 254)}])",
        f"\tby {own} (Postfix) with ESMTPS id {dice.getrandbits(40):010X}",
        f"\tfor <{world.to}>; {format_datetime(at + timedelta(seconds=3))}",
        f"Received: from [198.51.100.{dice.randint(1, 254)}] by {host} with ESMTPSA id {dice.getrandbits(32):08x};",
        f"\t{format_datetime(at + timedelta(seconds=1))}",
        f"Message-ID: {_message_id(world, number, person)}",
        f"Date: {format_datetime(at)}",
        "MIME-Version: 1.0",
        f"From: {encoded(name)} <{sender}>",
        f"To: {world.to}",
        f"Subject: {encoded(content.subject)}",
        *content.extra,
    ]
    if earlier is not None:
        first = _message_id(world, earlier, person)
        lines += [f"In-Reply-To: {first}", f"References: {first}"]
    if not (content.bounced or content.extra):
        lines.append(person.program.header)
    return "\r\n".join(lines).encode() + b"\r\n" + body(content, person.program, dice)
