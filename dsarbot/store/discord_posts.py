"""Messages of the bot: clear rows of ids, dates and codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from dsarbot.core.discord_rows import Post, PostKind
from dsarbot.ports import Scope
from dsarbot.store.discord_tables import DiscordPostTable
from dsarbot.store.pending import Work

_KINDS: Final[dict[str, PostKind]] = {each: each for each in get_args(PostKind)}


async def save(work: Work, post: Post) -> None:
    """As it is now, whether or not it was there."""
    values = {
        "organisation": post.organisation,
        "guild": post.guild,
        "kind": post.kind,
        "at": post.at,
        "case_id": post.case,
        "contact": post.contact,
        "subject": post.subject,
        "channel": post.channel,
        "message": post.message,
        "shown": post.shown,
        "delete_at": post.delete_at,
        "gone": post.gone,
    }
    await DiscordPostTable.update_or_create(values, using_db=work.db, id=post.id)


async def read(scope: Scope, post_id: str) -> Post | None:
    """The post of that id, if the scope has it."""
    row = await DiscordPostTable.filter(id=post_id, organisation=scope).first()
    return _post(row) if row else None


async def standing(scope: Scope, guild: int) -> Sequence[Post]:
    """Those of a server that have not gone."""
    rows = await DiscordPostTable.filter(organisation=scope, guild=guild, gone=False).order_by("at", "id")
    return [_post(row) for row in rows]


async def of_case(scope: Scope, case: str) -> Sequence[Post]:
    """Those about a case."""
    return [_post(row) for row in await DiscordPostTable.filter(organisation=scope, case_id=case).order_by("at", "id")]


def _post(row: DiscordPostTable) -> Post:
    return Post(
        id=row.id,
        organisation=row.organisation,
        guild=row.guild,
        kind=_KINDS[row.kind],
        at=row.at,
        case=row.case_id,
        contact=row.contact,
        subject=row.subject,
        channel=row.channel,
        message=row.message,
        shown=row.shown,
        delete_at=row.delete_at,
        gone=row.gone,
    )
