"""Which rules these are."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsarbot.reading import edition as module


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "fr.toml").write_text("a = 1")
    (tmp_path / "triage.py").write_text("# rules")
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    return tmp_path


def edition() -> str:
    return module.edition.__wrapped__()


def test_the_same_rules_have_the_same_name_and_every_change_gives_another(installed: Path) -> None:
    first = edition()
    assert (len(first), edition()) == (12, first)
    (installed / "lexicon" / "fr.toml").write_text("a = 2")
    second = edition()
    (installed / "triage.py").write_text("# other rules")
    assert len({first, second, edition()}) == 3


def test_what_is_no_rule_changes_nothing(installed: Path) -> None:
    first = edition()
    (installed / "lexicon" / "notes.txt").write_text("x")
    (installed / "mail.py").write_text("x")
    assert edition() == first


def test_the_installed_rules_have_a_name() -> None:
    assert int(module.edition(), 16) > 0
