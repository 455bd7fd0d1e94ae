"""Every question that `dsarbot init` asks, with its option: a table, read by the parser and by the asking alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

#: What an answer must be; `init_checks` has the check of each.
Kind = Literal[
    "line", "key", "address", "domains", "host", "port", "security", "names", "since", "prefix", "time", "language",
    "languages", "jurisdiction", "profile", "lines", "path", "secret-file", "secret-env", "folder",
]  # fmt: skip

#: What people write for "nothing", where Enter takes the proposal.
NONE: Final = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One thing to know. text: what the terminal asks; help: of the option; kind: what it must be; none: the answer
    may be "none"."""

    text: str
    help: str
    kind: Kind = "line"
    none: bool = False
    metavar: str = "TEXT"


def _q(text: str, help_: str, kind: Kind = "line", metavar: str = "TEXT", *, none: bool = False) -> Question:
    return Question(text=text, help=help_, kind=kind, metavar=metavar, none=none)


#: By the name of the option, without its dashes. In the order in which they are asked.
QUESTIONS: Final[Mapping[str, Question]] = {
    "folder": _q(
        "Folder for configuration, keys and data", "folder for configuration, keys and data (.)", "folder", "DIR"
    ),
    "organisation": _q(
        "Short name, for good, such as acme",
        "short name of the organisation, such as acme; it cannot change later", "key", "KEY",
    ),
    "profile": _q(
        "Number or name of the profile", 'a shipped profile, or "none" to write one of your own', "profile", "NAME"
    ),
    "legal-name": _q("Legal name of the organisation", "own profile: legal name of the organisation"),
    "postal": _q(
        "Postal address below that name, with ; between its lines, or none",
        'own profile: postal address below the name, parts between ";", or none', "lines", "LINES", none=True,
    ),
    "jurisdiction": _q(
        "Where it is established, such as LU, FR or DE-BY",
        "own profile: whose law counts the days, such as LU, FR or DE-BY", "jurisdiction", "CODE",
    ),
    "languages": _q(
        "Languages of letters, the usual one first",
        "own profile: languages of letters, the usual one first (fr,en,de)", "languages", "LIST",
    ),
    "contact-title": _q(
        "Title of whoever signs, if not the DPO",
        "own profile: title of whoever signs (default: data protection officer)", none=True,
    ),
    "prefix": _q("Prefix of references, as in DSR-2026-00042-9", "prefix of references (DSR)", "prefix", "PREFIX"),
    "imap-host": _q("IMAP server", "server of the mailbox that people write to", "host", "HOST"),
    "imap-security": _q(
        "Security: tls, starttls, plain",
        "tls (default), starttls, or plain on this machine", "security", "WORD",
    ),
    "imap-port": _q("Its port", "its port (993 for tls, else 143)", "port", "PORT"),
    "imap-ca-file": _q("", "a certificate authority to trust instead of the system's", "path", "FILE"),
    "imap-user": _q("User name of the mailbox", "user name of the mailbox", "line", "USER"),
    "imap-password-file": _q("Its password", "a file with its password, chmod 600", "secret-file", "FILE"),
    "imap-password-env": _q("", "instead: the environment variable that holds it", "secret-env", "NAME"),
    "watch": _q(
        "Other folders with requests, with commas between",
        "further folders in which requests may lie (none)", "names", "LIST", none=True,
    ),
    "junk": _q(
        "Folders for unwanted mail, with commas between",
        "folders for unwanted mail (default: what the server says)", "names", "LIST", none=True,
    ),
    "sent-folder": _q(
        "Folder for copies of sent letters",
        "folder for copies of sent letters (default: what the server says)", "line", "NAME", none=True,
    ),
    "since": _q(
        'First day whose mail is taken in, or "all"',
        'first day whose mail is taken in (2026-01-31), or "all"', "since", "DAY",
    ),
    "smtp-host": _q("SMTP server", "server through which letters leave", "host", "HOST"),
    "smtp-security": _q(
        "Security: tls, starttls, plain",
        "tls (default), starttls, or plain on this machine", "security", "WORD",
    ),
    "smtp-port": _q("Its port", "its port (465 for tls, 587 for starttls, 25 for plain)", "port", "PORT"),
    "smtp-ca-file": _q("", "a certificate authority to trust instead of the system's", "path", "FILE"),
    "smtp-user": _q(
        "User name there, or none", "user name there, or none (default: as for IMAP)",
        "line", "USER", none=True,
    ),
    "smtp-password-file": _q(
        "Its password (Enter: the same)", "a file with its password (default: as for IMAP)", "secret-file", "FILE"
    ),
    "smtp-password-env": _q("", "instead: the environment variable that holds it", "secret-env", "NAME"),
    "mail-from": _q("Address that letters come from", "address that letters come from", "address", "ADDRESS"),
    "mail-from-name": _q("Name beside that address", "name beside that address (default: the legal name)"),
    "domain": _q(
        "Your own mail domains, with commas between",
        "your own mail domains (default: that of --mail-from)", "domains", "LIST",
    ),
    "owner-name": _q("Your name", "who owns the requests", "line", "NAME"),
    "owner-email": _q("Your e-mail address", "their e-mail address", "address", "ADDRESS"),
    "owner-user": _q("Your user on this machine", "their user on this machine (default: yours)", "line", "USER"),
    "deputy-name": _q(
        "Name of your deputy",
        "who takes over when they are away (none)", "line", "NAME", none=True,
    ),
    "deputy-email": _q("The deputy's e-mail address", "the deputy's e-mail address", "address", "ADDRESS"),
    "deputy-user": _q(
        "The deputy's user on this machine", "the deputy's user on this machine (none)", "line", "USER", none=True
    ),
    "digest-time": _q("When the daily digest leaves", "when the daily digest leaves (07:30)", "time", "HH:MM"),
    "language": _q("Its language: en, fr, de", "language of the digest (en)", "language", "CODE"),
    "recovery-copy": _q(
        "", "file for the recovery copy of the master key, outside the folder", "path", "FILE"
    ),
}  # fmt: skip


def attribute(option: str) -> str:
    """The name under which argparse keeps an option."""
    return option.replace("-", "_")
