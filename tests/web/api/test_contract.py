"""schemathesis against the description of the API, over HTTP, on the real application with cases in its store: no call
breaks it, and none is answered otherwise than described."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS
from schemathesis.core.result import Ok

from dsarbot.web.server import Server, build
from tests.cli.desk_world import BOTH
from tests.web.api.conftest import NUMBER, Program, Programs

#: What fits the description may still be refused by a rule of the desk, and is then a problem that is described.
NOT_FOR_US = ("positive_data_acceptance",)
EXAMPLES = 12


@asynccontextmanager
async def served(desk: Programs) -> AsyncIterator[str]:
    """The site on a port; gives where the API is."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    assert desk.app.settings.web is not None
    web = build(desk.app, desk.app.settings.web, hosts=(f"127.0.0.1:{port}",))
    server = Server(uvicorn.Config(web, access_log=False, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    await server.ready.wait()
    try:
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        server.should_exit = True
        await task


#: Parts of a body that a rule of the desk accepts; everything around them stays as it was made up.
ACCEPTED: dict[str, dict[str, Any]] = {
    "POST /requests": {"rights": ["access"], "asserted_login": None},
    "POST /webhooks": {"url": "https://hooks.example.org/x"},
    "POST /cases/{reference}/assign": {"staff": "bruno"},
}


class Fuzzed:
    """Every operation with data that fits and data that does not, with names of what exists and of what does not."""

    def __init__(self, desk: Programs, url: str, program: Program, known: dict[str, str]) -> None:
        self.desk, self.url, self.program, self.known = desk, url, program, known
        #: How often each operation was answered how.
        self.seen: Counter[tuple[str, int]] = Counter()
        self.checks: list[Any] = [each for each in CHECKS.get_all() if each.__name__ not in NOT_FOR_US]

    def run(self, document: dict[str, Any]) -> None:
        for result in schemathesis.openapi.from_dict(document).get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            for mode in GenerationMode:
                for names in ({}, self.named(operation)):
                    self.fuzz(operation, mode, names)

    def named(self, operation: APIOperation[Any, Any, Any, Any]) -> dict[str, str]:
        """What exists, for the parameters of its path."""
        own = {"reference": self.known["request"]} if operation.path.startswith("/requests") else {}
        return {name: value for name, value in (self.known | own).items() if f"{{{name}}}" in operation.path}

    def fuzz(self, operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, names: dict[str, str]) -> None:
        strategy = operation.as_strategy(generation_mode=mode, path_parameters=names or None)
        sensible = mode is GenerationMode.POSITIVE and (names or operation.label in ACCEPTED)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def call(case: Case[Any]) -> None:
            # Nobody is told to wait: each call comes some seconds after the last.
            self.desk.now += timedelta(seconds=5)
            if sensible and isinstance(case.body, dict):
                case.headers["If-Match"] = "*"
                case.body |= ACCEPTED.get(operation.label, {})
            answer = case.call(base_url=self.url, headers=self.program.headers)
            self.seen[operation.label, answer.status_code] += 1
            case.validate_response(answer, checks=self.checks, headers=self.program.headers)

        call()


async def test_every_call_is_answered_as_described(desk: Programs) -> None:
    program = await desk.program()
    await desk.customer(number=NUMBER)
    reference = await desk.opened(BOTH)
    made = await program.post("/requests", {"rights": ["access"], "text": "My data, please."})
    hook = await program.post("/webhooks", {"url": "https://hooks.example.org/", "events": ["closed"]})
    assert (made.status_code, hook.status_code) == (201, 201)
    key = (await program.get(f"/cases/{reference}")).json()["claims"][0]["tasks"][0]["key"]
    document = (await program.get("/openapi.json")).json()
    known = {"reference": reference, "key": key, "webhook": hook.json()["id"], "request": made.json()["reference"]}
    async with served(desk) as url:
        fuzzed = Fuzzed(desk, url, program, known)
        await asyncio.to_thread(fuzzed.run, document)
    seen = fuzzed.seen
    assert not [each for each in seen if each[1] >= 500]
    # It was let in, and reached more than refusals.
    reached = {label for label, status in seen if status < 300}
    assert {label for label, _ in seen} - reached == {"POST /account-links"}
