"""What commands share: load the configuration, know who asks, open the application, run a coroutine."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import pwd
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dsarbot.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from dsarbot.app import App
    from dsarbot.config import Settings
    from dsarbot.ports import Scope
    from dsarbot.settings.organisations import StaffSettings

T = TypeVar("T")
_LANGUAGES = ("en", "fr", "de")


def settings_of(args: argparse.Namespace, *, check_secrets: bool = True) -> Settings:
    """The configuration named on the command line, or the default one."""
    from dsarbot.config import load

    path = Path(args.config) if getattr(args, "config", None) else None
    return load(path, environ=os.environ, check_secrets=check_secrets)


def with_app(args: argparse.Namespace, work: Callable[[App], Awaitable[T]]) -> T:
    """Open the application, do the work, close it; whatever happens, nothing stays open."""
    from dsarbot.app import opened, utc_now

    settings = settings_of(args)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")

    async def go() -> T:
        async with opened(settings, environ=os.environ, clock=utc_now) as app:
            return await work(app)

    return asyncio.run(go())


def staff_member(app: App) -> StaffSettings:
    """security 21: who gives the order, by operating-system user. NotAllowed for a stranger."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    for person in app.settings.staff:
        if person.active and person.system_user == user:
            return person
    raise NotAllowed(
        "unknown-actor",
        f"The operating-system user {user} is no active member of staff; set system_user of a [[staff]] entry.",
    )


def cause() -> str:
    """A cause of its own for an order typed by a person."""
    return f"order:{secrets.token_hex(8)}"


async def case_of(app: App, person: StaffSettings, reference: str) -> tuple[Scope, str]:
    """Scope and id of a case of the organisations this person works for. NotFound otherwise, without a hint."""
    from dsarbot.ports import Scope

    for key in person.organisations:
        scope = Scope(key)
        if case_id := await app.store.by_reference(scope, reference.upper()):
            return scope, case_id
    raise NotFound(f"There is no case {reference} in your organisations.")
