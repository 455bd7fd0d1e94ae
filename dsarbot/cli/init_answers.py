"""What `dsarbot init` has learned, as values; and the questions in their order, by subject."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dsarbot.cli.init_ask import Asker
from dsarbot.cli.init_checks import lines, names
from dsarbot.cli.init_questions import NONE
from dsarbot.cli.init_server import Looked
from dsarbot.cli.init_talk import Talk
from dsarbot.core.dates import add_months
from dsarbot.profiles import load_profile
from dsarbot.resources import shipped
from dsarbot.settings.mail import is_loopback

Security = Literal["tls", "starttls", "plain"]
_PORTS: Final = {
    "imap": {"tls": "993", "starttls": "143", "plain": "143"},
    "smtp": {"tls": "465", "starttls": "587", "plain": "25"},
}
#: Mails before this day do not exist.
_ALL: Final = date(1970, 1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """A password: typed (``value``, to be written to a file of its own), or where it lies already."""

    value: str = ""
    file: str = ""
    env: str = ""

    def __repr__(self) -> str:
        return "Secret()"


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A mail account. port: "" for the usual one of the security."""

    host: str
    security: Security
    port: int
    usual_port: bool
    user: str = ""
    secret: Secret = Secret()
    ca_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnProfile:
    """What a profile of one's own begins with. contact_title: "" for the usual one."""

    legal_name: str
    postal: tuple[str, ...]
    jurisdiction: str
    languages: tuple[str, ...]
    contact_title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who works at the desk. user: "" for nobody on this machine."""

    key: str
    name: str
    email: str
    user: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Everything that the configuration is written from. since: None when it cannot be known yet."""

    organisation: str
    profile: str
    own: OwnProfile | None
    prefix: str
    imap: Server
    watch: tuple[str, ...]
    junk: tuple[str, ...]
    sent: str
    since: date
    smtp: Server
    mail_from: str
    mail_from_name: str
    domains: tuple[str, ...]
    owner: Person
    deputy: Person | None
    digest_time: str
    language: str


#: Asks an IMAP server what folders and mails it has; None when it cannot be reached.
Look = Callable[[Server], Looked]


def gather(ask: Asker, *, today: date, user: str, look: Look) -> Answers:
    """Every question in its order. TheirInput when an option is missing or wrong and there is nobody to ask."""
    key, profile, own, name, prefix = _organisation(ask)
    imap, watch, junk, sent, since = _mailbox(ask, today, look)
    smtp = _sender(ask, imap)
    ask.heading("Letters")
    mail_from = ask("mail-from", imap.user if "@" in imap.user else None)
    mail_from_name = ask("mail-from-name", name)
    domains = names(ask("domain", mail_from.rpartition("@")[2] or ""))
    owner, deputy = _people(ask, user)
    ask.heading("Daily digest")
    digest_time, language = ask("digest-time", "07:30"), ask("language", "en")
    ask.finish()
    return Answers(
        organisation=key,
        profile=profile,
        own=own,
        prefix=prefix,
        imap=imap,
        watch=watch,
        junk=junk,
        sent=sent,
        since=since,
        smtp=smtp,
        mail_from=mail_from,
        mail_from_name=mail_from_name,
        domains=domains,
        owner=owner,
        deputy=deputy,
        digest_time=digest_time,
        language=language,
    )


def _organisation(ask: Asker) -> tuple[str, str, OwnProfile | None, str, str]:
    ask.heading("Organisation", "One for now; add others in config.toml later, each with a mailbox and a prefix.")
    key = ask("organisation")
    known = sorted(path.stem for path in shipped("profiles").glob("*.toml"))
    ask.tell("What its privacy policy says stands in a profile. These exist:")
    if ask.talk:
        for number, each in enumerate(known, 1):
            ask.talk.say(f"   {number:2}  {each:<12} {load_profile(each).organisation.legal_name}")
        ask.talk.say(f"    0  {NONE:<12} write one of your own from five answers")
    profile = ask("profile", words=[NONE, *known])
    own = _own(ask) if profile == NONE else None
    name = own.legal_name if own else load_profile(profile).organisation.legal_name if profile else ""
    return key, profile, own, name, ask("prefix", "DSR")


def _own(ask: Asker) -> OwnProfile:
    return OwnProfile(
        legal_name=ask("legal-name"),
        postal=lines(ask("postal")),
        jurisdiction=ask("jurisdiction"),
        languages=names(ask("languages", "fr, en, de")),
        contact_title="" if (title := ask("contact-title", NONE)) == NONE else title,
    )


