"""[[discord]]: every mistake is told with its key and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dsarbot.config import parse
from dsarbot.errors import ConfigError
from dsarbot.store.masterkey import new_master_key
from tests.discord.conftest import config
from tests.discord.fake import Fake

FAKE = Fake()
ANNA, OTTO = FAKE.person("anna"), FAKE.person("otto")
ENVIRON = {"KEY": new_master_key(), "TOKEN": FAKE.token}


def mistakes(base: Path, second: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    written: dict[str, Any] = config(FAKE, ANNA, OTTO)
    written["discord"][0] |= changes
    if second:
        written["discord"].append({**written["discord"][0], **second})
    with pytest.raises(ConfigError) as caught:
        parse(written, base=base, environ=ENVIRON)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"guild": 12}, "discord[support].guild: is no Discord id"),
        ({"guild": "many"}, "discord[support].guild: must be a whole number"),
        ({"watch": [FAKE.room]}, "discord[support].watch: names the staff channel"),
        ({"staff": {"anna": ANNA, "otto": ANNA}}, "discord[support].staff: gives two people one account"),
        ({"staff": {"ghost": ANNA}}, "discord[support].staff: 'ghost' is not defined"),
        ({"organisation": "ghost"}, "discord[support].organisation: 'ghost' is not defined"),
        ({"summary_at": "08:00:00+01:00"}, "discord[support].summary_at: has an offset"),
        ({"token_env": "NONE"}, "discord[support].token_env: the secret is empty"),
        ({"token_file": "nofile"}, "discord[support].token_env: is set beside token_file"),
        ({"token_env": None}, "discord[support].token_env: no secret is named"),
        ({"token": "x"}, "discord[support].token: "),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    assert any(line.startswith(said) for line in mistakes(tmp_path, **changes))


def test_a_server_belongs_to_one_organisation(tmp_path: Path) -> None:
    lines = mistakes(tmp_path, {"key": "second"})
    assert sum("two entries name this server" in line for line in lines) == 2
    assert any("discord[support].key: is used twice" in line for line in mistakes(tmp_path, {"guild": FAKE.number()}))
