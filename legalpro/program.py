"""The program's life: the store is opened while what works on it is loaded, and closes last.

Owns the start and what is said when there is no database. What is done in between is `legalpro.serving`'s.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import signal

from legalpro.exits import FAILED, WRONGLY_SET_UP
from legalpro.opening import opened_store
from legalpro.settings import Settings
from payments.ports import StoreUnavailable
from storage.embedded import MongoUnavailable

log = logging.getLogger(__name__)


async def run(settings: Settings) -> int:
    """Run until a signal comes or a part fails; return the exit code."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    gc.disable()  # Importing makes much and drops little: looking for it takes a tenth of the time.
    loading = asyncio.create_task(asyncio.to_thread(_load))
    try:
        async with opened_store(settings) as (store, mongod_ended):
            await loading
            gc.enable()
            from legalpro.serving import serve  # noqa: PLC0415  # heavy: loaded while mongod starts

            return await serve(settings, store, stop, mongod_ended)
    except MongoUnavailable as error:
        log.error("no_database", extra={"why": str(error)})  # noqa: TRY400  the sentence says it all
        return WRONGLY_SET_UP
    except StoreUnavailable as error:
        log.error("no_database", extra={"why": f"MONGODB_URI cannot be reached: {error}"})  # noqa: TRY400
        return FAILED


def _load() -> None:
    """Import what the program works with: the store first, which is wanted first."""
    for name in ("storage.connect", "legalpro.serving"):
        importlib.import_module(name)
