"""The words of a mail that staff wrote by hand, as they become the text of an answer that the journal knows."""

from __future__ import annotations

from typing import Final

from dsarbot.core.case import Joined
from dsarbot.desk.batches import pieces
from dsarbot.errors import NotFound
from dsarbot.ports import Scope, Store, Vault
from dsarbot.reading.mail import parse
from dsarbot.reading.replies import split
from dsarbot.reading.skeleton import join

#: Of the words of such a mail, this much stands in the case; the whole mail stays in the vault.
_MOST_TEXT: Final = 20_000


async def words_of(store: Store, vault: Vault, scope: Scope, joined: Joined) -> tuple[str, str]:
    """Subject and text of the mail; empty when its bytes are gone."""
    try:
        row = await store.inbound(scope, joined.inbound)
    except NotFound:
        return "", ""
    parts = await pieces(row, vault)
    if not parts or parts[0] is None:
        return "", ""
    mail = parse(join(parts[0], parts[1:]))
    return mail.subject, split(mail.text).new_text[:_MOST_TEXT]
