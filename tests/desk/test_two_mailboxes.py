"""practice 5 where each company has a mailbox of its own: one mail that comes into two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dsarbot.core import orders as o
from dsarbot.core.case import Case, LetterStatus, Moment, Sibling
from dsarbot.core.facts import LetterCancelled, Linked
from dsarbot.desk.mailroom import MailboxInfo
from dsarbot.ports import Scope
from tests.desk.world import ACCESS, ERASURE, NORD, SUD, World, mail

BOTH = "dpo@nord.example.org, dpo@sud.example.org"
DATE = "Date: Mon, 02 Mar 2026 08:59:07 +0000\r\n"


@pytest.fixture
def world() -> World:
    world = World()
    for key, organisation in (("sud", "sud"), ("nord-2", "nord")):
        world.boxes[key] = MailboxInfo(key=key, organisations=(organisation,), authserv_id="mx.example.org")
    return world


async def into(world: World, raw: str, *boxes: str) -> None:
    """The same mail into these mailboxes, kept before anything is read."""
    for box in boxes:
        await world.arrives(raw, box=box)
    while await world.intake.process():
        pass


async def one(world: World, scope: Scope) -> Case:
    (case,) = await world.cases(scope)
    return case


async def dispositions(world: World, scope: Scope) -> list[str]:
    return sorted(row.disposition for row in await world.store.inbounds(scope))


def by_a_list(raw: str, list_id: str = "privacy.lists.example.net") -> str:
    """As a list passes it on: another Message-ID, a tag before the subject, headers of its own."""
    lines = raw.splitlines(keepends=True)
    changed = [line.replace("Subject: ", "Subject: [Datenschutz] ") for line in lines if "Message-ID" not in line]
    return "Message-ID: <list-1@lists.example.net>\r\nList-Id: <" + list_id + ">\r\n" + "".join(changed)


# --- two mailboxes of one company --------------------------------------------------------------------------------


@pytest.mark.parametrize("boxes", [("nord", "nord-2"), ("nord-2", "nord")])
async def test_the_second_copy_in_another_mailbox_of_the_same_company_is_a_duplicate(
    world: World, boxes: tuple[str, str]
) -> None:
    await into(world, mail(ACCESS, to="dpo@nord.example.org, privacy@nord.example.org"), *boxes)
    case = await one(world, NORD)
    rows = {row.mailbox: row for row in await world.store.inbounds(NORD)}
    assert (rows[boxes[0]].disposition, rows[boxes[0]].case) == ("case", case.id)
    assert (rows[boxes[1]].disposition, rows[boxes[1]].kind) == ("duplicate", rows[boxes[0]].id)
    assert len(await world.deliver()) == 1


@pytest.mark.parametrize("first", ["person", "list"])
async def test_a_copy_to_which_a_list_gave_a_message_id_of_its_own_is_a_duplicate_days_later(
    world: World, first: str
) -> None:
    direct = mail(ACCESS, headers=DATE)
    copies = [direct, by_a_list(direct)] if first == "person" else [by_a_list(direct), direct]
    await into(world, copies[0], "nord")
    world.clock.advance(timedelta(days=3))
    await into(world, copies[1], "nord-2")
    assert len(await world.cases(NORD)) == 1
    assert await dispositions(world, NORD) == ["case", "duplicate"]


async def test_whoever_writes_the_same_words_at_another_time_asks_again(world: World) -> None:
    await into(world, mail(ACCESS, message_id="one", headers=DATE), "nord")
    await into(world, mail(ACCESS, message_id="two", headers=DATE.replace("08:59", "09:00")), "nord-2")
    assert len(await world.cases(NORD)) == 2


async def test_a_program_whose_clock_stands_still_sends_a_new_mail_next_year(world: World) -> None:
    await into(world, mail(ACCESS, message_id="one", headers=DATE), "nord")
    world.clock.advance(timedelta(days=365))
    await into(world, mail(ACCESS, message_id="two", headers=DATE), "nord-2")
    assert len(await world.cases(NORD)) == 2


async def test_without_a_message_id_the_date_tells_a_copy_of_days_ago(world: World) -> None:
    bare = "".join(line for line in mail(ACCESS, headers=DATE).splitlines(keepends=True) if "Message-ID" not in line)
    await into(world, bare, "nord")
    world.clock.advance(timedelta(days=4))
    await into(world, bare, "nord-2")
    assert await dispositions(world, NORD) == ["case", "duplicate"]


async def test_a_copy_that_came_on_a_day_before_proposes_the_earlier_receipt(world: World) -> None:
    await into(world, mail(ACCESS), "nord")
    before = world.clock.now - timedelta(days=2)
    late = await world.arrives(mail(ACCESS), box="nord-2", at=before)
    await into(world, mail(ACCESS), "nord")
    case = await one(world, NORD)
    (proposal,) = case.proposals
    assert (proposal.kind, proposal.instant, proposal.inbound) == ("earlier-receipt", before, late)
    assert case.claims[0].received_at == world.clock.now, "a person confirms it"


async def test_the_same_mailbox_read_anew_with_other_dates_proposes_nothing(world: World) -> None:
    await into(world, mail(ACCESS), "nord")
    await world.arrives(mail(ACCESS), box="nord", at=world.clock.now - timedelta(days=900))
    await into(world, mail(ACCESS), "nord")
    assert not (await one(world, NORD)).proposals


# --- two companies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("boxes", [("nord", "sud"), ("sud", "nord")])
async def test_two_companies_have_linked_cases_and_one_acknowledgement_that_names_both(
    world: World, boxes: tuple[str, str]
) -> None:
    await into(world, mail(ACCESS, to=BOTH), *boxes)
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.siblings, sud.siblings) == (
        (Sibling(case=sud.id, named=f"Sud ({sud.reference})"),),
        (Sibling(case=nord.id, named=f"Nord ({nord.reference})"),),
    )
    assert (nord.links, sud.links) == ((sud.id,), (nord.id,))
    last, before = (nord, sud) if boxes[-1] == "nord" else (sud, nord)
    ((recipient, letter),) = await world.deliver()
    assert recipient == "jeanne@example.org"
    assert last.reference in letter.decode()
    assert last.also == (f"{before.organisation.title()} ({before.reference})",)
    assert [each.status for each in before.letters] == [LetterStatus.CANCELLED]
    for scope, mine, other in ((NORD, nord, sud), (SUD, sud, nord)):
        assert await dispositions(world, scope) == ["case"]
        (linked,) = [fact for fact in world.store.facts(mine.id) if isinstance(fact, Linked)]
        assert (linked.case, linked.why, linked.named) == (
            other.id, "sibling", f"{other.organisation.title()} ({other.reference})"
        )  # fmt: skip


async def test_the_case_is_found_whose_mail_was_kept_later_and_read_first(world: World) -> None:
    earlier = world.clock.now - timedelta(seconds=1)
    await world.arrives(mail(ACCESS, to=BOTH), box="nord")
    world.clock.advance(timedelta(seconds=1))
    await world.arrives(mail(ACCESS, to=BOTH), box="nord-2", at=earlier)
    while await world.intake.process():
        pass
    rows = {row.mailbox: row.disposition for row in await world.store.inbounds(NORD)}
    assert rows == {"nord": "duplicate", "nord-2": "case"}
    await into(world, mail(ACCESS, to=BOTH), "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.links, sud.links) == ((sud.id,), (nord.id,))


async def test_nothing_of_the_message_crosses_from_one_company_to_the_other(world: World) -> None:
    await into(world, mail(ACCESS, to=BOTH), "nord")
    before = {name: kept.scope for name, kept in world.store.vault.objects.items()}
    await into(world, mail(ACCESS, to=BOTH), "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert {world.store.vault.objects[name].scope for name in before} == {NORD}
    told = [fact for fact in world.store.facts(nord.id) if fact.cause == f"sibling:{sud.id}"]
    assert [type(fact) for fact in told] == [Linked, LetterCancelled]
    assert all(ACCESS[:20] not in repr(fact) and sud.person.address not in repr(fact) for fact in told)
    assert [(each.inbound, each.how) for each in nord.inbounds] == [(nord.inbounds[0].inbound, "first")]


async def test_a_copy_days_later_acknowledges_for_itself_and_names_the_other(world: World) -> None:
    await into(world, mail(ACCESS, to=BOTH), "nord")
    assert len(await world.deliver()) == 1
    world.clock.advance(timedelta(days=2))
    await into(world, mail(ACCESS, to=BOTH), "sud")
    assert len(await world.deliver()) == 2
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.letters[0].status, sud.letters[0].status) == (LetterStatus.SENT, LetterStatus.SENT)
    assert sud.also == (f"Nord ({nord.reference})",)
    assert nord.siblings == (Sibling(case=sud.id, named=f"Sud ({sud.reference})"),)
    # Each received it when its own mailbox did.
    assert sud.claims[0].received_at - nord.claims[0].received_at > timedelta(days=2)


async def test_an_acknowledgement_that_waits_for_a_person_holds_nothing_back(world: World) -> None:
    await into(world, mail(ACCESS, to=BOTH), "nord")
    failed = "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\r\n"
    await into(world, mail(ACCESS, to=BOTH, headers=failed), "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert sud.automatic_blocked == "dmarc-failed"
    assert [case.links for case in (nord, sud)] == [(sud.id,), (nord.id,)]
    ((_, letter),) = await world.deliver()
    assert nord.reference in letter.decode()


async def test_siblings_out_of_two_mailboxes_have_one_owner_where_one_works_for_both(world: World) -> None:
    for key, owner, there in (("nord", "anna", {"anna"}), ("sud", "carla", {"anna", "carla"})):
        world.organisations[key] = replace(world.organisations[key], owner=owner, colleagues=frozenset(there))
    await into(world, mail(ACCESS, to=BOTH), "nord", "sud")
    assert [(await one(world, scope)).assignee for scope in (NORD, SUD)] == ["", "anna"]


async def test_a_list_that_gives_it_another_message_id_links_it_all_the_same(world: World) -> None:
    direct = mail(ACCESS, to=BOTH, headers=DATE)
    await into(world, direct, "nord")
    await into(world, by_a_list(direct, "privacy.sud.example.org"), "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.links, sud.links) == ((sud.id,), (nord.id,))


async def test_a_group_address_of_both_names_both(world: World) -> None:
    for key in ("nord", "sud"):
        mine = world.organisations[key]
        world.organisations[key] = replace(mine, own_domains=mine.own_domains | {"gruppe.example.org"})
    await into(world, mail(ACCESS, to="datenschutz@gruppe.example.org"), "nord", "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.links, sud.links) == ((sud.id,), (nord.id,))


async def test_whom_the_sender_has_hidden_is_told_to_nobody(world: World) -> None:
    await into(world, mail(ACCESS, to="dpo@nord.example.org"), "nord", "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.links, sud.links, nord.also, sud.also) == ((), (), (), ())
    assert len(await world.deliver()) == 2


async def test_two_mails_of_one_person_to_two_companies_stay_apart(world: World) -> None:
    await into(world, mail(ACCESS, to=BOTH, message_id="one"), "nord")
    await into(world, mail(ERASURE, to=BOTH, message_id="two"), "sud")
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.links, sud.links) == ((), ())


async def test_what_a_person_takes_in_later_is_linked_as_well(world: World) -> None:
    world.boxes["sud"] = replace(world.boxes["sud"], aside=frozenset({"Junk"}))
    await world.receive(mail(ACCESS, to=BOTH), box="sud", folder="Junk")
    await into(world, mail(ACCESS, to=BOTH), "nord")
    (held,) = await world.store.inbounds(SUD)
    assert held.state == "held" and not (await one(world, NORD)).links
    reference = await world.intake.take_in(held, world.organisations["sud"], actor="anna", rights=())
    nord, sud = await one(world, NORD), await one(world, SUD)
    assert (nord.links, sud.links, sud.reference) == ((sud.id,), (nord.id,), reference)


@pytest.mark.parametrize("boxes", [("shared", "west"), ("west", "shared")])
async def test_a_third_company_with_a_mailbox_of_its_own_joins_two_that_share_one(
    world: World, boxes: tuple[str, str]
) -> None:
    world.organisations["west"] = world.organisation("west", "WES")
    world.boxes["west"] = MailboxInfo(key="west", organisations=("west",))
    await into(world, mail(ACCESS, to=f"{BOTH}, dpo@west.example.org"), *boxes)
    cases = [await one(world, scope) for scope in (NORD, SUD, Scope("west"))]
    for case in cases:
        assert set(case.links) == {each.id for each in cases} - {case.id}
    waiting = [
        (case, letter)
        for case in cases
        for letter in case.letters
        if letter.moment == Moment.ACKNOWLEDGED and letter.status != LetterStatus.CANCELLED
    ]
    ((speaker, _),) = waiting
    named = {f"{each.organisation.title()} ({each.reference})" for each in cases if each is not speaker}
    assert set(speaker.also) == named


async def test_a_case_that_was_merged_is_met_where_it_went_to(world: World) -> None:
    await into(world, mail(ERASURE, to="dpo@nord.example.org", message_id="other"), "nord")
    await into(world, mail(ACCESS, to=BOTH), "nord")
    kept, merged = await world.cases(NORD)
    at = world.clock.now
    absorb = o.Absorb(
        at=at, actor="anna", cause="m1", from_case=merged.id, reference=merged.reference, claims=merged.active,
        inbounds=merged.inbounds, mode="merge",
    )  # fmt: skip
    leave = o.Leave(at=at, actor="anna", cause="m2", to_case=kept.id, claims=("c1",), mode="merge")
    await world.desk.order(NORD, kept.id, absorb)
    await world.desk.order(NORD, merged.id, leave)
    await into(world, mail(ACCESS, to=BOTH), "sud")
    assert (await one(world, SUD)).siblings == (Sibling(case=kept.id, named=f"Nord ({kept.reference})"),)
    assert (await one(world, SUD)).id in (await world.store.case(NORD, kept.id)).links
