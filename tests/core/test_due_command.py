"""`dsarbot due`: the contract of its JSON, its text, its complaints and its speed."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from typing import Any

import pytest

from dsarbot.cli import due

KEYS = [
    "received_at",
    "jurisdiction",
    "safe_due",
    "legal_due",
    "promise_due",
    "extended_due",
    "target",
    "extension_valid",
    "paused",
    "due_before_utc",
    "steps",
    "calendar_version",
]


def call(*options: str) -> int:
    parser = argparse.ArgumentParser(prog="dsarbot")
    due.add_parser(parser.add_subparsers(required=True))
    try:
        args = parser.parse_args(["due", *options])
    except SystemExit as left:
        return int(left.code or 0)
    code: int = args.run(args)
    return code


def answer(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert call(*options, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def complaint(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert call(*options) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()[-1]


def test_json_has_exactly_the_keys_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "2026-03-05T10:00", "--jurisdiction", "FR")
    assert list(found) == KEYS
    assert found["received_at"] == "2026-03-05T10:00:00+01:00"
    assert found["safe_due"] == found["legal_due"] == found["target"] == "2026-04-07"
    assert found["due_before_utc"] == "2026-04-07T22:00:00+00:00"
    assert (found["promise_due"], found["extended_due"], found["extension_valid"]) == (None, None, None)
    assert found["paused"] is False
    assert all(list(step) == ["date", "rule", "text"] for step in found["steps"])
    assert [step["rule"] for step in found["steps"]] == ["receipt", "month", "roll-holiday", "safe", "target"]


def test_an_instant_elsewhere_is_shown_in_the_establishments_time(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "2026-05-31T20:30-04:00", "--jurisdiction", "FR")
    assert found["received_at"] == "2026-06-01T02:30:00+02:00"
    assert found["target"] == "2026-07-01"


def test_a_bare_date_is_a_day_of_the_jurisdiction(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "2026-03-02", "--jurisdiction", "UK")["received_at"] == "2026-03-02T00:00:00+00:00"


def test_an_open_question_leaves_the_legal_date_open(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "2026-01-20", "--jurisdiction", "FR", "--pause", "identity:2026-01-22..")
    assert (found["paused"], found["legal_due"], found["due_before_utc"]) == (True, None, None)
    assert found["target"] == "2026-02-20"


def test_pauses_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(
        capsys,
        *("2026-02-26", "--jurisdiction", "FR"),
        *("--pause", "identity:2026-02-27..2026-03-06", "--pause", "clarification:2026-03-04..2026-03-10"),
    )
    assert found["legal_due"] == "2026-04-07"


@pytest.mark.parametrize(
    ("more", "target"),
    [((), "2026-09-30"), (("--promise-extension", "1"), "2026-08-31"), (("--promise-extension", "0"), "2026-07-31")],
)
def test_promise_and_extension(capsys: pytest.CaptureFixture[str], more: tuple[str, ...], target: str) -> None:
    options = ("2026-07-01", "--jurisdiction", "FR", "--promise-days", "30", "--extended-on", "2026-07-20")
    found = answer(capsys, *options, *more)
    assert (found["extension_valid"], found["extended_due"]) == ("yes", "2026-10-01")
    assert found["target"] == found["promise_due"] == target


@pytest.mark.parametrize(
    ("language", "headline", "holiday"),
    [
        ("en", "ANSWER BY  Tuesday 7 April 2026", "Easter Monday"),
        ("fr", "RÉPONDRE AU PLUS TARD LE  mardi 7 avril 2026", "Lundi de Pâques"),
        ("de", "ANTWORT SPÄTESTENS AM  Dienstag, 7. April 2026", "Ostermontag"),
    ],
)
def test_text_begins_with_the_target_and_explains_it(
    capsys: pytest.CaptureFixture[str], language: str, headline: str, holiday: str
) -> None:
    assert call("2026-03-05", "--jurisdiction", "LU", "--lang", language) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1].strip().startswith(headline)
    assert holiday in " ".join(out.split())
    assert "\033" not in out
    assert all(len(line) <= 100 for line in out.splitlines())


def test_text_names_the_last_office_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("2026-03-05", "--jurisdiction", "FR", "--closed", "2026-04-07..2026-04-10") == 0
    out = capsys.readouterr().out
    assert "last office day: Friday 3 April 2026" in out
    assert "ANSWER BY  Tuesday 7 April 2026" in out


def test_text_of_an_open_question_with_an_extension(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--pause", "identity:2026-01-22..", "--extended-on", "2026-02-25")
    assert call("2026-01-20", "--jurisdiction", "LU", *options) == 0
    out = capsys.readouterr().out
    assert "A question is open" in out
    assert "extension not proven" in out


def test_a_terminal_gets_a_bold_target_unless_it_asks_for_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    call("2026-03-05", "--jurisdiction", "FR")
    assert "\033[1m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    call("2026-03-05", "--jurisdiction", "FR")
    assert "\033[1m" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "named", "remedy"),
    [
        (("2026-03-05", "--jurisdiction", "XX"), "--jurisdiction", "FR-AM, DE, DE-BW"),
        (("5/3/2026", "--jurisdiction", "FR"), "RECEIVED", "write 2026-03-05"),
        (("0026-03-05", "--jurisdiction", "FR"), "RECEIVED", "2000 to 2099"),
        (("2026-03-05", "--jurisdiction", "FR", "--promise-days", "0"), "--promise-days", "write 30"),
        (("2026-03-05", "--jurisdiction", "FR", "--promise-days", "²"), "--promise-days", "write 30"),
        (("2026-03-05", "--jurisdiction", "FR", "--promise-extension", "2"), "--promise-extension", "--promise-days N"),
        (("2026-03-05", "--jurisdiction", "FR", "--pause", "id:2026-03-06.."), "--pause", "KIND is identity or"),
        (("2026-03-05", "--jurisdiction", "FR", "--pause", "identity:2026-03-06"), "--pause", "while it is open"),
        (("2026-03-05", "--jurisdiction", "FR", "--pause", "identity:6.3.2026.."), "--pause", "write 2026-03-05"),
        (
            ("2026-03-05", "--jurisdiction", "FR", "--pause", "identity:2026-03-07..2026-03-06"),
            "--pause",
            "question comes first",
        ),
        (
            ("2026-03-05", "--jurisdiction", "FR", "--pause", "identity:2026-03-04.."),
            "--pause",
            "question was sent",
        ),
        (("2026-03-05", "--jurisdiction", "FR", "--extended-on", "2026-03-04"), "--extended-on", "notice was sent"),
        (("2026-03-05", "--jurisdiction", "FR", "--closed", "2026-03-04"), "--closed", "write 2026-12-24.."),
        (("2026-03-05",), "--jurisdiction", "required"),
    ],
)
def test_wrong_input_names_the_option_and_the_remedy(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], named: str, remedy: str
) -> None:
    line = complaint(capsys, *options)
    assert line.startswith("dsarbot due: error:")
    assert named in line
    assert remedy in line


def _seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_the_command_is_quick_and_loads_no_heavy_library() -> None:
    script = (
        "import argparse, sys; from dsarbot.cli import due; p = argparse.ArgumentParser();"
        "due.add_parser(p.add_subparsers()); light = 'holidays' not in sys.modules;"
        "a = p.parse_args(['due', '2026-03-05', '--jurisdiction', 'FR', '--json']); a.run(a);"
        "heavy = {'tortoise', 'rich', 'babel', 'pydantic', 'asyncio', 'holidays.countries'} & sys.modules.keys();"
        "print(light, sorted(heavy), file=sys.stderr)"
    )
    began = _seconds_of_children()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    took = _seconds_of_children() - began
    assert done.stderr.split("\n")[0] == "True []"
    assert json.loads(done.stdout)["target"] == "2026-04-07"
    # The budget is 0.5 s on an idle machine; processor time, and twice that, for busy ones.
    assert took < 1.0
