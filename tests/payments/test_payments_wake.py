"""A worker waits for news, and ends when it is told to."""

import asyncio
import contextlib

import pytest

from payments.wake import Wake


async def test_a_ring_before_the_wait_is_not_lost() -> None:
    wake = Wake()
    wake.ring()
    async with asyncio.timeout(1):
        await wake.wait(60)


async def test_without_a_ring_the_wait_ends_in_time() -> None:
    async with asyncio.timeout(1):
        await Wake().wait(0.01)


async def test_a_cancellation_that_a_library_swallowed_still_ends_the_loop() -> None:
    began = asyncio.Event()

    async def loop() -> None:
        began.set()
        with contextlib.suppress(asyncio.CancelledError):  # as asyncio.wait_for does now and then
            await asyncio.Event().wait()
        while True:
            await Wake().wait(0.01)

    task = asyncio.create_task(loop())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(2):
            await task
