"""`dsarbot run`: the service. One line on stderr when it is ready; SIGTERM and Ctrl-C end it cleanly."""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from dsarbot.errors import ConfigError, DsarbotError

if TYPE_CHECKING:
    from dsarbot.config import Settings
    from dsarbot.service import Service
    from dsarbot.service.run import Console, Talks

PARTS = ("mail", "outbox", "wake", "digest", "web", "discord")
#: Seconds from the end of the work to the end of the process, should a thread hang in a name server or a disk: no
#: thread can be ended from outside, and what is not committed is done again after the next start.
LAST_RESORT = 30


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser("run", help="run the service")
    parser.add_argument("--only", metavar="PARTS", type=_parts, default=PARTS, help=f"some of: {','.join(PARTS)}")
    parser.set_defaults(run=run)


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(each.strip() for each in text.split(",") if each.strip())
    if unknown := [each for each in parts if each not in PARTS] or not parts:
        raise argparse.ArgumentTypeError(f"{unknown}: choose from {', '.join(PARTS)}")
    return parts


def run(args: argparse.Namespace) -> int:
    """Until a signal ends it."""
    from dsarbot.cli.common import settings_of
    from dsarbot.cli.logs import start_logging
    from dsarbot.service.loop import Loop

    settings = settings_of(args)
    start_logging(settings.service.log_level)
    for warning in settings.warnings:
        print(f"note: {warning}", file=sys.stderr)
    try:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(_serve(settings, args.only))
    except ExceptionGroup as group:
        # One loop failed and took the others with it: say why in one line, as for every command.
        if mistake := first_mistake(group):
            raise mistake from group
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()
    return 0


def first_mistake(group: ExceptionGroup[Exception]) -> DsarbotError | None:
    """The first error of our own in a group, however deep."""
    for error in group.exceptions:
        if isinstance(error, DsarbotError):
            return error
        if isinstance(error, ExceptionGroup) and (found := first_mistake(error)):
            return found
    return None


class Bell:
    """What rings when a case changed: nothing until the service is there to hear it."""

    def __init__(self) -> None:
        self._heard: Callable[[], None] = lambda: None

    def ring(self) -> None:
        self._heard()

    def heard_by(self, listener: Callable[[], None]) -> None:
        """From now on."""
        self._heard = listener


async def _serve(settings: Settings, parts: tuple[str, ...]) -> None:
    from dsarbot.app import opened, utc_now
    from dsarbot.service import Service

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _end, stop)
    bell = Bell()
    try:
        async with opened(settings, environ=os.environ, clock=utc_now, changed=bell.ring) as app:
            service = Service(app, parts, console=_console(settings), talks=_talks(settings, parts))
            bell.heard_by(service.ring)
            await service.run(
                ready=lambda: print(_ready(settings, parts, service), file=sys.stderr, flush=True), stop=stop
            )
    finally:
        _end(stop)


def _console(settings: Settings) -> Console | None:
    web = settings.web
    if web is None:
        return None
    try:
        from dsarbot.web.server import serving
    except ModuleNotFoundError as missing:
        raise ConfigError([f"[web] needs {missing.name}, which is not installed; install dsarbot[web]"]) from None
    return lambda app: serving(app, web)


def _talks(settings: Settings, parts: tuple[str, ...]) -> Talks | None:
    """Loaded only where a server of Discord is configured and meant."""
    if not settings.discord or "discord" not in parts:
        return None
    try:
        from dsarbot.service.discord import Talk
    except ModuleNotFoundError as missing:
        said = f"[[discord]] needs {missing.name}, which is not installed; install dsarbot[discord]"
        raise ConfigError([said]) from None
    return Talk


def _ready(settings: Settings, parts: tuple[str, ...], service: Service) -> str:
    boxes = ", ".join(each.key for each in settings.mailboxes)
    absent = {"web"} if not service.console_at else set()
    absent |= set() if settings.discord else {"discord"}
    here = [each for each in parts if each not in absent]
    pages = f"; console: {service.console_at}" if service.console_at else ""
    return f"dsarbot is ready: {', '.join(here)}; mailboxes: {boxes}{pages}"


def _end(stop: asyncio.Event) -> None:
    """Stop, and be gone after LAST_RESORT whatever hangs; the traceback then shows what did, in names of code only."""
    stop.set()
    faulthandler.dump_traceback_later(LAST_RESORT, exit=True, file=2)
