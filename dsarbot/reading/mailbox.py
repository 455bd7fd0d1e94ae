"""One mailbox of an address header: the bare address in what stands for it, and the name as a letter would use it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Begins only where a word begins: linear time. Two "@" are no valid address, but what the sender wrote.
_ADDR = re.compile(
    r"(?<![^\s<>,;:\"()\[\]\\@])[^\s<>,;:\"()\[\]\\@]{1,200}(?:@(?:\[[^\]\s]{1,100}\]|[^\s<>,;:\"()\[\]\\@]{1,255})){1,3}"
)
_QUOTED_LOCAL = re.compile(r"\"(?:[^\"\\]|\\.){1,200}\"@[^\s<>,;:\"()\\@]{1,255}")
_BLANKS_IN_LOCAL = re.compile(r"([^\s\"<>,;:()\[\]\\@]+(?:\s[^\s\"<>,;:()\[\]\\@]+){1,10})@([^\s\"<>,;:()\\@]+)")
_WHOLLY_QUOTED = re.compile(r"\"([^\"\\]*@[^\"\\]*)\"")
_MAILTO = re.compile(r"\bmailto:\s*", re.IGNORECASE)
_QUERY = re.compile(r"\?(?:subject|body|cc)=.*\Z", re.IGNORECASE | re.DOTALL)
_AROUND_AT = re.compile(r"\s{1,5}@\s{0,5}|@\s{1,5}")
_AROUND_DOT_OR_AT = re.compile(r"\s{0,5}([.@])\s{0,5}")
_DOMAIN_DOT = re.compile(r"(@[^\s@]{1,255})\s{1,5}\.\s{0,5}(?=\w)")
_COMMENT_MARK = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|\\.|[()]", re.DOTALL)
_EMPTY_BRACKETS = re.compile(r"\[\s*\]|\(\s*\)|<\s*>")
# Soft hyphens, zero-width spaces and marks of direction: not to be seen, so not part of a name.
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One mailbox. ``address`` keeps the local part, lowers the domain, and is "" when there is none."""

    name: str = ""
    address: str = ""


def clean_address(text: str) -> str:
    """The bare address of what stands between angle brackets, or "".

    Comments and blanks around dots go (RFC 5322 section 4.4); other blanks in a local part mean a quoted string.
    """
    text = _QUERY.sub("", _MAILTO.sub("", _without_comments(text).strip().strip("<>';, ")))
    if whole := _WHOLLY_QUOTED.fullmatch(text):
        text = whole[1].strip()
    if '"' not in text:
        text = _AROUND_DOT_OR_AT.sub(r"\1", text)
    if text.startswith("@") and ":" in text:
        # RFC 5322 section 4.4: an obsolete route "@a,@b:" before the address is ignored.
        text = text.rpartition(":")[2]
    local, _, domain = text.rpartition("@")
    text = f"{local}@{''.join(domain.split())}"
    if _QUOTED_LOCAL.fullmatch(text):
        return _joined(text)
    if blanks := _BLANKS_IN_LOCAL.fullmatch(text):
        return _joined(f'"{" ".join(blanks[1].split())}"@{blanks[2]}')
    match = _ADDR.search(text)
    return _joined(match[0].strip("'")) if match else ""


def bare_address(words: str) -> tuple[str, str]:
    """An address that stands among words, without brackets of its own, and the words without it."""
    plain = _MAILTO.sub("", words.strip())
    if spaced := _AROUND_AT.search(plain):
        # Whoever puts blanks around the "@" puts them around dots as well.
        plain = _AROUND_DOT_OR_AT.sub(r"\1", plain) if spaced[0][0] != "@" else _AROUND_AT.sub("@", plain)
    plain = _DOMAIN_DOT.sub(r"\1.", plain)
    match = (_QUOTED_LOCAL.search(plain[:2000]) if '"@' in plain else None) or _ADDR.search(plain)
    if match is None:
        return "", words
    rest = f"{plain[: match.start()]} {plain[match.end() :]}"
    return clean_address(match[0]), _EMPTY_BRACKETS.sub(" ", rest)


def name_of(shown: str) -> str:
    """A display name as it is spoken to: quotes around the whole and invisible characters go."""
    name = " ".join(_INVISIBLE.sub("", shown).split())
    for quote in ("'", '"'):
        if len(name) > 1 and name[0] == name[-1] == quote and quote not in name[1:-1]:
            name = name[1:-1].strip()
    return name if name.strip("'\"") else ""


def _joined(address: str) -> str:
    local, _, domain = address.rpartition("@")
    domain = domain.lower().rstrip(".")
    return f"{local}@{domain}" if local and domain else ""


def _without_comments(text: str) -> str:
    """Nested comments removed where they are balanced; an open one takes the rest (RFC 5322 section 3.2.2)."""
    if "(" not in text:
        return text
    out: list[str] = []
    depth = position = 0
    for match in _COMMENT_MARK.finditer(text):
        if match[0] == "(":
            if depth == 0:
                out.append(text[position : match.start()])
            depth += 1
        elif match[0] == ")" and depth:
            depth -= 1
            position = match.end()
    return "".join(out) + ("" if depth else text[position:])
