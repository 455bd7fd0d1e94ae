"""Inner messages: who really wrote."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading.forwards import forwarded
from dsarbot.reading.mail import parse
from dsarbot.reading.quoted_dates import parse_quoted_date
from tests.reading.mail_samples import SAMPLES, Sample, having, sample

PARIS = timezone(timedelta(hours=1))


@pytest.mark.parametrize("one", having("forwarded"), ids=lambda one: one.key)
def test_the_inner_sender_is_found(one: Sample) -> None:
    assert [inner.sender.address for inner in forwarded(parse(one.raw))] == one.expected["forwarded"]


@pytest.mark.parametrize("one", having("permanent"), ids=lambda one: one.key)
def test_a_bounce_forwards_nobody(one: Sample) -> None:
    assert forwarded(parse(one.raw)) == ()


def test_an_attached_message_brings_its_received_lines() -> None:
    (inner,) = forwarded(parse(sample("forward-attached")))
    assert inner.attached
    assert inner.sender.name == "Jérôme Dupré"
    assert inner.received[0].startswith("from mail.example.org by mx.example.com")
    assert inner.date == datetime(2025, 10, 30, 6, 59, tzinfo=UTC)
    assert inner.text == "Supprimez mes données."


@pytest.mark.parametrize(
    "key", [one.key for one in SAMPLES if one.key.startswith("forward-") and "attached" not in one.key]
)
def test_a_quoted_message_brings_date_subject_and_text(key: str) -> None:
    (inner,) = forwarded(parse(sample(key)), zone=PARIS)
    assert not inner.attached
    assert inner.date == datetime(2025, 10, 30, 7, 0, tzinfo=UTC)
    assert inner.subject in {"Mes données", "Auskunft", "Opposition", "Accès"}
    assert inner.text.startswith(("Je ", "Ich "))


def test_outlooks_html_is_read_like_its_text() -> None:
    html = (
        b"<p>Pour vous</p><div><p><b>De&nbsp;:</b> Jane Doe &lt;jane@example.org&gt;<br><b>Envoy&eacute;&nbsp;:</b>"
        b" lundi 3 novembre 2025 10:12<br><b>&Agrave;&nbsp;:</b> info<br><b>Objet&nbsp;:</b> Acc&egrave;s</p>"
        b"<p>Mes donn&eacute;es.</p></div>"
    )
    raw = b"From: a@example.com\r\nSubject: TR\r\nContent-Type: text/html\r\n\r\n" + html
    (inner,) = forwarded(parse(raw), zone=PARIS)
    assert (inner.sender.address, inner.subject, inner.text) == ("jane@example.org", "Accès", "Mes données.")
    assert inner.date == datetime(2025, 11, 3, 9, 12, tzinfo=UTC)


def test_a_chain_of_forwards_is_told_outermost_first() -> None:
    text = "".join(
        f"From: {name} <{name}@example.org>\nSent: Monday, November 3, 2025 9:0{minute} AM\n"
        f"To: x\nSubject: s\n\nI am {name}\n\n"
        for minute, name in enumerate(("boss", "clerk", "jane"))
    )
    found = forwarded(parse(b"From: a@example.com\r\nSubject: FW\r\n\r\n" + text.encode()))
    assert [one.sender.address.partition("@")[0] for one in found] == ["boss", "clerk", "jane"]
    assert [one.text for one in found] == ["I am boss", "I am clerk", "I am jane"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lundi 3 novembre 2025 10:12", (9, 12)),
        ("lun. 3 nov. 2025 à 10:12", (9, 12)),
        ("3 novembre 2025 à 10:12:00 UTC+2", (8, 12)),
        ("Montag, 3. November 2025 10:12", (9, 12)),
        ("Monday, November 3, 2025 10:12 PM", (21, 12)),
        ("November 3, 2025 at 12:12:00 AM GMT-1", (1, 12)),
        ("Mon, 3 Nov 2025 10:12:00 +0530", (4, 42)),
        ("03/11/2025 10:12", (9, 12)),
        ("3.11.2025 10h12", (9, 12)),
        ("2025-11-03 10:12", (9, 12)),
        ("03.11.25, 10:12", (9, 12)),
        ("03/11/25  10:12  (GMT+01:00)", (9, 12)),
        ("03-11-2025 10:12", (9, 12)),
        ("3. November 2025, 10.12 Uhr", (9, 12)),
        ("3 nov. 2025 à 10 h 12", (9, 12)),
        ("Mon Nov 03 2025 10:12:00 CET", (9, 12)),
        ("maandag 3 november 2025 10:12", (9, 12)),
        ("lunedì 3 novembre 2025 10:12", (9, 12)),
        ("lunes, 3 de noviembre de 2025 10:12", (9, 12)),
        ("segunda-feira, 3 de novembro de 2025 10:12", (9, 12)),
        ("3 Nov 2025, 10:12:00 MESZ", (8, 12)),
    ],
)
def test_printed_dates(text: str, expected: tuple[int, int]) -> None:
    assert parse_quoted_date(text, PARIS) == datetime(2025, 11, 3, *expected, tzinfo=UTC)


_BLOCKS = tomllib.loads((Path(__file__).parent / "forwards.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("program", _BLOCKS)
def test_forwards_of_many_mail_programs(program: str) -> None:
    marked = "> " if "\n> " in _BLOCKS[program] else ""
    text = f"Pour vous.\n\n{_BLOCKS[program]}\n{marked}\n{marked}Je demande mes données.\n"
    raw = f"From: a@example.com\nSubject: TR\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode()
    (inner,) = forwarded(parse(raw), zone=PARIS)
    assert (inner.sender.name, inner.sender.address, inner.subject) == ("Jane Doe", "jane@example.org", "Accès")
    assert inner.date == datetime(2025, 11, 3, 9, 12, tzinfo=UTC)
    assert inner.text.strip() == "Je demande mes données."


@pytest.mark.parametrize(
    ("name", "month"),
    [
        *(("janv.", 1), ("Febbraio", 2), ("mrt", 3), ("märz", 3), ("abril", 4), ("mei", 5), ("giugno", 6)),
        *(("juillet", 7), ("août", 8), ("septiembre", 9), ("ottobre", 10), ("Nov", 11), ("dezembro", 12)),
    ],
)
def test_months_in_the_languages_of_mail_programs(name: str, month: int) -> None:
    found = parse_quoted_date(f"12 {name} 2025 10:12")
    assert found and found.month == month


@pytest.mark.parametrize("text", ["", "soon", "31 February 2025 10:12", "3 November 2025 99:12", "3 Nov 0000"])
def test_what_is_no_date(text: str) -> None:
    assert parse_quoted_date(text) is None


@given(st.text(max_size=80))
def test_no_printed_date_raises(text: str) -> None:
    found = parse_quoted_date(text, PARIS)
    assert found is None or found.utcoffset() == timedelta(0)
