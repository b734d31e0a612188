"""Rulings in MongoDB: one is open for a payment, and one hand decides it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pymongo.errors import WriteError

from payments.notices import Topic
from payments.rulings.ruling import Outcome, Ruling, RulingState, notice_of
from payments.values import ChatId, PaymentId, Receipt, UserId
from storage.connect import Store

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
A_RULING = Ruling(
    id="00000000000000a1",
    payment_id=PaymentId("00000000000000b1"),
    outcome=Outcome.PAID,
    why="seen on the statement",
    by=UserId(900),
    by_name="Wanjiru",
    created_at=AT,
    receipt=Receipt("UB47K2M9QX"),
    amount_kes=1_400,
)


def decided(ruling: Ruling, state: RulingState, by: int) -> Ruling:
    return replace(
        ruling,
        state=state,
        version=ruling.version + 1,
        decided_by=UserId(by),
        decided_by_name="Otieno",
        decided_at=AT + timedelta(minutes=1),
    )


async def test_a_ruling_comes_back_as_it_was_and_the_same_again_is_the_same(store: Store) -> None:
    assert await store.rulings.add(A_RULING, notice_of(A_RULING)) == A_RULING
    assert await store.rulings.add(A_RULING, notice_of(A_RULING)) == A_RULING
    assert await store.rulings.get(A_RULING.id) == A_RULING
    assert await store.rulings._shelf.rows.count_documents({}) == 1


async def test_of_two_rulings_about_one_payment_at_once_one_is_kept(store: Store) -> None:
    many = [replace(A_RULING, id=f"{number:016x}") for number in range(8)]
    kept = await asyncio.gather(*(store.rulings.add(each, notice_of(each)) for each in many))
    assert sum(each is not None for each in kept) == 1


async def test_of_many_who_decide_at_once_one_decides_and_the_next_may_propose(store: Store) -> None:
    await store.rulings.add(A_RULING, notice_of(A_RULING))
    states = [RulingState.AGREED, RulingState.DROPPED] * 4
    decisions = [decided(A_RULING, state, 901 + turn) for turn, state in enumerate(states)]
    done = await asyncio.gather(
        *(store.rulings.decide(A_RULING, each, notice_of(each)) for each in decisions)
    )
    assert sum(done) == 1
    assert await store.rulings.get(A_RULING.id) == decisions[done.index(True)]
    another = replace(A_RULING, id="00000000000000a2")
    assert await store.rulings.add(another, notice_of(another)) == another


async def test_the_office_hears_of_the_proposal_and_of_the_decision_once_each(store: Store) -> None:
    await store.rulings.add(A_RULING, notice_of(A_RULING))
    after = decided(A_RULING, RulingState.AGREED, 901)
    await store.rulings.decide(A_RULING, after, notice_of(after))
    for _ in range(2):
        await store.deliveries.collect((ChatId(900), ChatId(901)), AT)
    rows = await store.deliveries._deliveries.rows.find({"topic": Topic.RULING}).to_list()
    told = sorted((row["event"], row["chat_id"]) for row in rows)
    assert told == [("agreed", 900), ("agreed", 901), ("proposed", 900), ("proposed", 901)]


async def test_mongodb_itself_refuses_a_ruling_in_no_known_state_or_with_cents(store: Store) -> None:
    await store.rulings.add(A_RULING, notice_of(A_RULING))
    for change in ({"state": "perhaps"}, {"amount_kes": 14.5}, {"outcome": "maybe"}):
        with pytest.raises(WriteError):
            await store.rulings._shelf.rows.update_one({"_id": A_RULING.id}, {"$set": change})
