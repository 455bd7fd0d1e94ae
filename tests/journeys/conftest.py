"""The installation of each journey, stopped at its end whatever happened."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import Installation
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix


@pytest.fixture
def installation(
    tmp_path: Path, empty_database_url: str, dovecot: Dovecot, postfix: Postfix
) -> Iterator[Installation]:
    made = Installation(tmp_path, empty_database_url, dovecot, postfix, user=getpass.getuser())
    yield made
    made.end()
