"""python -m tests.checker EVIDENCE: one line per invariant; exit 1 with findings, 2 without evidence."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.checker.check import check


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "world.json").exists():
        sys.stderr.write(f"{__doc__}\n")
        return 2
    report = check(Path(arguments[0]))
    sys.stdout.write(f"{report}\n")
    return 0 if report.clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
