"""What `dsarbot watch` writes: what is silent, what still is, what works again. Text and HTML; nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from dsarbot.core.dates import Language
from dsarbot.core.watch import Report, Told, Trouble
from dsarbot.desk.dating import local_day, long
from dsarbot.desk.digest_facts import Digest
from dsarbot.desk.digest_html import as_html
from dsarbot.desk.digest_lines import Row, Sayer
from dsarbot.desk.digest_page import Block, Page
from dsarbot.desk.digest_text import as_text
from dsarbot.desk.digest_words import Words, words


def watch_mail(report: Report, language: Language, zone: str, now: datetime) -> Digest:
    """The mail about one look. zone: in which times are given."""
    told, today = words(language, "watch"), local_day(now, zone)
    say = Sayer(words=words(language), day=today, zone=zone)
    counts = ", ".join(_counts(report, told))
    day, time = say.moment(now)
    page = Page(
        language=language,
        subject=told.text("subject", counts=counts),
        title=told.text("title"),
        day=long(today, language),
        headline=told.text("headline" if report.new or report.lasting else "well"),
        blocks=tuple(block for block in _blocks(report, told, say) if block.rows),
        picture="",
        bars=(),
        foot=(told.text("foot.what"), told.text("foot.as_of", day=day, time=time, zone=zone)),
        witness="",
        scale="",
    )
    return Digest(subject=page.subject, text=as_text(page), html=as_html(page))


def _counts(report: Report, told: Words) -> Iterator[str]:
    numbers = {"new": len(report.new), "lasting": len(report.lasting), "over": len(report.over)}
    yield from (told.count(f"counts.{key}", number) for key, number in numbers.items() if number)


def _blocks(report: Report, told: Words, say: Sayer) -> Iterator[Block]:
    yield Block(title=told.text("titles.new"), rows=tuple(_row(each, told, say) for each in report.new))
    yield Block(title=told.text("titles.lasting"), rows=tuple(_lasting(each, told, say) for each in report.lasting))
    yield Block(title=told.text("titles.over"), rows=tuple(_over(each, told, say) for each in report.over))


def _row(trouble: Trouble, told: Words, say: Sayer) -> Row:
    day, time = say.moment(trouble.since) if trouble.since else ("", "")
    since = told.text(_since(trouble), day=day, time=time) if trouble.since else told.text("never")
    dated = () if trouble.kind.startswith("database") else (since,)
    return Row(
        state="late",
        badge=told.text("badges.new"),
        lead=_name(trouble, told),
        details=(told.text(f"kinds.{trouble.kind}.said"), *dated),
    )


def _since(trouble: Trouble) -> str:
    """Signs of life are seen, dates are missed."""
    return "late" if trouble.kind in ("outbox", "staff-mail", "timers") else "last"


def _lasting(each: Told, told: Words, say: Sayer) -> Row:
    row = _row(each.trouble, told, say)
    day, time = say.moment(each.found_at)
    details = (*row.details, told.text("found", day=day, time=time))
    return Row(state="late", badge=told.text("badges.lasting"), lead=row.lead, details=details)


def _over(each: Told, told: Words, say: Sayer) -> Row:
    day, time = say.moment(each.found_at)
    found = told.text("found", day=day, time=time)
    return Row(state="done", badge=told.text("badges.over"), lead=_name(each.trouble, told), details=(found,))


def _name(trouble: Trouble, told: Words) -> str:
    # What was told before an update may be of a part that there is no more.
    subject = told.texts.get(f"loops.{trouble.subject}", trouble.subject) if trouble.kind == "loop" else trouble.subject
    return told.text(f"kinds.{trouble.kind}.name", subject=subject)
