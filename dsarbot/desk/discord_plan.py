"""What must stand on Discord, compared with what does: cards, alarms, summaries, and what must go again.

Nothing is counted down and nothing is remembered in the process: each look compares afresh, and what is missing is put
into the outbox together with a row that says so. So a crash loses no card and doubles none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from dsarbot.case_rows import case_row
from dsarbot.core.alarms import Alarm
from dsarbot.core.case import LetterStatus, Moment
from dsarbot.core.discord_rows import Post
from dsarbot.core.evolve import replace
from dsarbot.desk.discord_cards import ALARMS, card, fingerprint, morning
from dsarbot.desk.discord_guild import DiscordStore, Guild
from dsarbot.desk.discord_jobs import job, reply
from dsarbot.desk.discord_shown import Shown
from dsarbot.desk.handle import Desk
from dsarbot.errors import Conflict, NotFound
from dsarbot.ports import CaseRow, Job

_MOST: Final = 10_000
_HELD: Final = "held-"
#: Letters that say no more than what the first answer on Discord said.
_SAID: Final = frozenset({Moment.ACKNOWLEDGED})


class Plan:
    """One look at each server. One per process."""

    def __init__(self, desk: Desk, store: DiscordStore, guilds: Sequence[Guild]) -> None:
        self._desk = desk
        self._store = store
        self._guilds = tuple(guilds)
        self._shown = Shown(desk, store)
        #: Of cases in which somebody asked over Discord: the version up to which their letters were looked at.
        self._told: dict[str, int] = {}

    async def look(self) -> int:
        """How many things were put into the outbox."""
        return sum([await self._look(guild) for guild in self._guilds])

    async def _look(self, guild: Guild) -> int:
        now = self._desk.clock()
        posts = await self._store.posts(guild.scope, guild.id)
        rows = await self._store.rows(guild.scope, limit=_MOST)
        over = await self._store.cases_over_discord(guild.scope)
        done = await self._cards(guild, rows, {each.case: each for each in posts if each.kind == "card"}, now)
        done += await self._alarms(guild, {each.id for each in posts}, now)
        done += await self._summary(guild, now)
        done += await self._deletions(guild, await self._store.posts(guild.scope, guild.id), now)
        for row in rows:
            if row.id in over and self._told.get(row.id) != row.version:
                done += await self._letters(guild, row, now)
        return done

    async def _cards(self, guild: Guild, rows: Sequence[CaseRow], cards: dict[str, Post], now: datetime) -> int:
        """One card per case, as it is now; a confidential case has none (practice 12)."""
        done, today = 0, self._shown.today(guild)
        open_rows = {row.id: row for row in rows if not row.confidential}
        for row in open_rows.values():
            post = cards.get(row.id) or Post(
                id=guild.post_id("card", row.id), organisation=guild.scope, guild=guild.id, kind="card", at=now,
                case=row.id, channel=guild.staff_channel,
            )  # fmt: skip
            done += await self._as_it_is(guild, post, row, f"{today}", now)
        for case_id, post in cards.items():
            if case_id not in open_rows:
                done += await self._ended(guild, post, now)
        return done

    async def _as_it_is(self, guild: Guild, post: Post, row: CaseRow, today: str, now: datetime) -> int:
        """A card whose looks have changed is drawn again. What only the document says is drawn when it leaves."""
        look = fingerprint({"version": row.version, **card(row, guild, today=self._shown.today(guild), untold=False)})
        if post.shown == look:
            return 0
        errand = job(guild, "post", post.id, now, case=row.id, mark=f"{row.version}:{today}")
        return await self._put(replace(post, shown=look, delete_at=None), errand)

    async def _ended(self, guild: Guild, post: Post, now: datetime) -> int:
        """A case that is over, hidden, or gone: its card says so, and everything about it goes after its time."""
        if post.delete_at is not None:
            return 0
        try:
            case = await self._store.case(guild.scope, post.case)
        except NotFound:
            case = None
        hidden = case is None or bool(case.confidential)
        end = now if hidden else now + guild.keep
        done = 0
        for each in await self._store.posts_of_case(guild.scope, post.case):
            if not each.gone and each.guild == guild.id and (each.delete_at is None or each.delete_at > end):
                done += await self._put(replace(each, delete_at=end), None)
        if case is not None and not hidden:
            mark = f"{case.version}:end"
            look = fingerprint(card(case_row(case), guild, today=self._shown.today(guild), untold=False))
            ended = replace(post, delete_at=end, shown=look)
            done += await self._put(ended, job(guild, "post", post.id, now, case=post.case, mark=mark))
        return done

    async def _alarms(self, guild: Guild, known: set[str], now: datetime) -> int:
        """practice: -5, -2, -1 and overdue, each once, to the one role."""
        hidden, done = await self._store.confidential(guild.scope), 0
        for each in await self._store.alarms(guild.scope, limit=_MOST):
            post_id = guild.post_id("alarm", each.id)
            if post_id in known or not _told_of(each) or each.case in hidden:
                continue
            if await self._store.post(guild.scope, post_id) is not None:
                continue
            post = Post(
                id=post_id, organisation=guild.scope, guild=guild.id, kind="alarm", at=now, case=each.case,
                subject=each.id, channel=guild.staff_channel, delete_at=now + guild.keep,
            )  # fmt: skip
            done += await self._put(post, job(guild, "post", post_id, now, case=each.case))
        return done

    async def _summary(self, guild: Guild, now: datetime) -> int:
        day = morning(guild, now, guild.summary_at)
        post_id = guild.post_id("summary", f"{day}") if day else ""
        if not day or await self._store.post(guild.scope, post_id) is not None:
            return 0
        post = Post(
            id=post_id, organisation=guild.scope, guild=guild.id, kind="summary", at=now, channel=guild.staff_channel,
            delete_at=now + guild.keep,
        )  # fmt: skip
        return await self._put(post, job(guild, "post", post_id, now))

    async def _deletions(self, guild: Guild, posts: Sequence[Post], now: datetime) -> int:
        """law 6: everything has an end, also what the bot has written."""
        due = [each for each in posts if each.delete_at is not None and each.delete_at <= now]
        return sum(
            [
                await self._put(None, job(guild, "delete", each.id, now, case=each.case, mark=f"{each.delete_at}"))
                for each in due
            ]
        )

    async def _letters(self, guild: Guild, row: CaseRow, now: datetime) -> int:
        """law 6: over Discord no more than that there is news, once for each letter that has left."""
        case = await self._store.case(guild.scope, row.id)
        contacts = [each for each in await self._store.contacts_of_case(guild.scope, row.id) if each.guild == guild.id]
        sent = [each for each in case.letters if each.status == LetterStatus.SENT and each.moment not in _SAID]
        done = 0
        for letter in sent:
            # A letter that went by mail is there already; the mail about it would say nothing new.
            chosen = [each for each in contacts if each.asking.by_dm or each.reachable_here(now)]
            for contact in chosen[-1:]:
                done += await self._put(None, reply(guild, contact.id, "ready", now, case=case.id, mark=letter.id))
        self._told[row.id] = row.version
        return done

    async def _put(self, post: Post | None, errand: Job | None) -> int:
        """Both or nothing; an errand that is known is not given twice."""
        try:
            async with self._store.transaction() as transaction:
                if post is not None:
                    await transaction.save_post(post)
                if errand is not None:
                    await transaction.enqueue(errand)
        except Conflict:
            return 0
        return 1 if errand is not None else 0


def _told_of(alarm: Alarm) -> bool:
    return alarm.waits and alarm.kind.removeprefix(_HELD) in ALARMS
