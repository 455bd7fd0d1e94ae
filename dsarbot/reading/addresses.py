"""Address headers (RFC 5322 section 3.4) as they really occur: unquoted commas, groups, encoded wholes, no brackets.

Who wrote decides whose rights are served, so the sender is read by own code with a defined answer for each fault, in
linear time: an unbalanced quote or bracket switches that syntax off for the rest of the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dsarbot.reading.charsets import sniff
from dsarbot.reading.encoded_words import WORD, decode_words

#: Longest address header that is read; the rest is ignored (bytes).
LIMIT = 64_000
# Begins only where a word begins: linear time.
_ADDR = re.compile(
    r"(?<![^\s<>,;:\"()\[\]\\@])[^\s<>,;:\"()\[\]\\@]{1,200}@(?:\[[^\]\s]{1,100}\]|[^\s<>,;:\"()\[\]\\@]{1,255})"
)
_QUOTED_LOCAL = re.compile(r"\"(?:[^\"\\]|\\.){1,200}\"@[^\s<>,;:\"()\\@]{1,255}")
_MAILTO = re.compile(r"\bmailto:", re.IGNORECASE)
_AROUND_AT = re.compile(r"\s{1,5}@\s{0,5}|@\s{1,5}")
_SPECIAL = re.compile(r"[\"(<,;:]")
# Specials inside of encoded words are hidden behind private-use characters while addresses are cut.
_HIDE = {ord(char): 0xF700 + ord(char) for char in '"(<>,;:@'}
_SHOW = {hidden: char for char, hidden in _HIDE.items()}
_END_QUOTE = re.compile(r"(?:[^\"\\]|\\.)*+\"", re.DOTALL)
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One mailbox. ``address`` keeps the local part, lowers the domain, and is "" when there is none."""

    name: str = ""
    address: str = ""


@dataclass(kw_only=True, slots=True)
class _Entry:
    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None


def parse_addresses(value: bytes) -> tuple[Address, ...]:
    """Every address of a raw header value, in order. Never raises.

    >>> parse_addresses(b"Doe, Jane <jane@Example.ORG>")
    (Address(name='Doe, Jane', address='jane@example.org'),)
    """
    found: list[Address] = []
    pending: list[str] = []
    for entry, ended_by in _entries(_text(value[:LIMIT])):
        if ended_by == ":":
            continue
        if pending and entry.angle is not None:
            # "Doe, Jane <jane@example.org>": a comma that should have been quoted.
            entry.words[:0] = [", ".join(pending) + ", "]
            pending = []
        address = _address(entry)
        if address.address or entry.angle is not None:
            found += (_only_name(name) for name in pending)
            pending = []
            found.append(address)
        elif address.name:
            pending.append(address.name)
        if ended_by == ";":
            found += (_only_name(name) for name in pending)
            pending = []
    found += (_only_name(name) for name in pending)
    return tuple(found) if any(one.address for one in found) else tuple(_encoded_whole(value[:LIMIT])) or tuple(found)


def clean_address(text: str) -> str:
    """The bare address of what stands between angle brackets, or ""."""
    text = "".join(text.split()).strip("<>'") if '"' not in text else text.strip().strip("<>'")
    text = text.removeprefix("mailto:").removeprefix("MAILTO:")
    if text.startswith("@") and ":" in text:
        # RFC 5322 section 4.4: an obsolete route "@a,@b:" before the address is ignored.
        text = text.rpartition(":")[2]
    if _QUOTED_LOCAL.fullmatch(text):
        local, _, domain = text.rpartition("@")
        return f"{local}@{domain.lower().rstrip('.')}"
    match = _ADDR.search(text)
    if match is None:
        return ""
    local, _, domain = match[0].strip("'").rpartition("@")
    domain = domain.lower().rstrip(".")
    return f"{local}@{domain}" if local and domain else ""


def _only_name(name: str) -> Address:
    return Address(name=name)


def _text(value: bytes) -> str:
    """Raw bytes as text with encoded words still in place but free of specials: "=?utf-8?Q?Doe,_J?=" is one word."""
    out: list[str] = []
    position = 0
    for match in WORD.finditer(value):
        out += (sniff(value[position : match.start()]), match[0].decode("latin-1").translate(_HIDE))
        position = match.end()
    out.append(sniff(value[position:]))
    return re.sub(r"[\x00\r\n\t]+", " ", "".join(out))


