"""When an answer is due, and why: the statutory clock as one pure function.

Theory of operation. The period runs from the day of receipt at the establishment, a day that is not counted. The
same day number of the next month is its last day; if that is no working day, the next one is. That roll happens
once, at the very end, after pauses and extension have been added to the original start. Two results are always
kept apart: `safe_due` counts no pause and never moves; `legal_due` counts the pauses that were accepted, and is
unknown while a question is open. `target` is what people work to: the stricter of law and published promise.

Pauses come in already accepted: whether a question may open one (sent, recorded doubt, prompt) is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Literal

from dsarbot.core.dates import add_months
from dsarbot.core.jurisdictions import Jurisdiction
from dsarbot.core.period import DAY, Pause, Run, Step, after_pauses, roll_steps, step

__all__ = ["Dates", "Pause", "Promise", "Step", "Validity", "compute", "due_before_utc", "extend_to"]

Validity = Literal["yes", "unproven", "no"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What the published policy promises: at most so many days, and so many months more after an extension.

    `days` None: the policy only repeats the statutory month, which is no separate promise. `extension_months`
    None: the policy says nothing about an extension, so the promise stands as it is.
    """

    days: int | None = None
    extension_months: int | None = None

    def __post_init__(self) -> None:
        if self.days is not None and self.days < 1:
            raise ValueError(f"a promise of {self.days} days cannot be kept")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dates:
    """Every date of one claim with the steps that explain it; each is the last day, inclusive, local.

    `legal_due` and `due_before_utc` are None while a pause is open; `extended_due` is None without an extension or
    with an invalid one; `promise_due` is the extended promise once the extension is valid. `target` always is.
    """

    received_at: datetime
    jurisdiction: str
    safe_due: date
    legal_due: date | None
    promise_due: date | None
    extended_due: date | None
    target: date
    extension_valid: Validity | None
    paused: bool
    due_before_utc: datetime | None
    steps: tuple[Step, ...]
    calendar_version: str


def compute(
    received_at: datetime,
    jurisdiction: Jurisdiction,
    *,
    promise: Promise | None = None,
    pauses: Sequence[Pause] = (),
    extended_on: date | None = None,
) -> Dates:
    """All dates from the facts: an aware `received_at`, local days of pauses and of the extension notice sent."""
    safe = Run(place=jurisdiction, start=jurisdiction.local_date(received_at))
    legal = after_pauses(safe, pauses)
    valid = None if extended_on is None else _validity(extended_on, safe, pauses)
    extended_due = None if valid in {None, "no"} else legal.strict_end(_periods(jurisdiction))
    proven_due = extended_due if valid == "yes" else None
    promise_due, promise_steps = _promised(safe, promise, proven_due)
    law = proven_due or safe.strict_end()
    target = min(law, promise_due or law)
    counting = proven_due or legal.end()
    steps = (
        *_first_steps(received_at, safe),
        *_legal_steps(safe, legal),
        *(_extension_steps(extended_on, safe, legal, valid) if extended_on and valid else ()),
        *promise_steps,
        step(jurisdiction, target, "target"),
    )
    return Dates(
        received_at=received_at,
        jurisdiction=jurisdiction.code,
        safe_due=safe.strict_end(),
        legal_due=None if legal.is_open else legal.end(),
        promise_due=promise_due,
        extended_due=extended_due,
        target=target,
        extension_valid=valid,
        paused=legal.is_open,
        due_before_utc=None if legal.is_open else due_before_utc(counting, jurisdiction),
        steps=steps,
        calendar_version=jurisdiction.calendar.version,
    )


def same_day(dates: Dates, received_at: datetime, jurisdiction: Jurisdiction) -> Dates:
    """The dates of a receipt at another instant of the same local day: only the instant itself differs."""
    receipt = _receipt(received_at, jurisdiction)
    return replace(dates, received_at=received_at, steps=(receipt, *dates.steps[1:]))


def extend_to(received_at: datetime, jurisdiction: Jurisdiction, promise: Promise | None = None) -> date:
    """The date an extension notice must name: three periods from receipt, or the extended promise before it."""
    safe = Run(place=jurisdiction, start=jurisdiction.local_date(received_at))
    extended = safe.strict_end(_periods(jurisdiction))
    if promise is None or promise.extension_months is None:
        return extended
    promised, _ = _promised(safe, promise, extended)
    return promised or extended


