"""What a command of `dsarbot cases` is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from dsarbot.cli import cases_options as options

Options = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """One command. does: ``module:function`` in dsarbot.cli, called with the parsed options, gives the exit code."""

    name: str
    help: str
    example: str
    does: str
    options: Options = options.none
