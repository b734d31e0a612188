"""The demo's data: three weeks that could have been, written once into a new program's database."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from legalpro.demo.fill import fill
from legalpro.demo.people import ASHA
from legalpro.demo.story import past
from payments.analytics.bookkeeping import Bookkeeper
from payments.auditing import Auditor, verify
from payments.invariants import offended
from payments.payment import State
from payments.refunds.refund import RefundState
from payments.values import ChatId, UserId
from payments.wake import Wake
from payments.watch import Notebook
from storage.connect import Store
from tests.payments.keeping import Kept

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
ADMINS = [ChatId(5101), ChatId(5102)]


@pytest_asyncio.fixture
async def store(mongod_uri: str, database_name: str) -> AsyncIterator[Store]:
    opened = await Store.open(mongod_uri, database_name, now=lambda: NOW)
    yield opened
    await opened.close()


@pytest.mark.parametrize("hours", range(0, 24 * 7, 5))
def test_whenever_the_demo_starts_its_story_is_past_and_whole(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    payments = past(now)
    assert all(entry.at <= now for payment in payments for entry in payment.history)
    assert all(payment.next_at is None or payment.next_at > now for payment in payments)
    assert len({payment.id for payment in payments}) == len(payments)
    assert min(payment.created_at for payment in payments) > now - timedelta(days=22)


def test_the_story_knows_every_situation_in_which_a_payment_can_rest() -> None:
    payments = past(NOW)
    states = Counter(payment.state for payment in payments)
    assert states.keys() == {State.PAID, State.UNPAID, State.UNCLEAR, State.REVIEW}
    assert states[State.PAID] > 40
    assert len({payment.reason for payment in payments if payment.state is State.UNPAID}) >= 6
    assert any(payment.late for payment in payments)
    assert any(payment.receipt is None for payment in payments if payment.state is State.PAID)
    assert any(payment.retry_of for payment in payments)


def test_the_same_day_has_the_same_story() -> None:
    assert past(NOW) == past(NOW)


async def test_what_is_written_breaks_no_invariant_and_leaves_the_trail_whole(store: Store) -> None:
    assert await fill(store, NOW)
    auditor = Auditor(
        feed=store.audit_feed,
        trail=store.audit,
        notebook=Notebook(lambda: NOW, lambda: None, Kept()),
        wake=Wake(),
    )
    await auditor.rest()
    await Bookkeeper(rollups=store.rollups).rest()
    assert offended(await store.invariants.full()) == []
    assert (await verify(store.audit)).fault is None
    assert await store.payments.next_due_at() is not None
    assert await store.refunds.in_states({RefundState.PAID_OUT}, 9)


async def test_nothing_is_written_where_a_payment_is_kept_already(store: Store) -> None:
    assert await fill(store, NOW)
    before = await store.payments.in_states(list(State), 500)
    assert not await fill(store, NOW + timedelta(days=3))
    assert await store.payments.in_states(list(State), 500) == before


async def test_the_office_is_told_only_of_what_is_still_to_be_done(store: Store) -> None:
    await fill(store, NOW)
    while await store.deliveries.collect(ADMINS, NOW):
        pass
    told: list[str] = []
    while taken := await store.deliveries.take(NOW, lease_s=9, busy=(), limit=50):
        told += [each.event for each in taken if each.chat_id == ADMINS[0]]
        for delivery in taken:
            await store.deliveries.sent(delivery)
    assert sorted(told) == ["requested", "review", "review"]


async def test_the_waiting_refund_is_of_somebody_one_can_be(store: Store) -> None:
    await fill(store, NOW)
    (waiting,) = await store.refunds.in_states({RefundState.REQUESTED}, 9)
    assert (waiting.user_id, waiting.phone) == (UserId(ASHA.user_id), ASHA.phone)
