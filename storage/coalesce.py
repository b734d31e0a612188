"""Many waiting for one write: rows that arrive while a write is under way go together in the next.

Owns the queue and who gets which verdict. Refuses to know what a row is and where it is written. The first of
a quiet time is written at once: nobody ever waits for company.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from payments.ports import StoreUnavailable
from payments.wake import honour_cancellation

R = TypeVar("R")
Verdict = bool | Exception
"""Of one row: True when it was written, False when it was there already, or why it was not written."""
Write = Callable[[Sequence[R]], Awaitable[Sequence[Verdict]]]
"""Writes rows durably and returns a verdict for each, in order; what it raises is everybody's verdict."""


class Overfull(StoreUnavailable):
    """More are waiting than the queue may hold; this row was not taken."""


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[R]):
    row: R
    answer: asyncio.Future[bool]

    def settle(self, verdict: Verdict) -> None:
        """Answer, unless whoever asked has gone: the row was written all the same."""
        if self.answer.done():
            return
        if isinstance(verdict, Exception):
            self.answer.set_exception(verdict)
        else:
            self.answer.set_result(verdict)


class Coalescer(Generic[R]):
    """Gathers rows for `write`, at most `most_at_once` together, with at most `most_waiting` in the queue."""

    def __init__(self, write: Write[R], *, most_at_once: int = 100, most_waiting: int = 5_000) -> None:
        self._write = write
        self._most_at_once = most_at_once
        self._most_waiting = most_waiting
        self._queue: deque[_Waiting[R]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def put(self, row: R) -> bool:
        """Write the row, alone or in company; False when it was there already.

        Whoever stops waiting does not stop the write.

        Raises:
            Overfull: too many are waiting.
            Exception: what `write` said of this row, or raised.
        """
        if len(self._queue) >= self._most_waiting:
            raise Overfull(f"{self._most_waiting} rows are waiting to be written")
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all(), name="coalesced writes")
        return await waiting.answer

    async def idle(self) -> None:
        """Wait until nothing is left to write."""
        while self._writer is not None:
            await asyncio.wait({self._writer})

    async def _write_all(self) -> None:
        batch: list[_Waiting[R]] = []
        try:
            while self._queue:
                honour_cancellation()
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._most_at_once))]
                await self._write_batch(batch)
        finally:
            self._writer = None
            # Only a cancellation, at the end of the program, leaves anybody here.
            for waiting in (*batch, *self._queue):
                waiting.settle(StoreUnavailable("the program is ending"))
            self._queue.clear()

    async def _write_batch(self, batch: Sequence[_Waiting[R]]) -> None:
        verdicts: Sequence[Verdict]
        try:
            verdicts = await self._write([waiting.row for waiting in batch])
        except Exception as error:  # noqa: BLE001  whatever it is, everybody in the batch must hear of it
            verdicts = [error] * len(batch)
        for waiting, verdict in zip(batch, verdicts, strict=True):
            waiting.settle(verdict)
