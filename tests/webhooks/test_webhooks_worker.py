"""Stored callbacks are worked once, and one that cannot be worked holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from payments.catalogue import FeeKind
from payments.draft import Draft
from payments.evidence import Evidence, EvidenceKind
from payments.inbox import InboxRow, RowState, row_id
from payments.payment import Payment, State
from payments.service import PaymentService, Recorded
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, PaymentId, Phone, UserId
from payments.wake import Wake
from storage.connect import Store
from storage.inbox import LEASE_S
from tests.webhooks.web_stand import CHECKOUT, ID, Clock, callback, items
from webhooks.worker import InboxWorker, WorkerLimits

Rows = Callable[[], list[dict[str, Any]]]
Fail = Callable[..., Awaitable[None]]
DISK_FULL = 14_031
K = EvidenceKind
PAYMENT = PaymentId(ID)
AGAIN = PaymentId("ffff0000ffff0000")
AGAIN_CHECKOUT = "ws_CO_04022026101630412700000123"
LIMITS = WorkerLimits(idle_s=0.05)


class Faulty(PaymentService):
    """The real door, with a fault of the program's own for one payment."""

    faulty = ""

    async def record(
        self, payment_id: PaymentId, evidence: Evidence, *, only_at: int | None = None
    ) -> Recorded:
        if payment_id == self.faulty:
            raise ZeroDivisionError
        return await super().record(payment_id, evidence, only_at=only_at)


@pytest.fixture
def service(store: Store, clock: Clock) -> Faulty:
    return Faulty(
        store.payments, now=clock, figures=Timing(), poke=lambda: None, alarm=lambda *_, **__: None
    )


@pytest.fixture
def worker(store: Store, service: Faulty) -> InboxWorker:
    return InboxWorker(inbox=store.inbox, service=service, wake=Wake(), limits=LIMITS)


def a_row(body: bytes, subject: str = ID, *, at: Clock, kind: str = "stk", trusted: bool = True) -> InboxRow:
    return InboxRow(
        id=row_id(kind, subject, body),
        kind=kind,
        subject=subject,
        raw=body,
        peer="127.0.0.1",
        trusted=trusted,
        received_at=at(),
    )


async def prompted(
    service: PaymentService, clock: Clock, payment_id: PaymentId = PAYMENT, checkout: str = CHECKOUT
) -> Payment:
    """A payment whose prompt is on the phone."""
    draft = Draft(
        id=payment_id,
        user_id=UserId(7),
        chat_id=ChatId(7),
        created_at=clock(),
        kind=FeeKind.CONSULTATION,
        title="First consultation",
        amount_kes=1_500,
        phone=Phone("254700000123"),
    )
    await service.open(draft)
    await service.record(payment_id, Evidence(id="claim", kind=K.ENGINE_CLAIMED, at=clock()))
    accepted = Evidence(id="push", kind=K.PUSH_ACCEPTED, at=clock(), checkout_id=CheckoutId(checkout))
    return (await service.record(payment_id, accepted)).payment


async def state_of(store: Store, payment_id: PaymentId = PAYMENT) -> State:
    payment = await store.payments.get(payment_id)
    assert payment is not None
    return payment.state


