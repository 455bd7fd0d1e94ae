"""The process that reads: it gives texts, holds nothing, and its death costs one document."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dsarbot.documents import process
from dsarbot.documents import reader as module
from dsarbot.documents.answer import MOST_DOCUMENT, Text, from_bytes, to_bytes
from dsarbot.documents.reader import DocumentReader
from dsarbot.errors import TheirInput
from tests.documents.samples import docx, odt, paragraph, pdf

OURS = Path("/proc/self")


@pytest.fixture
async def documents() -> AsyncIterator[DocumentReader]:
    made = DocumentReader()
    yield made
    await made.close()


def process_of(documents: DocumentReader) -> asyncio.subprocess.Process:
    assert documents._process._process is not None
    return documents._process._process


async def test_every_kind_in_one_process(documents: DocumentReader) -> None:
    files = [pdf("one"), docx(paragraph("two")), odt("<text:p>three</text:p>"), rb"{\rtf1 four}", b"\x89PNG"]
    found = await documents.texts(files)
    assert [each.text.strip() for each in found] == ["one", "two", "three", "four", ""]
    assert found[-1].unread == "unsupported"


async def test_the_process_holds_no_environment_and_no_descriptor_of_ours(
    documents: DocumentReader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DSARBOT_MASTER_KEY", "secret-of-the-parent")
    with (tmp_path / "open").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        await documents.texts([pdf("x")])
        folder = Path(f"/proc/{process_of(documents).pid}")
        if not os.access(folder / "environ", os.R_OK):
            pytest.skip("this kernel hides the environment of a process that gave up its rights")
        assert b"secret-of-the-parent" not in (folder / "environ").read_bytes()
        targets = {str(each.readlink()) for each in (folder / "fd").iterdir()}
    assert not any(str(tmp_path) in target for target in targets)


async def test_the_process_has_limits_and_no_network(documents: DocumentReader) -> None:
    await documents.texts([pdf("x")])
    folder = Path(f"/proc/{process_of(documents).pid}")
    limits = (folder / "limits").read_text()
    assert any(line.startswith("Max file size") and line.split()[3] == "0" for line in limits.splitlines())
    assert any(line.startswith("Max address space") and "unlimited" not in line for line in limits.splitlines())
    try:
        networks = {(folder / "ns" / "net").readlink() for folder in (folder, OURS)}
    except PermissionError:
        pytest.skip("this kernel does not let us look at the process")
    if len(networks) == 1:
        pytest.skip("this kernel gives no process a network of its own")


async def test_a_killed_process_costs_one_document(documents: DocumentReader) -> None:
    await documents.texts([pdf("x")])
    os.kill(process_of(documents).pid, signal.SIGKILL)
    await process_of(documents).wait()
    (lost,) = await documents.texts([pdf("lost")])
    assert lost.unread == "broken"
    (found,) = await documents.texts([pdf("found")])
    assert found.text == "found"


async def test_a_hanging_process_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMAND", (sys.executable, "-c", "import sys; sys.stdin.read()"))
    documents = DocumentReader(seconds=0.2)
    (found,) = await documents.texts([pdf("x")])
    assert found.unread == "too-long"
    assert documents.pid is None


@pytest.mark.parametrize(
    "script",
    [
        "sys.stdout.write('no answer at all')",
        "sys.stdout.buffer.write((2**31).to_bytes(4, 'big'))",
        "sys.stdout.buffer.write((2).to_bytes(4, 'big') + b'[]')",
        "sys.exit(3)",
    ],
)
async def test_an_answer_of_another_shape_is_not_believed(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_COMMAND", (sys.executable, "-c", f"import sys; sys.stdin.readline(); {script}"))
    documents = DocumentReader()
    (found,) = await documents.texts([pdf("x")])
    assert found.unread == "broken"


async def test_a_process_is_replaced_after_many_documents(
    documents: DocumentReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_MOST_FILES", 2)
    await documents.texts([pdf("x")])
    first = process_of(documents).pid
    await documents.texts([pdf("x")])
    assert documents.pid is None
    await documents.texts([pdf("x")])
    assert process_of(documents).pid != first


async def test_an_idle_process_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = DocumentReader(idle_seconds=0.01)
    await documents.texts([pdf("x")])
    await process_of(documents).wait()


async def test_too_large_is_not_even_sent(documents: DocumentReader) -> None:
    (found,) = await documents.texts([b"%PDF-" + bytes(MOST_DOCUMENT)])
    assert found.unread == "too-large"
    assert documents.pid is None


@pytest.mark.parametrize(
    "body",
    [
        {"text": 1, "unread": "", "cut": False},
        {"text": "x", "unread": "because", "cut": False},
        {"text": "x", "unread": "", "cut": "no"},
        {"text": "x", "unread": "", "cut": False, "more": 1},
        {"text": "x"},
        "text",
    ],
)
def test_only_the_agreed_shape_is_an_answer(body: object) -> None:
    with pytest.raises(TheirInput):
        from_bytes(json.dumps(body).encode())


def test_answers_cross_the_pipe_as_they_are() -> None:
    answer = Text(text="é\x00😀", cut=True)
    assert from_bytes(to_bytes(answer)[4:]) == answer
