"""security 1: the running service, real servers and every library at DEBUG say nothing personal."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.world import ACCESS
from tests.journeys.installation import Installation
from tests.security.markers import Markers, traces, traces_in_files
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix


@pytest.fixture
def talkative(
    tmp_path: Path, dovecot: Dovecot, postfix: Postfix, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An installation whose service says all it can."""
    monkeypatch.setenv("DSARBOT_SERVICE__LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    made = Installation(tmp_path, "sqlite:///dsarbot.sqlite", dovecot, postfix, user=getpass.getuser())
    yield made
    made.end()


def test_the_service_says_nothing_personal_at_its_most_talkative(talkative: Installation, tmp_path: Path) -> None:
    markers = Markers()
    talkative.person = f"{markers.plain('address')}@example.net"
    talkative.dovecot.create_user(talkative.person)
    name = f"{markers.plain('name')} {markers.accented('surname')}"
    talkative.start()
    for number in range(2):
        talkative.write(
            f"{ACCESS}\n{markers.accented(f'text {number}')}",
            subject=f"{markers.plain(f'subject {number}')} {markers.accented(f'subject, not ASCII {number}')}",
            sender=f"{name} <{talkative.person}>",
            X_Tracking=markers.plain(f"header {number}"),
        )
        _acknowledged(talkative, number + 1)
    # One to an address that does not exist: the refusal of the server names it.
    nobody = f"{markers.plain('nobody')}@example.net"
    talkative.write(ACCESS, sender=nobody)
    talkative.wait(lambda: len(talkative.mails(talkative.privacy, "Archive")) >= 3, "third mail kept")
    talkative.wait(lambda: len(talkative.cases()) == 3, "three cases")
    listed = talkative.command("cases", "list")
    assert talkative.stop() == 0

    said = "\n".join(talkative.lines)
    assert '"handed_over"' in said
    assert traces(said.encode()) == []
    assert traces(listed.encode()) == []
    assert traces_in_files([tmp_path]) == []


def _acknowledged(installation: Installation, count: int) -> None:
    installation.wait(lambda: len(installation.mails(installation.person)) >= count, "acknowledgement", seconds=60)
