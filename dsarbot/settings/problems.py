"""Turns what pydantic found into one line each: ``key.path: what is wrong; remedy``. Never shows a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from dsarbot.settings.secrets import LITERAL_NAMES

#: pydantic's error types in words; placeholders come from the error's context.
_WORDS: Mapping[str, str] = {
    "missing": "is missing; add it as {see} shows",
    "literal_error": "must be {expected}; choose one of these",
    "bool_parsing": "must be true or false; write it without quotation marks",
    "bool_type": "must be true or false; write it without quotation marks",
    "int_parsing": "must be a whole number; write it without quotation marks",
    "int_type": "must be a whole number; write it without quotation marks",
    "int_from_float": "must be a whole number; leave out the fraction",
    "string_type": "must be text; put it between quotation marks",
    "path_type": "must be a path; put it between quotation marks",
    "tuple_type": 'must be a list; write it as ["one", "two"]',
    "mapping_type": "must be a table; write one name = value per line under its heading",
    "dict_type": "must be a table; write one name = value per line under its heading",
    "model_type": "must be a table; write its heading in brackets and its options below",
    "model_attributes_type": "must be a table; write its heading in brackets and its options below",
    "greater_than_equal": "is too small; use at least {ge}",
    "less_than_equal": "is too large; use at most {le}",
}

#: Follows from another error in the same table, which has its own line.
_ECHOES = frozenset({"default_factory_not_called"})


def problem_lines(
    error: ValidationError, raw: Mapping[str, Any], model: type[BaseModel], *, see: str = "config.example.toml"
) -> tuple[str, ...]:
    """The lines for every mistake in ``error``; ``raw`` is what was validated, ``model`` its type.

    ``see`` names where the reader finds the options explained.
    """
    return tuple(
        f"{where(mistake['loc'], raw)}: {_message(mistake, model, see)}"
        for mistake in error.errors(include_url=False, include_input=False)
        if mistake["type"] not in _ECHOES
    )


def where(location: Sequence[int | str], raw: object) -> str:
    """The path as the operator knows it: ``mailboxes[privacy].port``, or ``[#2]`` where an entry has no key."""
    path, here = "", raw
    for step in location:
        if isinstance(step, int):
            here = here[step] if isinstance(here, list | tuple) and step < len(here) else None
            path += f"[{entry_name(here, step)}]"
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            path += f".{step}" if path else step
    return path or "configuration"


def entry_name(entry: object, index: int) -> str:
    """The key of an entry in an array of tables, else its place counted from one."""
    key = entry.get("key") if isinstance(entry, Mapping) else None
    return key if isinstance(key, str) and key.isprintable() and 0 < len(key) <= 40 else f"#{index + 1}"


def _message(mistake: Mapping[str, Any], model: type[BaseModel], see: str) -> str:
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(mistake["loc"], model, see)
    if kind == "value_error":
        return str(context["error"])
    if kind in _WORDS:
        return _WORDS[kind].format(**context, see=see)
    return f"{mistake['msg'][:1].lower()}{mistake['msg'][1:]}; see {see}"


def _unknown(location: Sequence[int | str], model: type[BaseModel], see: str) -> str:
    name = str(location[-1])
    if name.lower() in LITERAL_NAMES:
        stem = name if name in {"password", "token", "master_key"} else "password"
        return (
            "a secret never stands in the configuration; move it to a file with chmod 600 and set "
            f"{stem}_file, or set {stem}_env to the name of an environment variable"
        )
    near = get_close_matches(name, table_at(location[:-1], model).model_fields, n=1)
    return f"is no option; {f'did you mean {near[0]}?' if near else f'remove it or see {see}'}"


def table_at(location: Sequence[int | str], model: type[BaseModel]) -> type[BaseModel]:
    """The type of the table at this path below ``model``."""
    for step in location:
        if isinstance(step, str) and step in model.model_fields:
            model = table_type(model.model_fields[step].annotation) or model
    return model


def table_type(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - an annotation may be anything
    """The table that an annotation such as ``X``, ``X | None`` or ``tuple[X, ...]`` speaks of, if any."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (table_type(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found is not None), None)
