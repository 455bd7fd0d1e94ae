"""What the staff see on Discord: a card per case, alarms, the morning's summary. Pure; nothing personal in any of it.

practice 13: reference, right, organisation, dates, initials at most; practice 12: of confidential cases a number.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from dsarbot.core.alarms import Alarm
from dsarbot.core.case import DONE, Status
from dsarbot.core.discord import button
from dsarbot.desk.dating import long
from dsarbot.desk.discord_forms import Payload, quiet
from dsarbot.desk.discord_guild import Guild
from dsarbot.ports import CaseRow

_BUTTON, _PRIMARY, _GREY, _LINK = 2, 1, 2, 5
_RED, _AMBER, _BLUE, _GREYISH = 0xB3261E, 0xB26A00, 0x1F6FEB, 0x6E7781
_SOON: Final = 5
_WEEK: Final = timedelta(days=7)
_WAITING: Final = frozenset({Status.WAITING_PERSON, Status.WAITING_PARTY})
#: Of alarms those about dates; `alarms_causes` names them.
ALARMS: Final = frozenset({"due-5", "due-2", "due-1", "due-0", "overdue"})
_HELD: Final = "held-"


def card(row: CaseRow, guild: Guild, *, today: date, untold: bool) -> Payload:
    """The card of a case as it is now."""
    say = guild.says
    rights = ", ".join(say.either(f"rights.{each}", "card.right") for each in row.rights)
    fields = [
        (say.text("card.right"), rights),
        (say.text("card.organisation"), guild.name),
        (say.text("card.status"), say.text(f"state.{row.status}")),
        (say.text("card.assignee"), row.assignee or say.text("card.nobody")),
        (say.text("card.received"), long(row.received_at.astimezone(guild.zone).date(), guild.language)),
        *_due(row, guild, today),
    ]
    if row.attention:
        fields.append((say.text("card.attention"), str(row.attention)))
    embed: dict[str, Any] = {
        "title": row.reference,
        "color": _colour(row, today),
        "fields": [{"name": name, "value": value, "inline": True} for name, value in fields],
    }
    if untold:
        embed["footer"] = {"text": say.text("card.untold")}
    return quiet("", _buttons(row, guild), embeds=[embed])


def _due(row: CaseRow, guild: Guild, today: date) -> list[tuple[str, str]]:
    if row.target is None or row.status in DONE:
        return []
    left = (row.target - today).days
    days = guild.says.days(left) if left >= 0 else guild.says.text("card.over", n=guild.says.days(-left))
    return [
        (guild.says.text("card.target"), long(row.target, guild.language)),
        (guild.says.text("card.left"), days),
    ]


def _buttons(row: CaseRow, guild: Guild) -> list[Payload]:
    """Only what can be undone; what has legal effect stays in console and commands."""
    say = guild.says
    found: list[Payload] = []
    if guild.console:
        url = f"{guild.console}/cases/{row.reference}"
        found.append({"type": _BUTTON, "style": _LINK, "label": say.text("card.open"), "url": url})
    if not row.closed:
        found.append(_button(guild, "assign", row.id, _GREY))
    if row.status == Status.UNCONFIRMED:
        found += [_button(guild, "confirm", row.id, _PRIMARY), _button(guild, "dismiss", row.id, _GREY)]
    return found


def _button(guild: Guild, does: str, case: str, style: int) -> Payload:
    label = guild.says.text(f"card.{does}")
    return {"type": _BUTTON, "style": style, "label": label, "custom_id": button(does, case)}


def _colour(row: CaseRow, today: date) -> int:
    if row.status in DONE or row.target is None:
        return _GREYISH
    left = (row.target - today).days
    return _RED if left < 0 else _AMBER if left <= _SOON else _BLUE


def fingerprint(payload: Payload) -> str:
    """The same for what looks the same."""
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


def alarm(raised: Alarm, guild: Guild) -> Payload | None:
    """The words of an alarm about a date, which ping exactly one role; None for other alarms."""
    kind = raised.kind.removeprefix(_HELD)
    if kind not in ALARMS or raised.day is None:
        return None
    # The id of a held item says nothing to anybody.
    subject = raised.subject if kind == raised.kind else guild.says.text("alarm.held")
    return ping(guild, guild.says.text(f"alarm.{kind}", subject=subject, day=long(raised.day, guild.language)))


def found(guild: Guild, channel: int) -> Payload:
    """Staff are told that a case was opened for a message; neither what stands in it nor who wrote it."""
    return quiet(guild.says.text("staff.found", channel=channel))


def ping(guild: Guild, text: str) -> Payload:
    """A message to the one role of the staff."""
    payload = quiet(f"<@&{guild.role}> {text}")
    return {**payload, "allowed_mentions": {"parse": [], "roles": [str(guild.role)]}}


def summary(rows: Sequence[CaseRow], held: int, confidential: Collection[str], guild: Guild, today: date) -> Payload:
    """Numbers, once each morning."""
    say, counted = guild.says, Counter(_heap(row, today) for row in rows if row.id not in confidential)
    lines = [f"{counted[each]} {say.text(f'summary.{each}')}" for each in _HEAPS if counted[each]]
    lines += [f"{held} {say.text('summary.held')}"] if held else []
    hidden = sum(row.id in confidential for row in rows)
    lines += [f"{hidden} {say.text('summary.confidential')}"] if hidden else []
    title = say.text("summary.title", day=long(today, guild.language))
    return quiet("\n".join((f"**{title}**", *(lines or [say.text("summary.none")]))))


_HEAPS: Final = ("overdue", "week", "unconfirmed", "waiting", "later")


def _heap(row: CaseRow, today: date) -> str:
    if row.status in DONE or row.target is None:
        return ""
    if row.target < today:
        return "overdue"
    if row.target - today <= _WEEK:
        return "week"
    return "unconfirmed" if row.status == Status.UNCONFIRMED else "waiting" if row.status in _WAITING else "later"


def morning(guild: Guild, now: datetime, at: time) -> date | None:
    """The day whose summary is due by now; None before its hour."""
    local = now.astimezone(guild.zone)
    return local.date() if local.time() >= at else None
