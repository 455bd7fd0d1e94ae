"""Inquiries of authorities, and what is handed to others, as people type it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dsarbot.app import App
from dsarbot.ports import InboundRow, JobRow, Scope
from dsarbot.store.tables import EntryTable
from tests.cli.desk_world import CONFIG, World, mail

LETTER = "We have received a complaint and ask you to answer until 15 April 2026. File 26-0815."
NOTICE = "Your server hosts an illegal image. Notice under Article 16 of the Digital Services Act. Remove it."


def held(
    world: World, text: str = LETTER, *, number: int = 40, mailbox: str = "privacy", kind: str = "authority"
) -> str:
    """An item that is held, of that kind; its id."""
    world.later(minutes=1)
    world.arrive(mail(text, sender="Desk <desk@authority.example>", number=number), mailbox=mailbox)

    async def work(app: App) -> str:
        rows = await app.store.inbounds(app.scope_of_mailbox(mailbox), limit=1)
        settled = replace(rows[0], state="held", disposition="held", kind=kind, case="")
        async with app.store.transaction() as transaction:
            await transaction.update_inbound(settled)
        return settled.id

    return world.do(work)


def opened(world: World, *more: str) -> str:
    order = ("inquiry", "open", "--organisation", "nord", "--authority", "Example authority", "--file-number", "F-1")
    return world.said(*order, "--due", "2026-04-15", *more).split()[0]


def row_of(world: World, inbound: str) -> InboundRow:
    async def work(app: App) -> InboundRow:
        return await app.store.inbound(Scope("nord"), inbound)

    return world.do(work)


def kinds(world: World) -> list[str]:
    async def work(app: App) -> list[str]:
        del app
        return [entry.kind for entry in await EntryTable.all().order_by("id")]

    return world.do(work)


# --- inquiries ---------------------------------------------------------------------------------------------------


def test_an_inquiry_is_opened_from_what_is_held_in_one_command(world: World) -> None:
    case = world.opened()
    item = held(world)
    out = world.said(
        "inquiry", "open", "--item", item[:8], "--authority", "Example authority", "--file-number", "26-0815",
        "--due", "2026-04-15", "--about", "no answer", "--case", case,
    )  # fmt: skip
    assert "SA-2026-0001-" in out
    assert "the authority's date is Wed 15 Apr" in out
    reference = out.split()[0]
    row = row_of(world, item)
    assert (row.state, row.disposition, row.safe_due) == ("settled", "inquiry", None)
    assert world.case(case).holds == (reference,)
    assert f"while an authority asks about it: {reference}" in world.said("cases", "show", case)
    page = world.said("inquiry", "show", reference)
    assert "Example authority, 26-0815  (nord)" in page
    assert "ANSWER BY  Wednesday 15 April 2026" in page
    assert f"Cases: {case}" in page
    assert f"item {item[:8]}" in page
    assert "viewed" in kinds(world)
    again = ("inquiry", "open", "--item", item, "--authority", "A", "--file-number", "1", "--due", "2026-04-15")
    assert "belongs to a case or inquiry" in world.refused(*again)
    assert world.said("journal", "verify")
    assert world.said("db", "rebuild")
    assert world.said("journal", "verify")


def test_its_life_with_tasks_letters_dates_and_its_end(world: World) -> None:
    case = world.opened()
    reference = opened(world)
    world.said("inquiry", "link", reference, "--case", case)
    further = held(world, number=41)
    world.said("inquiry", "link", reference, "--item", further)
    world.said("inquiry", "date", reference, "--due", "2026-05-04", "--reason", "their letter of 2 March")
    world.said("inquiry", "task", reference, "Put together the file", "--to", "bruno", "--by", "2026-03-20")
    world.said("inquiry", "note", reference, "Counsel advises to answer early.", "--kind", "legal-advice")
    close = ("inquiry", "close", reference, "--outcome", "reprimand", "--result", "Answered.", "--decided-by", "bruno")
    assert "Tasks are still open: t1" in world.refused(*close)
    page = world.said("inquiry", "show", reference)
    assert "[ ] t1  Bruno Exemple, by Fri 20 Mar" in page
    assert "legal-advice" in page
    world.said("inquiry", "done", reference, "t1", "--note", "dossier sent")
    assert "[x] t1" in world.said("inquiry", "show", reference)
    assert "closed: reprimand" in world.said(*close)
    assert world.case(case).holds == ()
    shown = json.loads(world.said("inquiry", "show", reference, "--json"))
    assert (shown["outcome"], shown["decided_by"], shown["due"]) == ("reprimand", "bruno", "2026-05-04")
    assert [task["note"] for task in shown["tasks"]] == ["dossier sent"]
    assert "decided by Bruno Exemple" in world.said("inquiry", "show", reference)
    assert "closed" in world.refused("inquiry", "link", reference, "--case", case)
    assert json.loads(world.said("inquiry", "list", "--json")) == []
    assert [row["reference"] for row in json.loads(world.said("inquiry", "list", "--closed", "--json"))] == [reference]
    assert world.said("journal", "verify")


def test_a_case_is_unlinked_with_a_reason_and_let_go(world: World) -> None:
    case = world.opened()
    first, second = opened(world, "--case", case), opened(world, "--case", case)
    assert first != second
    world.said("inquiry", "link", first, "--case", case, "--remove", "--reason", "another person")
    assert world.case(case).holds == (second,)
    assert "Name one thing" in world.refused("inquiry", "link", first, code=2)
    assert "Name one thing" in world.refused("inquiry", "link", first, "--item", "123456", "--remove", code=2)


def test_a_confidential_case_is_a_number_on_the_page_for_others(world: World) -> None:
    case = world.opened()
    world.said("cases", "confidential", case, "--staff", "anna", "--reason", "former employee")
    reference = opened(world, "--case", case)
    world.user = "bruno"
    page = world.said("inquiry", "show", reference)
    assert case not in page
    assert "1 that you may not see" in page
    assert "no case" in world.refused("inquiry", "link", reference, "--case", case)


def test_inquiries_are_listed_by_their_date(world: World, terminal: Callable[[int], None]) -> None:
    assert world.run("inquiry", "list")[2].startswith("No authority asks")
    assert world.run("inquiry", "list", "--closed")[2].startswith("No closed")
    reference = opened(world, "--received", "2026-03-01")
    out = world.said("inquiry", "list", "--organisation", "nord")
    assert out.splitlines()[1].split("\t")[:3] == [reference, "nord", "2026-04-15"]
    terminal(100)
    assert "15 Apr" in world.said("digest")
    assert reference in world.said("digest")


def test_what_is_wrong_is_said(world: World) -> None:
    order = ("inquiry", "open", "--authority", "A", "--file-number", "1", "--due", "2026-04-15")
    assert "Say whom the authority asks" in world.refused(*order, code=2)
    assert "no inquiry" in world.refused("inquiry", "show", "SA-2026-0009-X")
    world.arrive_at_sud()
    [row] = json.loads(world.said("cases", "list", "--organisation", "sud", "--json"))
    assert "a case of sud" in world.refused(*order, "--organisation", "nord", "--case", row["reference"], code=2)
    item = held(world, mailbox="shared")
    assert "Say whom" in world.refused(*order, "--item", item, code=2)
    assert "SA-2026" in world.said(*order, "--item", item, "--organisation", "sud")
    world.user = "carla"
    assert "SA-2026" in world.said(*order)
    world.user = "otto"
    assert "read-only" in world.refused(*order, "--organisation", "nord")


# --- handed over -------------------------------------------------------------------------------------------------


@pytest.fixture
def staffed(world: World) -> World:
    config = CONFIG.replace('deputy = "bruno"', 'deputy = "bruno"\nabuse = "abuse@nord.example.org"', 1).replace(
        'name = "Bruno Exemple"', 'name = "Bruno Exemple"\nemail = "bruno@nord.example.org"'
    )
    (Path(world.folder) / "config.toml").write_text(config, encoding="utf-8")
    return world


def jobs(world: World) -> list[tuple[JobRow, str, str]]:
    """Everything that waits to leave, with its recipient and its words."""

    async def work(app: App) -> list[tuple[JobRow, str, str]]:
        rows = {row.id: row for row in await app.store.jobs(Scope("nord"))}
        claimed = await app.store.claim_jobs("test", world.now, 60)
        return [
            (
                rows[each.job.id],
                each.job.recipient,
                (await app.store.vault.open(Scope("nord"), each.job.object)).decode(),
            )
            for each in claimed
        ]

    return world.do(work)


def test_a_content_notice_goes_to_the_abuse_desk_without_its_content(staffed: World) -> None:
    item = held(staffed, NOTICE, kind="content-notice")
    out = staffed.said("hand-over", item[:8], "--to", "abuse")
    assert "handed to abuse" in out
    row = row_of(staffed, item)
    assert (row.state, row.disposition, row.problem, row.kind) == (
        "settled",
        "handed-over",
        "to:abuse",
        "content-notice",
    )
    [(job, recipient, raw)] = jobs(staffed)
    assert (job.kind, recipient) == ("notice", "abuse@nord.example.org")
    assert item[:8] in raw and "illegal image" not in raw and "authority.example" not in raw
    assert "inbound-handed-over" in kinds(staffed)
    assert "not held" in staffed.refused("hand-over", item[:8], "--to", "abuse")
    staffed.said("intake", "--take", item[:8], "--organisation", "nord", "--right", "erasure")
    assert row_of(staffed, item).disposition == "case"
    assert staffed.said("journal", "verify")


def test_it_can_go_to_a_colleague_who_can_be_reached(staffed: World) -> None:
    item = held(staffed, NOTICE, kind="disclosure")
    assert "no e-mail address" in staffed.refused("hand-over", item, "--to", "dpo")
    assert "Nobody called emil" in staffed.refused("hand-over", item, "--to", "emil")
    staffed.said("hand-over", item, "--to", "bruno")
    [(_, recipient, raw)] = jobs(staffed)
    assert recipient == "bruno@nord.example.org"
    assert "legal basis" in " ".join(raw.split())


def test_whose_desk_is_said_for_a_shared_mailbox_and_without_an_abuse_desk_nothing_happens(world: World) -> None:
    item = held(world, NOTICE, mailbox="shared", kind="content-notice")
    assert "say --organisation" in world.refused("hand-over", item, "--to", "abuse", code=2)
    assert "No abuse desk is configured" in world.refused("hand-over", item, "--to", "abuse", "--organisation", "nord")
