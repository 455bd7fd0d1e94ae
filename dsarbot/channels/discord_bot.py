"""The bot itself: what Discord's gateway tells becomes one question to the desk each, and is answered in its form.

Order (security 4): a request is durable first, then it is acknowledged, then it is answered through the outbox. Should
the disk be slow, the acknowledgement goes first, since Discord waits three seconds and no longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import discord

from dsarbot.channels.discord_answers import Interactions, Payload
from dsarbot.channels.discord_door import Door
from dsarbot.channels.discord_translate import (
    Sender,
    Written,
    asking_of_form,
    asking_of_message,
    option,
    sender,
    subcommand,
    written,
    written_of,
)
from dsarbot.core.discord import FORM, LINK_FORM, Asking, pressed
from dsarbot.errors import DsarbotError

log = logging.getLogger(__name__)

#: After so long the acknowledgement no longer waits for the disk.
_KEEP_SECONDS: Final = 0.5
#: So many events are remembered: what the gateway tells twice is one.
_REMEMBERED: Final = 2_000
_DEFER: Final = {"type": 5, "data": {"flags": 64}}
_MENU: Final = 3
_FINISH: Final = 5.0
#: The servers are told one after the other; after so long without another one they are all there.
_READY: Final = 0.3
Step = Callable[[], Awaitable[str]]


class Bot(discord.Client):
    """One connection to Discord, for all servers of one token. awake: called when it is (again) connected."""

    def __init__(
        self,
        door: Door,
        interactions: Interactions,
        *,
        content: bool,
        awake: Callable[[Bot], Awaitable[None]],
        direct: Callable[[Written], Awaitable[None]],
        seen: Callable[[int, int], None],
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=_READY,
        )
        self._door = door
        self._interactions = interactions
        self._awake = awake
        self._direct = direct
        self._seen = seen
        self._known: dict[int, None] = {}
        self._at_work: set[asyncio.Task[object]] = set()

    # --- the gateway ----------------------------------------------------------------------------------------------

    async def on_ready(self) -> None:
        self._work()
        await self._awake(self)

    async def on_resumed(self) -> None:
        self._work()
        await self._awake(self)

    async def finish(self) -> None:
        """What was begun is ended, within a bound, before the desk closes."""
        if self.ws is not None and not self.is_closed():
            # The library must not come to be ready after its end.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FINISH):
                    await self.wait_until_ready()
                    await asyncio.sleep(0)
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=_FINISH)
            for task in late:
                task.cancel()

    def _work(self) -> None:
        """The event that is told now is being worked on."""
        if task := asyncio.current_task():
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Its kind only: what the library would print quotes people."""
        del args, kwargs
        kind = getattr(sys.exc_info()[0], "__name__", "")
        log.error("The event %s failed: %s", event_method, kind, extra={"action": "discord_event_failed"})

    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id or not self._first(message.id):
            return
        self._work()
        if message.guild is None:
            await self._direct(written(message))
            return
        await self.look(message.guild.id, _parent(message), written(message))

    async def look(self, guild: int, parent: int, message: Written) -> None:
        """A message of a watched channel: kept if triage takes it for a request."""
        watched = self._door.watched().get(guild, frozenset())
        if message.by_program or not watched & {message.channel, parent}:
            return
        if message.text and self._door.is_request(message.text):
            await self._door.keep(guild, asking_of_message(message, "message", self._door.language(guild)))
        self._seen(message.channel, message.id)

    def _first(self, number: int) -> bool:
        """Whether this event is told for the first time."""
        if number in self._known:
            return False
        self._known[number] = None
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return True

    # --- interactions ---------------------------------------------------------------------------------------------

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if not self._first(interaction.id):
            return
        self._work()
        data, who = dict(interaction.data or {}), sender(interaction)
        guild = interaction.guild_id or 0
        try:
            await self._interaction(interaction, data, guild, who)
        except (DsarbotError, OSError) as why:
            log.error("An interaction failed: %s", type(why).__name__, extra={"action": "discord_interaction_failed"})
            await self._trouble(interaction, guild, who)

    async def _interaction(
        self, interaction: discord.Interaction, data: dict[str, Any], guild: int, who: Sender
    ) -> None:
        if guild not in self._door.watched():
            await self._say(interaction, self._door.text("elsewhere", 0, who.locale))
        elif interaction.type is discord.InteractionType.application_command:
            await self._command(interaction, data, guild, who)
        elif interaction.type is discord.InteractionType.component:
            await self._button(interaction, str(data.get("custom_id", "")), guild, who)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._form(interaction, data, guild, who)

    async def _command(self, interaction: discord.Interaction, data: dict[str, Any], guild: int, who: Sender) -> None:
        if data.get("type") == _MENU:
            await self._menu(interaction, data, guild, who)
            return
        match subcommand(data):
            case "request":
                await self._first_word(interaction, self._door.form(guild, who.locale))
            case "status":
                await self._later(interaction, lambda: self._door.status(guild, who.id, who.locale))
            case "withdraw":
                await self._withdraw(interaction, guild, who, option(data, "reference"))
            case "link" if code := option(data, "code"):
                await self._later(interaction, lambda: self._door.try_code(guild, who.id, code, who.locale))
            case "link":
                await self._first_word(interaction, self._door.link_form(who.locale))
            case _:
                await self._say(interaction, self._door.text("help", guild, who.locale))

    async def _button(self, interaction: discord.Interaction, name: str, guild: int, who: Sender) -> None:
        does, of = pressed(name)
        if does != "ask":
            press = (does, of)
            await self._later(interaction, lambda: self._door.press(guild, who.id, who.roles, press, interaction.id))
        elif await self._door.is_author(guild, of, who.id):
            await self._first_word(interaction, self._door.form(guild, who.locale, of))
        else:
            await self._say(interaction, self._door.text("not-yours", guild, who.locale))

    async def _form(self, interaction: discord.Interaction, data: dict[str, Any], guild: int, who: Sender) -> None:
        fields = self._door.fields(data.get("components", ()))
        name, _, answers = str(data.get("custom_id", "")).partition(":")
        if name == LINK_FORM:
            address = "".join(fields.get("email", ()))
            await self._later(interaction, lambda: self._door.ask_for_code(guild, who.id, address, who.locale))
            return
        asking = asking_of_form(interaction, who, fields, answers)
        if name != FORM or not asking.text.strip() or not asking.rights:
            await self._say(interaction, self._door.text("empty", guild, who.locale))
            return
        await self._kept(interaction, guild, asking)

    async def _menu(self, interaction: discord.Interaction, data: dict[str, Any], guild: int, who: Sender) -> None:
        """A message that its author, or staff, wants to be treated as a request: received when it was written."""
        message = _target(data)
        staff = self._door.is_staff(guild, who.id, who.roles)
        mine = message is not None and message.author == who.id
        if message is None or not message.text or message.by_program:
            await self._say(interaction, self._door.text("no-message", guild, who.locale))
        elif mine:
            asking = asking_of_message(message, "mine", self._door.language(guild), answer=interaction)
            await self._kept(interaction, guild, asking)
        elif staff:
            asking = asking_of_message(message, "theirs", self._door.language(guild))
            await self._later(interaction, lambda: self._taken(guild, asking, who))
        else:
            await self._say(interaction, self._door.text("menu-not-yours", guild, who.locale))

    async def _taken(self, guild: int, asking: Asking, who: Sender) -> str:
        await self._door.keep(guild, asking)
        return self._door.text("menu-done", guild, who.locale)

    async def _withdraw(self, interaction: discord.Interaction, guild: int, who: Sender, reference: str) -> None:
        asking = asking_of_form(interaction, who, {"about": (reference,)}, "", how="withdrawal")
        await self._first_word(interaction, _DEFER)
        if said := await self._door.withdraw(guild, asking, reference):
            await self._answer(interaction, said)

    # --- how something is said ------------------------------------------------------------------------------------

    async def _kept(self, interaction: discord.Interaction, guild: int, asking: Asking) -> None:
        """Durable, then acknowledged; the answer comes through the outbox, and never before."""
        telling: list[asyncio.Task[None]] = []

        async def tell() -> None:
            if not telling:
                telling.append(asyncio.create_task(self._first_word(interaction, _DEFER)))
            await telling[0]

        keeping = asyncio.create_task(self._door.keep(guild, asking, then=tell))
        _, late = await asyncio.wait({keeping}, timeout=_KEEP_SECONDS)
        if late:
            await tell()
        new = await keeping
        if not new and asking.how == "mine":
            await self._answer(interaction, await self._door.status(guild, asking.user, asking.language))

    async def _later(self, interaction: discord.Interaction, work: Step) -> None:
        await self._first_word(interaction, _DEFER)
        await self._answer(interaction, await work())

    async def _say(self, interaction: discord.Interaction, text: str) -> None:
        await self._first_word(interaction, self._door.alone(text))

    async def _first_word(self, interaction: discord.Interaction, payload: Payload) -> None:
        went = await self._interactions.acknowledge(interaction.id, interaction.token, payload)
        interaction.extras["told"] = went
        if went == "refused":
            log.warning("An interaction could not be acknowledged", extra={"action": "discord_not_acknowledged"})

    async def _answer(self, interaction: discord.Interaction, text: str) -> None:
        await self._interactions.answer(interaction.application_id, interaction.token, self._door.edited(text))

    async def _trouble(self, interaction: discord.Interaction, guild: int, who: Sender) -> None:
        text = self._door.text("trouble", guild, who.locale)
        try:
            if "told" in interaction.extras:
                await self._answer(interaction, text)
            else:
                await self._say(interaction, text)
        except DsarbotError:
            log.warning("Nor could that be said", extra={"action": "discord_not_acknowledged"})


def _parent(message: discord.Message) -> int:
    return message.channel.parent_id if isinstance(message.channel, discord.Thread) else 0


def _target(data: Mapping[str, Any]) -> Written | None:
    """The message on which a context menu was opened; its text comes with it, whatever the intents."""
    raw = data.get("resolved", {}).get("messages", {}).get(str(data.get("target_id", "")))
    return written_of(raw) if raw else None
