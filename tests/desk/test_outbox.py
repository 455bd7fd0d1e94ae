"""Letters leave at least once, byte-identical; what will not go is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import Case, LetterStatus, Moment, Outcome, Person, Status
from dsarbot.core.presend import Finding
from dsarbot.errors import ChannelDown, NotAllowed, TheirInput
from dsarbot.ports import Job
from tests.desk.test_intake import approve
from tests.desk.world import ACCESS, NORD, Said, World, mail


@pytest.fixture
async def world() -> World:
    made = World()
    await made.receive(mail(ACCESS))
    return made


async def case(world: World) -> Case:
    (found,) = await world.cases()
    return found


async def states(world: World) -> list[tuple[str, str]]:
    return [(job.kind, job.state) for job in await world.store.jobs(NORD)]


async def test_the_acknowledgement_waits_for_its_delay_and_then_leaves_once(world: World) -> None:
    assert await world.deliver(after=timedelta(minutes=9)) == []
    ((recipient, raw),) = await world.deliver(after=timedelta(minutes=1))
    assert recipient == "jeanne@example.org"
    assert b"acknowledged" in raw
    letter = (await case(world)).letter("l1")
    assert (letter.status, letter.sent_at) == (LetterStatus.SENT, world.clock())
    assert world.relay.filed == [raw]
    assert sorted(await states(world)) == [("copy", "sent"), ("letter", "sent")]
    assert len(await world.deliver()) == 1


async def test_saying_not_a_request_in_time_stops_the_acknowledgement(world: World) -> None:
    order = o.NotARequest(at=world.clock(), actor="dpo", cause="n")
    await world.desk.order(NORD, (await case(world)).id, order)
    assert await world.deliver() == []
    assert await states(world) == [("letter", "cancelled")]


async def test_a_deferred_letter_is_tried_again_with_the_same_bytes(world: World) -> None:
    world.relay.says = Said(kind="deferred", slug="lost")
    await world.deliver()
    world.relay.says = Said(kind="ambiguous")
    await world.deliver(after=timedelta(minutes=2))
    world.relay.says = Said()
    given = await world.deliver(after=timedelta(minutes=10))
    assert len(given) == 3
    assert len({raw for _, raw in given}) == 1
    assert (await case(world)).letter("l1").status == LetterStatus.SENT


async def test_what_a_hanging_relay_leaves_no_time_for_is_given_back(world: World) -> None:
    for number in range(3):
        await world.receive(mail(ACCESS, sender=f"p{number}@example.net"))
    send, slow = world.relay.send, world.clock

    async def hangs(job: Job, raw: bytes) -> Said:
        slow.advance(timedelta(seconds=100))
        return await send(job, raw)

    object.__setattr__(world.outbox._outgoing["nord"], "send", hangs)
    world.clock.advance(timedelta(minutes=11))
    assert await world.outbox.deliver() == 4
    assert len(world.relay.given) == 2
    assert sorted(await states(world)).count(("letter", "queued")) == 2
    while await world.outbox.deliver():
        pass
    assert len(world.relay.given) == 4
    assert len({recipient for recipient, _ in world.relay.given}) == 4


async def test_a_refused_letter_is_shunted_and_shown(world: World) -> None:
    world.relay.says = Said(kind="refused", enhanced="5.1.1")
    await world.deliver()
    assert (await case(world)).letter("l1").trouble == "refused 5.1.1"
    assert await states(world) == [("letter", "shunted")]


async def test_a_letter_deferred_for_long_is_trouble_and_given_up_after_five_days(world: World) -> None:
    world.relay.says = Said(kind="deferred")
    await world.deliver()
    await world.deliver(after=timedelta(hours=13))
    assert (await case(world)).letter("l1").trouble == "deferred-12h"
    await world.deliver(after=timedelta(days=5))
    assert (await case(world)).letter("l1").trouble == "given-up"
    assert await states(world) == [("letter", "shunted")]


async def test_after_a_crash_between_sending_and_finishing_nothing_is_sent_again(world: World) -> None:
    (claimed,) = await world.store.claim_jobs("dead", world.clock.advance(timedelta(minutes=11)), 300)
    await world.outbox._send(claimed, await world.store.vault.open(NORD, claimed.job.object))
    assert len(world.relay.given) == 1
    world.relay.given.clear()
    await world.deliver(after=timedelta(minutes=10))
    assert world.relay.given == []
    assert (await case(world)).letter("l1").status == LetterStatus.SENT


async def answered(world: World) -> None:
    found = await case(world)
    order = o.Answer(at=world.clock(), actor="dpo", cause="a", outcome=Outcome.GRANTED, detail="Copy attached.")
    await world.desk.order(NORD, found.id, order)
    await approve(world, found.id, "l2")


async def test_an_approved_answer_leaves_at_once_and_answers_the_claim(world: World) -> None:
    await answered(world)
    await world.deliver(after=timedelta())
    found = await case(world)
    assert (found.claims[0].status, found.claims[0].outcome) == (Status.ANSWERED, Outcome.GRANTED)


async def test_an_acknowledgement_overtaken_by_the_answer_is_not_sent_any_more(world: World) -> None:
    await answered(world)
    await world.deliver(after=timedelta())
    await world.deliver()
    assert len(world.relay.given) == 1
    letter = (await case(world)).letter("l1")
    assert (letter.status, letter.trouble) == (LetterStatus.RETURNED, "overtaken")


async def test_a_letter_whose_bytes_are_not_the_approved_ones_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered(world)
    organisation = world.organisations["nord"]
    object.__setattr__(organisation, "digest", lambda letter: "other")
    await world.deliver(after=timedelta())
    assert (await case(world)).letter("l2").trouble == "approval-mismatch"
    assert world.relay.given == []


async def test_what_the_pre_send_check_blocks_at_hand_over_comes_back(world: World) -> None:
    await answered(world)
    world.findings = (Finding(rule="recipient", severity="block", text="x", source="y"),)
    await world.deliver(after=timedelta())
    assert (await case(world)).letter("l2").trouble == "pre-send: recipient"
    assert world.relay.given == []


async def test_a_letter_of_which_no_mail_can_be_made_comes_back_at_once(world: World) -> None:
    def render(*_: object) -> bytes:
        raise TheirInput

    object.__setattr__(world.organisations["nord"], "render", render)
    await answered(world)
    assert (await case(world)).letter("l2").trouble == "bad-address"
    assert [state for state in await states(world) if state[1] == "queued"] == [("letter", "queued")]


async def test_caps_hold_acknowledgements_but_never_an_approved_letter(world: World) -> None:
    object.__setattr__(world.organisations["nord"], "cap_per_address_day", 1)
    await world.deliver()
    await world.receive(mail(ACCESS.replace("copie", "copie complète"), subject="Encore"))
    first, second = await world.cases()
    await world.deliver()
    assert second.id != first.id
    assert (await world.store.case(NORD, second.id)).letter("l1").trouble == "cap"
    order = o.Answer(at=world.clock(), actor="dpo", cause="a", outcome=Outcome.GRANTED, detail="Copy attached.")
    await world.desk.order(NORD, first.id, order)
    await approve(world, first.id, "l2")
    await world.deliver(after=timedelta())
    assert len(world.relay.given) == 2


async def test_a_sent_folder_that_cannot_be_reached_is_tried_again(world: World) -> None:
    async def down(*_: object) -> None:
        raise ChannelDown

    filer = world.relay.file
    outgoing = world.outbox._outgoing["nord"]
    object.__setattr__(outgoing, "file", down)
    await world.deliver()
    assert ("copy", "queued") in await states(world)
    object.__setattr__(outgoing, "file", filer)
    await world.deliver()
    assert ("copy", "sent") in await states(world)


async def test_a_post_letter_waits_in_the_tray(world: World) -> None:
    found = await case(world)
    order = o.Confirm(at=world.clock(), actor="dpo", cause="c")
    with pytest.raises(NotAllowed):
        await world.desk.order(NORD, found.id, order)
    assert found.person == Person(name="Jeanne Martin", address="jeanne@example.org")
    assert found.letters[0].moment == Moment.ACKNOWLEDGED


async def test_a_letter_whose_bytes_do_not_open_is_told_of_and_keeps_no_other_back(world: World) -> None:
    await world.receive(mail(ACCESS, sender="Paul Blanc <paul@example.org>"))
    first, second = await world.cases()
    claimed = await world.store.claim_jobs("elsewhere", world.clock.now + timedelta(minutes=10), 0)
    (broken,) = [each.job.object for each in claimed if each.job.case == first.id]
    bytes_of_it = world.store.vault.objects.pop(broken)
    ((recipient, _),) = await world.deliver()
    assert recipient == second.person.address
    assert (await world.store.case(NORD, first.id)).letter("l1").trouble == "unreadable"
    assert ("letter", "sent") in await states(world)
    # The disk is there again: nobody has to write the letter anew.
    world.store.vault.objects[broken] = bytes_of_it
    assert len(await world.deliver(after=timedelta(minutes=6))) == 2
    letter = (await world.store.case(NORD, first.id)).letter("l1")
    assert (letter.status, letter.trouble) == (LetterStatus.SENT, "")
