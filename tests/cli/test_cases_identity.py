"""Who is asking, at the desk: what is proposed and why, the code to the contact on file, facts compared."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dsarbot.app import App
from dsarbot.core.case import Case, Moment, Status
from dsarbot.core.codes import BLANK, tokens_in
from dsarbot.ports import Scope
from dsarbot.reading.mail import parse
from dsarbot.store.tables import JobTable
from tests.cli.desk_world import World, mail
from tests.cli.test_directory import HEAD, JEANNE, PAUL, take

NORD = Scope("nord")
OLD = "jeanne@example.net"
STRANGE = "Jeanne Martin <new.address@example.net>"
DOUBT = ("--doubt", "writes from an address that is not on file")
PASSED = {"Authentication-Results": "mx.nord.example.org; dmarc=pass header.from=example.net"}


def said(world: World, reference: str, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.said("cases", "identity", reference, "--json", *more))
    return found


def trust(world: World) -> None:
    """What the organisation's own server says about senders counts."""
    path = world.folder / "config.toml"
    own = 'host = "127.0.0.1"\nauthserv_id = "mx.nord.example.org"\n'
    path.write_text(path.read_text().replace('host = "127.0.0.1"\n', own, 1))


def raw(world: World, letter: str) -> str:
    """The text of the mail in the outbox."""

    async def work(app: App) -> str:
        job = await JobTable.filter(letter=letter).order_by("-due_at").first()
        assert job is not None, letter
        return parse(await app.store.vault.open(NORD, job.object)).text

    return world.do(work)


def asked(world: World, *more: str, sender: str = STRANGE) -> str:
    """A request of somebody on file from another address; the question and the code have left. Its reference."""
    reference = world.opened(sender=sender)
    world.said("cases", "ask-identity", reference, *DOUBT, *more)
    world.said("cases", "approve", reference, "l2", "--yes")
    world.sent(reference, "l2")
    return reference


def answer(world: World, text: str, *, sender: str = f"Jeanne <{OLD}>", number: int = 7, **headers: Any) -> None:
    world.arrive(mail(text, sender=sender, number=number, subject="Re: Please confirm", **headers))


def open_kinds(case: Case) -> list[str]:
    return [each.kind for each in case.proposals if not each.settled]


# --- what is proposed ---------------------------------------------------------------------------------------------


def test_somebody_on_file_who_writes_from_elsewhere_gets_a_code_to_the_address_on_file(world: World) -> None:
    take(world, JEANNE, PAUL)
    reference = world.opened(sender=STRANGE)
    found = said(world, reference)
    assert (found["channel"], found["state"], found["matches"]) == ("mail", "unknown", 1)
    assert found["contact"] == {"source": "crm", "seen": "2026-03-02", "by_person": False, "standing": "proved"}
    assert found["proposal"]["rung"] == "R2"
    assert [each["rung"] for each in found["alternatives"]] == ["R3"]
    assert {each["code"] for each in found["never"]} >= {"unredacted-copy", "given-contact", "copy"}
    assert all(each["rule"] and each["text"] for each in (*found["because"], *found["never"]))
    assert found["next"] == f"dsarbot cases ask-identity {reference} --doubt unknown-address"
    out = world.said("cases", "identity", reference, "--language", "fr")
    assert "address on file: yes, seen in crm on 2026-03-02 by an import; proves" in out
    assert "PROPOSED: R2 a code to the contact on file\nor:       R3 two facts on file\n" in out
    assert "C'est la preuve la plus faible" in out


def test_without_a_directory_a_person_says_what_stands_on_file(world: World) -> None:
    reference = world.opened(sender=STRANGE)
    assert "on-file" in said(world, reference)["next"]
    assert "identity-nothing" in world.refused(
        "cases", "ask-identity", reference, "--doubt", "?", "--record", "several"
    )
    assert "identity-paper" in world.refused("cases", "ask-identity", reference, *DOUBT)
    on_file = ("--contact", OLD, "--seen-in", "CRM", "--on", "2026-03-01", "--since", "2019-04-01")
    assert "counts as new" in world.said("cases", "on-file", reference, *on_file[:-2])
    assert said(world, reference)["contact"]["standing"] == "weak"
    world.said("cases", "on-file", reference, *on_file)
    found = said(world, reference)
    assert (found["contact"]["by_person"], found["contact"]["standing"]) == (True, "proved")
    assert found["proposal"]["rung"] == "R2"
    assert "mail on file: yes, seen in CRM on 2026-03-01" in world.said("cases", "show", reference)


