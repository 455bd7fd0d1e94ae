"""The parts that keep the service going: steady loops, the name that leases are held under, look-ups that may hang."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsarbot.channels import lookup
from dsarbot.channels.down import Down
from dsarbot.errors import ClockJumped, Conflict, KeyProblem, NewerDatabase, StoreDown, Tampered
from dsarbot.service.holder import holder_name
from dsarbot.service.loop import Loop
from dsarbot.service.steady import Steady

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Resolver:
    """One that gives no answer about mail.example.org until it is set free."""

    asked: int = 0
    free: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Resolver]:
    resolver, resolve = Resolver(), socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: object, **more: object) -> object:
        if host == "mail.example.org":
            resolver.asked += 1
            resolver.free.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "try again")
        return resolve(host, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield resolver
    resolver.free.set()


def failing(*errors: Exception) -> Callable[[], Awaitable[str]]:
    """A step that fails so often, then succeeds."""
    left = list(errors)

    async def step() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return step


@pytest.mark.parametrize(
    "error", [StoreDown(), Conflict(), Tampered(), Down("lost"), OSError(28, "full"), TimeoutError()]
)
async def test_what_may_pass_is_waited_for_and_the_success_is_dated(error: Exception) -> None:
    steady = Steady("outbox", lambda: NOW, dice=lambda: 0.0)
    step = failing(error)
    assert await steady.attempt(step) is None
    assert steady.well_at is None, "no sign of life after a failure"
    assert await steady.attempt(step) == "done"
    assert steady.well_at == NOW


@pytest.mark.parametrize("error", [ClockJumped(), KeyProblem(), NewerDatabase(), KeyError("a bug")])
async def test_what_waiting_does_not_mend_is_raised(error: Exception) -> None:
    with pytest.raises(type(error)):
        await Steady("outbox", lambda: NOW).attempt(failing(error))


async def test_the_pause_grows_and_ends_at_once_when_the_service_stops() -> None:
    steady, stop = Steady("outbox", lambda: NOW, dice=lambda: 1.0), asyncio.Event()
    for _ in range(8):
        await steady.attempt(failing(StoreDown()))
    pause = asyncio.create_task(steady.pause(stop))
    await asyncio.sleep(0)
    assert not pause.done(), "a minute by now"
    stop.set()
    async with asyncio.timeout(1):
        await pause


def test_a_folder_has_one_name_and_a_second_process_another(tmp_path: Path) -> None:
    with holder_name(tmp_path) as first:
        with holder_name(tmp_path) as guest:
            assert guest != first
            assert guest.startswith("guest-")
        with holder_name(tmp_path / "other") as elsewhere:
            assert elsewhere not in {first, guest}
    with holder_name(tmp_path) as again:
        assert again == first


def test_after_a_crash_the_next_process_bears_the_name_of_the_dead_one(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom dsarbot.service.holder import holder_name\n"
        f"with holder_name(Path({str(tmp_path)!r})) as name:\n    print(name, flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        name = process.stdout.readline().decode().strip()
        with holder_name(tmp_path) as beside:
            assert beside != name
        process.kill()
        process.wait(10)
        with holder_name(tmp_path) as after:
            assert after == name


def test_a_look_up_that_hangs_is_given_up_and_not_asked_for_twice(hanging: Resolver) -> None:
    before = threading.active_count()
    for _ in range(3):
        with pytest.raises(Down, match="dns"):
            lookup.look_up("mail.example.org", 993, seconds=0.05)
    assert hanging.asked == 1, "one thread waits, however often it is tried"
    assert threading.active_count() == before + 1
    hanging.free.set()
    with pytest.raises(Down, match="dns"):
        lookup.look_up("mail.example.org", 993, seconds=5)


def test_a_name_with_several_addresses_is_tried_until_one_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        # localhost may have an address of IPv6 first, on which nobody listens.
        with lookup.connect("localhost", port, seconds=5) as sock:
            assert sock.getpeername()[1] == port
    with pytest.raises(ConnectionRefusedError):
        lookup.connect("127.0.0.1", port, seconds=5)


def test_look_ups_that_hang_take_no_thread_from_the_vault(hanging: Resolver) -> None:
    async def work() -> list[str]:
        loop = asyncio.get_running_loop()
        waiting = [asyncio.create_task(loop.getaddrinfo("mail.example.org", 25)) for _ in range(40)]
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            done = await asyncio.to_thread(lambda: "written")
            found = await loop.getaddrinfo("127.0.0.1", 25, type=socket.SOCK_STREAM)
        for each in waiting:
            each.cancel()
        assert found[0][4][0] == "127.0.0.1"
        return [done]

    began = time.monotonic()
    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(work()) == ["written"]
    assert time.monotonic() - began < 5, "and the loop ends without them"
    hanging.free.set()


def test_a_name_that_does_not_exist_is_an_error_in_the_loop() -> None:
    async def work() -> None:
        await asyncio.get_running_loop().getaddrinfo("no-such-host.invalid", 25)

    with asyncio.Runner(loop_factory=Loop) as runner, pytest.raises(OSError):  # noqa: PT011, gaierror or its like
        runner.run(work())
