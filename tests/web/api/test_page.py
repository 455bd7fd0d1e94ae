"""docs/api.md: its examples are carried out as they stand, and its tables are those of the code."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from dsarbot.core.api_keys import ApiScope
from dsarbot.core.logins import Method
from dsarbot.core.webhooks import EventKind
from tests.web.api.conftest import NUMBER, Programs
from tests.web.api.test_contract import served

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_page_names_every_scope_event_and_method() -> None:
    assert re.findall(r"^\| `([a-z]+:?[a-z-]*)` \|", PAGE, re.MULTILINE) == [*ApiScope, *EventKind]
    assert all(f"`{each}`" in PAGE or f'"{each}"' in PAGE for each in Method)


async def run(command: str, environ: dict[str, str]) -> str:
    child = await asyncio.create_subprocess_exec(
        "sh", "-euc", command, env=os.environ | environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await child.communicate()
    assert (child.returncode, err) == (0, b""), err
    return out.decode()


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
async def test_the_examples_of_the_page_work(desk: Programs) -> None:
    program = await desk.program()
    await desk.customer(number=NUMBER)
    environ = {"KEY": program.key, "CASE": await desk.opened()}
    said: list[str] = []
    async with served(desk) as url:
        environ["DESK"] = url.removesuffix("/api/v1")
        for example in EXAMPLES:
            said.append(await run(example, environ))
            if "requests" in example and "-X POST" in example:
                environ["REQUEST"] = json.loads(said[-1])["reference"]
    listed, made, state, cases, shown, noted, given, missing = said
    assert environ["CASE"] in listed and environ["CASE"] in cases
    assert json.loads(made) == json.loads(state) and json.loads(state)["state"] == "in-progress"
    assert 'etag: "' in shown.lower() and json.loads(noted)["version"] < json.loads(given)["version"]
    assert json.loads(given)["assignee"] == "anna"
    assert json.loads(missing)["type"] == "urn:dsarbot:problem:not-found"
