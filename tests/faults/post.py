"""A callback server with a store and a spool, whose MongoDB and disk may be ill-treated."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from storage.connect import Store
from storage.ingest import IngestLimits, SafeInbox
from storage.spool import Spool
from tests.webhooks.web_stand import Answer, Clock, Site, callback, serving
from webhooks.readiness import Readiness

LIMITS = IngestLimits(store_s=1.5, spool_s=2.0, again_s=0.05, idle_s=0.05)
PROMPT_S = 2.5
"""Safaricom must have its answer by then, whatever happens."""


@dataclass(slots=True, kw_only=True)
class Post:
    """Where callbacks arrive."""

    site: Site
    store: Store
    ingest: SafeInbox
    folder: Path

    async def tell(self, code: int) -> Answer:
        """A callback of its own for each code."""
        return await self.site.tell(callback(ResultCode=code))

    async def tell_in_time(self, *codes: int) -> set[int]:
        """Several at once; each must be answered in time. Returns the answers' statuses."""
        began = time.monotonic()
        answers = await asyncio.gather(*(self.tell(code) for code in codes))
        assert time.monotonic() - began < PROMPT_S
        return {answer.status for answer in answers}

    async def emptied(self) -> None:
        """Wait until the spool was put back; files give no sign, so they are looked at."""
        async with asyncio.timeout(20):
            while self.spooled():  # noqa: ASYNC110  see above
                await asyncio.sleep(0.02)

    def spooled(self) -> list[Path]:
        return [*self.folder.glob("*.jsonl")]


@contextlib.asynccontextmanager
async def post(store: Store, folder: Path, clock: Clock) -> AsyncIterator[Post]:
    """Open until the end of the block."""
    arrived = asyncio.Event()
    ingest = SafeInbox(store.inbox, Spool(folder), ping=store.ping, arrived=arrived.set, limits=LIMITS)
    ready = Readiness(ping=store.ping, spool=ingest.works, telegram=True)
    async with ingest.running(), serving(ingest, clock, ready=ready) as site:
        yield Post(site=site, store=store, ingest=ingest, folder=folder)
