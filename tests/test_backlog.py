"""The generator of backlogs keeps its word: shares, threads, and what its own manifest says of each mail."""

from __future__ import annotations

import email
import email.policy
import itertools
from collections import Counter
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from dsarbot.desk.mailroom import MailboxInfo, Read, look
from dsarbot.ports import InboundRow, Scope
from dsarbot.reading.mail import parse
from tests.backlog import BENCH, KILL, Planted, Shape, backlog

SMALL = Shape(attachment=0.2, smallest=3_000, largest=6_000)
BOX = MailboxInfo(key="privacy", organisations=("acme",))
OWN = frozenset({"acme.example"})


@pytest.fixture(scope="module")
def many() -> list[Planted]:
    return list(backlog(600, seed=11, shape=KILL))


@pytest.fixture(scope="module")
def requests() -> list[Planted]:
    return list(backlog(600, seed=3, shape=SMALL))


def message(planted: Planted) -> EmailMessage:
    return email.message_from_bytes(planted.raw, policy=email.policy.default)


def read(planted: Planted) -> Read:
    now = datetime(2026, 3, 3, tzinfo=UTC)
    row = InboundRow(
        id=f"i{planted.number}", scope=Scope("acme"), channel="mail", received_at=now, kept_at=now, objects=(),
        size=len(planted.raw),
    )  # fmt: skip
    return look(row, parse(planted.raw), BOX, OWN)


def test_every_mail_is_what_the_standard_library_calls_sound(many: list[Planted]) -> None:
    for planted in many:
        found = message(planted)
        assert not found.defects and not any(part.defects for part in found.walk()), planted
        assert found["From"].addresses[0].addr_spec == planted.sender
        assert found["Subject"] == planted.subject
        assert found["Message-ID"] == planted.message_id
        assert found["To"] == "privacy@acme.example"
        assert {"Date", "MIME-Version", "Received"} <= set(found.keys())
        assert b"\n" not in planted.raw.replace(b"\r\n", b"")


def test_the_shares_are_about_those_of_the_shape(requests: list[Planted]) -> None:
    found = [message(planted) for planted in requests]
    html = sum(any(part.get_content_type() == "text/html" for part in each.walk()) for each in found)
    attached = [part for each in found for part in each.walk() if part.get_content_disposition() == "attachment"]
    kinds = Counter(planted.expected for planted in requests)
    assert set(kinds) == {"request", "reply"}
    assert 0.24 <= html / len(found) <= 0.36
    assert 0.15 <= len(attached) / len(found) <= 0.25
    assert 0.03 <= kinds["reply"] / len(found) <= 0.08
    assert all(3_000 <= len(part.get_payload(decode=True)) <= 6_000 for part in attached)


def test_a_killing_backlog_holds_every_kind(many: list[Planted]) -> None:
    kinds = Counter(planted.expected for planted in many)
    assert set(kinds) == {"request", "reply", "duplicate", "automatic", "bounce", "ordinary", "held"}
    for kind, share in KILL.kinds():
        assert kinds[kind] / len(many) == pytest.approx(share, abs=0.03), kind


def test_the_sizes_of_the_benchmark_are_those_promised() -> None:
    sizes = [len(planted.raw) for planted in backlog(200, seed=5, shape=BENCH)]
    large = [size for size in sizes if size > 100_000]
    # base64 makes four bytes of three, and a line end after 76 of them.
    assert large and all(200_000 * 4 / 3 < size < 600_000 * 1.4 + 10_000 for size in large)
    assert all(size < 10_000 for size in sizes if size <= 100_000)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(many: list[Planted]) -> None:
    assert list(backlog(50, seed=11, shape=KILL)) == many[:50]
    assert {planted.raw for planted in backlog(50, seed=12, shape=KILL)}.isdisjoint(one.raw for one in many)


def test_threads_name_an_earlier_request_of_the_same_person(many: list[Planted]) -> None:
    for planted in many:
        if planted.expected == "request":
            assert planted.thread == planted.number
        elif planted.expected in ("reply", "duplicate"):
            opener = many[planted.thread]
            assert opener.number < planted.number and opener.expected == "request"
            assert opener.sender == planted.sender
            if planted.expected == "duplicate":
                assert (opener.raw, opener.message_id) == (planted.raw, planted.message_id)
            else:
                assert message(planted)["In-Reply-To"] == opener.message_id
        else:
            assert planted.thread == -1


def test_identities_are_never_given_twice(many: list[Planted]) -> None:
    ids = Counter(planted.message_id for planted in many if planted.expected != "duplicate")
    senders = Counter(planted.sender for planted in many if planted.expected == "request")
    domains = Counter(sender.partition("@")[2] for sender in senders)
    assert ids.most_common(1)[0][1] == 1 and senders.most_common(1)[0][1] == 1
    assert domains.most_common(1)[0][1] <= 4
    assert all(domain.endswith((".example", ".example.com", ".example.net")) for domain in domains)


def test_dsarbot_reads_requests_as_certain_in_the_language_they_are_written_in(
    many: list[Planted], requests: list[Planted]
) -> None:
    languages = set()
    for planted in itertools.chain(many, requests):
        if planted.expected == "request":
            found = read(planted)
            assert (found.triage.kind, found.triage.certain) == ("request", True), planted
            assert found.delivery.kind == "person" and found.sender == planted.sender
            languages.add(found.triage.language)
    assert languages == {"fr", "en", "de"}


def test_dsarbot_takes_nothing_else_for_a_request(many: list[Planted]) -> None:
    for planted in many:
        found = read(planted)
        if planted.expected in ("automatic", "bounce"):
            expected = {"bounce"} if planted.expected == "bounce" else {"auto-reply", "list"}
            assert found.delivery.kind in expected, planted
        elif planted.expected not in ("request", "duplicate"):
            assert found.delivery.kind == "person" and not found.invokes_right, planted
        if planted.expected == "held":
            assert found.triage.kind == "content-notice", planted
        if planted.expected == "ordinary":
            assert found.triage.kind == "ordinary" and not found.unread_content, planted
