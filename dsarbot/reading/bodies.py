"""What a person reads in a mail: one plain text, chosen and decoded, and the files beside it.

Alternatives are the same text twice, so the plain one is taken and HTML only where it stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dsarbot.reading import calendars, flowed, hypertext, tnef
from dsarbot.reading.charsets import codec, decode
from dsarbot.reading.embedded import cut_out
from dsarbot.reading.headers import Headers
from dsarbot.reading.parts import Part
from dsarbot.reading.transfer import prose_or_base64

#: Characters of text kept of one mail, and of HTML rendered.
MAX_TEXT = 1_000_000
MAX_HTML = 400_000
#: Decoded bytes of all files of one mail; what is beyond is listed without content.
MAX_CONTENT = 60_000_000
#: Encoded bytes of a text that are looked at: four for a character, and half as much again for the encoding.
_MOST_ENCODED = 6 * MAX_TEXT
#: Bytes of a winmail.dat that is opened.
_MOST_TNEF = 20_000_000
_PLACEHOLDER = re.compile(r"\bhtml\b", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_ENRICHED = re.compile(r"<(?:param>[^<]{0,200}</param|/?[a-zA-Z-]{1,40})>")
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TNEF_NAMES = frozenset({"winmail.dat", "win.dat"})
#: Text types that are data for a program, not words for a person.
_DATA = frozenset(
    {"text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/directory", "text/xml", "text/css", "text/rtf",
     "text/javascript", "text/ecmascript", "text/x-amp-html", "text/watch-html", "text/tab-separated-values",
     "text/rfc822-headers"}
)  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Found:
    """What the walk over one message collects. spare: texts that count only where no other text says anything;
    opened: files whose content was read into texts."""

    texts: list[tuple[str, bool]] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    opened: list[Part] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)

    @property
    def html_only(self) -> bool:
        return any(text.strip() for text, _ in self.texts) and all(html for text, html in self.texts if text.strip())

    def text(self) -> str:
        """All text parts in order, one empty line between them, at most MAX_TEXT characters."""
        whole = "\n\n".join(text.strip("\n") for text, _ in self.texts if text.strip())
        whole = whole or "\n\n".join(text.strip("\n") for text in self.spare if text.strip())
        if len(whole) > MAX_TEXT:
            self.problems.setdefault("text-too-long")
        return whole[:MAX_TEXT]


def collect(part: Part) -> Found:
    """Texts, files and attached messages of one message (not of the messages inside it)."""
    found = Found()
    _visit(part, found)
    return found


def _visit(part: Part, found: Found) -> None:
    if part.content_type == "multipart/alternative" and part.children:
        _alternative(part, found)
    elif part.multipart:
        for child in part.children:
            _visit(child, found)
    elif part.message is not None:
        found.messages.append(part)
    elif _is_body(part):
        found.texts.append((part_text(part, found), part.content_type == "text/html"))
    else:
        _file(part, found)


def _file(part: Part, found: Found) -> None:
    found.files.append(part)
    if part.content_type == "text/calendar":
        text = calendars.text_of(_decoded(part, found.problems))
        if text and part.disposition != "attachment":
            found.opened.append(part)
        found.spare.append(text)
    elif part.content_type in _TNEF or part.filename.lower() in _TNEF_NAMES:
        _open_tnef(part, found)


def _open_tnef(part: Part, found: Found) -> None:
    """Outlook's wrapping: what is in it counts as attached to the mail itself."""
    inside = tnef.unwrapped(part.decoded()) if part.end - part.start <= _MOST_TNEF else None
    if inside is None:
        return
    html = decode(inside.html, _meta_label(inside.html))[0]
    found.spare.append(inside.plain if inside.plain.strip() else html_text(html, found.problems))
    attached = [(one.name, one.content) for one in inside.attached if one.content]
    if inside.rtf and not any(text.strip() for text in found.spare):
        attached.insert(0, ("message.rtf", inside.rtf))
    found.files += (_own(name, content, "") for name, content in attached)
    if attached or found.spare[-1].strip():
        found.opened.append(part)


