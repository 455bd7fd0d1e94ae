"""The watch as a process: it loads little, looks again and again, and ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.cli.test_watch import CONFIG, WATCH

#: The ORM, the mailbox library, the cryptography of the master key: none of them is needed to look.
HEAVY = ("tortoise", "aiosqlite", "imapclient", "cryptography", "aiosmtplib", "babel")

LOOK = """
import sys
from dsarbot.cli.main import main
code = main(["--config", sys.argv[1], "watch", "--no-mail"])
loaded = sorted(name for name in sys.argv[2:] if name in sys.modules)
print(code, *loaded)
"""


def configured(folder: Path) -> str:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(database="sqlite:///none.db", port=9) + WATCH)
    return str(config)


def test_it_looks_again_and_again_until_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dsarbot", "--config", configured(tmp_path), "watch", "--no-mail", "--json"]
    with subprocess.Popen([*command, "--every", "1"], stdout=subprocess.PIPE, text=True) as watch:
        assert watch.stdout is not None
        looks = [json.loads(watch.stdout.readline()) for _ in range(2)]
        watch.send_signal(signal.SIGTERM)
        assert watch.wait(timeout=20) == 2, "the code of the last look"
    assert [each["readable"] for each in looks] == [False, False]


def test_looking_loads_neither_the_orm_nor_the_mailbox_nor_any_key(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOOK, configured(tmp_path), *HEAVY]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2"], done.stdout
