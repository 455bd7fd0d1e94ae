"""One item among what arrived: found by the beginning of its id, in what this person may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dsarbot.cli.hand import Hand
from dsarbot.desk.alarms_lines import ID_SHOWN
from dsarbot.desk.organisation import Organisation
from dsarbot.errors import NotAllowed, NotFound, TheirInput
from dsarbot.ports import InboundRow, Scope
from dsarbot.wiring import items

_SHORTEST: Final = 6


def scopes(hand: Hand, keys: Sequence[str] | None) -> list[Scope]:
    """This person's organisations, and the shared mailboxes that may mean one of them."""
    return items.scopes(hand.app.settings, keys if keys is not None else hand.person.organisations)


async def find(hand: Hand, start: str) -> InboundRow:
    """The one item whose id begins so, among what this person may see."""
    if len(start) < _SHORTEST:
        raise TheirInput(f"Give at least {_SHORTEST} characters of the id.")
    found = [
        row
        for scope in scopes(hand, None)
        for row in await hand.app.store.inbounds(scope, limit=10_000)
        if row.id.startswith(start.lower())
    ]
    if not found:
        raise NotFound(f"There is no item {start} in your organisations; see dsarbot intake --list.")
    if len(found) > 1:
        raise TheirInput(f"{len(found)} items begin with {start}; give more of the id.")
    return found[0]


def demand_takeable(row: InboundRow, organisation: Organisation, hand: Hand) -> None:
    """NotAllowed unless it can become something of this organisation."""
    if row.disposition in ("case", "inquiry") or row.state == "kept":
        raise NotAllowed("taken-already", f"Item {row.id[:ID_SHOWN]} belongs to a case or inquiry, or is being read.")
    if not row.objects:
        raise NotAllowed("not-kept", f"Of item {row.id[:ID_SHOWN]} nothing was kept: it was one of our own letters.")
    if not items.is_for(hand.app.settings, row, organisation.key):
        raise NotAllowed("other-organisation", f"Item {row.id[:ID_SHOWN]} is not for {organisation.key}.")
