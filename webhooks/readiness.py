"""Whether the program can do its work now: what `/readyz` tells.

Owns the questions. A load balancer that hears 503 sends Safaricom elsewhere; nothing else depends on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from payments.ports import StoreUnavailable


@dataclass(slots=True)
class Readiness:
    """Asks store and spool, and remembers what the program says of itself."""

    ping: Callable[[], Awaitable[None]]
    spool: Callable[[], Awaitable[bool]]
    telegram: bool = False
    draining: bool = False

    async def parts(self) -> dict[str, bool]:
        """Each part's name and whether it is ready."""
        store, spool = await asyncio.gather(self._store(), self.spool())
        return {"store": store, "spool": spool, "telegram": self.telegram, "open": not self.draining}

    async def _store(self) -> bool:
        try:
            await self.ping()
        except StoreUnavailable:
            return False
        return True