def test_an_old_import_proposes_and_proves_nothing_until_somebody_looked(world: World) -> None:
    take(world, JEANNE)
    world.later(days=31)
    reference = world.opened(sender=STRANGE)
    found = said(world, reference)
    assert (found["contact"]["standing"], found["proposal"]["rung"]) == ("proposed", "R3")
    assert "contact-old" in {each["code"] for each in found["because"]}
    person = found["person"]
    assert found["next"].startswith(f"look at the source: dsarbot directory seen {person[:8]}")
    seen = ("--kind", "mail", "--value", OLD, "--source", "crm", "--organisation", "nord")
    world.said("directory", "seen", person, *seen)
    assert said(world, reference)["proposal"]["rung"] == "R2"


def test_of_namesakes_nobody_is_meant_until_a_person_says_who(world: World) -> None:
    take(world, JEANNE, JEANNE.replace("K-2041", "K-9999").replace("jeanne", "j.martin").replace("1980", "1990"))
    reference = world.opened(sender=STRANGE)
    found = said(world, reference)
    assert (found["matches"], found["person"], found["contact"]) == (2, None, None)
    assert found["case"] == "namesake"
    assert found["next"].endswith("--person ID")
    out = world.said("cases", "identity", reference)
    assert "2 people fit; nothing is said about the others" in out
    assert "example.org" not in out
    assert said(world, reference, "--customer-number", "K-9999")["matches"] == 1
    world.user = "bruno"
    (person,) = found_by(world, "K-9999")
    named = said(world, reference, "--person", person[:8])
    assert (named["matches"], named["person"], named["proposal"]["rung"]) == (2, person, "R2+R3")
    assert "0 people have an id" in world.refused("cases", "identity", reference, "--person", "zzzz")


def found_by(world: World, number: str) -> list[str]:
    people = json.loads(world.said("directory", "search", number, "--json", "--organisation", "nord"))
    return [each["id"] for each in people]


def test_claims_for_which_the_way_of_writing_is_enough_go_on_without_a_pause(world: World) -> None:
    take(world, JEANNE)
    trust(world)
    text = "Please send me a copy of all my personal data (Article 15 GDPR) and correct my name (Article 16 GDPR)."
    reference = world.opened(text, **PASSED)
    rights = {claim.right: claim.id for claim in world.case(reference).claims}
    assert set(rights) == {"access", "rectification"}
    world.said("cases", "ask-identity", reference, *DOUBT)
    assert world.case(reference).letters[-1].claims == (rights["access"],)


def test_an_authenticated_address_on_file_is_enough_for_what_does_little_harm(world: World) -> None:
    take(world, JEANNE)
    trust(world)
    reference = world.opened("Please correct my name: it is Jeanne Martine (Article 16 GDPR).", **PASSED)
    found = said(world, reference)
    assert found["state"] == "on-file-authenticated"
    assert found["authentication"] == {
        "trusted": True, "spf": "none", "dkim": "none", "dmarc": "pass", "aligned": True,
    }  # fmt: skip
    assert (found["enough"], found["claims"][0]["enough"]) == (True, True)
    assert "identity-enough" in world.refused("cases", "ask-identity", reference, *DOUBT)
    assert "identity-above" in world.refused("cases", "ask-identity", reference, *DOUBT, "--rung", "R3")
    told = ("--old", "jeanne@example.net", "--reason", "another mail address")
    assert "to the contact on file by e-mail" in world.said("cases", "contact-change", reference, *told)
    found = said(world, reference)
    assert (found["enough"], found["proposal"]["rung"]) == (False, "R2+R3")
    assert world.case(reference).letters[-1].recipient == "jeanne@example.net"


