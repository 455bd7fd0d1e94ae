"""One running period: where it began, which days do not count, when it ends.

`clock.compute` runs it twice, without pauses for the safe date and with them for the legal one. Each accepted
pause gives a new run and one step of the explanation, also when it has no effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from typing import Final

from dsarbot.core.dates import add_months
from dsarbot.core.explain import sentence
from dsarbot.core.jurisdictions import Jurisdiction, Kind

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """An accepted question to the person and the local days on which it was sent and answered (None: open)."""

    kind: Kind
    asked_on: date
    answered_on: date | None = None

    def __post_init__(self) -> None:
        if self.answered_on is not None and self.answered_on < self.asked_on:
            raise ValueError(f"answered on {self.answered_on}, before it was asked on {self.asked_on}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the explanation: the day it leads to, its rule, an English sentence, and the values in it.

    `explain.sentence(rule, dict(values), jurisdiction, language)` says the same in another language.
    """

    date: dt.date | None
    rule: str
    text: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """How a period runs: from which day (not counted), without which days, and whether a question is open."""

    place: Jurisdiction
    start: date
    stopped: frozenset[date] = frozenset()
    is_open: bool = False
    steps: tuple[Step, ...] = ()

    def raw_end(self, periods: int = 1) -> date:
        """The last day before any roll."""
        if self.place.base == "30-days":
            return self.start + DAY * (30 * periods + len(self.stopped))
        # Always the whole number of months from the start: 31 January + 3 months is 30 April, not 28 April.
        return add_months(self.start, periods) + DAY * len(self.stopped)

    def end(self, periods: int = 1) -> date:
        """The last day, rolled once to a working day."""
        # Reg. 1182/71 Art. 3(4): "Where the last day of a period ... is a public holiday, Sunday or Saturday, the
        # period shall end with the expiry of the last hour of the following working day."
        return self.place.calendar.next_working_day(self.raw_end(periods))

    def strict_end(self, periods: int = 1) -> date:
        """The last day, rolled only where the roll itself is certain law."""
        return self.end(periods) if self.place.safe_roll else self.raw_end(periods)


def step(place: Jurisdiction, day: date | None, rule: str, **values: str) -> Step:
    """A step with its English sentence; the day is also the sentence's ``{day}``."""
    spelled = {**values, "day": str(day)} if day is not None else values
    return Step(date=day, rule=rule, text=sentence(rule, spelled, place), values=tuple(spelled.items()))


def roll_steps(place: Jurisdiction, raw: date, end: date) -> tuple[Step, ...]:
    """Why the period ends on `end` rather than on `raw`; nothing when they are the same day."""
    off = [raw + DAY * n for n in range((end - raw).days)]
    if not off:
        return ()
    if any(place.calendar.holiday_name(day) for day in off):
        return (step(place, end, "roll-holiday", off=" ".join(map(str, off)), source="roll"),)
    return (step(place, end, "roll-weekend", source="roll"),)


def after_pauses(run: Run, pauses: Iterable[Pause]) -> Run:
    """The run after all accepted pauses, oldest question first, whatever order they come in."""
    return reduce(_after, sorted(pauses, key=_order), run)


def _order(pause: Pause) -> tuple[date, str, date]:
    return pause.asked_on, pause.kind, pause.answered_on or date.max


def _after(run: Run, pause: Pause) -> Run:
    effect = run.place.effect(pause.kind)
    if effect == "none":
        return _told(run, "pause-none", pause)
    # A question sent after the last day stops nothing: there is no time left to stop.
    if not run.is_open and pause.asked_on > run.end():
        return _told(run, "pause-late", pause, ended=str(run.end()))
    if pause.answered_on is None:
        return _told(replace(run, is_open=True), "pause-open", pause)
    if effect == "restart":
        # UK GDPR Art. 12A: "relevant time" is the latest of receipt and the information that identifies the person.
        start = max(run.start, pause.answered_on)
        later = frozenset(day for day in run.stopped if day > start)
        return _told(replace(run, start=start, stopped=later), "pause-restart", pause)
    # DPA 2018 s. 54(3C): "the period beginning with the day on which the controller makes the request and ending
    # with the day on which the controller receives the information does not count". Elsewhere the day of the
    # question still counts. Days up to the start never counted, so they cannot be taken out a second time.
    first = max(pause.asked_on if effect == "exclude" else pause.asked_on + DAY, run.start + DAY)
    days = {first + DAY * n for n in range((pause.answered_on - first).days + 1)}
    return _told(replace(run, stopped=run.stopped | days), "pause", pause, count=f"{len(days - run.stopped)}d")


def _told(run: Run, rule: str, pause: Pause, **values: str) -> Run:
    """The run with the step that says what this pause did."""
    told = {"question": pause.kind, "asked": str(pause.asked_on), "source": pause.kind, **values}
    if pause.answered_on is not None:
        told["answered"] = str(pause.answered_on)
    return replace(run, steps=(*run.steps, step(run.place, pause.answered_on, rule, **told)))
