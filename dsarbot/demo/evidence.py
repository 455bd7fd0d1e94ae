"""What the final check looks at: mailboxes read by IMAP, rows read by sqlite3, the journal verified by the command.

Nothing here goes through the running application: it would be the accused giving evidence.
"""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dsarbot.demo.office import DPO, MAILBOXES
from dsarbot.demo.post_office import Found, PostOffice

_VERIFY_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class InboundFound:
    """One row of what came in, joined to its mail by mailbox and UID."""

    message_id: str
    disposition: str
    case: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFound:
    """One row of a case, in its clear columns."""

    id: str
    reference: str
    company: str
    rights: tuple[str, ...]
    language: str
    status: str
    target: date | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything found, gathered at one moment. mailboxes: account -> its mails; sent: copies in Sent folders."""

    today: date
    inbounds: tuple[InboundFound, ...]
    cases: tuple[CaseFound, ...]
    mailboxes: Mapping[str, tuple[Found, ...]]
    sent: tuple[Found, ...]
    unsent: int
    journal: str


async def gather(folder: Path, config: Path, post: PostOffice, *, today: date) -> Evidence:
    """Look at everything; the service may run meanwhile."""
    accounts = sorted({*post.plan.routes.values(), DPO})
    contents = await asyncio.gather(*(asyncio.to_thread(post.read, each) for each in accounts))
    copies = await asyncio.gather(*(asyncio.to_thread(post.read, each, "Sent") for each in MAILBOXES.values()))
    mailboxes = dict(zip(accounts, contents, strict=True))
    ids = {(key, found.uid): found.message_id for key, box in MAILBOXES.items() for found in mailboxes[box]}
    inbounds, cases, unsent = await asyncio.to_thread(_rows, folder / "data" / "dsarbot.sqlite", ids)
    return Evidence(
        today=today,
        inbounds=inbounds,
        cases=cases,
        mailboxes=mailboxes,
        sent=tuple(found for each in copies for found in each),
        unsent=unsent,
        journal=await asyncio.to_thread(_verified, config),
    )


def _rows(
    database: Path, ids: Mapping[tuple[str, int], str]
) -> tuple[tuple[InboundFound, ...], tuple[CaseFound, ...], int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        # A second company has a copy of a mail to several (practice 5); it lies in no mailbox.
        inbounds = tuple(
            InboundFound(message_id=ids.get((mailbox, uid), ""), disposition=disposition, case=case)
            for mailbox, uid, disposition, case in connection.execute(
                "SELECT mailbox, uid, disposition, case_id FROM inbound WHERE uid > 0 ORDER BY mailbox, uid"
            )
        )
        cases = tuple(
            CaseFound(
                id=case_id,
                reference=reference,
                company=company,
                rights=tuple(rights.split(",")),
                language=language,
                status=status,
                target=date.fromisoformat(target) if target else None,
            )
            for case_id, reference, company, rights, language, status, target in connection.execute(
                "SELECT id, reference, organisation, rights, language, status, target FROM cases ORDER BY reference"
            )
        )
        (unsent,) = connection.execute("SELECT count(*) FROM job WHERE state IN ('queued', 'claimed')").fetchone()
    return inbounds, cases, unsent


def _verified(config: Path) -> str:
    """`dsarbot journal verify` in a process of its own: "verified", or what it said."""
    command = (sys.executable, "-m", "dsarbot", "--config", str(config), "journal", "verify")
    done = subprocess.run(  # noqa: S603  # our own command with our own file
        command, capture_output=True, text=True, timeout=_VERIFY_SECONDS, check=False
    )
    if done.returncode == 0:
        return "verified"
    said = (done.stdout + done.stderr).strip().splitlines() or ["nothing"]
    return f"exit {done.returncode}: {said[-1]}"
