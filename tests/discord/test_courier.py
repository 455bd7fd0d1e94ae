"""How answers and messages leave, with a messenger that does as it is told: every door closed once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from dsarbot.app import App, opened
from dsarbot.core import directory as d
from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.case import Case, Letter, LetterStatus, Moment, Purpose, Section
from dsarbot.core.directory import Entry, Value
from dsarbot.core.discord import Asking, How, first_of
from dsarbot.core.discord_rows import Post
from dsarbot.core.evolve import replace
from dsarbot.core.orders_rights import Confide
from dsarbot.desk.discord_courier import Courier, Went
from dsarbot.desk.discord_forms import Payload
from dsarbot.desk.discord_guild import Guild, Lane
from dsarbot.desk.discord_intake import DiscordIntake
from dsarbot.desk.discord_jobs import job, reply
from dsarbot.desk.discord_keep import Keeper, account_in
from dsarbot.desk.discord_plan import Plan
from dsarbot.desk.discord_staff import Staff
from dsarbot.desk.handle import Task
from dsarbot.desk.identity_look import Desks, asking_of
from dsarbot.desk.identity_look import Told as Said
from dsarbot.errors import ChannelDown, Conflict, NotFound
from dsarbot.service.discord import Talk
from dsarbot.store.retention import Retention
from dsarbot.testing import FrozenClock
from tests.discord.conftest import NORD, Office

pytestmark = pytest.mark.asyncio(loop_scope="module")
START = datetime.fromisoformat("2026-11-02T09:00:00+00:00")


@dataclass
class Told:
    """A messenger that remembers. refuses: what is turned down for good; down: nothing works now."""

    refuses: set[str] = field(default_factory=set)
    down: bool = False
    done: list[tuple[str, int, str]] = field(default_factory=list)
    found: int = 0
    numbers: int = 500

    def _do(self, what: str, where: int, payload: Payload | None) -> bool:
        if self.down:
            raise ChannelDown
        self.done.append((what, where, str(payload)))
        return what not in self.refuses

    async def answer(self, application: int, token: str, payload: Payload) -> Went:
        return "done" if self._do("answer", application, payload) else "refused"

    async def direct(self, user: int, payload: Payload, *, nonce: str) -> int:
        assert len(nonce) <= 25
        return self._number() if self._do("direct", user, payload) else 0

    async def take_back(self, user: int, message: int) -> Went:
        return "done" if self._do("take-back", message, None) else "refused"

    async def post(self, channel: int, payload: Payload, *, nonce: str) -> int:
        assert len(nonce) <= 25
        return self._number() if self._do("post", channel, payload) else 0

    async def edit(self, channel: int, message: int, payload: Payload) -> Went:
        return "done" if self._do("edit", message, payload) else "refused"

    async def delete(self, channel: int, message: int) -> Went:
        return "done" if self._do("delete", message, None) else "refused"

    async def find(self, channel: int, mark: str) -> int:
        self._do("find", channel, None)
        return self.found

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def kinds(self) -> list[str]:
        return [what for what, _, _ in self.done]


@dataclass
class Desk:
    """The desk, a clock, a messenger."""

    app: App
    clock: FrozenClock
    guild: Guild
    told: Told
    users: int = 10**17

    def courier(self, lane: Lane = "discord") -> Courier:
        return Courier(
            self.app.desk,
            self.app.store,
            [self.guild],
            {self.guild.id: self.told},
            worker=f"w-{lane}",
            lane=lane,
        )

    async def ask(self, text: str, how: How = "form", **more: Any) -> Case | None:
        self.users += 1
        now = self.clock()
        asking = Asking(
            native=first_of(now) + self.users % 1000, how=how, user=self.users, name=f"p{self.users}",
            channel=5, text=text, rights=("access",) if how == "form" else (),
        )  # fmt: skip
        asking = replace(asking, **more)
        await Keeper(self.app.desk, self.app.store).keep(self.guild, asking)
        await DiscordIntake(self.app.desk, self.app.store, [self.guild], waits=lambda _: False).process()
        contact = (await self.app.store.contacts_of(NORD, asking.user))[-1]
        return await self.app.store.case(NORD, contact.case) if contact.case else None

    async def deliver(self, lane: Lane = "discord") -> list[str]:
        """Everything that is due; what was done for it."""
        self.told.done.clear()
        courier = self.courier(lane)
        while await courier.deliver():
            pass
        return self.told.kinds()

    async def states(self) -> list[str]:
        return sorted(each.state for each in await self.app.store.jobs(NORD))


@pytest_asyncio.fixture(loop_scope="module")
async def desk(office: Office) -> AsyncIterator[Desk]:
    """A moment that has not been yet: each test a day later."""
    global START  # noqa: PLW0603  # the database is shared, its time goes on
    START += timedelta(days=5)
    clock = FrozenClock(START)
    async with opened(office.settings, environ=office.environ, clock=clock) as app:
        (guild,) = Talk(app, "w", lambda: None)._bots[0].guilds
        made = Desk(app=app, clock=clock, guild=guild, told=Told())
        made.users += START.toordinal() * 1000
        yield made
        # Nothing of it is left for the next one.
        lanes: tuple[Lane, ...] = ("discord", "discord-post")
        for lane in lanes:
            for each in await app.store.claim_discord_jobs("end", clock() + timedelta(days=99), 60, 999, lane):
                await app.store.finish_job(each, state="cancelled", last="end", now=clock())


def token(desk: Desk) -> dict[str, Any]:
    return {"token": "t", "token_of": first_of(desk.clock())}


async def test_it_is_answered_where_it_was_asked(desk: Desk) -> None:
    case = await desk.ask("where", **token(desk))
    assert await desk.deliver() == ["answer"]
    assert case is not None
    assert case.reference in desk.told.done[0][2]


async def test_then_as_was_chosen_and_what_was_written_can_be_taken_back(desk: Desk) -> None:
    desk.told.refuses = {"answer"}
    case = await desk.ask("chosen", by_dm=True, **token(desk))
    assert await desk.deliver() == ["answer", "direct"]
    assert case is not None
    (post,) = await desk.app.store.posts_of_case(NORD, case.id)
    assert (post.kind, post.channel) == ("dm", 0)
    async with desk.app.store.transaction() as transaction:
        await transaction.enqueue(job(desk.guild, "delete", post.id, desk.clock()))
    assert await desk.deliver("discord-post") == ["take-back"]


async def test_then_by_mail_and_else_the_card_says_so(desk: Desk) -> None:
    desk.told.refuses = {"direct"}
    await desk.ask("mailed", email="a@example.net", by_dm=True)
    assert await desk.deliver() == ["direct"]
    mails = await desk.app.store.claim_jobs("mail", desk.clock(), 60)
    assert [each.job.recipient for each in mails] == ["a@example.net"]
    assert b"**" not in await desk.app.store.vault.open(NORD, mails[0].job.object)
    case = await desk.ask("nobody", by_dm=True)
    await desk.deliver()
    assert case is not None
    (contact,) = await desk.app.store.contacts_of_case(NORD, case.id)
    assert contact.untold


async def test_nobody_is_flooded_by_what_others_type_into_a_form(desk: Desk) -> None:
    async def mails(address: str) -> int:
        await desk.ask(f"typed {desk.users}", email=address)
        await desk.deliver()
        sent = await desk.app.store.claim_jobs("m", desk.clock(), 60)
        for each in sent:
            await desk.app.store.finish_job(each, state="sent", last="", now=desk.clock())
        return len(sent)

    assert [await mails("victim@example.net") for _ in range(5)] == [1, 1, 1, 0, 0]
    assert await mails("someone@nord.example.org") == 0
    assert await mails("x" * 60 + "@" + "y" * 60 + ".example") in (0, 1)


async def test_what_does_not_work_now_is_tried_again_for_two_days(desk: Desk) -> None:
    await desk.ask("later", **token(desk))
    desk.told.down = True
    assert await desk.courier().deliver() == 1
    due = await desk.app.store.next_discord_job_due("discord")
    assert due == desk.clock() + timedelta(seconds=5)
    desk.clock.advance(timedelta(days=3))
    assert await desk.courier().deliver() == 1
    assert await desk.app.store.next_discord_job_due("discord") is None
    assert "shunted" in await desk.states()


async def test_errands_about_what_is_gone_end(desk: Desk) -> None:
    other = replace(desk.guild, id=desk.guild.id + 1)
    async with desk.app.store.transaction() as transaction:
        await transaction.enqueue(reply(other, "nobody", "kept", desk.clock()))
        await transaction.enqueue(reply(desk.guild, "nobody", "kept", desk.clock(), mark="x"))
        await transaction.enqueue(job(desk.guild, "post", "nothing", desk.clock()))
        await transaction.enqueue(replace(reply(desk.guild, "broken", "x", desk.clock()), recipient="{"))
    assert await desk.courier().deliver() == 3
    assert await desk.courier("discord-post").deliver() == 1
    assert desk.told.done == []


async def test_a_card_that_somebody_removed_is_put_there_again_and_a_hint_is_not(desk: Desk) -> None:
    case = await desk.ask("Please delete all my personal data, Article 17 GDPR", how="message")
    await Plan(desk.app.desk, desk.app.store, [desk.guild]).look()
    kinds = await desk.deliver("discord-post")
    assert sorted(kinds) == ["post"] * len(kinds)
    assert case is not None
    posts = {each.kind: each for each in await desk.app.store.posts_of_case(NORD, case.id)}
    assert set(posts) == {"hint", "alarm", "card"}
    desk.told.refuses = {"edit"}
    async with desk.app.store.transaction() as transaction:
        for each in (posts["card"], posts["hint"]):
            await transaction.enqueue(job(desk.guild, "post", each.id, desk.clock(), mark="again"))
    assert sorted(await desk.deliver("discord-post")) == ["edit", "edit", "post"]
    after = {each.kind: each for each in await desk.app.store.posts_of_case(NORD, case.id)}
    assert after["hint"].gone
    assert after["card"].message != posts["card"].message


async def test_a_channel_that_lets_nobody_in_is_tried_again(desk: Desk) -> None:
    await desk.ask("closed room")
    await Plan(desk.app.desk, desk.app.store, [desk.guild]).look()
    desk.told.refuses = {"post"}
    assert "post" in await desk.deliver("discord-post")
    assert await desk.app.store.next_discord_job_due("discord-post") is not None


async def test_a_post_that_may_have_come_through_is_looked_for(desk: Desk) -> None:
    case = await desk.ask("looked for")
    await Plan(desk.app.desk, desk.app.store, [desk.guild]).look()
    desk.told.down = True
    courier = desk.courier("discord-post")
    while await courier.deliver():
        pass
    desk.told.down, desk.told.found = False, 77
    desk.clock.advance(timedelta(seconds=10))
    while await courier.deliver():
        pass
    assert "find" in desk.told.kinds()
    assert case is not None
    (card,) = [each for each in await desk.app.store.posts_of_case(NORD, case.id) if each.kind == "card"]
    assert card.message == 77


async def test_news_are_told_once_and_never_what_they_are(desk: Desk) -> None:
    case = await desk.ask("news", by_dm=True, email="news@example.net")
    await desk.deliver()
    assert case is not None
    await _sent(desk, case)
    plan = Plan(desk.app.desk, desk.app.store, [desk.guild])
    await plan.look()
    assert await desk.deliver() == ["direct"]
    assert "It is not given over Discord" in desk.told.done[0][2]
    assert "secret words" not in desk.told.done[0][2]
    await Plan(desk.app.desk, desk.app.store, [desk.guild]).look()
    assert await desk.deliver() == []
    closed = await desk.ask("closed news", by_dm=True, email="news2@example.net")
    await desk.deliver()
    assert closed is not None
    await _sent(desk, closed)
    desk.told.refuses = {"direct"}
    await plan.look()
    assert await desk.deliver() == ["direct"]
    # The letter itself went by mail; no second one says that it did.
    assert [each for each in await desk.app.store.claim_jobs("m", desk.clock(), 60) if each.job.kind == "notice"] == []


async def test_what_the_bot_wrote_goes_after_its_time(desk: Desk) -> None:
    case = await desk.ask("its time")
    plan = Plan(desk.app.desk, desk.app.store, [desk.guild])
    await plan.look()
    await desk.deliver("discord-post")
    assert case is not None
    order = o.NotARequest(at=desk.clock(), actor="anna", cause="n", reason="test")
    await desk.app.desk.order(NORD, case.id, order)
    await plan.look()
    assert "edit" in await desk.deliver("discord-post")
    desk.clock.advance(timedelta(days=31))
    await plan.look()
    await plan.look()
    assert "delete" in await desk.deliver("discord-post")
    assert all(each.gone for each in await desk.app.store.posts_of_case(NORD, case.id))


async def test_at_the_end_of_retention_nothing_of_it_is_left(desk: Desk) -> None:
    store = desk.app.store
    case = await desk.ask("retention")
    assert case is not None
    await Plan(desk.app.desk, store, [desk.guild]).look()
    rule = Retention(store.ring, store.vault)
    await rule.collapse(NORD, case.id, rule="test", at=desk.clock(), actor="service")
    assert await store.contacts_of_case(NORD, case.id) == []
    assert await store.posts_of_case(NORD, case.id) == []


async def test_a_post_about_a_case_that_is_gone_or_hidden_is_taken_away(desk: Desk) -> None:
    post = Post(
        id="f" * 64, organisation="nord", guild=desk.guild.id, kind="card", at=desk.clock(), case="none", channel=2,
        message=9,
    )  # fmt: skip
    async with desk.app.store.transaction() as transaction:
        await transaction.save_post(post)
    await Plan(desk.app.desk, desk.app.store, [desk.guild]).look()
    assert "delete" in await desk.deliver("discord-post")


async def _sent(desk: Desk, case: Case) -> None:
    letter = Letter(
        id="l1", moment=Moment.ANSWERED, claims=("c1",), language="en", medium="mail", recipient=case.person.address,
        subject="s", sections=(Section(key="body", text="secret words"),), status=LetterStatus.DRAFTED,
        purpose=Purpose(),
    )  # fmt: skip
    now = desk.clock()
    facts = (
        f.LetterDrafted(at=now, actor="anna", cause=f"d{case.id}", letter=letter),
        f.LetterSent(at=now, actor="service", cause=f"s{case.id}", letter="l1", sent_at=now),
    )
    for fact in facts:
        await desk.app.desk.handle([Task(scope=NORD, case=case.id, thing=fact)], together=True)


async def test_a_form_behind_an_old_hint_opens_or_joins_as_any_other(desk: Desk) -> None:
    case = await desk.ask("Please delete all my personal data, Article 17 GDPR", how="message")
    assert case is not None
    hinted = case.inbounds[0].inbound
    order = o.Confirm(at=desk.clock(), actor="anna", cause="c")
    await desk.app.desk.order(NORD, case.id, order)
    joined = await desk.ask("again", user=desk.users, rights=("erasure",), answers=hinted)
    assert joined is not None
    assert joined.id == case.id
    assert [each.kind for each in joined.proposals] == ["message"]
    new = await desk.ask("and a copy", user=desk.users, rights=("access",), answers=hinted)
    assert new is not None
    assert new.id != case.id


async def test_a_wish_about_a_case_that_has_gone_is_held_for_a_person(desk: Desk) -> None:
    assert await desk.ask("back", how="withdrawal", answers="no-such-case", **token(desk)) is None
    held = await desk.app.store.inbounds(NORD, state="held")
    assert "known-sender" in {each.kind for each in held}
    await desk.deliver()
    assert "has arrived" in desk.told.done[0][2]


async def test_old_cases_of_the_account_are_left_alone(desk: Desk) -> None:
    first = await desk.ask("a copy")
    desk.clock.advance(timedelta(days=40))
    later = await desk.ask("a copy", user=desk.users)
    assert first is not None
    assert later is not None
    assert later.id != first.id


async def test_buttons_that_are_none_and_cases_that_are_hidden_give_nothing_away(desk: Desk) -> None:
    staff, case = Staff(desk.app.desk), await desk.ask("hidden")
    assert case is not None
    assert "not there" in await staff.press(desk.guild, "anna", "erase", case.id, 1)
    assert "is with you" in await staff.press(desk.guild, "anna", "assign", case.id, 2)
    assert "Not possible" in await staff.press(desk.guild, "anna", "confirm", case.id, 3)
    confide = Confide(at=desk.clock(), actor="otto", cause="x", staff=("otto",), reason="dispute")
    await desk.app.desk.order(NORD, case.id, confide)
    assert "not there" in await staff.press(desk.guild, "anna", "assign", case.id, 4)


async def test_two_processes_keep_one_event_once(desk: Desk) -> None:
    store, now = desk.app.store, desk.clock()
    asking = [
        Asking(native=first_of(now) + number, how="form", user=10**17 + number, channel=5, text="x", rights=("access",))
        for number in (900, 901)
    ]
    one, other = Keeper(desk.app.desk, store), Keeper(desk.app.desk, store)

    async def nothing(scope: object, contact: str) -> None:
        """Both look before either has written."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "contact", nothing)
        await one.keep(desk.guild, asking[0])
        await asyncio.gather(*(other.keep(desk.guild, each) for each in asking))
        await other.keep(desk.guild, asking[0])
    assert [len(await store.contacts_of(NORD, each.user)) for each in asking] == [1, 1]


