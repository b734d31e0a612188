"""From a payment's commit to the audit trail: every step once, wherever the relay is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from payments.audit import Actor, AuditEntry, AuditKind
from payments.audited import Unlogged
from payments.auditing import AuditLimits, Auditor, verify
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.progress import advance
from payments.timing import Timing
from payments.values import CheckoutId, PaymentId
from payments.wake import Wake
from payments.watch import Notebook
from storage.connect import Store
from tests.payments.keeping import Kept
from tests.storage.conftest import Clock

MakePayment = Callable[..., Payment]
K = EvidenceKind
ID = PaymentId("a1")


def an_auditor(store: Store, clock: Clock, **limits: float) -> Auditor:
    wake = Wake()
    return Auditor(
        feed=store.audit_feed,
        trail=store.audit,
        notebook=Notebook(clock, wake.ring, Kept()),
        wake=wake,
        limits=AuditLimits(**limits),  # type: ignore[arg-type]  # the test names real fields
    )


async def say(store: Store, clock: Clock, kind: EvidenceKind, payment_id: PaymentId = ID) -> None:
    payment = await store.payments.get(payment_id)
    assert payment is not None
    named = CheckoutId(f"ws_CO_{payment_id}") if kind is K.PUSH_ACCEPTED else None
    word = Evidence(id=f"{kind}:{payment.version}", kind=kind, at=clock.forward(30), checkout_id=named)
    assert await store.payments.commit(advance(payment, word, Timing()))


async def the_events(store: Store, payment_id: PaymentId = ID) -> list[str]:
    found = [entry async for entry in store.audit.entries() if isinstance(entry, AuditEntry)]
    return [entry.record.event for entry in found if entry.record.subject == payment_id]


def events(count: int, payment_id: PaymentId = ID) -> list[str]:
    return [f"payment:{payment_id}:{turn}" for turn in range(count)]


async def test_i23_the_opening_and_every_step_have_one_entry_each(
    store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    auditor = an_auditor(store, clock)
    await store.payments.add(a_payment(), ())
    await store.payments.add(a_payment(), ())  # a second tap
    await auditor.rest()
    for kind in (K.ENGINE_CLAIMED, K.PUSH_ACCEPTED, K.QUERY_PENDING, K.QUERY_PAID):
        await say(store, clock, kind)
        await auditor.rest()
        await auditor.rest()
    assert await the_events(store) == events(5)
    assert (await verify(store.audit)).count == 5


async def test_i23_a_relay_that_dies_between_append_and_forget_enters_nothing_twice(
    store: Store, other_store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    await store.payments.add(a_payment(), ())
    await say(store, clock, K.ENGINE_CLAIMED)
    waiting = await store.audit_feed.waiting(10)
    await store.audit.enter([record for each in waiting for record in each.records()])
    # Here it dies: nothing was forgotten, and life goes on.
    await say(store, clock, K.PUSH_ACCEPTED)
    await an_auditor(other_store, clock).rest()
    assert await the_events(store) == events(3)
    assert await store.audit_feed.waiting(10) == []


async def test_i23_a_relay_that_dies_in_the_middle_of_an_append_loses_nothing(
    store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    await store.payments.add(a_payment(), ())
    await say(store, clock, K.ENGINE_CLAIMED)
    await say(store, clock, K.PUSH_ACCEPTED)
    (waiting,) = await store.audit_feed.waiting(10)
    await store.audit.enter(waiting.records()[:2])
    await an_auditor(store, clock).rest()
    assert await the_events(store) == events(3)


async def test_a_step_that_comes_while_the_relay_works_waits_for_the_next_round(
    store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    await store.payments.add(a_payment(), ())
    waiting = await store.audit_feed.waiting(10)
    await say(store, clock, K.ENGINE_CLAIMED)
    await store.audit_feed.entered(waiting)
    (left,) = await store.audit_feed.waiting(10)
    assert [record.event for record in left.records()] == events(2)[1:]


async def test_a_relay_that_was_paused_does_not_undo_what_another_has_done(
    store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    await store.payments.add(a_payment(), ())
    paused = await store.audit_feed.waiting(10)
    await say(store, clock, K.ENGINE_CLAIMED)
    await an_auditor(store, clock).rest()
    await store.audit_feed.entered(paused)
    assert await store.audit_feed.waiting(10) == []
    await say(store, clock, K.PUSH_ACCEPTED)
    (left,) = await store.audit_feed.waiting(10)
    assert isinstance(left, Unlogged)
    assert left.logged == 2


async def test_i23_several_relays_at_once_leave_one_entry_for_each_step(
    store: Store, other_store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    relays = [an_auditor(each, clock) for each in (store, other_store) * 3]
    ids = [PaymentId(f"p{turn}") for turn in range(8)]
    for turn, payment_id in enumerate(ids):
        await store.payments.add(a_payment(payment_id, phone=f"25471234560{turn}"), ())
    for kind in (K.ENGINE_CLAIMED, K.PUSH_ACCEPTED, K.QUERY_PAID):
        await asyncio.gather(
            *(say(store, clock, kind, payment_id) for payment_id in ids),
            *(relay.relay() for relay in relays),
        )
    await asyncio.gather(*(relay.rest() for relay in relays))
    for payment_id in ids:
        assert await the_events(store, payment_id) == events(4, payment_id)
    assert (await verify(store.audit)).count == 4 * len(ids)


async def test_i28_a_round_carries_a_bounded_number_of_payments_the_longest_waiting_first(
    store: Store, clock: Clock, a_payment: MakePayment
) -> None:
    for turn in range(5):
        payment_id = PaymentId(f"p{turn}")
        await store.payments.add(a_payment(payment_id, phone=f"25471234560{turn}"), ())
        await say(store, clock, K.ENGINE_CLAIMED, payment_id)
    auditor = an_auditor(store, clock, batch=2)
    assert await auditor.relay() == 2
    assert [each.subject for each in await store.audit_feed.waiting(10)] == ["p2", "p3", "p4"]


@pytest.mark.parametrize("batch", [1, 100])
async def test_security_events_are_written_at_once_and_in_order(
    store: Store, clock: Clock, batch: int
) -> None:
    auditor = an_auditor(store, clock, batch=batch, idle_s=30)
    task = asyncio.create_task(auditor.run())
    for user in range(3):
        auditor.notebook.note(AuditKind.BUTTON_REFUSED, actor=Actor.USER, who=str(user))
    async with asyncio.timeout(5):
        while (await store.audit.head()).seq < 3:  # noqa: ASYNC110  a collection has no event to wait for
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    found = [entry async for entry in store.audit.entries() if isinstance(entry, AuditEntry)]
    assert [entry.record.who for entry in found] == ["0", "1", "2"]


async def test_at_the_end_of_the_program_what_was_counted_is_written_too(store: Store, clock: Clock) -> None:
    auditor = an_auditor(store, clock)
    for _ in range(3):
        auditor.notebook.note(AuditKind.BAD_TELEGRAM_SECRET, actor=Actor.STRANGER, who="198.51.100.7")
    await auditor.finish()
    (entry,) = [entry async for entry in store.audit.entries() if isinstance(entry, AuditEntry)]
    assert (entry.record.times, entry.record.who) == (3, "198.51.100.7")
