"""RFC 2047 encoded words as they really occur: split inside characters, folded inside words, with blanks, unfinished.

The standard library keeps broken words undecoded and raises for some charsets; a wrong name would end in a letter.
"""

from __future__ import annotations

import binascii
import re
from itertools import groupby

from dsarbot.reading.charsets import base64, decode, sniff

# RFC 2047 section 2, read loosely: blanks and single question marks inside the text, and a missing end, occur.
# The repeat is bounded so that hostile "=?a?q?=?a?q?..." costs linear time.
WORD = re.compile(
    rb"=\?([^?\s\"<>]{1,60})\? ?([bBqQ]) ?\?([^?]*+(?:\?(?!=)[^?]*+){0,8}?)(?:\?=|\Z)",
)
_FOLD = re.compile(rb"[\r\n]+[ \t]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_BAD_PADDING = re.compile(rb"=(?=[A-Za-z0-9+/])")
_Word = tuple[bytes, bytes, bytes]


def decode_words(value: bytes, hint: str = "") -> str:
    """One line of text from a raw header value (folded or not). Never raises; holds no control character.

    ``hint`` is the charset label of the mail's text: what raw bytes in a header probably are.

    >>> decode_words(b"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?= au lait")
    'Café au lait'
    """
    if b"\n" in value or b"\r" in value:
        value = _FOLD.sub(b" ", value)
    if b"=?" not in value:
        return one_line(sniff(value, hint))
    out: list[str] = []
    words: list[_Word] = []
    position = 0
    for match in WORD.finditer(value):
        between = value[position : match.start()]
        # RFC 2047 section 6.2: white space between two encoded words is not shown.
        if between.strip() or not words:
            out += (_words(words), sniff(between, hint))
            words = []
        charset, encoding, text = match.groups()
        # RFC 2231 section 5: =?charset*language?...
        words.append((charset.split(b"*")[0].lower(), encoding.lower(), text))
        position = match.end()
    out += (_words(words), sniff(value[position:], hint))
    return one_line("".join(out))


def one_line(text: str) -> str:
    """Text without control characters and outer blanks: what may be shown, stored and compared."""
    return (text if text.isprintable() else _CONTROL.sub(" ", text)).strip()


def _words(words: list[_Word]) -> str:
    """Neighbouring words of one charset are joined as bytes first: characters are cut between words."""
    out = []
    for charset, group in groupby(words, key=lambda word: word[0]):
        data = b"".join(
            _unfold_base64([word[2] for word in run]) if encoding == b"b" else b"".join(_q(word[2]) for word in run)
            for encoding, run in groupby(group, key=lambda word: word[1])
        )
        out.append(decode(data, charset.decode("latin-1"))[0])
    return "".join(out)


def _unfold_base64(texts: list[bytes]) -> bytes:
    """Some programs cut one base64 stream without regard to groups of four characters."""
    stripped = [b"".join(text.split()) for text in texts]
    if any(len(text) % 4 for text in stripped[:-1]) and not any(b"=" in text for text in stripped[:-1]):
        return base64(b"".join(stripped))
    # Others joined two streams in one word: padding in the middle ends the first.
    return b"".join(base64(piece) for text in stripped for piece in _BAD_PADDING.split(text))


def _q(text: bytes) -> bytes:
    # RFC 2047 section 4.2; a fold inside the word left a blank, which binascii keeps.
    return binascii.a2b_qp(text, header=True)
