"""The installation of each journey, stopped at its end whatever happened."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import Company, Installation
from tests.journeys.organisations import Desk
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

Founded = Callable[..., Desk]


@pytest.fixture
def installation(
    tmp_path: Path, empty_database_url: str, dovecot: Dovecot, postfix: Postfix
) -> Iterator[Installation]:
    made = Installation(tmp_path, empty_database_url, dovecot, postfix, user=getpass.getuser())
    yield made
    made.end()


@pytest.fixture
def founded(tmp_path: Path, empty_database_url: str, dovecot: Dovecot, postfix: Postfix) -> Iterator[Founded]:
    """Organisations with their shipped profiles and addresses of their own, and the running service."""
    made: list[Installation] = []

    def found(*companies: Company) -> Desk:
        where = tmp_path, empty_database_url, dovecot, postfix
        made.append(Installation(*where, user=getpass.getuser(), companies=companies))
        made[0].start()
        return Desk(made[0])

    yield found
    for each in made:
        each.end()
