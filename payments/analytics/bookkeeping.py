"""The worker that posts what happened into the figures of its day.

Owns the order: it follows the audit trail, in which every event stands once, and each batch is posted
together with how far it goes, or not at all. Whatever was cut off is simply done again. Nobody waits for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import chain

from payments.analytics.ports import Rollups
from payments.ports import StoreUnavailable
from payments.wake import Wake, honour_cancellation

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookkeeperLimits:
    """How much at once, how patient: entries of the trail, and seconds."""

    batch: int = 500
    idle_s: float = 1.0
    busy_s: float = 0.02


@dataclass(slots=True, kw_only=True)
class Bookkeeper:
    """Posts until cancelled. Several may run side by side on one store."""

    rollups: Rollups
    wake: Wake = field(default_factory=Wake)
    limits: BookkeeperLimits = field(default_factory=BookkeeperLimits)

    async def run(self) -> None:
        """Work for ever."""
        while True:
            await self.wake.wait(self.limits.busy_s if await self._round() else self.limits.idle_s)

    async def rest(self) -> None:
        """Post until nothing waits: in tests and one-off runs."""
        while await self.post():
            honour_cancellation()

    async def _round(self) -> bool:
        """One bounded round; whether there may be more at once."""
        try:
            return await self.post() >= self.limits.batch
        except StoreUnavailable as error:
            log.warning("figures_store_unavailable", extra={"why": str(error)})
        except Exception:
            log.exception("figures_failed")
        return False

    async def post(self) -> int:
        """Post the next batch; return how many entries of the trail that were."""
        batch = await self.rollups.waiting(self.limits.batch)
        if batch.upto > batch.after:
            postings = chain.from_iterable(event.postings() for event in batch.events)
            await self.rollups.post(batch, list(postings))
        return batch.upto - batch.after
