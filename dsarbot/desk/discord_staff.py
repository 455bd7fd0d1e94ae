"""Buttons that staff press on a card: who may, and what it does. Only moves that can be taken back."""

from __future__ import annotations

from collections.abc import Collection

from dsarbot.core import orders as o
from dsarbot.core.case import Case, Status
from dsarbot.desk.discord_guild import Guild
from dsarbot.desk.handle import Desk
from dsarbot.errors import NotAllowed, NotFound

_DOES = ("assign", "confirm", "dismiss")


class Staff:
    """The desk behind the buttons."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def who(self, guild: Guild, user: int, roles: Collection[int]) -> tuple[str, str]:
        """The key of the member of staff with that account, or why they may do nothing here.

        Checked at each press and by numbers: linked, active, of this organisation, with the role on the server."""
        key, say = guild.staff.get(user, ""), guild.says
        if not key or key not in guild.organisation.colleagues:
            return "", say.text("staff.who")
        if guild.role not in roles:
            return "", say.text("staff.role")
        return (key, "") if key in guild.orders else ("", say.text("staff.may-not"))

    async def press(self, guild: Guild, key: str, does: str, case_id: str, interaction: int) -> str:
        """What to tell who pressed. The same press twice is one (UNIQUE(case, cause))."""
        say = guild.says
        try:
            case = await self._desk.store.case(guild.scope, case_id)
            if does not in _DOES or not case.visible_to(key):
                return say.text("staff.gone")
            await self._desk.order(guild.scope, case_id, self._order(case, key, does, f"discord:{interaction}"))
        except NotFound:
            return say.text("staff.gone")
        except NotAllowed as why:
            return say.text("staff.refused", why=str(why))
        done = {"assign": "assigned", "confirm": "confirmed", "dismiss": "dismissed"}[does]
        return say.text(f"staff.{done}", reference=case.reference)

    def _order(self, case: Case, key: str, does: str, cause: str) -> o.Order:
        now = self._desk.clock()
        if does == "assign":
            if not case.active:
                raise NotAllowed("nothing-open", "Nothing of this case is open any more.")
            return o.Assign(at=now, actor=key, cause=cause, staff=key)
        unsure = tuple(claim.id for claim in case.active if claim.status == Status.UNCONFIRMED)
        if not unsure:
            # What was confirmed or answered is moved in console and commands only.
            raise NotAllowed("nothing-unconfirmed", "Nothing of this case waits to be confirmed any more.")
        if does == "confirm":
            return o.Confirm(at=now, actor=key, cause=cause, claims=unsure)
        return o.NotARequest(at=now, actor=key, cause=cause, claims=unsure, reason="discord")
