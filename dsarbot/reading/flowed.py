"""RFC 3676: paragraphs that a mail program cut into lines, joined again, so that a sentence is one line to triage."""

from __future__ import annotations

#: RFC 3676 section 4.3: the line before a signature ends with a blank and is none the less fixed.
_SIGNATURE = "-- "


def joined(text: str, *, delete_space: bool) -> str:
    """Text of a format=flowed part (line ends LF) with its soft line ends undone; quote marks stay in front."""
    out: list[str] = []
    pieces: list[str] = []
    depth = 0
    for line in text.split("\n"):
        quotes = len(line) - len(line.lstrip(">"))
        content = line[quotes:]
        # RFC 3676 section 4.4: one blank in front was put there.
        content = content.removeprefix(" ")
        if pieces and (quotes != depth or content == _SIGNATURE):
            out.append(_line(depth, pieces))
            pieces = []
        depth = quotes
        flows = content.endswith(" ") and content != _SIGNATURE
        pieces.append(content[:-1] if flows and delete_space else content)
        if not flows:
            out.append(_line(depth, pieces))
            pieces = []
    if pieces:
        out.append(_line(depth, pieces))
    return "\n".join(out)


def _line(depth: int, pieces: list[str]) -> str:
    content = "".join(pieces)
    return f"{'>' * depth} {content}".rstrip(" ") if depth else content