def test_a_person_says_what_a_mix_up_would_do(world: World) -> None:
    take(world, JEANNE)
    reference = world.opened(sender=f"Jeanne Martin <{OLD}>")
    assert said(world, reference)["proposal"]["rung"] == "R2"
    found = said(world, reference, "--harm", "high", "--because", "health data in the tickets")
    assert (found["claims"][0]["harm"], found["proposal"]["rung"]) == ("high", "R2+R3")
    assert "--harm" in world.refused("cases", "identity", reference, "--because", "?", code=2)
    world.user = "otto"
    assert "read-only" in world.refused("cases", "identity", reference, "--harm", "low", "--because", "?")


def test_more_than_proposed_takes_a_reason(world: World) -> None:
    take(world, JEANNE)
    reference = world.opened(sender=STRANGE)
    assert "R2 is enough here" in world.refused("cases", "ask-identity", reference, *DOUBT, "--rung", "R6")
    world.said("cases", "ask-identity", reference, *DOUBT, "--rung", "R3", "--override", "the mailbox is gone")
    case = world.case(reference)
    assert (case.letters[-1].purpose.rung, "the mailbox is gone" in case.notes[-1].text) == ("R3", True)


def test_who_writes_for_a_customer_or_another_person_is_asked_otherwise(world: World) -> None:
    take(world, f"{JEANNE};yes", head=f"{HEAD};professional")
    reference = world.opened(sender=STRANGE)
    assert "a business customer" in world.said("cases", "identity", reference)
    found = said(world, reference, "--role", "employee")
    assert (found["refer"], found["proposal"]) == ("customer", None)
    assert found["next"] == f"dsarbot cases forward {reference} --to CUSTOMER"
    found = said(world, reference, "--role", "lawyer", "--doubt", "another-person")
    assert (found["proposal"]["rung"], found["proposal"]["proofs"]) == ("", ["mandate"])
    assert found["next"] == f"dsarbot cases ask-mandate {reference} --role lawyer"


def test_a_published_demand_for_copies_opens_nothing_and_is_shown(world: World) -> None:
    text = (world.folder / "config.toml").read_text()
    (world.folder / "config.toml").write_text(text.replace('profile = "example-fr"', 'profile = "j2s"'))
    take(world, JEANNE)
    reference = world.opened(sender=STRANGE)
    found = said(world, reference)
    assert found["warning"]
    assert "policy-demand" in {each["code"] for each in found["because"]}
    assert (found["proposal"]["rung"], found["pause"]) == ("R2", False)
    assert "opens no pause" in world.said("cases", "ask-identity", reference, *DOUBT)


# --- the code -----------------------------------------------------------------------------------------------------


def test_the_code_leaves_after_the_question_and_stands_in_that_mail_only(world: World) -> None:
    take(world, JEANNE)
    reference = asked(world)
    case = world.case(reference)
    question, code = case.letters[-2:]
    assert (question.recipient, code.recipient) == ("new.address@example.net", OLD)
    assert (code.moment, code.automatic) == (Moment.IDENTITY_CODE, True)
    assert ("l3", "queued") in world.jobs()
    (token,) = tokens_in(raw(world, "l3"))
    assert OLD not in raw(world, "l2")
    assert not tokens_in(raw(world, "l2"))
    shown = world.said("cases", "show", reference, "--letter", "l3")
    assert BLANK in shown
    assert token not in shown + world.said("cases", "show", reference, "--json") + repr(case)
    stored = b"".join(path.read_bytes() for path in (world.folder / "data").rglob("*") if path.is_file())
    assert token.encode() not in stored
    assert world.said("journal", "verify")


