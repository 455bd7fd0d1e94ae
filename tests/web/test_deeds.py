"""Every order of the command line is a form of the console, and each form is sent here at least once."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final, cast

import pytest

from dsarbot.cli.cases import COMMANDS
from dsarbot.core import facts_copies as fc
from dsarbot.core import orders as o
from dsarbot.core import orders_chain as oc
from dsarbot.core import orders_rights as r
from dsarbot.core.case import LetterStatus, Outcome, Status
from dsarbot.core.directory import Entry, Value
from dsarbot.core.identity_copy import IdCopy
from dsarbot.core.parties_import import merged, read_rows
from dsarbot.core.presend import blocking
from dsarbot.desk.by_hand import Scanned, keep_scan, open_scan
from dsarbot.desk.id_copies_keeper import Keeper
from dsarbot.documents.paper_answer import Paper
from dsarbot.documents.paper_reader import PaperReader
from dsarbot.documents.papers import Look
from dsarbot.web.deeds.field import Room, fixed
from dsarbot.web.deeds.table import CASE_DEEDS
from tests.cli.desk_world import BOTH, mail
from tests.cli.test_cases_chain import ACME, DC, HEAD, PAY, SHOP
from tests.cli.test_id_copies import CARD, PLAN, request
from tests.cli.test_people import BY_HAND
from tests.web.conftest import NORD, Desk
from tests.web.stories import Story, arrive, story

#: Commands that are no form of the table, and where they are instead.
ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType({
    "list": "the page /cases", "show": "the page of the case", "checklist": "a panel of that page",
    "id-copies": "a panel of that page", "tray": "the page /post",
    "clarify": "write/clarify: begins a letter", "extend": "write/extend", "answer": "write/answer",
    "refuse": "write/refuse", "approve": "bound to the page on which the letter was read", "edit": "the page edit/",
    "id-open": "the page copies/",
    "package": "takes files that lie on the machine of whoever types; it has no form yet",
    "chain": "a panel of that page",
})  # fmt: skip
#: Commands that are two forms, or have their options elsewhere. option -> field, "" for what a form does not need.
NAMES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({
    "identity": dict.fromkeys(("doubt", "language", "json", "person", "customer_number", "role", "record"), ""),
    "id-copy": {"not_an_id": "copy"},
    "verify": {"facts_file": ""},
    "id-gone": {"copy": "where"},
    "directive": {"file": ""},
    "tick": {"claim": "step", "undo": "verdict"},
})  # fmt: skip
TWO: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"identity": ("harm", "revoke-code"), "id-copy": ("id-copy", "id-release"), "assign": ("assign", "assign-all")}
)


def options(name: str) -> dict[str, argparse.Action]:
    command = next(each for each in COMMANDS if each.name == name)
    parser = argparse.ArgumentParser()
    command.options(parser)
    return {each.dest: each for each in parser._actions if each.dest not in ("help", "reference")}


def test_every_order_of_the_command_line_is_a_form_or_says_where_it_is() -> None:
    known = {each.name for each in COMMANDS}
    assert ELSEWHERE.keys() <= known
    formed = {deed for name in known - ELSEWHERE.keys() for deed in TWO.get(name, (name,))}
    assert formed == set(CASE_DEEDS)


@pytest.mark.parametrize("name", sorted({each.name for each in COMMANDS} - ELSEWHERE.keys()))
def test_a_form_has_the_fields_of_its_command(name: str) -> None:
    names = NAMES.get(name, {})
    fields = {field.name: field for deed in TWO.get(name, (name,)) for field in CASE_DEEDS[deed].fields}
    wanted = {dest: names.get(dest, dest) for dest in options(name)}
    assert {dest for dest, field in wanted.items() if field and field not in fields} == set()
    one = len(TWO.get(name, (name,))) == 1
    for dest, field in wanted.items():
        action = options(name)[dest]
        if not field or not one or field != dest:
            continue
        assert fields[field].needed >= bool(action.required), (name, dest)
        choices = fields[field].choices
        # Choices that are words, not things of the case, are the same ones.
        if action.choices and choices is not None and choices.__qualname__.startswith(fixed.__qualname__):
            offered = [value for value, _ in choices(cast("Room[Any]", SPEAKING))]
            assert offered == list(action.choices), (name, dest)


class _Speaks:
    """Says every word as its key."""

    def say(self, key: str) -> str:
        return key


SPEAKING: Final = _Speaks()

#: Story -> the forms that are sent in it; the test below plays all of them.
PLAYED: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    "request": frozenset(
        {"confirm", "not-a-request", "add-right", "clarified", "settle", "received", "withdraw", "reopen"}),
    "answered": frozenset({"forward", "forwarded", "answered-by-hand", "close", "discard", "note", "tick"}),
    "measures": frozenset(
        {"restrict", "announce-lifting", "lift", "fee", "fee-settled", "directive", "revoke-directive"}),
    "people": frozenset({"represent", "ask-mandate", "end-mandate", "confidential", "assign", "assign-all"}),
    "identity": frozenset({"on-file", "ask-identity", "verify", "contact-change", "harm", "revoke-code"}),
    "copies": frozenset({"id-copy", "id-release", "id-verdict", "id-extend", "id-gone"}),
    "between": frozenset({"merge", "split", "move"}),
    "chain": frozenset(
        {"route", "ask-customer", "heard", "instruct", "confirm-instruction", "settle-instruction", "pass-down",
         "executed", "report", "tell-recipients", "give-up"}),
    "post": frozenset({"posted", "misdirected", "breach"}),
})  # fmt: skip


def test_every_form_of_the_table_is_played() -> None:
    assert frozenset().union(*PLAYED.values()) == CASE_DEEDS.keys()


async def test_about_the_request(desk: Desk) -> None:
    it = await story(desk, "could you maybe delete me from the list or so? thx")
    await it.give("confirm", right=["access"])
    open_ones = [claim for claim in (await it.case()).claims if claim.status == Status.OPEN]
    assert [claim.right for claim in open_ones] == ["access"]
    case = await it.give(
        "add-right", right="restriction", because="second paragraph", source=(await it.case()).inbounds[0].inbound
    )
    assert "restriction" in [claim.right for claim in case.claims]
    await it.order(o.Clarify, claims=(open_ones[0].id,), about="Which account?", large=True)
    await it.leaves()
    assert "noch in der Zukunft" in await it.refused("clarified", on="2027-01-01")
    case = await it.give("clarified", on="2026-03-02")
    assert case.claim(open_ones[0].id).status == Status.OPEN
    await it.order(o.Join, inbound="x" * 32, received_at=desk.now, how="reference", proposes=("message",))
    (proposal,) = [each.id for each in (await it.case()).proposals if not each.settled]
    assert all(each.settled for each in (await it.give("settle", proposal=proposal, verdict="accept")).proposals)
    assert "second" in await it.refused("received", at="2026-03-02T10:01", evidence="stamp")
    case = await it.give("received", at="2026-03-01T09:30", evidence="stamp of the post room")
    assert {claim.received_at.date().isoformat() for claim in case.active} == {"2026-03-01"}
    case = await it.give("withdraw", claim=[open_ones[0].id], evidence="mail of 9 March")
    assert case.claim(open_ones[0].id).outcome == Outcome.WITHDRAWN
    assert case.claim((await it.give("reopen", claim=[open_ones[0].id], why="mistake")).claims[0].id)
    case = await it.give("not-a-request", reason="asks for an invoice")
    assert not case.active


async def test_until_it_is_answered(desk: Desk) -> None:
    it = await story(desk)
    case = await it.give("note", text="Ask the lawyer.", kind="legal-advice")
    assert case.notes[0].kind == "legal-advice"
    case = await it.give("tick", step="c1:search", note="CRM and billing", verdict="done")
    assert [each.note for each in case.claims[0].done] == ["CRM and billing"]
    case = await it.give("tick", step="c1:search", verdict="undo")
    assert not case.claims[0].done
    case = await it.give("discard", letter="l1")
    assert case.letters[0].status == LetterStatus.CANCELLED
    await arrive(desk, mail(BY_HAND, sender="privacy@nord.example.org", number=50, to="jeanne@example.net",
                            in_reply_to="<m1@example.net>"), folder="Sent", channel="sent")  # fmt: skip
    (written,) = [each.inbound for each in (await it.case()).inbounds if each.recipient]
    case = await it.give("answered-by-hand", message=written, outcome="granted")
    assert case.letters[-1].sections[0].text.startswith("Dear Ms Martin")
    case = await it.give("close")
    assert case.claims[0].status == Status.CLOSED
    other = await story(desk, browser=it.browser, sender="Paul <paul@example.net>")
    case = await other.give("forward", to="the operator of the shop")
    await other.leaves()
    assert "operator of the shop" in await it.browser.get(f"/cases/{other.reference}")
    case = await other.give("forwarded", proof="acknowledged on 5 March")
    assert case.claims[0].passed_on == "acknowledged on 5 March"


async def test_measures(desk: Desk) -> None:
    it = await story(desk, "Please restrict the processing of my data under Article 18 GDPR.")
    await it.give("restrict", frozen="address history", since="2026-03-02")
    assert "lift-notice" not in await it.refused("lift")
    await it.give("announce-lifting", reason="The address was checked.", on="2026-03-20")
    await it.leaves()
    desk.now += timedelta(days=20)
    it.browser = await desk.logged_in()
    case = await it.give("lift")
    assert case.claims[0].restriction and str(case.claims[0].restriction.lifted_on) == "2026-03-22"
    fee = await story(desk, browser=it.browser, sender="Paul <paul@example.net>")
    asked = {"currency": "EUR", "basis": "further-copies", "calculation": "50 pages at 0.25 EUR"}
    assert "kein Betrag" in await fee.refused("fee", amount="ten", **asked)
    await fee.give("fee", amount="12,50", **asked)
    await fee.leaves()
    case = await fee.give("fee-settled", how="waived")
    assert case.claims[0].charge and (case.claims[0].charge.fee.amount, case.claims[0].charge.settled) == (
        1250,
        "waived",
    )
    await fee.order(r.Invoke, right="directives", because="asked on the phone")
    claim = (await fee.case()).claims[-1].id
    case = await fee.give(
        "directive", claim=[claim], text="Erase all.", consent="form of 2 March", executor="my sister"
    )
    case = await fee.give("revoke-directive")
    (directive,) = [each for claim in case.claims for each in claim.directives]
    assert (directive.text, directive.executor, str(directive.revoked_on)) == ("Erase all.", "my sister", "2026-03-22")


async def test_people(desk: Desk) -> None:
    it = await story(desk)
    fields = {"role": "parent", "mandate": "family record book", "for_": "Paul Martin", "data_to": "representative"}
    assert "Das wird gebraucht" in await it.refused("represent", role="parent", mandate="x", for_address="p@x.example")
    case = await it.give("represent", **fields, postal="1 rue\n00000 Ville", right=["access"])
    assert case.person.name == "Paul Martin" and case.representative
    assert case.representative.person.postal == ("1 rue", "00000 Ville")
    page = await it.browser.get(f"/cases/{it.reference}")
    assert "family record book" in page and "data goes to whoever writes" in page
    await it.give("end-mandate", reason="of age")
    case = await it.give("ask-mandate", role="parent")
    assert case.letters[-1].moment == "mandate-asked" or case.letters[-1].purpose.reason == "parent"
    assert (await it.give("assign", staff="bruno")).assignee == "bruno"
    assert (await it.give("assign-all", all_from="bruno", to="anna")).assignee == "anna"
    assert "kein offener Vorgang" in await it.refused("assign-all", all_from="bruno", to="anna")
    assert "mindestens eine Person" in await it.refused("confidential", reason="x")
    case = await it.give("confidential", staff=["anna"], reason="former employee")
    assert case.confidential == ("anna",)
    bruno = await desk.logged_in("bruno")
    await bruno.get(f"/cases/{it.reference}/do/note")
    assert bruno.status == 404
    case = await it.give("confidential", open="1", reason="settled")
    assert not case.confidential


async def test_who_is_asking(desk: Desk) -> None:
    it = await story(desk)
    values = [
        ("name", "Jeanne Martin"),
        ("mail", "jeanne@old.example"),
        ("customer-number", "4711"),
        ("birth-date", "1980-05-17"),
    ]
    entry = Entry(id="e" * 32, values=tuple(
        Value(kind=kind, text=text, source="crm", since=desk.now.date() - timedelta(days=900), seen=desk.now.date(),
              by_person=True) for kind, text in values))  # fmt: skip
    await desk.app.store.directory.save(NORD, [entry], what="directory-added", public={}, at=desk.now, actor="anna")
    page = await it.browser.get(f"/cases/{it.reference}/identity")
    assert "Who is asking?" in page and "one person fits" in page and "jeanne@old.example" not in page
    page = await it.browser.post(f"/cases/{it.reference}/identity", {"doubt": "unknown-address", "role": "agent"})
    assert it.browser.status == 200 and 'value="agent" selected' in page
    await it.browser.post(f"/cases/{it.reference}/identity", {"person": "nobody"})
    assert it.browser.status == 409
    await it.give("harm", harm="high", because="health data")
    await it.give("on-file", contact="jeanne@example.net", kind="mail", seen_in="CRM", since="2019-04-01")
    assert "keine E-Mail-Adresse" in await it.refused("contact-change", old="nobody", reason="x")
    case = await it.give("ask-identity", doubt="unknown-address", rung="R2")
    assert (case.letters[-1].purpose.rung, case.letters[-1].purpose.contact != "") == ("R2", True)
    await it.leaves()
    if any(not each.ended for each in (await it.case()).proofs.codes):
        await it.give("revoke-code", revoke_code="sent to the wrong address")
    await it.give("contact-change", old="jeanne@old.example", reason="another mail address")
    wrong = {"fact-kind": ["customer-number", "birth-date"], "fact-value": ["4712", "1980-05-17"]}
    page = (await it.sent_form("verify", **wrong)).text
    assert "Keine Übereinstimmung" in page and "4712" not in page
    assert (await it.case()).rung == ""
    right = {"fact-kind": ["customer-number", "birth-date"], "fact-value": ["4711", "17.05.1980"]}
    case = await it.give("verify", **right)
    assert [(each.rung, each.facts) for each in case.proofs.shown][-1] == ("R3", ("customer-number", "birth-date"))
    assert "Das wird gebraucht" in (await it.sent_form("verify")).text


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """CARD is a card, nothing else is."""

    async def look(self: PaperReader, data: bytes, **_: object) -> Paper:
        if data != CARD:
            return Paper(count=1, look=Look(letter=data == PLAN))
        seen = Look(guess="identity-card", why="machine-readable-zone")
        return Paper(look=seen, papers=(1,), count=1, proposal="yes",
                     doc_type="identity card UTO", checks=("check-digits:agrees:right",))  # fmt: skip

    monkeypatch.setattr(PaperReader, "look", look)


async def settled(it: Story) -> tuple[IdCopy, ...]:
    keeper = Keeper(it.desk.app.copies)
    while await keeper.round():
        pass
    return (await it.case()).copies


async def test_copies_of_papers(desk: Desk, papers: None) -> None:
    await arrive(desk, request((CARD, "IMG_1.png"), (PLAN, "plan.png")))
    (row,) = await desk.app.store.rows(NORD)
    it = Story(desk=desk, browser=await desk.logged_in(), reference=row.reference)
    (copy,) = await settled(it)
    page = await it.browser.get(f"/cases/{it.reference}")
    assert (copy.id[:8] in page and "7 days left" in page) or "6 days left" in page
    answer = await it.browser.client.get(f"/cases/{it.reference}/copies/{copy.id}")
    assert answer.content == CARD and answer.headers["content-type"] == "image/png"
    assert "sandbox" in answer.headers["content-security-policy"]
    await it.give("id-extend", copy=copy.id, reason="the issuer was asked")
    case = await it.give("id-copy", message=(await it.case()).inbounds[0].inbound, attachment="2")
    assert "keine Zahl" in await it.refused("id-copy", message=case.inbounds[0].inbound, attachment="x")
    other = next(each for each in await settled(it) if each.id != copy.id)
    case = await it.give("id-release", copy=other.id, reason="a floor plan")
    assert next(each for each in case.copies if each.id == other.id).released
    case = await it.give("id-verdict", copy=copy.id, match="yes", type="identity card UTO")
    mine = next(each for each in await settled(it) if each.id == copy.id)
    assert mine.verdict and mine.verdict.match == "yes"
    await it.browser.get(f"/cases/{it.reference}/copies/{copy.id}")
    assert it.browser.status == 404
    place = "mail:privacy:other-folders"
    await it.learn(
        fc.IdCopyLingers(at=desk.now, actor="service", cause="left", copy=copy.id, place=place, why="not-watched")
    )
    assert place in await it.browser.get(f"/cases/{it.reference}")
    case = await it.give("id-gone", where=f"{copy.id} {place}")
    assert not next(each for each in case.copies if each.id == copy.id).lingers


async def test_between_cases(desk: Desk) -> None:
    it = await story(desk, BOTH)
    first = it.reference
    case = await it.case()
    answer = await it.sent_form("split", claim=["c2"])
    second = answer.headers["location"].rpartition("/")[2].partition("?")[0]
    assert (second != first, [claim.right for claim in (await desk.case(second)).claims]) == (True, ["erasure"])
    assert "Einen solchen Vorgang" in await it.refused("merge", into="DSR-2026-99999-X")
    answer = await it.sent_form("merge", into=second)
    assert answer.headers["location"] == f"/cases/{second}?said=merge"
    assert "access" in [claim.right for claim in (await desk.case(second)).active]
    assert (await desk.case(first)).id == (await desk.case(second)).id, "both references stay valid"
    it.reference = second
    answer = await it.sent_form("move", organisation="sud")
    moved = answer.headers["location"].rpartition("/")[2].partition("?")[0]
    assert moved.startswith("SUD-") and {claim.received_at for claim in case.claims}


async def test_letters_on_paper_and_astray(desk: Desk) -> None:
    organisation = desk.app.organisations["nord"]
    scanned = Scanned(raw=b"%PDF-1.4 invented", received_at=desk.now, who="Jeanne Martin", rights=("access",),
                      postal=("1 rue de l'Exemple", "00000 Exempleville"))  # fmt: skip
    row = await keep_scan(desk.app.desk, organisation, scanned)
    case = await open_scan(desk.app.desk, organisation, row, scanned, actor="anna")
    it = Story(desk=desk, browser=await desk.logged_in(), reference=case.reference)
    await it.order(o.Clarify, about="Which account?")
    letter = (await it.case()).letters[-1]
    blocked = blocking(organisation.check(await it.case(), letter, desk.now))
    page = await it.browser.get(f"/cases/{it.reference}/letters/{letter.id}")
    assert all(rule in page for rule in blocked)
    seen = {"letter": letter.id, "digest": organisation.digest(letter), "version": str((await it.case()).version)}
    if blocked:
        await it.browser.post(f"/cases/{it.reference}/approve", seen)
        assert it.browser.status == 409
    aside = {"override": list(blocked), "reason": "fallback language", "decided_by": "bruno"}
    await it.browser.get(f"/cases/{it.reference}/letters/{letter.id}")
    await it.browser.client.post(f"/cases/{it.reference}/approve", data=it.token() | seen | aside, headers={
        "Origin": "http://127.0.0.1:8470", "Sec-Fetch-Site": "same-origin"})  # fmt: skip
    approved = (await it.case()).letters[-1]
    assert (approved.status, approved.decided_by) == (LetterStatus.APPROVED, "bruno")
    assert it.reference in await it.browser.get("/post")
    case = await it.give("posted", letter=letter.id, on="2026-03-02", registered="RR1")
    assert case.letters[-1].status == LetterStatus.SENT
    case = await it.give("misdirected", letter=letter.id, how="it came back opened", known="2026-03-02T09:00")
    assert case.frozen
    case = await it.give("breach", letter=letter.id, verdict="not-reported", reason="returned unread")
    assert not case.frozen


async def parties(desk: Desk) -> None:
    """A customer, a sub-processor and a recipient."""
    rows = read_rows(HEAD, [(n, row) for n, row in enumerate((ACME, DC, PAY), start=2)])
    before = await desk.app.store.register(NORD)
    register, _ = merged(before, rows)
    await desk.app.store.parties.save(NORD, register, before=before, public={}, at=desk.now, actor="anna")


async def test_other_parties(desk: Desk) -> None:
    await parties(desk)
    it = await story(desk, SHOP)
    assert "known: acme" in await it.refused("route", to="nobody")
    case = await it.give("route", to="acme", because="the shop", system="web hosting")
    assert [(hop.terms.party, hop.because) for hop in case.chain.hops] == [("acme", "the shop")]
    for letter in [each.id for each in case.letters if each.moment in ("controller-asked", "forwarded")]:
        await it.leaves(letter)
    case = await it.give("heard", hop="h1", said="acknowledged", how="phone", by="Ms Acme")
    assert case.chain.hops[0].said_by == "Ms Acme"
    assert "keine Zahl" in await it.refused("heard", hop="h1", said="done", number="many")
    asked: dict[str, str | list[str]] = {"hop": "h1", "action": ["erase"], "scope": "account jeanne", "how": "phone"}
    await it.refused("instruct", **asked)
    case = await it.give("instruct", **asked, vouched="called back on 2 March")
    (instruction,) = case.chain.instructions
    await it.refused("confirm-instruction", instruction=instruction.id, counts="1 account", vouched="call")
    await it.refused("settle-instruction", instruction=instruction.id, verdict="stands", reason="called")
    case = await it.give("pass-down", instruction=instruction.id, due="2026-03-20")
    assert case.chain.hops[-1].terms.party == "dc-one"
    await it.leaves()
    await it.give("heard", hop=case.chain.hops[-1].id, said="done", number="2", until="2026-04-01", by="noc")
    done = {"where": "web server", "number": "1", "backups_until": "2026-04-20", "exceptions": "invoices are kept"}
    case = await it.give("executed", instruction=instruction.id, **done)
    case = await it.give("report", instruction=instruction.id, evidence="log of the web server")
    assert case.letters[-1].moment == "controller-reported"
    third = await story(desk, SHOP, browser=it.browser, sender="Anne <anne@example.net>")
    await third.order(o.Answer, outcome=Outcome.GRANTED, detail="Erased.")
    await third.leaves()
    case = await third.give("tell-recipients", to="pay", who="customer 4711", what="account erased")
    assert case.chain.hops[-1].terms.party == "pay"
    other = await story(desk, SHOP, browser=it.browser, sender="Paul <paul@example.net>")
    assert (await other.give("ask-customer")).letters[-1].moment != "acknowledged"
    case = await other.give("route", to="acme")
    for letter in [each.id for each in case.letters if each.moment in ("controller-asked", "forwarded")]:
        await other.leaves(letter)
    await other.order(
        oc.Instruct, hop="h1", actions=("erase",), how="page", scope="account", proof="code", by="c@acme.example"
    )
    case = await other.give("confirm-instruction", instruction="i1", counts="1 account", vouched="call of 2 March")
    assert case.chain.instructions[0].counts == "1 account"
    case = await other.give("instruct", hop="h1", action=["restrict"], scope="account", vouched="called back")
    case = await other.give("settle-instruction", instruction="i2", verdict="stands", reason="the controller called")
    assert case.chain.instructions[1].state == "standing"
    assert "dissolved" in str((await other.give("give-up", hop="h1", reason="dissolved")).chain)
