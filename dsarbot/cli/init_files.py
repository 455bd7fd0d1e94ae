"""The files that `dsarbot init` writes: a short configuration, a profile of one's own, and secrets nobody else reads.

Pure but for `write`, which never overwrites and is durable when it returns.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dsarbot.cli.init_answers import Answers, OwnProfile, Person, Secret, Server
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.core.jurisdictions import jurisdiction
from dsarbot.desk.letters import template_source
from dsarbot.resources import shipped
from dsarbot.settings.profile import RIGHTS

KEY_FILE: Final = "keys/master.key"
PROOF_FILE: Final = "keys/master.key.proof"
_PRIVATE: Final = 0o600
_TITLES: Final[Mapping[Language, str]] = {
    "fr": "Délégué à la protection des données (DPO)",
    "en": "Data Protection Officer (DPO)",
    "de": "Datenschutzbeauftragter (DSB)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file to write, by its path below the folder. private: readable by its owner only."""

    path: str
    text: str
    private: bool = False

    def __repr__(self) -> str:
        return f"File({self.path})"


def files(answers: Answers, *, config: str, key: str, proof: str) -> tuple[File, ...]:
    """Everything, the configuration last: what it names is there before it. key, proof: texts of their files."""
    found = [File(path=KEY_FILE, text=f"{key}\n", private=True), File(path=PROOF_FILE, text=proof, private=True)]
    for name, server in (("imap", answers.imap), ("smtp", answers.smtp)):
        if server.secret.value and (name == "imap" or server.secret != answers.imap.secret):
            found.append(File(path=f"secrets/{name}-password", text=f"{server.secret.value}\n", private=True))
    if answers.own:
        found.append(File(path=_profile_path(answers), text=own_profile(answers, answers.own)))
    return (*found, File(path=config, text=config_text(answers)))