def _words(text: str) -> str:
    return " ".join(decode_words(text.translate(_SHOW).encode("utf-8", "replace")).split())


def _entries(text: str) -> list[tuple[_Entry, str]]:
    """Cut at commas, semicolons and group colons outside of quotes, comments and brackets."""
    entries: list[tuple[_Entry, str]] = []
    entry = _Entry()
    off: set[str] = set()
    position = 0
    while match := _SPECIAL.search(text, position):
        special = match[0]
        entry.words.append(text[position : match.start()])
        position = match.end()
        if special == ":" and text.find(";", position) < 0:
            # No group without its end: "Support: <help@example.org>" is a name.
            off.add(":")
        if special in ",;" or (special not in off and special == ":" and _names_group(entry)):
            entries.append((entry, special))
            entry = _Entry()
            continue
        end = -1 if special in off or special == ":" else _closing(text, special, position)
        if end < 0:
            off.add(special)
            if special == "<":
                # "Jane <jane@example.org" without its end: the address is what remains.
                comma = text.find(",", position)
                stop = len(text) if comma < 0 else comma
                entry.angle = entry.angle or text[position:stop]
                position = stop
            else:
                entry.words.append(" " if special == '"' else special)
            continue
        _take(entry, special, text[position:end])
        position = end + 1
    entry.words.append(text[position:])
    entries.append((entry, ""))
    return entries


def _names_group(entry: _Entry) -> bool:
    """RFC 5322 section 3.4: "display-name:" opens a group; "mailto:" and what holds an address do not."""
    words = "".join(entry.words).strip()
    return entry.angle is None and "@" not in words and words.lower() != "mailto"


def _closing(text: str, special: str, start: int) -> int:
    if special == '"':
        match = _END_QUOTE.match(text, start)
        return match.end() - 1 if match else -1
    if special == "<":
        end = text.find(">", start)
        again = text.find("<", start)
        return end if end >= 0 and not start <= again < end else (-1 if end < 0 else _inner(text, again, end))
    depth = 1
    for match in _PARENTHESIS.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return -1


def _inner(text: str, again: int, end: int) -> int:
    """ "<<jane@example.org>>" is one address; "<x <jane@example.org>" is read from the second bracket on."""
    return end if "@" in text[again:end] else -1


def _take(entry: _Entry, special: str, content: str) -> None:
    if special == '"':
        entry.words.append('"' + content + '"')
    elif special == "(":
        entry.comments.append(content)
    elif entry.angle is None or not clean_address(entry.angle):
        entry.angle = content


def _address(entry: _Entry) -> Address:
    words = "".join(entry.words)
    address = ""
    if entry.angle is not None:
        address = clean_address(_words(entry.angle)) or clean_address(_words(entry.angle.rpartition("<")[2]))
    if not address:
        plain = _AROUND_AT.sub("@", _MAILTO.sub("", words.strip()))
        match = (_QUOTED_LOCAL.search(plain[:2000]) if '"@' in plain else None) or _ADDR.search(plain)
        if match:
            address = clean_address(match[0])
            words = plain.replace(match[0], " ", 1)
    comments = " ".join(_words(_ESCAPE.sub(r"\1", text)) for text in entry.comments)
    return Address(name=(_words(_unquote(words)).strip(" '\"<>") or comments).strip(), address=address)


def _unquote(words: str) -> str:
    out: list[str] = []
    position = 0
    while (start := words.find('"', position)) >= 0:
        match = _END_QUOTE.match(words, start + 1)
        if match is None:
            break
        out += (words[position:start], _ESCAPE.sub(r"\1", match[0][:-1]))
        position = match.end()
    return "".join(out) + words[position:].replace('"', " ")


def _encoded_whole(value: bytes) -> list[Address]:
    """Some programs encode the whole value, address and brackets included: read once more after decoding."""
    shown = decode_words(value)
    if b"=?" not in value or "@" not in shown:
        return []
    return [one for entry, _ in _entries(shown) if (one := _address(entry)).address]
