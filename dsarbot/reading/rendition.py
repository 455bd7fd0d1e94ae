"""A mail's HTML as harmless HTML: how it looked, without anything that could run, load, call out or be clicked.

Built anew, never cleaned: only elements named here come out, without attributes but the span of a cell, and every
character of text is escaped. Links become their words with the address beside them, so that nobody is led by words
that say otherwise; pictures become a mark. Work is linear, and so is what comes out.
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Final

from dsarbot.reading.charsets import decode
from dsarbot.reading.parts import Part, read

_KEPT: Final = frozenset({
    "p", "div", "span", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code",
    "blockquote", "address", "center",
})  # fmt: skip
#: Said differently: what a page of ours may contain.
_AS: Final = {"center": "div", "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "address": "div"}
_VOID: Final = frozenset({"br", "hr"})
#: Whatever stands in them is no text of the mail.
_SILENT: Final = frozenset({
    "script", "style", "head", "title", "noscript", "noframes", "template", "object", "svg", "math", "iframe",
    "frameset", "select", "textarea", "button", "applet", "audio", "video", "canvas", "xml",
})  # fmt: skip
_SPANS: Final = frozenset({"colspan", "rowspan"})
_DEEPEST: Final = 100
_LONGEST: Final = 400_000
_LONGEST_LINK: Final = 300
_PARTS: Final = 200


def html_of(raw: bytes) -> str:
    """The first HTML of a raw mail that is no attachment, "" when it has none."""
    stack: list[Part] = [read(raw).root]
    for _ in range(_PARTS):
        if not stack:
            break
        part = stack.pop()
        if part.content_type == "text/html" and part.disposition != "attachment" and part.message is None:
            return decode(part.decoded(), part.parameters.get("charset", ""))[0]
        if part.multipart:
            stack.extend(reversed(part.children))
    return ""


def rendered(source: str, *, quoted: str, picture: str) -> str:
    """The inside of a body. quoted: what stands over a folded quotation; picture: what stands for a picture, in the
    viewer's language."""
    page = _Page(quoted=quoted, picture=picture)
    page.feed(source[:_LONGEST])
    page.close()
    return page.whole()


class _Page(HTMLParser):
    """stack: elements that are open; silent: how many of those whose text is none."""

    def __init__(self, *, quoted: str, picture: str) -> None:
        super().__init__(convert_charrefs=True)
        self._quoted = escape(quoted)
        self._picture = picture
        self._out: list[str] = []
        self._stack: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            # Where it begins the head has ended, whether or not anybody wrote so.
            self._silent = 0
        elif tag in _SILENT:
            self._silent += 1
        elif self._silent:
            return
        elif tag in _VOID:
            self._out.append(f"<{tag}>")
        elif tag == "img":
            words = next((value for name, value in attrs if name == "alt" and value), "")
            said = escape(f"{self._picture}: {words}" if words else self._picture)
            self._out.append(f'<span class="picture">[{said}]</span>')
        elif tag == "a":
            self._links.append(next((value for name, value in attrs if name == "href" and value), ""))
        elif tag in _KEPT and len(self._stack) < _DEEPEST:
            self._open(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # "<p/>" opens a paragraph in HTML; nothing else needs an end that is not there.
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def _open(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spans = "".join(
            f' {name}="{int(value)}"'
            for name, value in attrs
            if name in _SPANS
            and tag in ("td", "th")
            and value
            and value.isascii()
            and value.isdigit()
            and len(value) < 3
        )
        self._stack.append(tag)
        if tag == "blockquote":
            self._out.append(f"<details><summary>{self._quoted}</summary><blockquote>")
        else:
            self._out.append(f"<{_AS.get(tag, tag)}{spans}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._silent:
            return
        elif tag == "a":
            self._target()
        elif tag in self._stack:
            while self._stack:
                last = self._stack.pop()
                self._out.append(_end(last))
                if last == tag:
                    return

    def _target(self) -> None:
        """Where a link leads, as text: the eye compares it with its words."""
        target = self._links.pop() if self._links else ""
        if target and not target.startswith("#"):
            shown = target[:_LONGEST_LINK] + ("…" if len(target) > _LONGEST_LINK else "")
            self._out.append(f' <span class="target">&lt;{escape(shown)}&gt;</span>')

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(escape(data))

    def whole(self) -> str:
        """Everything, with what was left open closed."""
        return "".join([*self._out, *map(_end, reversed(self._stack))])


def _end(tag: str) -> str:
    return "</blockquote></details>" if tag == "blockquote" else f"</{_AS.get(tag, tag)}>"
