"""Parameters of Content-Type and Content-Disposition (RFC 2045, RFC 2231) as they really occur."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from dsarbot.reading.charsets import codec, decode
from dsarbot.reading.encoded_words import decode_words, one_line

_MOST = 100
_LONGEST = 4_000
_PARAMETER = re.compile(r"\s*([^\s=]{1,60}?)\s*(\*)?\s*=\s*(.*)\Z", re.DOTALL)
_SECTION = re.compile(r"(.+?)\*(\d{1,2})\Z")
_CUT = re.compile(r"\\.|[;\"]", re.DOTALL)
# Only these are escaped in practice; old programs send whole paths, whose backslashes mean themselves.
_ESCAPE = re.compile(r"\\([\"\\])")
# What follows the closing quote, and a quote that never closes, say nothing.
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*+)", re.DOTALL)
#: The section of a value that is not cut into any.
_WHOLE = -1


@lru_cache(maxsize=256)
def parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """``text/plain; charset=utf-8`` -> ("text/plain", {"charset": "utf-8"}); RFC 2231 sections joined and decoded."""
    first, *rest = _split(value[:_LONGEST])
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in rest[:_MOST]:
        match = _PARAMETER.match(piece)
        if match is None:
            continue
        name, extended, text = match[1].lower(), match[2] is not None, _unquoted(match[3].strip())
        section = _SECTION.match(name)
        if section:
            sections.setdefault(section[1], {}).setdefault(int(section[2]), (text, extended))
        elif extended:
            sections.setdefault(name, {}).setdefault(_WHOLE, (text, True))
        else:
            plain.setdefault(name, text)
    # RFC 2231 section 3: the extended form wins over a plain one of the same name.
    plain.update((name, _joined(parts)) for name, parts in sections.items())
    return first.strip().lower(), MappingProxyType(plain)


def _split(value: str) -> list[str]:
    """Cut at semicolons outside of quotes; after an unbalanced quote every semicolon cuts."""
    pieces, begin, quoted = [], 0, False
    marks = list(_CUT.finditer(value))
    balanced = sum(mark[0] == '"' for mark in marks) % 2 == 0
    for mark in marks:
        if mark[0] == '"':
            quoted = balanced and not quoted
        elif mark[0] == ";" and not quoted:
            pieces.append(value[begin : mark.start()])
            begin = mark.end()
    return [*pieces, value[begin:]]


def _unquoted(text: str) -> str:
    if quoted := _QUOTED.match(text):
        text = _ESCAPE.sub(r"\1", quoted[1])
    return decode_words(text.encode("utf-8", "replace")) if "=?" in text else text


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 section 4: charset'language'percent-encoded, in numbered sections (decoded as bytes, then joined)."""
    charset = ""
    data = b""
    first = min(parts)
    for number, (text, extended) in sorted(parts.items()):
        if number != first and (first == _WHOLE or number - 1 not in parts):
            # A section is missing: what follows it belongs elsewhere.
            break
        if extended and number == first:
            charset, text = _prefix(text)  # noqa: PLW2901 - the section without its prefix
        data += unquote_to_bytes(text) if extended else text.encode("utf-8", "replace")
    return one_line(decode(data, charset or "utf-8")[0])


def _prefix(text: str) -> tuple[str, str]:
    charset, quote, rest = text.partition("'")
    if not quote or (charset and codec(charset) is None and "'" not in rest):
        return "", text
    language, quote, value = rest.partition("'")
    return charset, value if quote else language