def due_before_utc(day: date, jurisdiction: Jurisdiction) -> datetime:
    """The instant before which an answer is in time: the local midnight that ends the day, in UTC."""
    # Reg. 1182/71 Art. 3(2): a period ends "with the expiry of the last hour" of its last day.
    return datetime.combine(day + DAY, time.min, tzinfo=jurisdiction.tz).astimezone(UTC)


def _periods(place: Jurisdiction) -> int:
    """The whole extended period in periods: GDPR Art. 12(3) adds "two further months" to the one from receipt."""
    return 1 + place.extension


def _validity(sent: date, safe: Run, pauses: Sequence[Pause]) -> Validity:
    """Whether an extension notice sent on that day extends anything (practice 16: the stricter reading counts)."""
    # GDPR Art. 12(3): the person is told "within one month of receipt of the request".
    if sent <= safe.strict_end():
        return "yes"
    # Between the safe and the legal date the pause must carry the notice: a statute does, guidelines may.
    statutory = [pause for pause in pauses if pause.kind in safe.place.statutory]
    if safe.place.statutory and _still_runs(after_pauses(safe, statutory), sent):
        return "yes"
    return "unproven" if _still_runs(after_pauses(safe, pauses), sent) else "no"


def _still_runs(run: Run, day: date) -> bool:
    return run.is_open or day <= run.end()


def _promised(safe: Run, promise: Promise | None, proven_due: date | None) -> tuple[date | None, tuple[Step, ...]]:
    """The day of the published promise, after a valid extension the extended one, and how it was found."""
    if promise is None:
        return None, ()
    place = safe.place
    if promise.days is None:
        return None, (step(place, None, "promise-month"),)
    day = safe.start + DAY * promise.days
    steps = [step(place, day, "promise", count=f"{promise.days}d")]
    if proven_due is not None and promise.extension_months is None:
        steps.append(step(place, day, "promise-kept"))
    elif proven_due is not None and promise.extension_months is not None:
        day = add_months(day, promise.extension_months)
        steps.append(step(place, day, "promise-extended", span=f"{promise.extension_months}m"))
    # No rule of law moves a promise to a later day, so on a day off it is kept before, but never before receipt.
    back = place.calendar.previous_working_day(day)
    if safe.start <= back < day:
        day = back
        steps.append(step(place, day, "promise-back"))
    if proven_due is not None and day > proven_due:
        day = proven_due
        steps.append(step(place, day, "promise-capped"))
    return day, tuple(steps)


def _receipt(received_at: datetime, place: Jurisdiction) -> Step:
    local = received_at.astimezone(place.tz)
    return step(place, local.date(), "receipt", when=f"{local:%Y-%m-%dT%H:%M}", zone=place.zone, source="receipt")


def _first_steps(received_at: datetime, safe: Run) -> tuple[Step, ...]:
    """From receipt to the safe date."""
    place, raw = safe.place, safe.raw_end()
    shorter = place.base == "month" and raw.day != safe.start.day
    rolled = roll_steps(place, raw, safe.end()) if place.safe_roll else ()
    return (
        _receipt(received_at, place),
        step(
            place,
            raw,
            "month-end" if shorter else "month",
            span=_span(place, 1),
            number=str(safe.start.day),
            source="period",
        ),
        *rolled,
        step(place, safe.strict_end(), "safe"),
    )


def _legal_steps(safe: Run, legal: Run) -> tuple[Step, ...]:
    """What the pauses did, and the legal date where it is another than the safe one."""
    place, raw, end = safe.place, legal.raw_end(), legal.end()
    if legal.is_open or (end == safe.strict_end() and raw == safe.raw_end()):
        return legal.steps
    moved = (step(place, raw, "pause-end"),) if raw != safe.raw_end() else ()
    return (*legal.steps, *moved, *roll_steps(place, raw, end), step(place, end, "legal"))


def _extension_steps(sent: date, safe: Run, legal: Run, valid: Validity) -> tuple[Step, ...]:
    """What the notice did."""
    place, periods = safe.place, _periods(safe.place)
    raw, end = legal.raw_end(periods), legal.strict_end(periods)
    told = {"sent": str(sent), "source": "extension"}
    if valid == "no":
        return (step(place, legal.end(), "extension-no", **told),)
    if valid == "unproven":
        return (step(place, end, "extension-unproven", limit=str(safe.strict_end()), **told),)
    return (
        step(place, raw, "extension", span=_span(place, periods), **told),
        *roll_steps(place, raw, end),
        step(place, end, "extended"),
    )


def _span(place: Jurisdiction, periods: int) -> str:
    return f"{30 * periods}d" if place.base == "30-days" else f"{periods}m"
