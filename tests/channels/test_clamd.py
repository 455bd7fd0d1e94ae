"""ClamAV's daemon: what it says counts, and silence is never taken for clean."""

from __future__ import annotations

import asyncio
import getpass
import shutil
from pathlib import Path

import pytest

from dsarbot.channels.clamd import Clamd, Looked
from dsarbot.errors import ChannelDown
from tests.channels.scripted_clamd import EICAR, LARGEST, ScriptedClamd, listening
from tests.servers.base import free_port

UNCHECKED = Looked(how="unchecked")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"a letter", Looked(how="clean")),
        (b"", Looked(how="clean")),
        (b"x" * 200_000 + EICAR, Looked(how="infected", name="Eicar-Test-Signature")),
        # Larger than it takes: it hangs up in the middle.
        (b"x" * (LARGEST + 500_000), UNCHECKED),
    ],
)
async def test_it_is_asked_by_a_socket(tmp_path: Path, data: bytes, found: Looked) -> None:
    async with listening(tmp_path / "ctl"):
        assert await Clamd(socket=tmp_path / "ctl").check(data) == found


@pytest.mark.parametrize(
    "says",
    [None, b"nonsense\0", b"OK\0", b"stream: OKAY\0", b"INSTREAM size limit exceeded. ERROR\0", b"x" * 9999, b"stream"],
)
async def test_what_is_not_understood_is_unchecked(tmp_path: Path, says: bytes | None) -> None:
    async with listening(tmp_path / "ctl") as clamd:
        clamd.says = says
        assert await Clamd(socket=tmp_path / "ctl").check(b"a letter") == UNCHECKED


async def test_a_name_from_outside_is_made_harmless(tmp_path: Path) -> None:
    async with listening(tmp_path / "ctl") as clamd:
        clamd.says = b"stream: Win.Test\x1b[31m\r\n(x) FOUND\0"
        assert (await Clamd(socket=tmp_path / "ctl").check(b"")).name == "Win.Test31mx"


async def test_one_that_is_not_there_is_no_all_clear(tmp_path: Path) -> None:
    nowhere = Clamd(socket=tmp_path / "ctl")
    assert await nowhere.check(b"a letter") == UNCHECKED
    with pytest.raises(ChannelDown):
        await nowhere.version()


async def test_one_that_hangs_is_given_up(tmp_path: Path) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(hang, tmp_path / "ctl"):
        assert await Clamd(socket=tmp_path / "ctl", seconds=0.2).check(b"a letter") == UNCHECKED


async def test_it_is_asked_by_tcp(tmp_path: Path) -> None:
    clamd, port = ScriptedClamd(), free_port()
    async with await asyncio.start_server(clamd.serve, "127.0.0.1", port):
        found = Clamd(socket=None, host="127.0.0.1", port=port)
        assert (await found.version()).startswith("ClamAV 1.4.3")
        assert (await found.check(EICAR)).how == "infected"


@pytest.mark.skipif(shutil.which("clamd") is None, reason="clamd is not installed (apt-get install clamav-daemon)")
async def test_the_real_one_finds_eicar(tmp_path: Path) -> None:
    data, socket = tmp_path / "signatures", tmp_path / "ctl"
    data.mkdir(mode=0o755)
    (data / "eicar.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    conf = tmp_path / "clamd.conf"
    conf.write_text(f"LocalSocket {socket}\nDatabaseDirectory {data}\nForeground yes\nUser {getpass.getuser()}\n")
    process = await asyncio.create_subprocess_exec("clamd", "--config-file", str(conf))
    try:
        found = Clamd(socket=socket)
        async with asyncio.timeout(60):
            while not socket.exists():
                assert process.returncode is None
                await asyncio.sleep(0.05)
        assert (await found.check(EICAR)).how == "infected"
        assert await found.check(b"a letter") == Looked(how="clean")
    finally:
        process.terminate()
        await process.wait()
