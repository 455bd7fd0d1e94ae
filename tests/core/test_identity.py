"""The identity ladder: what is asked where a way is closed, what is never asked, and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsarbot.core.identity import CODE_TRIES, Contact, Ladder, Situation, ladder, standing
from dsarbot.core.identity_table import table

TODAY = date(2026, 11, 22)
KNOWN: dict[str, Any] = {"contact": "proved", "facts": 3, "account": True}


def asked(state: str = "on-file-authenticated", harm: str = "normal", channel: str = "mail", **more: Any) -> Ladder:
    return ladder(Situation(**{**KNOWN, "channel": channel, "state": state, "harm": harm, **more}))


def rungs(found: Ladder) -> list[str]:
    return [each.rung for each in found.ask]


# --- contacts on file ------------------------------------------------------------------------------------------


def contact(**change: Any) -> Contact:
    old = TODAY - timedelta(days=400)
    return Contact(**{"since": old, "seen": TODAY - timedelta(days=1), "by_person": False, **change})


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, "none"),
        (contact(), "proved"),
        (contact(seen=TODAY - timedelta(days=30)), "proved"),
        (contact(seen=TODAY - timedelta(days=31)), "proposed"),
        (contact(seen=TODAY - timedelta(days=31), by_person=True), "proved"),
        (contact(since=TODAY - timedelta(days=29)), "weak"),
        (contact(since=TODAY - timedelta(days=30)), "proved"),
        (contact(shared=True), "weak"),
        (contact(role_address=True), "weak"),
        (contact(shared=True, seen=TODAY - timedelta(days=31)), "proposed"),
    ],
)
def test_what_a_contact_proves(known: Contact | None, expected: str) -> None:
    assert standing(known, TODAY) == expected


def test_a_weak_contact_proves_nothing_alone() -> None:
    found = asked(contact="weak")
    assert rungs(found) == ["R2+R3"]
    assert "contact-weak" in found.because
    assert rungs(asked("on-file-signed", channel="post", contact="weak")) == ["R1+R3"]
    # The code beside the log-in is not alone, nor is a code beside two facts.
    assert rungs(asked("logged-in", "high", "portal", contact="weak")) == ["R1", "R2"]
    assert rungs(asked(harm="high", contact="weak")) == ["R2+R3"]


def test_an_old_import_only_proposes() -> None:
    found = asked("unknown", contact="proposed", doubt="New address.")
    assert rungs(found) == ["R3", "R6"]
    assert "contact-old" in found.because


def test_without_a_contact_no_code_is_sent_to_the_address_that_asks() -> None:
    found = asked("unknown", contact="none")
    assert rungs(found) == ["R3"]
    assert "given-contact" in asked().never


# --- papers need a recorded doubt ------------------------------------------------------------------------------


def test_a_copy_is_asked_for_only_with_a_recorded_doubt() -> None:
    found = asked("new-address", "high", "post", doubt="  ")
    assert (found.ask, found.enough, found.pause) == ((), False, False)
    assert "record-doubt" in found.because
    assert "copy" in found.never
    with_doubt = asked("new-address", "high", "post", doubt="The signature differs.")
    assert rungs(with_doubt) == ["R6"]
    assert with_doubt.pause and "copy" not in with_doubt.never


def test_a_copy_shows_only_what_settles_the_doubt() -> None:
    copy = asked("new-address", "high", "post", doubt="Two people of that name.").ask[0]
    assert copy.visible == ("name", "validity", "issuer")
    assert copy.masked == ("photo", "number", "machine-readable-zone", "address", "birth-date", "signature")
    doubt = frozenset({"birth-date"})
    copy = asked("new-address", "high", "post", doubt="Two people of that name.", doubt_about=doubt).ask[0]
    assert copy.visible == ("name", "validity", "issuer", "birth-date")
    assert copy.masked == ("photo", "number", "machine-readable-zone", "address", "signature")
    assert asked().ask[0].visible == asked().ask[0].masked == ()


@pytest.mark.parametrize(("portal", "door"), [(True, "portal"), (False, "post")])
def test_a_copy_comes_by_the_portal_or_by_post(portal: bool, door: str) -> None:
    found = asked("unlinked", "high", "discord", account=False, doubt="Unknown user.", portal=portal)
    assert [(each.rung, each.through) for each in found.ask] == [("R6", door)]
    assert "paper-by-discord" in found.never


def test_an_account_is_linked_in_the_portal() -> None:
    assert rungs(asked("linked", channel="discord")) == ["R4"]
    found = asked("linked", channel="discord", portal=False, doubt="Unknown user.")
    assert [(each.rung, each.through) for each in found.ask] == [("R5", "post"), ("R6", "post")]


def test_when_no_way_of_the_table_is_open_a_paper_is_shown_before_it_is_copied() -> None:
    found = asked(harm="high", facts=1, doubt="Reply-to differs.")
    assert rungs(found) == ["R5", "R6"]
    assert "record-doubt" in asked(harm="high", facts=1).because


def test_namesakes_are_not_told_apart_by_a_paper() -> None:
    found = asked(record="several", contact="none", doubt="Two people of that name.")
    assert found.ask == () and {"namesake", "exhausted"} <= set(found.because)


def test_a_demand_of_the_policy_asks_nothing_more_and_pauses_nothing() -> None:
    plain, demanded = asked(), asked(demanded=True)
    assert (demanded.ask, demanded.pause) == (plain.ask, False)
    assert demanded.because == (*plain.because, "policy-demand")
    assert "no-pause" in plain.because
    assert asked(demanded=True, doubt="Reply-to differs.").pause


def test_parental_authority_is_asked_for_only_on_doubt() -> None:
    assert asked(role="parent").enough
    assert asked(role="parent", doubt="Another surname.").ask[0].proofs == ("parental-authority",)


def test_a_french_lawyer_is_presumed_to_act() -> None:
    assert asked(role="lawyer", jurisdiction="FR-AM").enough
    assert asked(role="lawyer", jurisdiction="LU").ask[0].proofs == ("mandate",)
    assert "agents-portal" in asked(role="lawyer").never


def test_high_harm_by_a_parent_needs_the_doubt_too() -> None:
    assert "record-doubt" in asked(role="parent", harm="high").because


# --- what was proved, and what failed --------------------------------------------------------------------------


def test_the_same_proof_is_not_asked_for_twice() -> None:
    found = asked(harm="high", proved=frozenset({"R2"}))
    assert rungs(found) == ["R3"]
    done = asked(harm="high", proved=frozenset({"R2", "R3"}))
    assert (done.ask, done.enough, done.because) == ((), True, ("proved",))
    assert asked(role="agent", papers=frozenset({"mandate"})).enough


@pytest.mark.parametrize("rung", ["R5", "R6"])
def test_who_has_shown_a_paper_has_shown_enough(rung: str) -> None:
    assert asked("unknown", "high", proved=frozenset({rung})).enough


def test_a_rung_that_failed_is_not_tried_again() -> None:
    found = asked("unknown", doubt="Unknown address.", failed=frozenset({"R2"}))
    assert rungs(found) == ["R3", "R6"]
    gone = asked("unknown", doubt="Unknown address.", failed=frozenset({"R2", "R3", "R5", "R6"}))
    assert gone.ask == () and "exhausted" in gone.because
    assert "exhausted" in asked("unknown", failed=frozenset({"R2", "R3", "R5", "R6"})).because


def test_a_code_that_was_tried_too_often_is_closed() -> None:
    assert rungs(asked(code_tries=CODE_TRIES - 1)) == ["R2"]
    found = asked(code_tries=CODE_TRIES, doubt="Many wrong codes.")
    assert rungs(found) == ["R5", "R6"]
    assert "code-used-up" in found.because


# --- harm ------------------------------------------------------------------------------------------------------


def test_changing_a_contact_is_high_harm_whatever_the_right() -> None:
    found = asked(harm="low", changes_contact=True)
    assert (found.harm, rungs(found)) == ("high", ["R2+R3"])
    assert found.because[0] == "contact-change"


@pytest.mark.parametrize(
    ("state", "channel", "only"),
    [("unknown", "mail", "writing-address"), ("unlinked", "discord", "discord-user"), ("new-address", "post", "")],
)
def test_low_harm_asks_nothing(state: str, channel: str, only: str) -> None:
    found = asked(state, "low", channel, contact="none", facts=0, account=False)
    assert (found.enough, found.because) == (True, ("nothing-to-ask",))
    cell = next(case for case in table().cases if case.key == found.case).cells["low"]
    assert cell[0].only == only


def test_a_record_weighs_only_where_a_mix_up_harms() -> None:
    assert asked(harm="low", record="several").case == "mail-authenticated"
    assert asked(record="several").case == "namesake"


def test_nobody_writes_in_a_state_that_the_channel_has_not() -> None:
    with pytest.raises(ValueError, match="by post in the state linked"):
        asked("linked", channel="post")


# --- whatever the situation ------------------------------------------------------------------------------------

CHANNELS = [(case.channel, case.state) for case in table().cases if case.channel]
SITUATIONS = st.builds(
    lambda where, **more: Situation(channel=where[0], state=where[1], **more),
    st.sampled_from(CHANNELS),
    harm=st.sampled_from(["low", "normal", "high"]),
    role=st.sampled_from(["person", "employee", "staff", "agent", "lawyer", "parent", "heir"]),
    record=st.sampled_from(["one", "several", "former", "identifier"]),
    jurisdiction=st.sampled_from(["", "FR", "FR-AM", "LU", "DE-BY"]),
    contact=st.sampled_from(["none", "proposed", "weak", "proved"]),
    facts=st.integers(0, 3),
    account=st.booleans(),
    doubt=st.sampled_from(["", "Reply-to differs."]),
    doubt_about=st.frozensets(st.sampled_from(["birth-date", "signature"])),
    changes_contact=st.booleans(),
    proved=st.frozensets(st.sampled_from(["R1", "R2", "R3", "R4", "R5", "R6"]), max_size=2),
    failed=st.frozensets(st.sampled_from(["R2", "R3", "R4", "R5", "R6"])),
    code_tries=st.integers(0, 6),
    demanded=st.booleans(),
    portal=st.booleans(),
)


@given(SITUATIONS)
def test_what_holds_in_every_situation(now: Situation) -> None:
    found = ladder(now)
    every = {rung for each in found.ask for rung in each.rungs}
    assert every <= {"R1", "R2", "R3", "R4", "R5", "R6"}
    assert not every & (now.proved | now.failed - {"R1"})
    assert now.doubt or not every & {"R5", "R6"}
    assert "R2" not in every or (now.contact in ("weak", "proved") and now.code_tries < CODE_TRIES)
    assert "R3" not in every or now.facts >= 2
    assert {"unredacted-copy", "machine-readable-zone"} <= set(found.never)
    assert {*found.because, *found.never} <= set(table().say)
    assert found.because
    assert found.pause is bool(found.ask and now.doubt)
    assert not (found.enough and found.ask)
    for each in found.ask:
        assert ("R6" in each.rungs) is bool(each.masked)
        assert "R6" not in each.rungs or each.through in ("portal", "post")
    plain = ladder(Situation(**{**{name: getattr(now, name) for name in now.__slots__}, "demanded": False}))
    assert (plain.ask, plain.pause, plain.enough) == (found.ask, found.pause, found.enough)
