"""The DPO's daily digest: `build` puts the facts into words. What it may say is decided by `digest_facts`, where the
facts come from by `digest_gather`, who gets it and when by `digest_send`.
"""

from __future__ import annotations

from datetime import datetime

from dsarbot.core.dates import Language
from dsarbot.desk.digest_facts import Digest, DigestInput
from dsarbot.desk.digest_html import as_html
from dsarbot.desk.digest_page import page
from dsarbot.desk.digest_text import as_text
from dsarbot.desk.digest_words import words

__all__ = ["Digest", "DigestInput", "build"]


def build(facts: DigestInput, language: Language, now: datetime) -> Digest:
    """Subject, text and HTML of one digest; the two say the same. *now*: the instant that it is true of."""
    written = page(facts, words(language), now)
    return Digest(subject=written.subject, text=as_text(written), html=as_html(written))
