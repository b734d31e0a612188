"""How fast Safaricom may be called, by all processes together.

Owns the figures. The counting is the store's (`payments.ports.RateLimit`): only there do all processes meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

QUERIES = "safaricom queries"
PUSHES = "safaricom pushes"
PAYOUTS = "safaricom payouts"
STATUSES = "safaricom statuses"
"""The names of the limits."""

_S_PER_MIN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many calls in a second, of which `burst` may come at once."""

    per_s: float
    burst: int = 1

    @property
    def interval_s(self) -> float:
        """From one call to the next, on average."""
        return 1 / self.per_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What Safaricom bears: queries and pushes; payouts, and questions in an initiator's name."""

    queries: Rate
    pushes: Rate
    payouts: Rate = Rate(per_s=1.0)
    statuses: Rate = Rate(per_s=1.0)


def rates(*, queries_per_minute: float, pushes_per_second: float) -> Rates:
    """Evenly spread, with as many at once as a second allows: gateways count in short windows, too."""
    return Rates(queries=_spread(queries_per_minute / _S_PER_MIN), pushes=_spread(pushes_per_second))


def _spread(per_s: float) -> Rate:
    return Rate(per_s=per_s, burst=max(1, math.floor(per_s)))
