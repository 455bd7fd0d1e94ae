"""Webhooks on their way: to a real HTTPS server, again after a failure, and after the death of the process."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dsarbot.app import App
from dsarbot.channels.http_client import HttpClient, Reach, Refused, Unanswered, demand_allowed
from dsarbot.channels.webhooks import Told
from dsarbot.core.orders import NotARequest
from dsarbot.desk.alarms_causes import Limits, Signs, of_service
from dsarbot.desk.outbox import Outbox, Outgoing
from dsarbot.desk.webhooks import Webhooks
from dsarbot.ports import Blob, Job
from dsarbot.service import run
from dsarbot.service.sending import outgoing, webhooks
from dsarbot.settings.api import ApiSettings
from dsarbot.wiring.digests import digest_desk
from tests.servers.certificate import Certificate
from tests.web.api.conftest import API, Programs
from tests.web.api.receiver import HANG, Receiver, receiving
from tests.web.conftest import NORD


@pytest.fixture
async def receiver(certificate: Certificate) -> AsyncIterator[Receiver]:
    """Another system."""
    async with receiving(certificate) as found:
        yield found


@pytest.fixture
async def listening(desk: Programs, receiver: Receiver, certificate: Certificate) -> str:
    """It wants to hear of everything; the secret."""
    api = ApiSettings(
        requests_per_minute=100_000,
        webhook_hosts=(receiver.host,),
        webhook_private_addresses=True,
        webhook_ca_file=certificate.ca,
    )
    object.__setattr__(desk.app, "settings", desk.app.settings.model_copy(update={"api": api}))
    board = await desk.program("webhooks")
    url = f"https://{receiver.host}/in?from=dsarbot"
    made = await board.post("/webhooks", {"url": url, "events": ["case-opened", "status-changed", "closed"]})
    return str(made.json()["secret"])


async def deliver(desk: Programs) -> None:
    """One round of the outbox and one of the webhooks, as the service runs them."""
    async with outgoing(desk.app) as relays:
        await Outbox(desk.app.desk, relays, worker="one").deliver()
        await webhooks(desk.app, "one").deliver()
    # The client of that round is closed with it.
    vars(desk.app).pop("telling", None)


async def states(desk: Programs) -> list[tuple[str, str]]:
    return [(job.state, job.last) for job in await desk.app.store.jobs(NORD) if job.kind == "webhook"]


async def test_an_event_arrives_signed(desk: Programs, receiver: Receiver, listening: str) -> None:
    reference = await desk.opened()
    await deliver(desk)
    (post,) = receiver.posts
    assert post.head == "POST /in?from=dsarbot HTTP/1.1" and post.headers["host"] == receiver.host
    assert post.signed_with(listening) and not post.signed_with("another")
    said = json.loads(post.body)
    assert (said["reference"], said["event"]) == (reference, post.headers["dsarbot-event"])
    assert said["id"] == post.headers["dsarbot-event-id"] and b"jeanne" not in post.body.lower()
    assert await states(desk) == [("sent", "204")]


async def test_after_a_failure_it_comes_again_the_same(desk: Programs, receiver: Receiver, listening: str) -> None:
    receiver.answers = [500, 503]
    await desk.opened()
    await deliver(desk)
    await deliver(desk)
    assert len(receiver.posts) == 1 and await states(desk) == [("queued", "500")]
    for minutes in (1, 5):
        desk.now += timedelta(minutes=minutes)
        await deliver(desk)
    first, second, third = receiver.posts
    assert first.body == second.body == third.body
    assert len({each.headers["dsarbot-event-id"] for each in receiver.posts}) == 1
    assert third.headers["dsarbot-timestamp"] > first.headers["dsarbot-timestamp"] and third.signed_with(listening)
    assert await states(desk) == [("sent", "204")]


async def test_one_that_fails_is_not_asked_twice_in_a_round(desk: Programs, receiver: Receiver, listening: str) -> None:
    receiver.answers = [500]
    case = await desk.case(await desk.opened())
    await desk.app.desk.order(NORD, case.id, NotARequest(at=desk.now, actor="anna", cause="n"))
    await deliver(desk)
    assert len(receiver.posts) == 1 and await states(desk) == [("queued", "500")] * 3
    desk.now += timedelta(minutes=1)
    await deliver(desk)
    assert len(receiver.posts) == 4 and {state for state, _ in await states(desk)} == {"sent"}


async def test_after_five_days_it_is_given_up_and_somebody_hears_of_it(
    desk: Programs, receiver: Receiver, listening: str
) -> None:
    receiver.answers = [500] * 3
    await desk.opened()
    for hours in (5 * 24 - 1, 6, 0):
        await deliver(desk)
        desk.now += timedelta(hours=hours)
    assert await states(desk) == [("shunted", "500")]
    app = desk.app
    signs = Signs(started=desk.now, beats={}, shunted=await app.store.jobs(NORD, states=("shunted",)))
    settings = digest_desk(app.settings, app.organisations["nord"], "Nord")
    causes = list(of_service(signs, Limits(), desk=settings, scopes={"nord"}, now=desk.now))
    assert "unheard" in [each.kind for each in causes]


async def test_whoever_is_gone_gets_no_more(desk: Programs, receiver: Receiver, listening: str) -> None:
    receiver.answers = [410]
    await desk.opened()
    await deliver(desk)
    assert await states(desk) == [("shunted", "410")]
    (hook,) = await desk.app.store.api.hooks(NORD)
    await desk.opened(sender="Q <q@example.net>")
    async with desk.app.store.transaction() as transaction:
        await transaction.remove_hook(NORD, hook.id)
    await deliver(desk)
    assert len(receiver.posts) == 1 and ("cancelled", "nobody-waits") in await states(desk)


async def test_no_mail_waits_for_a_receiver_that_does_not_answer(
    desk: Programs, receiver: Receiver, listening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [HANG]
    stop, left = asyncio.Event(), asyncio.Event()

    async def send(job: Job, raw: bytes) -> Told:
        left.set()
        return Told(kind="accepted", slug="250")

    @asynccontextmanager
    async def recording(app: App) -> AsyncIterator[dict[str, Outgoing]]:
        yield dict.fromkeys(app.organisations, Outgoing(send=send))

    monkeypatch.setattr(run, "outgoing", recording)
    old, hooks = Outbox.deliver, webhooks(desk.app, "x")
    async def both(box):
        return await old(box) + await hooks.deliver()
    class Nothing:
        async def deliver(self): return 0
    monkeypatch.setattr(Outbox, "deliver", both)
    monkeypatch.setattr(run, "webhooks", lambda *a: Nothing())
    await desk.opened()
    service = run.Service(desk.app, frozenset({"outbox"}))
    task = asyncio.create_task(service.run(ready=lambda: None, stop=stop))
    try:
        # The client gives up after ten seconds.
        async with asyncio.timeout(8):
            await receiver.arrived.wait()
            await _notice(desk)
            service.ring()
            await left.wait()
        assert ("claimed", "") in await states(desk)
    finally:
        for each in receiver.open_:
            each.close()
        stop.set()
        await task
        assert desk.app.telling is not None
        await desk.app.telling.close()
    assert left.is_set() and len(receiver.posts) == 1


async def _notice(desk: Programs) -> None:
    blob = Blob(id="notice-1", kind="letter", data=b"Subject: A notice\r\n\r\nText.\r\n")
    await desk.app.store.vault.keep(NORD, [blob])
    job = Job(
        id="notice-1", scope=NORD, kind="notice", object=blob.id, recipient="anna@nord.example.org",
        envelope_sender="dpo@nord.example.org", message_id="<1@nord.example.org>", due_at=desk.now,
    )  # fmt: skip
    async with desk.app.store.transaction() as transaction:
        await transaction.enqueue(job)


async def test_a_slow_receiver_has_so_much_of_a_round_and_no_more(
    desk: Programs, receiver: Receiver, listening: str
) -> None:
    async def slow(job: Job) -> Told:
        desk.now += timedelta(minutes=2)
        return Told(kind="accepted", slug="204")

    case = await desk.case(await desk.opened())
    await desk.app.desk.order(NORD, case.id, NotARequest(at=desk.now, actor="anna", cause="n"))
    app = desk.app
    hooks = Webhooks(app.store, app.store.api, slow, clock=app.clock, worker="one")
    assert await hooks.deliver() == 3
    assert sorted(await states(desk)) == [("queued", "not-reached"), ("sent", "204"), ("sent", "204")]
    assert await hooks.deliver() == 1
    assert {state for state, _ in await states(desk)} == {"sent"}


async def test_what_a_round_broke_off_is_taken_up_at_once(desk: Programs, receiver: Receiver, listening: str) -> None:
    troubles = [OSError("no disk")]

    async def breaks(job: Job) -> Told:
        for each in troubles:
            raise each
        return Told(kind="accepted", slug="204")

    await desk.opened()
    app = desk.app
    hooks = Webhooks(app.store, app.store.api, breaks, clock=app.clock, worker="one")
    with pytest.raises(OSError, match="no disk"):
        await hooks.deliver()
    troubles.clear()
    assert await hooks.deliver() == 1 and await states(desk) == [("sent", "204")]
    assert await app.store.api.next_job_due() is None


CHILD = """
[api]
webhook_hosts = ["{host}"]
webhook_private_addresses = true
webhook_ca_file = "{ca}"
"""


@pytest.mark.parametrize("at", ["before", "during"])
async def test_a_killed_service_tells_after_its_next_start(
    desk: Programs, receiver: Receiver, listening: str, certificate: Certificate, at: str
) -> None:
    folder = desk.app.settings.service.data_dir.parent
    config = folder / "config.toml"
    text = config.read_text(encoding="utf-8").replace(API, CHILD.format(host=receiver.host, ca=certificate.ca))
    config.write_text(text, encoding="utf-8")
    receiver.answers = [HANG] if at == "during" else []
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.web.api.sender", str(config), cwd=Path.cwd(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    async with asyncio.timeout(30):
        reference = (await child.stdout.readline()).decode().strip()
        if at == "during":
            # It has arrived there, and the service dies before it knows.
            child.stdin.write(b"\n")
            await receiver.arrived.wait()
        child.kill()
        await child.wait()
    desk.now = datetime.now(UTC) + timedelta(seconds=1)
    await deliver(desk)
    assert await states(desk) == [("sent", "204")]
    assert len(receiver.posts) == (2 if at == "during" else 1)
    assert len({(post.body, post.headers["dsarbot-event-id"]) for post in receiver.posts}) == 1
    assert json.loads(receiver.posts[-1].body)["reference"] == reference and receiver.posts[-1].signed_with(listening)


async def test_one_that_is_not_there_is_tried_again(desk: Programs, receiver: Receiver, listening: str) -> None:
    await desk.opened()
    api = desk.app.settings.api
    assert api is not None
    elsewhere = desk.app.settings.model_copy(update={"api": api.model_copy(update={"webhook_hosts": ("localhost:1",)})})
    object.__setattr__(desk.app, "settings", elsewhere)
    await deliver(desk)
    assert not receiver.posts and await states(desk) == [("queued", "host-not-allowed")]


# --- the client --------------------------------------------------------------------------------------------------


def reach(receiver: Receiver, certificate: Certificate, **changes: object) -> Reach:
    known: dict[str, object] = {"hosts": frozenset({receiver.host}), "private": True, "ca_file": certificate.ca}
    return Reach(**(known | changes))  # type: ignore[arg-type]


async def asked(receiver: Receiver, reach: Reach) -> tuple[int, bytes, bool]:
    client = HttpClient(reach)
    try:
        answer = await client.send("POST", f"https://{receiver.host}/", content=b"{}")
    finally:
        await client.close()
    return answer.status, answer.content, answer.cut


async def test_no_redirect_is_followed_and_no_long_answer_read(receiver: Receiver, certificate: Certificate) -> None:
    receiver.answers, receiver.extra = [302], f"Location: https://{receiver.host}/elsewhere\r\n"
    assert await asked(receiver, reach(receiver, certificate)) == (302, b"", False)
    receiver.answers, receiver.content = [200], b"x" * 100_000
    assert await asked(receiver, reach(receiver, certificate, most=1000)) == (200, b"x" * 1000, True)
    assert len(receiver.posts) == 2


async def test_addresses_of_the_own_network_are_refused(receiver: Receiver, certificate: Certificate) -> None:
    with pytest.raises(Refused, match="address-not-public"):
        await asked(receiver, reach(receiver, certificate, private=False))
    assert not receiver.posts


@pytest.mark.parametrize(
    "url", ["https://localhost:port/", "https://localhost:99999/", "https:///", "https://a@localhost/"]
)
def test_what_is_no_address_is_refused(receiver: Receiver, certificate: Certificate, url: str) -> None:
    with pytest.raises(Refused, match="no-address"):
        demand_allowed(url, reach(receiver, certificate))


@pytest.mark.parametrize("kind", ["untrusted", "slow", "unknown-name", "nobody"])
async def test_what_comes_to_nothing_has_a_name(receiver: Receiver, certificate: Certificate, kind: str) -> None:
    known: dict[str, dict[str, object]] = {"untrusted": {"ca_file": None}, "slow": {"seconds": 0.3}}
    changes = known.get(kind, {})
    receiver.answers = [HANG] if kind == "slow" else []
    if kind == "unknown-name":
        receiver.port, changes = 443, {"hosts": frozenset({"no.such.host.invalid"})}
    if kind == "nobody":
        receiver.port = 1
        changes = {"hosts": frozenset({"localhost:1"})}
    client = HttpClient(reach(receiver, certificate, **changes))
    host = "no.such.host.invalid" if kind == "unknown-name" else receiver.host
    with pytest.raises(Unanswered) as why:
        await client.send("POST", f"https://{host}/")
    await client.close()
    assert why.value.slug == {
        "untrusted": "ConnectError", "slow": "timeout", "unknown-name": "dns", "nobody": "ConnectError",
    }[kind]  # fmt: skip
    assert kind == "slow" or not receiver.posts
