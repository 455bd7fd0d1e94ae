"""What `dsarbot doctor` says of a published policy: how much the policy check found, and where to read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from dsarbot.cli.doctor_findings import Finding, from_error, note, ok
from dsarbot.cli.profile_output import counted
from dsarbot.errors import ConfigError
from dsarbot.policy.check import check
from dsarbot.policy.law import load_law
from dsarbot.settings.profile import Profile


def policy_findings(key: str, profile: Profile, folders: Sequence[Path]) -> Iterator[Finding]:
    """One line for an organisation. key: as its configuration calls it."""
    name = f"policy {key}"
    try:
        found = check(profile, load_law(*folders))
    except ConfigError as error:
        yield from from_error(name, error)
        return
    if not found:
        yield ok(name, "compared with the law: nothing found")
        return
    said = f"compared with the law: {counted(found, 'en')}"
    yield note(name, said, f"read them, each with a better sentence: dsarbot profile check {key}")
