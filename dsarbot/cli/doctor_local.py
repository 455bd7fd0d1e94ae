"""What `dsarbot doctor` sees without database and network: secrets, profiles, letters, disk, what is installed."""

from __future__ import annotations

import importlib.util
import os
import platform
import pwd
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import handlers
from dsarbot import __version__, resources
from dsarbot.cli.doctor_findings import Finding, fault, from_error, note, ok
from dsarbot.cli.init_recovery import proof_path, proved_at
from dsarbot.cli.profile_doctor import policy_findings
from dsarbot.config import Settings
from dsarbot.core.dates import long_date
from dsarbot.desk.letter_problems import problems
from dsarbot.desk.letters import template_source
from dsarbot.errors import ConfigError, KeyProblem
from dsarbot.paper.press import installed
from dsarbot.profiles import folders_of, identity_warning, letter_languages, load_profile
from dsarbot.settings.organisations import OrganisationSettings
from dsarbot.settings.profile import Profile
from dsarbot.settings.secrets import SecretSource, example_words
from dsarbot.store.masterkey import parse_master_key
from dsarbot.wiring.paper import tray_folder
from dsarbot.wiring.rights import strangers

#: Below the first nothing may be taken in for long; below the second somebody should look.
_FULL, _LOW = 200 * 1024**2, 2 * 1024**3
_PROOF_AGE: Final = timedelta(days=400)
_EXTRAS: Final = {"demo": ("aiosmtpd", "pymap"), "paper": ("typst",)}


def sources(settings: Settings) -> tuple[SecretSource, ...]:
    """Every secret that the configuration names."""
    found = [settings.keys.master_key, settings.database.password]
    found += [each.credentials for each in settings.mailboxes]
    found += [each.credentials for each in settings.senders if each.user]
    found += [each.token_hash for each in settings.staff]
    return tuple(each for each in found if each is not None)


def secret_findings(settings: Settings, environ: Mapping[str, str]) -> tuple[list[Finding], frozenset[str]]:
    """What is wrong with secrets, and the options whose secret cannot be used here."""
    forbidden = example_words(resources.example_config().read_text(encoding="utf-8"))
    found: list[Finding] = []
    unusable: set[str] = set()
    every = sources(settings)
    for source in every:
        try:
            value = source.read(environ).get_secret_value()
        except ConfigError as error:
            unusable.add(source.option)
            owner = other_owner(source.file) if source.file else None
            remedy = f"run doctor as {owner} to have it checked" if owner else ""
            found += (
                [note("secrets", f"{source.option} may be read by {owner} only, not by you", remedy)]
                if owner
                else from_error("secrets", error)
            )
            continue
        if value in forbidden:
            unusable.add(source.option)
            found.append(
                fault("secrets", f"{source.option} stands in the example file, so everybody knows it", "make a new one")
            )
    if not found:
        found.append(ok("secrets", f"{len(every)} secrets, readable by their owner only"))
    return found, frozenset(unusable)


def other_owner(path: Path) -> str | None:
    """The user to whom a path belongs that we may not look at; None when it is ours, open to us, or missing."""
    if os.geteuid() == 0:
        return None
    for each in (path, *path.parents):
        try:
            status = each.stat()
        except PermissionError:
            continue
        except OSError:
            return None
        blocked = not os.access(each, os.R_OK if each == path else os.X_OK)
        return _user(status.st_uid) if blocked and status.st_uid != os.geteuid() else None
    return None


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"