def _own(name: str, content: bytes, encoding: str) -> Part:
    """A file that is no part of the MIME tree."""
    return Part(
        data=content,
        headers=Headers(),
        content_type="application/rtf" if content.startswith(b"{\\rtf") else "application/octet-stream",
        parameters={},
        disposition="attachment",
        filename=name,
        encoding=encoding,
        start=0,
        end=len(content),
    )


def _alternative(part: Part, found: Found) -> None:
    """RFC 2046 section 5.1.4: the same information in several forms. Plain text wins if there is any."""
    forms: list[list[tuple[str, bool]]] = []
    # HTML is rendered only when no plain form says anything: it is the dearest step of reading.
    for child in sorted(part.children, key=_is_rich):
        if _is_rich(child) and any(_says(form) for form in forms):
            inner = _files_only(child)
        else:
            inner = Found(problems=found.problems)
            _visit(child, inner)
        if inner.texts:
            forms.append(inner.texts)
        found.files += inner.files
        found.opened += inner.opened
        found.messages += inner.messages
        found.spare += inner.spare
    found.texts += next((form for form in forms if _says(form)), forms[0] if forms else [])


def _says(form: list[tuple[str, bool]]) -> bool:
    """Whether a form carries the message; "your program cannot show HTML" does not."""
    text = "".join(text for text, _ in form).strip()
    return bool(text) and (len(text) > 300 or form[0][1] or not _PLACEHOLDER.search(text))


def _is_rich(part: Part) -> bool:
    return part.content_type != "text/plain"


def _files_only(part: Part) -> Found:
    found = Found()
    stack = [part]
    while stack:
        one = stack.pop()
        if one.multipart:
            stack.extend(reversed(one.children))
        elif one.message is not None:
            found.messages.append(one)
        elif not _is_body(one):
            found.files.append(one)
            if one.content_type.startswith("text/") and one.disposition != "attachment":
                # A form of what was read already: an invitation, AMP, a watch's view.
                found.opened.append(one)
    return found


def _is_body(part: Part) -> bool:
    """A text part that is shown, not attached. A name alone makes a file: its text is read like any attachment's.

    RFC 2046 section 4.1.4: an unknown kind of text is shown as plain text."""
    kind = part.content_type
    return kind.startswith("text/") and kind not in _DATA and part.disposition != "attachment" and not part.filename


def part_text(part: Part, found: Found) -> str:
    """Text of a part that is shown, line ends as LF, without NUL. Files that stand in it are cut out and listed."""
    if part.content_type == "text/html":
        return html_text(_decoded(part, found.problems), found.problems)
    data, files = cut_out(_data(part))
    found.files += (_own(file.name, file.content, file.encoding) for file in files)
    text = _characters(data, part.parameters.get("charset", ""), found.problems)
    if part.parameters.get("format", "").lower() == "flowed":
        return flowed.joined(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    if part.content_type in {"text/enriched", "text/richtext"}:
        return _ENRICHED.sub("", text).replace("<<", "<")
    return text


def _decoded(part: Part, problems: dict[str, None]) -> str:
    data = _data(part)
    label = part.parameters.get("charset", "")
    if part.content_type == "text/html":
        label = label or _meta_label(data)
        if codec(label) == "utf_7":
            # The encoding standard of browsers forbids it: UTF-7 hides what a text says.
            label = ""
            problems.setdefault("wrong-charset")
    return _characters(data, label, problems)


def _data(part: Part) -> bytes:
    if part.encoding == "base64":
        return prose_or_base64(part.data[part.start : min(part.end, part.start + _MOST_ENCODED)])
    return part.head(_MOST_ENCODED)


def _characters(data: bytes, label: str, problems: dict[str, None]) -> str:
    text, problem = decode(data[: 4 * MAX_TEXT], label)
    if problem:
        problems.setdefault(problem)
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "").removeprefix("\ufeff")


def _meta_label(data: bytes) -> str:
    meta = _META.search(data[:2000])
    return meta[1].decode("ascii", "replace") if meta else ""


def html_text(source: str, problems: dict[str, None]) -> str:
    """Text of HTML, of its first MAX_HTML characters."""
    if len(source) > MAX_HTML:
        problems.setdefault("text-too-long")
        source = source[:MAX_HTML]
    return hypertext.text_of(source)
