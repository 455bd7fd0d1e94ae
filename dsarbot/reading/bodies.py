"""What a person reads in a mail: one plain text, chosen and decoded, and the files beside it.

Alternatives are the same text twice, so the plain one is taken and HTML only where it stands alone.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from inscriptis import get_text  # type: ignore[import-untyped]
from inscriptis.css_profiles import STRICT_CSS_PROFILE  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from dsarbot.reading.charsets import decode
from dsarbot.reading.parts import Part

#: Characters of text kept of one mail, and of HTML rendered.
MAX_TEXT = 1_000_000
MAX_HTML = 400_000
#: Decoded bytes of all files of one mail; what is beyond is listed without content.
MAX_CONTENT = 60_000_000
# The relaxed profile, inscriptis' default, indents every <div>.
_RENDERING = ParserConfig(css=STRICT_CSS_PROFILE.copy(), display_links=False)
_PLACEHOLDER = re.compile(r"\bhtml\b", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BREAK = re.compile(r"</?(?:p|div|br|tr|li|h[1-6]|blockquote)\b[^>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BLANK_LINES = re.compile(r"\n[ \t\n]*\n")


@dataclass(kw_only=True, slots=True)
class Found:
    """What the walk over one message collects."""

    texts: list[tuple[str, bool]] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)

    @property
    def html_only(self) -> bool:
        return any(text.strip() for text, _ in self.texts) and all(html for text, html in self.texts if text.strip())

    def text(self) -> str:
        """All text parts in order, one empty line between them, at most MAX_TEXT characters."""
        whole = "\n\n".join(text.strip("\n") for text, _ in self.texts if text.strip())
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
        found.texts.append((part_text(part, found.problems), part.content_type == "text/html"))
    else:
        found.files.append(part)


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
        found.messages += inner.messages
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
    return found


def _is_body(part: Part) -> bool:
    """A text part that is shown, not attached. A name alone makes a file: its text is read like any attachment's."""
    return part.content_type in {"text/plain", "text/html"} and part.disposition != "attachment" and not part.filename


def part_text(part: Part, problems: dict[str, None]) -> str:
    """Text of a text/plain or text/html part, line ends as LF, without NUL."""
    data = part.decoded()
    label = part.parameters.get("charset", "")
    if part.content_type == "text/html" and not label and (meta := _META.search(data[:2000])):
        label = meta[1].decode("ascii", "replace")
    text, problem = decode(data[: 4 * MAX_TEXT], label)
    if problem:
        problems.setdefault(problem)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    return html_text(text, problems) if part.content_type == "text/html" else text


def html_text(source: str, problems: dict[str, None]) -> str:
    """Text of HTML. What the renderer refuses or loses (it stops at 256 levels) is read by stripping tags."""
    if len(source) > MAX_HTML:
        problems.setdefault("text-too-long")
        source = source[:MAX_HTML]
    plain = _stripped(source)
    try:
        rendered = get_text(source, _RENDERING) if plain.strip() else ""
    except (LxmlError, ValueError, RecursionError, AttributeError, KeyError, IndexError, TypeError):
        problems.setdefault("bad-html")
        return plain
    if len(plain) > 200 and len("".join(rendered.split())) * 2 < len("".join(plain.split())):
        problems.setdefault("bad-html")
        return plain
    lines = "\n".join(line.rstrip() for line in rendered.replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip("\n")


def _stripped(source: str) -> str:
    text = _drop_hidden(source)
    return html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text)))


def _drop_hidden(source: str) -> str:
    """Without scripts, styles and comments, in one pass: an element that never ends is kept as text."""
    out = []
    position = 0
    lowered = source.lower()
    missing: set[str] = set()
    for match in re.finditer(r"<(?:!--|(script|style|head|title)\b)", lowered):
        closing = f"</{match[1]}" if match[1] else "-->"
        if match.start() < position or closing in missing:
            continue
        end = lowered.find(closing, match.end())
        if end < 0:
            missing.add(closing)
            continue
        out.append(source[position : match.start()])
        position = end + len(closing) if match[1] is None else lowered.find(">", end) + 1 or len(source)
    return "".join(out) + source[position:]
