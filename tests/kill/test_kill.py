"""SIGKILL at random points while mails arrive: nothing lost, nothing doubled, nothing answered that should not be.

`make soak` does the same for ten minutes each; every run prints its seed.
"""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.checker.report import Report
from tests.conftest import DATABASE
from tests.kill.run import Plan, Run
from tests.kill.scenario import stormy
from tests.kill.servers import Servers
from tests.kill.world import Sizes
from tests.servers.base import wait_until

#: For runs whose point is the survival of the service, not the number of mails.
FEW = Sizes(nuage=110, wolke=50, shared=12, old=8)


def storm(servers: Servers, folder: Path, *, seconds: float, sizes: Sizes, kill_service: bool, victims: str) -> Report:
    """A storm with a random seed over the database of this run of the suite; the service must never end by itself."""
    seed = random.SystemRandom().randrange(1_000_000)
    with servers.database(DATABASE, folder / "run") as (url, cluster):
        chosen = [server for server in (servers.dovecot, cluster) if server and server.name in victims]
        plan = Plan(
            seconds=seconds, seed=seed, sizes=sizes, victims=chosen, kill_service=kill_service,
            digest_soon=kill_service,
        )  # fmt: skip
        run = Run(folder / "run", url, servers.dovecot, plan, cluster=cluster)
        try:
            report = stormy(run)
            assert not run.service.ends, f"ended by itself with {run.service.ends}\n{run.service.said()}"
        finally:
            run.end()
    assert report.clean, f"seed {seed}\n{report}"
    return report


@pytest.mark.database
@pytest.mark.servers
def test_a_minute_of_kills_while_a_thousand_mails_arrive(servers: Servers, tmp_path: Path) -> None:
    report = storm(servers, tmp_path, seconds=60, sizes=Sizes(), kill_service=True, victims="")
    quiet = {16}  # the order of syncs is for runs under strace
    assert {each.number for each in report.results if not each.checked} <= quiet, f"\n{report}"


@pytest.mark.database
@pytest.mark.servers
def test_the_mail_server_is_killed_again_and_again_under_load(servers: Servers, tmp_path: Path) -> None:
    storm(servers, tmp_path, seconds=15, sizes=FEW, kill_service=False, victims="dovecot")


@pytest.mark.database
@pytest.mark.servers
@pytest.mark.skipif(DATABASE != "postgresql", reason="there is no server to kill")
def test_the_database_server_is_killed_again_and_again_under_load(servers: Servers, tmp_path: Path) -> None:
    storm(servers, tmp_path, seconds=15, sizes=FEW, kill_service=False, victims="postgresql")


@pytest.mark.database
@pytest.mark.servers
def test_killed_while_the_tables_are_made_it_still_starts(servers: Servers, tmp_path: Path) -> None:
    dice = random.Random(seed := random.SystemRandom().randrange(1_000_000))
    with servers.database(DATABASE, tmp_path / "run") as (url, cluster):
        run = Run(tmp_path / "run", url, servers.dovecot, Plan(seconds=0, seed=seed, sizes=FEW), cluster=cluster)
        try:
            for _ in range(6):
                run.service.start()
                _wait_for_the_database(run)
                time.sleep(dice.random() * 0.3)
                run.service.kill()
            run.start()
            assert run.service.ready, f"seed {seed}\n{run.service.said()}"
        finally:
            run.end()


def _wait_for_the_database(run: Run) -> None:
    """The moment at which the service opens it."""
    before = run.database.touched()
    wait_until(lambda: run.database.touched() != before or run.service.ready or not run.service.running,
               seconds=20, what="the database opened", pause=0.005)  # fmt: skip
