"""Webhooks, as a program makes and removes them for its organisation."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from dsarbot.core.webhooks import Hook
from dsarbot.errors import NotAllowed, NotFound
from dsarbot.web.api import models as m
from dsarbot.web.api.callers import Subscriber
from dsarbot.web.api.described import described
from dsarbot.web.api.problems import ApiProblem
from dsarbot.web.site import site_of
from dsarbot.wiring.hooks import new_hook

router = APIRouter(tags=["webhooks"])

#: Each event is one more job for each of them.
_MOST = 20


@router.get("/webhooks", response_model=m.Webhooks, **described())
async def list_webhooks(request: Request, caller: Subscriber) -> m.Webhooks:
    """Who is told of what."""
    found = await site_of(request).app.store.api.hooks(caller.scope)
    return m.Webhooks(webhooks=[_shown(each) for each in found])


@router.post("/webhooks", response_model=m.MadeWebhook, status_code=201, **described(400, 409, 413))
async def make_webhook(request: Request, response: Response, caller: Subscriber, sent: m.NewWebhook) -> m.MadeWebhook:
    """Only to hosts that the configuration allows. The answer alone shows the secret of our signatures."""
    site = site_of(request)
    settings = site.app.settings.api
    assert settings is not None  # noqa: S101  # without [api] there is no such route
    try:
        hook = new_hook(
            settings, organisation=caller.scope, url=str(sent.url), events=sent.events, by=caller.key.actor,
            now=site.app.clock(),
        )  # fmt: skip
    except NotAllowed as why:
        raise ApiProblem(422, "url", str(why), rule=why.rule) from None
    if len(await site.app.store.api.hooks(caller.scope)) >= _MOST:
        raise ApiProblem(409, "too-many", f"There are {_MOST} webhooks already; remove one first.")
    async with site.app.store.transaction() as transaction:
        await transaction.save_hook(hook)
        public = {"webhook": hook.id, "events": " ".join(sorted(hook.events))}
        await transaction.ledger(caller.scope, "webhook-added", public, at=hook.made_at, actor=hook.by)
    response.headers["Location"] = f"/api/v1/webhooks/{hook.id}"
    return m.MadeWebhook(**_shown(hook).model_dump(), secret=hook.secret)


@router.delete("/webhooks/{webhook}", status_code=204, response_class=Response, **described(404))
async def remove_webhook(request: Request, caller: Subscriber, webhook: str) -> Response:
    """What still waits for it is not delivered any more."""
    store = site_of(request).app.store
    if await store.api.hook(caller.scope, webhook[:64]) is None:
        raise NotFound
    async with store.transaction() as transaction:
        await transaction.remove_hook(caller.scope, webhook)
        at = site_of(request).app.clock()
        await transaction.ledger(caller.scope, "webhook-removed", {"webhook": webhook}, at=at, actor=caller.key.actor)
    return Response(status_code=204)


def _shown(hook: Hook) -> m.Webhook:
    return m.Webhook(id=hook.id, url=hook.url, events=sorted(hook.events), made_at=hook.made_at)
