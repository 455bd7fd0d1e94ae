"""dsarbot, so many days later, and killed at the worst moment if wanted: ``python -m tests.journeys.later DAYS KILL``.

KILL is "" or "expunge": the process dies by SIGKILL right before the first original would leave its folder.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta

from dsarbot import app
from dsarbot.channels.imap_session import Session
from dsarbot.cli.main import main


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    days, kill, *arguments = sys.argv[1:]
    later = timedelta(days=float(days))
    app.utc_now = lambda: datetime.now(UTC) + later
    # The default of a parameter was made when the module was read.
    vars(app.opened)["__wrapped__"].__kwdefaults__["clock"] = app.utc_now
    if kill == "expunge":
        Session.remove = _die  # type: ignore[method-assign, assignment]
    sys.exit(main(arguments))
