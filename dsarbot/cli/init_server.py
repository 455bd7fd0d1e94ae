"""What the IMAP server itself says: its folders for unwanted and sent mail, and how many old mails wait there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dsarbot.channels.down import Down
from dsarbot.channels.endpoint import Endpoint
from dsarbot.channels.imap_plan import MOST_OLD_MAILS
from dsarbot.channels.imap_session import Session

_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What was found. said: a sentence for people; reached: False when the server could not be asked."""

    said: str = ""
    junk: tuple[str, ...] = ()
    sent: str = ""
    reached: bool = False


def look(endpoint: Endpoint) -> Looked:
    """Log in and look; changes nothing, never raises for a server that fails."""
    try:
        with Session(endpoint, read_timeout=_SECONDS) as session:
            folders = session.folders()
            mails = session.select("INBOX", readonly=True).exists
    except Down as why:
        return Looked(said=f"The mailbox could not be asked. {why}")
    return Looked(said=_said(mails, folders), junk=junk_of(folders), sent=sent_of(folders), reached=True)


def junk_of(folders: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The folders for unwanted mail (RFC 6154), by their usual names where the server marks none."""
    marked = sorted(name for name, flags in folders.items() if "\\junk" in flags)
    return tuple(marked) or tuple(sorted(name for name in folders if _last(name) in {"junk", "spam", "junk e-mail"}))


def sent_of(folders: Mapping[str, frozenset[str]]) -> str:
    """The folder for sent mail, or ""."""
    marked = sorted(name for name, flags in folders.items() if "\\sent" in flags)
    named = sorted(name for name in folders if _last(name) in {"sent", "sent items", "sent mail"})
    return next(iter((*marked, *named)), "")


def _last(name: str) -> str:
    return name.replace(".", "/").rpartition("/")[2].lower()


def _said(mails: int, folders: Mapping[str, frozenset[str]]) -> str:
    many = "1 mail" if mails == 1 else f"{mails:,} mails"
    said = f"Logged in. INBOX holds {many}; folders: {', '.join(sorted(folders))}."
    if mails > MOST_OLD_MAILS:
        said += f" A mailbox with more than {MOST_OLD_MAILS} old mails is started only with a first day."
    return said
