"""Viewing the content of a case stands in the journal, whoever looks and through which door (security 21)."""

from __future__ import annotations

from datetime import datetime

from dsarbot.ports import Scope, Store


async def viewed(store: Store, scope: Scope, case: str, what: str, *, by: str, at: datetime, actor: str) -> None:
    """what: which part of the case, such as "case" or "letter:l2"; by: the door, "terminal" or "console"."""
    async with store.transaction() as transaction:
        await transaction.ledger(scope, "viewed", {"case": case, "what": what, "by": by}, at=at, actor=actor)
