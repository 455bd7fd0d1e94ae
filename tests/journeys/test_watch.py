"""Never silent: alarms of the running service, and `dsarbot watch` as a process of its own when the service cannot."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import asyncpg
import pytest

from dsarbot.config import load
from dsarbot.wiring.watch import loops
from tests.channels.scripted_smtp import ScriptedSmtp, scripted_smtp
from tests.desk.world import ACCESS
from tests.journeys.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

pytestmark = pytest.mark.any_database

WATCH = """
[watch]
recipients = ["operator@example.net"]
sender = "elsewhere"
mail_from = "watch@example.net"

[[senders]]
key = "elsewhere"
host = "127.0.0.1"
port = {port}
security = "plain"
"""


async def hours_pass(installation: Installation, *beats: str) -> None:
    """As if the last of these signs of life had been given three hours ago; each of them was given."""
    settings = load(installation.config, environ={})
    then = datetime.now(UTC) - timedelta(hours=3)
    path = settings.database.sqlite_path(settings.service.data_dir)
    if path is not None:
        with closing(sqlite3.connect(path, timeout=15)) as database:
            for beat in beats:
                assert database.execute("UPDATE beat SET at = ? WHERE what = ?", (then.isoformat(" "), beat)).rowcount
            database.commit()
        return
    connection = await asyncpg.connect(settings.database.url)
    for beat in beats:
        assert await connection.execute("UPDATE beat SET at = $1 WHERE what = $2", then, beat) != "UPDATE 0", beat
    await connection.close()


async def watch(installation: Installation, code: int) -> dict[str, Any]:
    """What a timer does: one look by a child process."""
    said = await asyncio.to_thread(installation.command, "watch", "--once", "--json", code=code)
    found: dict[str, Any] = json.loads(said)
    return found


def kinds(seen: dict[str, Any]) -> list[str]:
    return [f"{each['kind']} {each['subject']}".strip() for each in seen["troubles"]]


def texts(sink: ScriptedSmtp) -> list[str]:
    bodies = [message_from_bytes(raw, policy=policy.default).get_body(("plain",)) for raw in sink.letters]
    return [each.get_content() for each in bodies if each]


async def test_whatever_stops_somebody_outside_is_told_and_told_when_it_is_over(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    async with scripted_smtp() as sink:
        installation.config.write_text(installation.config.read_text() + WATCH.format(port=sink.port))
        await asyncio.to_thread(installation.start)
        installation.write(ACCESS)
        await asyncio.to_thread(installation.wait, lambda: installation.mails(installation.dpo), "digest")
        assert kinds(await watch(installation, 0)) == []
        assert sink.letters == []
        try:
            # The mail servers go; the service lives and can tell nobody, since its relay is gone as well.
            dovecot.stop()
            postfix.stop()
            await hours_pass(installation, "mailbox:privacy")
            assert kinds(await watch(installation, 1)) == ["mailbox privacy"]
            assert kinds(await watch(installation, 1)) == ["mailbox privacy"]
            assert len(sink.letters) == 1, "told once"

            installation.kill()
            await hours_pass(installation, "service", *loops(load(installation.config, environ={})))
            assert kinds(await watch(installation, 1)) == ["service"]
            assert len(sink.letters) == 2
        finally:
            dovecot.start()
            postfix.start()
        await asyncio.to_thread(installation.start)
        await asyncio.to_thread(
            installation.wait, lambda: '"ok": true' in _looked(installation), "every sign of life again"
        )
        first, second, *_, last = texts(sink)
        assert "Mailbox privacy" in first
        assert "It gives no sign of life." in second
        assert "The data protection service works again." in last
        assert "Martin" not in "".join(texts(sink))
        assert installation.stop() == 0


def _looked(installation: Installation) -> str:
    try:
        return installation.command("watch", "--json")
    except AssertionError:
        return ""


def test_an_overdue_case_is_told_once_also_after_a_kill_and_acknowledged_by_hand(installation: Installation) -> None:
    letter = installation.folder / "letter.txt"
    letter.write_text("Ein Brief.")
    installation.command(
        "intake", str(letter), "--channel", "post", "--organisation", "nuage", "--received", "2026-01-05"
    )
    installation.start()

    def notices() -> list[str]:
        return [each["Subject"] for each in installation.mails(installation.dpo) if "Alerte" in each["Subject"]]

    assert installation.wait(notices, "notice") == ["Alerte protection des données : 1 en retard"]
    (alarm,) = json.loads(installation.command("alarms", "--json"))
    (case,) = installation.cases()
    assert (alarm["kind"], alarm["subject"], alarm["level"]) == ("overdue", case["reference"], "deputy")

    installation.kill()
    installation.start()
    installation.write(ACCESS)
    installation.wait(lambda: installation.mails(installation.person), "acknowledgement")
    assert len(notices()) == 1
    installation.command("alarms", "ack", alarm["id"][:8])
    (alarm,) = json.loads(installation.command("alarms", "--json"))
    assert alarm["acknowledged_by"] == "dpo"
    assert installation.stop() == 0
