"""The portal as part of the site."""

from __future__ import annotations

from fastapi import FastAPI

from dsarbot.web.portal import case, entry, request, withdrawing
from dsarbot.web.portal.session import VisitNeeded, to_the_door


def add_portal(web: FastAPI) -> None:
    """Its pages, and where somebody goes who is not in."""
    for part in (entry, request, case, withdrawing):
        web.include_router(part.router)
    web.add_exception_handler(VisitNeeded, to_the_door)
