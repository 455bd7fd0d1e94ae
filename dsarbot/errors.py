"""Every error of dsarbot on one screen. The docstring is the message when none is given.

    DsarbotError
    |-- OurMistake            pages the operator; the service or its surroundings are at fault
    |   |-- ConfigError       all mistakes of a configuration at once
    |   |-- KeyProblem        a key is missing, wrong, or readable by others
    |   |-- StoreProblem      the database cannot be used as it is
    |   |   |-- NewerDatabase
    |   |   |-- StoreDown     database or disk do not work at the moment; wait and try again
    |   |   `-- Conflict      somebody else changed the case in between; try again
    |   |-- Tampered          a sealed object or a journal chain does not verify
    |   |-- Gone              the object was destroyed on purpose, with a journal entry
    |   |-- ClockJumped       sending and destruction stop until a person looks
    |   `-- ChannelDown       a mail server cannot be reached or refuses us
    |-- TheirInput            what arrived is at fault; it is held or answered politely
    |   `-- Unreadable
    |-- NotAllowed            an order is refused, with the rule; nothing changed
    `-- NotFound              no such case, letter or item for whoever asks
"""

from __future__ import annotations

from collections.abc import Sequence


class DsarbotError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class OurMistake(DsarbotError):
    """The service or its surroundings are at fault; an operator must look."""


class ConfigError(OurMistake):
    """The configuration has mistakes."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class KeyProblem(OurMistake):
    """A key is missing, wrong, or readable by others."""


class StoreProblem(OurMistake):
    """The database cannot be used as it is."""


class NewerDatabase(StoreProblem):
    """The database was written by a newer version of dsarbot: install that version or restore the back-up."""


class StoreDown(StoreProblem):
    """The database or its disk does not work at the moment. Nothing was written; wait and try again."""


class Conflict(StoreProblem):
    """Somebody else changed the case in between; nothing was written. Try again."""


class Tampered(OurMistake):
    """A sealed object or a journal chain does not verify."""


class Gone(OurMistake):
    """The object was destroyed on purpose; the journal says when and by which rule."""


class ClockJumped(OurMistake):
    """The system clock moved; sending and destruction are stopped until a person has looked."""


class ChannelDown(OurMistake):
    """A mail server cannot be reached or refuses us."""


class NotFiled(ChannelDown):
    """The Sent folder refused these letters by their Message-IDs; all others of the batch lie there now."""

    def __init__(self, message_ids: frozenset[str], code: str = "") -> None:
        self.message_ids = message_ids
        self.code = code
        super().__init__(f"the Sent folder refused {len(message_ids)} letters{f' ({code})' if code else ''}")


class TheirInput(DsarbotError):
    """What arrived cannot be used as it is."""


class Unreadable(TheirInput):
    """What arrived cannot be read; it is kept and held for a person."""


class NotAllowed(DsarbotError):
    """This step is not possible in the case's present status."""

    def __init__(self, rule: str, message: str | None = None) -> None:
        #: Stable slug of the rule that refuses, e.g. ``extension-once``; the text quotes the source.
        self.rule = rule
        super().__init__(message)


class NotFound(DsarbotError):
    """There is no such case, letter or item."""
