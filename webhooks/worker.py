"""Works the inbox: each stored callback becomes evidence and goes through the one door.

Owns taking, reading and closing rows, and giving up on poison. Runs apart from the requests, so that
a slow moment here never delays an answer there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from daraja.callbacks import BadCallback
from payments.audit import Actor, AuditKind
from payments.audit_ports import AuditLog
from payments.audited import security_record
from payments.inbox import InboxRow
from payments.ports import Inbox, StoreUnavailable
from payments.table import ImpossibleEvidence
from payments.wake import Wake, honour_cancellation
from webhooks.doors import Door, NobodyThere

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerLimits:
    """How much at once, how patient. In rows and seconds.

    Attributes:
        most_attempts: how often working a row may fail before it is set aside.
        most_takes: how often it may be taken and not even fail: a row that kills the program.
        turn_s: how long after they were taken rows are still begun; less than the lease on them.
    """

    batch: int = 50
    idle_s: float = 2.0
    most_attempts: int = 5
    most_takes: int = 20
    retry_s: float = 5.0
    turn_s: float = 10.0


@dataclass(slots=True)
class InboxWorker:
    """Works rows until cancelled. Several may run side by side on one store.

    What is doubtful about a row enters the audit `trail`, if there is one, before the row is settled: so it
    gets there however often the work is cut off, and under the row's own key only once.
    """

    inbox: Inbox
    doors: Mapping[str, Door]
    wake: Wake
    limits: WorkerLimits = WorkerLimits()
    trail: AuditLog | None = None
    _left: dict[str, InboxRow] = field(default_factory=dict, init=False)
    """Taken and not worked, because the store went away or was slow."""

    async def run(self) -> None:
        """Work for ever; a row under way when cancelled is given out again after its lease."""
        while True:
            try:
                while await self.work_batch():
                    honour_cancellation()
            except StoreUnavailable as error:
                log.warning("inbox_store_unavailable", extra={"why": str(error)})
            await self.wake.wait(self.limits.idle_s)

    async def work_batch(self) -> int:
        """Work the rows that are due; return how many there were.

        Rows about one payment are worked one after the other, as they came: side by side they would only
        keep interrupting each other.
        """
        await self._give_back_what_was_left()
        rows = await self.inbox.take(self.limits.batch)
        begin_until = time.monotonic() + self.limits.turn_s
        by_subject: dict[str, list[InboxRow]] = {}
        for row in rows:
            by_subject.setdefault(row.subject, []).append(row)
        async with asyncio.TaskGroup() as group:
            for of_one in by_subject.values():
                group.create_task(self._work_in_order(of_one, begin_until))
        return len(rows)

    async def _work_in_order(self, rows: Sequence[InboxRow], begin_until: float) -> None:
        for place, row in enumerate(rows):
            if time.monotonic() > begin_until or not await self._work(row):
                self._left |= {left.id: left for left in rows[place:]}
                log.warning("rows_left_for_later", extra={"rows": len(rows) - place})
                return

    async def _work(self, row: InboxRow) -> bool:
        """Work one row; False when the store went away."""
        try:
            if row.verdict:
                await self._quarantine(row, row.verdict)
            elif row.attempts > self.limits.most_takes:
                await self._quarantine(row, "taken up too often and never finished")
            else:
                await self._record(row)
        except StoreUnavailable:
            return False
        except Exception:
            log.exception("row_failed", extra={"row": row.id})
            await self._failed(row)
        return True

    async def _give_back_what_was_left(self) -> None:
        """An absence of the store is no fault of the row's: it is due again and counts as no attempt."""
        if self._left:
            await self.inbox.give_back([*self._left.values()])
            self._left.clear()

    async def _record(self, row: InboxRow) -> None:
        if not row.trusted:
            await self._enter(AuditKind.UNLISTED_ADDRESS, Actor.STRANGER, row)
        try:
            verdict = await self._take_in(row)
        except BadCallback as error:
            await self._quarantine(row, f"unreadable: {error.reason}")
        except (NobodyThere, ImpossibleEvidence) as error:
            await self._quarantine(row, str(error))
        else:
            await self.inbox.close(row, verdict)

    async def _take_in(self, row: InboxRow) -> str:
        door = self.doors.get(row.kind)
        if door is None:
            # Another program on the same store may know it, so it is tried a few times.
            raise LookupError(f"nobody takes in what comes by {row.kind}")
        return await door.take_in(row)

    async def _failed(self, row: InboxRow) -> None:
        try:
            if row.attempts < self.limits.most_attempts:
                await self.inbox.retry(row, self.limits.retry_s * row.attempts)
            else:
                await self._quarantine(row, "failed too often")
        except StoreUnavailable:
            log.warning("failed_row_left_for_later", extra={"row": row.id})

    async def _quarantine(self, row: InboxRow, why: str) -> None:
        log.error("row_quarantined", extra={"row": row.id, "why": why})
        await self._enter(AuditKind.CALLBACK_QUARANTINED, Actor.SAFARICOM_CALLBACK, row, why)
        await self.inbox.quarantine(row, why)

    async def _enter(self, kind: AuditKind, actor: Actor, row: InboxRow, why: str = "") -> None:
        if self.trail is not None:
            record = security_record(
                kind, at=row.received_at, actor=actor, who=row.peer, subject=row.subject, why=why, key=row.id
            )
            await self.trail.enter([record])
