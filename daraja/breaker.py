"""A breaker: while Safaricom is too busy or away, nobody knocks; then one tries, and only then everybody.

Owns the pauses of one API in one process, and who may try first. Refuses to own what is told to people
meanwhile, and how fast may be called when all is well (that is counted in the store, for all processes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0
FAILURES_TO_OPEN = 3
"""One lost connection is chance; so many in a row are an outage."""
PROBE_S = 90.0
"""A try that has not ended after this is forgotten, and another may be made."""
PROBE_PAUSE_S = 1.0
"""How soon to look again while somebody tries."""
_MOST_COUNTED = 10


@dataclass(slots=True)
class Breaker:
    """Counts what goes wrong in a row and says how long to keep away. One for each API.

    Several calls may be under way when the first goes wrong; all of them count as one refusal.

    Attributes:
        busy: it was opened because Safaricom turned calls away, not because it could not be reached.
    """

    now: Callable[[], datetime]
    busy: bool = field(default=False, init=False)
    _refusals: int = field(default=0, init=False)
    _failures: int = field(default=0, init=False)
    _until: datetime | None = field(default=None, init=False)
    _probe_until: datetime | None = field(default=None, init=False)

    def left_s(self) -> float:
        """How many seconds to wait still; 0 when one may knock."""
        if self._until is None:
            return 0.0
        left_s = (self._until - self.now()).total_seconds()
        if left_s <= 0 and self._probe_until is not None and self.now() < self._probe_until:
            return PROBE_PAUSE_S
        return max(0.0, left_s)

    @property
    def half_open(self) -> bool:
        """Whether the pause is over and nobody has found out yet how things stand."""
        return self._until is not None and self._pause_left_s() <= 0

    def admit(self) -> float:
        """Ask just before the call, and tell how it went: 0 lets it through, else the seconds to wait.

        After a pause only one is let through, until it is known how that went.
        """
        left_s = self.left_s()
        if left_s <= 0 and self.half_open:
            self._probe_until = self.now() + timedelta(seconds=PROBE_S)
        return left_s

    def turned_away(self, retry_after_s: float | None) -> float:
        """Safaricom was too busy: keep away, longer each time; return for how many seconds.

        It is as long as Safaricom asked for, and doubles up to `LONGEST_PAUSE_S`.
        """
        self.busy = True
        return self._open(max(FIRST_PAUSE_S, retry_after_s or 0.0))

    def failed(self) -> None:
        """No connection, or no answer that makes sense: so many in a row mean that Safaricom is away."""
        self._failures = min(self._failures + 1, _MOST_COUNTED)
        if self._until is not None or self._failures >= FAILURES_TO_OPEN:
            self.busy = False
            self._open(FIRST_PAUSE_S)

    def let_in(self) -> None:
        """Safaricom answered: all is well again."""
        self._refusals = 0
        self._failures = 0
        self._until = None
        self._probe_until = None

    def no_word(self) -> None:
        """The call was not made after all, or tells nothing of Safaricom: the next may try."""
        self._probe_until = None

    def _open(self, asked_s: float) -> float:
        left_s = self._pause_left_s()
        if left_s <= 0:
            self._refusals = min(self._refusals + 1, _MOST_COUNTED)
        pause_s = max(asked_s, min(asked_s * 2.0 ** (self._refusals - 1), LONGEST_PAUSE_S), left_s)
        self._until = self.now() + timedelta(seconds=pause_s)
        self._probe_until = None
        return pause_s

    def _pause_left_s(self) -> float:
        return 0.0 if self._until is None else max(0.0, (self._until - self.now()).total_seconds())
