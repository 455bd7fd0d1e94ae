"""What somebody outside passes on to the desk is read with what they write themselves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dsarbot.desk.mailroom import MailboxInfo, Read, look
from dsarbot.ports import InboundRow, Scope
from dsarbot.reading.mail import parse

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROW = InboundRow(id="i1", scope=Scope("acme"), channel="mail", received_at=NOW, kept_at=NOW, objects=(), size=0)
BOX = MailboxInfo(key="privacy", organisations=("acme",))
BLOCK = (
    "Can you take care of this?\n\n---------- Forwarded message ---------\nFrom: Zoe <zoe@example.net>\n"
    "Date: Mon, 2 Mar 2026 at 10:00\nSubject: my data\nTo: <shop@example.org>\n\nPlease delete all my personal data.\n"
)


def read(*headers: str, text: str = BLOCK) -> Read:
    head = "\n".join(("From: Shop <shop@example.org>", "To: privacy@acme.example", *headers))
    return look(ROW, parse(f"{head}\n\n{text}".encode()), BOX, frozenset({"acme.example"}))


def test_a_request_that_a_reseller_passes_on_counts_and_the_reseller_stays_the_sender() -> None:
    found = read("Subject: Fwd: my data")
    assert (found.triage.kind, [each.right for each in found.triage.rights]) == ("request", ["erasure"])
    assert (found.sender, found.inner) == ("shop@example.org", None)


@pytest.mark.parametrize("header", ["In-Reply-To: <1@acme.example>", "References: <1@acme.example>"])
def test_below_an_answer_it_was_asked_before_and_does_not_count_twice(header: str) -> None:
    assert not read("Subject: Re: my data", header).triage.rights


def test_nothing_of_a_robots_mail_reaches_the_rules() -> None:
    found = read("Subject: Please delete all my data", "Auto-Submitted: auto-replied")
    assert (found.delivery.kind, found.triage.kind, found.triage.rights) == ("auto-reply", "ordinary", ())
