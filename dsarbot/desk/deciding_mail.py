"""Mails to whoever is asked for a decision: the way to its page, and the code that opens it.

practice 13: reference and kind of letter; nothing about a person. The link stands in one mail and the code in another,
so that a forwarded mail, or a scanner that opens every link, opens nothing (security 16)."""

from __future__ import annotations

from datetime import datetime

from dsarbot.core.case import Letter
from dsarbot.desk.dating import long
from dsarbot.desk.digest_desk import DigestDesk
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.digest_html import as_html
from dsarbot.desk.digest_page import Block, Page
from dsarbot.desk.digest_text import as_text
from dsarbot.desk.digest_words import words


def asked_mail(
    desk: DigestDesk, *, reference: str, letter: Letter, asker: str, link: str, until: datetime, now: datetime
) -> Digest:
    """asker: the name of whoever asks; link: where the page is; until: how long it opens anything."""
    told = words(desk.language, "decision")
    kind = words(desk.language).texts.get(f"letters.{letter.moment}", letter.moment)
    tail = (link, told.text("asked.until", day=long(desk.day(until), desk.language)), told.text("asked.how"))
    block = Block(
        title=told.text("asked.where"), hint=told.text("asked.about", kind=kind, reference=reference), tail=tail
    )
    return _mail(
        desk, told.text("asked.subject", reference=reference), told.text("asked.headline", who=asker), block, now
    )


def code_mail(desk: DigestDesk, *, code: str, now: datetime) -> Digest:
    """Six digits, and nothing that says of what."""
    told = words(desk.language, "decision")
    block = Block(
        title=f"{code[:3]} {code[3:]}", hint=told.text("code.valid"), tail=(told.text("code.not_you"),)
    )  # fmt: skip
    return _mail(desk, told.text("code.subject"), told.text("code.headline"), block, now)


def _mail(desk: DigestDesk, subject: str, headline: str, block: Block, now: datetime) -> Digest:
    page = Page(
        language=desk.language,
        subject=subject,
        title=words(desk.language, "notice").text("title", organisation=desk.name),
        day=long(desk.day(now), desk.language),
        headline=headline,
        blocks=(block,),
        picture="",
        bars=(),
        foot=(),
        witness="",
        scale="",
    )
    return Digest(subject=page.subject, text=as_text(page), html=as_html(page))
