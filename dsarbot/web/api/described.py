"""What every route says of its errors in the description of the API."""

from __future__ import annotations

from typing import Any, Final

from dsarbot.web.api.problems import MEDIA_TYPE

PROBLEM: Final = "#/components/schemas/Problem"
#: What may be answered to any call with a key.
_ALWAYS: Final = (401, 403, 422, 429, 500, 503)
_SAID: Final = {
    304: "Not changed",
    400: "No JSON",
    401: "No living key",
    403: "The key lacks the scope",
    404: "Not there for this key",
    409: "Not possible now; `rule` says why",
    412: "Changed in between",
    413: "Too much",
    422: "Not as it should be",
    428: "Send If-Match",
    429: "Too often; see Retry-After",
    500: "Our mistake",
    503: "Not now; see Retry-After",
}


def described(*statuses: int, **further: Any) -> dict[str, Any]:  # noqa: ANN401  # arguments of a route
    """The `responses` of a route with these errors besides those that every route has."""
    every = sorted({*statuses, *_ALWAYS})
    return {"responses": {status: _response(status) for status in every}, **further}


def _response(status: int) -> dict[str, Any]:
    said: dict[str, Any] = {"description": _SAID[status]}
    if status >= 400:
        said["content"] = {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}
    return said
