"""What a person sees of an HTML mail, as plain text: one pass, no tree, so no depth that could run out.

Mail HTML is broken more often than not. Every ``<`` is judged by what follows it up to the next ``>``; what is no tag
is text. Work is linear in the length of the source.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

#: Elements whose content is not text of the mail.
_SILENT = frozenset({"script", "style", "head", "title", "noframes", "template", "object", "svg", "math", "xml"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table"})
_LINES = frozenset(
    {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "center", "form", "fieldset",
     "main", "nav", "figure", "figcaption", "body", "html", "tbody", "thead", "tfoot", "caption", "hr", "option"}
)  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"})
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:_-]{0,40})(?=[\s/>])")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|[\"']|\Z)"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|[\"']|\Z)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|[\"']|\Z)",
    re.IGNORECASE,
)
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_HIDDEN = re.compile(r"\shidden(?=[\s=/]|\Z)", re.IGNORECASE)
#: Quotations of mail programs; a blockquote without such a mark may be a person's way to indent.
_CITED = re.compile(
    r"type\s*=\s*[\"']?cite|class\s*=\s*[\"'][^\"']{0,80}(?:gmail_quote|yahoo_quoted|protonmail_quote|moz-cite|tutanota_quote)",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_LONGEST_TAG = 20_000
#: Marks of quotation before one line; mails quote each other for ever.
_DEEPEST = 20


@dataclass(kw_only=True, slots=True)
class _Page:
    """What was written so far. ``breaks``: line ends owed before the next text; ``blank`` and ``cell``: a space or two
    are; ``preformatted``: open <pre>; ``cited``: for each open <blockquote> if a program made it, ``depth`` of them."""

    pieces: list[str] = field(default_factory=list)
    breaks: int = 0
    blank: bool = False
    cell: bool = False
    preformatted: int = 0
    cited: list[bool] = field(default_factory=list)
    depth: int = 0

    def text(self, source: str) -> None:
        shown = html.unescape(source) if "&" in source else source
        if self.preformatted:
            self._write(shown.replace("\r\n", "\n").replace("\xa0", " "))
            return
        shown = _BLANKS.sub(" ", shown)
        if shown == " " or not shown:
            self.blank = self.blank or bool(shown)
            return
        if self.breaks or not self.pieces or self.cell:
            shown = ("  " if self.cell and not self.breaks else "") + shown.lstrip(" ")
        elif self.blank and shown[0] != " ":
            shown = " " + shown
        self.blank = shown[-1] == " "
        self._write(shown[:-1] if self.blank else shown)

    def _write(self, shown: str) -> None:
        mark = "> " * min(self.depth, _DEEPEST)
        if self.breaks and self.pieces:
            self.pieces.append("\n" * self.breaks + mark)
        elif not self.pieces:
            self.pieces.append(mark)
        if mark and "\n" in shown:
            shown = shown.replace("\n", f"\n{mark}")
        self.breaks = 0
        self.cell = False
        self.pieces.append(shown)

    def line(self, least: int) -> None:
        """The next text begins on a new line, behind ``least - 1`` empty ones."""
        self.breaks = max(self.breaks, least)
        self.blank = False

    def written(self) -> str:
        return _EMPTY_LINES.sub("\n\n", "".join(self.pieces)).strip()


def text_of(source: str) -> str:
    """Text of HTML without scripts, styles, comments and what a style hides; never raises."""
    seen = _read(source, hide=True)
    # A style that hides everything is broken, or a trick: better too much than nothing.
    return seen or _read(source, hide=False)


def _read(source: str, *, hide: bool) -> str:
    page = _Page()
    lowered = source.lower()
    missing: set[str] = set()
    position = 0
    while (begin := source.find("<", position)) >= 0:
        if begin > position:
            page.text(source[position:begin])
        if source.startswith("<!--", begin):
            position = _behind(lowered, "-->", begin + 4, missing)
            continue
        end = source.find(">", begin)
        if end < 0:
            position = begin
            break
        begin = _last_open(source, begin, end, page)
        name = _NAME.match(source, begin + 1, end + 1)
        if name is None:
            position = _no_tag(source, begin, end, page)
            continue
        end = _end_of_tag(source, begin, end)
        position = end + 1
        element = name[1].lower()
        closing = source[begin + 1] == "/"
        if not closing and element in _SILENT:
            position = _behind(lowered, f"</{element}", position, missing)
        elif hide and not closing and element not in _VOID and _is_hidden(source[name.end() : end]):
            position = _behind_element(lowered, element, position)
        else:
            _tag(page, element, closing=closing)
            if element == "blockquote":
                _cite(page, cited=_CITED.search(source, name.end(), end) is not None, closing=closing)
    page.text(source[position:])
    return page.written()


def _last_open(source: str, begin: int, end: int, page: _Page) -> int:
    """Of several "<" before one ">" the last begins the tag; what stands before is text, as in "a < b <br>"."""
    last = source.rfind("<", begin, end)
    if last > begin and source.count('"', begin, last) % 2 == 0:
        page.text(source[begin:last])
        return last
    return begin


def _no_tag(source: str, begin: int, end: int, page: _Page) -> int:
    """``<!doctype>`` and ``<?xml?>`` show nothing; "<3" and "<jane@example.org>" show themselves."""
    if source[begin + 1 : begin + 2] in {"!", "?", "/"}:
        return end + 1
    page.text(source[begin : end + 1].replace("&", "&amp;"))
    return end + 1


def _end_of_tag(source: str, begin: int, end: int) -> int:
    """A ">" inside of a quoted attribute is none; looked for twice, then the first one counts."""
    stop = end
    for _ in range(2):
        if source.count('"', begin, min(stop, begin + _LONGEST_TAG)) % 2 == 0:
            return stop
        following = source.find(">", stop + 1, begin + _LONGEST_TAG)
        if following < 0:
            return end
        stop = following
    return stop if source.count('"', begin, stop) % 2 == 0 else end


def _behind(lowered: str, closing: str, position: int, missing: set[str]) -> int:
    """Behind what ends an element or a comment; one that never ends is ignored and its content is text."""
    end = -1 if closing in missing else lowered.find(closing, position)
    if end < 0:
        missing.add(closing)
        return position
    return end + 3 if closing == "-->" else lowered.find(">", end) + 1 or len(lowered)


def _behind_element(lowered: str, element: str, position: int) -> int:
    """Behind the end of a hidden element with what is nested in it; to the end of the source if it has none."""
    depth = 1
    for match in re.compile(rf"<(/?){re.escape(element)}(?=[\s>/])").finditer(lowered, position):
        depth += -1 if match[1] else 1
        if depth == 0:
            return lowered.find(">", match.end()) + 1 or len(lowered)
    return len(lowered)


def _cite(page: _Page, *, cited: bool, closing: bool) -> None:
    """What a mail program quotes is marked as in plain text, so that an answer between two quotations is found."""
    if not closing:
        page.cited.append(cited)
        page.depth += cited
    elif page.cited:
        page.depth -= page.cited.pop()


def _is_hidden(attributes: str) -> bool:
    """By its style or the attribute of that name, not by a class that is called so."""
    if "style" in attributes or "STYLE" in attributes:
        style = _STYLE.search(attributes)
        if style and _HIDING.search(style[1] or style[2] or style[3] or ""):
            return True
    return "hidden" in attributes and _HIDDEN.search(_QUOTED.sub("", attributes)) is not None


def _tag(page: _Page, element: str, *, closing: bool) -> None:
    if element == "br":
        page.breaks = page.breaks + 1 if page.pieces else 0
        page.blank = False
    elif element in _PARAGRAPHS:
        page.line(2)
        if element == "pre":
            page.preformatted = max(0, page.preformatted + (-1 if closing else 1))
    elif element in _LINES:
        page.line(1)
        if element == "li" and not closing:
            page.text("* ")
            page.breaks = 0
    elif element in {"td", "th"} and closing:
        page.cell = bool(page.pieces)