def test_the_code_in_an_answer_is_a_proposal_that_counts_from_its_receipt(world: World) -> None:
    take(world, JEANNE)
    reference = asked(world)
    world.sent(reference, "l3")
    (token,) = tokens_in(raw(world, "l3"))
    world.later(days=2)
    answer(world, f"Yes, this was me.\n\n{token.lower()}\n\nPlease send me a copy of all my personal data.")
    assert world.references() == [reference], "it opens no case of its own"
    case = world.case(reference)
    assert (open_kinds(case), case.rung) == (["identity-code"], "")
    proposal = case.proposals[-1].id
    assert said(world, reference)["next"] == f"dsarbot cases settle {reference} {proposal} accept"
    world.later(days=4)
    world.said("cases", "settle", reference, proposal, "accept")
    case = world.case(reference)
    assert (case.rung, case.claims[0].status) == ("R2", Status.OPEN)
    assert case.claims[0].questions[0].answered_on.isoformat() == "2026-03-04"  # type: ignore[union-attr]
    out = world.said("cases", "show", reference)
    assert "R2 proved by the code to the contact on file" in out
    assert "holds the code that we sent" in out
    assert world.said("db", "rebuild")
    assert world.case(reference) == case


def test_where_configured_the_code_verifies_by_itself_unless_it_is_only_quoted(world: World) -> None:
    text = (world.folder / "config.toml").read_text()
    own = 'owner = "anna"\ndeputy = "bruno"\n'
    rest = "[organisations.identity]\nverify_by_code = true\n[organisations.contact]\n"
    (world.folder / "config.toml").write_text(text.replace("[organisations.contact]\n", rest, 1))
    assert own in text
    take(world, JEANNE)
    reference = asked(world)
    world.sent(reference, "l3")
    (token,) = tokens_in(raw(world, "l3"))
    letter = f"On Mon, 2 Mar 2026 at 10:00, Nord wrote:\n> If it was you, copy this code:\n> {token}\n"
    quoted = f"That was not me!\n\n{letter}"
    answer(world, quoted, number=7)
    case = world.case(reference)
    assert (open_kinds(case), case.rung) == (["identity-code"], "")
    other = asked(world, sender="Jeanne Martin <third@example.net>")
    world.sent(other, "l3")
    (token,) = [each for each in tokens_in(raw_of(world, other)) if each != token]
    world.later(days=1)
    answer(world, token, sender="Jeanne Martin <third@example.net>", number=9)
    case = world.case(other)
    assert (case.rung, case.claims[0].status, open_kinds(case)) == ("R2", Status.OPEN, [])
    assert case.claims[0].questions[0].answered_on.isoformat() == "2026-03-03"  # type: ignore[union-attr]


def raw_of(world: World, reference: str) -> str:
    case = world.case(reference)

    async def work(app: App) -> str:
        job = await JobTable.get(letter="l3", case_id=case.id)
        return parse(await app.store.vault.open(NORD, job.object)).text

    return world.do(work)


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk", "List-Id": "<x.example.net>"}],
    ids=["absence note", "list"],
)
def test_a_machine_that_quotes_our_letter_proves_nothing(world: World, headers: dict[str, Any]) -> None:
    take(world, JEANNE)
    reference = asked(world)
    world.sent(reference, "l3")
    (token,) = tokens_in(raw(world, "l3"))
    answer(world, f"I am away.\n{token}", **headers)
    case = world.case(reference)
    assert (case.proposals, case.proofs.codes[0].ended) == ((), "")


def test_another_organisation_does_not_know_the_code(world: World) -> None:
    take(world, JEANNE)
    reference = asked(world)
    world.sent(reference, "l3")
    (token,) = tokens_in(raw(world, "l3"))
    world.arrive(mail(token, sender=f"Jeanne <{OLD}>", number=9, to="dpo@sud.example.org"), mailbox="shared")
    assert world.case(reference).proofs.codes[0].ended == ""


def test_who_writes_from_the_address_on_file_is_heard_in_the_case_even_without_the_code(world: World) -> None:
    take(world, JEANNE)
    reference = asked(world)
    world.sent(reference, "l3")
    answer(world, f"It was not me who asked for a copy of all my personal data. See {reference}.")
    assert world.references() == [reference]
    assert open_kinds(world.case(reference)) == ["identity-answer"]


