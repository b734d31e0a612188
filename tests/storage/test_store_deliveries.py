"""News reaches each chat exactly once, whatever is cut off and whoever else is at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from payments import notices
from payments.deliveries import Delivery, DeliveryState
from payments.evidence import Evidence, EvidenceKind
from payments.notices import Audience, Notice, Topic
from payments.payment import Payment
from payments.progress import advance
from payments.timing import Timing
from payments.values import ChatId
from storage.connect import Store

MakePayment = Callable[..., Payment]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
ADMINS = (ChatId(901), ChatId(902))


def later(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


async def added(store: Store, payment: Payment) -> Payment:
    alert = Notice(
        id=f"{payment.id}:odd", topic=Topic.PAYMENT, subject=payment.id, audience=Audience.ADMINS, event="odd"
    )
    return await store.payments.add(payment, (*notices.on_entry(payment), alert))


async def take(
    store: Store, at: datetime = T0, busy: Sequence[ChatId] = (), limit: int = 10
) -> Sequence[Delivery]:
    return await store.deliveries.take(at, lease_s=30, busy=busy, limit=limit)


async def all_of(store: Store) -> list[tuple[ChatId, str]]:
    """Everything there is to deliver, taken and sent until nothing is left."""
    told = []
    while taken := await take(store, later(3_600)):
        for delivery in taken:
            told.append((delivery.chat_id, delivery.event))
            await store.deliveries.sent(delivery)
    return sorted(told)


EVERYBODY = [(11, "queued"), (901, "odd"), (902, "odd")]


async def test_the_payer_is_told_in_their_chat_and_each_admin_in_theirs(
    store: Store, a_payment: MakePayment
) -> None:
    await added(store, a_payment())
    assert await store.deliveries.collect(ADMINS, T0) == 1
    assert await store.deliveries.collect(ADMINS, T0) == 0
    assert await all_of(store) == EVERYBODY


async def test_cut_off_after_the_deliveries_were_written_nothing_is_doubled(
    store: Store, a_payment: MakePayment
) -> None:
    await added(store, a_payment())
    news = await store.deliveries.outbox.waiting()
    await store.deliveries.outbox.deliver(news, ADMINS, T0)
    told_before_the_crash = await take(store)
    for delivery in told_before_the_crash:
        await store.deliveries.sent(delivery)
    assert await store.deliveries.collect(ADMINS, later(60)) == 1
    assert await all_of(store) == []
    assert len(told_before_the_crash) == 3


async def test_cut_off_amid_the_deliveries_the_rest_is_written(store: Store, a_payment: MakePayment) -> None:
    await added(store, a_payment())
    news = await store.deliveries.outbox.waiting()
    await store.deliveries.outbox.deliver(news, ADMINS[:1], T0)
    await store.deliveries.collect(ADMINS, later(60))
    assert await all_of(store) == EVERYBODY


async def test_news_that_comes_while_collecting_is_not_forgotten(
    store: Store, a_payment: MakePayment
) -> None:
    payment = await added(store, a_payment())
    news = await store.deliveries.outbox.waiting()
    cancelled = Evidence(id="cancel", kind=EvidenceKind.PAYER_CANCELLED, at=later(1))
    assert await store.payments.commit(advance(payment, cancelled, Timing()))
    await store.deliveries.outbox.deliver(news, ADMINS, T0)
    await store.deliveries.outbox.forget(news)
    assert await store.deliveries.collect(ADMINS, T0) == 1
    assert await all_of(store) == sorted([*EVERYBODY, (11, "unpaid")])


async def test_two_programs_that_collect_at_once_make_one_delivery_each(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    for number in range(20):
        await added(store, a_payment(f"p{number}", chat=number))
    stores = [store, other_store] * 3
    await asyncio.gather(*(each.deliveries.collect(ADMINS, T0) for each in stores))
    assert len(await all_of(store)) == 60


async def test_several_senders_never_get_the_same_delivery(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    for number in range(10):
        await added(store, a_payment(f"p{number}", chat=number))
    await store.deliveries.collect((), T0)
    stores = [store, other_store] * 5
    taken = await asyncio.gather(*(take(each) for each in stores))
    ids = [delivery.id for each in taken for delivery in each]
    assert len(ids) == len(set(ids)) == 10


async def test_a_chat_is_told_one_thing_at_a_time_and_in_order(store: Store, a_payment: MakePayment) -> None:
    payment = await added(store, a_payment())
    cancelled = Evidence(id="cancel", kind=EvidenceKind.PAYER_CANCELLED, at=T0)
    await store.payments.commit(advance(payment, cancelled, Timing()))
    await store.deliveries.collect((), T0)
    (first,) = await take(store)
    assert first.event == "queued"
    assert await take(store) == []
    await store.deliveries.sent(first)
    (second,) = await take(store)
    assert second.event == "unpaid"


async def test_a_busy_chat_waits(store: Store, a_payment: MakePayment) -> None:
    for number in (1, 2):
        await added(store, a_payment(f"p{number}", chat=number))
    await store.deliveries.collect((), T0)
    assert [delivery.chat_id for delivery in await take(store, busy=[ChatId(1)])] == [2]


async def test_no_more_is_taken_than_was_asked_for(store: Store, a_payment: MakePayment) -> None:
    for number in range(5):
        await added(store, a_payment(f"p{number}", chat=number))
    await store.deliveries.collect((), T0)
    assert len(await take(store, limit=2)) == 2


async def test_a_sender_that_died_is_replaced_and_the_repeat_says_so(
    store: Store, a_payment: MakePayment
) -> None:
    await added(store, a_payment())
    await store.deliveries.collect((), T0)
    (lost,) = await take(store)
    assert (lost.attempts, lost.perhaps_sent) == (1, False)
    assert await store.deliveries.next_due_at() == later(30)
    assert await take(store, later(29)) == []
    (again,) = await take(store, later(30))
    assert (again.id, again.attempts, again.perhaps_sent) == (lost.id, 2, True)


async def test_a_sender_that_lost_its_lease_changes_nothing(store: Store, a_payment: MakePayment) -> None:
    await added(store, a_payment())
    await store.deliveries.collect((), T0)
    (lost,) = await take(store)
    (again,) = await take(store, later(30))
    await store.deliveries.sent(lost)
    await store.deliveries.park(lost, "blocked")
    await store.deliveries.put_back(lost, T0, perhaps_sent=False)
    assert await take(store, later(40)) == []
    assert (await take(store, later(60)))[0].attempts == again.attempts + 1


@pytest.mark.parametrize("perhaps_sent", [True, False])
async def test_a_delivery_put_back_comes_when_it_is_due(
    store: Store, a_payment: MakePayment, *, perhaps_sent: bool
) -> None:
    await added(store, a_payment())
    await store.deliveries.collect((), T0)
    (first,) = await take(store)
    await store.deliveries.put_back(first, later(5), perhaps_sent=perhaps_sent)
    assert await store.deliveries.next_due_at() == later(5)
    assert await take(store, later(4)) == []
    (again,) = await take(store, later(5))
    assert (again.state, again.perhaps_sent) == (DeliveryState.SENDING, perhaps_sent)


async def test_what_cannot_arrive_is_parked_for_good(store: Store, a_payment: MakePayment) -> None:
    await added(store, a_payment())
    await store.deliveries.collect((), T0)
    (delivery,) = await take(store)
    await store.deliveries.park(delivery, "the bot was blocked")
    assert await store.deliveries.next_due_at() is None
    assert await take(store, later(3_600)) == []
