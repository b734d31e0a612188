"""Limits that all programs share: never exceeded by many at once, earned back by the server's clock, fair."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pymongo import MongoClient

from payments.evidence import Evidence, EvidenceKind
from payments.limits import PUSHES, QUERIES, Rate
from payments.payment import Payment
from payments.ports import LineTaken, RepeatTooSoon
from payments.progress import advance
from payments.timing import Timing
from storage.connect import Store
from storage.limits import LENIENCE, MARGIN, TURNS_OF_FIRST

MakePayment = Callable[..., Payment]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
SANDBOX = Rate(per_s=5 / 60)
QUICK = Rate(per_s=10)
FIGURES = Timing()


@pytest.fixture
def row_is(mongod_uri: str, database_name: str) -> Callable[..., None]:
    """Put the row of the limit of queries where time would have brought it: seconds from the server's now."""

    def put(turns: int = 0, **moments_s: float) -> None:
        moments = {name: {"$add": ["$$NOW", round(s * 1_000)]} for name, s in moments_s.items()}
        with MongoClient[dict[str, Any]](mongod_uri) as client:
            row = {"_id": QUERIES}, [{"$replaceWith": {"_id": QUERIES, "turns": turns, **moments}}]
            client[database_name]["limits"].update_one(*row, upsert=True)

    return put


async def test_of_twenty_at_once_one_may_ask_the_sandbox(store: Store, other_store: Store) -> None:
    takers = [each.limits.take(QUERIES, SANDBOX) for each in [store, other_store] * 10]
    waits = await asyncio.gather(*takers)
    assert waits.count(0) == 1
    assert all(wait_s > 0 for wait_s in waits if wait_s)


async def test_of_twenty_at_once_as_many_may_send_as_the_burst_holds(
    store: Store, other_store: Store
) -> None:
    five = Rate(per_s=0.1, burst=5)
    waits = await asyncio.gather(*(each.limits.take(PUSHES, five) for each in [store, other_store] * 10))
    assert waits.count(0) == 5


async def test_those_who_wait_are_told_to_come_back_one_after_the_other(store: Store) -> None:
    waits = sorted([await store.limits.take(QUERIES, SANDBOX) for _ in range(6)])
    apart = [later - sooner for sooner, later in pairwise(waits[1:])]
    interval_s = SANDBOX.interval_s * MARGIN
    assert waits[0] == 0
    assert waits[1] == pytest.approx(interval_s, abs=1)
    assert all(each == pytest.approx(interval_s, abs=1) for each in apart)


async def test_whoever_came_a_little_late_costs_nobody_behind_them_the_place_they_were_told(
    store: Store, row_is: Callable[..., None]
) -> None:
    interval_s = SANDBOX.interval_s * MARGIN
    row_is(full_at=0.15 * interval_s, other_until=3 * interval_s)
    assert await store.limits.take(QUERIES, SANDBOX) == 0
    row_is(full_at=0.25 * interval_s, other_until=3 * interval_s)
    assert await store.limits.take(QUERIES, SANDBOX) == pytest.approx(4 * interval_s, abs=1)


async def test_a_call_before_its_moment_is_owed_in_full(store: Store, row_is: Callable[..., None]) -> None:
    row_is(full_at=2.0)
    assert await store.limits.take(QUERIES, SANDBOX) == 0
    assert await store.limits.take(QUERIES, SANDBOX) == pytest.approx(2 + SANDBOX.interval_s * MARGIN, abs=1)


async def test_in_no_minute_more_are_asked_than_the_sandbox_bears() -> None:
    at_their_earliest = 60 / (SANDBOX.interval_s * MARGIN) + LENIENCE
    assert math.floor(at_their_earliest) + 1 <= 5


async def test_nobody_is_told_to_come_back_in_hours(store: Store) -> None:
    waits = [await store.limits.take(QUERIES, SANDBOX) for _ in range(200)]
    assert max(waits) <= 601


async def test_a_place_is_earned_back_by_the_servers_clock_and_not_by_ours(store: Store, clock: Any) -> None:
    assert await store.limits.take(QUERIES, QUICK) == 0
    clock.forward(3_600)
    wait_s = await store.limits.take(QUERIES, QUICK)
    assert 0 < wait_s <= 0.11
    async with asyncio.timeout(5):
        while await store.limits.take(QUERIES, QUICK) > 0:  # noqa: ASYNC110  only time opens it
            await asyncio.sleep(0.01)


async def test_what_one_program_took_the_next_one_knows(
    store: Store, mongod_uri: str, database_name: str
) -> None:
    assert await store.limits.take(QUERIES, SANDBOX) == 0
    restarted = await Store.open(mongod_uri, database_name)
    assert await restarted.limits.take(QUERIES, SANDBOX) > 0
    await restarted.close()


async def test_over_any_time_no_more_is_given_than_the_rate(store: Store, other_store: Store) -> None:
    given: list[float] = []
    loop = asyncio.get_running_loop()
    until = loop.time() + 1

    async def taker(each: Store) -> None:
        while loop.time() < until:
            if (wait_s := await each.limits.take(PUSHES, QUICK)) > 0:
                await asyncio.sleep(min(wait_s, 0.2))
            else:
                given.append(loop.time())

    await asyncio.gather(*(taker(each) for each in [store, other_store] * 4))
    assert 5 <= len(given) <= 11


async def test_limits_of_different_names_know_nothing_of_each_other(store: Store) -> None:
    assert await store.limits.take(QUERIES, SANDBOX) == 0
    assert await store.limits.take(PUSHES, SANDBOX) == 0


