"""Rows that arrive together are written together, and each hears its own verdict."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import bson
import pytest

from payments.inbox import InboxRow, row_id
from payments.ports import StoreUnavailable
from storage.coalesce import Coalescer, Overfull, Verdict
from storage.connect import Store
from storage.documents import InboxDocument
from storage.inbox import _fresh
from storage.records import same_fields
from storage.shelf import row_of

T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)


class Disk:
    """Somewhere to write that takes as long as it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def write(self, rows: Sequence[int]) -> Sequence[Verdict]:
        self.batches.append([*rows])
        self.begun.set()
        await self.go.wait()
        if -1 in rows:
            raise StoreUnavailable("away")
        return [ValueError(str(row)) if row % 10 == 9 else row % 2 == 0 for row in rows]


async def busy(disk: Disk, rows: Coalescer[int]) -> asyncio.Task[bool]:
    """A write of the row 0 is under way."""
    first = asyncio.create_task(rows.put(0))
    await disk.begun.wait()
    return first


async def test_the_first_of_a_quiet_time_is_written_at_once() -> None:
    disk = Disk()
    rows = Coalescer(disk.write)
    first = await busy(disk, rows)
    assert disk.batches == [[0]]
    disk.go.set()
    assert await first is True
    await rows.idle()


async def test_what_comes_meanwhile_goes_together_in_its_order_and_each_hears_its_own_verdict() -> None:
    disk = Disk()
    rows = Coalescer(disk.write, most_at_once=4)
    first = await busy(disk, rows)
    others = [asyncio.create_task(rows.put(number)) for number in (1, 2, 9, 4, 6)]
    await asyncio.sleep(0)
    disk.go.set()
    heard = await asyncio.gather(first, *others, return_exceptions=True)
    assert disk.batches == [[0], [1, 2, 9, 4], [6]]
    assert heard[:3] + heard[4:] == [True, False, True, True, True]
    assert isinstance(heard[3], ValueError)


async def test_what_fails_as_a_whole_is_told_to_everybody_in_it_and_to_nobody_else() -> None:
    disk = Disk()
    rows = Coalescer(disk.write, most_at_once=2)
    first = await busy(disk, rows)
    others = [asyncio.create_task(rows.put(number)) for number in (-1, 2, 4)]
    await asyncio.sleep(0)
    disk.go.set()
    one, two, three = await asyncio.gather(*others, return_exceptions=True)
    assert isinstance(one, StoreUnavailable)
    assert isinstance(two, StoreUnavailable)
    assert three is True
    assert await first is True


async def test_f17_whoever_stops_waiting_stops_neither_the_write_nor_the_others() -> None:
    disk = Disk()
    rows = Coalescer(disk.write)
    first = await busy(disk, rows)
    gone, stays = (asyncio.create_task(rows.put(number)) for number in (2, 4))
    await asyncio.sleep(0)
    for task in (first, gone):
        task.cancel()
    await asyncio.gather(first, gone, return_exceptions=True)
    disk.go.set()
    assert await stays is True
    assert disk.batches == [[0], [2, 4]]


async def test_i28_more_than_the_queue_holds_are_refused_at_once() -> None:
    disk = Disk()
    rows = Coalescer(disk.write, most_waiting=2)
    first = await busy(disk, rows)
    waiting = [asyncio.create_task(rows.put(number)) for number in (2, 4)]
    await asyncio.sleep(0)
    with pytest.raises(Overfull):
        await rows.put(6)
    disk.go.set()
    assert await asyncio.gather(first, *waiting) == [True, True, True]


async def test_a_row_made_by_hand_is_the_row_of_its_document(store: Store) -> None:
    assert await store.inbox.take(1) == []  # Beanie knows its documents once a store is open.
    row = InboxRow(
        id=row_id("stk", "a1", b"\xff"),
        kind="stk",
        subject="a1",
        raw=b"\xff",
        peer="127.0.0.1",
        trusted=False,
        received_at=T0,
        verdict="no JSON",
    )
    document = InboxDocument(**same_fields(InboxRow, row), next_at=T0)
    assert bson.decode(bson.encode(_fresh(row, T0))) == bson.decode(bson.encode(row_of(document)))
