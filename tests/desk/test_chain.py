"""The chain at the desk: mails of parties, alarms about hops, letters to parties, the picture and the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from dsarbot.core import orders_chain as oc
from dsarbot.core.case import Letter, Moment, Purpose
from dsarbot.core.dates import LANGUAGES
from dsarbot.core.facts import LetterSent
from dsarbot.core.letter import Section
from dsarbot.core.routing import below_us
from dsarbot.desk.alarms_chain import of_chain
from dsarbot.desk.chain_letters import code_to, hop_of, party_of, thread_of
from dsarbot.desk.chain_picture import drawn, picture, svg
from dsarbot.desk.chain_report import Evidence, as_json, as_letter
from dsarbot.desk.digest_words import words
from tests.core.builders import asked_for
from tests.core.chain_story import REGISTER, ChainStory, terms

SITE = "https://desk.example.org"
ERASE = {"actions": ("erase",), "scope": "mailbox", "how": "command", "vouched": "called"}


def told(*keys: str) -> ChainStory:
    story = ChainStory(asked_for("erasure"))
    story.told(*keys)
    return story


def alarms(story: ChainStory) -> list[str]:
    return [each.kind for each in of_chain(story.now)]


# --- alarms ----------------------------------------------------------------------------------------------------


def test_what_is_not_passed_on_in_time_is_heard_of_and_the_deputy_hears_when_it_is_late() -> None:
    story = ChainStory(asked_for("erasure"))
    story.route("beta")
    assert alarms(story) == []
    story.wait(1)
    (late,) = of_chain(story.now)
    assert (late.kind, late.urgent, late.level) == ("hop-late", True, 1)
    story.leave()
    assert alarms(story) == []


def test_a_letter_that_came_back_silence_and_instructions_that_contradict() -> None:
    story = told("acme")
    story.wait(24)
    assert alarms(story) == ["hop-silent"]
    story.act(oc.Instruct, hop="h1", **ERASE)
    story.act(oc.Instruct, hop="h1", **{**ERASE, "actions": ("restrict",)})
    assert alarms(story) == ["instruction-stopped", "instruction-stopped"]
    bounced = told("acme")
    bounced.bounce(bounced.hop().letter)
    assert alarms(bounced) == ["hop-bounced"]
    assert list(of_chain(replace(bounced.now, merged_into="case2"))) == []


def test_a_late_sub_processor_climbs_to_the_deputy() -> None:
    story = told("acme")
    story.act(oc.Instruct, hop="h1", **ERASE)
    story.act(oc.PassDown, instruction="i1", to=below_us(REGISTER, ["dc-one"]), due=story.clock.date() + timedelta(2))
    story.leave()
    story.wait(5)
    assert alarms(story) == ["hop-overdue"]
    story.act(oc.Hear, hop="h2", said="acknowledged", how="mail")
    assert alarms(story) == ["hop-overdue"]


# --- letters ---------------------------------------------------------------------------------------------------


def test_a_letter_knows_its_party_from_the_case_alone() -> None:
    story = told("acme")
    place = story.rules.jurisdiction
    asked = party_of(story.now, Moment.CONTROLLER_ASKED, Purpose(hop="h1"), place, SITE)
    assert asked
    assert (asked.name, asked.address, asked.notice) == ("Acme SARL", "dpo@acme.example", "neutral")
    assert asked.link.startswith(f"{SITE}/o/nordlicht/a/")
    person = party_of(story.now, Moment.FORWARDED, Purpose(hop="h1"), place, SITE)
    assert person and (person.name, person.contact, person.link) == ("", (), "")
    assert party_of(story.now, Moment.FORWARDED, Purpose(party="nobody"), place, SITE) is None
    assert party_of(story.now, Moment.FORWARDED, Purpose(), place, SITE) is None
    assert hop_of(story.now, Purpose(party="acme")) == story.hop()


def test_only_where_the_contract_allows_the_party_is_named() -> None:
    story = told("beta")
    found = party_of(story.now, Moment.FORWARDED, Purpose(hop="h1"), story.rules.jurisdiction, "")
    assert found and (found.name, found.notice) == ("Beta GmbH", "full")
    story = told("delta")
    found = party_of(story.now, Moment.FORWARDED, Purpose(hop="h1"), story.rules.jurisdiction, "")
    assert found and found.notice == "none"


def test_a_reminder_counts_those_that_left() -> None:
    story = told("beta")
    story.wait(4)
    story.leave()
    found = party_of(story.now, Moment.CONTROLLER_REMINDED, Purpose(hop="h1"), story.rules.jurisdiction, SITE)
    assert found and found.reminder == 2


def test_where_the_code_of_a_page_goes() -> None:
    hop = told("acme").hop()
    assert code_to(hop) == "chef@acme.example"
    assert code_to(replace(hop, terms=replace(hop.terms, address="Rue 1\nParis"))) == ""
    assert code_to(replace(hop, terms=replace(hop.terms, instructs=("dpo@acme.example",)))) == ""
    assert code_to(replace(hop, direction="down", terms=terms("acme"))) == "dpo@acme.example"


def test_letters_go_on_from_the_mails_of_those_whom_they_are_for() -> None:
    story = told("acme")
    story.act(
        oc.Write, hop="h1", inbound="m9", received_at=story.clock, address="chef@acme.example",
        standing="authenticated", message_id="<theirs@acme.example>", actor="service",
    )  # fmt: skip
    forwarded, asked = story.now.letters[-1], next(x for x in story.now.letters if x.purpose.hop)
    assert thread_of(story.now, forwarded) == ["<m1@example.org>"]
    assert thread_of(story.now, asked) == ["<theirs@acme.example>"]
    assert thread_of(story.now, Letter(
        id="l9", moment=Moment.DESK_TOLD, claims=(), language="en", medium="mail", recipient="x", subject="x",
        sections=(Section(key="x", text="x"),), purpose=Purpose(),
    )) == []  # fmt: skip


# --- picture and report ----------------------------------------------------------------------------------------


def whole() -> ChainStory:
    """Something of everything."""
    story = ChainStory(asked_for("erasure"))
    story.told("gamma", "acme")
    story.act(oc.Hear, hop="h1", said="passed-on", how="mail", by="ops@resell.example", detail="tomorrow")
    story.writes("h3", "not-named", "assistant@acme.example")
    story.act(oc.Instruct, hop="h3", **ERASE, until=story.clock.date() + timedelta(20), by="the director")
    story.act(oc.PassDown, instruction="i1", to=below_us(REGISTER, ["dc-one"]), due=story.clock.date() + timedelta(9))
    story.leave()
    story.act(oc.Execute, instruction="i1", where="mail server", number=8, exceptions="invoices",
              backups_until=story.clock.date() + timedelta(30))  # fmt: skip
    return story


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chain_is_drawn_with_every_party_and_no_foreign_markup(language: str) -> None:
    story = whole()
    assert picture(ChainStory(asked_for("access")).now, "en", "Europe/Paris") is None
    found = picture(story.now, language, "Europe/Paris", us="Nord <b>")  # type: ignore[arg-type]
    assert found
    assert [box.title for box in found.boxes][1:] == ["Nord <b>", "Resell SA", "Gamma AG", "Acme SARL", "DC One"]
    root = ElementTree.fromstring(svg(found))
    assert "Nord <b>" in [each.text for each in root.iter() if each.tag.endswith("text")]
    places = [(box.x, box.y) for box in found.boxes]
    assert len(set(places)) == len(places)
    lines = drawn(story.now, language, "Europe/Paris")  # type: ignore[arg-type]
    assert lines[1].startswith("   └▶ h2 Gamma AG")
    assert lines[3].startswith("▽ h4 DC One")
    assert lines[-1].startswith("i1 ")


def evidence(story: ChainStory) -> Evidence:
    sent = tuple(each for each in story.facts if isinstance(each, LetterSent))
    return Evidence(facts=sent, hashes={"i1": "ab" * 32}, answers={"l1": "250 ok"}, rights=("erasure",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_holds_what_a_controller_puts_into_its_file(language: str) -> None:
    story = whole()
    found = as_json(story.now, evidence(story))
    assert found["messages"][0]["sha256"] == "ab" * 32
    assert [each["party"] for each in found["hops"]] == ["resell", "gamma", "acme", "dc-one"]
    assert "words" not in found["hops"][0]
    assert {each["moment"] for each in found["letters"]} == {"controller-asked", "forwarded", "processor-instructed"}
    letter = as_letter(story.now, evidence(story), language, story.clock)  # type: ignore[arg-type]
    text = "\n".join(each.text for each in letter.sections)
    for said in ("ab" * 32, "Resell SA", "assistant@acme.example", "called", "mail server", "invoices", "the director"):
        assert said in text, said
    assert [each.key for each in letter.sections] == [
        "request", "hops", "mails", "letters", "instructions", "executed", "note",
    ]  # fmt: skip


def test_a_report_of_little_says_little() -> None:
    story = ChainStory(asked_for("erasure"))
    story.route("acme")
    letter = as_letter(story.now, Evidence(facts=(), hashes={}, answers={}), "en", story.clock)
    assert [each.key for each in letter.sections] == ["request", "hops", "note"]


def test_the_words_of_the_chain_are_the_same_set_in_every_language() -> None:
    english = words("en", "chain").texts
    for language in LANGUAGES:
        assert words(language, "chain").texts.keys() == english.keys()
