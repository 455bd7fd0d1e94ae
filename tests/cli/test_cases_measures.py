"""Commands about what is done for a right, who writes for a person, who sees a case, and letters that went astray."""

from __future__ import annotations

import json
import re

import pytest

from dsarbot.core.case import LetterStatus, Moment, Outcome, Status
from tests.cli.desk_world import BOTH, World, mail


def test_the_checklist_says_what_to_do_what_to_write_and_why_not(world: World) -> None:
    reference = world.opened()
    page = world.said("cases", "checklist", reference)
    for said in ("c1 access (Art. 15)", "○ search", "operator", "Art. 15(1)(g)", "rights-of-others", "(second person)"):
        assert said in page
    assert "Les finalités." in world.said("cases", "checklist", reference, "--language", "fr")
    world.said("cases", "tick", reference, "search", "--note", "CRM and billing")
    page = world.said("cases", "checklist", reference)
    assert "✓ search" in page and "anna: CRM and billing" in page
    (claim,) = json.loads(world.said("cases", "checklist", reference, "--json"))["claims"]
    step = next(each for each in claim["steps"] if each["step"] == "search")
    assert (step["done_by"], step["note"], step["aim"]) == ("anna", "CRM and billing", "2026-03-12")
    world.said("cases", "tick", reference, "search", "--undo")
    assert "no-such-step" in world.refused("cases", "tick", reference, "search", "--undo")
    assert "no claim c9" in world.refused("cases", "checklist", reference, "--claim", "c9")


def test_what_a_letter_lacks_is_named_and_stops_the_answer(world: World) -> None:
    reference = world.opened()
    world.said("cases", "answer", reference, "--outcome", "granted", "--detail", "The copy.")
    assert "pre-send" in world.refused("cases", "approve", reference, "l2", "--yes")
    text = world.said("cases", "show", reference, "--letter", "l2", "--source")
    path = world.folder / "letter.txt"
    emptied = re.sub(r"(=== access-source ===\n).*?(?=\n===)", r"\1", text, flags=re.DOTALL)
    path.write_text(emptied, encoding="utf-8")
    assert "content-source" in world.said("cases", "edit", reference, "l2", "--file", str(path))
    assert "content-source" in world.refused("cases", "approve", reference, "l2", "--yes")


def test_one_answer_with_a_result_and_parts_of_its_own(world: World) -> None:
    reference = world.opened(BOTH)
    world.said(
        "cases", "answer", reference, "--outcome", "partly", "--detail", "See below.", "--holds", "all",
        "--part", "letters=rights-of-others: of your neighbour", "--part", "profile=given",
        "--result", "c2=refused:no-ground-17-1",
    )  # fmt: skip
    # One word covers everything that the letter does not say: that is named, and somebody says where it stands.
    said = world.refused("cases", "approve", reference, "l2", "--yes")
    assert "holds-all" in said and "override-reason" in world.refused(
        "cases", "approve", reference, "l2", "--override", "holds-all", "--yes"
    )
    out = world.run("cases", "approve", reference, "l2", "--yes")[1]
    assert "For access, the letter itself does not say: " in out and "purposes" in out
    aside = ("--override", "holds-all", "--reason", "all of it stands in the file enclosed")
    world.said("cases", "approve", reference, "l2", *aside, "--yes")
    world.sent(reference, "l2")
    access, erasure = world.case(reference).claims
    assert (access.outcome, erasure.outcome) == (Outcome.PARTLY, Outcome.REFUSED)
    assert [(part.name, part.ground, part.detail) for part in access.parts] == [
        ("letters", "rights-of-others", "of your neighbour"),
        ("profile", "", ""),
    ]


@pytest.mark.parametrize("option", [("--part", "x"), ("--part", "=given"), ("--result", "c1=maybe")])
def test_what_cannot_be_read_changes_nothing(world: World, option: tuple[str, str]) -> None:
    reference = world.opened()
    before = world.case(reference)
    code, out, err = world.run("cases", "answer", reference, "--outcome", "granted", "--detail", "x", *option)
    assert code and err and not out
    assert world.case(reference) == before


