"""Every route of the whole site, portal and API included, as the application itself knows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from dsarbot.core.access import Permission
from dsarbot.settings.api import ApiSettings
from dsarbot.web.server import build
from tests.web.conftest import Desk

#: What stands in the place of a part of a path where a test has nothing better; "x" in all others.
SAMPLES = {
    "action": "note", "item": "nothing", "kind": "answer", "letter": "l9", "number": "1", "organisation": "nord",
    "staff": "anna", "what": "confirm", "reference": "DSR-2026-00001-X",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Route:
    """permission: what a role must grant; None where the route asks for none. fields: those of its form."""

    method: str
    path: str
    permission: Permission | None
    fields: tuple[str, ...]

    @property
    def writes(self) -> bool:
        return self.method not in ("GET", "HEAD")

    def filled(self, **values: str) -> str:
        """Its path with something in each place."""
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: (SAMPLES | values).get(found[1], "x"), self.path)


def everything_on(desk: Desk) -> Desk:
    """The same desk with portal and API."""
    assert desk.app.settings.web is not None
    object.__setattr__(desk.app.settings, "api", ApiSettings())
    settings = desk.app.settings.web.model_copy(update={"portal": True})
    object.__setattr__(desk.app.settings, "web", settings)
    desk.__dict__["web"] = build(desk.app, settings)
    return desk


def routes(web: FastAPI) -> list[Route]:
    return list(_routes(web.routes, ""))


def _routes(found: Iterable[Any], prefix: str) -> Iterator[Route]:
    for route in found:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _routes(inner.routes, prefix)
        elif isinstance(route, Mount) and isinstance(route.app, FastAPI):
            yield from _routes(route.app.routes, prefix + route.path)
        elif isinstance(route, APIRoute):
            needed = [getattr(each.call, "permission", None) for each in route.dependant.dependencies]
            permission = next((each for each in needed if each is not None), None)
            fields = tuple(sorted(_fields(route)))
            for method in sorted(route.methods or ()):
                yield Route(method=method, path=prefix + route.path, permission=permission, fields=fields)


def _fields(route: APIRoute) -> Iterator[str]:
    for each in route.dependant.body_params:
        model = getattr(each.field_info.annotation, "model_fields", None)
        yield from model or [each.name]
