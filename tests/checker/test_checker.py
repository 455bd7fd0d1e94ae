"""The checker finds what was planted, and names the rule that was broken; on a whole run it finds nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checker.broken import Copy
from tests.checker.check import check
from tests.checker.evidence import Evidence
from tests.checker.sealed import Closed, opened
from tests.checker.violations import VIOLATIONS, a_mail_was_never_kept
from tests.kill.run import Plan, Run
from tests.kill.scenario import plain
from tests.kill.world import Sizes
from tests.security.trace import strace
from tests.servers.dovecot import Dovecot


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Path]:
    """The evidence of a short run under strace, in which nobody is killed."""
    folder = tmp_path_factory.mktemp("evidence")
    url = f"sqlite:///{folder / 'run' / 'data' / 'dsarbot.sqlite'}"
    before = (*strace(folder / "trace.txt"), "-D")
    plan = Plan(
        seconds=0, seed=41, sizes=Sizes(nuage=30, wolke=18, shared=4, old=4), digest_soon=False, before=before
    )
    run = Run(folder / "run", url, dovecot, plan)
    try:
        evidence = plain(run)
        (folder / "trace.txt").rename(evidence / "trace.txt")
        yield evidence
    finally:
        run.end()


def test_a_whole_run_has_no_findings_and_exercises_every_invariant(clean: Path) -> None:
    report = check(clean)
    assert report.clean, f"\n{report}"
    assert [each.number for each in report.results] == list(range(1, 17))
    assert all(each.checked for each in report.results), f"\n{report}"


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda each: each.__name__)
def test_a_planted_violation_is_found_by_its_invariant(
    clean: Path, tmp_path: Path, violation: Callable[[Copy], None]
) -> None:
    copy = Copy(clean, tmp_path / "copy")
    violation(copy)
    report = check(copy.folder)
    # A mark is found by its number: without its row it may be held against another folder's mail of that number.
    also = {16} if violation is a_mail_was_never_kept else set()
    assert VIOLATIONS[violation] in report.broken, f"\n{report}"
    assert {*report.broken} <= {VIOLATIONS[violation], *also}, f"\n{report}"


def test_every_invariant_has_a_planted_violation() -> None:
    assert set(VIOLATIONS.values()) == set(range(1, 17))


def test_what_was_not_looked_at_is_not_called_green(clean: Path, tmp_path: Path) -> None:
    copy = Copy(clean, tmp_path / "copy")
    (copy.folder / "trace.txt").unlink()
    report = check(copy.folder)
    assert report[16].verdict == "not exercised"
    assert "not exercised" in str(report)
    assert report.clean


def test_a_changed_payload_breaks_the_journal_and_the_case_made_of_it(clean: Path, tmp_path: Path) -> None:
    copy = Copy(clean, tmp_path / "copy")
    entry = next(row for row in copy.evidence.tables.rows("entry") if row["sealed"] and row["organisation"] == "wolke")
    copy.sql("UPDATE entry SET sealed = ? WHERE id = ?", entry["sealed"][:-1] + b"?", entry["id"])
    assert check(copy.folder).broken == (5, 12)


def test_as_a_program_it_says_one_line_per_invariant_and_nothing_personal(clean: Path, tmp_path: Path) -> None:
    copy = Copy(clean, tmp_path / "copy")
    row, _ = copy.inbound("nuage")
    copy.sql("DELETE FROM inbound WHERE id = ?", row["id"])
    program = [sys.executable, "-m", "tests.checker"]
    whole = subprocess.run([*program, str(clean)], capture_output=True, text=True, check=False)
    broken = subprocess.run([*program, str(copy.folder)], capture_output=True, text=True, check=False)
    nothing = subprocess.run([*program, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (whole.returncode, broken.returncode, nothing.returncode) == (0, 1, 2)
    assert len(whole.stdout.splitlines()) == 16
    assert "FINDINGS" in broken.stdout
    people = {each.sender for each in Evidence(clean).planted}
    assert not any(each in broken.stdout for each in people)


def test_the_reader_of_sealed_bytes_refuses_another_label(clean: Path) -> None:
    evidence = Evidence(clean)
    row = next(row for row in evidence.tables.rows("object_key") if row["pack"])
    name = row["id"]
    key, sealed = evidence.keys.of(name), evidence.bytes_at(row)
    assert key.open(sealed) == evidence.object(name)
    for scope, object_id, kind in (("x", name, key.kind), (key.origin, "x", key.kind), (key.origin, name, "x")):
        with pytest.raises(Closed):
            opened(key.key, sealed, scope=scope, object_id=object_id, kind=kind)