def test_a_question_to_the_address_on_file_holds_the_code_itself(world: World) -> None:
    take(world, JEANNE)
    reference = world.opened()
    world.said("cases", "ask-identity", reference, *DOUBT)
    world.said("cases", "approve", reference, "l2", "--yes")
    assert len(tokens_in(raw(world, "l2"))) == 1
    world.sent(reference, "l2")
    assert [each.moment for each in world.case(reference).letters] == [Moment.ACKNOWLEDGED, Moment.IDENTITY_ASKED]
    world.said("cases", "identity", reference, "--revoke-code", "asked by mistake")
    assert world.case(reference).proofs.codes[0].ended == "revoked"


def test_the_letter_to_somebody_unknown_says_the_same(world: World) -> None:
    take(world, JEANNE)
    known = world.opened(sender=STRANGE)
    unknown = world.opened(sender="Nadia Nulle <nadia@example.net>", number=2)
    texts = []
    for reference in (known, unknown):
        world.said("cases", "ask-identity", reference, "--rung", "R2", *DOUBT)
        letter = world.case(reference).letters[-1]
        texts.append([each.text for each in letter.sections if each.key in ("outcome", "ask", "alternatives", "doubt")])
    assert texts[0] == texts[1]


# --- facts --------------------------------------------------------------------------------------------------------


def test_facts_are_compared_with_the_file_and_only_their_kinds_are_kept(world: World) -> None:
    take(world, JEANNE)
    reference = world.opened(sender=STRANGE)
    right = ("--fact", "customer-number=k 2041", "--fact", "birth-date=1980-05-17")
    assert "Match: customer-number, birth-date." in world.said("cases", "verify", reference, *right)
    case = world.case(reference)
    assert (case.rung, case.proofs.shown[0].facts) == ("R3", ("customer-number", "birth-date"))
    assert "1980" not in repr(case)
    assert "identity-known" in world.refused("cases", "ask-identity", reference, *DOUBT, "--rung", "R3")


def test_one_wrong_fact_verifies_nobody(world: World) -> None:
    take(world, JEANNE)
    reference = world.opened(sender=STRANGE)
    path = world.folder / "facts.txt"
    path.write_text("customer-number=K-2041\nfact:last-invoice=12.00\n", encoding="utf-8")
    code, out, _ = world.run("cases", "verify", reference, "--facts-file", str(path))
    assert (code, "No match: fact:last-invoice." in out) == (1, True)
    case = world.case(reference)
    assert (case.rung, case.proofs.failed) == ("", ("R3",))
    assert said(world, reference)["proposal"]["rung"] == "R2"
    assert [each["rung"] for each in said(world, reference)["alternatives"]] == []


def test_a_fact_is_asked_for_unseen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    take(world, JEANNE)
    reference = world.opened(sender=STRANGE)
    said_unseen = {"customer-number": "K2041", "birth-date": "17/05/1980"}
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: said_unseen[prompt.partition(" ")[0]])
    out = world.said("cases", "verify", reference, "--fact", "customer-number", "--fact", "birth-date")
    assert "Match: customer-number, birth-date." in out


@pytest.mark.parametrize(
    ("arguments", "complaint", "code"),
    [
        (("--fact", "name=Jeanne Martin", "--fact", "birth-date=1980-05-17"), "no fact that proves", 2),
        (("--fact", "customer-number=K-2041"), "One fact proves nobody", 2),
        (("--fact", "postal=nowhere", "--fact", "birth-date=1980-05-17"), "Not on file: postal", 1),
        (("--fact", "customer-number"), "Without a terminal", 2),
        (("--how", "seen"), "--rung", 2),
    ],
)
def test_what_proves_nothing_is_refused(world: World, arguments: tuple[str, ...], complaint: str, code: int) -> None:
    take(world, JEANNE)
    reference = world.opened(sender=STRANGE)
    assert complaint in world.refused("cases", "verify", reference, *arguments, code=code)
    assert world.case(reference).rung == ""
