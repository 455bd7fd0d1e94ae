"""What a person sees and orders about who wrote: printed dates, mails by hand, items that may belong to a case."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from dsarbot.app import App
from dsarbot.core.case import Outcome, Status
from dsarbot.desk.keep import keep
from dsarbot.ports import Arrival
from tests.cli.desk_world import ACCESS, World, mail

FORWARD = (
    "For you.\n\nFrom: Paul Durand <paul@example.com>\nSent: Monday, February 2, 2026 10:00\nSubject: My data\n\n"
    f"{ACCESS}"
)
BY_HAND = (
    "Dear Ms Martin,\nplease find your data attached.\nAnna\n\n"
    "On Mon, 2 Mar 2026 at 10:00, Jeanne Martin wrote:\n> data?"
)


def sent(world: World, raw: bytes, *, mailbox: str = "privacy", uid: int = 900) -> None:
    """Staff sent this by hand."""
    arrival = Arrival(
        mailbox=mailbox, folder="Sent", uidvalidity=1, uid=uid, received_at=world.now, raw=raw, channel="sent"
    )

    async def work(app: App) -> None:
        scope = app.scope_of_mailbox(mailbox)
        await keep([arrival], store=app.store, vault=app.store.vault, scope=scope, clock=app.clock)
        while await app.intake.process():
            pass

    world.do(work)


def by_hand(to: str = "jeanne@example.net", number: int = 50) -> bytes:
    return mail(
        BY_HAND,
        sender="privacy@nord.example.org",
        number=number,
        to=to,
        in_reply_to="<m1@example.net>",
        cc="x@y.example",
    )


def test_a_printed_date_is_shown_with_the_command_that_confirms_it(world: World) -> None:
    reference = world.opened(FORWARD, sender="Bruno <bruno@nord.example.org>")
    page = world.said("cases", "show", reference)
    command = f"dsarbot cases received {reference} --at 2026-02-02T10:00 --evidence WHAT_SHOWS_IT"
    assert "! Perhaps received on Mon 2 Feb already" in page
    assert command in page
    assert "a colleague forwarded it" in page
    (proposal,) = json.loads(world.said("cases", "show", reference, "--json"))["proposals"]
    assert proposal["proposes"] == "2026-02-02T09:00:00+00:00"
    world.said(*command.replace("WHAT_SHOWS_IT", "Bruno's-mailbox").split()[1:])
    assert "earlier-receipt" not in world.said("cases", "show", reference)
    assert world.case(reference).claims[0].received_at == datetime(2026, 2, 2, 9, tzinfo=UTC)


def test_a_mail_by_hand_is_offered_shown_and_recorded(world: World) -> None:
    reference = world.opened()
    world.later(days=3)
    sent(world, by_hand())
    page = world.said("cases", "show", reference)
    (item,) = [each for each in world.inbounds() if each.channel == "sent"]
    command = f"dsarbot cases answered-by-hand {reference} --message {item.id[:8]} --outcome OUTCOME"
    assert f"> hand  {item.id[:8]}, by a colleague to jeanne@example.net" in page
    assert "did this answer the request?" in page
    assert page.count(command) == 2
    text = world.said("cases", "show", reference, "--text")
    assert "mail that a colleague wrote by hand, Thu 5 Mar 10:00" in text
    assert "Cc: x@y.example" in text
    out = world.said(*command.replace("OUTCOME", "granted").split()[1:])
    assert "Recorded as letter l2: answer, sent by hand Thu 5 Mar 10:00." in out
    case = world.case(reference)
    assert (case.claims[0].status, case.claims[0].outcome) == (Status.ANSWERED, Outcome.GRANTED)
    assert case.letters[-1].sections[0].text.strip() == "Dear Ms Martin,\nplease find your data attached.\nAnna"
    world.arrive(
        mail("Thanks, the invoices are missing.", sender="j@else.example", number=4, in_reply_to="<m50@example.net>")
    )
    joined = world.case(reference)
    assert (joined.inbounds[-1].how, joined.proposals[-1].kind) == ("reply-other-sender", "contested")
    page = world.said("cases", "show", reference)
    assert "> l2    answer: sent by hand" in page
    assert "> hand" not in page
    assert "please find your data attached" in world.said("cases", "show", reference, "--letter", "l2")
    assert world.said("journal", "verify")


def test_recording_needs_a_mail_of_staff_and_an_outcome(world: World) -> None:
    reference = world.opened()
    message = world.case(reference).inbounds[0].inbound[:8]
    order = ("cases", "answered-by-hand", reference, "--message", message)
    assert "the case has: none" in world.refused(*order, "--outcome", "granted", code=2)
    assert "An answer is one of" in world.refused(*order, "--outcome", "cake")
    sent(world, by_hand())
    (item,) = [each for each in world.inbounds() if each.channel == "sent"]
    order = ("cases", "answered-by-hand", reference, "--message", item.id[:8])
    assert "Lawful grounds" in world.refused(*order, "--outcome", "refused", "--ground", "no-time")


def test_mail_of_staff_to_others_leaves_no_bytes_on_disk_nor_in_the_lists(world: World) -> None:
    world.opened()
    for number, mailbox in enumerate(("privacy", "shared")):
        raw = mail("Secret-of-staff", sender="privacy@nord.example.org", number=60, to="client@example.com")
        sent(world, raw, mailbox=mailbox, uid=901 + number)
    rows = world.inbounds() + world.inbounds("mailbox:shared")
    assert [(row.kind, row.objects) for row in rows if row.channel == "sent"] == [("sent-elsewhere", ())] * 2
    kept = {path.name for path in (world.folder / "data").rglob("*") if path.is_file()}
    assert not [name for name in kept if any(row.id in name for row in rows if row.channel == "sent")]
    for which in ("--held", "--ordinary", "--automatic"):
        assert json.loads(world.said("intake", "--list", which, "--json")) == []
    (gone, _) = [row for row in rows if row.channel == "sent"]
    assert "nothing was kept" in world.refused("intake", "--take", gone.id, "--organisation", "nord")
    assert world.said("journal", "verify")
    assert world.said("keys", "check")


def test_an_item_is_given_to_the_case_it_belongs_to(world: World, terminal: Callable[[int], None]) -> None:
    first = world.opened()
    second = world.opened("Please erase all my personal data (Article 17 GDPR).", number=2)
    world.later(days=2)
    world.arrive(mail("Any news?", number=3, subject="Again"))
    (item,) = json.loads(world.said("intake", "--list", "--json"))
    assert (item["kind"], item["problem"]) == ("known-sender", "several-cases")
    terminal(120)
    world.later(days=3)
    listed = world.said("intake", "--list")
    assert "4 Mar, 3 days ago" in listed
    assert "dsarbot intake --take ID --case REF" in listed
    assert "name the item with --take" in world.refused("intake", "--list", "--case", first, code=2)
    out = world.said("intake", "--take", item["id"], "--case", second)
    assert f"belongs to {second} now" in out
    case = world.case(second)
    assert ([joined.how for joined in case.inbounds], case.proposals[-1].kind) == (["first", "by-hand"], "message")
    assert "given to this case by hand" in world.said("cases", "show", second)
    assert "belongs to a case" in world.refused("intake", "--take", item["id"], "--case", first)
