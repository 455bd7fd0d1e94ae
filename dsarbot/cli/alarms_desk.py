"""The alarms of the organisations a person works for: listed, acknowledged."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Final

from dsarbot.cli import shown
from dsarbot.cli.case_json import iso
from dsarbot.cli.hand import Hand, ordering, reading
from dsarbot.cli.table import Cell, Column, Tone, screen, table
from dsarbot.core.alarms import Alarm
from dsarbot.desk.alarms_lines import ID_SHOWN, group
from dsarbot.errors import NotAllowed, NotFound, TheirInput
from dsarbot.ports import Scope

_COLUMNS: Final = (
    Column(title="Id"),
    Column(title="Organisation", short="Org", least=4),
    Column(title="What", least=8),
    Column(title="About"),
    Column(title="Date"),
    Column(title="With", least=6),
    Column(title="Since"),
)
_SHORTEST: Final = 6


def show(args: argparse.Namespace) -> int:
    """The open alarms, or those that ended."""

    async def work(hand: Hand) -> int:
        keys = hand.person.organisations if args.organisation is None else (hand.organisation(args.organisation).key,)
        found, hidden = list[Alarm](), 0
        for key in keys:
            every = await hand.app.store.alarms(Scope(key), ended=args.ended, limit=10_000)
            mine = await _visible(hand, Scope(key), every)
            found, hidden = [*found, *mine], hidden + len(every) - len(mine)
        if args.json:
            print(json.dumps([_json(alarm) for alarm in found]))
        else:
            _print(found, hand, ended=args.ended)
        shown.hidden(hidden, "alarm", screen())
        return 0

    return reading(args, work)


async def _visible(hand: Hand, scope: Scope, alarms: Sequence[Alarm]) -> list[Alarm]:
    """practice 12: those about confidential cases are for those who may see the case."""
    confided = await hand.app.store.confidential(scope)
    return [each for each in alarms if hand.person.key in confided.get(each.case, (hand.person.key,))]


def _print(found: list[Alarm], hand: Hand, *, ended: bool) -> None:
    to = screen()
    if not found:
        said = "No alarm has ended yet." if ended else "No alarm is open."
        print(said, file=sys.stdout if to.terminal else sys.stderr)
        return
    print("\n".join(table(_COLUMNS, [_cells(alarm, hand) for alarm in found], to)))
    if to.terminal and not ended:
        print("You are on it: dsarbot alarms ack ID")


def _cells(alarm: Alarm, hand: Hand) -> list[Cell]:
    rules = hand.app.organisations[alarm.organisation].rules
    today = shown.today_of(hand.now, rules)
    tone: Tone = "late" if group(alarm.kind) == "late" and alarm.waits else ""
    return [
        Cell(text=alarm.id[:ID_SHOWN], tone="strong", plain=alarm.id),
        Cell(text=alarm.organisation),
        Cell(text=alarm.kind, tone=tone),
        Cell(text=_about(alarm), plain=alarm.subject),
        Cell(
            text=shown.day(alarm.day, today) if alarm.day else "-",
            tone=shown.urgency(alarm.day, today),
            plain=str(alarm.day or ""),
        ),
        Cell(text=_with(alarm)),
        Cell(text=shown.moment_of(alarm.raised_at, rules.jurisdiction, today), plain=alarm.raised_at.isoformat()),
    ]


def _about(alarm: Alarm) -> str:
    return alarm.subject[:ID_SHOWN] if alarm.kind.startswith("held") else alarm.subject or "-"


def _with(alarm: Alarm) -> str:
    """Where it has climbed to, or who is on it."""
    return f"{alarm.acknowledged_by} (on it)" if alarm.acknowledged_by else alarm.level.name.lower()


def _json(alarm: Alarm) -> dict[str, object]:
    return {
        "id": alarm.id,
        "organisation": alarm.organisation,
        "kind": alarm.kind,
        "subject": alarm.subject,
        "day": iso(alarm.day),
        "level": alarm.level.name.lower(),
        "raised_at": iso(alarm.raised_at),
        "told": list(alarm.told),
        "acknowledged_by": alarm.acknowledged_by or None,
        "acknowledged_at": iso(alarm.acknowledged_at),
        "ended_at": iso(alarm.ended_at),
    }


def acknowledge(args: argparse.Namespace) -> int:
    """Somebody is on it: the alarm climbs no further. The ledger keeps who wrote it down (security 21)."""

    async def work(hand: Hand) -> int:
        alarm = await _find(hand, args.alarm)
        scope = Scope(alarm.organisation)
        who = hand.colleague(args.who, scope).key if args.who else hand.person.key
        async with hand.app.store.transaction() as transaction:
            if not await transaction.acknowledge_alarm(scope, alarm.id, by=who, at=hand.now):
                raise NotAllowed("acknowledged-already", f"{_by(alarm)} Nothing was changed.")
            public = {"alarm": alarm.id, "alarm_kind": alarm.kind, "subject": alarm.subject, "by": who}
            await transaction.ledger(scope, "alarm-acknowledged", public, at=hand.now, actor=hand.person.key)
        print(f"{who} is on it: {alarm.kind} {_about(alarm)}. It climbs no further; it ends with the matter itself.")
        return 0

    return ordering(args, work)


def _by(alarm: Alarm) -> str:
    who = f"by {alarm.acknowledged_by}" if alarm.acknowledged_by else "in this moment"
    return f"Alarm {alarm.id[:ID_SHOWN]} was acknowledged {who} before."


async def _find(hand: Hand, start: str) -> Alarm:
    """The one open alarm whose id begins so, in this person's organisations."""
    if len(start) < _SHORTEST:
        raise TheirInput(f"Give at least {_SHORTEST} characters of the id.")
    found = [
        alarm
        for key in hand.person.organisations
        for alarm in await _visible(hand, Scope(key), await hand.app.store.alarms(Scope(key), limit=10_000))
        if alarm.id.startswith(start.lower())
    ]
    if not found:
        raise NotFound(f"There is no open alarm {start} in your organisations; see dsarbot alarms.")
    if len(found) > 1:
        raise TheirInput(f"{len(found)} alarms begin with {start}; give more of the id.")
    return found[0]
