"""Phrases of the letters: names of rights, what the law says of a ground, what a person wrote, as they are printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dsarbot.desk.citing import cite
from dsarbot.desk.dating import listed
from dsarbot.desk.occasion import Occasion
from dsarbot.desk.sections import Blocks, Line, Span, clean, read
from dsarbot.desk.template import fill
from dsarbot.desk.templates import TemplateSource

_NAME: Final = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){1,78}[^\W\d_.]?\.?")
_MARKETING: Final = "objection-marketing"


def printable_name(name: str) -> str:
    """The name as a salutation may say it, "" when it is no name: an address, a role, something with markup."""
    name = clean(name)
    return name if _NAME.fullmatch(name) else ""


def sentence(text: str) -> str:
    """What somebody typed, with a full stop at its end."""
    text = clean(text)
    return text if not text or text[-1] in ".!?…" else f"{text}."


def line_of(text: str) -> Line:
    """A line of plain words, empty for none."""
    text = clean(text)
    return (Span(text),) if text else ()


def right_name(slug: str, occasion: Occasion, sources: TemplateSource) -> str:
    """``right of access (Art. 15 GDPR)``."""
    if slug == _MARKETING:
        own, article = sources.phrases(occasion.language, "rights").get(slug, slug), "21(2)"
    else:
        right = occasion.rights[slug]
        own, article = right.names.get(occasion.language) or right.names.get("en", slug), right.article
    own = own.replace("'", "’")
    return f"{own} ({cite(article, occasion.language)})"


def ground_text(slug: str, occasion: Occasion, sources: TemplateSource) -> Blocks:
    """The law behind a ground, with the articles that these rights cite for it; nothing where none knows it."""
    known = occasion.grounds(slug)
    if not known:
        return ()
    texts = sources.phrases(occasion.language, "grounds")
    own = next((ground.text[occasion.language] for ground in known if ground.text), "")
    articles = [cite(each, occasion.language) for each in dict.fromkeys(ground.article for ground in known)]
    return fill(own or texts.get(slug) or texts["other"], {"article": listed(articles, occasion.language)})


def by_law(texts: Mapping[str, str], occasion: Occasion) -> Blocks:
    """The phrase for the jurisdiction, else the one that is true all over the Union."""
    return read(texts.get(occasion.letterhead.court_key) or texts.get("court-eu", ""))
