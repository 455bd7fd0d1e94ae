"""Open alarms in the digest: before the cases, with where they have climbed to and what to type."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dsarbot.core.alarms import Alarm, Level
from dsarbot.desk.alarms_lines import lines
from dsarbot.desk.digest import build
from dsarbot.desk.digest_facts import Digest, DigestInput, HeldLine, cut
from tests.desk.digest_samples import NOW, TODAY, desk
from tests.store.samples import alarm

LATE = alarm(
    1, id="3f9c01ab" * 4, kind="overdue", subject="DSR-2026-00001-3", day=TODAY - timedelta(days=1),
    level=Level.ESCALATION, urgent=True, raised_at=NOW,
)  # fmt: skip
HELD = alarm(2, id="cc9c01ab" * 4, kind="held", subject="77aa21ff" * 4, day=None, case="", raised_at=NOW)
TAKEN = replace(LATE, id="ee9c01ab" * 4, subject="DSR-2026-00009-9", acknowledged_by="anna", acknowledged_at=NOW)


def digest(*alarms: Alarm, hidden: frozenset[str] = frozenset(), **facts: object) -> Digest:
    known = DigestInput(
        organisation="Nord", zone="Europe/Paris", day=TODAY, next_by=NOW, alarms=lines(alarms, desk(), hidden)
    )
    return build(replace(known, **facts), "en", NOW)  # type: ignore[arg-type]


def test_what_waits_comes_first_and_the_most_urgent_on_top() -> None:
    text = digest(TAKEN, HELD, LATE).text
    places = [text.index(each) for each in ("ALARMS (3)", "DSR-2026-00001-3", "77aa21ff", "DSR-2026-00009-9")]
    assert places == sorted(places)
    assert "[escalated]" in text
    assert "dsarbot alarms ack 3f9c01ab" in text
    assert "A.B. is on it" in text
    assert "dsarbot alarms ack ee9c01ab" not in text, "somebody is on it"


def test_the_subject_counts_what_waits_and_the_digest_does_not_call_itself_calm() -> None:
    found = digest(TAKEN, HELD, LATE)
    assert found.subject == "Privacy desk: 2 alarms"
    assert "Nothing is late" not in found.text
    assert digest().subject == "Privacy desk: nothing due"
    assert "ALARMS" not in digest().text


def test_an_authority_still_comes_before_everything() -> None:
    letter = HeldLine(kind="authority", mailbox="privacy", received_on=date(2026, 11, 20), safe_due=None)
    text = digest(LATE, authority=cut([letter])).text
    assert text.index("AUTHORITY") < text.index("ALARMS")


def test_a_confidential_case_is_a_number() -> None:
    found = digest(LATE, HELD, hidden=frozenset({LATE.case}))
    assert "DSR-2026-00001-3" not in found.text + found.html
    assert "and 1 confidential case" in found.text
    assert found.subject == "Privacy desk: 2 alarms"
