"""What `dsarbot doctor` asks mail servers: can we get in, is every folder there, may mails be marked.

Each server is reached first with a short limit of its own, then spoken to. The blocking parts run in threads that
nobody waits for: a resolver that hangs must not keep the command alive.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from dsarbot.channels.down import Down, down_from
from dsarbot.channels.imap_check import MailboxReport, look
from dsarbot.channels.imap_plan import MOST_OLD_MAILS
from dsarbot.channels.imap_types import Watch
from dsarbot.channels.smtp import Sender
from dsarbot.cli.doctor_findings import Finding, fault, note, ok
from dsarbot.config import Settings
from dsarbot.errors import DsarbotError
from dsarbot.settings.mail import MailboxSettings, SenderSettings
from dsarbot.wiring.servers import endpoint_of, relay_of

T = TypeVar("T")

#: Seconds to resolve a name and connect; to greet, log in and answer.
REACH: Final = 5.0
TALK: Final = 10.0
_MANY: Final = 8


def watch_for_check(settings: Settings, box: MailboxSettings, environ: Mapping[str, str]) -> Watch:
    """The mailbox as the channel wants it, and every folder that something is filed in."""
    filed = [found for each in settings.organisations if (found := settings.sent_folder(each)) and found[0] == box]
    extra = dict.fromkeys([*box.watch, *box.junk, *(folder for _, folder in filed)])
    return Watch(
        key=box.key,
        endpoint=endpoint_of(box, environ),
        folder=box.folder,
        extra=tuple(each for each in extra if each not in {box.folder, box.move_to}),
        since=box.since,
        after=box.after,
        move_to=box.move_to,
        keyword=box.keyword or None,
    )


async def check_mailbox(settings: Settings, box: MailboxSettings, environ: Mapping[str, str]) -> MailboxReport:
    """Log in and look; changes nothing. Raises ``Down`` with the remedy."""
    await reach(box.host, box.port)
    watch = watch_for_check(settings, box, environ)
    return await in_thread(lambda: look(watch, TALK), TALK)


async def check_sender(sender: SenderSettings, environ: Mapping[str, str]) -> Finding:
    """Connect, TLS, log in, quit."""
    name = f"sender {sender.key}"
    try:
        await reach(sender.host, sender.port)
        offered = await Sender(relay_of(sender, environ, timeout=TALK)).check()
    except Down as why:
        return down(name, sender, why)
    logged = "logged in" if sender.user else "without logging in"
    notices = "" if "DSN" in offered.split() else "; no delivery notices (DSN)"
    return ok(name, f"{sender.host}:{sender.port}, {_security(sender)}, {logged}{notices}")


def mailbox_findings(box: MailboxSettings, report: MailboxReport, *, begun: bool) -> Iterator[Finding]:
    """What a mailbox lacks. begun: mails were taken in from it before."""
    name = f"mailbox {box.key}"
    can = ", ".join(report.capabilities) or "nothing beyond plain IMAP"
    mails = "1 mail" if report.old_mails == 1 else f"{report.old_mails:,} mails"
    yield ok(name, f"{box.host}:{box.port}, {_security(box)}, logged in; {box.folder}: {mails}; {can}")
    for folder in report.missing:
        yield fault(name, f"there is no folder {folder}", "create it, or correct its name in the configuration")
    # A first start on an old mailbox would take years of mail for new requests.
    if box.since is None and not begun and report.old_mails > MOST_OLD_MAILS:
        yield fault(
            name,
            f"{report.old_mails:,} old mails and no first day, so it is not started",
            f"set since = 2026-01-31 (the first day whose mail counts) for mailboxes[{box.key}]",
        )
    if report.read_only or (box.after == "move" and not {"MOVE", "UIDPLUS"} & set(report.capabilities)):
        moving = box.after == "move"
        said = "mails in it can be neither marked nor moved" if report.read_only else "mails cannot be moved safely"
        yield (fault if moving else note)(name, said, 'give the user the rights, or set after = "leave"')
    elif not report.keyword_allowed:
        yield note(
            name, f"the server does not keep the keyword {box.keyword}", 'nothing is lost; keyword = "" is quiet'
        )
    if "IDLE" not in report.capabilities:
        yield note(name, f"the server does not announce new mail; it is looked for every {box.poll_seconds} s")
    if report.unwatched:
        shown = ", ".join(report.unwatched[:_MANY]) + (" ..." if len(report.unwatched) > _MANY else "")
        yield note(
            name, f"folders that nobody watches: {shown}", "name those in which requests may lie in watch or junk"
        )


def down(name: str, server: MailboxSettings | SenderSettings, why: Down) -> Finding:
    """A server that fails us, with its address and what to do."""
    slug, _, remedy = str(why).partition(": ")
    return fault(name, f"{server.host}:{server.port}, {_security(server)}: {slug}", remedy)


async def reach(host: str, port: int) -> None:
    """Resolve and connect. Raises ``Down``."""

    def connect() -> None:
        try:
            socket.create_connection((host, port), REACH).close()
        except OSError as error:
            raise down_from(error) from None

    await in_thread(connect, REACH)


async def in_thread(work: Callable[[], T], seconds: float) -> T:
    """The result of blocking work; ``Down("timeout")`` when it takes longer, and the thread is left to itself."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def go() -> None:
        result: T | None = None
        failed: Exception | None = None
        try:
            result = work()
        except (DsarbotError, OSError, ValueError) as error:
            failed = error
        # The command may have ended without waiting for us.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=go, daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await done
    except TimeoutError:
        raise Down("timeout") from None


def _security(server: MailboxSettings | SenderSettings) -> str:
    return {"tls": "TLS", "starttls": "STARTTLS", "plain": "unencrypted"}[server.security]
