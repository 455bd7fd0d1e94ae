"""From a thread into the loop and back, also when the loop ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from dsarbot.channels import bridge as bridge_module
from dsarbot.channels.bridge import bridge
from dsarbot.channels.down import Down
from dsarbot.channels.imap_types import Calls, Fetched, Position, Watch
from dsarbot.channels.imap_watch import Watcher
from dsarbot.errors import Conflict, DsarbotError, OurMistake
from tests.channels.ledger import endpoint_of, mail
from tests.servers.dovecot import Dovecot


async def test_a_coroutine_runs_in_the_loop_while_the_thread_waits() -> None:
    async def double(number: int, *, plus: int = 0) -> int:
        await asyncio.sleep(0)
        assert threading.current_thread() is threading.main_thread()
        return number * 2 + plus

    assert await asyncio.to_thread(bridge(asyncio.get_running_loop(), double), 4, plus=1) == 9


@pytest.mark.parametrize(
    ("raised", "arrives"),
    [(Conflict(), Conflict), (OSError(28, "full"), OSError), (KeyError("x"), OurMistake)],
)
async def test_errors_arrive_in_the_thread(raised: Exception, arrives: type[Exception]) -> None:
    async def fail() -> None:
        raise raised

    with pytest.raises(arrives) as caught:
        await asyncio.to_thread(bridge(asyncio.get_running_loop(), fail))
    assert isinstance(caught.value, (DsarbotError, OSError))


async def test_cancelled_work_tells_the_thread_that_all_is_ending() -> None:
    started = asyncio.Event()
    tasks: list[asyncio.Task[object] | None] = []

    async def long() -> None:
        tasks.append(asyncio.current_task())
        started.set()
        await asyncio.Event().wait()

    waiting = asyncio.create_task(asyncio.to_thread(bridge(asyncio.get_running_loop(), long)))
    await started.wait()
    [task] = tasks
    assert task is not None
    task.cancel()
    with pytest.raises(Down, match="stopping"):
        await waiting


async def test_a_watcher_and_the_loop_work_together_until_the_last_batch(dovecot: Dovecot) -> None:
    dovecot.create_user("bridged@example.org")
    loop = asyncio.get_running_loop()
    keeping, go_on, marked = asyncio.Event(), asyncio.Event(), asyncio.Event()
    kept: list[int] = []

    async def keep(folder: str, mails: Sequence[Fetched]) -> Sequence[int]:
        keeping.set()
        await go_on.wait()
        kept.extend(mail.uid for mail in mails)
        return kept

    async def position(folder: str) -> Position | None:
        return None

    def state(event: str, detail: str) -> None:
        if event == "stopped":
            loop.call_soon_threadsafe(marked.set)

    dovecot.append("bridged@example.org", mail("in flight"))
    calls = Calls(position=bridge(loop, position), keep=bridge(loop, keep), state=state)
    watcher = Watcher(Watch(key="privacy", endpoint=endpoint_of(dovecot, "bridged@example.org")), calls)
    watcher.start()
    await asyncio.wait_for(keeping.wait(), 10)
    # The service is told to end while a batch is being kept: the batch is finished and marked first.
    watcher.ask_stop()
    go_on.set()
    await asyncio.to_thread(watcher.stop)
    await asyncio.wait_for(marked.wait(), 5)
    assert not watcher.alive
    assert kept == [1]
    with dovecot.login("bridged@example.org") as client:
        client.select_folder("INBOX", readonly=True)
        assert b"$Dsarbot" in client.get_flags([1])[1]


def test_a_loop_that_is_closed_or_stands_still_does_not_hold_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge_module, "LOOK", 0.01)

    async def never() -> None:
        raise AssertionError

    loop = asyncio.new_event_loop()
    call = bridge(loop, never)
    with pytest.raises(Down, match="stopping"):
        call()
    loop.close()
    with pytest.raises(Down, match="stopping"):
        call()