def key_findings(settings: Settings, environ: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """The master key itself; whether it opens the database is another check."""
    source = settings.keys.master_key
    key = source.read(environ).get_secret_value()
    try:
        parse_master_key(key)
    except KeyProblem as error:
        yield fault("master key", str(error), "put the key from its recovery copy there")
        return
    lost = "losing it loses everything that is kept"
    if source.file is None:
        yield ok("master key", f"from the environment variable {source.env}; {lost}: keep the recovery copy")
        return
    yield from _owners(source.file, settings.service.data_dir)
    proof = proof_path(source.file)
    proved = proved_at(proof.read_text(encoding="utf-8", errors="replace"), key) if proof.is_file() else None
    again = "prove it with: dsarbot doctor --prove-recovery-copy"
    if proved is None:
        yield note("master key", f"nobody has proved that a recovery copy of it exists; {lost}", again)
        return
    day = long_date(proved[0].astimezone().date())
    if now - proved[0] > _PROOF_AGE:
        yield note("master key", f"its recovery copy was last proved on {day}; {lost}", again)
        return
    yield ok("master key", f"recovery copy {'proved' if proved[1] == 'typed' else 'declared stored'} on {day}; {lost}")


def _owners(key: Path, data: Path) -> Iterator[Finding]:
    """The service that owns the data must own the key: the usual mistake after an `init` by root."""
    if data.is_dir() and (owner := data.stat().st_uid) != key.stat().st_uid:
        yield note(
            "master key",
            f"it belongs to {_user(key.stat().st_uid)}, the data to {_user(owner)}, who runs the service",
            f"run chown {_user(owner)} {key}",
        )


def profile_findings(settings: Settings) -> Iterator[Finding]:
    """What the policies forget or ask too much, and mistakes in letters."""
    for organisation in settings.organisations:
        check = f"profile {organisation.profile if len(organisation.profile) < 14 else organisation.key}"
        folders = folders_of(organisation, settings.service.profiles_dir)
        try:
            profile = load_profile(organisation.profile, *folders)
        except ConfigError as error:
            yield from from_error(check, error)
            continue
        yield ok(check, f"{profile.organisation.legal_name}, {organisation.jurisdiction or profile.jurisdiction}")
        if profile.rights_omitted:
            yield note(
                check,
                f"the policy does not name {', '.join(profile.rights_omitted)}; these rights exist all the same",
                "have the policy corrected",
            )
        if profile.policy.source.startswith("to be completed"):
            yield note(check, "it does not say which policy it was taken from", "complete [policy] source")
        if warning := identity_warning(profile, settings.service.language):
            yield note(check, warning)
        yield from policy_findings(organisation.key, profile, folders)
        yield from _letters(settings, organisation, profile)


def _letters(settings: Settings, organisation: OrganisationSettings, profile: Profile) -> Iterator[Finding]:
    check = f"letters {organisation.key}"
    folders = [each for each in (organisation.templates_dir, settings.service.templates_dir) if each]
    every = template_source([*(each / "letters" for each in folders), resources.shipped("templates") / "letters"])
    languages = letter_languages(organisation, profile)
    found, _ = strangers(settings.plugins.allow)
    wrong = problems(every, languages, [*handlers.by_slug().values(), *found])
    for line in wrong:
        yield fault(check, line, "correct the file, or take it out to have the shipped one")
    if not wrong:
        yield ok(check, f"complete in {', '.join(languages)}")


def disk_findings(settings: Settings) -> Iterator[Finding]:
    """Room and rights where everything is kept."""
    folder = settings.service.data_dir
    place = next(each for each in (folder, *folder.parents) if each.is_dir())
    if not os.access(place, os.W_OK | os.X_OK):
        yield note("data folder", f"{folder} cannot be written by you", "run doctor as the service's user to check it")
        return
    free = shutil.disk_usage(place).free
    said = f"{folder}, {free / 1024**3:.1f} GiB free"
    if free < _LOW:
        remedy = "make room, or nothing can be taken in any more"
        yield fault("data folder", said, remedy) if free < _FULL else note("data folder", said, remedy)
    else:
        yield ok("data folder", said)


def paper_findings(settings: Settings) -> Iterator[Finding]:
    """Whether letters by post can be printed, and laid into the trays."""
    if not installed():
        yield note("letters by post", "they wait unprinted: typst is not installed", "pip install 'dsarbot[paper]'")
    for organisation in settings.organisations:
        folder = tray_folder(settings, organisation)
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            owner = _user(folder.stat().st_uid)
            yield note(f"tray {organisation.key}", f"{folder} cannot be written by you", f"run doctor as {owner}")


def program_findings(settings: Settings) -> Iterator[Finding]:
    """What is installed, and whether every allowed plugin is."""
    extras = [name for name, parts in _EXTRAS.items() if all(importlib.util.find_spec(each) for each in parts)]
    with_extras = f"with {', '.join(extras)}" if extras else "without extras"
    yield ok("program", f"dsarbot {__version__} {with_extras}, Python {platform.python_version()}")
    found, wrong = strangers(settings.plugins.allow)
    yield from (fault("plugins", line, "install or correct its package, or take it out") for line in wrong)
    if found and not wrong:
        yield ok("plugins", f"rights of other packages: {', '.join(right.slug for right in found)}")
