"""`dsarbot doctor`: every connection, folder, template, profile and key is looked at; one finding per line.

A check that fails stops no other. Exit 0 without a fault, 1 with one, 2 when the configuration cannot be read.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import pwd
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dsarbot.errors import ConfigError, DsarbotError, TheirInput

if TYPE_CHECKING:
    from dsarbot.channels.imap_check import MailboxReport
    from dsarbot.cli.doctor_data import DataReport
    from dsarbot.cli.doctor_findings import Finding
    from dsarbot.cli.init_talk import Talk
    from dsarbot.config import Settings
    from dsarbot.settings.mail import MailboxSettings, SenderSettings

Show = Callable[[Iterable["Finding"]], None]


def add_parser(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command in the whole parser."""
    parser = groups.add_parser(
        "doctor",
        help="check every connection, folder, template and key",
        description="Check configuration, keys, database, mailboxes, sending, letters and clock; say what to do.",
    )
    parser.add_argument("--offline", action="store_true", help="leave out the mail servers")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--accept-clock",
        action="store_true",
        help="confirm that the clock is right after the service stood still for long, so that it may start",
    )
    parser.add_argument("--yes", action="store_true", help="with --accept-clock: do not ask")
    parser.add_argument(
        "--prove-recovery-copy",
        action="store_true",
        help="type two groups of the recovery copy of the master key; remembered with the date",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at everything, or do the one thing that was asked for."""
    from dsarbot.cli.common import settings_of
    from dsarbot.cli.doctor_findings import as_json, faults, from_error
    from dsarbot.cli.init_talk import terminal
    from dsarbot.config import config_path

    if args.accept_clock:
        return _accept_clock(settings_of(args), terminal(), yes=args.yes)
    if args.prove_recovery_copy:
        return _prove(settings_of(args, check_secrets=False), terminal())
    shown: list[Finding] = []

    def show(found: Iterable[Finding]) -> None:
        for each in found:
            shown.append(each)
            if not args.json:
                print(_line(each), flush=True)

    try:
        settings = settings_of(args, check_secrets=False)
    except ConfigError as error:
        show(from_error("configuration", error))
        code = 2
    else:
        file = config_path(Path(args.config) if args.config else None, os.environ)
        asyncio.run(_check(settings, file, show, offline=args.offline))
        code = 1 if faults(shown) else 0
    _end(shown, as_json(shown) if args.json else "")
    return code


def _end(shown: Sequence[Finding], whole: str) -> None:
    from dsarbot.cli.doctor_findings import summary

    if whole:
        print(whole)
    elif sys.stdout.isatty():
        print(f"\n{summary(shown)}")


def _line(finding: Finding) -> str:
    from dsarbot.cli.doctor_findings import in_pipe, on_terminal

    if not sys.stdout.isatty():
        return in_pipe(finding)
    width = shutil.get_terminal_size().columns
    return on_terminal(finding, width=width, colour=not os.environ.get("NO_COLOR"))


async def _check(settings: Settings, file: Path, show: Show, *, offline: bool) -> None:
    """Servers and database at once; what needs neither is shown meanwhile."""
    from dsarbot.app import utc_now
    from dsarbot.cli.doctor_data import check_data
    from dsarbot.cli.doctor_discord import discord_findings
    from dsarbot.cli.doctor_findings import note
    from dsarbot.cli.doctor_local import secret_findings
    from dsarbot.cli.doctor_reading import clamd_findings

    secrets, unusable = secret_findings(settings, os.environ)
    usable = not {"keys.master_key", "database.password"} & unusable
    data = asyncio.create_task(check_data(settings, os.environ, utc_now)) if usable else None
    boxes = [] if offline else [each for each in settings.mailboxes if not _secret(each) & unusable]
    senders = [] if offline else [each for each in settings.senders if not _secret(each) & unusable]
    servers = asyncio.create_task(_servers(settings, boxes, senders))
    show(_local(settings, file, secrets, with_key="keys.master_key" not in unusable))
    show(await clamd_findings(settings))
    if not offline:
        show(await discord_findings(settings, os.environ))
    report = _seen(*await asyncio.gather(data, return_exceptions=True)) if data else _unseen()
    show(report.findings)
    reports, sent = await servers
    for box, answer in zip(boxes, reports, strict=True):
        show(_mailbox(box, answer, begun=box.key in report.begun))
    for sender, finding in zip(senders, sent, strict=True):
        show([finding] if not isinstance(finding, BaseException) else [_broken(f"sender {sender.key}", finding)])
    skipped = [f"mailbox {each.key}" for each in settings.mailboxes if each not in boxes]
    skipped += [f"sender {each.key}" for each in settings.senders if each not in senders]
    show(note(each, "not checked" + ("" if offline else ": its secret cannot be used here")) for each in skipped)


def _local(settings: Settings, file: Path, secrets: Sequence[Finding], *, with_key: bool) -> Iterable[Finding]:
    from dsarbot.cli import doctor_local as local
    from dsarbot.cli.doctor_findings import ok, split
    from dsarbot.cli.doctor_reading import reading_findings

    yield from local.program_findings(settings)
    keys = ", ".join(each.key for each in settings.organisations)
    yield ok("configuration", f"{file}, for {keys}")
    for line in settings.warnings:
        where, _, said = line.partition(": ")
        yield split("note", "configuration", f"{where}: {said}")
    yield from local.profile_findings(settings)
    yield from local.disk_findings(settings)
    yield from local.paper_findings(settings)
    yield from reading_findings(settings)
    yield from secrets
    if with_key:
        yield from local.key_findings(settings, os.environ, datetime.now(UTC))


def _seen(answer: DataReport | BaseException) -> DataReport:
    from dsarbot.cli.doctor_data import DataReport

    return DataReport(findings=(_broken("database", answer),)) if isinstance(answer, BaseException) else answer


def _unseen() -> DataReport:
    from dsarbot.cli.doctor_data import DataReport
    from dsarbot.cli.doctor_findings import note

    return DataReport(findings=(note("database", "not checked: its secret cannot be used here"),))


async def _servers(
    settings: Settings, boxes: Sequence[MailboxSettings], senders: Sequence[SenderSettings]
) -> tuple[list[MailboxReport | BaseException], list[Finding | BaseException]]:
    """All at once; an answer or what went wrong for each."""
    from dsarbot.cli.doctor_mail import check_mailbox, check_sender

    asked: list[Awaitable[MailboxReport]] = [check_mailbox(settings, each, os.environ) for each in boxes]
    told: list[Awaitable[Finding]] = [check_sender(each, os.environ) for each in senders]
    reports, sent = await asyncio.gather(
        asyncio.gather(*asked, return_exceptions=True), asyncio.gather(*told, return_exceptions=True)
    )
    return list(reports), list(sent)


def _mailbox(box: MailboxSettings, answer: MailboxReport | BaseException, *, begun: bool) -> Iterable[Finding]:
    from dsarbot.channels.down import Down
    from dsarbot.cli.doctor_mail import down, mailbox_findings

    if isinstance(answer, Down):
        return [down(f"mailbox {box.key}", box, answer)]
    if isinstance(answer, BaseException):
        return [_broken(f"mailbox {box.key}", answer)]
    return mailbox_findings(box, answer, begun=begun)


def _broken(name: str, error: BaseException) -> Finding:
    """A check that failed in a way nobody foresaw: its kind only, since its text may quote a person."""
    from dsarbot.cli.doctor_findings import fault

    if isinstance(error, DsarbotError):
        return fault(name, str(error))
    return fault(name, f"the check itself failed ({type(error).__name__})", "please report this")


def _secret(server: MailboxSettings | SenderSettings) -> set[str]:
    return {server.credentials.option} if server.user and server.credentials else set()


def _accept_clock(settings: Settings, talk: Talk | None, *, yes: bool) -> int:
    from dsarbot.app import opened
    from dsarbot.cli.doctor_data import accept_clock

    now = datetime.now().astimezone()
    if not yes:
        if talk is None:
            raise TheirInput("dsarbot doctor --accept-clock asks for confirmation; without a terminal add --yes")
        talk.say(f"This machine says it is {now:%A %d %B %Y, %H:%M} ({now:%Z}).")
        talk.say("If that is wrong, every date, deadline and deletion from now on is wrong too.")
        if talk.ask("Is it right? yes or no: ").strip().lower() not in {"y", "yes"}:
            print("Nothing was changed. Set the clock, then run dsarbot doctor again.")
            return 1

    user = pwd.getpwuid(os.geteuid()).pw_name
    actor = next((each.key for each in settings.staff if each.active and each.system_user == user), f"user:{user}")

    async def go() -> None:
        async with opened(settings, environ=os.environ) as app:
            await accept_clock(app, actor)

    asyncio.run(go())
    print("The clock is accepted; the service may start: dsarbot run")
    return 0


def _prove(settings: Settings, talk: Talk | None) -> int:
    from dsarbot.cli.init import two_of
    from dsarbot.cli.init_recovery import proof_path, proof_text, prove

    if talk is None:
        raise TheirInput("dsarbot doctor --prove-recovery-copy needs a terminal")
    source = settings.keys.master_key
    key = source.read(os.environ).get_secret_value()
    if source.file is None:
        raise TheirInput("the master key comes from the environment, so there is no place to remember a proof")
    talk.say("Two groups of your recovery copy of the master key, please:")
    if not prove(key, talk, two_of):
        print("Not proved. If the copy is lost, make a new one now from the key file, while there is one.")
        return 1
    path = proof_path(source.file)
    path.write_text(proof_text(key, "typed", datetime.now(UTC)), encoding="utf-8")
    print("Proved and remembered.")
    return 0
