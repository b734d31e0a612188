"""What the figures need from outside, as a protocol, and what the audit trail hands to whoever posts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from payments.analytics.figures import Figures
from payments.analytics.postings import Posting, of_payment, of_refund
from payments.payment import Payment
from payments.periods import Period
from payments.refunds.refund import Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The `turn`-th word in the history of this payment, or of this refund of it."""

    payment: Payment
    turn: int
    refund: Refund | None = None

    def postings(self) -> Sequence[Posting]:
        """What it adds."""
        if self.refund is not None:
            return of_refund(self.refund, self.payment, self.turn)
        return of_payment(self.payment, self.turn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Events that are not posted yet: those of the audit trail after `after`, up to `upto`."""

    after: int
    upto: int
    events: tuple[Event, ...] = ()


class Rollups(Protocol):
    """Where the figures are kept. Every method may raise `StoreUnavailable`."""

    async def waiting(self, limit: int) -> Batch:
        """The next of the trail that are not posted, at most so many."""

    async def post(self, batch: Batch, postings: Sequence[Posting]) -> bool:
        """Add all of this and remember how far it goes; False when somebody else did: nothing was added."""

    async def figures(self, period: Period, *, matters: int, thorough: bool = True) -> Figures:
        """What was posted of these days; of the matters the greatest, so many.

        Without `thorough` what would need a look at every payment of a period long past is left out.
        """
