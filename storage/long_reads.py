"""Reading through very much: each batch has a call's time, and the whole reading as long as it needs.

MongoDB counts what a cursor may take from its first batch to its last (`maxTimeMS`, "cursor lifetime"), and
the driver sends what one call may take; so a long reading would end in its middle.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pymongo
from pymongo.asynchronous.cursor import AsyncCursor

from payments.ports import StoreUnavailable
from storage.errors import store_errors
from storage.shelf import Row

AT_ONCE = 1_000
"""Rows that are fetched at once: some milliseconds' work, after which others have their turn."""
BATCH_S = 5.0
WHOLE_S = 24 * 3_600.0


async def batches(
    found: AsyncCursor[Row], at_once: int = AT_ONCE, *, batch_s: float = BATCH_S
) -> AsyncGenerator[list[Row], None]:
    """All that is found, in its order; the next batch comes while one is worked.

    Raises:
        StoreUnavailable: a batch did not come.
    """
    found.batch_size(at_once)
    async with found:
        coming = asyncio.create_task(_next(found, at_once, batch_s))
        try:
            while batch := await coming:
                coming = asyncio.create_task(_next(found, at_once, batch_s))
                yield batch
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _next(found: AsyncCursor[Row], at_once: int, batch_s: float) -> list[Row]:
    try:
        with store_errors(), pymongo.timeout(WHOLE_S):
            async with asyncio.timeout(batch_s):
                return await found.to_list(at_once)
    except TimeoutError as error:
        raise StoreUnavailable(f"a batch of rows did not come within {batch_s} s") from error
