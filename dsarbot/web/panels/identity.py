"""Who is asking: the lowest sufficient proof and why, what was shown, codes, and copies of papers with their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dsarbot.core.case import Case
from dsarbot.core.codes import Code
from dsarbot.core.identity import Ask
from dsarbot.core.identity_copy import CopyDates, IdCopy
from dsarbot.core.identity_table import table
from dsarbot.desk.identity import Asking
from dsarbot.desk.identity_look import Told
from dsarbot.profiles import identity_warning
from dsarbot.web.deeds.field import Room
from dsarbot.web.deeds.identity import asking_here
from dsarbot.web.screen import Say


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """A copy of a paper. short: how people name it; left: days until it is destroyed at the latest, None when it is
    gone; late: nobody has judged it in time."""

    copy: IdCopy
    short: str
    dates: CopyDates
    left: int | None
    late: bool
    checks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """now: what the ladder says; ways: the lowest first, in words; because, never: sentences, each with its rule;
    warning: what the published policy gets wrong; code: the one sent last."""

    now: Asking
    ways: tuple[str, ...]
    because: tuple[tuple[str, str], ...]
    never: tuple[tuple[str, str], ...]
    warning: str
    code: Code | None
    copies: tuple[Copy, ...]
    open: bool


async def identity(room: Room[Case], told: Told) -> Identity:
    """Everything about the question, for the page."""
    case, say = room.subject, room.say
    now = await asking_here(room, told)
    codes = case.proofs.codes
    return Identity(
        now=now,
        ways=tuple(_way(each, say) for each in now.ladder.ask),
        because=_sentences(now.ladder.because, room),
        never=_sentences(now.ladder.never, room),
        warning=identity_warning(room.site.app.profiles[room.scope], room.visitor.language) or "",
        code=codes[-1] if codes else None,
        copies=tuple(_copy(each, room) for each in case.copies),
        open=any(claim.open_question("identity") for claim in case.claims) or any(each.waits for each in case.copies),
    )


def _sentences(codes: tuple[str, ...], room: Room[Case]) -> tuple[tuple[str, str], ...]:
    said = table().say
    return tuple((said[code].texts[room.visitor.language], said[code].rule) for code in codes)


def _way(ask: Ask, say: Say) -> str:
    """One sufficient way as a sentence: what is shown, how, and for what alone it holds."""
    parts = [f"{rung} {say(f'rung.{rung}')}" for rung in ask.rungs]
    parts += [say.known(f"proof.{each}", each.replace("-", " ")) for each in ask.proofs]
    more = [say.known(f"way.{each}", each.replace("-", " ")) for each in (ask.by, ask.only, ask.through) if each]
    visible = [say("identity.visible", what=", ".join(say.known(f"seen.{each}", each) for each in ask.visible))] \
        if ask.visible else []  # fmt: skip
    return "; ".join([" + ".join(parts) or say("rung.R0"), *more, *visible])


def _copy(copy: IdCopy, room: Room[Case]) -> Copy:
    dates = copy.dates(room.organisation.rules.jurisdiction)
    living = copy.destroyed_at is None and not copy.released
    return Copy(
        copy=copy,
        short=copy.id[:8],
        dates=dates,
        left=_days(dates.delete_by, room.now) if living else None,
        late=copy.waits and _past(dates.verdict_due, room.today),
        checks=tuple(_check(each, room.say) for each in copy.checks),
    )


def _days(until: datetime, now: datetime) -> int:
    return max(0, (until - now).days)


def _past(due: date, today: date) -> bool:
    return due < today


def _check(code: str, say: Say) -> str:
    """``name:agrees:same`` in words."""
    name, result, seen = code.split(":")
    return f"{say.known(f'check.{name}', name)}: {say.known(f'result.{result}', result)} ({seen.replace('-', ' ')})"
