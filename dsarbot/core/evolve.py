"""`dataclasses.replace` for the frozen values of the core, at a quarter of its cost: every fact makes several of them.

A case has 25 fields, and the library sets each of them anew by way of `__init__`. Here the other fields are copied as
they are, and a value that checks itself when it is made is asked to check itself again.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

__all__ = ["replace"]

T = TypeVar("T")

if TYPE_CHECKING:
    # So that the names and types of the fields are checked as for the library's own function.
    from dataclasses import replace
else:

    def replace(value: T, /, **changes: object) -> T:
        """The value with these fields changed. TypeError for a name that is no field of it."""
        kind = type(value)
        if not hasattr(value, "__dict__"):
            return dataclasses.replace(value, **changes)
        if unknown := changes.keys() - kind.__dataclass_fields__.keys():
            raise TypeError(f"{kind.__name__} has no such field: {sorted(unknown)}")
        new = object.__new__(kind)
        new.__dict__.update(value.__dict__)
        new.__dict__.update(changes)
        if check := getattr(new, "__post_init__", None):
            check()
        return new
