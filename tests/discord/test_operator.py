"""What an operator sees: doctor, the log, and the list of what is kept."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from dsarbot.app import opened, utc_now
from dsarbot.cli import run as command
from dsarbot.cli.doctor_discord import discord_findings
from dsarbot.cli.main import main
from dsarbot.config import parse
from dsarbot.service.discord import Talk
from dsarbot.service.run import Service
from tests.discord.conftest import Office, config
from tests.discord.fake import Fake

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_doctor_says_what_the_bot_has_and_lacks(office: Office) -> None:
    fake = office.fake
    found = await discord_findings(office.settings, office.environ)
    assert [(each.level, each.text[:12]) for each in found] == [("ok", "logs in as b")]
    fake.room_is_private = False
    fake.flags = 1 << 14 | 1 << 12
    try:
        found = await discord_findings(office.settings, office.environ)
    finally:
        fake.room_is_private, fake.flags = True, 1 << 19
    said = {each.text: each.level for each in found}
    assert any("everybody can read it" in text and level == "fault" for text, level in said.items())
    assert any("without the message content intent" in text for text in said)
    assert any("members intent is on and not needed" in text for text in said)
    assert any("presence intent is on and not needed" in text for text in said)


async def test_doctor_names_what_is_missing_and_too_much(office: Office) -> None:
    fake = office.fake
    written = config(fake, office.anna, office.otto)
    (server,) = written["discord"]
    server |= {"staff_channel": fake.number(), "staff_role": fake.number(), "watch": [], "staff": {}}
    settings = parse(written, base=Path(office.settings.service.data_dir).parent, environ=office.environ)
    fake.bot_permissions = 1 << 3
    try:
        found = {each.text: each.level for each in await discord_findings(settings, office.environ)}
    finally:
        fake.bot_permissions = 0
    for part in ("no such channel", "no such role", "more than it needs", "not needed: no channel", "nobody is named"):
        assert any(part in text for text in found), part


async def test_doctor_and_service_say_when_the_token_is_refused_or_the_server_unknown(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    fake = office.fake
    fake.faults.append(("GET users/@me", 401, 2))
    found = await discord_findings(office.settings, office.environ)
    assert [each.text for each in found] == ["the token of the bot is refused"]
    stop = asyncio.Event()
    async with opened(office.settings, environ=office.environ, clock=utc_now) as app:
        service = asyncio.create_task(Service(app, ("discord",), talks=Talk).run(ready=lambda: None, stop=stop))
        async with asyncio.timeout(30):
            while "the token of the bot is refused" not in caplog.text:
                await fake.changed()
        stop.set()
        await service
    fake.faults.append(("GET guilds", 403, 1))
    found = await discord_findings(office.settings, office.environ)
    assert "not on this server" in found[-1].text
    found = await discord_findings(office.settings, {})
    assert found[0].level == "fault"


async def test_everything_about_a_case_is_listed(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    fake = office.fake
    user = fake.person("listed")
    async with office.running():
        said = await fake.says(user, "Please erase all my personal data under Article 17 GDPR")
        await fake.says(fake.person("else"), "not mine")
        await fake.posted(fake.general, "Ask in private")
        async with asyncio.timeout(30):
            while not (found := [each for each in await office.cases() if each.person.name == "listed"]):
                await fake.changed()
        await fake.posted(fake.room, found[0].reference)
    file = _file(office)
    args = ["--config", str(file), "discord", "messages", found[0].reference, "--from-discord"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", {**os.environ, **office.environ})
        patch.setattr("dsarbot.cli.common.pwd.getpwuid", lambda _: SimpleNamespace(pw_name="anna"))
        assert await asyncio.to_thread(main, [*args, "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert await asyncio.to_thread(main, args[:-1]) == 0
        assert "Posted by the bot" in capsys.readouterr().out
    assert [each["message"] for each in listed["asked"]] == [str(said.id)]
    assert {each["kind"] for each in listed["posted"]} == {"hint", "alarm", "card"}
    assert [each["text"] for each in listed["channels"]] == [said.content]


def _file(office: Office) -> Path:
    """The configuration as a file: values of JSON are values of TOML."""
    written = config(office.fake, office.anna, office.otto)
    lines: list[str] = []
    for name, tables in written.items():
        for table in tables if isinstance(tables, list) else [tables]:
            lines.append(f"[[{name}]]" if isinstance(tables, list) else f"[{name}]")
            nested = {key: value for key, value in table.items() if isinstance(value, dict)}
            lines += [f"{key} = {_value(key, value)}" for key, value in table.items() if key not in nested]
            for key, value in nested.items():
                lines += [f"[{name}.{key}]", *(f"{one} = {other}" for one, other in value.items())]
    path = Path(office.settings.service.data_dir).parent / "config.toml"
    path.write_text("\n".join(lines).replace('"key" = "anna"', ""), encoding="utf-8")
    return path


def _value(key: str, value: object) -> str:
    return str(value) if key == "summary_at" else json.dumps(value)


async def test_without_a_server_nothing_of_discord_is_loaded(tmp_path: Path) -> None:
    fake = Fake()
    written = config(fake, fake.person("anna"), fake.person("otto"))
    environ = {"KEY": "x" * 44, "TOKEN": fake.token}
    with_one = parse(written, base=tmp_path, environ=environ)
    without = parse({**written, "discord": []}, base=tmp_path, environ=environ)
    assert command._talks(without, ("discord",)) is None
    assert command._talks(with_one, ("mail",)) is None
    assert command._talks(with_one, ("discord",)) is Talk
