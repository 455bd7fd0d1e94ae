"""Things to do on Discord, as jobs of the outbox: codes and opaque ids, nothing of a person."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from dsarbot.desk.discord_guild import Guild
from dsarbot.errors import Tampered
from dsarbot.ports import Job

#: reply: tell the person; post: a message of the bot, new or as it must look now; delete: one that must go.
Does = Literal["reply", "post", "delete"]
_DOES: dict[str, Does] = {each: each for each in get_args(Does)}


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a job says. guild: the server's number; of: id of a contact or post; says: which words."""

    does: Does
    guild: int
    of: str
    says: str = ""


def job(guild: Guild, does: Does, of: str, at: datetime, *, says: str = "", case: str = "", mark: str = "") -> Job:
    """The job. mark: what makes it another one than that before (a card that changed again)."""
    errand = json.dumps({"does": does, "guild": guild.id, "of": of, "says": says})
    name = hashlib.sha256("\0".join(("discord", does, of, says, mark)).encode()).hexdigest()[:32]
    return Job(
        id=name,
        scope=guild.scope,
        kind="discord" if does == "reply" else "discord-post",
        object="",
        recipient=errand,
        envelope_sender="",
        message_id="",
        due_at=at,
        case=case,
    )


def reply(guild: Guild, contact: str, says: str, at: datetime, *, case: str = "", mark: str = "") -> Job:
    """Tell the person who asked."""
    return job(guild, "reply", contact, at, says=says, case=case, mark=mark)


def errand_of(some: Job) -> Errand:
    """What the job says."""
    try:
        said = json.loads(some.recipient)
        return Errand(does=_DOES[said["does"]], guild=int(said["guild"]), of=str(said["of"]), says=str(said["says"]))
    except (KeyError, TypeError, ValueError):
        raise Tampered("an errand for Discord does not have its form") from None
