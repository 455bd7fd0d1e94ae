"""The table of the identity ladder: every cell, written down a second time, and what it may never hold."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from dsarbot.core.dates import LANGUAGES
from dsarbot.core.identity import Situation, ladder
from dsarbot.core.identity_table import Harm, Rung, read, table

#: What is on file, and a doubt, so that every way of a cell can be gone.
OPEN: dict[str, Any] = {"contact": "proved", "facts": 2, "account": True, "doubt": "The signature differs."}
PORTAL = {"channel": "portal", "state": "logged-in"}
MAIL = {"channel": "mail", "state": "on-file-authenticated"}
DOUBTFUL = {"channel": "mail", "state": "on-file-doubtful"}
UNKNOWN = {"channel": "mail", "state": "unknown"}
LINKED = {"channel": "discord", "state": "linked"}
UNLINKED = {"channel": "discord", "state": "unlinked"}
POST = {"channel": "post", "state": "on-file-signed"}
NEW = {"channel": "post", "state": "new-address"}
FR = {"jurisdiction": "FR"}
LU = {"jurisdiction": "LU"}

#: (case, who and how, low, normal, high). A cell lists what is asked: ways parted by |, each "rungs proofs @by".
CELLS: list[tuple[str, dict[str, str], str, str, str]] = [
    ("portal", PORTAL, "", "", "R1 @fresh-login | R2"),
    ("mail-authenticated", MAIL, "", "R2", "R2+R3"),
    ("mail-doubtful", DOUBTFUL, "", "R2 @address-on-file", "R2+R3 @address-on-file | R6"),
    ("mail-unknown", UNKNOWN, "", "R2 @address-on-file | R3 | R6", "R3+R6"),
    ("discord-linked", LINKED, "", "R4", "R4+R2"),
    ("discord-unlinked", UNLINKED, "", "R4", "R4+R2 | R6"),
    ("post-on-file", POST, "", "R1 @letter-to-file", "R2 | R1 @recorded-letter"),
    ("post-new", NEW, "", "R2 | R3 | R1 @recorded-letter", "R6"),
    ("customers-employee", {**MAIL, "role": "employee"}, "customer", "customer", "customer"),
    ("own-staff", {**MAIL, "role": "staff"}, "", "personnel-office", "personnel-office"),
    ("agent", {**MAIL, "role": "agent"}, "", "mandate", "mandate call-back"),
    ("lawyer", {**MAIL, **LU, "role": "lawyer"}, "", "mandate", "mandate call-back"),
    ("lawyer-fr", {**MAIL, **FR, "role": "lawyer"}, "", "mandate", "call-back mandate"),
    ("parent", {**MAIL, "role": "parent"}, "", "parental-authority", "R5 parental-authority"),
    ("heir-fr", {**MAIL, **FR, "role": "heir"}, "", "heirship", "heirship notary"),
    ("heir", {**MAIL, **LU, "role": "heir"}, "officer", "officer", "officer notary"),
    ("namesake", {**MAIL, "record": "several"}, "", "R2+R3 @address-on-file", "R2+R3 @address-on-file"),
    ("former-customer", {**MAIL, "record": "former"}, "", "R3 @recorded-letter", "R3 @recorded-letter"),
    ("identifier-only", {**MAIL, "record": "identifier"}, "", "", ""),
]


def shown(situation: dict[str, Any], harm: str) -> str:
    found = ladder(Situation(**{**OPEN, **situation, "harm": harm}))
    ways = [" ".join(filter(None, [a.rung, *a.proofs, f"@{a.by}" if a.by else ""])) for a in found.ask]
    return " ".join(filter(None, [found.refer, " | ".join(ways)]))


@pytest.mark.parametrize(("key", "situation", "low", "normal", "high"), CELLS, ids=[row[0] for row in CELLS])
def test_every_cell_of_the_table(key: str, situation: dict[str, Any], low: str, normal: str, high: str) -> None:
    assert (shown(situation, "low"), shown(situation, "normal"), shown(situation, "high")) == (low, normal, high)
    assert ladder(Situation(**{**OPEN, **situation, "harm": "high"})).case == key


def test_every_row_of_the_file_is_tested() -> None:
    assert sorted(case.key for case in table().cases) == sorted(row[0] for row in CELLS)


DOUBTS = {
    "no": {"portal", "mail-authenticated", "discord-linked", "identifier-only"},
    "low": {"post-on-file"},
    "yes": {"mail-doubtful", "mail-unknown", "discord-unlinked", "post-new", "namesake", "former-customer"},
    "role": {"customers-employee", "own-staff"},
    "mandate": {"agent", "lawyer", "lawyer-fr"},
    "link": {"parent"},
    "death": {"heir", "heir-fr"},
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_what_a_way_of_writing_raises_by_itself(doubt: str) -> None:
    found = (ladder(Situation(**{**OPEN, **situation, "harm": "high"})) for _, situation, *_ in CELLS)
    assert {each.case for each in found if each.doubt == doubt} == DOUBTS[doubt]


def test_where_nothing_is_asked_that_is_enough_or_somebody_else_decides() -> None:
    for key, situation, *cells in CELLS:
        for harm, cell in zip(get_args(Harm), cells, strict=True):
            found = ladder(Situation(**{**OPEN, **situation, "harm": harm}))
            assert found.enough is (cell == ""), key
            assert bool(found.refer) is (cell.split(" ")[0] in ("customer", "officer")), key


def test_the_ladder_ends_with_a_masked_copy() -> None:
    assert get_args(Rung) == ("R0", "R1", "R2", "R3", "R4", "R5", "R6")
    used = {rung for case in table().cases for cell in case.cells.values() for way in cell for rung in way.rungs}
    assert used == set(get_args(Rung))


@pytest.mark.parametrize("rung", ["R7", "r6", "R", ""])
def test_no_table_can_ask_for_an_unmasked_copy(rung: str) -> None:
    text = f'[[case]]\nkey = "x"\ndoubt = "no"\nlow = [{{ rungs = ["R0", "{rung}"] }}]\n[copy]\n[say]\n'
    with pytest.raises(ValueError, match="ends with R6"):
        read(text)


def test_every_sentence_stands_in_every_language_with_its_rule() -> None:
    for code, said in table().say.items():
        assert said.rule, code
        assert set(said.texts) == set(LANGUAGES)
        assert all(text.endswith(".") for text in said.texts.values()), code


def test_a_copy_never_shows_what_is_hidden() -> None:
    copy = table().copy
    assert set(copy.masked) == {"photo", "number", "machine-readable-zone", "address"}
    assert not set(copy.masked) & {*copy.visible, *copy.on_doubt}
