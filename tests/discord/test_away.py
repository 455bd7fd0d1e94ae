"""What happens when the bot is killed, away, or not let in: nothing is lost, nothing stands there twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from dsarbot.app import opened, utc_now
from dsarbot.core.alarms import Alarm, Level
from dsarbot.core.case import Status
from dsarbot.core.discord import Asking, at_of
from dsarbot.core.evolve import replace
from dsarbot.desk.discord_jobs import job
from dsarbot.desk.discord_keep import Keeper
from dsarbot.service.discord import Talk
from tests.discord.conftest import NORD, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")
FORM = "dsarbot-form:"


def asking(office: Office, user: int, text: str) -> Asking:
    number = office.fake.number()
    return Asking(
        native=number, how="form", user=user, name=office.fake.people[user][0], channel=office.fake.general, text=text,
        rights=("access",), token=f"token-{number}", token_of=number, application=office.fake.me, by_dm=True,
    )  # fmt: skip


async def test_what_was_kept_before_a_crash_becomes_a_case_and_is_answered_after_it(office: Office) -> None:
    user = office.fake.person("kept")
    async with opened(office.settings, environ=office.environ, clock=utc_now) as app:
        talk = Talk(app, "dead", lambda: None)
        keeper = Keeper(app.desk, app.store)
        (guild,) = talk._bots[0].guilds
        asked = asking(office, user, "kept, then killed")
        assert await keeper.keep(guild, asked)
        assert not await keeper.keep(guild, asked)
        # Killed after the case was opened, while a worker held the answer.
        await talk.read()
        (claimed,) = await app.store.claim_discord_jobs("dead-discord", utc_now(), -1, 5, "discord")
        assert claimed.job.kind == "discord"
    async with office.running():
        # The token is unknown to Discord by now: the answer goes the way that was chosen.
        answer = await office.fake.direct(user, "DSR-")
        (case,) = [each for each in await office.cases() if each.person.name == "kept"]
        assert case.reference in answer.content
        assert case.claims[0].received_at == at_of(asked.native)
    assert office.fake.syncs == 1


async def test_what_was_written_while_the_bot_was_away_is_found_again(office: Office) -> None:
    fake = office.fake
    talker, stranger = fake.person("talker"), fake.person("stranger")
    async with office.running():
        await fake.says(talker, "I want a copy of my personal data under Article 15 GDPR", direct=True)
        await fake.direct(talker, "DSR-")
    syncs = fake.syncs
    said = await fake.says(stranger, "Please delete all my personal data, Art. 17 GDPR", heard=False)
    await fake.says(stranger, "and who won the match?", heard=False)
    await fake.says(talker, "I also object to advertising under Article 21 GDPR", direct=True, heard=False)
    async with office.running():
        await fake.posted(fake.general, "Ask in private")
        (case,) = [each for each in await office.cases() if each.person.name == "stranger"]
        assert case.claims[0].received_at == at_of(said.id)
        await fake.until(lambda: len([m for m in fake.of_bot(said.channel) if "Ask" in m.text]) == 1 or None)
        await fake.until(lambda: len([m for m in fake.of_bot(fake._room_of(talker)) if "DSR-" in m.text]) == 2 or None)
        mine = [each for each in await office.cases() if each.person.name == "talker"]
        assert sorted(claim.right for case in mine for claim in case.claims) == ["access", "objection"]
    assert fake.syncs == syncs
    before = len(await _all(office))
    async with office.running():
        await asyncio.sleep(0)
    assert len(await _all(office)) == before


async def test_a_card_that_was_posted_and_not_noted_is_found_again(office: Office) -> None:
    fake = office.fake
    user = fake.person("carded")
    async with office.running():
        sent = await fake.submit(user, FORM, {"rights": ["access"], "about": "one card"})
        reference = (await fake.answer(sent)).partition("**")[2].partition("**")[0]
        await fake.posted(fake.room, reference)
        (case,) = [each for each in await office.cases() if each.reference == reference]
        posts = [each for each in await office.desk.store.posts_of_case(NORD, case.id) if each.kind == "card"]
        await asyncio.sleep(0)
    async with opened(office.settings, environ=office.environ, clock=utc_now) as app:
        # As a process leaves it that died between Discord's answer and its own note.
        guild = Talk(app, "dead", lambda: None)._bots[0].guilds[0]
        async with app.store.transaction() as transaction:
            await transaction.save_post(replace(posts[0], message=0))
            await transaction.enqueue(job(guild, "post", posts[0].id, utc_now() - timedelta(days=1), mark="again"))
        await app.store.claim_discord_jobs("dead", utc_now() - timedelta(hours=1), -1, 5, "discord-post")
        await app.store.claim_discord_jobs("dead", utc_now() + timedelta(seconds=1), -1, 5, "discord-post")
    async with office.running():
        await _until_posted(office, posts[0].id)
        assert len([m for m in fake.of_bot(fake.room) if reference in m.text]) == 1


async def test_an_alarm_pings_one_role_once(office: Office) -> None:
    fake, now = office.fake, utc_now()
    day = now.date()
    (row, *_) = await _all(office)
    raised = Alarm(
        id="a" * 32, organisation="nord", key="due-2:x", matter="case:x", kind="due-2", subject="DSR-2026-00001-R",
        case=row, day=day, rank=1, level=Level.OWNER, urgent=False, raised_at=now, climbed_at=now,
    )  # fmt: skip
    async with opened(office.settings, environ=office.environ, clock=utc_now) as app, app.store.transaction() as t:
        await t.raise_alarms(NORD, [raised])
    async with office.running():
        said = await fake.posted(fake.room, "2 working days left")
        assert said.payload["allowed_mentions"] == {"parse": [], "roles": [str(fake.role)]}
        assert f"<@&{fake.role}>" in said.content
    async with office.running():
        assert len([m for m in fake.of_bot(fake.room) if "2 working days left" in m.text]) == 1


async def test_nothing_is_posted_where_everybody_could_read_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    fake = office.fake
    fake.room_is_private = False
    before = len(fake.of_bot(fake.room))
    try:
        async with office.running():
            sent = await fake.submit(fake.person("public"), FORM, {"rights": ["access"], "about": "no card yet"})
            assert "DSR-" in await fake.answer(sent)
            await fake.until(lambda: "everybody can read it" in caplog.text or None)
            assert len(fake.of_bot(fake.room)) == before
    finally:
        fake.room_is_private = True


async def test_without_the_content_intent_it_says_so_and_asks_for_none(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    fake = office.fake
    fake.flags = 0
    try:
        async with office.running():
            assert not fake.intents & 1 << 15
            assert "without the message content intent" in caplog.text
            sent = await fake.submit(fake.person("plain"), FORM, {"rights": ["access"], "about": "no intent"})
            assert "DSR-" in await fake.answer(sent)
    finally:
        fake.flags = 1 << 19


async def test_a_confirmed_case_keeps_its_first_receipt(office: Office) -> None:
    """The hint's form joins; the clock began with the message in the channel."""
    async with opened(office.settings, environ=office.environ, clock=utc_now) as app:
        rows = await app.store.rows(NORD)
        found = [await app.store.case(NORD, row.id) for row in rows if row.status == Status.UNCONFIRMED]
        for case in found:
            contacts = await app.store.contacts_of_case(NORD, case.id)
            assert {claim.received_at for claim in case.claims} == {contacts[0].at}


async def _all(office: Office) -> list[str]:
    async with opened(office.settings, environ=office.environ, clock=utc_now) as app:
        return [row.id for row in await app.store.rows(NORD)]


async def _until_posted(office: Office, post: str) -> None:
    async with asyncio.timeout(30):
        while not (await office.desk.store.post(NORD, post)).message:  # type: ignore[union-attr]
            await office.fake.changed()
