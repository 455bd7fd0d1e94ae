"""`dsarbot db`, `journal` and `keys`, on a real database, without the configuration around them."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest

from dsarbot.cli import db, journal, keys
from dsarbot.errors import KeyProblem, NotFound
from dsarbot.store.database import open_store
from dsarbot.store.key_tables import ObjectKeyTable
from dsarbot.store.masterkey import new_master_key, parse_master_key
from dsarbot.store.retention import Retention
from dsarbot.store.store import TortoiseStore
from dsarbot.store.tables import CaseTable, ClaimTable, EntryTable
from dsarbot.testing import FrozenClock
from tests.store.filled import fill
from tests.store.samples import MASTER, NOW, ORG

T = TypeVar("T")


class House:
    """A database and what the commands need of the application."""

    def __init__(self, url: str, data: Path) -> None:
        self.url, self.data, self.master = url, data, MASTER
        self.organisations: dict[str, Any] = {}

    def within(self, work: Callable[[TortoiseStore], Coroutine[Any, Any, T]]) -> T:
        """Do something to the store, as the service would."""

        async def go() -> T:
            clock = FrozenClock(NOW)
            async with open_store(self.url, data_dir=self.data, master=self.master, clock=clock) as store:
                return await work(store)

        return asyncio.run(go())

    def with_app(self, args: argparse.Namespace, work: Callable[[Any], Awaitable[T]]) -> T:
        async def inside(store: TortoiseStore) -> T:
            app = SimpleNamespace(store=store, clock=FrozenClock(NOW), organisations=self.organisations)
            return await work(app)

        return self.within(inside)


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    made = House(database_url, tmp_path)
    monkeypatch.setattr("dsarbot.cli.common.with_app", made.with_app)
    monkeypatch.setattr("dsarbot.cli.common.settings_of", lambda *_, **__: SimpleNamespace())
    monkeypatch.setattr("dsarbot.cli.common.staff_member", lambda _: SimpleNamespace(key="anna", organisations=(ORG,)))
    monkeypatch.setattr("dsarbot.wiring.servers.database_url", lambda _: made.url)
    monkeypatch.setattr("dsarbot.wiring.servers.database_password", lambda *_: None)
    made.within(fill)
    return made


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    groups = parser.add_subparsers()
    for group in (db, journal, keys):
        group.add_parser(groups)
    args = parser.parse_args(words)
    return int(args.run(args))


def test_a_whole_journal_is_said_to_be_whole(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("journal", "verify") == 0
    assert capsys.readouterr().out == "The journal is whole.\n"
    assert command("journal", "verify", "--json") == 0
    assert capsys.readouterr().out == ""


def test_a_changed_journal_is_named_with_and_without_keys(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async def tamper(_: TortoiseStore) -> None:
        await EntryTable.filter(stream="case-0001", seq=2).update(actor="nobody")

    house.within(tamper)
    assert command("journal", "verify") == 1
    assert capsys.readouterr().out == "case-0001 entry 2: the entry was changed\n1 findings.\n"
    house.master = bytes(32)
    assert command("journal", "verify", "--without-keys", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"stream": "case-0001", "seq": 2, "what": "the entry was changed"}


def test_the_anchor_of_a_digest_is_compared(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    sent = house.within(lambda store: store.anchor(NOW))
    assert sent is not None
    assert command("journal", "verify", "--anchor", f"{sent[0]}:{sent[1].upper()}") == 0
    assert command("journal", "verify", "--anchor", f"{sent[0]}:{'0' * 64}") == 1
    assert "not the one that was sent out" in capsys.readouterr().out
    with pytest.raises(SystemExit) as wrong:
        command("journal", "verify", "--anchor", "12")
    assert wrong.value.code == 2


def test_an_upgrade_of_a_current_database_says_so(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("db", "upgrade") == 0
    assert capsys.readouterr().out == "The database is up to date.\n"
    assert command("db", "upgrade", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"applied": [], "copy": None}


def test_rebuild_writes_every_row_anew(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async def damage(_: TortoiseStore) -> None:
        await ClaimTable.all().delete()
        await CaseTable.all().update(status="closed")

    async def claims(_: TortoiseStore) -> int:
        return await ClaimTable.all().count()

    house.within(damage)
    assert command("db", "rebuild") == 0
    assert capsys.readouterr().out == "1 cases written anew.\n"
    assert house.within(claims) == 1
    assert command("journal", "verify") == 0


def test_rebuild_names_what_it_cannot_read(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async def erase(store: TortoiseStore) -> None:
        case = await store.case(ORG, "case-0001")
        await Retention(store.ring, store.vault).erase_payloads(ORG, case, [1], rule="r", at=NOW, actor="anna")

    house.within(erase)
    assert command("db", "rebuild", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"cases": 0, "left": ["case-0001"]}
    assert command("db", "rebuild") == 1
    assert "case case-0001" in capsys.readouterr().out


def test_keys_check_tells_troubles_from_leftovers(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    async def lose(_: TortoiseStore) -> None:
        await ObjectKeyTable.filter(id="object-01").delete()

    # The samples' outbox row names a letter that was never kept.
    assert command("keys", "check") == 1
    assert "object-of-letter: its key is missing" in capsys.readouterr().out
    house.within(lose)
    assert command("keys", "check", "--json") == 1
    shown = json.loads(capsys.readouterr().out)
    assert [each["object"] for each in shown["troubles"]] == ["object-01", "object-of-letter"]
    assert command("keys", "check", "--sweep") == 1


def test_an_organisation_key_is_rotated_by_its_own_staff(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("keys", "rotate", "--organisation", ORG) == 0
    assert "new key" in capsys.readouterr().out
    with pytest.raises(NotFound):
        command("keys", "rotate", "--organisation", "contoso")
    assert command("journal", "verify") == 0


def test_the_master_key_is_exchanged_for_one_in_a_file(house: House, tmp_path: Path) -> None:
    text, path = new_master_key(), tmp_path / "new.key"
    path.write_text(text)
    path.chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        command("keys", "rewrap", "--new-key-file", str(path))
    path.chmod(0o600)
    assert command("keys", "rewrap", "--new-key-file", str(path)) == 0
    with pytest.raises(KeyProblem):
        command("journal", "verify")
    house.master = parse_master_key(text)
    assert command("journal", "verify") == 0
