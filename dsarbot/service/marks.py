"""Whose mark is it? Two installations on one mailbox would each answer what the other answered already.

The only trace of the other is our keyword on mails that were never kept here. A mail that a person moved back, or
a folder made anew, bears it too, but is known by Message-ID and content.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsarbot.channels.imap_types import Fetched
from dsarbot.errors import TheirInput
from dsarbot.ports import Scope, Store
from dsarbot.reading.mail import content_digest, parse

#: Mails of one batch that are looked at: one is enough for an alarm.
_LOOKED_AT = 3


async def marked_elsewhere(mails: Sequence[Fetched], keyword: str, *, store: Store, scopes: Sequence[Scope]) -> bool:
    """True if a mail bears the keyword and none of the scopes has kept it."""
    marked = [mail for mail in mails if mail.complete and keyword.lower() in {flag.lower() for flag in mail.flags}]
    return any([not await kept_before(mail.raw, store, scopes) for mail in marked[:_LOOKED_AT]])


async def kept_before(raw: bytes, store: Store, scopes: Sequence[Scope]) -> bool:
    """True if one of the scopes has a mail with this Message-ID and content, or nobody can tell."""
    try:
        mail = parse(raw)
    except (TheirInput, ValueError, LookupError, RecursionError):
        # What cannot be read proves nothing.
        return True
    digest = content_digest(mail)
    for scope in scopes:
        if await store.duplicate_of(scope, mail.message_id or "", digest) is not None:
            return True
    return False
