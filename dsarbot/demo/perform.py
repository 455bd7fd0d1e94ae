"""`dsarbot demo` from beginning to end: set the stage, play, show, check or stay, and clear everything away."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dsarbot.demo import forward, shown
from dsarbot.demo.check import Row, check
from dsarbot.demo.evidence import gather
from dsarbot.demo.plain import PlainScreen
from dsarbot.demo.screen import LiveScreen
from dsarbot.demo.stage import ZONE, Stage, refuse_existing, set_up
from dsarbot.demo.story import Story

_PACE = 0.35
_FOLLOW_SECONDS = 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """once: check and end; fast_forward: so many days pass; keep: leave the folder; terminal: a person looks on."""

    once: bool
    fast_forward: int
    keep: bool
    terminal: bool


def perform(options: Options, environ: Mapping[str, str]) -> int:
    """0, or 1 when something was not as expected. ConfigError where the demo must not run."""
    refuse_existing(environ)
    try:
        return asyncio.run(_interruptible(options, environ))
    except BaseExceptionGroup as group:
        # The service runs in a task group: whoever reads the message wants the mistake, not the wrapping.
        raise _first(group) from None


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


async def _interruptible(options: Options, environ: Mapping[str, str]) -> int:
    """Ctrl-C and SIGTERM end the demo in order; while it only stays up, that is no failure."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    work = asyncio.create_task(_work(options, environ, stop))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((work, stopped), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not work.done():
        work.cancel()
    try:
        return await work
    except asyncio.CancelledError:
        return 130 if options.once else 0


async def _work(options: Options, environ: Mapping[str, str], stop: asyncio.Event) -> int:
    async with set_up(environ, keep=options.keep) as stage:
        if options.terminal:
            return await _for_a_person(stage, options, stop)
        return await _plainly(stage, options)


async def _plainly(stage: Stage, options: Options) -> int:
    screen = PlainScreen()
    story = Story(stage, screen)
    settled = await story.play()
    screen.cases()
    post = await asyncio.to_thread(shown.post_of, stage)
    screen.letters((*post.letters, *post.digests))
    rows = await _checked(stage)
    screen.rows(rows)
    complete = True
    async for day in forward.days(stage, story, options.fast_forward):
        complete = complete and day.complete
        for text in _day_lines(day):
            screen.say("day", day.day.isoformat(), text)
    if options.keep:
        screen.say("folder", str(stage.folder))
    return _verdict(rows, settled=settled and complete)


async def _for_a_person(stage: Stage, options: Options, stop: asyncio.Event) -> int:
    screen = LiveScreen(lambda: _today(stage))
    story = Story(stage, screen, pace=0.0 if options.once else _PACE)
    with screen:
        settled = await story.play()
    _read_aloud(screen, await asyncio.to_thread(shown.post_of, stage))
    rows: tuple[Row, ...] = ()
    if options.once:
        rows = await _checked(stage)
        screen.rows(rows)
    else:
        screen.foot(shown.where_to_look(stage, keep=options.keep))
    if not options.once or options.fast_forward:
        with screen:
            async for day in forward.days(stage, story, options.fast_forward):
                settled = settled and day.complete
                screen.say(shown.day(day.day, day.day), style="bold")
                for text in _day_lines(day):
                    screen.say(f"  {text}")
            while not options.once and not stop.is_set():
                await story.look()
                await _rest(stop)
    return _verdict(rows, settled=settled) if options.once else 0


def _read_aloud(screen: LiveScreen, post: shown.Post) -> None:
    """The letters by subject and recipient, one of them and the first digest in full."""
    screen.say()
    screen.say(f"Letters sent ({len(post.letters)})", style="bold")
    for each in post.letters:
        screen.say(f"  {each.mail['To']}: {each.mail['Subject']}")
    chosen = sorted(post.letters, key=lambda each: shown.IN_FULL not in str(each.mail["To"]))
    for title, mails in (("One of them in full", chosen), ("The digest", post.digests)):
        for found in mails[:1]:
            screen.say()
            screen.say(title, style="bold")
            for line in shown.letter_lines(found):
                screen.say(f"  {line}".rstrip())
    for each in post.digests[1:]:
        screen.say(f"  Another digest: {shown.sender(each)}: {each.mail['Subject']}")
    for each in post.notices:
        screen.say(f"  A notice: {shown.sender(each)}: {each.mail['Subject']}")
    screen.say()


def _day_lines(day: forward.Day) -> list[str]:
    lines = [f"alarm {each.text}" for each in day.alarms]
    lines += [
        f"{'notice' if each.is_notice else 'digest'} {shown.sender(each)}: {each.mail['Subject']}"
        for each in day.to_staff
    ]
    return lines if day.complete else [*lines, "a digest is missing"]


async def _checked(stage: Stage) -> tuple[Row, ...]:
    evidence = await gather(stage.folder, stage.config, stage.post, today=_today(stage))
    return check(evidence, stage.post.plan.routes)


def _verdict(rows: tuple[Row, ...], *, settled: bool) -> int:
    wrong = sum(not row.holds for row in rows)
    if not settled:
        sys.stderr.write("dsarbot demo: the service did not come to rest in time\n")
    sys.stderr.write(f"dsarbot demo: {len(rows) - wrong} of {len(rows)} expectations hold\n")
    return 0 if settled and not wrong else 1


def _today(stage: Stage) -> date:
    return stage.clock().astimezone(ZONE).date()


async def _rest(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_FOLLOW_SECONDS):
            await stop.wait()
    except TimeoutError:
        return
