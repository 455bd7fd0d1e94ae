"""Where secrets come from: a file that only the service can read, or an environment variable. Never the TOML.

security 2: key files that others can read are refused, and so is any secret that stands in the example files.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from dsarbot.errors import ConfigError

#: Options that name a secret; each exists only as ``<name>_file`` and ``<name>_env``.
SECRET_NAMES = frozenset({"password", "token", "metrics_token", "master_key", "token_hash", "client_secret"})
#: What people write when they mean one of the above; used to give the right remedy for a literal secret.
LITERAL_NAMES = SECRET_NAMES | {"passwd", "secret", "key_value", "access_token", "api_key", "pass", "masterkey"}

_READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MAX_BYTES = 65_536
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretSource:
    """A place to read one secret from; the value itself is held by nobody.

    ``option`` is the path of the option without its ending, such as ``mailboxes[privacy].password``.
    Exactly one of ``file`` (a path) and ``env`` (the name of a variable) is set.
    """

    option: str
    file: Path | None = None
    env: str | None = None

    def read(self, environ: Mapping[str, str]) -> SecretStr:
        """The secret without surrounding white space. Raises ConfigError with one line that names the option."""
        if self.file is not None:
            problem = file_problem(self.file)
            if problem is not None:
                raise ConfigError([f"{self.option}_file: {problem}"])
            # A file that is no text gives replacement characters, which every server refuses as a password.
            value = self.file.read_text(encoding="utf-8", errors="replace").strip()
        else:
            value = environ.get(self.env or "", "").strip()
        if not value:
            name = f"{self.option}_file" if self.file is not None else f"{self.option}_env"
            raise ConfigError([f"{name}: the secret is empty or not set; write it to the place named there"])
        return SecretStr(value)


def file_problem(path: Path) -> str | None:
    """What is wrong with a file that holds a secret, as "what; remedy"; None when it may be used."""
    try:
        status = path.stat()
        path.open("rb").close()
    except FileNotFoundError:
        return f"there is no file {path}; create it with the secret as its only line and chmod 600"
    except OSError as error:
        return f"cannot be read ({error.strerror}); name a file that belongs to the service's user"
    if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
        return "is not a small text file; name a file that holds only the secret"
    if status.st_mode & _READABLE_BY_OTHERS:
        return f"may be read by others; run chmod 600 {path}"
    return None


def example_words(example: str) -> frozenset[str]:
    """Every word and every quoted string of the example configuration: none of them can be a secret."""
    quoted = re.findall(r"\"([^\"\n]+)\"|'([^'\n]+)'", example)
    bare = (word.strip("\"'.,;:()[]") for word in example.split())
    return frozenset(word for word in (*bare, *(part for pair in quoted for part in pair)) if word)


def secret_problems(
    options: Iterator[tuple[str, str, object]], environ: Mapping[str, str], forbidden: frozenset[str]
) -> Iterator[str]:
    """One line for each secret that cannot be used.

    ``options`` are (path of the table, name of the option, value) for the whole configuration, paths of
    files already absolute. ``forbidden`` are the words of the example file.
    """
    for table, name, value in options:
        stem, _, ending = name.rpartition("_")
        if stem not in SECRET_NAMES or ending not in {"file", "env"} or not isinstance(value, str):
            continue
        option = f"{table}.{stem}"
        if ending == "env" and not _ENV_NAME.fullmatch(value):
            yield f"{option}_env: is no name of an environment variable; the secret itself never stands here"
            continue
        source = SecretSource(
            option=option,
            file=Path(value) if ending == "file" else None,
            env=value if ending == "env" else None,
        )
        try:
            secret = source.read(environ).get_secret_value()
        except ConfigError as error:
            yield from error.problems
            continue
        if secret in forbidden:
            yield f"{option}_{ending}: this secret stands in the example file, so everybody knows it; make a new one"
