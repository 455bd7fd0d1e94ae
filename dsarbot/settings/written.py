"""The configuration as written, before it has types: merging, paths, and the files it names.

Works on whatever the TOML held, so that a mistake in one place hides none in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dsarbot import resources
from dsarbot.errors import NotFound
from dsarbot.settings.checks import rows
from dsarbot.settings.problems import entry_name
from dsarbot.settings.secrets import SECRET_NAMES

Raw = Mapping[str, Any]

_PATH_ENDINGS = ("_file", "_dir")


def merged(below: Raw, above: Raw) -> dict[str, Any]:
    """``above`` over ``below``: tables option by option, everything else replaced."""
    result = dict(below)
    for name, value in above.items():
        lower = result.get(name)
        if isinstance(lower, Mapping) and isinstance(value, Mapping):
            result[name] = merged(lower, value)
        else:
            result[name] = value
    return result


def absolute(raw: Raw, base: Path) -> dict[str, Any]:
    """Every path made absolute: options that end in _file or _dir, and profiles that are named by a path."""
    return {name: _absolute_value(name, value, base) for name, value in raw.items()}


def _absolute_value(name: str, value: object, base: Path) -> object:
    if isinstance(value, Mapping):
        return absolute(value, base)
    if isinstance(value, list):
        return [_absolute_value("", item, base) for item in value]
    named_by_path = name.endswith(_PATH_ENDINGS) or (name == "profile" and is_path(value))
    return str(base / value) if named_by_path and isinstance(value, str) and value else value


def is_path(profile: object) -> bool:
    """Whether a profile is named by its path, not by a name to search for."""
    return isinstance(profile, str) and ("/" in profile or profile.endswith(".toml"))


def options(raw: object, path: str = "") -> Iterator[tuple[str, str, object]]:
    """(path of the table, name, value) of every option that is not itself a table."""
    for name, value in raw.items() if isinstance(raw, Mapping) else ():
        here = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            yield from options(value, here)
        elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            for index, item in enumerate(value):
                yield from options(item, f"{here}[{entry_name(item, index)}]")
        else:
            yield path, str(name), value


def missing(raw: Raw) -> Iterator[str]:
    """One line for each file, folder or profile that is named but not there. Secrets are checked elsewhere."""
    for table, name, value in options(raw):
        if not isinstance(value, str):
            continue
        if name.endswith("_file") and name.removesuffix("_file") not in SECRET_NAMES:
            if not Path(value).is_file():
                yield f"{table}.{name}: there is no file {value}; correct the path"
        elif name.endswith("_dir") and name != "data_dir" and not Path(value).is_dir():
            yield f"{table}.{name}: there is no folder {value}; create it or correct the path"
    service = raw.get("service")
    instance = profile_folders(service) if isinstance(service, Mapping) else ()
    for path, organisation in rows(raw, "organisations"):
        if isinstance(profile := organisation.get("profile"), str):
            try:
                locate(profile, *profile_folders(organisation), *instance)
            except NotFound:
                yield f"{path}.profile: there is no such profile; name a shipped one or the path of a .toml file"


def profile_folders(table: Raw) -> tuple[Path, ...]:
    """The folder of profiles that a table names, if it does."""
    value = table.get("profiles_dir")
    return (Path(value),) if isinstance(value, str) else ()


def locate(profile: str | Path, *folders: Path) -> Path:
    """The file of a profile: a path as it is, a name searched in ``folders`` and then among the shipped ones."""
    if isinstance(profile, str) and not is_path(profile):
        return resources.find("profiles", f"{profile}.toml", *folders)
    path = Path(profile)
    if not path.is_file():
        raise NotFound(f"there is no profile at {path}")
    return path
