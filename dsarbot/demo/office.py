"""The demo's three invented companies, and the folder in which the service runs for them: a real configuration.

Nothing of it is special: it is loaded like any other, so that whoever is curious can look at it and use it with the
other commands while the demo runs.
"""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from dsarbot import resources
from dsarbot.demo.plan import HOSTNAME, LOOPBACK
from dsarbot.demo.post_office import PostOffice
from dsarbot.store.masterkey import new_master_key

#: The mailbox that two companies share, and the one of the third.
GROUP, NUAGE = "privacy@group.example.org", "privacy@nuage.example.com"
DPO, DEPUTY = "dpo@group.example.org", "deputy@group.example.org"


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """One invented controller. account: the mailbox its mail ends in; profile: the shipped one it is made from."""

    key: str
    name: str
    short: str
    prefix: str
    address: str
    domain: str
    account: str
    profile: str


COMPANIES = (
    Company(
        key="wolkebierg",
        name="DEMO Wolkebierg Hosting",
        short="Wolkebierg",
        prefix="DEMOLU",
        address="privacy@wolkebierg.example.org",
        domain="wolkebierg.example.org",
        account=GROUP,
        profile="example-lu",
    ),
    Company(
        key="beispielwolke",
        name="DEMO Beispielwolke",
        short="Beispielwolke",
        prefix="DEMODE",
        address="privacy@beispielwolke.example.net",
        domain="beispielwolke.example.net",
        account=GROUP,
        profile="example-de",
    ),
    Company(
        key="nuage",
        name="DEMO Nuage d’Exemple",
        short="Nuage",
        prefix="DEMOFR",
        address="privacy@nuage.example.com",
        domain="nuage.example.com",
        account=NUAGE,
        profile="example-fr",
    ),
)
#: key under [[mailboxes]] -> account
MAILBOXES: Mapping[str, str] = {"group": GROUP, "nuage": NUAGE}

_HEAD = """\
# DEMO: the configuration of this run of `dsarbot demo`. The companies are invented, the servers are embedded,
# the keys and passwords were made for this run and are deleted with this folder.
# While the demo runs, other commands work with it: dsarbot --config {path} cases list

[service]
data_dir = "data"

[keys]
master_key_file = "secrets/master.key"

[web]
port = {port}
# People may ask and follow their case in the browser, too.
portal = true
"""
_MAILBOX = """
[[mailboxes]]
key = "{key}"
host = "{host}"
port = {port}
# Plain text is accepted on this machine only.
security = "plain"
user = "{account}"
password_file = "secrets/{key}"
organisations = [{organisations}]
addresses = {{ {addresses} }}
sent_folder = "Sent"
since = 2020-01-01
authserv_id = "{hostname}"
own_hosts = ["{hostname}"]
keyword = ""
poll_seconds = 5
"""
_SENDER = """
[[senders]]
key = "{key}"
host = "{host}"
port = {port}
security = "plain"
user = "{account}"
password_file = "secrets/{key}"
"""
_ORGANISATION = """
[[organisations]]
key = "{key}"
profile = "profiles/{profile}.toml"
reference_prefix = "{prefix}"
sender = "{sender}"
mail_from = "{address}"
mail_from_name = "{name}"
domains = ["{domain}", "group.example.org"]
owner = "dora"
deputy = "emil"
escalation = "emil"
decider = "emil"

[organisations.acknowledgement]
# In production a person has ten minutes to stop it.
delay_minutes = 0

[organisations.digest]
recipients = ["dora"]
local_time = {digest_at}
"""
_STAFF = """
[[staff]]
key = "dora"
name = "Dora Demo"
email = "{dpo}"
roles = ["dpo", "admin"]
organisations = [{keys}]
system_user = "{user}"

[[staff]]
key = "emil"
name = "Emil Demo"
email = "{deputy}"
roles = ["agent", "dpo"]
organisations = [{keys}]
"""


def furnish(folder: Path, post: PostOffice, *, digest_at: time) -> Path:
    """Write configuration, profiles and secrets of this run; the path of the configuration."""
    secrets, profiles = folder / "secrets", folder / "profiles"
    secrets.mkdir(mode=0o700)
    profiles.mkdir()
    _secret(secrets / "master.key", new_master_key())
    for key, account in MAILBOXES.items():
        _secret(secrets / key, post.plan.accounts[account])
    for company in COMPANIES:
        source = resources.find("profiles", f"{company.profile}.toml").read_text(encoding="utf-8")
        # security 22: every letter of the demo says so, also where it prints the company's legal name.
        marked = source.replace('legal_name = "', 'legal_name = "DEMO ')
        (profiles / f"{company.profile}.toml").write_text(marked, encoding="utf-8")
    path = folder / "config.toml"
    path.write_text(_config(path, post, digest_at), encoding="utf-8")
    return path


def _config(path: Path, post: PostOffice, digest_at: time) -> str:
    accounts = {account: key for key, account in MAILBOXES.items()}
    parts = [_HEAD.format(path=path, port=_free_port())]
    for key, account in MAILBOXES.items():
        served = [each for each in COMPANIES if each.account == account]
        parts.append(
            _MAILBOX.format(
                key=key,
                host=LOOPBACK,
                port=post.imap_port,
                account=account,
                hostname=HOSTNAME,
                organisations=_quoted(each.key for each in served),
                addresses=", ".join(f'"{each.address}" = "{each.key}"' for each in served),
            )
        )
        parts.append(_SENDER.format(key=key, host=LOOPBACK, port=post.smtp_port, account=account))
    parts += [
        _ORGANISATION.format(
            key=each.key,
            profile=each.profile,
            prefix=each.prefix,
            sender=accounts[each.account],
            address=each.address,
            name=each.name,
            domain=each.domain,
            digest_at=digest_at.isoformat("seconds"),
        )
        for each in COMPANIES
    ]
    keys = _quoted(each.key for each in COMPANIES)
    parts.append(_STAFF.format(dpo=DPO, deputy=DEPUTY, keys=keys, user=pwd.getpwuid(os.getuid()).pw_name))
    return "".join(parts)


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listening:
        return int(listening.getsockname()[1])


def _quoted(keys: Iterable[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _secret(path: Path, value: str) -> None:
    path.touch(mode=0o600)
    path.write_text(value + "\n", encoding="utf-8")