def test_from_restriction_to_its_announced_end(world: World) -> None:
    reference = world.opened("Please restrict the processing of my data under Article 18 GDPR.")
    world.said("cases", "restrict", reference, "--frozen", "address history", "--since", "2026-03-02")
    assert "lift-notice" in world.refused("cases", "lift", reference)
    assert "future-day" in world.refused("cases", "restrict", reference, "--frozen", "x", "--since", "2026-04-02")
    reason = ("--reason", "The address was checked.")
    out = world.said("cases", "announce-lifting", reference, *reason, "--on", "2026-03-20")
    assert "lifting" in out
    letter = world.said("cases", "show", reference, "--letter", "l2")
    assert "The address was checked." in letter
    world.said("cases", "approve", reference, "l2", "--yes")
    world.sent(reference, "l2")
    world.later(days=20)
    world.said("cases", "lift", reference)
    held = world.case(reference).claims[0].restriction
    assert held and str(held.lifted_on) == "2026-03-22"


def test_a_fee_is_written_as_money(world: World) -> None:
    reference = world.opened()
    fee = ("fee", reference, "--basis", "further-copies", "--calculation", "50 pages at 0.25 EUR")
    for amount in ("ten", "1.234", "NaN"):
        assert "no amount" in world.refused("cases", *fee, "--amount", amount, code=2)
    world.said("cases", *fee, "--amount", "12.50")
    letter = world.said("cases", "show", reference, "--letter", "l2")
    assert "€12.50" in letter and "50 pages" in letter
    world.said("cases", "approve", reference, "l2", "--yes")
    world.sent(reference, "l2")
    world.said("cases", "fee-settled", reference, "--how", "waived")
    charge = world.case(reference).claims[0].charge
    assert charge and charge.settled == "waived"


def test_directives_are_recorded_and_revoked(world: World) -> None:
    reference = world.opened("a picture", content_type="image/png; name=letter.png")
    world.said("cases", "confirm", reference, "--right", "directives")
    world.said("cases", "directive", reference, "--claim", "c2", "--text", "Erase all.", "--consent", "form of 2 March")
    world.said("cases", "revoke-directive", reference)
    (directive,) = world.case(reference).claims[1].directives
    assert (directive.text, str(directive.revoked_on)) == ("Erase all.", "2026-03-02")


def test_a_forward_that_was_told_and_proved_closes(world: World) -> None:
    reference = world.opened()
    world.said("cases", "forward", reference, "--to", "the operator of the shop")
    world.said("cases", "approve", reference, "l2", "--yes")
    world.sent(reference, "l2")
    assert "access closed" in world.said("cases", "forwarded", reference, "--proof", "acknowledged on 3 March")
    assert world.case(reference).claims[0].status == Status.CLOSED


def test_the_lawyer_gets_letters_and_the_person_the_data(world: World) -> None:
    reference = world.opened()
    lawyer = ("--role", "lawyer", "--name", "Kanzlei Muster", "--address", "office@law.example")
    world.said("cases", "represent", reference, *lawyer, "--mandate", "signed on 1 March, in the file")
    world.said("cases", "clarify", reference, "--about", "Which account?")
    world.said("cases", "answer", reference, "--outcome", "granted", "--detail", "The copy.", "--holds", "all")
    case = world.case(reference)
    assert [each.recipient for each in case.letters[1:]] == ["office@law.example", "jeanne@example.net"]
    world.said("cases", "approve", reference, "l2", "--yes")
    world.said("cases", "end-mandate", reference, "--reason", "revoked")
    world.said("cases", "clarify", reference, "--about", "Which account?")
    assert world.case(reference).letters[-1].recipient == "jeanne@example.net"


