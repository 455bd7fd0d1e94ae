"""Bytes with a claimed character set to text, whatever the claim is worth.

Mail programs mislabel text every day (Windows bytes called ISO-8859-1, UTF-8 called anything, names no library knows).
A name in a letter must still come out right, so a label is a hint that the bytes may contradict. Only text codecs of an
allow-list are ever looked up: a label is written by a stranger and must not select ``zlib`` or ``punycode``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from encodings.aliases import aliases
from functools import lru_cache

_NOT_TEXT = frozenset(
    {"base64_codec", "bz2_codec", "hex_codec", "quopri_codec", "rot_13", "uu_codec", "zlib_codec", "mbcs", "tactis"}
)
_CODECS = frozenset(aliases.values()) - _NOT_TEXT | {"cp720", "cp737", "cp856", "cp874", "cp875", "cp1006", "koi8_u"}
# What the label says -> what senders mean by it (supersets, as browsers read them).
_MEANT = {
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
}
_NAMES = {
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_8_e": "iso8859_8",
    "ks_c_5601_1987": "cp949",
    "unicode_1_1_utf_7": "utf_7",
    "utf_8mb4": "utf_8",
    "utf8mb4": "utf_8",
    "unicode_2_0_utf_7": "utf_7",
    "utf7": "utf_7",
    "macintosh": "mac_roman",
    "mac": "mac_roman",
    "x_mac_roman": "mac_roman",
    "x_sjis": "cp932",
    "x_euc_jp": "euc_jp",
    "x_gbk": "gb18030",
    "cp932": "cp932",
    "latin9": "iso8859_15",
    "ansi": "cp1252",
    "ansi_x3_110_1983": "latin_1",
    "iso_ir_100": "cp1252",
    "win_1251": "cp1251",
    "win_1252": "cp1252",
    "koi8": "koi8_r",
    "cn_gb": "gb18030",
    "cn_big5": "big5",
    "x_big5": "big5",
    "x_ms_cp932": "cp932",
    "windows_31j": "cp932",
    "windows_936": "gb18030",
    "windows_949": "cp949",
    "windows_950": "cp950",
    "windows_874": "cp874",
    "dos_850": "cp850",
}
# Labels that say nothing: no problem is reported for them.
_EMPTY = frozenset({"", "none", "default", "8bit", "7bit", "binary", "unknown", "unknown_8bit", "x_unknown"})
_ASCII_SUPERSETS = frozenset({"cp1252", "utf_8"})
#: What a guess from the bytes of a header may be led to by the label of its mail; Western labels say nothing new.
_NO_HINT = frozenset({"cp1252", "utf_8", "utf_7", "utf_16", "utf_16_be", "utf_16_le", "utf_32"})
_WIDE = frozenset({"utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le"})
_EIGHT_BIT = re.compile(rb"[\x80-\xff]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@lru_cache(maxsize=256)
def codec(label: str) -> str | None:
    """Python's codec for a charset label, or None for an unknown or empty one.

    >>> codec("ISO-8859-1"), codec("x-nonsense")
    ('cp1252', None)
    """
    name = _normal(label)
    if name in _NAMES:
        return _NAMES[name]
    for candidate in (name, name.removeprefix("x_"), name.replace("cp_", "cp"), name.replace("_", "")):
        found = candidate if candidate in _CODECS else aliases.get(candidate)
        if found in _CODECS:
            return _MEANT.get(found, found)
    return None


def decode(data: bytes, label: str = "") -> tuple[str, str | None]:
    """Text of ``data`` and a problem slug ("unknown-charset", "wrong-charset") or None. Never raises."""
    name = codec(label)
    if data.isascii() and (name in _ASCII_SUPERSETS or (name is None and b"\x1b" not in data)):
        return data.decode("ascii"), None if name else _unknown(label)
    if name is None:
        return sniff(data), _unknown(label)
    if name == "cp1252":
        text = _first(data, ("utf-8", "cp1252")) if b"\x1b" not in data else sniff(data)
        ascii_label = not data.isascii() and "ascii" in label.lower()
        return text, "wrong-charset" if ascii_label or _is_utf8(data) else None
    if name in _WIDE and b"\x00" not in data:
        # Two bytes for each character would show a zero somewhere: it is no UTF-16, whatever it calls itself.
        return sniff(data), "wrong-charset"
    try:
        text = data.decode(name)
    except UnicodeError:
        return _damaged(data, name), "wrong-charset"
    # UTF-7 can spell lone surrogates, which no database takes.
    return text.encode("utf-8", "replace").decode("utf-8"), None


def sniff(data: bytes, hint: str = "") -> str:
    """Text of unlabelled bytes: ISO-2022-JP if it has its escapes, UTF-8 if valid, else what ``hint`` (a label of the
    same mail) says, else GB 18030 if nothing but pairs stand there, else Windows-1252, else Latin-1."""
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii")
    return _first(data, _candidates(data, hint))


def _first(data: bytes, names: Iterable[str]) -> str:
    for name in names:
        try:
            return data.decode(name)
        except UnicodeError:
            continue
    return data.decode("latin-1")


def _candidates(data: bytes, hint: str) -> Iterator[str]:
    if b"\x1b$" in data or b"\x1b(" in data:
        yield "iso2022_jp_ext"
    yield "utf-8"
    hinted = codec(hint) if hint else None
    if hinted and hinted not in _NO_HINT:
        yield hinted
    # Programs in China wrote headers without any label. Western text has single such bytes among others; text in
    # GB 2312 has them in pairs only, many of them together.
    runs = [len(run) for run in _EIGHT_BIT.findall(data[:2_000])]
    if max(runs, default=0) >= 4 and not any(run % 2 for run in runs):
        yield "gb2312"
    yield "cp1252"


def base64(data: bytes) -> bytes:
    """Decoded base64, forgiving foreign characters and missing padding; never raises."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", data)
    # One lonely last character holds six bits: no byte.
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def _unknown(label: str) -> str | None:
    return None if _normal(label) in _EMPTY else "unknown-charset"


def _normal(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.strip().lower()[:60]).strip("_")


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _damaged(data: bytes, name: str) -> str:
    """Bytes that break their own label: one bad byte in long text keeps the label, else the bytes speak."""
    text = data.decode(name, "replace")
    if text.count("\ufffd") * 50 <= len(text):
        return text.encode("utf-8", "replace").decode("utf-8")
    return sniff(data)
