"""Address headers (RFC 5322 section 3.4) as they really occur: unquoted commas, groups, encoded wholes, no brackets.

Who wrote decides whose rights are served, so the sender is read by own code with a defined answer for each fault, in
linear time: an unbalanced quote or bracket switches that syntax off for the rest of the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dsarbot.reading.charsets import sniff
from dsarbot.reading.encoded_words import WORD, decode_words
from dsarbot.reading.mailbox import Address, bare_address, clean_address, name_of

__all__ = ["Address", "clean_address", "parse_addresses"]

#: Longest address header that is read; the rest is ignored (bytes).
LIMIT = 64_000
# What nearly every mail has: one mailbox in ASCII, its name a quoted string without escapes, or plain words.
_PLAIN = re.compile(
    rb"(?:(?:\"([A-Za-z0-9][ -!#-;@-\[\]-~]*)\"|([A-Za-z0-9][A-Za-z0-9 !#$%&*+/^_`{|}~.-]*))?[ \t]*<)?"
    rb"([A-Za-z0-9!#$%&*+/^_`{|}~.-]{1,200}@[A-Za-z0-9.-]{1,255}[A-Za-z0-9])(>)?"
)
_SPECIAL = re.compile(r"[\"(<,;:]")
# Specials inside of encoded words are hidden behind private-use characters while addresses are cut.
_HIDE = {ord(char): 0xF700 + ord(char) for char in "\"'(<>,;:@"}
_SHOW = {hidden: char for char, hidden in _HIDE.items()}
_END_QUOTE = re.compile(r"(?:[^\"\\]|\\.)*+\"", re.DOTALL)
# A quoted local part may hold a bracket.
_END_ANGLE = re.compile(r"(?:[^<>\"]|\"(?:[^\"\\]|\\.)*+\")*+>", re.DOTALL)
_PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(kw_only=True, slots=True)
class _Entry:
    """What stands between two commas. behind: number of words that stood before the bracket."""

    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None
    behind: int = 0


def parse_addresses(value: bytes, hint: str = "") -> tuple[Address, ...]:
    """Every address of a raw header value, in order. Never raises. ``hint``: see ``Headers``.

    >>> parse_addresses(b"Doe, Jane <jane@Example.ORG>")
    (Address(name='Doe, Jane', address='jane@example.org'),)
    """
    plain = _PLAIN.fullmatch(value)
    if plain and (plain[4] is not None) == (b"<" in value):
        local, _, domain = plain[3].decode("ascii").rpartition("@")
        name = (plain[1] or plain[2] or b"").decode("ascii")
        return (Address(name=" ".join(name.split()), address=f"{local}@{domain.lower()}"),)
    return parse_carefully(value, hint)


def parse_carefully(value: bytes, hint: str = "") -> tuple[Address, ...]:
    """The same for every value, however it is written; ``parse_addresses`` is quicker where it can be."""
    found: list[Address] = []
    pending: list[str] = []
    for entry, ended_by in _entries(_text(value[:LIMIT], hint)):
        if ended_by == ":":
            continue
        if pending and entry.angle is not None:
            # "Doe, Jane <jane@example.org>": a comma that should have been quoted.
            entry.words[:0] = [", ".join(pending) + ", "]
            pending = []
        address = _address(entry)
        if address.address or entry.angle is not None:
            found += (Address(name=name) for name in pending)
            pending = []
            found.append(address)
        elif address.name:
            pending.append(address.name)
        if ended_by == ";":
            found += (Address(name=name) for name in pending)
            pending = []
    found += (Address(name=name) for name in pending)
    if any(one.address for one in found):
        return tuple(found)
    return tuple(_encoded_whole(value[:LIMIT], hint)) or tuple(found)


def _text(value: bytes, hint: str) -> str:
    """Raw bytes as text with encoded words still in place but free of specials: "=?utf-8?Q?Doe,_J?=" is one word."""
    out: list[str] = []
    position = 0
    for match in WORD.finditer(value):
        out += (sniff(value[position : match.start()], hint), match[0].decode("latin-1").translate(_HIDE))
        position = match.end()
    out.append(sniff(value[position:], hint))
    text = re.sub(r"[\x00\r\n\t]+", " ", "".join(out))
    # A web form that escaped what it should not.
    return text.replace("&lt;", "<").replace("&gt;", ">") if "<" not in text and "&lt;" in text else text


def _shown(text: str) -> str:
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
        if special == "<" and (another := _another(entry)):
            entries.append((entry, ","))
            entry = another
        _take(entry, special, text[position:end])
        position = end + 1
    entry.words.append(text[position:])
    entries.append((entry, ""))
    return entries


def _another(entry: _Entry) -> _Entry | None:
    """ "Jane <jane@example.org> John <john@example.org>" are two, whose comma is missing."""
    between = "".join(entry.words[entry.behind :]).strip(" \"';")
    if entry.angle is None or not between or not clean_address(entry.angle):
        return None
    words = entry.words[entry.behind :]
    del entry.words[entry.behind :]
    return _Entry(words=words)


def _names_group(entry: _Entry) -> bool:
    """RFC 5322 section 3.4: "display-name:" opens a group; "mailto:" and what holds an address do not."""
    words = "".join(entry.words).strip()
    return entry.angle is None and "@" not in words and not words.lower().endswith("mailto")


def _closing(text: str, special: str, start: int) -> int:
    if special == '"':
        match = _END_QUOTE.match(text, start)
        return match.end() - 1 if match else -1
    if special == "<":
        match = _END_ANGLE.match(text, start)
        if match:
            return match.end() - 1
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
        entry.behind = len(entry.words)


def _address(entry: _Entry) -> Address:
    words = "".join(entry.words)
    comments = " ".join(_shown(_ESCAPE.sub(r"\1", text)) for text in entry.comments)
    address = ""
    if entry.angle is not None:
        address = clean_address(_shown(entry.angle)) or clean_address(_shown(entry.angle.rpartition("<")[2]))
    if not address:
        address, words = bare_address(words)
    if not address and entry.angle is None and "@" in comments:
        # "Jane Doe (jane@example.org)": the comment is all there is.
        address, comments = bare_address(comments)
    return Address(name=name_of(_shown(_unquote(words).strip(' "<>')) or comments), address=address)


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


def _encoded_whole(value: bytes, hint: str) -> list[Address]:
    """Some programs encode the whole value, address and brackets included: read once more after decoding."""
    shown = decode_words(value, hint)
    if b"=?" not in value or "@" not in shown:
        return []
    return [one for entry, _ in _entries(shown) if (one := _address(entry)).address]
