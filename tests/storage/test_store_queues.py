"""Callbacks: kept before they are acknowledged, worked once, by one at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from payments.inbox import InboxRow, row_id
from storage.connect import Store
from storage.inbox import LEASE_S

T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)


class Clock(Protocol):
    def forward(self, seconds: float) -> datetime: ...


def row(raw: bytes = b'{"a":\xff\x00}', received_at: datetime = T0) -> InboxRow:
    return InboxRow(
        id=row_id("stk", "a1", raw),
        kind="stk",
        subject="a1",
        raw=raw,
        peer="196.201.214.200",
        trusted=True,
        received_at=received_at,
    )


async def test_a_callback_is_kept_byte_for_byte(store: Store) -> None:
    assert await store.inbox.add(row())
    assert await store.inbox.take(5) == [replace(row(), attempts=1, fence=1)]


async def test_the_same_bytes_are_kept_once_and_different_ones_all(store: Store) -> None:
    kept = await asyncio.gather(*(store.inbox.add(row(b"same")) for _ in range(10)))
    assert kept.count(True) == 1
    assert await store.inbox.add(row(b"other"))
    assert len(await store.inbox.take(50)) == 2


async def test_callbacks_are_worked_oldest_first(store: Store) -> None:
    for second in (2, 1, 3):
        await store.inbox.add(row(b"%d" % second, T0 + timedelta(seconds=second)))
    assert [each.raw for each in await store.inbox.take(2)] == [b"1", b"2"]


async def test_each_callback_is_given_to_one_worker(store: Store, other_store: Store) -> None:
    for number in range(40):
        await store.inbox.add(row(b"%d" % number))
    inboxes = [store.inbox, other_store.inbox] * 4
    taken = [
        each.id for rows in await asyncio.gather(*(inbox.take(20) for inbox in inboxes)) for each in rows
    ]
    assert len(taken) == len(set(taken))
    taken += [each.id for each in await store.inbox.take(40)]
    assert len(set(taken)) == 40


async def test_a_closed_callback_is_over(store: Store, clock: Clock) -> None:
    await store.inbox.add(row())
    (taken,) = await store.inbox.take(1)
    await store.inbox.close(taken, "paid")
    clock.forward(3_600)
    assert await store.inbox.take(1) == []
    assert not await store.inbox.add(row())


async def test_a_worker_that_died_is_replaced_and_its_late_word_ignored(store: Store, clock: Clock) -> None:
    await store.inbox.add(row())
    (lost,) = await store.inbox.take(1)
    clock.forward(LEASE_S - 1)
    assert await store.inbox.take(1) == []
    clock.forward(1)
    (again,) = await store.inbox.take(1)
    assert again.attempts == 2
    await store.inbox.close(lost, "too late")
    await store.inbox.quarantine(lost, "too late")
    await store.inbox.retry(again, 5)
    clock.forward(5)
    assert [each.attempts for each in await store.inbox.take(1)] == [3]


async def test_what_is_set_aside_is_kept_and_never_worked(store: Store) -> None:
    assert await store.inbox.add(row())
    (taken,) = await store.inbox.take(1)
    await store.inbox.quarantine(taken, "no JSON")
    assert await store.inbox.take(1) == []
    assert not await store.inbox.add(row())
