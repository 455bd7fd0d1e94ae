"""What the message, the case and the directory say, put together: how it came, whom it could mean, what is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dsarbot.core.case import Case, Letter, Moment, Person, Purpose
from dsarbot.core.codes import BLANK, token, tokens_in
from dsarbot.core.directory import Entry, Value
from dsarbot.core.letter import Section
from dsarbot.core.measures import Representative
from dsarbot.core.proofs import HarmSeen, IdentityRules, Means, OnFile, Proof, Proofs
from dsarbot.desk.identity import Asking, Hint, Wrote, asking
from dsarbot.desk.identity_codes import read_first, with_token
from dsarbot.reading.authentication import Authentication
from tests.core.builders import Story, asked_for, rules
from tests.desk.world import World

TODAY = date(2026, 3, 2)
LONG = TODAY - timedelta(days=400)
ADDRESS = "jeanne@example.org"
UNKNOWN = Wrote(address="x@example.net")
PASSED = Authentication(dmarc="pass", aligned=True, trusted=True)


def entry(**values: str) -> Entry:
    pairs = {"name": "Jeanne Martin", "mail": ADDRESS, "customer-number": "K-1", "birth-date": "1980-05-17"} | {
        kind.replace("_", "-"): text for kind, text in values.items()
    }
    held = tuple(Value(kind=k, text=t, source="crm", since=LONG, seen=TODAY) for k, t in pairs.items())
    return Entry(id="p1", values=held)


def case(*rights: str, **more: Any) -> Case:
    return replace(Story(*(asked_for(each) for each in rights or ("access",))).now, **more)


def ask(of: Case, *found: Entry, wrote: Wrote | None = None, hint: Hint | None = None, **identity: Any) -> Asking:
    made = replace(rules(), identity=IdentityRules(**identity))
    return asking(
        of, made, wrote=wrote or Wrote(address=ADDRESS, authentication=PASSED), found=found,
        shared={each.id: frozenset() for each in found}, today=TODAY, hint=hint or Hint(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrote", "state"),
    [
        (Wrote(address=ADDRESS, authentication=PASSED), "on-file-authenticated"),
        (Wrote(address=ADDRESS.upper(), authentication=PASSED), "on-file-authenticated"),
        (Wrote(address=ADDRESS), "on-file-doubtful"),
        (Wrote(address=ADDRESS, authentication=replace(PASSED, trusted=False)), "on-file-doubtful"),
        (Wrote(address=ADDRESS, authentication=replace(PASSED, dmarc="fail")), "on-file-doubtful"),
        (Wrote(address=ADDRESS, authentication=PASSED, reply_to="x@example.net"), "on-file-doubtful"),
        (Wrote(address=ADDRESS, authentication=PASSED, reply_to="Jeanne@example.org"), "on-file-authenticated"),
        (Wrote(address="x@example.net", authentication=PASSED), "unknown"),
        (Wrote(), "unknown"),
    ],
)
def test_how_a_mail_came(wrote: Wrote, state: str) -> None:
    assert (ask(case(), entry(), wrote=wrote).channel, ask(case(), entry(), wrote=wrote).state) == ("mail", state)


@pytest.mark.parametrize(
    ("channel", "wrote", "found"),
    [
        ("post", Wrote(postal=("2, rue de l'Exemple", "00000 Ville")), ("post", "on-file-signed")),
        ("post", Wrote(postal=("9, rue Neuve",)), ("post", "new-address")),
        ("discord", Wrote(discord="1" * 18), ("discord", "linked")),
        ("discord", Wrote(discord="2" * 18), ("discord", "unlinked")),
        ("discord", Wrote(), ("discord", "unlinked")),
        ("portal", Wrote(), ("mail", "unknown")),
        ("phone", Wrote(), ("mail", "unknown")),
    ],
)
def test_how_other_channels_came(channel: str, wrote: Wrote, found: tuple[str, str]) -> None:
    known = entry(postal="2 rue de l'Exemple 00000 Ville", discord="1" * 18)
    now = ask(case(channel=channel), known, wrote=wrote)
    assert (now.channel, now.state) == found


@pytest.mark.parametrize("means", ["login", "account"])
def test_whoever_was_logged_in_has_shown_it_and_no_form_says_so_by_itself(means: Means) -> None:
    proved = Proofs(shown=(Proof(rung="R1", means=means, at=datetime(2026, 3, 2, tzinfo=UTC), by="service"),))
    now = ask(replace(case(channel="portal"), proofs=proved), entry())
    assert (now.channel, now.state) == ("portal", "logged-in")


def test_the_worst_harm_of_what_the_way_of_writing_does_not_prove_decides() -> None:
    both = case("access", "rectification")
    now = ask(both, entry())
    assert (now.free, now.situation.harm, now.proposal) == (("c2",), "normal", "R2")
    seen = replace(both, proofs=Proofs(harms=(HarmSeen(claim="c1", harm="low", reason="an empty account"),)))
    assert ask(seen, entry()).ladder.enough
    worse = replace(both, proofs=Proofs(harms=(HarmSeen(claim="c2", harm="high", reason="bank details"),)))
    assert ask(worse, entry()).proposal == "R2+R3"


def test_what_a_person_has_seen_counts_before_an_import() -> None:
    stated = OnFile(kind="mail", value="paper@example.org", system="file", seen=TODAY, since=LONG)
    old = Entry(id="p1", values=(Value(kind="mail", text=ADDRESS, source="crm", since=LONG, seen=LONG),))
    now = ask(case(proofs=Proofs(on_file=(stated,))), old)
    assert now.contact is not None
    assert (now.contact.address, now.contact.by_person, now.contact.standing) == ("paper@example.org", True, "proved")
    assert "paper@example.org" not in repr(now.contact)


@pytest.mark.parametrize("address", ["info@example.org", "office@example.org"])
def test_a_role_address_that_a_person_states_proves_nothing_alone(address: str) -> None:
    stated = OnFile(kind="mail", value=address, system="file", seen=TODAY, since=LONG)
    now = ask(case(proofs=Proofs(on_file=(stated,))), entry(mail="none", birth_date="1980-05-17"), wrote=UNKNOWN)
    assert (now.contact and now.contact.standing, now.proposal) == ("weak", "R2+R3")


@pytest.mark.parametrize(
    ("role", "enough"), [("agent", True), ("lawyer", True), ("parent", True), ("guardian", True), ("heir", True)]
)
def test_a_mandate_on_file_is_what_a_representative_shows(role: Any, enough: bool) -> None:
    acting = Representative(role=role, person=Person(name="Cabinet", address="c@law.example"), mandate="signed")
    found = ask(case(representative=acting), entry(), hint=Hint(doubt="new-postal-address"))
    assert found.ladder.enough is enough


def test_of_several_people_only_the_one_that_a_person_names_is_meant() -> None:
    other = replace(entry(), id="p2")
    assert (ask(case(), entry(), other).meant, ask(case(), entry(), other).contact) == (None, None)
    named = ask(case(), entry(), other, hint=Hint(person="p2"))
    assert named.meant == other
    assert named.situation.record == "several"


def test_a_demand_of_the_policy_changes_nothing_but_a_warning() -> None:
    plain, demanded = ask(case(), entry()), ask(case(), entry(), demanded=True)
    assert demanded.ladder.ask == plain.ladder.ask
    assert not demanded.ladder.pause
    assert set(demanded.ladder.because) - set(plain.ladder.because) == {"policy-demand"}


# --- the code in its letter ---------------------------------------------------------------------------------------


def letter(recipient: str = ADDRESS, text: str = f"Code: **{BLANK}**", **more: Any) -> Letter:
    fields: dict[str, Any] = {"moment": Moment.IDENTITY_CODE, "automatic": True} | more
    return Letter(
        id="l3", claims=("c1",), language="en", medium="mail", recipient=recipient, subject="x",
        sections=(Section(key="code", text=text),), purpose=Purpose(), **fields,
    )  # fmt: skip


def test_the_token_stands_in_the_letter_that_leaves_and_nowhere_else() -> None:
    kept = letter()
    leaves, written = with_token(kept, lambda: "00" * 16)
    assert written == token(bytes(16))
    assert tokens_in(leaves.sections[0].text) == (written,)
    assert BLANK in kept.sections[0].text
    assert with_token(letter(text="No code here."), lambda: "") == (letter(text="No code here."), "")


@pytest.mark.parametrize(
    ("recipient", "alone"),
    [
        (ADDRESS, True),
        ("boss@nordlicht.example", False),
        ("boss@it.nordlicht.example", False),
        ("someone@notnordlicht.example", True),
        ("contact@cnil.fr", False),
    ],
)
def test_no_letter_leaves_by_itself_to_our_own_house_or_an_authority(recipient: str, alone: bool) -> None:
    organisation = replace(World().organisations["nord"], own_domains=frozenset({"nordlicht.example"}))
    assert read_first(letter(recipient), organisation).automatic is alone
    assert read_first(letter(recipient, moment=Moment.ACKNOWLEDGED), organisation).automatic
