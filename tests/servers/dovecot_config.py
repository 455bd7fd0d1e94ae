"""Dovecot's configuration in both grammars: 2.3 (Debian 12, Ubuntu 24.04) and 2.4 (Debian 13)."""

from __future__ import annotations

import grp
import os
from collections.abc import Mapping
from pathlib import Path

from tests.servers.certificate import Certificate

FOLDERS = ("Junk", "Sent", "Drafts", "Trash", "Archive")

SHARED = """\
listen = 127.0.0.1
base_dir = {root}/run
state_dir = {root}/state
log_path = {log}
default_internal_user = {runs_as}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
ssl = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_fsync = never
mail_max_userip_connections = 100
namespace inbox {{
  inbox = yes
  separator = /
{folders}
}}
service anvil {{
  chroot =
  # No growing delay after failed log-ins: tests fail to log in on purpose.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener postfix {{
    port = {auth}
  }}
}}
"""

GRAMMAR_2_3 = """\
protocols = imap lmtp
disable_plaintext_auth = no
ssl_cert = <{certificate.cert}
ssl_key = <{certificate.key}
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Lu {root}/users/%Lu
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={root}/mail/%Lu
}}
"""

GRAMMAR_2_4 = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {{
  imap = yes
  lmtp = yes
}}
auth_allow_cleartext = yes
ssl_server_cert_file = {certificate.cert}
ssl_server_key_file = {certificate.key}
mail_driver = maildir
mail_path = ~/Maildir
passdb passwd-file {{
  passwd_file_path = {root}/users/%{{user | lower}}
  default_password_scheme = PLAIN
}}
userdb static {{
  fields {{
    uid = {owner}
    gid = {owner_group}
    home = {root}/mail/%{{user | lower}}
  }}
}}
"""


QUOTA_2_3 = """\
mail_plugins = quota
plugin {{
  quota = maildir:All
  quota_rule = *:bytes={quota_bytes}
  quota_grace = 0
}}
"""

QUOTA_2_4 = """\
mail_plugins {{
  quota = yes
}}
quota All {{
  driver = maildir
  storage_size = {quota_bytes}
  storage_grace = 0
}}
"""


def configuration(
    *,
    version: tuple[int, int],
    root: Path,
    log: Path,
    certificate: Certificate,
    ports: Mapping[str, int],
    runs_as: str,
    quota_bytes: int = 0,
) -> str:
    """The whole file. Under another account than root everything belongs to that account. quota_bytes: how much an
    account may hold, 0 for as much as it likes."""
    privileged = runs_as == "root"
    grammar = GRAMMAR_2_3 if version < (2, 4) else GRAMMAR_2_4
    limit = "" if not quota_bytes else QUOTA_2_3 if version < (2, 4) else QUOTA_2_4
    return (grammar + SHARED + limit).format(
        quota_bytes=quota_bytes,
        root=root,
        log=log,
        certificate=certificate,
        runs_as=runs_as,
        group="root" if privileged else _group(),
        login="nobody" if privileged else runs_as,
        owner="nobody" if privileged else runs_as,
        owner_group="nogroup" if privileged else _group(),
        folders="\n".join(_folder(name) for name in FOLDERS),
        **ports,
    )


def _folder(name: str) -> str:
    return f"  mailbox {name} {{\n    auto = create\n    special_use = \\{name}\n  }}"


def _group() -> str:
    return grp.getgrgid(os.getegid()).gr_name
