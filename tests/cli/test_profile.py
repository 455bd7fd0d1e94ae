"""`dsarbot profile check` as a DPO uses it: names, keys and files, three kinds of output, exit codes, doctor's line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from dsarbot.cli import profile_output
from dsarbot.cli.main import main
from dsarbot.cli.table import Screen, cells
from dsarbot.core.dates import LANGUAGES, Language
from dsarbot.policy.check import check
from dsarbot.policy.law import load_law
from dsarbot.profiles import load_profile
from dsarbot.resources import shipped
from tests.cli.init_world import made

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dsarbot.cli.init_talk.terminal", lambda: None)
    monkeypatch.setattr("dsarbot.config.DEFAULT_PATHS", (Path("config.toml"),))
    monkeypatch.delenv("DSARBOT_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def profile_check(capsys: Out, *arguments: str, config: Path | None = None) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([*(("--config", str(config)) if config else ()), "profile", "check", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_shipped_profiles_are_checked_without_a_configuration(capsys: Out) -> None:
    code, out, _ = profile_check(capsys, "j2s", "example-lu")
    head, *lines = [line.split("\t") for line in out.splitlines()]
    assert code == 1
    assert head[:3] == ["profile", "severity", "finding"]
    assert all(len(line) == len(head) for line in lines)
    assert lines[0][:4] == ["j2s", "wrong", "identity-demanded-from-everybody", "identity_demand"]
    assert {line[0] for line in lines} == {"j2s"}


def test_nothing_found_is_exit_zero(capsys: Out) -> None:
    code, out, _ = profile_check(capsys, "example-lu", "example-fr", "example-de")
    assert (code, len(out.splitlines())) == (0, 1)


def test_a_file_is_named_by_its_path(capsys: Out, tmp_path: Path) -> None:
    text = (shipped("profiles") / "example-lu.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(f"dpo_mentioned = false\n{text}", "utf-8")
    code, out, _ = profile_check(capsys, "mine.toml", "--json")
    found = json.loads(out)
    assert (code, found["findings"]) == (1, 1)
    assert found["profiles"][0]["profile"] == "mine"


def test_json_has_every_language_and_the_policys_words(capsys: Out) -> None:
    _, out, _ = profile_check(capsys, "jcs", "--json")
    (jcs,) = json.loads(out)["profiles"]
    (statute,) = (each for each in jcs["findings"] if each["slug"] == "statute-replaced/lu-2002")
    assert jcs["organisation"] == "JCS s.àr.l."
    assert statute["severity"] == "wrong"
    assert statute["verified"] == "V2"
    assert "Luxembourg Law of August 2nd, 2002" in " ".join(statute["policy"])
    assert statute["better"].keys() == set(LANGUAGES)
    assert "loi luxembourgeoise du 1er août 2018" in statute["law"]["fr"]
    assert "Gesetz vom 2. August 2002" in statute["found"]["de"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["jcs", "j2s", "luxcloud", "jsbcloud", "rcarre"])
def test_a_terminal_gets_a_page_that_fits(name: str, language: Language) -> None:
    profile = load_profile(name)
    checked = [profile_output.Checked(profile=profile, findings=check(profile, load_law()))]
    lines = list(profile_output.as_text(checked, language, Screen(width=80, terminal=True)))
    assert max(map(cells, lines)) <= 80
    text = " ".join(" ".join(lines).replace("\u00a0", " ").split())
    for finding in checked[0].findings:
        assert finding.slug in text
        for quote in finding.quotes:
            assert " ".join(quote.split()) in text


def test_the_title_counts_in_words_of_the_language() -> None:
    findings = check(load_profile("j2s"), load_law())
    assert profile_output.counted(findings, "en") == "8 findings (2 wrong, 2 missing, 4 unclear)"
    assert profile_output.counted(findings, "fr") == "8 constats (2 contraires, 2 absents, 4 à clarifier)"
    assert profile_output.counted(findings[:1], "de") == "1 Befund (1 falsch)"
    assert profile_output.counted((), "de") == "nichts gefunden"


def test_on_a_terminal_a_policy_in_order_is_named_too(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["profile", "check", "example-lu", "j2s", "--lang", "fr"]) == 1
    text = screen.getvalue().replace("\u00a0", " ")
    assert "Wolkebierg Hosting S.A. (example-lu, jeudi 1er janvier 2026) : rien à signaler" in text
    assert "✗ contraire  identity-demanded-from-everybody" in text
    assert text.count("conseil juridique") == 1
    assert "(de mémoire, non vérifié :" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name a profile (dsarbot profile check j2s)"),
        (("no-such",), "neither an organisation nor a profile no-such. A file is named by its path: ./no-such.toml."),
        (("no-such.toml",), "There is no file no-such.toml."),
    ],
)
def test_wrong_use_is_exit_two_and_says_what_to_do(capsys: Out, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = profile_check(capsys, *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_an_organisation_is_named_by_its_key_and_all_of_them_by_nothing(capsys: Out, tmp_path: Path) -> None:
    config = made(tmp_path, profile="jcs")
    for arguments in ((), ("acme",), ("jcs",)):
        code, out, _ = profile_check(capsys, *arguments, "--json", config=config)
        assert code == 1
        assert [each["profile"] for each in json.loads(out)["profiles"]] == ["jcs"]


def test_a_configuration_that_does_not_exist_is_exit_two(capsys: Out, tmp_path: Path) -> None:
    code, _, err = profile_check(capsys, "jcs", config=tmp_path / "none.toml")
    assert code == 2
    assert "there is no such configuration file" in err


def test_the_law_of_ones_own_folder_counts(capsys: Out, tmp_path: Path) -> None:
    config = made(tmp_path, profile="example-lu")
    folder = config.parent / "own"
    (folder / "law").mkdir(parents=True)
    text = (shipped("profiles") / "law" / "minima.toml").read_text("utf-8")
    (folder / "law" / "minima.toml").write_text(text.replace("months = 120", "months = 121"), "utf-8")
    config.write_text(config.read_text("utf-8").replace("[service]", '[service]\nprofiles_dir = "own"', 1), "utf-8")
    code, out, _ = profile_check(capsys, config=config)
    assert code == 1
    assert "term-below-minimum/lu-invoices" in out


def doctor(capsys: Out, config: Path) -> list[dict[str, Any]]:
    capsys.readouterr()
    main(["--config", str(config), "doctor", "--json", "--offline"])
    return list(json.loads(capsys.readouterr().out)["checks"])


def test_doctor_counts_the_findings_and_names_the_command(capsys: Out, tmp_path: Path) -> None:
    (line,) = (each for each in doctor(capsys, made(tmp_path, profile="jcs")) if each["check"] == "policy acme")
    assert line["level"] == "note"
    assert "14 findings (3 wrong, 5 missing, 6 unclear)" in line["text"]
    assert line["remedy"].endswith("dsarbot profile check acme")


def test_doctor_says_when_nothing_was_found(capsys: Out, tmp_path: Path) -> None:
    (line,) = (each for each in doctor(capsys, made(tmp_path, profile="example-lu")) if each["check"] == "policy acme")
    assert (line["level"], line["text"]) == ("ok", "compared with the law: nothing found")


def test_doctor_names_a_mistake_in_the_law_of_ones_own(capsys: Out, tmp_path: Path) -> None:
    config = made(tmp_path, profile="example-lu")
    (config.parent / "own" / "law").mkdir(parents=True)
    (config.parent / "own" / "law" / "minima.toml").write_text("months = 1\n", "utf-8")
    config.write_text(config.read_text("utf-8").replace("[service]", '[service]\nprofiles_dir = "own"', 1), "utf-8")
    (line,) = (each for each in doctor(capsys, config) if each["check"] == "policy acme")
    assert (line["level"], line["text"]) == ("fault", "law/minima.toml: months: is no option")


def test_a_page_without_findings_gives_no_advice() -> None:
    checked = [profile_output.Checked(profile=load_profile("example-de"), findings=())]
    (line,) = profile_output.as_text(checked, "de", Screen(width=80, terminal=True))
    assert line == "Beispielwolke GmbH (example-de, Donnerstag, 1. Januar 2026): nichts gefunden"


def test_a_profile_that_contradicts_itself_is_named_with_file_and_key_at_start_and_in_doctor(
    capsys: Out, tmp_path: Path
) -> None:
    config = made(tmp_path, profile="example-lu")
    folder = config.parent / "own"
    folder.mkdir()
    text = (shipped("profiles") / "example-lu.toml").read_text("utf-8")
    text = text.replace('"en", "de"]', '"en"]', 1)
    (folder / "example-lu.toml").write_text(f'binding_language = "de"\n{text}', "utf-8")
    config.write_text(config.read_text("utf-8").replace("[service]", '[service]\nprofiles_dir = "own"', 1), "utf-8")
    named = "example-lu.toml: binding_language: is not among languages"
    assert any(each["level"] == "fault" and named in each["text"] for each in doctor(capsys, config))
    capsys.readouterr()
    assert main(["--config", str(config), "run"]) == 2
    assert named in capsys.readouterr().err
