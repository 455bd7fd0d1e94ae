"""Finds the folders that travel with the program: templates, profiles, the example configuration.

In a checkout they stand at its top, in an installed wheel under ``dsarbot/_data``. Everybody who opens one
of these files asks here, so that both layouts and the search order exist in exactly one place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from dsarbot.errors import NotFound

Kind = Literal["templates", "profiles"]

_PACKAGE = Path(__file__).resolve().parent


def _root(package: Path) -> Path:
    """The folder that holds ``templates`` and ``profiles``: the wheel's own data, else the checkout."""
    data = package / "_data"
    return data if data.is_dir() else package.parent


def shipped(kind: Kind, *, package: Path = _PACKAGE) -> Path:
    """The folder of this kind that came with the program. Raises NotFound for an incomplete installation."""
    folder = _root(package) / kind
    if not folder.is_dir():
        raise NotFound(f"the folder '{kind}' is missing from this installation; install dsarbot again")
    return folder


def example_config(*, package: Path = _PACKAGE) -> Path:
    """The commented example configuration. Raises NotFound for an incomplete installation."""
    path = _root(package) / "config.example.toml"
    if not path.is_file():
        raise NotFound("config.example.toml is missing from this installation; install dsarbot again")
    return path


def find(kind: Kind, name: str, *folders: Path) -> Path:
    """The file ``name`` (such as ``letters/fr/acknowledged.md`` or ``jcs.toml``) from the first folder with it.

    ``folders`` are searched in the order given - the organisation's, then the instance's - and the shipped
    folder last. ``name`` is relative and stays inside the folder; NotFound otherwise, or when no folder has it.
    """
    # A name may come from a configuration or a language tag: it never leads out of the folder.
    if not name or Path(name).is_absolute() or ".." in Path(name).parts:
        raise NotFound(f"'{name}' is no name of a file inside the {kind} folders")
    for folder in (*folders, shipped(kind)):
        path = folder / name
        if path.is_file():
            return path
    raise NotFound(f"no file '{name}' in the {kind} folders")
