"""`dsarbot run`: what it refuses, how it ends, what it says when one of its loops fails."""

from __future__ import annotations

import argparse
import json
import logging
from datetime import UTC, datetime

import pytest

from dsarbot.cli.logs import JsonLines, start_logging
from dsarbot.cli.main import main
from dsarbot.cli.run import Bell, _parts, first_mistake
from dsarbot.errors import ClockJumped
from tests.cli.desk_world import World


def test_a_clock_behind_the_journal_stops_the_service_and_says_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.opened()
    monkeypatch.setattr("dsarbot.cli.run.start_logging", lambda level: None, raising=False)
    world.later(days=-3)
    monkeypatch.setattr("dsarbot.app.utc_now", lambda: world.now)
    error = world.refused("run")
    assert "The clock says 2026-02-27" in error
    assert "2026-03-02" in error
    assert "Put the clock right" in error


def test_the_parts_to_run_can_be_chosen() -> None:
    assert _parts("mail, outbox") == ("mail", "outbox")
    for wrong in ("mail,telex", "", ","):
        with pytest.raises(argparse.ArgumentTypeError, match="choose from mail, outbox, wake, digest, web"):
            _parts(wrong)


def test_the_bell_is_heard_once_somebody_listens() -> None:
    heard: list[int] = []
    bell = Bell()
    bell.ring()
    bell.heard_by(lambda: heard.append(1))
    bell.ring()
    assert heard == [1]


def test_the_mistake_is_found_however_deep_it_lies() -> None:
    mistake = ClockJumped()
    nested = ExceptionGroup("a", [ValueError("x"), ExceptionGroup("b", [mistake])])
    assert first_mistake(nested) is mistake
    assert first_mistake(ExceptionGroup("a", [ValueError("x"), ExceptionGroup("b", [KeyError("y")])])) is None


def test_a_log_line_is_a_sentence_with_a_slug_and_no_text_of_an_exception() -> None:
    try:
        raise ValueError("jeanne@example.net")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("dsarbot", logging.WARNING, "x.py", 1, "Job %s failed", ("j1",), info)
    record.action = "handed_over"
    line = json.loads(JsonLines().format(record))
    assert line["message"] == "Job j1 failed"
    assert (line["level"], line["action"], line["error"]) == ("warning", "handed_over", "ValueError")
    assert "jeanne" not in json.dumps(line)
    assert datetime.fromisoformat(line["at"]).tzinfo == UTC


def test_libraries_that_would_print_values_stay_silent_at_debug() -> None:
    before = logging.getLogger().handlers[:]
    try:
        start_logging("DEBUG")
        assert logging.getLogger().level == logging.DEBUG
        assert logging.getLogger("tortoise").level == logging.INFO
        assert logging.getLogger("imapclient").level == logging.INFO
    finally:
        logging.getLogger().handlers[:] = before
        logging.getLogger().setLevel(logging.WARNING)


def test_wrong_use_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["no-such-command"])
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
