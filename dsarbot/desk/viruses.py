"""Whether a file from outside is known to be harmful: what the desk asks whoever looks for viruses."""

from __future__ import annotations

from typing import Literal, Protocol


class Checked(Protocol):
    """What was found. how: "unchecked" when nobody could look, which is never taken for "clean"; name: of the virus."""

    @property
    def how(self) -> Literal["clean", "infected", "unchecked"]: ...
    @property
    def name(self) -> str: ...


class Guard(Protocol):
    """Looks into files; never raises for what is in one, nor when it cannot look."""

    async def check(self, data: bytes) -> Checked: ...
