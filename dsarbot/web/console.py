"""What the console keeps in memory beside the site itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import Request

from dsarbot.desk.case_index import CaseIndex
from dsarbot.web.searches import Searches


@dataclass(frozen=True, kw_only=True)
class Console:
    """Gone with the process, all of it."""

    index: CaseIndex
    searches: Searches = field(default_factory=Searches)


def console_of(request: Request) -> Console:
    """The one of the site that answers."""
    console: Console = request.app.state.console
    return console
