"""From the mail server's notice to the acknowledgement: how soon a person hears that the request has arrived.

    python3 dev.py bench latency [--mails N]

The service is idle, one mail after the other comes in by LMTP. The clock starts when Dovecot announces the mail to the
waiting connection (`* n EXISTS`, seen by a proxy; Dovecot waits about half a second before it tells) and stops when the
relay has accepted the acknowledgement, whose delay is set to 0. Both are moments of the same monotonic clock.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import pytest

from benchmarks.ingest_parts.installation import OWNER
from benchmarks.ingest_parts.mailbox import DOMAIN, Stage
from benchmarks.ingest_parts.processes import await_that
from benchmarks.ingest_parts.proxy import Proxy
from benchmarks.ingest_parts.service import Service
from benchmarks.ingest_parts.sink import Sink
from tests.backlog import Planted, Shape, backlog

#: Milliseconds at the 95th percentile, as the design wants it.
BUDGET = 150.0
SHAPE = Shape(reply=0.0)
#: Seconds after an acknowledgement in which the service finds its way back to waiting.
PAUSE = 0.3


def one(service: Service, proxy: Proxy, planted: Planted) -> float:
    """Seconds from the announcement of this mail to its acknowledgement."""
    sent, announced = service.sink.counted()[0], len(proxy.announced)
    service.box.dovecot.deliver(service.box.address, planted.raw, sender=planted.sender)
    await_that(lambda: service.sink.counted()[0] > sent, seconds=60, what="the acknowledgement", pause=0.01)
    return service.sink.counted()[2] - proxy.announced[announced]


def measure(mails: int) -> list[float]:
    with (
        Stage.set_up() as stage,
        Sink.running(ignore=OWNER) as sink,
        Proxy.before(stage.dovecot.imap_port) as proxy,
    ):
        service = Service(stage.folder(), stage.mailbox(), sink, imap_port=proxy.port)
        service.start()
        try:
            service.await_line(": ready", seconds=60)
            time.sleep(PAUSE)
            found = []
            for planted in backlog(mails, seed=1, organisation_address=f"privacy@{DOMAIN}", shape=SHAPE):
                found.append(one(service, proxy, planted))
                time.sleep(PAUSE)
            return found
        finally:
            service.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="From the server's notice to the acknowledgement.")
    parser.add_argument("--mails", type=int, default=100)
    try:
        found = sorted(1000 * each for each in measure(parser.parse_args().mails))
    except pytest.skip.Exception as why:
        print(f"latency: not measured, {why}", file=sys.stderr)
        return
    p95 = statistics.quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else found[0]
    verdict = "within" if p95 <= BUDGET else "OVER"
    print(f"{'notice to acknowledgement':<28}{'p50':>8}{'p95':>8}{'worst':>8}{'budget':>8}  ({len(found)} mails)")
    print(f"{'ms':<28}{statistics.median(found):8.1f}{p95:8.1f}{found[-1]:8.1f}{BUDGET:8.0f}  {verdict}")


if __name__ == "__main__":
    main()
