"""python3 dev.py soak: storms of kills, long ones; exit 1 when the checker has findings.

    --minutes N     of killing in each storm (10)
    --database D    sqlite, postgresql, or both (both)
    --storm S       service, dovecot, postgresql, or all that there are (all)
    --seed N        of the first storm (random; each storm says its own)

The folder of a storm with findings is kept, and named: `python -m tests.checker FOLDER/run/evidence` reads it again.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.kill.run import Plan, Run
from tests.kill.scenario import stormy
from tests.kill.servers import servers_in
from tests.servers.certificate import make_certificate

#: A storm over servers needs fewer minutes: what it tests is coming back.
_SHARE = {"service": 1.0, "dovecot": 0.2, "postgresql": 0.2}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py soak", description="Storms of kills, and the checker after each.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--storm", choices=(*_SHARE, "all"), default="all")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args(arguments)
    failed = []
    for number, (database, storm) in enumerate(_storms(asked.database, asked.storm)):
        sys.stdout.write(f"soak: {storm} killed, on {database}, seed {asked.seed + number}\n")
        if not weathered(database, storm, seconds=asked.minutes * 60 * _SHARE[storm], seed=asked.seed + number):
            failed.append(f"{storm} on {database}, seed {asked.seed + number}")
    sys.stdout.write("".join(f"soak: FINDINGS, {each}\n" for each in failed) or "soak: no findings\n")
    return 1 if failed else 0


def _storms(database: str, storm: str) -> Iterator[tuple[str, str]]:
    for kind in ("sqlite", "postgresql") if database == "both" else (database,):
        for name in _SHARE if storm == "all" else (storm,):
            if name != "postgresql" or kind == "postgresql":
                yield kind, name


def weathered(database: str, storm: str, *, seconds: float, seed: int) -> bool:
    """One storm; whether its report is clean and the service never ended by itself."""
    folder = Path(tempfile.mkdtemp(prefix="dsarbot-soak-"))
    folder.chmod(0o755)
    clean = False
    with servers_in(folder, make_certificate(folder)) as servers, servers.database(database, folder / "run") as found:
        url, cluster = found
        victims = [each for each in (servers.dovecot, cluster) if each and each.name == storm]
        plan = Plan(seconds=seconds, seed=seed, victims=victims, kill_service=storm == "service", quiet=600)
        run = Run(folder / "run", url, servers.dovecot, plan, cluster=cluster)
        try:
            clean = stormy(run).clean and not run.service.ends
        except (AssertionError, TimeoutError) as problem:
            sys.stdout.write(f"soak: {problem}\n")
        finally:
            run.end()
    if clean:
        shutil.rmtree(folder)
    else:
        sys.stdout.write(f"soak: what is left lies in {folder}\n")
    return clean


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
