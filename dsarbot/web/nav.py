"""Where one can go in the console: one table, from which the pages draw their navigation, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dsarbot.app import App
from dsarbot.core.access import Permission
from dsarbot.core.calendars import DAY
from dsarbot.core.case import Status
from dsarbot.core.case_query import CaseQuery
from dsarbot.ports import Scope
from dsarbot.wiring import items

#: A number beyond is written as this one with a plus.
MOST: Final = 999


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One place. key: of its word (``nav.<key>``) and its number; first: in the bar of a phone, which holds four and
    leads to the others."""

    key: str
    path: str
    permission: Permission
    first: bool = False


#: In the order in which they stand. A new part of the console adds its line, and the word in its own words.
ENTRIES: Final = (
    Entry(key="today", path="/", permission=Permission.LISTS, first=True),
    Entry(key="cases", path="/cases", permission=Permission.LISTS, first=True),
    Entry(key="triage", path="/triage", permission=Permission.CONTENT, first=True),
    Entry(key="held", path="/held", permission=Permission.LISTS),
    Entry(key="scans", path="/scans", permission=Permission.ORDERS),
    Entry(key="phone", path="/phone", permission=Permission.PHONE, first=True),
    Entry(key="post", path="/post", permission=Permission.LISTS),
    Entry(key="inquiries", path="/inquiries", permission=Permission.LISTS),
    Entry(key="directory", path="/directory", permission=Permission.CONTENT),
    Entry(key="suppression", path="/suppression", permission=Permission.CONTENT),
    Entry(key="reports", path="/reports", permission=Permission.LISTS),
    Entry(key="health", path="/health", permission=Permission.ACCOUNTS),
)


async def counts(app: App, staff: str, organisations: Collection[str], now: datetime) -> Mapping[str, int]:
    """What waits in the places that say how much: one statement for each organisation and each place where mail
    is kept, however many cases there are."""
    found = {"today": 0, "triage": 0, "held": 0}
    for key in organisations:
        scope = Scope(key)
        today = app.organisations[key].rules.jurisdiction.local_date(now)
        late = CaseQuery(staff=staff, due_by=today - DAY)
        unsure = CaseQuery(staff=staff, statuses=(Status.UNCONFIRMED,))
        urgent, unconfirmed = await app.store.count_rows(scope, (late, unsure), MOST + 1)
        found["today"] += urgent
        found["triage"] += unconfirmed
    for scope in items.scopes(app.settings, organisations):
        found["held"] += await app.store.count_held(scope, MOST + 1)
    return found


def written(number: int) -> str:
    """As it stands beside a place; nothing is said of nothing."""
    return "" if number <= 0 else str(number) if number <= MOST else f"{MOST}+"
