"""Waking a worker: by an event, or at the latest when something is due.

Owns the waiting of every background loop, so that none of them sleeps through news.
"""

from __future__ import annotations

import asyncio
import contextlib


class Wake:
    """A bell for one worker. `ring` may be called any number of times, from the loop's thread."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()

    def ring(self) -> None:
        """There is news."""
        self._bell.set()

    async def wait(self, timeout_s: float) -> None:
        """Return at the next ring, at once if it rang since the last wait, or after `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._bell.wait()
        self._bell.clear()
