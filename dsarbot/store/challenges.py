"""Challenges that may be answered once, and what auditors were granted: rows of codes, dates and hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from dsarbot.core.access import Grant
from dsarbot.core.account import CHALLENGE
from dsarbot.ports import Scope
from dsarbot.store.access_tables import ChallengeTable, GrantTable
from dsarbot.store.pending import Work


async def offer(work: Work, challenge: str, *, purpose: str, bound: str, now: datetime) -> None:
    """From now on it may be answered, for that purpose, in the session that it is bound to. Old ones are forgotten."""
    await ChallengeTable.filter(until__lte=now).using_db(work.db).delete()
    row = ChallengeTable(id=_hashed(challenge), purpose=purpose, bound=bound, until=now + CHALLENGE)
    await row.save(using_db=work.db)


async def take(work: Work, challenge: str, *, purpose: str, bound: str, now: datetime) -> bool:
    """Whether it may be answered; then it is used up, whatever the answer turns out to be."""
    wanted = ChallengeTable.filter(id=_hashed(challenge), purpose=purpose, bound=bound, until__gt=now)
    return bool(await wanted.using_db(work.db).delete())


async def grant(work: Work, given: Grant) -> None:
    """It holds from now on."""
    await GrantTable.create(
        id=given.id,
        organisation=given.organisation,
        staff=given.staff,
        reason=given.reason,
        given_at=given.given_at,
        until=given.until,
        by=given.by,
        using_db=work.db,
    )


async def end_grant(work: Work, scope: Scope, grant_id: str, now: datetime) -> bool:
    """It holds no more. False when there is no such living grant."""
    wanted = GrantTable.filter(id=grant_id, organisation=scope, until__gt=now)
    return bool(await wanted.using_db(work.db).update(until=now))


async def grants(staff: str, now: datetime) -> Sequence[Grant]:
    """The living ones of somebody; of everybody for ""."""
    wanted = GrantTable.filter(until__gt=now, **({"staff": staff} if staff else {}))
    return [_grant(row) for row in await wanted.order_by("until", "id")]


def _grant(row: GrantTable) -> Grant:
    return Grant(
        id=row.id,
        organisation=row.organisation,
        staff=row.staff,
        reason=row.reason,
        given_at=row.given_at,
        until=row.until,
        by=row.by,
    )


def _hashed(challenge: str) -> str:
    return hashlib.sha256(challenge.encode()).hexdigest()
