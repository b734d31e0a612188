"""Telegram's updates: kept before they are acknowledged, worked once, in order, by whoever is alive."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from payments.updates import StoredUpdate
from payments.values import ChatId
from storage.connect import Store

LEASE_S = 10.0


class Clock(Protocol):
    def forward(self, seconds: float) -> datetime: ...


def update(number: int, chat: int | None = 11) -> StoredUpdate:
    chat_id = None if chat is None else ChatId(chat)
    return StoredUpdate(update_id=number, chat_id=chat_id, raw=f'{{"update_id": {number}}}')


async def take(store: Store, busy: Sequence[int] = (), limit: int = 10) -> list[StoredUpdate]:
    chats = [ChatId(chat) for chat in busy]
    return list(await store.updates.take(lease_s=LEASE_S, busy=chats, limit=limit))


async def test_an_update_is_kept_once_and_worked_in_order(store: Store) -> None:
    assert [await store.updates.add(update(number)) for number in (3, 1, 3, 2)] == [True, True, False, True]
    worked = []
    while taken := await take(store):
        worked += [each.update_id for each in taken]
        await store.updates.done(taken[0])
    assert worked == [1, 2, 3]


async def test_f49_a_finished_update_is_not_worked_again(store: Store) -> None:
    await store.updates.add(update(1))
    (taken,) = await take(store)
    assert (taken.attempts, taken.fence) == (1, 1)
    await store.updates.done(taken)
    assert not await store.updates.begin_again(taken)
    assert await take(store) == []
    assert not await store.updates.add(update(1))


async def test_an_update_set_aside_is_worked_no_more(store: Store) -> None:
    await store.updates.add(update(1))
    (taken,) = await take(store)
    await store.updates.set_aside(taken, "failed three times")
    assert await take(store) == []
    assert await store.updates.add(update(2), aside="cannot be read")
    assert await take(store) == []


async def test_one_update_of_a_chat_at_a_time_and_many_chats_at_once(store: Store) -> None:
    for number, chat in ((1, 11), (2, 11), (3, 12), (4, None), (5, 13)):
        await store.updates.add(update(number, chat))
    assert [each.update_id for each in await take(store, busy=[13])] == [1, 3, 4]
    assert await take(store, busy=[13]) == []


async def test_i30_several_processes_never_work_one_chat_at_the_same_time(
    store: Store, other_store: Store
) -> None:
    for number in range(60):
        await store.updates.add(update(number, number % 6))
    worked: dict[int, list[int]] = {chat: [] for chat in range(6)}
    at_work: set[int] = set()

    async def work(mine: Store) -> None:
        while await mine.updates.pending(1):
            for each in await mine.updates.take(lease_s=LEASE_S, busy=(), limit=3):
                chat = each.chat_id or 0
                assert chat not in at_work
                at_work.add(chat)
                await asyncio.sleep(0)
                worked[chat].append(each.update_id)
                at_work.remove(chat)
                await mine.updates.done(each)

    await asyncio.gather(*(work(each) for each in (store, other_store, store, other_store)))
    assert worked == {chat: list(range(chat, 60, 6)) for chat in range(6)}


async def test_i25_one_that_died_is_replaced_after_its_lease_and_its_late_word_ignored(
    store: Store, other_store: Store, clock: Clock
) -> None:
    await store.updates.add(update(1))
    (lost,) = await take(store)
    clock.forward(LEASE_S - 0.1)
    assert await take(other_store) == []
    clock.forward(0.1)
    (again,) = await take(other_store)
    assert (again.attempts, again.fence) == (2, 2)
    await store.updates.done(lost)
    await store.updates.give_back(lost)
    await store.updates.set_aside(lost, "too late")
    assert await store.updates.renew([lost], LEASE_S) == []
    assert await store.updates.pending(5) == [again]


async def test_what_is_held_longer_stays(store: Store, other_store: Store, clock: Clock) -> None:
    await store.updates.add(update(1))
    taken = await take(store)
    for _ in range(5):
        clock.forward(LEASE_S - 1)
        assert await store.updates.renew(taken, LEASE_S) == taken
        assert await take(other_store) == []


async def test_what_is_given_back_is_anybodys_at_once_and_was_no_attempt(
    store: Store, other_store: Store
) -> None:
    await store.updates.add(update(1))
    (taken,) = await take(store)
    await store.updates.give_back(taken)
    assert await take(other_store) == [replace(taken, fence=2)]


async def test_an_older_update_that_arrives_late_waits_for_the_one_under_way(
    store: Store, clock: Clock
) -> None:
    await store.updates.add(update(6))
    (taken,) = await take(store)
    await store.updates.add(update(5))
    assert await take(store) == []
    clock.forward(LEASE_S)
    (again,) = await take(store)
    assert again.update_id == taken.update_id
    await store.updates.done(again)
    assert [each.update_id for each in await take(store)] == [5]


async def test_alone_on_the_store_a_restart_takes_everything_over_at_once(store: Store) -> None:
    await store.updates.add(update(1))
    (lost,) = await take(store)
    await store.updates.give_all_back()
    assert await take(store) == [replace(lost, attempts=2, fence=2)]
