"""The worker that writes the audit trail: carries over what is committed with payments, and what was noticed.

Owns the order that enters each event exactly once: first it is appended, where its id is unique, and only
then forgotten where it waited. Whatever was cut off is simply done again. It works on its own, a bounded
number at a time: no payment and no message waits for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from payments.audit import Fault, Verifier
from payments.audit_ports import AuditFeed, AuditLog
from payments.ports import StoreUnavailable
from payments.wake import Wake, honour_cancellation
from payments.watch import Notebook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLimits:
    """How much at once, how patient. In payments or records, and seconds.

    Attributes:
        idle_s: how far the trail may lag behind; what comes meanwhile is written together.
        busy_s: the pause while there is more, for others to get on with their work.
        finish_s: how long the last round may take when the program ends.
    """

    batch: int = 100
    idle_s: float = 1.0
    busy_s: float = 0.02
    finish_s: float = 5.0


@dataclass(slots=True, kw_only=True)
class Auditor:
    """Writes until cancelled. Several may run side by side on one store."""

    feed: AuditFeed
    trail: AuditLog
    notebook: Notebook
    wake: Wake
    limits: AuditLimits = field(default_factory=AuditLimits)

    async def run(self) -> None:
        """Work for ever. Begins with what programs that died had noticed."""
        self.notebook.recall()
        while True:
            await self.wake.wait(self.limits.busy_s if await self._round() else self.limits.idle_s)

    async def finish(self) -> None:
        """Write what waits, as far as the store allows: for the end of the program."""
        try:
            async with asyncio.timeout(self.limits.finish_s):
                await self.rest()
        except (StoreUnavailable, TimeoutError):
            log.warning("audit_left_for_later")
        except Exception:
            log.exception("audit_failed")
        self.notebook.close()

    async def rest(self) -> None:
        """Write until nothing waits: at the end, in tests and one-off runs."""
        while await self.write_notes(close_all=True) + await self.relay():
            honour_cancellation()

    async def _round(self) -> bool:
        """One bounded round; whether there may be more at once."""
        try:
            busy = max(await self.write_notes(), await self.relay()) >= self.limits.batch
        except StoreUnavailable as error:
            log.warning("audit_store_unavailable", extra={"why": str(error)})
        except Exception:
            log.exception("audit_failed")
        else:
            return busy
        return False

    async def write_notes(self, *, close_all: bool = False) -> int:
        """Enter what was noticed; return how many records that were."""
        records = self.notebook.waiting(self.limits.batch, close_all=close_all)
        if records:
            await self.trail.enter(records)
            self.notebook.written(records)
        return len(records)

    async def relay(self) -> int:
        """Enter what is committed with payments, refunds and updates; return of how many of them."""
        waiting = await self.feed.waiting(self.limits.batch)
        if waiting:
            await self.trail.enter([record for each in waiting for record in each.records()])
            await self.feed.entered(waiting)
        return len(waiting)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking the whole trail came to; `count` and `head` tell of the part that is right."""

    count: int
    head: str
    fault: Fault | None


async def verify(trail: AuditLog, remembered: str | None = None) -> Verdict:
    """Check the trail from its first entry, up to the first fault. `remembered`: a head of former times.

    Raises:
        StoreUnavailable: it could not be read to the end.
    """
    verifier = Verifier(remembered)
    fault = None
    async with contextlib.aclosing(trail.entries()) as entries:
        async for found in entries:
            fault = verifier.see(found)
            if fault:
                break
    return Verdict(verifier.count, verifier.head, fault or verifier.end())
