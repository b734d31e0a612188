"""A breaker: after Safaricom said "too much", nobody knocks again until it is time.

Owns the pause of one API. Refuses to own what is told to people meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
_MOST_COUNTED = 10


@dataclass(slots=True)
class Breaker:
    """Counts refusals in a row and says how long to keep away. One for each API.

    Several calls may be under way when the first is turned away; all of them count as one refusal.
    """

    now: Callable[[], datetime]
    _refusals: int = field(default=0, init=False)
    _until: datetime | None = field(default=None, init=False)

    def left_s(self) -> float:
        """How many seconds to wait still; 0 when one may knock."""
        if self._until is None:
            return 0.0
        return max(0.0, (self._until - self.now()).total_seconds())

    def turned_away(self, retry_after_s: float | None) -> float:
        """Safaricom was too busy: keep away, longer each time; return for how many seconds.

        It is as long as Safaricom asked for, and doubles up to `LONGEST_PAUSE_S`.
        """
        asked_s = max(FIRST_PAUSE_S, retry_after_s or 0.0)
        if self.left_s() <= 0:
            self._refusals = min(self._refusals + 1, _MOST_COUNTED)
        pause_s = max(asked_s, min(asked_s * 2.0 ** (self._refusals - 1), LONGEST_PAUSE_S), self.left_s())
        self._until = self.now() + timedelta(seconds=pause_s)
        return pause_s

    def let_in(self) -> None:
        """Safaricom answered: all is well again."""
        self._refusals = 0
        self._until = None