def test_a_parent_writes_and_the_child_is_the_person(world: World) -> None:
    reference = world.opened()
    child = ("--for", "Paul Martin", "--data-to", "representative", "--mandate", "family record book, page 3")
    world.said("cases", "represent", reference, "--role", "parent", *child)
    page = " ".join(world.said("cases", "show", reference).split())
    assert "Paul Martin; by mail" in page
    assert "Letters go to the parent, Jeanne Martin <jeanne@example.net>; the data too." in page
    shown = json.loads(world.said("cases", "show", reference, "--json"))
    assert shown["person"] == {"name": "Paul Martin", "address": "", "postal": []}
    acting = shown["representative"]
    assert (acting["role"], acting["person"]["address"], acting["data_to"], acting["rights"]) == (
        "parent", "jeanne@example.net", "representative", [],
    )  # fmt: skip
    out = world.said("cases", "answer", reference, "--outcome", "granted", "--detail", "Two tickets.")
    assert "to J.M. by e-mail" in out
    letter = world.case(reference).letters[-1]
    assert letter.recipient == "jeanne@example.net"
    (said,) = [each.text for each in letter.sections if each.key == "represented"]
    assert "representative of Paul Martin" in said
    # A mail without a reference, from an address that acts for somebody, joins nothing by itself.
    world.said("cases", "end-mandate", reference, "--reason", "of age")
    assert world.case(reference).person.name == "Paul Martin"


def test_what_a_mandate_leaves_open_stands_on_the_page(world: World) -> None:
    reference = world.opened()
    agent = ("--role", "agent", "--name", "Datenhelfer", "--for", "Paul Martin", "--mandate", "form of 1 March")
    world.said("cases", "represent", reference, *agent, "--right", "erasure")
    page = " ".join(world.said("cases", "show", reference).split())
    assert "Mandate: form of 1 March; rights: erasure." in page
    assert "! Nobody knows where the data could go" in page
    assert "? An agent's mandate names right, company and duration; not recorded: company, duration." in page
    assert "! The mandate does not name access (c1)" in page
    lost = ("--mandate", "x", "--for-address", "p@x.example")
    assert "name them with --for" in world.refused("cases", "represent", reference, *agent[:4], *lost, code=2)


def test_a_misdirected_letter_is_recalled_and_the_rest_waits(world: World) -> None:
    reference = world.opened()
    world.said("cases", "clarify", reference, "--about", "Which account?")
    world.said("cases", "approve", reference, "l2", "--yes")
    world.sent(reference, "l2")
    how = ("--how", "it came back opened", "--known", "2026-03-02T09:00")
    out = world.said("cases", "misdirected", reference, "l2", *how)
    assert "before Thu 5 Mar 09:00" in out
    case = world.case(reference)
    assert case.letters[0].status == LetterStatus.RETURNED
    assert (case.letters[-1].moment, case.letters[-1].recipient) == (Moment.RECALLED, "jeanne@example.net")
    assert "Jeanne" not in world.said("cases", "show", reference, "--letter", "l3").partition("\n\n")[2]
    assert world.jobs() == [("l1", "cancelled"), ("l2", "queued")]
    assert "frozen" in world.refused("cases", "approve", reference, "l1", "--yes")
    page = world.said("cases", "show", reference)
    assert "! Letter l2 went astray: report it, if it must be, before Thu 5 Mar 09:00" in page
    world.said("cases", "approve", reference, "l3", "--yes")
    world.said("cases", "breach", reference, "l2", "--verdict", "not-reported", "--reason", "unread")
    world.said("cases", "approve", reference, "l1", "--yes")


def test_a_confidential_case_is_not_there_for_others(world: World) -> None:
    reference = world.opened()
    world.said("cases", "confidential", reference, "--staff", "anna", "--reason", "former employee")
    assert "J.M." in world.said("cases", "list")
    world.user = "bruno"
    code, out, err = world.run("cases", "list")
    assert (code, "J.M." in out, reference in out) == (0, False, False)
    assert "and 1 confidential case, not shown here" in err
    assert "no case" in world.refused("cases", "show", reference)
    world.user = "anna"
    world.said("cases", "confidential", reference, "--open", "--reason", "the dispute is over")
    world.user = "bruno"
    assert "Jeanne" in world.said("cases", "show", reference)


