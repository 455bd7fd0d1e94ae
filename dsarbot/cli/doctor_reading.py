"""What `dsarbot doctor` says of whoever reads scans and photographs, and of whoever looks for viruses in them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from dsarbot.cli.doctor_findings import Finding, fault, note, ok
from dsarbot.config import Settings
from dsarbot.documents.scan import installed
from dsarbot.errors import ChannelDown
from dsarbot.wiring.scans import clamd

_CHECK: Final = "scans and photographs"
#: Of our languages, as tesseract calls them.
_WANTED: Final = ("deu", "eng", "fra", "ltz", "nld")


def reading_findings(settings: Settings) -> Iterator[Finding]:
    """Which programs read, in which versions and languages; and whether the scan folders can be worked in."""
    if not installed():
        yield note(_CHECK, "held for a person: what reads pictures is not installed", "pip install 'dsarbot[ocr]'")
    else:
        rapid = f"rapidocr {_version('rapidocr')} on onnxruntime {_version('onnxruntime')}"
        number, languages = _tesseract()
        if not number:
            yield ok(_CHECK, f"read by {rapid}; tesseract, which is quicker on clean scans, is not installed")
        elif missing := [each for each in _WANTED if each not in languages]:
            said = f"read by tesseract {number} without {', '.join(missing)}, then by {rapid}"
            yield note(_CHECK, said, f"install tesseract-ocr-{' tesseract-ocr-'.join(missing)}")
        else:
            yield ok(_CHECK, f"read by tesseract {number} ({', '.join(_WANTED)}), then by {rapid}")
    for each in settings.organisations:
        if each.scan_dir is not None and not os.access(each.scan_dir, os.R_OK | os.W_OK | os.X_OK):
            said = f"{each.scan_dir} cannot be written by you"
            yield note(f"scans {each.key}", said, "run doctor as the service's user")


async def clamd_findings(settings: Settings) -> list[Finding]:
    """Whether the daemon that looks for viruses answers, where one is configured."""
    daemon = clamd(settings)
    if daemon is None:
        return [ok("viruses", "nobody looks for them in attachments: [clamd] names neither socket nor host")]
    try:
        return [ok("viruses", await daemon.version())]
    except ChannelDown as why:
        said = f"{why}: what is attached is held, not passed"
        return [fault("viruses", said, "start clamav-daemon, or correct [clamd]")]


def _tesseract() -> tuple[str, tuple[str, ...]]:
    """Version and languages; ("", ()) when it is not there."""
    program = shutil.which("tesseract")
    if program is None:
        return "", ()
    number, languages = (
        subprocess.run([program, option], capture_output=True, check=False, timeout=10).stdout  # noqa: S603
        for option in ("--version", "--list-langs")
    )
    return number.decode("utf-8", "replace").partition("\n")[0].split()[-1], tuple(languages.decode().split())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of unknown version"
