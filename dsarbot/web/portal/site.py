"""The portal as part of the site."""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from dsarbot.web.portal import case, download, entry, request, upload, withdrawing
from dsarbot.web.portal.session import VisitNeeded, to_the_door
from dsarbot.web.site import site_of

_MESSAGES: Final = frozenset({"not-found", "not-understood", "too-often", "trouble"})


def add_portal(web: FastAPI) -> None:
    """Its pages, and where somebody goes who is not in."""
    for part in (entry, request, case, upload, download, withdrawing):
        web.include_router(part.router)
    web.add_exception_handler(VisitNeeded, to_the_door)


def message(request: Request, key: str, status: int) -> HTMLResponse | None:
    """What went wrong, in the words of the portal; None for a page that is none of its."""
    first, _, rest = request.url.path.lstrip("/").partition("/")
    house = site_of(request).app.organisations.get(rest.partition("/")[0]) if first == "o" else None
    if house is None or not house.portal or key not in _MESSAGES:
        return None
    return entry.page(request, house, "message", status, key=key)
