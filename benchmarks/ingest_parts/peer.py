"""What users would pick instead: django-helpdesk's `get_email`, from its package, in an environment of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from benchmarks.ingest_parts.mailbox import Corpus, Mailbox
from benchmarks.ingest_parts.processes import ROOT, GaveUp
from benchmarks.ingest_parts.sink import Sink

VERSION: Final = "2.6.1"
PLACE: Final = ROOT / "build" / f"django-helpdesk-{VERSION}"
#: As the package's own requirements were solved in November 2026.
PACKAGES: Final = (
    f"django-helpdesk=={VERSION}", "Django==5.2.19", "asgiref==3.13.0", "beautifulsoup4==4.15.0", "certifi==2026.10.18",
    "charset-normalizer==3.5.2", "django-cleanup==9.0.0", "django-model-utils==5.0.0", "djangorestframework==3.18.3",
    "email-reply-parser==0.5.12", "idna==3.20", "Markdown==3.11.3", "nh3==0.3.8", "oauthlib==4.0.1",
    "psycopg[binary]==3.3.9", "requests==2.34.2", "requests-oauthlib==2.0.0", "soupsieve==2.10", "sqlparse==0.6.1",
    "typing_extensions==4.16.0", "urllib3==2.8.0",
)  # fmt: skip
_DRIVER: Final = Path(__file__).with_name("peer_driver.py")


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Seconds, without the start of the process; acknowledgements counted at the sink."""

    mails: int
    tickets: int
    sent: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.mails / self.wall

    @property
    def milliseconds(self) -> float:
        return self.cpu / self.mails * 1000


def installed() -> str:
    """Empty when the package is ready to run, else why it is not. Installs it at the first call."""
    python = PLACE / "bin" / "python"
    if (PLACE / "complete").exists():
        return ""
    shutil.rmtree(PLACE, ignore_errors=True)
    made = _tried([sys.executable, "-m", "venv", "--without-pip", str(PLACE)])
    if made:
        return made
    # .venv has no pip of its own; the Python it was made with has one, or dev.py has fetched uv.
    base = str(Path(sys.base_prefix) / "bin" / "python3")
    why = _tried([str(ROOT / ".tools" / "bin" / "uv"), "pip", "install", "-q", "--python", str(python), *PACKAGES])
    if why:
        why = _tried([base, "-m", "pip", "--python", str(python), "install", "-q", *PACKAGES])
    if not why:
        (PLACE / "complete").touch()
    return why


def _tried(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it failed"])[-1]


def run_helpdesk(folder: Path, box: Mailbox, sink: Sink, corpus: Corpus, *, database: str = "") -> Spent:
    """On a full mailbox. database: a postgres:// URL, else SQLite with WAL and FULL."""
    config = folder / "helpdesk.json"
    config.write_text(
        json.dumps(
            {
                "folder": str(folder),
                "smtp_port": sink.port,
                "imap_port": box.dovecot.imap_port,
                "user": box.address,
                "password": box.password,
                "database": _postgresql(database) if database else None,
            }
        )
    )
    _drive("prepare", config)
    before = sink.counted()[0]
    spent = Spent(mails=len(corpus.files), sent=0, **json.loads(_drive("run", config)))
    spent = replace(spent, sent=sink.counted()[0] - before)
    if spent.sent < corpus.requests:
        raise GaveUp(f"django-helpdesk left something undone: {spent}")
    return spent


def _drive(verb: str, config: Path) -> str:
    done = subprocess.run(
        [str(PLACE / "bin" / "python"), "-I", str(_DRIVER), verb, str(config)],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        raise GaveUp(f"django-helpdesk, {verb}: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip().splitlines()[-1] if verb == "run" else ""


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "HOST": parts.hostname,
        "PORT": parts.port,
    }
