"""Parties, and the chain of a case, as a person types it: import, propose, route, answer, instruct, report."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from dsarbot.core.case import Moment, Status
from dsarbot.core.chain import HopState
from dsarbot.core.facts import LetterSent
from tests.cli.desk_world import World, mail

HEAD = ("party", "name", "kind", "contact", "instructs", "services", "domains", "through", "uses", "notice", "may-name")
ACME = ("acme", "Acme SARL", "customer", "dpo@acme-shop.example", "chef@acme-shop.example", "web hosting",
        "acme-shop.example", "", "web hosting=dc-one", "full", "yes")  # fmt: skip
DC = ("dc-one", "DC One", "sub-processor", "noc@dc.example", "", "", "", "", "", "", "")
PAY = ("pay", "Pay Ltd", "recipient", "privacy@pay.example", "", "", "", "", "", "", "")
SHOP = "I bought at shop.acme-shop.example. Please erase all my personal data (Article 17 GDPR)."
PASSED = "mx.nord.example.org; dkim=pass header.d=acme-shop.example; dmarc=pass header.from=acme-shop.example"


def table(*rows: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows((HEAD, *rows))
    return out.getvalue()


def put(world: World, *rows: tuple[str, ...]) -> Path:
    path = world.folder / "parties.csv"
    path.write_text(table(*rows), encoding="utf-8")
    return path


@pytest.fixture
def known(world: World) -> World:
    """With a customer, a sub-processor and a recipient; our mail server says who wrote."""
    config = world.folder / "config.toml"
    config.write_text(
        config.read_text("utf-8").replace(
            'organisations = ["nord"]\n', 'organisations = ["nord"]\nauthserv_id = "mx.nord.example.org"\n', 1
        ),
        encoding="utf-8",
    )
    world.said("parties", "import", str(put(world, ACME, DC, PAY)), "--organisation", "nord")
    return world


def from_party(text: str, sender: str, number: int, reference: str, results: str = PASSED) -> bytes:
    return mail(text, sender=sender, number=number, authentication_results=results, subject=f"Re: {reference}")


# --- parties ---------------------------------------------------------------------------------------------------


def test_a_file_is_looked_at_before_it_is_taken(world: World) -> None:
    path = str(put(world, ACME, DC))
    mine = ("--organisation", "nord")
    out = world.said("parties", "import", path, "--dry-run", *mine)
    assert "new: acme, dc-one" in out and "Nothing was changed." in out
    assert world.run("parties", "list", *mine)[0] == 1
    world.said("parties", "import", path, *mine)
    assert "unchanged: acme, dc-one" in world.said("parties", "import", path, *mine)
    out = world.said("parties", "list", *mine)
    assert "acme" in out and "web hosting, acme-shop.example" in out
    assert [each["key"] for each in json.loads(world.said("parties", "list", "--json", *mine))] == ["acme", "dc-one"]
    assert "nothing is wrong" in world.said("parties", "check", *mine)


def test_all_mistakes_are_said_and_nothing_is_taken(world: World) -> None:
    path = str(put(world, (*ACME[:7], "nobody", *ACME[8:]), ("b", "B", "friend", *[""] * 8)))
    assert "use one of customer" in world.refused("parties", "import", path, "--organisation", "nord", code=2)
    path = str(put(world, (*ACME[:7], "nobody", *ACME[8:])))
    said = world.refused("parties", "import", path, "--organisation", "nord", code=2)
    assert "which is not there" in said and "names no sub-processor" in said
    assert world.run("parties", "list", "--organisation", "nord")[0] == 1


def test_one_party_is_shown_and_changed_by_hand(known: World) -> None:
    mine = ("--organisation", "nord")
    page = known.said("parties", "show", "acme", *mine)
    assert "chef@acme-shop.example" in page and "forward-hours" not in page.replace("forward-hours  0", "")
    assert json.loads(known.said("parties", "show", "acme", "--json", *mine))["name"] == "Acme SARL"
    assert "changed: acme" in known.said("parties", "set", "acme", "--set", "forward-hours=24", *mine)
    assert "24" in known.said("parties", "show", "acme", *mine)
    assert "key stays" in known.refused("parties", "set", "acme", "--set", "party=other", *mine, code=2)
    assert "write COLUMN=VALUE" in known.refused("parties", "set", "acme", "--set", "x", *mine, code=2)
    assert "no party nobody" in known.refused("parties", "show", "nobody", *mine)
    added = ("--set", "party=acme", "--set", "services=backup", "--set", "kind=customer")
    assert "changed: acme" in known.said("parties", "add", *added, *mine)
    assert "contract 2 of 2" in known.said("parties", "show", "acme", *mine)
    assert "2 contracts" in known.refused("parties", "set", "acme", "--set", "days=5", *mine, code=2)
    assert "changed: acme" in known.said("parties", "set", "acme", "--set", "name=Acme SA", *mine)
    new = ("party=beta", "name=Beta", "kind=customer", "contact=dpo@beta.example", "instructs=ceo@beta.example")
    assert "new: beta" in known.said("parties", "add", *[part for each in new for part in ("--set", each)], *mine)


def test_the_register_of_one_organisation_is_not_that_of_another(known: World) -> None:
    assert known.run("parties", "list", "--organisation", "sud") == (1, "", "")
    assert "Each organisation" in known.refused("parties", "list", code=2)


# --- the chain -------------------------------------------------------------------------------------------------


def routed(world: World) -> str:
    reference = world.opened(SHOP)
    proposed = world.said("cases", "route", reference)
    assert "Acme SARL: domain shop.acme-shop.example" in proposed
    out = world.said("cases", "route", reference, "--to", "acme")
    assert "controller-asked" in out
    return reference


def approve(world: World, reference: str, moment: Moment) -> str:
    letter = [each for each in world.case(reference).letters if each.moment == moment][-1]
    world.said("cases", "approve", reference, letter.id, "--yes")
    world.sent(reference, letter.id)
    return letter.id


def told(world: World) -> str:
    reference = routed(world)
    approve(world, reference, Moment.CONTROLLER_ASKED)
    approve(world, reference, Moment.FORWARDED)
    return reference


def test_the_letter_to_the_customer_is_whole_and_passes_the_check(known: World) -> None:
    reference = routed(known)
    letter = known.case(reference).letters[-1]
    page = known.said("cases", "show", reference, "--letter", letter.id)
    for said in ("Article 17 GDPR", "shop.acme-shop.example", "would end on", "dpo@acme-shop.example"):
        assert said in page, said
    assert "[" not in page.replace("[if", "")
    approve(known, reference, Moment.CONTROLLER_ASKED)
    forwarded = known.case(reference).letters[-1]
    assert forwarded.moment == Moment.FORWARDED
    # The contract lets us name it.
    assert "Acme SARL" in known.said("cases", "show", reference, "--letter", forwarded.id)
    approve(known, reference, Moment.FORWARDED)
    assert known.case(reference).claims[0].status == Status.WAITING_PARTY
    page = known.said("cases", "show", reference)
    assert "▶ h1 Acme SARL (acme): asked" in page


def test_nobody_is_found_and_the_person_is_asked(known: World) -> None:
    reference = known.opened("Please erase all my personal data (Article 17 GDPR).")
    code, out, _ = known.run("cases", "route", reference)
    assert code == 1 and "ask-customer" in out
    known.said("cases", "ask-customer", reference)
    letter = known.case(reference).letters[-1]
    assert "Through which website" in known.said("cases", "show", reference, "--letter", letter.id)
    assert "known: acme" in known.refused("cases", "route", reference, "--to", "nobody")


def test_an_instruction_by_mail_is_proved_carried_out_passed_down_and_reported(known: World) -> None:
    reference = told(known)
    known.arrive(from_party("Please erase the account of Jeanne.", "chef@acme-shop.example", 7, reference))
    case = known.case(reference)
    (wrote,) = case.chain.hops[0].wrote
    assert wrote.standing == "authenticated"
    page = known.said("cases", "show", reference)
    assert f"instruct {reference} h1" in page
    known.said("cases", "instruct", reference, "h1", "--action", "erase", "--scope", "account jeanne",
               "--from", wrote.inbound[:8])  # fmt: skip
    assert "i1" in known.said("cases", "chain", reference)
    known.said("cases", "pass-down", reference, "i1", "--due", "2026-03-20")
    letter = known.case(reference).letters[-1]
    page = known.said("cases", "show", reference, "--letter", letter.id)
    assert "erase the data" in page and "account jeanne" in page
    approve(known, reference, Moment.PROCESSOR_INSTRUCTED)
    known.said("cases", "heard", reference, "h2", "done", "--number", "2", "--until", "2026-04-01", "--by", "noc")
    known.said("cases", "executed", reference, "i1", "--where", "web server", "--number", "1",
               "--backups-until", "2026-04-20", "--exceptions", "the invoices are kept")  # fmt: skip
    known.said("cases", "report", reference, "i1", "--evidence", "log of the web server")
    letter = known.case(reference).letters[-1]
    page = " ".join(known.said("cases", "show", reference, "--letter", letter.id).split())
    for said in ("web server: 1", "the invoices are kept", "20 April 2026", "DC One: done, 2", "log of the web"):
        assert said in page, said
    approve(known, reference, Moment.CONTROLLER_REPORTED)
    assert known.case(reference).claims[0].status == Status.CLOSED
    report = json.loads(known.said("cases", "chain", reference, "--json"))
    assert [each["state"] for each in report["hops"]] == ["reported", "done"]
    assert len(report["messages"][0]["sha256"]) == 64
    assert report["instructions"][0]["proof"].startswith("mail of a named contact")
    assert report["executed"][0]["number"] == 1
    picture = known.folder / "chain.svg"
    known.said("cases", "chain", reference, "--svg", str(picture))
    assert "Acme SARL" in picture.read_text("utf-8")
    assert "name a new file" in known.refused("cases", "chain", reference, "--svg", str(picture), code=2)


def test_the_report_is_pages_that_can_be_printed(known: World) -> None:
    reference = told(known)
    path = known.folder / "chain.pdf"
    known.said("cases", "chain", reference, "--pdf", str(path))
    assert path.read_bytes().startswith(b"%PDF")


def test_a_forged_mail_is_held_and_joins_nothing(known: World) -> None:
    reference = told(known)
    forged = "mx.nord.example.org; dkim=pass header.d=acrne-shop.example; dmarc=pass header.from=acrne-shop.example"
    known.arrive(from_party("Erase everything.", "chef@acrne-shop.example", 7, reference, forged))
    assert known.case(reference).chain.hops[0].wrote == ()
    (held,) = known.inbounds(state="held")
    assert (held.kind, held.problem) == ("look-alike", "acme")


@pytest.mark.parametrize(
    ("sender", "results", "standing"),
    [
        ("chef@acme-shop.example", "mx.nord.example.org; dmarc=fail header.from=acme-shop.example", "not-aligned"),
        ("chef@acme-shop.example", "mx.evil.example; dmarc=pass header.from=acme-shop.example", "not-aligned"),
        ("assistant@acme-shop.example", PASSED, "not-named"),
        ("dpo@acme-shop.example", PASSED, "not-instructing"),
    ],
)
def test_what_is_not_proved_waits_for_a_person(known: World, sender: str, results: str, standing: str) -> None:
    reference = told(known)
    known.arrive(from_party("Erase the account.", sender, 7, reference, results))
    (wrote,) = known.case(reference).chain.hops[0].wrote
    assert wrote.standing == standing
    erase = ("cases", "instruct", reference, "h1", "--action", "erase", "--scope", "account", "--from", wrote.inbound)
    assert "instruction-proof" in known.refused(*erase)
    known.said(*erase, "--vouched", "called the number of the contract")
    assert known.case(reference).chain.instructions[0].state == "standing"


def test_the_customer_writes_first(known: World) -> None:
    text = (
        "As the controller we instruct you to erase the personal data of our customer Marie Muster"
        " (Article 17 GDPR), mailbox marie@acme-shop.example."
    )
    known.arrive(mail(text, sender="chef@acme-shop.example", number=9, authentication_results=PASSED))
    (reference,) = known.references()
    case = known.case(reference)
    assert [claim.party for claim in case.claims] == ["acme"]
    assert case.chain.hops[0].adopted
    assert case.person.address == ""
    assert case.letters == ()


def test_what_a_party_says_is_written_down(known: World) -> None:
    reference = told(known)
    assert "no single message" in known.refused("cases", "heard", reference, "h1", "wait", "--from", "zzzz", code=2)
    known.said("cases", "heard", reference, "h1", "acknowledged", "--by", "dpo@acme-shop.example", "--how", "phone")
    case = known.case(reference)
    assert (case.claims[0].status, case.chain.hops[0].state) == (Status.CLOSED, HopState.ACKNOWLEDGED)
    known.said("cases", "instruct", reference, "h1", "--action", "erase", "--scope", "x", "--vouched", "called")
    known.said("cases", "settle-instruction", reference, "i1", "questioned", "--reason", "A lawsuit is pending.")
    approve(known, reference, Moment.CONTROLLER_QUESTIONED)
    letter = known.case(reference).letters[-1]
    assert letter.recipient == "dpo@acme-shop.example"
    assert any("A lawsuit is pending." in each.text for each in letter.sections)
    known.said("cases", "settle-instruction", reference, "i1", "refused", "--reason", "against the law")
    assert known.case(reference).claims[0].status == Status.CLOSED
    assert "no-such-instruction" in known.refused("cases", "confirm-instruction", reference, "i9", "--counts", "1",
                                                  "--vouched", "call")  # fmt: skip


def test_a_case_without_others_has_no_chain(known: World) -> None:
    reference = known.opened()
    assert "no-chain" in known.refused("cases", "chain", reference)
    assert json.loads(known.said("cases", "chain", reference, "--json"))["hops"] == []


def test_give_up_and_tell_recipients(known: World) -> None:
    reference = told(known)
    known.said("cases", "give-up", reference, "h1", "--reason", "dissolved")
    assert known.case(reference).claims[0].status == Status.OPEN
    known.said("cases", "answer", reference, "--outcome", "granted", "--detail", "Done.", "--holds", "all")
    letter = known.case(reference).letters[-1].id
    known.said("cases", "approve", reference, letter, "--override", "holds-all", "--reason", "all enclosed", "--yes")
    known.sent(reference, letter)
    known.said("cases", "tell-recipients", reference, "--to", "pay", "--who", "customer 4711", "--what", "the account")
    letter = known.case(reference).letters[-1].id
    page = known.said("cases", "show", reference, "--letter", letter)
    assert "customer 4711" in page and "the account" in page


def test_a_mail_of_a_machine_or_to_the_persons_letter_is_no_answer_of_a_party(known: World) -> None:
    reference = told(known)
    case = known.case(reference)
    forwarded = next(each for each in case.letters if each.moment == Moment.FORWARDED)
    known.tell(
        reference,
        lambda now: LetterSent(
            at=now, actor="service", cause="again", letter=forwarded.id, sent_at=now, message_id="<fw@nord.example.org>"
        ),
    )
    known.arrive(mail("Thank you.", sender="aunt@family.example.net", number=31, in_reply_to="<fw@nord.example.org>"))
    known.arrive(
        mail("I am away.", sender="chef@acme-shop.example", number=32, auto_submitted="auto-replied",
             subject=f"Re: {reference}")
    )  # fmt: skip
    assert known.case(reference).chain.hops[0].wrote == ()


def test_a_stranger_who_resembles_a_customer_and_a_partner_who_may_not_instruct(known: World) -> None:
    text = (
        "As the controller we instruct you to erase the personal data of our customer Marie Muster (Article 17 GDPR)."
    )
    known.arrive(mail(text, sender="chef@acme-sh0p.example", number=41))
    known.arrive(mail(text, sender="noc@dc.example", number=42))
    known.arrive(mail(text, sender="chef@acme-shop.example", number=43))
    held = sorted((each.kind, each.problem) for each in known.inbounds(state="held"))
    assert held == [("instruction", ""), ("instruction", "not-aligned"), ("look-alike", "acme")]
    assert known.references() == []


def test_the_next_step_is_said(known: World) -> None:
    def following() -> str:
        return known.said("cases", "show", reference).split("Next: ")[1]

    reference = told(known)
    assert "waits for the party" in following()
    known.arrive(from_party("Please erase it.", "chef@acme-shop.example", 51, reference))
    assert "read what the party wrote" in following()
    wrote = known.case(reference).chain.hops[0].wrote[0].inbound
    erase = ("cases", "instruct", reference, "h1", "--scope", "x")
    known.said(*erase, "--action", "erase", "--from", wrote)
    assert "carry the instruction out" in following()
    known.said(*erase, "--action", "restrict", "--vouched", "called")
    assert "decide about the instruction" in following()
    known.said("cases", "settle-instruction", reference, "i1", "stands", "--reason", "called")
    known.said("cases", "executed", reference, "i1", "--where", "web", "--number", "1")
    assert "report it" in following()
    known.said("cases", "pass-down", reference, "i1", "--due", "2026-03-20")
    approve(known, reference, Moment.PROCESSOR_INSTRUCTED)
    assert "waits for dc-one" in following()
