"""What the bot has, lacks, and has too much of, on one server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import discord

#: By channel: what is needed there and no more.
STAFF = discord.Permissions(view_channel=True, send_messages=True, embed_links=True, read_message_history=True)
WATCHED = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
#: What a bot like this should never hold: whoever steals its token holds it too.
TOO_MUCH = discord.Permissions(
    administrator=True, manage_guild=True, manage_roles=True, manage_channels=True, manage_webhooks=True,
    manage_messages=True, kick_members=True, ban_members=True, moderate_members=True, view_audit_log=True,
    manage_nicknames=True, mention_everyone=True, manage_expressions=True, manage_events=True,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """One observation. bad: it does not work, or must not be used, like this; what: for an operator."""

    bad: bool
    what: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """said: everything to tell; public: channels for staff that everybody can read."""

    said: tuple[Said, ...]
    public: frozenset[int] = frozenset()


def look(
    guild: discord.Guild,
    me: discord.Member,
    channels: Iterable[discord.abc.GuildChannel],
    *,
    staff: int,
    role: int,
    watch: Iterable[int],
) -> Report:
    """The report of one server, from its channels as they are now."""
    known = {each.id: each for each in channels}
    found: list[Said] = []
    public: set[int] = set()
    for number, wanted, name in ((staff, STAFF, "staff_channel"), *((each, WATCHED, "watch") for each in watch)):
        channel = known.get(number)
        if channel is None:
            found.append(Said(bad=True, what=f"{name} {number}: there is no such channel, or the bot cannot see it"))
            continue
        found += _lacking(f"{name} {number}", channel.permissions_for(me), wanted)
        if number == staff and channel.permissions_for(guild.default_role).view_channel:
            public.add(number)
            found.append(
                Said(bad=True, what=f"{name} {number}: everybody can read it, so nothing is posted; make it private")
            )
    found += _of_role(guild, role)
    found += _too_much(guild, me)
    return Report(said=tuple(found), public=frozenset(public))


def of_intents(flags: discord.ApplicationFlags, *, watching: bool) -> Iterator[Said]:
    """Privileged intents: which are switched on, and whether they are needed."""
    content = has_content(flags)
    if watching and not content:
        yield Said(
            bad=False,
            what="without the message content intent watched channels show only messages that mention the bot;"
            " commands, the context menu and direct messages work",
        )
    if content and not watching:
        yield Said(bad=False, what="the message content intent is on and not needed: no channel is watched")
    if flags.gateway_guild_members or flags.gateway_guild_members_limited:
        yield Said(bad=False, what="the server members intent is on and not needed; switch it off")
    if flags.gateway_presence or flags.gateway_presence_limited:
        yield Said(bad=False, what="the presence intent is on and not needed; switch it off")


def has_content(flags: discord.ApplicationFlags) -> bool:
    """Whether the bot may read what others write."""
    return flags.gateway_message_content or flags.gateway_message_content_limited


def _lacking(where: str, have: discord.Permissions, wanted: discord.Permissions) -> Iterator[Said]:
    if names := [name for name, needed in wanted if needed and not getattr(have, name)]:
        yield Said(bad=True, what=f"{where}: the bot lacks {', '.join(names)}")


def _of_role(guild: discord.Guild, role: int) -> Iterator[Said]:
    known = guild.get_role(role)
    if known is None:
        yield Said(bad=True, what=f"staff_role {role}: there is no such role on the server")
    elif not known.mentionable:
        yield Said(bad=False, what="staff_role cannot be mentioned by the bot; allow it, or alarms ping nobody")


def _too_much(guild: discord.Guild, me: discord.Member) -> Iterator[Said]:
    held = me.guild_permissions
    names = ["administrator"] if held.administrator else [n for n, bad in TOO_MUCH if bad and getattr(held, n)]
    if names:
        yield Said(bad=False, what=f"the bot has more than it needs on the server {guild.id}: {', '.join(names)}")


async def flags_of(token: str) -> discord.ApplicationFlags:
    """What is switched on for the application. LoginFailure for a token that is none any more."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        return client.application.flags if client.application else discord.ApplicationFlags()


async def checked(token: str, *, guild: int, staff: int, role: int, watch: Sequence[int]) -> tuple[str, list[Said]]:
    """As whom the bot logs in, and everything to say of one server; without a connection to the gateway."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        me, application = client.user, client.application
        said = list(of_intents(application.flags, watching=bool(watch))) if application else []
        try:
            server = await client.fetch_guild(guild)
            member = await server.fetch_member(me.id if me else 0)
            channels = await server.fetch_channels()
        except (discord.Forbidden, discord.NotFound):
            return str(me), [*said, Said(bad=True, what=f"guild {guild}: the bot is not on this server; invite it")]
        report = look(server, member, channels, staff=staff, role=role, watch=watch)
        return str(me), [*said, *report.said]
