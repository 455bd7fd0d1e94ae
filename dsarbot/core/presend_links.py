"""Rules of the pre-send check about links to the case (security 16)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dsarbot.core.codes import BLANK as CODE
from dsarbot.core.letter import NOT_LINKED
from dsarbot.core.links import BLANK, WORDS, Purpose
from dsarbot.core.presend_look import Finding, Look, block

_SOURCE: Final = 'security 16: a link is random, "bound to purpose and party"'
#: A link as it stands in a letter that has left.
_WRITTEN: Final = re.compile(r"/o/[a-z0-9-]{1,100}/[a-z]/[0-9a-fA-F]{32}\b")
_PASTED: Final = "A link was copied into the letter; it opens what was meant for another one. Take it out."
_OTHERS: Final = "A link to the case would stand in a letter to somebody else, or on paper; take it out."
_BROKEN: Final = "The place of the link or of the code was changed; write it again as it was, or take it out."


def link(look: Look) -> Iterator[Finding]:
    """The link of a letter is made when it leaves, for whom it goes to, and stands in no letter to others."""
    for key, text in look.text.items():
        if _WRITTEN.search(text):
            yield block("link-pasted", _PASTED, _SOURCE, key)
        # A party's letter has a link of its own, to what that party was asked and nothing else (practice 28).
        others = text.replace(f"/{WORDS[Purpose.ANSWER]}/{BLANK}", "") if look.letter.purpose.hop else text
        if BLANK in others and (look.letter.moment in NOT_LINKED or look.letter.medium != "mail"):
            yield block("link-to-others", _OTHERS, _SOURCE, key)
        if "••" in text.replace(BLANK, "").replace(CODE, ""):
            yield block("link-broken", _BROKEN, _SOURCE, key)
