"""What stays the same in every copy of one mail, also in one that a list has passed on."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Final

from dsarbot.reading.mail import Mail, content_digest

#: What lists put before a subject: "[group] ".
_TAGS: Final = re.compile(r"(?:\s*\[[^\[\]]{1,60}\])+\s*")


def copy_mark(mail: Mail, digest: str) -> str:
    """The same for each copy of a mail, whatever Message-ID and tag of the subject a list has given it; "" when nothing
    tells. The sender's program wrote its date to the second: whoever asks again later has another one.

    digest: of its content."""
    if mail.date is None or not mail.sender.address:
        return ""
    if tagged := _TAGS.match(mail.subject):
        digest = content_digest(replace(mail, subject=mail.subject[tagged.end() :]))
    return hashlib.sha256(f"{mail.date.isoformat()}\0{digest}".encode()).hexdigest()
