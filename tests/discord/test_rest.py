"""What the interface of Discord may answer, and what becomes of it: refused for good, or tried again later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import discord
import pytest
import pytest_asyncio

from dsarbot.channels import discord_answers
from dsarbot.channels.discord_answers import Interactions
from dsarbot.channels.discord_direct import Direct
from dsarbot.channels.discord_rest import Messenger
from dsarbot.channels.discord_translate import File, Written
from dsarbot.core.dates import Language
from dsarbot.core.discord import Asking
from dsarbot.errors import ChannelDown
from tests.discord.conftest import Office
from tests.discord.fake import Fake

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUIET = {"content": "x", "components": [], "allowed_mentions": {"parse": []}}


@dataclass
class Line:
    """One bot's way to Discord."""

    fake: Fake
    messenger: Messenger
    interactions: Interactions


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def line(office: Office) -> AsyncIterator[Line]:
    messenger, interactions = Messenger(), Interactions()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(discord_answers, "_ACK_PAUSES", (0.0, 0.0))
        patch.setattr(discord_answers, "_ANSWER_PAUSES", (0.0, 0.0))
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(office.fake.token)
            interactions.open(client.http.user_agent)
            messenger.connected(client.http, interactions, office.fake.me)
            yield Line(fake=office.fake, messenger=messenger, interactions=interactions)
            await interactions.close()


async def test_nothing_can_be_said_before_the_log_in() -> None:
    nobody, nothing = Messenger(), Interactions()
    assert not nobody.ready
    for asked in (nobody.answer(1, "t", {}), nobody.post(1, {}, nonce="n"), nothing.answer(1, "t", {})):
        with pytest.raises(ChannelDown):
            await asked
    assert await nobody.fetch("https://cdn.discordapp.com/x") is None
    assert await nothing.acknowledge(1, "t", {}) == "refused"
    await nothing.close()


async def test_answers_are_tried_again_and_refusals_are_not(line: Line) -> None:
    fake, interactions = line.fake, line.interactions
    done = await fake.slash(fake.person("a"), "status")
    fake.faults += [("PATCH webhooks", 503, 2)]
    assert await interactions.acknowledge(done.id, done.token, {"type": 5, "data": {"flags": 64}}) == "done"
    assert await interactions.answer(1, done.token, QUIET) == "done"
    fake.faults += [("PATCH webhooks", 503, 3)]
    with pytest.raises(ChannelDown):
        await interactions.answer(1, done.token, QUIET)
    fake.faults += [("PATCH webhooks", 429, 3)]
    with pytest.raises(ChannelDown):
        await interactions.answer(1, done.token, QUIET)
    assert await interactions.answer(1, "unknown", QUIET) == "refused"
    assert await interactions.acknowledge(done.id, done.token, {"type": 5, "data": {"flags": 64}}) == "refused"
    # Whatever could not be acknowledged is not answered, either.
    before = len(fake.requests)
    assert await line.messenger.answer(1, done.token, QUIET) == "refused"
    assert len(fake.requests) == before


async def test_a_lost_connection_is_asked_again_and_what_had_come_through_counts(line: Line) -> None:
    fake = line.fake
    done = await fake.slash(fake.person("b"), "status")
    fake.lose_after = 1
    assert await line.interactions.acknowledge(done.id, done.token, {"type": 5, "data": {"flags": 64}}) == "done"
    assert done.acks == 2
    late = await fake.slash(fake.person("c"), "status")
    fake.faults += [("POST interactions", 500, 9)]
    assert await line.interactions.acknowledge(late.id, late.token, {"type": 5}) == "refused"
    fake.faults.clear()


