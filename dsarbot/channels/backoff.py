"""How long to wait before the next try. Pure: the dice come in as an argument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Seconds of the first wait, growth per failed try, and seconds of the longest wait."""

    first: float
    factor: float
    longest: float

    def __post_init__(self) -> None:
        if not (0 < self.first <= self.longest and self.factor >= 1):
            raise ValueError("a pace needs 0 < first <= longest and factor >= 1")


ORDINARY = Pace(first=1, factor=2, longest=300)
# Providers lock an account after a few wrong passwords: a refused log-in is tried rarely.
LOGIN = Pace(first=60, factor=2, longest=1800)

# A full or missing folder is put right by a person: mails that could not be moved wait in the inbox meanwhile.
MOVES = Pace(first=60, factor=2, longest=1800)


def delay(attempt: int, pace: Pace, dice: float) -> float:
    """Seconds to wait after failed try number ``attempt`` (1, 2, ...); ``dice`` is in [0, 1).

    Half of the wait is jitter, so that many clients do not come back to a restarted server at once.
    """
    # The exponent is bounded, or a mailbox that is down for a month overflows the float.
    grown = pace.first * pace.factor ** min(max(attempt, 1) - 1, 64)
    return min(pace.longest, grown) * (0.5 + dice / 2)
