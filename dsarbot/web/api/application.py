"""The API as an application of its own below the site: its errors, its description, and no page."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from dsarbot import __version__
from dsarbot.web.api import account_links, cases, hooks, moves, problems, requests
from dsarbot.web.api.callers import Caller, caller
from dsarbot.web.site import Site

PREFIX: Final = "/api/v1"
_ABOUT: Final = """Requests of data subjects out of the customer area, their state, and cases for other systems.
Nothing here says whom a case is about, and nothing leaves the house: letters are approved by people."""


def build(site: Site) -> FastAPI:
    """To be mounted at `PREFIX`."""
    api = FastAPI(title="dsarbot", version="1", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    api.state.site = site
    for part in (requests, account_links, cases, moves, hooks):
        api.include_router(part.router)
    problems.register(api)
    _describe(api, site)
    return api


def _describe(api: FastAPI, site: Site) -> None:
    document = _document(api)

    async def for_all() -> JSONResponse:
        return JSONResponse(document)

    async def for_callers(caller: Annotated[Caller, Depends(caller)]) -> JSONResponse:
        del caller
        return JSONResponse(document)

    settings = site.app.settings.api
    shown = for_all if settings is not None and settings.open_description else for_callers
    api.add_api_route("/openapi.json", shown, methods=["GET"], include_in_schema=False)


def _document(api: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=api.title, version=api.version, description=f"{_ABOUT}\n\ndsarbot {__version__}", routes=api.routes,
        servers=[{"url": PREFIX}],
    )  # fmt: skip
    schemas = document["components"]["schemas"]
    wrong = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**wrong.pop("$defs"), "Problem": wrong}
    # Of FastAPI's own making; every error here is a problem.
    for each in ("HTTPValidationError", "ValidationError"):
        schemas.pop(each, None)
    return document
