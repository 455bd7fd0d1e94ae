"""One installation to measure: its configuration and its secrets in a folder of its own."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Final

from dsarbot.store.masterkey import new_master_key

#: Who gets the digests; they are no acknowledgements.
OWNER: Final = "owner@office.example.org"

_CONFIG: Final = """
[service]
data_dir = "data"
[database]
url = "{database}"
[keys]
master_key_file = "master.key"
[[organisations]]
key = "bench"
profile = "example-fr"
sender = "relay"
mail_from = "{address}"
mail_from_name = "Bench"
domains = ["bench.example.org", "office.example.org"]
owner = "dpo"
sent_folder = "Sent"
[organisations.acknowledgement]
delay_minutes = 0
[organisations.digest]
recipients = ["dpo"]
local_time = 23:59:00
[[staff]]
key = "dpo"
name = "D P O"
email = "{owner}"
roles = ["dpo"]
organisations = ["bench"]
system_user = "{user}"
[[senders]]
key = "relay"
host = "127.0.0.1"
port = {smtp_port}
security = "plain"
[[mailboxes]]
key = "privacy"
host = "127.0.0.1"
port = {imap_port}
security = "plain"
user = "{address}"
password_file = "imap.password"
organisations = ["bench"]
junk = ["Junk"]
since = 2020-01-01
after = "move"
move_to = "Archive"
"""


def install(
    folder: Path, *, address: str, password: str, imap_port: int, smtp_port: int, database: str = ""
) -> Path:  # fmt: skip
    """The configuration file; without a database URL an SQLite file beside it."""
    for name, secret in (("master.key", new_master_key()), ("imap.password", password)):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    config = folder / "config.toml"
    config.write_text(
        _CONFIG.format(
            database=database or f"sqlite://{folder}/dsarbot.db",
            address=address,
            owner=OWNER,
            user=getpass.getuser(),
            smtp_port=smtp_port,
            imap_port=imap_port,
        )
    )
    return config
