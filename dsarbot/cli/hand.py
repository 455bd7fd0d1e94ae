"""An order typed by a person: who gives it, for which case, and what is told afterwards.

security 21: every command has an actor; an auditor reads and gives no orders; a case of another organisation is not
found, without a hint that it exists.
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from dsarbot.app import App
from dsarbot.cli.after import told
from dsarbot.cli.common import case_of, cause, staff_member, with_app
from dsarbot.core import orders as o
from dsarbot.core.case import Case, LetterStatus
from dsarbot.core.rules import Rules
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.ports import Scope
from dsarbot.settings.organisations import StaffSettings
from dsarbot.wiring.handing import colleague

Order = TypeVar("Order", bound=o.Order)


@dataclass(frozen=True, kw_only=True)
class Hand:
    """A member of staff at the open desk, with the instant of the command."""

    app: App
    person: StaffSettings
    now: datetime

    def order(self, kind: type[Order], /, **fields: Any) -> Order:  # noqa: ANN401  # the fields of the order
        """An order of this person, now."""
        return kind(at=self.now, actor=self.person.key, cause=cause(), **fields)

    async def find(self, reference: str) -> Found:
        """The case with that reference in this person's organisations; NotFound otherwise."""
        scope, case_id = await case_of(self.app, self.person, reference.strip())
        case = await self.app.store.case(scope, case_id)
        if not case.visible_to(self.person.key):
            # practice 12: for everybody else a confidential case is one that is not there.
            raise NotFound(f"There is no case {reference.strip()} in your organisations.")
        return Found(scope=scope, case=case, organisation=self.app.organisations[scope])

    def organisation(self, key: str) -> Organisation:
        """One of this person's organisations; NotFound otherwise."""
        if key not in self.person.organisations or key not in self.app.organisations:
            known = ", ".join(self.person.organisations)
            raise NotFound(f"You work for no organisation {key}; yours: {known}.")
        return self.app.organisations[key]

    def colleague(self, key: str, scope: Scope) -> StaffSettings:
        """An active member of staff of that organisation; NotFound with their names otherwise."""
        return colleague(self.app.settings, key, scope)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A case as it stands, with everything about its organisation."""

    scope: Scope
    case: Case
    organisation: Organisation

    @property
    def rules(self) -> Rules:
        return self.organisation.rules


T = TypeVar("T")


def reading(args: argparse.Namespace, work: Callable[[Hand], Awaitable[T]]) -> T:
    """Open the desk for somebody who looks."""

    async def go(app: App) -> T:
        return await work(Hand(app=app, person=staff_member(app), now=app.clock()))

    return with_app(args, go)


def ordering(args: argparse.Namespace, work: Callable[[Hand], Awaitable[T]]) -> T:
    """Open the desk for somebody who gives orders. NotAllowed for one who may only read."""

    async def go(hand: Hand) -> T:
        if not {"dpo", "agent"} & set(hand.person.roles):
            roles = ", ".join(hand.person.roles)
            raise NotAllowed("read-only", f"Your role is {roles}: orders are given by a dpo or an agent.")
        return await work(hand)

    return reading(args, go)


def give(args: argparse.Namespace, make: Callable[[Hand, Found], o.Order]) -> int:
    """One order for the case that the options name; then what changed, and what comes next."""

    async def work(hand: Hand) -> int:
        found = await hand.find(args.reference)
        after = await hand.app.desk.order(found.scope, found.case.id, make(hand, found))
        await lay_out(hand, found, after)
        tell(found, after, hand.now)
        return 0

    return ordering(args, work)


async def lay_out(hand: Hand, found: Found, after: Case) -> None:
    """Letters by post are laid into the print tray or taken out of it at once; the service does it within a minute."""
    if not any(letter.medium == "post" for letter in after.letters):
        return
    tray = hand.app.trays[found.scope]
    known = {letter.id for letter in found.case.letters if letter.status == LetterStatus.APPROVED}
    for each in await tray.settle(after):
        if each.trouble:
            print(f"Letter {each.letter.id} is not in the print tray yet: {each.trouble}")
        elif each.letter.id not in known:
            print(f"Print it: {tray.folder.path / each.file}")


def tell(found: Found, after: Case, now: datetime) -> None:
    """Print what an order has changed."""
    print("\n".join(told(found.case, after, found.rules, now)))
