"""What `dsarbot doctor` says of Discord: whether the bot can log in, what it has, lacks, and has too much of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from dsarbot.cli.doctor_findings import Finding, fault, from_error, note, ok, split
from dsarbot.config import Settings
from dsarbot.errors import ConfigError
from dsarbot.settings.discord import DiscordSettings


async def discord_findings(settings: Settings, environ: Mapping[str, str]) -> list[Finding]:
    """One after the other: Discord counts requests."""
    found: list[Finding] = []
    for each in settings.discord:
        found += await _of(each, environ)
    return found


async def _of(server: DiscordSettings, environ: Mapping[str, str]) -> list[Finding]:
    check = f"discord {server.key}"
    try:
        import discord

        from dsarbot.channels.discord_rest import quiet_library
        from dsarbot.channels.discord_rights import checked
    except ModuleNotFoundError as missing:
        return [fault(check, f"{missing.name} is not installed", "pip install 'dsarbot[discord]'")]
    quiet_library()
    try:
        token = server.token.read(environ).get_secret_value()
        async with asyncio.timeout(30):
            name, said = await checked(
                token,
                guild=server.guild,
                staff=server.staff_channel,
                role=server.staff_role,
                watch=server.watch,
            )
    except ConfigError as why:
        return list(from_error(check, why))
    except discord.LoginFailure:
        return [fault(check, "the token of the bot is refused", "make a new one in the developer portal")]
    except (discord.DiscordException, OSError, TimeoutError) as why:
        return [fault(check, f"Discord cannot be reached ({type(why).__name__})", "check the way to discord.com")]
    lines = [split("fault" if each.bad else "note", check, each.what) for each in said]
    if not server.staff:
        lines.append(note(check, "nobody is named under staff, so no button on a card can be pressed"))
    return [ok(check, f"logs in as {name}"), *lines]
