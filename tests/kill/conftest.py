"""Servers of their own for runs in which servers are killed: the shared ones serve other tests."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.servers import Servers, servers_in
from tests.servers.certificate import Certificate


@pytest.fixture
def servers(certificate: Certificate) -> Iterator[Servers]:
    """Dovecot, and PostgreSQL where this run of the suite is for it; sockets want short names."""
    folder = Path(tempfile.mkdtemp(prefix="dsarbot-"))
    folder.chmod(0o755)
    try:
        with servers_in(folder, certificate) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
