"""Discord in the running service: one connection per bot, held by one process at a time, and the work around it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import aiohttp
import discord

from dsarbot.app import App
from dsarbot.channels.discord_answers import Interactions
from dsarbot.channels.discord_bot import Bot
from dsarbot.channels.discord_direct import Direct, Missed
from dsarbot.channels.discord_rest import Messenger, quiet_library
from dsarbot.channels.discord_rights import Said, flags_of, has_content, look, of_intents
from dsarbot.core.discord import first_of
from dsarbot.desk.discord_courier import Courier
from dsarbot.desk.discord_door import Door
from dsarbot.desk.discord_guild import Lane
from dsarbot.desk.discord_intake import DiscordIntake
from dsarbot.desk.discord_plan import Plan
from dsarbot.errors import ChannelDown, DsarbotError
from dsarbot.service.steady import Steady, rung
from dsarbot.wiring.discord import BotOf, bots

log = logging.getLogger(__name__)

_LEASE_SECONDS: Final = 60
_RENEWED: Final = 20.0
#: How a connection ends for now. The last three: an answer that is not in the form of Discord.
_ENDS: Final = (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError, TypeError)
#: Between two comparisons of what stands on Discord with what should: a backlog changes cases many times a second.
_LOOK: Final = timedelta(seconds=1)


class Talk:
    """Everything about Discord in one process. changed: rings the loops."""

    def __init__(self, app: App, holder: str, changed: Callable[[], None]) -> None:
        quiet_library()
        self._app = app
        self._holder = holder
        self._bots = bots(app.settings, app.profiles, app.organisations, app.environ)
        guilds = [guild for each in self._bots for guild in each.guilds]
        self._door = Door(app.desk, app.store, guilds, changed=changed)
        self._intake = DiscordIntake(app.desk, app.store, guilds, waits=self._door.waits)
        self._plan = Plan(app.desk, app.store, guilds)
        self._messengers = [Messenger() for _ in self._bots]
        by_guild = {
            guild.id: messenger
            for bot, messenger in zip(self._bots, self._messengers, strict=True)
            for guild in bot.guilds
        }
        lanes: tuple[Lane, ...] = ("discord", "discord-post")
        self._couriers = {
            each: Courier(app.desk, app.store, guilds, by_guild, worker=f"{holder}-{each}", lane=each) for each in lanes
        }
        self._changed = changed
        self._looked_at: datetime | None = None

    async def tend(self, stop: asyncio.Event, begun: Callable[[Steady], None]) -> None:
        """Connected, until *stop* is set."""
        async with asyncio.TaskGroup() as group:
            for number, (bot, messenger) in enumerate(zip(self._bots, self._messengers, strict=True)):
                steady = Steady("discord" if not number else f"discord-{number + 1}", self._app.clock)
                begun(steady)
                group.create_task(Connection(self._app, self._door, bot, messenger, self._changed).tend(
                    f"discord-{bot.guilds[0].id}", self._holder, steady, stop
                ))  # fmt: skip

    async def read(self) -> int:
        """What was kept becomes cases."""
        return await self._intake.process()

    async def plan(self) -> int:
        """What must stand on Discord is put into the outbox."""
        now = self._app.clock()
        if self._looked_at is not None and now - self._looked_at < _LOOK:
            return 0
        self._looked_at = now
        done = await self._plan.look()
        if done:
            self._changed()
        return 0

    async def next_plan(self) -> datetime | None:
        """A ring that came too early is answered a moment later."""
        return self._looked_at + _LOOK if self._looked_at and self._app.clock() - self._looked_at < _LOOK else None

    async def answer(self) -> int:
        """People are answered, as long as there is a connection."""
        return await self._couriers["discord"].deliver() if self.connected else 0

    async def next_answer(self) -> datetime | None:
        return await self._app.store.next_discord_job_due("discord") if self.connected else None

    async def post(self) -> int:
        """What the bot has to show stands there, or goes."""
        return await self._couriers["discord-post"].deliver() if self.connected else 0

    async def next_post(self) -> datetime | None:
        return await self._app.store.next_discord_job_due("discord-post") if self.connected else None

    @property
    def connected(self) -> bool:
        """Whether every bot has logged in: an errand is not tried before, nor given up."""
        return all(each.ready for each in self._messengers)


class Connection:
    """One bot: logged in, connected, and looked after."""

    def __init__(self, app: App, door: Door, bot: BotOf, messenger: Messenger, changed: Callable[[], None]) -> None:
        self._app = app
        self._door = door
        self._bot = bot
        self._messenger = messenger
        self._changed = changed
        mine = tuple(each.id for each in bot.guilds)
        self._direct = Direct(door, messenger, mine)
        self._missed = Missed(door, messenger, mine, self._direct)
        self._told: set[str] = set()

    async def tend(self, lease: str, holder: str, steady: Steady, stop: asyncio.Event) -> None:
        """Again and again, with longer pauses as long as it fails."""
        while not stop.is_set():
            if not await self._app.store.lease(lease, holder, _LEASE_SECONDS):
                await rung(stop, _RENEWED)
            elif await steady.attempt(lambda: self._once(lease, holder, steady, stop)) is None:
                await steady.pause(stop)

    async def _once(self, lease: str, holder: str, steady: Steady, stop: asyncio.Event) -> bool:
        try:
            await self._session(lease, holder, steady, stop)
        except discord.LoginFailure:
            self._tell(Said(bad=True, what="the token of the bot is refused; make a new one and restart"))
            raise ChannelDown from None
        except _ENDS as why:
            log.error("Discord ended the connection: %s", type(why).__name__, extra={"action": "discord_ended"})
            raise ChannelDown from None
        return True

    async def _session(self, lease: str, holder: str, steady: Steady, stop: asyncio.Event) -> None:
        flags = await flags_of(self._bot.token)
        for each in of_intents(flags, watching=any(guild.watch for guild in self._bot.guilds)):
            self._tell(each)
        content = has_content(flags) and any(guild.watch for guild in self._bot.guilds)
        interactions = Interactions()
        bot = Bot(
            self._door, interactions, content=content, awake=self._awake, direct=self._direct.take,
            seen=self._missed.seen,
        )  # fmt: skip
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(interactions.close)
            await stack.enter_async_context(bot)
            await bot.login(self._bot.token)
            interactions.open(bot.http.user_agent)
            self._messenger.connected(bot.http, interactions, bot.application_id or 0)
            stack.callback(self._messenger.disconnected)
            self._changed()
            connected = asyncio.create_task(bot.connect())
            stack.push_async_callback(_ended, connected)
            stack.push_async_callback(bot.finish)
            await self._watch(connected, lease, holder, steady, stop)

    async def _watch(
        self, connected: asyncio.Task[None], lease: str, holder: str, steady: Steady, stop: asyncio.Event
    ) -> None:
        """Until the service stops, the connection ends for good, or another process has taken the lease."""
        while not stop.is_set():
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait({connected, waiting}, timeout=_RENEWED, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            await self._missed.remember()
            if connected.done():
                connected.result()
                return
            if not await self._app.store.lease(lease, holder, _LEASE_SECONDS):
                return
            steady.gets_on()
        await self._app.store.lease(lease, holder, 0)

    async def _awake(self, bot: Bot) -> None:
        """Connected, again or for the first time: what is allowed, which commands stand, what was missed."""
        try:
            self._look(bot)
            await self._register()
            await self._missed.look(bot.look, first_of(self._app.clock()))
        except (DsarbotError, OSError) as why:
            log.error("Not all was looked at: %s", type(why).__name__, extra={"action": "discord_awake_failed"})
        log.info("Connected to Discord", extra={"action": "discord_connected"})
        self._changed()

    def _look(self, bot: Bot) -> None:
        public: frozenset[int] = frozenset()
        for each in self._bot.guilds:
            guild = bot.get_guild(each.id)
            if guild is None or guild.me is None:
                self._tell(Said(bad=True, what=f"guild {each.id}: the bot is not on this server; invite it"))
                continue
            report = look(
                guild, guild.me, guild.channels, staff=each.staff_channel, role=each.role, watch=each.watch
            )  # fmt: skip
            public |= report.public
            for line in report.said:
                self._tell(line)
        self._messenger.keep_out_of(public)

    async def _register(self) -> None:
        """Only when something changed: Discord counts creations."""
        commands = self._door.commands()
        mark = hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()[:32]
        for each in self._bot.guilds:
            name = f"discord-commands-{each.id}"
            if await self._app.store.remembered(name) == mark:
                continue
            await self._messenger.register(each.id, commands)
            async with self._app.store.transaction() as transaction:
                await transaction.remember(name, mark)

    def _tell(self, said: Said) -> None:
        """Once per process: after a short interruption nothing of it is new."""
        if said.what in self._told:
            return
        self._told.add(said.what)
        write: Callable[..., None] = log.error if said.bad else log.warning
        write("Discord: %s", said.what, extra={"action": "discord_report"})


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, *_ENDS):
        await task
