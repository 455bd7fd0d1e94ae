"""All invariants over one folder of evidence."""

from __future__ import annotations

from pathlib import Path

from tests.checker.cases import facts_and_effects, journal_is_whole
from tests.checker.dates import receipt_and_alarms
from tests.checker.evidence import Evidence
from tests.checker.journal import Journal
from tests.checker.letters import accepted_is_ours, one_digest_a_day, recipients
from tests.checker.mails import conservation, marked_is_kept, one_case_per_thread
from tests.checker.objects import agreement, announced
from tests.checker.order import order
from tests.checker.quiet import queues_are_empty, second_run
from tests.checker.report import Report
from tests.checker.scopes import nothing_in_the_clear, scopes


def check(folder: Path) -> Report:
    """The report on the evidence in a folder (its parts: see `evidence`)."""
    evidence = Evidence(folder)
    journal = Journal(evidence)
    return Report(
        (
            conservation(evidence),
            marked_is_kept(evidence),
            one_case_per_thread(evidence),
            receipt_and_alarms(evidence, journal),
            facts_and_effects(evidence, journal),
            accepted_is_ours(evidence, journal),
            recipients(evidence, journal),
            one_digest_a_day(evidence),
            scopes(evidence, journal),
            nothing_in_the_clear(evidence),
            agreement(evidence),
            journal_is_whole(evidence, journal),
            queues_are_empty(evidence),
            second_run(evidence),
            announced(evidence),
            order(evidence),
        )
    )