def _mailbox(
    ask: Asker, today: date, look: Look
) -> tuple[Server, tuple[str, ...], tuple[str, ...], str, date]:  # fmt: skip
    ask.heading("Mailbox", "The account that people write to, such as privacy@ or dpo@.")
    server = _server(ask, "imap", host=None, user=None, secret=None)
    looked = look(server) if ask.complete else Looked()
    ask.tell(looked.said)
    while ask.talk and not looked.reached and _once_more(ask.talk):
        ask.forget("imap-")
        server = _server(ask, "imap", host=server.host, user=server.user, secret=None)
        looked = look(server)
        ask.tell(looked.said)
    watch = names(ask("watch", NONE))
    junk = names(ask("junk", ", ".join(looked.junk) or NONE))
    sent = ask("sent-folder", looked.sent or NONE)
    # GDPR Art. 12(3): with an extension an answer may be due three months after receipt; older mail is history.
    since = ask("since", add_months(today, -3).isoformat() if ask.talk else None)
    first = _ALL if since == "all" else date.fromisoformat(since or today.isoformat())
    return server, watch, junk, "" if sent == NONE else sent, first


def _once_more(talk: Talk) -> bool:
    return talk.ask("  Enter the server, user and password once more? yes or no [yes]: ").strip().lower() in {
        "", "y", "yes",
    }  # fmt: skip


def _sender(ask: Asker, imap: Server) -> Server:
    ask.heading("Sending", "The account through which letters leave.")
    host = imap.host.replace("imap", "smtp", 1) if ask.talk else None
    return _server(ask, "smtp", host=host, user=imap.user, secret=imap.secret, ca_file=imap.ca_file)


def _server(
    ask: Asker, kind: Literal["imap", "smtp"], *, host: str | None, user: str | None, secret: Secret | None,
    ca_file: str = "",
) -> Server:  # fmt: skip
    name = ask(f"{kind}-host", host)

    def stays_here(word: str) -> str | None:
        return "is for this machine only; use tls or starttls" if word == "plain" and not is_loopback(name) else None

    security = ask(f"{kind}-security", "tls", also=stays_here)
    usual = _PORTS[kind].get(security, "")
    port = ask(f"{kind}-port", usual)
    account = ask(f"{kind}-user", user)
    return Server(
        host=name,
        security="tls" if security == "tls" else "starttls" if security == "starttls" else "plain",
        port=int(port or 0),
        usual_port=port == usual,
        user="" if account == NONE else account,
        secret=Secret() if account == NONE else _secret(ask, kind, secret if account == user else None),
        ca_file=ask.optional(f"{kind}-ca-file") or ca_file,
    )


def _secret(ask: Asker, kind: str, same: Secret | None) -> Secret:
    file, env = ask.optional(f"{kind}-password-file"), ask.optional(f"{kind}-password-env")
    if file is not None and env is not None:
        ask.wrong(f"--{kind}-password-env is given beside --{kind}-password-file; keep one of the two")
    if file or env:
        return Secret(file=file or "", env=env or "")
    if ask.talk is None:
        if same is None:
            ask.need(f"{kind}-password-file")
        return same or Secret()
    if same is not None:
        typed = ask.talk.ask_secret("  Its password (Enter: the same): ")
        return Secret(value=typed) if typed else same
    while not (typed := ask.talk.ask_secret("  Its password (does not show): ")):
        ask.tell("! A password is needed.")
    return Secret(value=typed)


def _people(ask: Asker, user: str) -> tuple[Person, Person | None]:
    ask.heading("People", "You own the requests and get the daily digest; the deputy takes over when you are away.")
    name = ask("owner-name")
    owner = Person(key=person_key(name), name=name, email=ask("owner-email"), user=ask("owner-user", user))
    other = ask("deputy-name", NONE)
    if other == NONE:
        return owner, None
    email, account = ask("deputy-email"), ask("deputy-user", NONE)
    key = person_key(other)
    return owner, Person(
        key=f"{key[:29]}-2" if key == owner.key else key,
        name=other,
        email=email,
        user="" if account == NONE else account,
    )


def person_key(name: str) -> str:
    """A short key from a name: its first word in small letters without accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z][a-z0-9]*", plain)
    return words[0][:32] if words else "owner"