@asynccontextmanager
async def running(worker: InboxWorker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    """Another process shows its state only when it is looked at."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_stored_success_makes_the_payment_paid(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), at=clock))
    assert await worker.work_batch() == 1
    assert await state_of(store) is State.PAID
    (row,) = rows()
    assert (row["state"], row["verdict"]) == ("done", "callback_paid: prompted to paid")
    assert await worker.work_batch() == 0


async def test_a_row_taken_twice_counts_once(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    """The first to take it died after the payment was moved, and before the row was closed."""
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), at=clock))
    assert await InboxWorker(inbox=_Unclosed(store), service=service, wake=Wake()).work_batch() == 1
    assert await state_of(store) is State.PAID
    assert await worker.work_batch() == 0
    clock.forward(LEASE_S + 1)
    assert await worker.work_batch() == 1
    payment = await store.payments.get(PAYMENT)
    assert payment is not None
    assert [entry.kind for entry in payment.history].count(K.CALLBACK_PAID) == 1
    assert _states(rows) == ["done"]


async def test_two_workers_side_by_side_work_every_row_once(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    await prompted(service, clock)
    for code in range(30):
        await store.inbox.add(a_row(callback(ResultCode=code + 5_000), at=clock))
    other = InboxWorker(inbox=store.inbox, service=service, wake=Wake(), limits=LIMITS)
    async with running(worker), running(other):
        await until(lambda: {row["state"] for row in rows()} == {"done"})
    payment = await store.payments.get(PAYMENT)
    assert payment is not None
    heard = [entry.evidence_id for entry in payment.history]
    assert len(heard) == len(set(heard)) == 32


async def test_a_poisoned_row_is_set_aside_after_a_few_attempts_and_the_queue_goes_on(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    service.faulty = AGAIN
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), AGAIN, at=clock))
    clock.forward(1)
    await store.inbox.add(a_row(callback(), at=clock))
    assert await worker.work_batch() == 2
    assert await state_of(store) is State.PAID
    for _ in range(LIMITS.most_attempts - 1):
        clock.forward(LEASE_S)
        assert await worker.work_batch() == 1
    poisoned = {row["subject"]: row for row in rows()}[AGAIN]
    assert (poisoned["state"], poisoned["attempts"]) == ("quarantine", LIMITS.most_attempts)
    assert poisoned["verdict"] == "failed too often"
    clock.forward(LEASE_S * 10)
    assert await worker.work_batch() == 0


async def test_a_failed_row_waits_before_it_is_tried_again(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock
) -> None:
    service.faulty = PAYMENT
    await store.inbox.add(a_row(callback(), at=clock))
    assert await worker.work_batch() == 1
    assert await worker.work_batch() == 0
    clock.forward(LIMITS.retry_s)
    assert await worker.work_batch() == 1


@pytest.mark.parametrize(
    ("body", "verdict"),
    [(callback(), "there is no such payment"), (b"[]", "unreadable: not an STK callback: ")],
    ids=["an unknown payment", "no callback"],
)
async def test_what_can_never_be_worked_is_set_aside_at_once(
    worker: InboxWorker, store: Store, clock: Clock, rows: Rows, body: bytes, verdict: str
) -> None:
    await store.inbox.add(a_row(body, at=clock))
    assert await worker.work_batch() == 1
    (row,) = rows()
    assert (row["state"], row["verdict"]) == ("quarantine", verdict)


async def test_a_row_of_a_kind_that_this_program_does_not_know_is_set_aside_in_the_end(
    worker: InboxWorker, store: Store, clock: Clock, rows: Rows
) -> None:
    await store.inbox.add(a_row(callback(), at=clock, kind="pigeon"))
    for _ in range(LIMITS.most_attempts):
        assert await worker.work_batch() == 1
        clock.forward(LEASE_S)
    assert [row["state"] for row in rows()] == [RowState.QUARANTINE]


async def test_while_the_store_is_away_a_row_stays_for_later(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows, fail: Fail
) -> None:
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), at=clock))
    await fail("findAndModify", "payments", 1, errorCode=DISK_FULL)
    assert await worker.work_batch() == 1
    assert _states(rows) == ["new"]
    clock.forward(LEASE_S + 1)
    assert await worker.work_batch() == 1
    assert await state_of(store) is State.PAID


async def test_the_worker_outlives_an_absence_of_the_store(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows, fail: Fail
) -> None:
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), at=clock))
    await fail("find", "inbox", 2, errorCode=DISK_FULL)
    async with running(worker):
        await until(lambda: _states(rows) == ["done"])
    assert await state_of(store) is State.PAID


async def test_a_ring_of_the_bell_wakes_the_worker(
    store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    wake = Wake()
    worker = InboxWorker(inbox=store.inbox, service=service, wake=wake, limits=WorkerLimits(idle_s=3_600))
    await prompted(service, clock)
    async with running(worker):
        await store.inbox.add(a_row(callback(), at=clock))
        wake.ring()
        await until(lambda: _states(rows) == ["done"])


async def test_a_success_from_an_unlisted_address_must_be_confirmed(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock
) -> None:
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), at=clock, trusted=False))
    await worker.work_batch()
    assert await state_of(store) is State.UNCLEAR


async def test_a_late_success_waits_for_the_phone_and_is_never_set_aside(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    """The first prompt timed out, the second is on the phone: now the first turns out to be paid."""
    await prompted(service, clock)
    await service.record(PAYMENT, Evidence(id="no", kind=K.CALLBACK_UNPAID, at=clock()))
    clock.forward(30)
    await prompted(service, clock, AGAIN, AGAIN_CHECKOUT)
    await store.inbox.add(a_row(callback(), at=clock))
    for _ in range(LIMITS.most_attempts * 2):
        await worker.work_batch()
        clock.forward(LIMITS.retry_s)
    assert "quarantine" not in _states(rows)
    await service.record(AGAIN, Evidence(id="no", kind=K.CALLBACK_UNPAID, at=clock()))
    clock.forward(LEASE_S)
    await worker.work_batch()
    assert _states(rows) == ["done"]
    assert await state_of(store) is State.UNCLEAR  # Safaricom is asked before it is believed.


async def test_a_receipt_of_another_payment_makes_a_person_look(
    worker: InboxWorker, store: Store, service: Faulty, clock: Clock, rows: Rows
) -> None:
    await prompted(service, clock)
    await store.inbox.add(a_row(callback(), at=clock))
    await worker.work_batch()
    clock.forward(200)
    await prompted(service, clock, AGAIN, AGAIN_CHECKOUT)
    forged = callback(CheckoutRequestID=AGAIN_CHECKOUT, CallbackMetadata={"Item": items()})
    await store.inbox.add(a_row(forged, AGAIN, at=clock))
    await worker.work_batch()
    assert await state_of(store, AGAIN) is State.REVIEW


def _states(rows: Rows) -> list[str]:
    return [row["state"] for row in rows()]


class _Unclosed:
    """The real inbox, of a program that dies before it can close a row."""

    def __init__(self, store: Store) -> None:
        self._inbox = store.inbox

    async def add(self, row: InboxRow) -> bool:
        return await self._inbox.add(row)

    async def take(self, limit: int) -> Sequence[InboxRow]:
        return await self._inbox.take(limit)

    async def close(self, row: InboxRow, verdict: str) -> None:
        """Too late."""

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """Too late."""

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """Too late."""
