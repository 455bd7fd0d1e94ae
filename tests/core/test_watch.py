"""What the watch makes of what it sees, and whom it troubles with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dsarbot.core.watch import LOOPS, DigestDue, Glance, Limits, Told, Trouble, report, troubles

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = Limits(
    service=10 * MINUTE, loops=15 * MINUTE, mailbox=60 * MINUTE, outbox=120 * MINUTE, timers=60 * MINUTE
)  # fmt: skip
WELL = Glance(
    beats={
        "service": NOW - MINUTE,
        "outbox": NOW - MINUTE,
        "mailbox:privacy": NOW - MINUTE,
        "digest:nord:anna": NOW - HOUR,
    },
    late_job=NOW + HOUR,
    wake=NOW + HOUR,
    entry=NOW,
)
DUE = DigestDue(beat="digest:nord:anna", subject="nord/anna", since=NOW - 8 * HOUR)


def found(seen: Glance) -> list[tuple[str, str]]:
    every = troubles(seen, LIMITS, loops=LOOPS, mailboxes=["privacy"], digests=[DUE], now=NOW)
    return [(each.kind, each.subject) for each in every]


def beats(**changed: datetime) -> Glance:
    return replace(WELL, beats={**WELL.beats, **{name.replace("__", ":"): at for name, at in changed.items()}})


def test_a_service_that_lives_gives_no_trouble() -> None:
    assert found(WELL) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (beats(outbox=NOW - 16 * MINUTE), [("loop", "outbox")]),
        (beats(tray=NOW - 16 * MINUTE, scans=NOW - 14 * MINUTE), [("loop", "tray")]),
        (beats(scans=NOW - 16 * MINUTE, attachments=NOW - 16 * MINUTE), [("loop", "scans"), ("loop", "attachments")]),
        (beats(mailbox__privacy=NOW - 61 * MINUTE), [("mailbox", "privacy")]),
        (beats(digest__nord__anna=NOW - 9 * HOUR), [("digest", "nord/anna")]),
        (beats(service=NOW - 11 * MINUTE), [("service", "")]),
        (beats(service=NOW + 11 * MINUTE), [("service", "")]),
        (replace(WELL, late_job=NOW - 121 * MINUTE), [("outbox", "")]),
        (replace(WELL, staff_mail=NOW - 121 * MINUTE), [("staff-mail", "")]),
        (replace(WELL, wake=NOW - 61 * MINUTE), [("timers", "")]),
        (replace(WELL, entry=NOW + 3 * MINUTE), [("clock", "")]),
        (replace(WELL, writable=False), [("database-write", "")]),
        (replace(WELL, late_job=NOW - 120 * MINUTE, wake=NOW - 60 * MINUTE, entry=NOW + 2 * MINUTE), []),
        (replace(WELL, late_job=None, wake=None, entry=None), []),
    ],
)
def test_each_silence_is_found_when_it_is_older_than_its_limit(seen: Glance, said: list[tuple[str, str]]) -> None:
    assert found(seen) == said


def test_a_service_that_never_ran_is_said_once_and_not_for_each_part() -> None:
    assert found(Glance()) == [("service", ""), ("digest", "nord/anna")]


def test_the_age_of_what_follows_from_it_is_said_all_the_same() -> None:
    silent = replace(beats(service=NOW - HOUR, outbox=NOW - HOUR), late_job=NOW - 3 * HOUR)
    assert found(silent) == [("service", ""), ("outbox", "")]


def test_a_trouble_is_told_once_again_while_it_lasts_and_when_it_is_over() -> None:
    again = 6 * HOUR
    trouble = Trouble(kind="service", since=NOW - HOUR)
    first = report((), [trouble], now=NOW, again=again)
    assert first.is_due
    assert first.new == (trouble,)
    assert first.known == (Told(trouble=trouble, found_at=NOW, told_at=NOW),)

    quiet = report(first.known, [trouble], now=NOW + HOUR, again=again)
    assert not quiet.is_due
    assert quiet.known == quiet.lasting == first.known

    lasting = report(first.known, [trouble], now=NOW + again, again=again)
    assert lasting.is_due
    assert lasting.lasting == first.known
    assert lasting.known == (Told(trouble=trouble, found_at=NOW, told_at=NOW + again),)

    over = report(lasting.known, [], now=NOW + 7 * HOUR, again=again)
    assert over.is_due
    assert (over.new, over.lasting, over.over, over.known) == ((), (), lasting.known, ())
    assert not report(over.known, [], now=NOW + 8 * HOUR, again=again).is_due


def test_a_second_trouble_is_told_with_the_first_that_lasts() -> None:
    one, two = Trouble(kind="mailbox", subject="a"), Trouble(kind="mailbox", subject="b")
    known = report((), [one], now=NOW, again=HOUR).known
    both = report(known, [one, two], now=NOW + MINUTE, again=HOUR)
    assert both.is_due
    assert ([each.trouble for each in both.lasting], list(both.new)) == ([one], [two])
    assert {each.told_at for each in both.known} == {NOW + MINUTE}


def test_what_is_newly_known_of_a_lasting_trouble_replaces_the_old() -> None:
    known = report((), [Trouble(kind="outbox", since=NOW)], now=NOW, again=HOUR).known
    (lasting,) = report(known, [Trouble(kind="outbox", since=NOW + MINUTE)], now=NOW + MINUTE, again=HOUR).lasting
    assert (lasting.trouble.since, lasting.found_at) == (NOW + MINUTE, NOW)


def test_a_clock_that_was_put_back_silences_nobody() -> None:
    known = (Told(trouble=Trouble(kind="service"), found_at=NOW, told_at=NOW + 10 * HOUR),)
    assert report(known, [Trouble(kind="service")], now=NOW, again=6 * HOUR).is_due
