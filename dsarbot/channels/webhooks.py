"""One event to one system: a signed POST, and what is made of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from dsarbot.channels.http_client import HttpClient, Trouble
from dsarbot.core.webhooks import Event, Hook, body, signature

#: RFC 9110 15.5.11: "likely to be permanent": whoever says so wants no more of it.
_GONE: Final = 410


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How one delivery ended, in the words of the outbox."""

    kind: Literal["accepted", "refused", "deferred"]
    slug: str
    enhanced: str | None = None


async def tell(client: HttpClient, hook: Hook, event: Event, now: datetime) -> Told:
    """Deliver. At least once: whoever gets the same id again has heard of it already."""
    content, seconds = body(event), int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "Dsarbot-Event": event.kind.value,
        "Dsarbot-Event-Id": event.id,
        "Dsarbot-Timestamp": str(seconds),
        "Dsarbot-Signature": signature(hook.secret, event.id, seconds, content),
    }
    try:
        answer = await client.send("POST", hook.url, content=content, headers=headers)
    except Trouble as why:
        # Also by a rule of ours: the configuration may allow it again.
        return Told(kind="deferred", slug=why.slug)
    if 200 <= answer.status < 300:
        return Told(kind="accepted", slug=str(answer.status))
    return Told(kind="refused" if answer.status == _GONE else "deferred", slug=str(answer.status))