async def test_who_wrote_is_known_to_whoever_asks_for_proof(desk: Desk) -> None:
    case = await desk.ask("who am I")
    assert case is not None
    row = await desk.app.store.inbound(NORD, case.inbounds[0].inbound)
    skeleton = await desk.app.store.vault.open(NORD, row.objects[0])
    assert account_in(skeleton) == str(desk.users)
    assert account_in(b"Subject: x\r\n\r\nX-Discord-Account: 7\r\n") == ""


async def test_what_is_forgotten_or_broken_says_so(desk: Desk) -> None:
    case = await desk.ask("broken")
    assert case is not None
    (contact,) = await desk.app.store.contacts_of_case(NORD, case.id)
    async with desk.app.store.transaction() as transaction:
        with pytest.raises(NotFound):
            await transaction.save_contact(replace(contact, id="other"))
        with pytest.raises(Conflict):
            await transaction.add_contacts([contact])


async def test_a_linked_account_is_a_proof_and_another_one_is_none(desk: Desk) -> None:
    store, today = desk.app.store, desk.clock().date()
    case = await desk.ask("who is linked", name="Lea Linked")
    assert case is not None
    values = (
        Value(kind=d.NAME, text="Lea Linked", source="crm", since=today, seen=today),
        Value(kind=d.DISCORD, text=str(desk.users), source="discord-code", since=today, seen=today, by_person=True),
    )
    linked, other = Entry(id="1" * 32, values=values), Entry(id="2" * 32, values=values[:1])
    desks = Desks(store=store, vault=store.vault, directory=store.directory, authserv=lambda _: None)
    for entry, state in ((other, "unlinked"), (linked, "linked")):
        await store.directory.save(NORD, [entry], what="imported", public={}, at=desk.clock(), actor="anna")
        now = await asking_of(desks, NORD, case, rules=desk.guild.organisation.rules, today=today, told=Said())
        assert (now.channel, now.state) == ("discord", state)
