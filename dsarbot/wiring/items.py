"""Whose what arrived is: the scopes that a person may look into, and for whom an item may be taken in. Pure."""

from __future__ import annotations

from collections.abc import Collection

from dsarbot.config import Settings
from dsarbot.ports import InboundRow, Scope, mailbox_scope


def scopes(settings: Settings, keys: Collection[str]) -> list[Scope]:
    """These organisations, and the shared mailboxes that may mean one of them."""
    shared = (
        box.key for box in settings.mailboxes if len(box.organisations) > 1 and set(box.organisations) & set(keys)
    )
    return [*map(Scope, keys), *map(mailbox_scope, shared)]


def is_for(settings: Settings, row: InboundRow, organisation: str) -> bool:
    """security 5: whether it came for that organisation, or for a mailbox that may mean it."""
    candidates = settings.mailbox(row.mailbox).organisations if row.mailbox else ()
    shared = row.scope == mailbox_scope(row.mailbox) and organisation in candidates
    return row.scope == organisation or shared
