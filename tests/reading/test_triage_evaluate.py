"""`dsarbot triage --evaluate`: what the figures mean, and what a labelled file may hold."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from dsarbot.cli import triage as command
from dsarbot.cli.triage_measure import NO_REQUEST, Judged, Label, measured
from dsarbot.errors import TheirInput

LABELLED = [
    {"text": "Please delete all my personal data.", "kind": "request", "rights": ["erasure"], "language": "en"},
    {"text": "Please send me a copy of my personal data.", "kind": "request", "rights": ["access", "erasure"]},
    {"text": "Lunch on Thursday?", "subject": "Lunch", "kind": "newsletter", "rights": [], "role": None},
]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["triage", "--evaluate", *arguments])
    return int(args.run(args))


def file_of(folder: Path, *items: object) -> str:
    path = folder / "labelled.jsonl"
    path.write_text("".join(f"{json.dumps(item)}\n" for item in items), encoding="utf-8")
    return str(path)


def judged(kind: str, found: str, *, wanted: str = "", rights: str = "", certain: bool = True) -> Judged:
    label = Label(source="x", kind=kind, rights=frozenset(wanted.split()), language="fr")
    return Judged(
        label=label,
        kind=found,
        asks=found == "request",
        certain=certain,
        rights=frozenset(rights.split()),
        language="en",
        role="",
    )


def test_recognised_and_exact_are_shares_of_the_requests_and_false_alarms_of_the_others() -> None:
    found = measured(
        [
            judged("request", "request", wanted="access", rights="access"),
            judged("request", "request", wanted="access erasure", rights="access", certain=False),
            judged("request", "ordinary", wanted="erasure"),
            judged("spam", "request", rights="erasure"),
            judged("spam", "ordinary"),
        ]
    )
    assert (found.all.requests, found.all.recognised, found.all.exact) == (3, 2, 1)
    assert (found.all.others, found.all.false_alarms) == (2, 1)
    assert found.certain.recognised == 1
    access, erasure = found.rights["access"], found.rights["erasure"]
    assert (access.precision, access.recall) == (1.0, 1.0)
    assert (erasure.wanted, erasure.found, erasure.precision, erasure.recall) == (2, 1, 0.0, 0.0)
    assert found.confusion == {("request", "ordinary"): 1, ("spam", "request"): 1}
    assert found.mixed_up == {("access+erasure", "access"): 1}
    assert found.languages["fr"].recall == 0.0 and found.languages["en"].precision == 0.0
    assert found.false_alarms["spam"].false_alarms == 1


def test_a_kind_of_ones_own_is_right_when_it_is_found_ordinary() -> None:
    assert judged("newsletter", "ordinary").right
    assert not judged("newsletter", "disclosure").right
    assert judged(NO_REQUEST, "disclosure").right
    assert not judged(NO_REQUEST, "request").right
    found = measured([judged(NO_REQUEST, "disclosure"), judged(NO_REQUEST, "request")])
    assert found.confusion == {(NO_REQUEST, "request"): 1}
    assert found.kinds["disclosure"].recall == 1.0


def test_a_label_that_names_no_language_finds_none_wrong() -> None:
    mixed = Judged(
        label=Label(source="x", kind="ordinary", language="mixed"),
        kind="ordinary", asks=False, certain=True, rights=frozenset(), language="de", role="",
    )  # fmt: skip
    assert measured([mixed]).languages == {}


def test_the_table_fits_eighty_columns_and_lists_what_is_wrong_only_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_of(tmp_path, *LABELLED)
    assert run(path) == 0
    out = capsys.readouterr().out
    assert "3 texts: 2 requests, 1 others" in out
    assert "recognised as a request       2 of 2" in out
    assert "with just its rights          1 of 2" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "send me a copy" not in out
    assert run(path, "--wrong") == 0
    out = capsys.readouterr().out
    assert "wrong: 1" in out
    assert f"{path}:2: request access+erasure became" in out
    assert "send me a copy" in out and "Lunch" not in out


def test_json_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file_of(tmp_path, *LABELLED), "--json", "--wrong") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["all"] == {"requests": 2, "recognised": 2, "exact": 1, "others": 1, "false_alarms": 0}
    assert found["rights"]["access"] == {"wanted": 1, "found": 1, "precision": 1.0, "recall": 1.0}
    assert [each["wanted"]["rights"] for each in found["wrong"]] == [["access", "erasure"]]


def test_attachments_and_subjects_are_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    attached = {
        "text": "see attached", "attachment": "Please delete all my personal data.", "kind": "request",
        "rights": ["erasure"], "note": "anything",
    }  # fmt: skip
    assert run(file_of(tmp_path, attached), "--json") == 0
    assert json.loads(capsys.readouterr().out)["all"]["exact"] == 1


def test_what_is_quoted_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"text": "Thanks, all clear now.\n\n> Please delete all my personal data.", "kind": "no-request"}
    assert run(file_of(tmp_path, answer), "--json") == 0
    assert json.loads(capsys.readouterr().out)["all"]["false_alarms"] == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "no JSON"),
        ("[]", '"text" and "kind"'),
        ('{"text": "x"}', '"text" and "kind"'),
        ('{"text": "x", "kind": "request", "rights": "access"}', "list of words"),
        ('{"text": "x", "kind": "request", "language": 3}', '"language" is a text'),
    ],
)
def test_a_line_of_another_form_is_named_with_its_number(line: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text(f'\n{{"text": "x", "kind": "ordinary"}}\n{line}\n')
    with pytest.raises(TheirInput, match=says) as why:
        run(str(path))
    assert f"{path}:3" in str(why.value)


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(TheirInput, match="cannot be read"):
        run(str(tmp_path / "none"))


def test_control_characters_of_a_text_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = {"text": "please delete my \x1b[31m data", "kind": "a\x1b[31mb", "language": "\x1b]0;x"}
    run(file_of(tmp_path, item), "--wrong")
    assert "\x1b" not in capsys.readouterr().out
