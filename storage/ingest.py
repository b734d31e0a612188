"""Taking callbacks in, whatever MongoDB is doing: stored there, or on this machine's disk until it is back.

Owns the bound on waiting, the memory that MongoDB is away, and putting back what waited. A row may be written
twice on the way, never lost: its key is made of its content.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.inbox import InboxRow, RowState
from payments.ports import StoreUnavailable
from payments.wake import Wake, honour_cancellation
from storage.coalesce import Overfull
from storage.inbox import MongoInbox
from storage.spool import Spool, SpoolUnavailable
from storage.spool.line import Record
from storage.spool.segment import Segment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestLimits:
    """In seconds and rows.

    Attributes:
        store_s: how long a caller waits for MongoDB before the spool is used.
        spool_s: how long a caller waits for the disk before it is told to come again.
        again_s: how often MongoDB is tried while it is away.
        idle_s: how often the spool is looked at when nothing is known to be in it.
        batch: how many rows are put back together.
    """

    store_s: float = 1.5
    spool_s: float = 4.0
    again_s: float = 1.0
    idle_s: float = 30.0
    batch: int = 100


class SafeInbox:
    """See `payments.ports.InboxDoor`. It puts back what waited while `running`."""

    def __init__(
        self,
        inbox: MongoInbox,
        spool: Spool,
        *,
        ping: Callable[[], Awaitable[None]],
        arrived: Callable[[], None],
        limits: IngestLimits | None = None,
    ) -> None:
        """`ping` raises while MongoDB takes no writes; `arrived` is called when rows were put back."""
        self._inbox = inbox
        self._spool = spool
        self._ping = ping
        self._arrived = arrived
        self._limits = limits or IngestLimits()
        self._wake = Wake()
        self._away = False

    @property
    def away(self) -> bool:
        """Whether MongoDB was away when it was last tried; then rows go to the spool at once."""
        return self._away

    async def add(self, row: InboxRow) -> bool:
        """See `InboxDoor.add`."""
        if not self._away:
            try:
                async with asyncio.timeout(self._limits.store_s):
                    return await self._inbox.add(row)
            except Overfull:
                log.warning("inbox_overfull")
            except (StoreUnavailable, TimeoutError) as error:
                self._note_absence(error)
        await self._keep_on_disk(row)
        return True

    async def works(self) -> bool:
        """Whether the spool could take a row now."""
        return await self._spool.works()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Put back what waits, now and later, until the end of the block."""
        task = asyncio.create_task(self._put_back_for_ever(), name="spool")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._spool.close()

    def _note_absence(self, error: Exception) -> None:
        if not self._away:
            log.error("store_away", extra={"why": f"{type(error).__name__}: {error}"})
        self._away = True
        self._wake.ring()

    async def _keep_on_disk(self, row: InboxRow) -> None:
        try:
            async with asyncio.timeout(self._limits.spool_s):
                await self._spool.append(_record(row))
        except TimeoutError:
            raise SpoolUnavailable("the disk is too slow") from None
        self._wake.ring()

    async def _put_back_for_ever(self) -> None:
        while True:
            honour_cancellation()
            if await self._try_to_put_back():
                # No bell here: whoever adds a row rings, and MongoDB is tried no oftener for that.
                await asyncio.sleep(self._limits.again_s)
            else:
                await self._wake.wait(self._limits.idle_s)

    async def _try_to_put_back(self) -> bool:
        """Whether there may be more soon."""
        try:
            return await self.put_back()
        except (StoreUnavailable, OSError) as error:
            if not self._away:
                log.warning("spool_not_put_back", extra={"why": str(error)})
        except Exception:
            log.exception("spool_failed")
        return True

    async def put_back(self) -> bool:
        """Put back what waits, the oldest first; True when there was anything.

        Raises:
            StoreUnavailable: MongoDB is away; what was not put back stays.
            OSError: the spool cannot be read.
        """
        await self._ping()
        segments = await self._spool.waiting()
        for segment in segments:
            await self._put_segment_back(segment)
        self._note_presence()
        return bool(segments)

    def _note_presence(self) -> None:
        if self._away:
            log.info("store_back")
        self._away = False

    async def _put_segment_back(self, segment: Segment) -> None:
        records = await self._spool.records(segment)
        for start in range(0, len(records), self._limits.batch):
            await self._put_records_back(segment, records[start : start + self._limits.batch])
        await self._spool.discard(segment)
        log.info("spool_put_back", extra={"rows": len(records)})

    async def _put_records_back(self, segment: Segment, records: Sequence[Record]) -> None:
        rows, strange = _rows(records)
        verdicts = await self._inbox.add_all(rows)
        for verdict in verdicts:
            if isinstance(verdict, StoreUnavailable):
                raise verdict
        self._note_presence()
        refused = [_record(row) for row, v in zip(rows, verdicts, strict=True) if isinstance(v, Exception)]
        await self._spool.refused(segment, [*strange, *refused])
        self._arrived()


def _record(row: InboxRow) -> Record:
    return {
        "id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "raw": b64encode(row.raw).decode(),
        "peer": row.peer,
        "trusted": row.trusted,
        "received_at": row.received_at.isoformat(),
        "state": row.state.value,
        "verdict": row.verdict,
    }


def _rows(records: Sequence[Record]) -> tuple[list[InboxRow], list[Record]]:
    """The rows of the records, and the records that are none: another version wrote them."""
    rows: list[InboxRow] = []
    strange: list[Record] = []
    for record in records:
        try:
            rows.append(_row(record))
        except (KeyError, ValueError):
            strange.append(record)
    return rows, strange


def _row(record: Record) -> InboxRow:
    return InboxRow(
        id=str(record["id"]),
        kind=str(record["kind"]),
        subject=str(record["subject"]),
        raw=b64decode(str(record["raw"]), validate=True),
        peer=str(record["peer"]),
        trusted=record["trusted"] is True,
        received_at=datetime.fromisoformat(str(record["received_at"])),
        state=RowState(str(record["state"])),
        verdict=str(record["verdict"]),
    )
