"""Works the inbox: each stored callback becomes evidence and goes through the one door.

Owns taking, reading and closing rows, and giving up on poison. Runs apart from the requests, so that
a slow moment here never delays an answer there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daraja.callbacks import BadCallback, stk_evidence
from payments.evidence import Evidence
from payments.inbox import InboxRow
from payments.lifecycle import ImpossibleEvidence
from payments.ports import Inbox, LineTaken, StoreUnavailable
from payments.service import NoSuchPayment, PaymentService
from payments.values import PaymentId
from payments.wake import Wake

log = logging.getLogger(__name__)

READERS: dict[str, Callable[[InboxRow], Evidence]] = {"stk": stk_evidence}
"""How each kind of row is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """How much at once, how patient. In rows and seconds."""

    batch: int = 50
    idle_s: float = 2.0
    most_attempts: int = 5
    retry_s: float = 5.0


@dataclass(slots=True)
class InboxWorker:
    """Works rows until cancelled. Several may run side by side on one store."""

    inbox: Inbox
    service: PaymentService
    wake: Wake
    limits: WorkerLimits = WorkerLimits()

    async def run(self) -> None:
        """Work for ever; a row under way when cancelled is given out again after its lease."""
        while True:
            try:
                while await self.work_batch():
                    pass
            except StoreUnavailable as error:
                log.warning("inbox_store_unavailable", extra={"why": str(error)})
            await self.wake.wait(self.limits.idle_s)

    async def work_batch(self) -> int:
        """Work the rows that are due; return how many there were.

        Rows about one payment are worked one after the other, as they came: side by side they would only
        keep interrupting each other.
        """
        rows = await self.inbox.take(self.limits.batch)
        by_subject: dict[str, list[InboxRow]] = {}
        for row in rows:
            by_subject.setdefault(row.subject, []).append(row)
        async with asyncio.TaskGroup() as group:
            for of_one in by_subject.values():
                group.create_task(self._work_in_order(of_one))
        return len(rows)

    async def _work_in_order(self, rows: Sequence[InboxRow]) -> None:
        for row in rows:
            await self._work(row)

    async def _work(self, row: InboxRow) -> None:
        try:
            await self._record(row)
        except StoreUnavailable:
            log.warning("row_left_for_later", extra={"row": row.id})
        except LineTaken:
            # A late success, while the payer's next prompt is on the phone: true, but not yet its turn.
            log.info("row_waits_for_the_line", extra={"row": row.id})
            await self._later(row, self.limits.retry_s)
        except Exception:
            log.exception("row_failed", extra={"row": row.id})
            await self._give_back(row)

    async def _record(self, row: InboxRow) -> None:
        try:
            evidence = READERS[row.kind](row)
            recorded = await self.service.record(PaymentId(row.subject), evidence)
        except BadCallback as error:
            await self._quarantine(row, f"unreadable: {error.reason}")
        except NoSuchPayment:
            await self._quarantine(row, "there is no such payment")
        except ImpossibleEvidence as error:
            await self._quarantine(row, str(error))
        else:
            entry = next(e for e in recorded.payment.history if e.evidence_id == evidence.id)
            await self.inbox.close(row, f"{entry.kind}: {entry.before} to {entry.after}")

    async def _give_back(self, row: InboxRow) -> None:
        if row.attempts < self.limits.most_attempts:
            await self._later(row, self.limits.retry_s * row.attempts)
            return
        try:
            await self._quarantine(row, "failed too often")
        except StoreUnavailable:
            log.warning("row_left_for_later", extra={"row": row.id})

    async def _later(self, row: InboxRow, pause_s: float) -> None:
        try:
            await self.inbox.retry(row, pause_s)
        except StoreUnavailable:
            log.warning("row_left_for_later", extra={"row": row.id})

    async def _quarantine(self, row: InboxRow, why: str) -> None:
        log.error("row_quarantined", extra={"row": row.id, "why": why})
        await self.inbox.quarantine(row, why)
