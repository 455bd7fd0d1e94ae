"""A notice to staff: the alarms that somebody must hear of now, as one mail in text and HTML.

practice 13: reference, kind and dates; nothing about a person, in the subject line numbers alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dsarbot.core.alarms import Alarm, Level
from dsarbot.desk.alarms_lines import group, lines, row
from dsarbot.desk.dating import long
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.digest_html import as_html
from dsarbot.desk.digest_lines import Sayer
from dsarbot.desk.digest_page import Block, Page
from dsarbot.desk.digest_text import as_text
from dsarbot.desk.digest_words import Words, words

_ORDER: Final = ("late", "due", "letters", "held", "service")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """For whom the notice is. key: of staff; owner: key of whoever it should be for."""

    key: str
    owner: str


def notice(
    alarms: Sequence[Alarm], desk: DigestDesk, reader: Reader, *, hidden: AbstractSet[str], now: datetime
) -> Digest:
    """The notice about these alarms. hidden: ids of cases that only count (practice 12)."""
    told, today = words(desk.language, "notice"), desk.day(now)
    say = Sayer(words=words(desk.language), day=today, zone=desk.zone)
    listed = lines(alarms, desk, hidden)
    tail = [told.count("more", listed.more)] if listed.more else []
    tail += [told.count("confidential", listed.confidential)] if listed.confidential else []
    day, time = say.moment(now)
    page = Page(
        language=desk.language,
        subject=told.text("subject", counts=", ".join(_counts(alarms, told))),
        title=told.text("title", organisation=desk.name),
        day=long(today, desk.language),
        headline=" ".join((told.count("headline", len(alarms)), *_why(alarms, reader, desk, told))),
        blocks=(
            Block(
                title=told.text("alarms"),
                hint=told.text("hint"),
                rows=tuple(row(each, told, say) for each in listed.shown),
                tail=tuple(tail),
            ),
        ),
        picture="",
        bars=(),
        foot=(told.text("foot.climbs"), told.text("foot.as_of", day=day, time=time, zone=desk.zone)),
        witness="",
        scale="",
    )
    return Digest(subject=page.subject, text=as_text(page), html=as_html(page))


def _counts(alarms: Sequence[Alarm], told: Words) -> Iterator[str]:
    numbers = Counter(group(alarm.kind) for alarm in alarms)
    yield from (told.count(f"counts.{each}", numbers[each]) for each in _ORDER if numbers[each])


def _why(alarms: Sequence[Alarm], reader: Reader, desk: DigestDesk, told: Words) -> Iterator[str]:
    """Why it comes to somebody who is not the owner."""
    if reader.key == reader.owner:
        return
    if all(alarm.level == Level.OWNER for alarm in alarms):
        yield told.text("why.away", owner=desk.label(reader.owner))
    else:
        yield told.text("why.climbed")