async def test_a_person_goes_before_the_routine_that_comes_at_the_same_time(
    store: Store, row_is: Callable[..., None]
) -> None:
    row_is(full_at=-0.2, first_until=0.0, other_until=0.0)
    assert await store.limits.take(QUERIES, SANDBOX) > 0
    assert await store.limits.take(QUERIES, SANDBOX, first=True) == 0


async def test_people_never_starve_the_routine(store: Store, row_is: Callable[..., None]) -> None:
    row_is(full_at=-0.2, first_until=0.0, other_until=0.0, turns=TURNS_OF_FIRST)
    assert await store.limits.take(QUERIES, SANDBOX, first=True) > 0
    assert await store.limits.take(QUERIES, SANDBOX) == 0


async def test_with_both_waiting_three_of_four_places_are_the_peoples(
    store: Store, row_is: Callable[..., None]
) -> None:
    order = []
    turns = 0
    for _ in range(8):
        row_is(full_at=-0.2, first_until=0.0, other_until=0.0, turns=turns)
        person = await store.limits.take(QUERIES, SANDBOX, first=True) == 0
        assert person or await store.limits.take(QUERIES, SANDBOX) == 0
        order.append(person)
        turns = turns + 1 if person else 0
    assert order == [True, True, True, False] * 2


async def test_a_place_kept_for_somebody_who_never_comes_is_lost_to_nobody(
    store: Store, row_is: Callable[..., None]
) -> None:
    row_is(full_at=-2.5, first_until=0.0)
    assert await store.limits.take(QUERIES, SANDBOX) == 0
    row_is(full_at=-2.5, other_until=0.0, turns=TURNS_OF_FIRST)
    assert await store.limits.take(QUERIES, SANDBOX, first=True) == 0


async def test_a_server_clock_set_back_closes_no_limit_for_long(
    store: Store, row_is: Callable[..., None]
) -> None:
    row_is(full_at=3_600.0, first_until=3_600.0)
    assert await store.limits.take(QUERIES, SANDBOX) < 30


# What payments hold of a phone.


def claim(payment: Payment, at_s: float = 1) -> Any:
    word = Evidence(
        id=f"claim:{payment.id}:{at_s}", kind=EvidenceKind.ENGINE_CLAIMED, at=T0 + timedelta(seconds=at_s)
    )
    return advance(payment, word, FIGURES)


def said(payment: Payment, kind: EvidenceKind, at_s: float, **more: Any) -> Any:
    word = Evidence(id=f"{kind}:{at_s}", kind=kind, at=T0 + timedelta(seconds=at_s), **more)
    return advance(payment, word, FIGURES)


async def test_the_same_amount_is_not_claimed_again_after_a_success(
    store: Store, a_payment: MakePayment
) -> None:
    first, second = [await store.payments.add(a_payment(each), ()) for each in ("a1", "b2")]
    other = await store.payments.add(replace(a_payment("c3"), amount_kes=1_600), ())
    prompt = claim(first)
    assert await store.payments.commit(prompt)
    paid = said(prompt.after, EvidenceKind.QUERY_PAID, 20)
    assert await store.payments.commit(paid)
    with pytest.raises(RepeatTooSoon):
        await store.payments.commit(claim(second, 21))
    assert [each.id for each in await store.payments.others_of_phone(second)] == ["a1"]
    assert await store.payments.commit(claim(other, 21))


async def test_after_a_definite_no_the_same_amount_may_be_claimed_at_once(
    store: Store, a_payment: MakePayment
) -> None:
    first, second = [await store.payments.add(a_payment(each), ()) for each in ("a1", "b2")]
    prompt = claim(first)
    assert await store.payments.commit(prompt)
    assert await store.payments.commit(said(prompt.after, EvidenceKind.PUSH_REFUSED, 5))
    assert not await store.payments.others_of_phone(second)
    assert await store.payments.commit(claim(second, 6))


async def test_what_a_payment_holds_is_ended_only_at_the_version_it_was_judged_by(
    store: Store, a_payment: MakePayment
) -> None:
    first, second = [await store.payments.add(a_payment(each), ()) for each in ("a1", "b2")]
    prompt = claim(first)
    assert await store.payments.commit(prompt)
    assert await store.payments.commit(said(prompt.after, EvidenceKind.QUERY_PAID, 20))
    assert not await store.payments.let_go(prompt.after, line=True, repeat=True)
    with pytest.raises(LineTaken):
        await store.payments.commit(claim(second, 21))
    now = await store.payments.get(first.id)
    assert now is not None
    assert await store.payments.let_go(now, line=False, repeat=True)
    assert await store.payments.commit(claim(second, 200))


async def test_of_twenty_claims_of_one_phone_and_amount_one_succeeds_through_two_programs(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    steps = [claim(await store.payments.add(a_payment(f"p{number}"), ())) for number in range(20)]
    books = [store.payments, other_store.payments] * 10
    tries = (book.commit(step) for book, step in zip(books, steps, strict=True))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert results.count(True) == 1
    assert sum(isinstance(result, LineTaken) for result in results) == 19


async def test_what_a_person_wants_asked_is_due_first(store: Store, a_payment: MakePayment) -> None:
    for number in range(5):
        await store.payments.add(replace(a_payment(f"p{number}"), next_at=T0 - timedelta(seconds=9)), ())
    await store.payments.add(replace(a_payment("wanted"), next_at=T0, ask_wanted=True), ())
    due = [payment.id for payment in await store.payments.due(T0, limit=3)]
    assert due[0] == "wanted"
    assert len(due) == len(set(due)) == 3
