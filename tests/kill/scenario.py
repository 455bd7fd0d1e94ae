"""The two runs there are: one in a storm of kills, and a plain one. Both end with evidence."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.checker.check import check
from tests.checker.report import Report
from tests.kill.gather import before_second_run, gather
from tests.kill.postman import Postman, everything
from tests.kill.run import Run
from tests.kill.world import NUAGE
from tests.servers.base import Server

#: Attachments that are destroyed in each run.
_DESTROYED = 3


def stormy(run: Run) -> Report:
    """Mails arrive while the service, or a server of it, is killed at random points; the checker's report."""
    run.say(f"seed {run.plan.seed}; {everything(run.world.mails)}")
    storm(run)
    run.sink.calm()
    run.service.kill()
    run.start()
    run.restart_later()
    run.until(run.all_read, "every mail kept, marked and read")
    people_answer(run)
    destruction_is_interrupted(run)
    run.until(run.digests_arrived, "the digests")
    run.settle()
    report = check(evidence_of(run))
    service = run.service
    run.say(f"{service.starts} starts, {service.kills} kills of the service, {run.faults} of servers, "
            f"{len(service.ends)} ends by itself; {run.folder}\n{report}")  # fmt: skip
    return report


def plain(run: Run) -> Path:
    """Nobody dies; the folder of the evidence. The digest comes after the alarms, so that it can tell of them."""
    run.sink.calm()
    postman = Postman(run.world, seconds=0, seed=run.plan.seed)
    postman.start()
    postman.join()
    run.start("--only", "mail,outbox,wake")
    run.end_of_work()
    run.stop()
    run.service.before = ()
    run.python("tests.kill.destroyer", str(run.world.config), NUAGE, str(_DESTROYED))
    run.start()
    _answer(run, 1, set())
    run.until(run.digests_arrived, "the digests")
    run.end_of_work()
    return evidence_of(run)


def evidence_of(run: Run) -> Path:
    """The same world once more: the first time it may anchor what was done, the second time nothing is left."""
    run.stop()
    run.once_more()
    evidence = before_second_run(run)
    run.once_more()
    gather(run, evidence)
    run.end()
    return evidence


# --- the storm -------------------------------------------------------------------------------------------------


def storm(run: Run) -> None:
    """Kill at random points, from the first milliseconds of a start to the midst of the work."""
    plan = run.plan
    postman = Postman(run.world, seconds=plan.seconds * 0.8, seed=plan.seed)
    postman.start()
    end = time.monotonic() + plan.seconds
    while time.monotonic() < end or postman.is_alive():
        if not run.service.running:
            run.service.start()
        if plan.kill_service:
            _strike_service(run)
        if plan.victims:
            _strike_server(run, run.dice.choice(plan.victims))
    postman.join()
    if postman.trouble:
        run.say(f"{postman.trouble} deliveries were cut off and made again")


def _strike_service(run: Run) -> None:
    if run.dice.random() < 0.3:
        time.sleep(run.dice.choice((0.05, 0.3, 0.6, 0.9, 1.2)) * run.dice.random() * 2)
    else:
        run.service.wait_ready()
        time.sleep(run.dice.choice((0.05, 0.3, 1.0, 3.0)) * run.dice.random())
    run.service.kill()


def _strike_server(run: Run, victim: Server) -> None:
    if not run.plan.kill_service:
        run.service.wait_ready()
    time.sleep(run.dice.uniform(0.2, 2.5))
    victim.kill()
    run.faults += 1
    time.sleep(run.dice.uniform(0.05, 1.0))
    victim.start()


# --- what people do --------------------------------------------------------------------------------------------


def people_answer(run: Run) -> None:
    """Letters that people approve, and a kill while each is on its way."""
    answered: set[str] = set()
    for _ in range(3):
        _answer(run, 1, answered)
        time.sleep(run.dice.random() * 0.2)
        run.restart_later()


def _answer(run: Run, count: int, answered: set[str]) -> None:
    """Answer so many open cases. *answered*: a case stays open until its letter has left."""
    open_ones = run.database.rows(
        "SELECT reference FROM cases WHERE organisation = 'nuage' AND status = 'open' AND attention = 0"
        " ORDER BY reference"
    )
    for reference in [each for (each,) in open_ones if each not in answered][:count]:
        answered.add(reference)
        said = ("--outcome", "granted", "--detail", "Vous trouverez votre copie ici.", "--holds", "all")
        run.command("cases", "answer", reference, *said)
        case = json.loads(run.command("cases", "show", reference, "--json"))
        rules = {each["rule"] for letter in case["letters"] for each in letter["findings"]}
        aside = ("--override", "holds-all", "--reason", "it stands in the copy") if "holds-all" in rules else ()
        run.command("cases", "approve", reference, *aside, "--yes")


def destruction_is_interrupted(run: Run) -> None:
    """Killed at random points of it; the next start of anything finishes what was announced."""
    words = [sys.executable, "-m", "tests.kill.destroyer", str(run.world.config), NUAGE, str(_DESTROYED)]
    for _ in range(4):
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(_late(run.dice))
        process.kill()
        process.wait()
    run.python(*words[2:])


def _late(dice: random.Random) -> float:
    """Most of the work of such a process begins after its imports."""
    return dice.uniform(0.3, 1.6)