async def test_closed_doors_and_missing_things_are_final(line: Line) -> None:
    fake, messenger = line.fake, line.messenger
    user = fake.person("d")
    number = await messenger.direct(user, QUIET, nonce="n")
    assert await messenger.take_back(user, number) == "done"
    assert await messenger.take_back(user, number) == "refused"
    fake.closed_doors.add(user)
    assert await messenger.direct(user, QUIET, nonce="n") == 0
    fake.faults += [("POST users/@me/channels", 400, 1)]
    with pytest.raises(ChannelDown):
        await messenger.direct(user, QUIET, nonce="n")
    fake.faults += [("POST channels", 403, 1), ("PATCH channels", 404, 1), ("DELETE channels", 404, 1)]
    assert await messenger.post(fake.room, QUIET, nonce="n") == 0
    assert await messenger.edit(fake.room, 1, QUIET) == "refused"
    assert await messenger.delete(fake.room, 1) == "refused"
    fake.faults += [("GET channels", 403, 2)]
    assert await messenger.history(fake.room) == ()
    assert await messenger.find(fake.room, "mark") == 0
    fake.faults += [("POST users/@me/channels", 403, 2)]
    assert await messenger.direct_history(user, 1) == ()
    assert await messenger.take_back(user, 1) == "refused"
    messenger.keep_out_of(frozenset({fake.room}))
    assert await messenger.post(fake.room, QUIET, nonce="n") == 0
    messenger.keep_out_of(frozenset())


async def test_troubles_may_be_over_later(line: Line) -> None:
    fake, messenger = line.fake, line.messenger
    fake.faults += [("PUT applications", 409, 1)]
    with pytest.raises(ChannelDown):
        await messenger.register(fake.guild, [])
    fake.faults += [("POST channels", 418, 1)]
    with pytest.raises(ChannelDown):
        await messenger.post(fake.room, QUIET, nonce="n")
    fake.nonsense = 1
    with pytest.raises(ChannelDown):
        await messenger.post(fake.room, QUIET, nonce="n")


async def test_a_card_is_found_by_what_its_buttons_are_called(line: Line) -> None:
    fake, messenger = line.fake, line.messenger
    shown = {**QUIET, "components": [{"type": 1, "components": [{"label": "x", "custom_id": "dsarbot:assign:abc1"}]}]}
    number = await messenger.post(fake.room, shown, nonce="n")
    assert await messenger.find(fake.room, "abc1") == number
    assert await messenger.find(fake.room, "other") == 0


async def test_files_are_fetched_from_discord_alone(line: Line) -> None:
    fake, messenger = line.fake, line.messenger
    fake.files["a.txt"] = b"words"
    assert await messenger.fetch(f"http://127.0.0.1:{fake.port}/cdn/a.txt") == b"words"
    assert await messenger.fetch("http://internal.example/a.txt") is None
    assert await messenger.fetch(f"http://127.0.0.1:{fake.port}/nowhere") is None


class Kept:
    """A desk for two servers."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, Asking]] = []

    def watched(self) -> dict[int, frozenset[int]]:
        return {}

    def language(self, guild: int) -> Language:
        return "fr" if guild == 1 else "en"

    async def keep(self, guild: int, asking: Asking, *, then: object = None) -> bool:
        self.kept.append((guild, asking))
        return True


async def test_a_direct_message_goes_to_the_company_whose_server_its_author_is_on(line: Line) -> None:
    fake, desk = line.fake, Kept()
    user = fake.person("e")
    direct = Direct(desk, line.messenger, (1, 2))  # type: ignore[arg-type]
    message = Written(id=fake.number(), channel=1, author=user, name="e", text="hello", by_program=False)
    fake.faults += [("GET guilds/1/members", 404, 1)]
    await direct.take(message)
    assert [guild for guild, _ in desk.kept] == [2]
    # Nobody's member any more, or nobody can be asked: better with each than with none.
    fake.faults += [("GET guilds", 404, 2)]
    await direct.take(message)
    fake.faults += [("GET guilds", 418, 1)]
    await direct.take(message)
    assert [guild for guild, _ in desk.kept] == [2, 1, 2, 1, 2]
    files = tuple(File(name=f"{n}.txt", size=1, url="http://internal.example/x") for n in range(12))
    big = File(name="big.txt", size=1 << 30, url="")
    await direct.take(Written(id=1, channel=1, author=user, name="e", text="", by_program=False, files=(big, *files)))
    assert desk.kept[-1][1].refused == 13
    for nothing in (message.__class__(id=1, channel=1, author=user, name="", text="", by_program=False),):
        await direct.take(nothing)
    assert len(desk.kept) == 7