def test_who_decided_stands_beside_who_approved(world: World) -> None:
    reference = world.opened()
    world.said("cases", "clarify", reference, "--about", "Which account?")
    assert "otto2" in world.refused("cases", "approve", reference, "l2", "--decided-by", "otto2", "--yes")
    world.said("cases", "approve", reference, "l2", "--decided-by", "bruno", "--yes")
    letter = world.case(reference).letter("l2")
    assert (letter.purpose.by, letter.approved_by, letter.decided_by) == ("anna", "anna", "bruno")


def test_the_page_and_its_json_show_what_was_done(world: World) -> None:
    reference = world.opened("Please restrict the processing of my data under Article 18 GDPR.")
    world.said("cases", "restrict", reference, "--frozen", "address history")
    world.said("cases", "tick", reference, "freeze", "--note", "flag set")
    lawyer = ("--role", "lawyer", "--address", "office@law.example", "--until", "2026-03-05")
    world.said("cases", "represent", reference, *lawyer, "--mandate", "signed")
    page = " ".join(world.said("cases", "show", reference).split())
    assert "restricted since Mon 2 Mar: address history" in page
    assert "Letters go to the lawyer, <office@law.example>, until Thu 5 Mar; the data goes to the person." in page
    assert "Mandate: signed." in page
    world.later(days=9)
    assert "That mandate has ended" in world.said("cases", "show", reference)
    shown = json.loads(world.said("cases", "show", reference, "--json"))
    (claim,) = shown["claims"]
    assert (claim["restriction"]["since"], claim["restriction"]["ends_on"]) == ("2026-03-02", None)
    assert (claim["steps_done"][0]["step"], claim["steps_done"][0]["note"]) == ("freeze", "flag set")
    assert (shown["representative"]["role"], shown["breaches"], shown["confidential"]) == ("lawyer", [], [])


def test_one_more_right_joins_the_case_and_the_checklist_says_which_comes_first(world: World) -> None:
    reference = world.opened()
    add = ("cases", "add-right", reference, "--right", "erasure", "--because", "mail of 2 March, last line")
    out = world.said(*add, "--from", "2026-03-02T09:30", "--scope", "old tickets")
    assert "Letter l2 drafted: acknowledged, to J.M. by e-mail; it leaves by itself in 10 minutes." in out
    assert "right-known" in world.refused(*add)
    page = world.said("cases", "checklist", reference, "--claim", "c2")
    assert "c2 erasure: old tickets" in page and "! Answer c1 access first" in page
    assert "May come with it: restriction" in world.said(
        "cases", "add-right", reference, "--right", "objection", "--because", "x"
    ) + world.said("cases", "checklist", reference, "--claim", "c3")


def test_the_message_that_invokes_one_more_right_says_since_when(world: World) -> None:
    reference = world.opened()
    world.later(days=3)
    world.arrive(mail("And the old tickets, as said.", number=2, Subject=f"Re: {reference}"))
    first, second = (each["id"] for each in json.loads(world.said("cases", "show", reference, "--json"))["inbounds"])
    add = ("cases", "add-right", reference, "--right", "erasure", "--because", "second mail")
    assert f"{first[:8]}, {second[:8]}" in world.refused(*add, "--from", "zzzz", code=2)
    world.said(*add, "--from", second[:8], "--party", "shop-operator")
    case = world.case(reference)
    claim, letter = case.claims[-1], case.letters[-1]
    assert (claim.received_at, claim.party) == (case.inbounds[1].received_at, "shop-operator")
    assert claim.received_at > case.claims[0].received_at
    # Somebody else may be answerable: neutral words, and a person looks before they leave.
    assert ("neutral" in {each.key for each in letter.sections}, letter.automatic) == (True, False)
    assert "answerable: shop-operator" in world.said("cases", "show", reference)
