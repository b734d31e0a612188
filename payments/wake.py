"""Waking a worker: by an event, or at the latest when something is due.

Owns the waiting of every background loop, so that none of them sleeps through news.
"""

from __future__ import annotations

import asyncio
import contextlib


def honour_cancellation() -> None:
    """Raise a cancellation of this task that a library has swallowed; every endless loop must ask.

    On Python 3.11 `asyncio.wait_for`, which the MongoDB driver uses, loses one that comes just as it ends
    (mended in 3.12), and the loop would go on for ever.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Wake:
    """A bell for one worker. `ring` may be called any number of times, from the loop's thread."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """There is news."""
        self._bell.set()

    async def wait(self, timeout_s: float) -> None:
        """Return at the next ring, at once if it rang since the last wait, or after `timeout_s`."""
        honour_cancellation()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._bell.wait()
        self._bell.clear()
