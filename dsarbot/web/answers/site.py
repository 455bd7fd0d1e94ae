"""The answer pages as part of the site."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response

from dsarbot.errors import NotFound
from dsarbot.web.answers import answering, entry, sending
from dsarbot.web.answers.session import AnswerOver
from dsarbot.web.site import site_of


def add_answers(web: FastAPI) -> None:
    """Its pages, and what somebody is told who is not in."""
    for part in (entry, answering, sending):
        web.include_router(part.router)
    web.add_exception_handler(AnswerOver, _over)


async def _over(request: Request, why: Exception) -> Response:
    del why
    house = site_of(request).app.organisations.get(request.path_params.get("organisation", ""))
    if house is None:
        raise NotFound
    return entry.page(request, house, "over", 403)
