"""The master key as people handle it: one line of text in a file or a variable, and on a sheet of paper.

The text is thirteen groups of four letters and digits, each followed by its own check character, so that a typing
mistake is found where it was made. Losing the master key loses everything that was ever sealed.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from dsarbot.errors import KeyProblem
from dsarbot.store.sealing import KEY_BYTES, new_key

# Crockford's base 32: no I, L, O and U, which people misread.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_GROUPS, _DIGITS = 13, 4


def new_master_key() -> str:
    """A fresh master key as text, 13 groups of five characters."""
    return key_text(new_key())


def key_text(key: bytes) -> str:
    """The 32 bytes as text: what the key file holds and the recovery copy shows."""
    number = int.from_bytes(key)
    digits = "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_GROUPS * _DIGITS)))
    groups = [digits[start : start + _DIGITS] for start in range(0, len(digits), _DIGITS)]
    return "-".join(group + _check(index, group) for index, group in enumerate(groups))


def recovery_groups(text: str) -> tuple[str, ...]:
    """The groups of a key, in order: `init` prints them numbered and asks for some again as proof of the copy."""
    return tuple(key_text(parse_master_key(text)).split("-"))


def parse_master_key(text: str) -> bytes:
    """The 32 bytes; KeyProblem that names the first wrong group. Spaces, hyphens and small letters do not matter."""
    plain = "".join(text.upper().split()).replace("-", "").translate(_MISREAD)
    width = _DIGITS + 1
    if len(plain) != _GROUPS * width or any(sign not in _ALPHABET for sign in plain):
        raise KeyProblem(f"the master key must have {_GROUPS} groups of {width} letters and digits")
    groups = [plain[start : start + width] for start in range(0, len(plain), width)]
    for index, group in enumerate(groups):
        if group[-1] != _check(index, group[:-1]):
            raise KeyProblem(f"group {index + 1} of the master key is mistyped")
    number = 0
    for sign in "".join(group[:-1] for group in groups):
        number = number << 5 | _ALPHABET.index(sign)
    if number >> (8 * KEY_BYTES):
        raise KeyProblem("this is no master key of dsarbot; make one with `dsarbot init`")
    return number.to_bytes(KEY_BYTES)


def master_key_from_file(path: Path) -> bytes:
    """The key in a file that only its owner may read; KeyProblem with the remedy otherwise."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise KeyProblem(f"{path} is not a file; name the file with the master key")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyProblem(f"the master key may be read by others; run chmod 600 {path}")
        return parse_master_key(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise KeyProblem(f"there is no master key file {path}; restore it from the recovery copy") from None
    except UnicodeDecodeError:
        raise KeyProblem(f"{path} holds no master key; restore it from the recovery copy") from None
    except OSError as error:
        raise KeyProblem(f"{path} cannot be read ({error.strerror}); make the service's user its owner") from None


def master_key_from_environment(name: str, environ: Mapping[str, str]) -> bytes:
    """The key in an environment variable; KeyProblem when it is not set."""
    if not environ.get(name, "").strip():
        raise KeyProblem(f"the environment variable {name} does not hold the master key")
    return parse_master_key(environ[name])


def _check(index: int, group: str) -> str:
    """The group's check character; the index is part of it, so exchanged groups are found too."""
    return _ALPHABET[hashlib.sha256(f"{index}:{group}".encode()).digest()[0] & 31]
