"""The digest as a page of plain words: the facts in their order. Both forms of the mail are written from this page
and from nothing else, and so say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from dsarbot.desk.alarms_lines import row as alarm_row
from dsarbot.desk.dating import long
from dsarbot.desk.digest_facts import BUCKETS, DigestInput, Listed
from dsarbot.desk.digest_lines import Row, Sayer, State
from dsarbot.desk.digest_words import Words
from dsarbot.desk.digest_words import words as words_of

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One section. tail: what stands below its lines ("and 7 more")."""

    title: str
    hint: str = ""
    rows: tuple[Row, ...] = ()
    tail: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One row of the picture. written: the number as the language writes it."""

    label: str
    number: int
    written: str
    state: State


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A whole digest in words, or a notice, which has no picture and no witness ("")."""

    language: str
    subject: str
    title: str
    day: str
    headline: str
    blocks: tuple[Block, ...]
    picture: str
    bars: tuple[Bar, ...]
    foot: tuple[str, ...]
    witness: str
    scale: str


def page(facts: DigestInput, words: Words, now: datetime) -> Page:
    """The page; *now* is the instant that it is true of."""
    say = Sayer(words=words, day=facts.day, zone=facts.zone)
    counts = tuple(_counts(facts, words))
    calm = not (facts.inquiries.total or facts.alarms.total or facts.late.total or facts.due.total or facts.to_approve)
    bars = _bars(facts, words)
    return Page(
        language=words.language,
        subject=words.text("subject", counts=", ".join(counts) or words.text("nothing")),
        title=words.text("title", organisation=facts.organisation),
        day=long(facts.day, words.language),
        headline=" ".join([*([f"{', '.join(counts)}."] if counts else []), *([words.text("empty")] if calm else [])]),
        blocks=tuple(_blocks(facts, say)),
        picture=words.text("open_cases") if bars else words.text("no_case"),
        bars=bars,
        foot=_foot(facts, say, now),
        witness=words.text("foot.witness", anchor=facts.anchor) if facts.anchor else words.text("foot.no_witness"),
        scale=words.texts["scale"],
    )


def _counts(facts: DigestInput, words: Words) -> Iterator[str]:
    """Counts only, never a name (practice 13)."""
    numbers = {
        "inquiries": facts.inquiries.total,
        "alarms": sum(not each.taken_by for each in facts.alarms.shown) + facts.alarms.more + facts.alarms.confidential,
        "authority": facts.authority.total,
        "late": facts.late.total,
        "due": facts.due.total,
        "approve": facts.to_approve,
        "held": facts.held.total,
        "undelivered": facts.undelivered.total,
        "faults": facts.faults,
    }
    yield from (words.count(f"counts.{key}", number) for key, number in numbers.items() if number)


def _blocks(facts: DigestInput, say: Sayer) -> Iterator[Block]:
    """The sections that have something to say. practice 23: an authority's inquiry comes first."""
    since = " ".join(say.moment(facts.since)) if facts.since else ""
    told = words_of(say.words.language, "notice")
    found = (
        _block("inquiries", facts.inquiries, say.inquiry, say),
        _block("authority", facts.authority, say.held, say),
        _block("alarms", facts.alarms, lambda line: alarm_row(line, told, say), say),
        # practice 11: what waits for somebody away goes to the deputy and stands on top.
        _block("away", facts.away, say.away, say),
        _block("late", facts.late, say.case, say),
        _block("due", facts.due, say.case, say),
        _block("todo", facts.todo, say.todo, say),
        _block("waiting", facts.waiting, say.wait, say),
        _block("new", facts.new, say.new, say, since=since),
        _block("unconfirmed", facts.unconfirmed, say.unconfirmed, say),
        _block("held", facts.held, say.held, say),
        _block("undelivered", facts.undelivered, say.trouble, say),
        _health(facts, say),
        Block(title=say.words.text("titles.days_off"), rows=tuple(map(say.day_off, facts.days_off))),
    )
    yield from (block for block in found if block.rows or block.tail)


def _block(key: str, listed: Listed[T], row: Callable[[T], Row], say: Sayer, **values: str) -> Block:
    words = say.words
    tail = [words.count("more", listed.more)] if listed.more else []
    tail += [words.count("confidential", listed.confidential)] if listed.confidential else []
    return Block(
        title=words.text("section", title=words.text(f"titles.{key}"), n=words.number(listed.total)),
        hint=words.text(f"hints.{key}", **values),
        rows=tuple(map(row, listed.shown)),
        tail=tuple(tail),
    )


def _health(facts: DigestInput, say: Sayer) -> Block:
    words = say.words
    tail = [words.count("health.unopened", facts.unopened)] if facts.unopened else []
    tail += [words.count("health.queued", facts.queued)] if facts.queued else []
    return Block(title=words.text("titles.health"), rows=tuple(map(say.sign, facts.signs)), tail=tuple(tail))


def _bars(facts: DigestInput, words: Words) -> tuple[Bar, ...]:
    if not any(facts.bars):
        return ()
    found = []
    for (first, last), number in zip(BUCKETS, facts.bars, strict=True):
        state: State = "waiting"
        if first is None:
            label, state = words.text("bars.late"), "late"
        elif last is None:
            label = words.text("bars.beyond", first=first)
        else:
            label = words.text("bars.range", first=first, last=last)
            state = "soon" if last <= 10 else "waiting"
        found.append(Bar(label=label, number=number, written=words.number(number), state=state))
    return tuple(found)


def _foot(facts: DigestInput, say: Sayer, now: datetime) -> tuple[str, ...]:
    day, time = say.moment(now)
    next_day, next_time = say.moment(facts.next_by)
    return (
        *((say.words.text("foot.verify"),) if facts.anchor else ()),
        # security 20: the digest says when the next must arrive.
        say.words.text("foot.next", day=next_day, time=next_time),
        say.words.text("foot.as_of", day=day, time=time, zone=facts.zone),
    )
