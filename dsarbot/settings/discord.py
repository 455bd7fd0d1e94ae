"""The tables about Discord: one server (guild) each, bound to one organisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from dsarbot.core.dates import Language
from dsarbot.settings.base import Key, Line, Table
from dsarbot.settings.secrets import SecretSource
from dsarbot.settings.service import exactly_one

#: Discord gives numbers of this size since 2015, and stores them in 63 bits.
_LEAST, _MOST = 10**15, 2**63


def _snowflake(value: int) -> int:
    if not _LEAST <= value < _MOST:
        raise ValueError(
            "is no Discord id; switch on the developer mode, right-click, Copy ID, and write 17 to 20 digits"
        )
    return value


Snowflake = Annotated[int, AfterValidator(_snowflake)]


class DiscordSettings(Table):
    """[[discord]]: a door on one server. watch: channels in which requests are looked for; staff: the account there of
    each member of staff who may press buttons, by key; hint_hours: how long a hint stays in a channel; keep_days: how
    long the bot's messages about a case stay after its end."""

    key: Key
    organisation: Key
    token_file: Path | None = None
    token_env: Line | None = None
    guild: Snowflake
    staff_channel: Snowflake
    staff_role: Snowflake
    watch: tuple[Snowflake, ...] = ()
    staff: Mapping[Key, Snowflake] = {}
    language: Language | None = None
    summary_at: time = time(8)
    hint_hours: Annotated[int, Field(ge=1, le=168)] = 24
    keep_days: Annotated[int, Field(ge=1, le=365)] = 30

    @field_validator("token_env")
    @classmethod
    def _one_secret(cls, env: str | None, info: ValidationInfo) -> str | None:
        return exactly_one(env, info, "token")

    @field_validator("watch")
    @classmethod
    def _not_where_staff_talk(cls, watch: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        if info.data.get("staff_channel") in watch:
            raise ValueError("names the staff channel; the bot would answer its own staff")
        return watch

    @field_validator("staff")
    @classmethod
    def _one_each(cls, staff: Mapping[str, int]) -> Mapping[str, int]:
        # security 21: every command has exactly one actor.
        if len(set(staff.values())) < len(staff):
            raise ValueError("gives two people one account; each needs an account of their own")
        return staff

    @field_validator("summary_at")
    @classmethod
    def _is_local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("has an offset; write the local time such as 08:00:00")
        return value.replace(second=0, microsecond=0)

    @property
    def token(self) -> SecretSource:
        """Where the token of the bot comes from."""
        return SecretSource(option=f"discord[{self.key}].token", file=self.token_file, env=self.token_env)
