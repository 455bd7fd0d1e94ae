"""Installs the Debian packages of the real peers, where that may be done without asking anybody.

Run by `dev.py test`. What cannot be installed is named, and its tests skip with that reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = (
    "chromium",
    "dovecot-core",
    "dovecot-imapd",
    "dovecot-lmtpd",
    "postfix",
    "postgresql",
    "strace",
    "clamav-daemon",
    "tesseract-ocr",
    "tesseract-ocr-deu",
    "tesseract-ocr-fra",
    "tesseract-ocr-ltz",
    "tesseract-ocr-nld",
)


def missing() -> list[str]:
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    present = {line.split()[0] for line in shown.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in PACKAGES if name not in present]


def become_root() -> list[str] | None:
    """What to put before a command to run it as root; None where nobody may without a password."""
    if os.geteuid() == 0:
        return ["env"]
    if shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0:
        return ["sudo", "-n", "env"]
    return None


def say(text: str) -> None:
    sys.stdout.write(f"dev: {text}\n")
    sys.stdout.flush()


def main() -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        return
    wanted, root = missing(), become_root()
    if not wanted:
        return
    if root is None:
        say(f"not installed, their tests will be skipped: {' '.join(wanted)}")
        return
    say(f"installing {' '.join(wanted)}")
    apt = [*root, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    subprocess.call([*apt, "update"])
    install = ["-o", "Dpkg::Use-Pty=0", "install", "-y", "--no-install-recommends", *wanted]
    if subprocess.call([*apt, *install], stdout=subprocess.DEVNULL) != 0:
        say("apt-get could not install them; their tests will be skipped")


if __name__ == "__main__":
    main()
