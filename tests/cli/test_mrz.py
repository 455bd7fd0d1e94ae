"""`dsarbot mrz` and `dsarbot identity check`: contract, exit codes, complaints, speed, and nothing in a log."""

from __future__ import annotations

import io
import json
import logging
import resource
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from dsarbot.cli import identity, mrz
from dsarbot.cli.main import main
from dsarbot.core import identity_check, names

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"
FRENCH = "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<\n8806923102858CORINNE<<<<<<<6512068F6\n"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.txt"
    path.write_text(PASSPORT)
    return path


def typed(monkeypatch: pytest.MonkeyPatch, text: str | bytes) -> None:
    raw = text if isinstance(text, bytes) else text.encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json_is_the_contract(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mrz", str(paper), "--json"]) == 0
    assert answer(capsys) == {
        "format": "TD3",
        "fields": {
            "document_code": "P",
            "issuer": "UTO",
            "number": "L898902C3",
            "surname": "ERIKSSON",
            "given_names": "ANNA MARIA",
            "nationality": "UTO",
            "birth_date": "1974-08-12",
            "sex": "F",
            "expiry_date": "2012-04-15",
        },
        "check_digits": {
            "number": True,
            "birth_date": True,
            "expiry_date": True,
            "personal_number": True,
            "composite": True,
        },
        "valid": True,
        "repairs": [],
        "problems": [],
    }


@pytest.mark.parametrize("arguments", [["mrz"], ["mrz", "-"]])
def test_standard_input_is_read(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, b"\xef\xbb\xbf" + FRENCH.encode())
    assert main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == [
        "FRA: valid",
        "  Document      ID",
        "  Issued by     FRA",
        "  Number        880692310285",
        "  Surname       BERTHIER",
        "  Given names   CORINNE",
        "  Nationality   FRA",
        "  Born          1965-12-06",
        "  Sex           F",
        "  Valid until   -",
        "  Check digits  number ok, birth_date ok, composite ok",
    ]


def test_repairs_and_problems_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, PASSPORT.replace("74081", "74O81").replace("<10", "<20").replace("<<<\n", "\n"))
    assert main(["mrz"]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "TD3: NOT VALID"
    assert "  Repaired: length of the line, line 1: 41 read, 44 meant; no check digit confirms it" in out
    assert "  Repaired: birth_date, line 2, column 16: O read, 0 meant; the check digit agrees" in out
    assert out[-1] == "  composite: the check digit does not fit"


def test_a_problem_of_the_whole_text_names_no_field(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSPORT + FRENCH)
    assert main(["mrz"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "  the text holds another valid zone"


def test_a_text_without_a_zone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, "Bonjour")
    assert main(["mrz"]) == 1
    assert capsys.readouterr().out.startswith("No machine-readable zone was found.\n")
    typed(monkeypatch, "Bonjour")
    assert main(["mrz", "--json"]) == 1
    assert answer(capsys)["format"] is None


def test_the_years_are_read_as_on_a_day(
    paper: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mrz", str(paper), "--json", "--today", "2075-01-01"]) == 0
    assert answer(capsys)["fields"]["expiry_date"] == "2112-04-15"
    with pytest.raises(SystemExit) as left:
        main(["mrz", str(paper), "--today", "1 March"])
    assert left.value.code == 2
    assert "write 2026-03-05" in capsys.readouterr().err


PICTURES = [b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"II*\0", b"RIFF....WEBP", b"\0\0\0\x18ftypheic"]


@pytest.mark.parametrize("raw", PICTURES)
@pytest.mark.parametrize(
    ("command", "remedy"), [(["mrz"], "dsarbot mrz -"), (["identity", "check"], "dsarbot identity check -")]
)
def test_a_picture_is_wrong_use_and_the_remedy_is_told(
    raw: bytes, command: list[str], remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scan"
    path.write_bytes(raw)
    assert main([*command, str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "not read yet" in said.err and said.err.strip().endswith(remedy)


def test_a_file_that_is_not_there_and_one_that_is_too_large(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mrz", str(tmp_path / "none.txt")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(["mrz", str(tmp_path)]) == 2
    large = tmp_path / "large.txt"
    large.write_bytes(b"x" * (4 * 1024 * 1024 + 1))
    assert main(["mrz", str(large)]) == 2
    assert "larger than 4 MiB" in capsys.readouterr().err


# --- identity check --------------------------------------------------------------------------------------------

AT = ["--today", "2012-01-01"]


def test_a_paper_that_agrees(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    person = ["--name", "Anna Maria Eriksson", "--birth", "1974-08-12"]
    assert main(["identity", "check", str(paper), *person, *AT]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Proposal: YES - it is this person's paper",
        "  Paper         passport UTO",
        "  Check digits  agrees: all agree",
        "  Validity      agrees: still valid",
        "  Name          agrees: the same name",
        "  Birth date    agrees: the same date",
        "Keep the verdict, not the paper: match, type of paper, who checked, when. Never its number.",
    ]


def test_a_paper_that_differs_is_explained(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "check", str(paper), "--name", "Dr. Karl van Eriksson", *AT]) == 1
    out = capsys.readouterr().out
    assert "Proposal: NO - the paper and the person differ; look, and ask before you decide" in out
    assert "no given name agrees: Karl" in out and "form of address left out: Dr" in out
    assert "only one of them has: VAN" in out


def test_the_json_of_a_check(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "check", str(paper), "--name", "Anna Eriksson", "--json"]) == 1
    found = answer(capsys)
    assert list(found) == ["doc_type", "proposal", "checks"]
    assert (found["doc_type"], found["proposal"]) == ("passport UTO", "unclear")
    assert [each["check"] for each in found["checks"]] == ["check-digits", "expiry", "name", "birth-date"]
    assert found["checks"][2] == {
        "check": "name",
        "result": "probably",
        "code": "probably",
        "why": [{"code": "fewer-given-names", "words": ["MARIA"]}],
    }
    # The verdict is kept, the number never (law 3).
    assert "L898902C3" not in json.dumps(found)


def test_a_name_in_no_alphabet_of_ours(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["identity", "check", str(paper), "--name", " . ", *AT]) == 1
    assert "cannot be compared" in capsys.readouterr().out


def test_everything_that_a_check_can_say_has_words() -> None:
    assert set(identity._WHY) == set(get_args(names.Code))
    assert {name for name, _ in identity._SAID} == set(get_args(identity_check.Name)) == set(identity._LABELS)


# --- both ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["mrz"], ["identity", "check", "--name", "Anna Maria Eriksson"]])
def test_nothing_of_a_paper_goes_into_a_log(
    command: list[str], paper: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        main([*command, str(paper)])
    assert caplog.records == []
    assert capsys.readouterr().err == ""


def test_the_command_is_quick_and_loads_no_heavy_library(paper: Path) -> None:
    script = (
        "import argparse, sys; from dsarbot.cli import mrz; p = argparse.ArgumentParser();"
        "mrz.add_parser(p.add_subparsers()); light = 'dsarbot.core.mrz' not in sys.modules;"
        f"a = p.parse_args(['mrz', {str(paper)!r}, '--json']); a.run(a);"
        "heavy = {'tortoise', 'rich', 'babel', 'pydantic', 'asyncio', 'holidays'} & sys.modules.keys();"
        "print(light, sorted(heavy), file=sys.stderr)"
    )
    began = _seconds_of_children()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    took = _seconds_of_children() - began
    assert done.stderr.split("\n")[0] == "True []"
    assert json.loads(done.stdout)["valid"]
    # The budget is 0.5 s on an idle machine; processor time, and twice that, for busy ones.
    assert took < 1.0


def _seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_today_is_the_day_of_this_machine() -> None:
    assert mrz.local_day().year >= 2026
