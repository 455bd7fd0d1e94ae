"""What people made of what triage had said, read off the facts of a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dsarbot.core import facts as f
from dsarbot.core import orders as o
from dsarbot.core.apply import fold
from dsarbot.core.case import Person
from dsarbot.core.corrections import correction
from dsarbot.core.decide import decide
from dsarbot.core.fact import Fact
from dsarbot.core.rules import Rules
from dsarbot.core.triaged import Triaged
from tests.core.builders import *

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
