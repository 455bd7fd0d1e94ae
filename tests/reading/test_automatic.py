"""Real forms of automatic mail are recognised, and persons' mails that resemble them are not lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.reading import replies
from dsarbot.reading.delivery import classify
from dsarbot.reading.mail import parse
from dsarbot.reading.robots import folded, words
from dsarbot.reading.triage import Triage, triage
from tests.reading.automatic_samples import Item, items

BOUNCES, MACHINES, PERSONS = items("bounces"), items("machines"), items("persons")
OUR_LETTER = "<letter-1@example.com>"


def _triage(raw: bytes) -> Triage:
    mail = parse(raw)
    return triage(replies.split(mail.text).new_text, subject=mail.subject)


@pytest.mark.parametrize("item", BOUNCES, ids=lambda item: item.name)
def test_a_bounce_is_recognised_and_names_our_letter(item: Item) -> None:
    found, expected = classify(parse(item.raw)), item.expected
    assert (found.kind, found.certain) == (expected.get("kind", "bounce"), expected.get("certain", True)), found.because
    assert list(found.bounced_message_ids) == expected.get("ids", [OUR_LETTER])


@pytest.mark.parametrize("item", [one for one in BOUNCES if "kind" not in one.expected], ids=lambda item: item.name)
def test_a_bounce_says_whom_it_did_not_reach_and_how_final_that_is(item: Item) -> None:
    found, expected = classify(parse(item.raw)), item.expected
    named = expected.get("recipients", ["gone@example.org"])
    assert set(named) <= set(found.bounced_recipients)
    # Without a name it counts for any recipient; a wrong one alone would hide a lost letter.
    assert bool(named) == bool(found.bounced_recipients)
    assert found.status == expected.get("status")
    assert (found.permanent, found.delayed) == (expected.get("permanent", True), expected.get("delayed", False))


@pytest.mark.parametrize("item", MACHINES, ids=lambda item: item.name)
def test_what_nobody_wrote_is_recognised(item: Item) -> None:
    found, expected = classify(parse(item.raw)), item.expected
    assert (found.kind, found.certain) == (expected["kind"], expected.get("certain", True)), found.because
    assert found.because == expected.get("because", found.because)


@pytest.mark.parametrize("item", [*BOUNCES, *MACHINES], ids=lambda item: item.name)
def test_no_machine_is_taken_for_a_request(item: Item) -> None:
    if not classify(parse(item.raw)).certain:
        found = _triage(item.raw)
        # A mere tone of asking is left to the desk, which knows that a machine seems to speak (test_weak_signs).
        assert not found.rights and found.kind in {"ordinary", "reply", "request"}


@pytest.mark.parametrize("item", PERSONS, ids=lambda item: item.name)
def test_a_person_who_resembles_a_machine_is_not_lost(item: Item) -> None:
    found = classify(parse(item.raw))
    if item.expected["kind"] == "person":
        assert found.kind == "person", found.because
    else:
        assert found.kind != "person" and not found.certain, found.because
        asked = _triage(item.raw)
        assert asked.kind == "request" or asked.rights


def test_there_are_enough_samples_to_mean_something() -> None:
    assert len(BOUNCES) + len(MACHINES) >= 150 and len(PERSONS) >= 60


def test_a_certain_header_wins_over_uncertain_words() -> None:
    raw = b"From: a@example.org\r\nSubject: Undeliverable: x\r\nX-Autoreply: yes\r\n\r\nNot delivered to the following"
    found = classify(parse(raw))
    assert (found.kind, found.because, found.certain) == ("auto-reply", "x-autoreply", True)


def test_two_marks_of_a_mailing_win_over_uncertain_words() -> None:
    headers = b"Precedence: bulk\r\nList-Unsubscribe: <mailto:u@example.org>\r\n"
    raw = b"From: a@example.org\r\nSubject: News\r\n" + headers + b"\r\nPlease do not reply to this email."
    assert classify(parse(raw)).kind == "list"
    assert classify(parse(raw)).certain


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_folding_makes_the_ways_of_writing_one() -> None:
    for written in ("Réponse  Automatique", "REPONSE AUTOMATIQUE", "re\u0301ponse\u00a0automatique"):
        assert folded(written) == "reponse automatique"
    assert folded("n’a pas pu") == folded("n'a pas pu") == "n'a pas pu"
    assert folded("Außer Haus") == "ausser haus"


def test_every_phrase_can_be_found() -> None:
    known = words()
    lists = (known.bounce_texts, known.away, known.back, known.said, known.ticket, known.challenge)
    assert all(phrase and phrase == folded(phrase) for phrases in lists for phrase in phrases.every)


_HEADER = st.sampled_from(
    ["Return-Path: <>", "Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <a.example>", "X-Autoreply: no"]
)


@given(
    subject=st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=80),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    headers=st.lists(_HEADER, max_size=3),
)
def test_any_mail_has_a_writer_and_a_person_is_certain(subject: str, text: str, headers: list[str]) -> None:
    raw = "\r\n".join(["From: Jane <jane@example.org>", f"Subject: {subject}", *headers, "", text]).encode()
    found = classify(parse(raw))
    assert found.because
    if found.kind == "person":
        assert found.certain