def write(folder: Path, each: File) -> None:
    """Write one file and sync it; FileExistsError rather than another one's end."""
    path = folder / each.path
    path.parent.mkdir(mode=0o700 if each.private else 0o755, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE if each.private else 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(each.text)
        file.flush()
        os.fsync(file.fileno())


def config_text(answers: Answers) -> str:
    """config.toml with what was chosen; everything else keeps its default."""
    return "\n".join([*_head(answers), *_mail(answers), *_organisation(answers), *_staff(answers)]) + "\n"


def own_profile(answers: Answers, own: OwnProfile) -> str:
    """A profile to be completed with what the policy says."""
    court = jurisdiction(own.jurisdiction).court
    source = template_source([shipped("templates") / "letters"])
    courts = {each: source.phrases(each, "courts")[court] for each in LANGUAGES}
    titles = {each: own.contact_title or _TITLES[each] for each in LANGUAGES}
    return "\n".join(
        [
            f"# {own.legal_name}: what its privacy policy says. Complete it; `dsarbot doctor` says what it lacks.",
            "# The shipped profiles show every kind of row: promise, retention, authority, statements.",
            f"jurisdiction = {_quoted(own.jurisdiction)}",
            f"languages = {_list(own.languages)}",
            "# The rights that the policy lists. Take out what it forgets: they exist all the same.",
            f"rights_listed = {_list(_rights(own.jurisdiction))}",
            "",
            "[policy]",
            f"language = {_quoted(own.languages[0])}",
            'source = "to be completed: where and when the policy was published"',
            "",
            "[organisation]",
            f"legal_name = {_quoted(own.legal_name)}",
            f"postal_address = {_list(own.postal)}",
            f"contact_title = {_table(titles)}",
            f"email = {_quoted(answers.mail_from)}",
            'roles = ["controller"]',
            *_channel("email", answers.mail_from),
            *(_channel("post", "by post to the address above") if own.postal else ()),
            "",
            "# The judicial remedy as letters name it (Art. 79 GDPR). Have it checked.",
            "[court]",
            *(f"{name} = {_quoted(text)}" for name, text in courts.items()),
            "",
        ]
    )


def _head(answers: Answers) -> Iterator[str]:
    yield "# Written by `dsarbot init`: what was chosen. config.example.toml explains these and all other options."
    yield "# Another organisation: add a block under [[organisations]] with a reference_prefix of its own, name it in"
    yield "# the organisations of a mailbox and of the people who work for it; then run `dsarbot doctor`."
    yield ""
    yield "[service]"
    yield 'data_dir = "data"'
    yield f"language = {_quoted(answers.language)}"
    yield ""
    yield "[keys]"
    yield "# Whoever loses it loses everything that is kept. The recovery copy lies elsewhere."
    yield f"master_key_file = {_quoted(KEY_FILE)}"
    yield ""
    yield "# Who is told when the service falls silent: take the # away from these four lines, name addresses"
    yield "# that are read without this service, and run `dsarbot watch` by cron or a timer (docs/operations.md)."
    yield "# [watch]"
    yield f"# recipients = {_list([each.email for each in _people(answers)])}"
    yield '# sender = "outgoing"'
    yield f"# mail_from = {_quoted(answers.mail_from)}"


def _mail(answers: Answers) -> Iterator[str]:
    yield ""
    yield "[[mailboxes]]"
    yield 'key = "privacy"'
    yield from _server(answers.imap, "imap")
    yield f"organisations = {_list((answers.organisation,))}"
    if answers.watch:
        yield f"watch = {_list(answers.watch)}"
    if answers.junk:
        yield f"junk = {_list(answers.junk)}"
    if answers.sent:
        yield f"sent_folder = {_quoted(answers.sent)}"
    yield "# The first day whose mail is taken in."
    yield f"since = {answers.since.isoformat()}"
    yield "# Set these to have senders proved and receipts dated by your own servers:"
    yield '# authserv_id = "mx.example.org"'
    yield '# own_hosts = ["mx.example.org"]'
    yield ""
    yield "[[senders]]"
    yield 'key = "outgoing"'
    yield from _server(answers.smtp, "imap" if answers.smtp.secret == answers.imap.secret else "smtp")


def _server(server: Server, secret_name: str) -> Iterator[str]:
    yield f"host = {_quoted(server.host)}"
    yield f"security = {_quoted(server.security)}"
    if not server.usual_port:
        yield f"port = {server.port}"
    if server.ca_file:
        yield f"ca_file = {_quoted(server.ca_file)}"
    if server.user:
        yield f"user = {_quoted(server.user)}"
        yield _secret(server.secret, secret_name)


def _secret(secret: Secret, name: str) -> str:
    if secret.env:
        return f"password_env = {_quoted(secret.env)}"
    return f"password_file = {_quoted(secret.file or f'secrets/{name}-password')}"


def _organisation(answers: Answers) -> Iterator[str]:
    yield ""
    yield "[[organisations]]"
    yield f"key = {_quoted(answers.organisation)}"
    yield f"profile = {_quoted(_profile_path(answers) if answers.own else answers.profile)}"
    yield f"reference_prefix = {_quoted(answers.prefix)}"
    yield 'sender = "outgoing"'
    yield f"mail_from = {_quoted(answers.mail_from)}"
    yield f"mail_from_name = {_quoted(answers.mail_from_name)}"
    yield f"domains = {_list(answers.domains)}"
    yield f"owner = {_quoted(answers.owner.key)}"
    if answers.deputy:
        yield f"deputy = {_quoted(answers.deputy.key)}"
        yield "# Who is told when nobody acts."
        yield f"escalation = {_quoted(answers.deputy.key)}"
    yield "# Who decides refusals: a manager, by key under [[staff]]; see Art. 38(6) GDPR."
    yield '# decider = "..."'
    yield ""
    yield "[organisations.digest]"
    yield f"recipients = {_list([each.key for each in _people(answers)])}"
    yield f"local_time = {answers.digest_time}:00"
    yield f"language = {_quoted(answers.language)}"


def _staff(answers: Answers) -> Iterator[str]:
    for person in _people(answers):
        yield ""
        yield "[[staff]]"
        yield f"key = {_quoted(person.key)}"
        yield f"name = {_quoted(person.name)}"
        yield f"email = {_quoted(person.email)}"
        yield 'roles = ["dpo", "admin"]' if person == answers.owner else 'roles = ["agent"]'
        yield f"organisations = {_list((answers.organisation,))}"
        if person.user:
            yield f"system_user = {_quoted(person.user)}"


def _people(answers: Answers) -> list[Person]:
    return [answers.owner, *([answers.deputy] if answers.deputy else [])]


def _profile_path(answers: Answers) -> str:
    return f"profiles/{answers.organisation}.toml"


def _rights(code: str) -> list[str]:
    # Directives on data after death exist in France only (LIL Art. 85).
    return [right for right in RIGHTS if right != "directives" or code.startswith("FR")]


def _channel(kind: str, published: str) -> Iterator[str]:
    yield "[[channels]]"
    yield f"kind = {_quoted(kind)}"
    yield f"published = {_quoted(published)}"


def _quoted(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's; control characters were refused when the answer was given."""
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(_quoted(each) for each in texts)}]"


def _table(texts: Mapping[Language, str]) -> str:
    return "{ " + ", ".join(f"{name} = {_quoted(text)}" for name, text in texts.items()) + " }"
