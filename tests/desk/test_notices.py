"""Notices in words: every kind in every language, and nothing that must not stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest

from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.dates import Language
from dsarbot.core.watch import LOOPS, Report, Told, Trouble, report
from dsarbot.desk.alarms_lines import group
from dsarbot.desk.digest_words import words
from dsarbot.desk.notices import Reader, notice
from dsarbot.desk.watch_mail import watch_mail
from tests.desk.digest_samples import NOW, desk
from tests.store.samples import alarm

DESK = Path(__file__).resolve().parent.parent.parent / "dsarbot"
LANGUAGES: tuple[Language, ...] = get_args(Language)
DUE = ("due-5", "due-2", "due-1", "due-0", "overdue")
KINDS = (
    *DUE, *(f"held-{each}" for each in DUE), "held", "held-hand-over", "held-hand-over-late",
    "hop-forward", "hop-late", "hop-bounced", "hop-silent", "hop-overdue", "instruction-stopped", "held-look-alike",
    *(f"inquiry-{each}" for each in DUE),
    "letter-delayed", "letter-deferred", "letter-returned", "letter-refused", "letter-bounced",
    "extension-unsent", "extension-bounced", "copy-verdict", "copy-still-at",
    "mailbox", "outbox", "unread", "clock", "undeliverable", "unheard", "digest",
)  # fmt: skip
TROUBLES = (
    "service", "loop", "mailbox", "outbox", "staff-mail", "timers", "clock", "digest", "database", "database-write",
)  # fmt: skip


def sample(kind: str, **changes: object) -> Alarm:
    made = alarm(organisation="example", kind=kind, subject="DSR-2026-00001-X", day=date(2026, 12, 1), raised_at=NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def keys(language: Language, kind: str) -> set[str]:
    return set(words(language, kind).texts)


@pytest.mark.parametrize("kind", ["notice", "watch"])
def test_every_language_has_the_same_words_with_the_same_values(kind: str) -> None:
    for language in LANGUAGES:
        assert keys(language, kind) == keys("en", kind), language
        for key in keys("en", kind):
            values = [set(re.findall(r"{(\w+)}", words(each, kind).texts[key])) for each in (language, "en")]
            assert values[0] == values[1], (language, key)


def test_the_words_speak_of_the_kinds_that_exist_and_of_no_other() -> None:
    for kind, wanted in (("notice", KINDS), ("watch", TROUBLES)):
        assert {key.split(".")[1] for key in keys("en", kind) if key.startswith("kinds.")} == set(wanted)


def test_every_kind_that_the_code_raises_has_words() -> None:
    """The kinds are strings in a few modules: what is written there is looked up here."""
    written = set(_kinds(DESK / "core" / "watch.py")) | {"database"}
    assert written == set(TROUBLES)


def _kinds(path: Path) -> Iterator[str]:
    yield from re.findall(r'kind="([a-z-]+)"', path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_says_the_same_in_text_and_html(kind: str, language: Language) -> None:
    spoken = replace(desk(), language=language)
    found = notice([sample(kind)], spoken, Reader(key="anna", owner="anna"), hidden=frozenset(), now=NOW)
    plain = " ".join(found.text.split())
    html = " ".join(re.sub(r"<[^>]+>", " ", found.html.partition("<body")[2]).split())
    said = " ".join(words(language, "notice").text(f"kinds.{kind}.said").split())
    for text in (plain, html.replace("&#x27;", "'")):
        assert said in text
        assert "dsarbot alarms ack 00000000" in text
    assert "{" not in plain
    assert "DSR-2026" not in found.subject
    assert found.subject != words(language, "notice").text("subject", counts="")


def test_the_groups_count_every_kind_once() -> None:
    assert {kind: group(kind) for kind in KINDS} == {
        **dict.fromkeys(DUE[:4], "due"), "overdue": "late",
        **{f"held-{each}": "due" for each in DUE[:4]}, "held-overdue": "late", "held": "held",
        **{f"inquiry-{each}": "due" for each in DUE[:4]}, "inquiry-overdue": "late",
        "copy-verdict": "due", "copy-still-at": "due", "held-hand-over": "held", "held-hand-over-late": "held",
        "held-look-alike": "held",
        **dict.fromkeys(
            [each for each in KINDS if each.startswith(("letter", "extension", "hop", "instruction"))], "letters"
        ),
        **dict.fromkeys(("mailbox", "outbox", "unread", "clock", "undeliverable", "unheard", "digest"), "service"),
    }  # fmt: skip


def test_why_it_comes_to_somebody_else_is_said() -> None:
    def headline(reader: str, level: Level) -> str:
        one = sample("due-1", level=level)
        found = notice([one], desk(), Reader(key=reader, owner="anna"), hidden=frozenset(), now=NOW)
        return " ".join(found.text.split())

    assert "You get this" not in headline("anna", Level.DEPUTY)
    assert "You get this because A.B. is away." in headline("bruno", Level.OWNER)
    assert "nobody has acknowledged it within a working day" in headline("bruno", Level.DEPUTY)


def test_a_notice_of_many_alarms_is_cut_and_says_so() -> None:
    many = [sample("held", id=f"{number:032x}", subject=f"{number:032x}") for number in range(60)]
    found = notice(many, desk(), Reader(key="anna", owner="anna"), hidden=frozenset(), now=NOW)
    assert "and 10 more: dsarbot alarms" in found.text
    assert found.subject == "Privacy desk alarm: 60 held for a person"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TROUBLES)
def test_the_watch_has_words_for_every_trouble_and_its_end(kind: str, language: Language) -> None:
    trouble = Trouble(kind=kind, subject="privacy", since=NOW)
    told = Told(trouble=trouble, found_at=NOW, told_at=NOW)
    new = watch_mail(Report(is_due=True, new=(trouble,)), language, "Europe/Paris", NOW)
    lasting = watch_mail(Report(is_due=True, lasting=(told,)), language, "Europe/Paris", NOW)
    over = watch_mail(Report(is_due=True, over=(told,)), language, "Europe/Paris", NOW)
    said = " ".join(words(language, "watch").text(f"kinds.{kind}.said").split())
    assert [said in " ".join(each.text.split()) for each in (new, lasting, over)] == [True, True, False]
    assert len({new.subject, lasting.subject, over.subject}) == 3
    assert "{" not in new.text + lasting.text + over.text
    assert words(language, "watch").text("well")[:20] in " ".join(over.text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_watch_calls_each_part_of_the_service_by_a_name_in_words(language: Language) -> None:
    still = tuple(Trouble(kind="loop", subject=name, since=NOW) for name in (*LOOPS, "of-another-version"))
    text = " ".join(watch_mail(Report(is_due=True, new=still), language, "Europe/Paris", NOW).text.split())
    names = [words(language, "watch").texts[f"loops.{name}"] for name in LOOPS]
    assert len(set(names)) == len(LOOPS)
    assert all(" ".join(each.split()) in text for each in (*names, "of-another-version"))


def test_a_mail_of_the_watch_names_everything_at_once() -> None:
    before = report((), [Trouble(kind="mailbox", subject="a"), Trouble(kind="outbox")], now=NOW, again=NOW - NOW)
    later = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    mixed = report(before.known, [Trouble(kind="outbox"), Trouble(kind="service")], now=later, again=NOW - NOW)
    found = watch_mail(mixed, "en", "Europe/Paris", later)
    assert found.subject == "dsarbot watch: 1 new trouble, 1 lasting, 1 over"
    for said in ("The service", "never seen so far", "Outbox", "Mailbox a", "found Tue 24 November, 07:30"):
        assert said in found.text
