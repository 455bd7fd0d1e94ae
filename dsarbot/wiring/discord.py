"""From the configuration to the servers of Discord as the desk sees them. Pure but for the tokens, read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from dsarbot.config import Settings
from dsarbot.core.access import Permission, may
from dsarbot.desk.discord_guild import Guild
from dsarbot.desk.organisation import Organisation
from dsarbot.settings.discord import DiscordSettings
from dsarbot.settings.profile import Profile


@dataclass(frozen=True, kw_only=True)
class BotOf:
    """The servers that one token serves."""

    token: str = field(repr=False)
    guilds: tuple[Guild, ...]


def bots(
    settings: Settings,
    profiles: Mapping[str, Profile],
    organisations: Mapping[str, Organisation],
    environ: Mapping[str, str],
) -> Sequence[BotOf]:
    """One for each token. ConfigError when one cannot be read."""
    by_token: dict[str, list[Guild]] = {}
    for each in settings.discord:
        guild = guild_of(each, settings, profiles[each.organisation], organisations[each.organisation])
        by_token.setdefault(each.token.read(environ).get_secret_value(), []).append(guild)
    return [BotOf(token=token, guilds=tuple(guilds)) for token, guilds in by_token.items()]


def guild_of(own: DiscordSettings, settings: Settings, profile: Profile, organisation: Organisation) -> Guild:
    """One server."""
    named = settings.organisation(own.organisation)
    people = {each.key: each for each in settings.staff}
    orders = frozenset(
        key for key in own.staff if key in people and people[key].active and may(people[key].roles, Permission.ORDERS)
    )
    web = settings.web
    return Guild(
        key=own.key,
        id=own.guild,
        organisation=organisation,
        staff_channel=own.staff_channel,
        role=own.staff_role,
        name=profile.organisation.legal_name,
        contact=named.contact.email or named.mail_from,
        zone=organisation.rules.jurisdiction.tz,
        language=own.language or settings.service.language,
        watch=frozenset(own.watch),
        staff={account: key for key, account in own.staff.items()},
        orders=orders,
        console=web.url if web else "",
        portal=web.portal_of(own.organisation) if web and named.portal else "",
        summary_at=own.summary_at,
        hint=timedelta(hours=own.hint_hours),
        keep=timedelta(days=own.keep_days),
    )
