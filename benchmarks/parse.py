"""What reading a mail costs: of a mixed backlog, and of mails made to cost.

    python3 dev.py bench parse [--mails N]

Own CPU seconds. "cut" is what keeping does, "parse" what intake does first; a digest decodes the attachments, so it is
told apart. Of the hostile mails every one has three megabytes, and the slowest are printed; none may take a second.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dsarbot.reading.mail import content_digest, parse
from dsarbot.reading.skeleton import cut
from tests.backlog import backlog
from tests.reading.hostile import HOSTILE

ROUNDS = 3
HOSTILE_BYTES = 3_000_000
#: Milliseconds of own CPU for one mail of the mixed backlog, parse and cut together.
BUDGET = 0.7
SLOWEST = 5
LARGE = 200_000_000


def seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def best(work: Callable[[bytes], object], mails: Sequence[bytes]) -> float:
    """Milliseconds for one mail, in the best of some rounds."""

    def all_of_them() -> None:
        for mail in mails:
            work(mail)

    return min(seconds(all_of_them) for _ in range(ROUNDS)) / len(mails) * 1_000


def read_everything(raw: bytes) -> None:
    cut(raw)
    content_digest(parse(raw))


def large() -> bytes:
    """A short text and one attachment of about 200 MB."""
    head = b"From: jane@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee.\r\n"
    line = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5\r\n"
    part = b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + part + line * (LARGE // len(line)) + b"--b--\r\n"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--mails", type=int, default=300)
    mails = [planted.raw for planted in backlog(options.parse_args().mails, seed=1)]
    print(f"{len(mails)} mails, {sum(map(len, mails)) / len(mails) / 1_000:.0f} kB each; ms of own CPU for one:")
    parsing, cutting = best(parse, mails), best(cut, mails)
    print(f"  parse {parsing:.3f}   cut {cutting:.3f}   budget for both {BUDGET}")
    print(f"  with the digest of the content {best(lambda raw: content_digest(parse(raw)), mails):.3f}")
    costs = {name: seconds(partial(read_everything, made(HOSTILE_BYTES))) for name, made in HOSTILE.items()}
    print(f"{len(HOSTILE)} hostile mails of 3 MB, the slowest (s):")
    for name in sorted(costs, key=costs.__getitem__, reverse=True)[:SLOWEST]:
        print(f"  {costs[name]:.2f}  {name}")
    whole = large()
    print(f"  {seconds(lambda: parse(whole)):.2f}  parse of 200 MB, {seconds(lambda: cut(whole)):.2f} cut")
    return int(parsing + cutting > BUDGET or max(costs.values()) > 1)


if __name__ == "__main__":
    raise SystemExit(main())
