"""Stored callbacks are worked once, and one that cannot be worked holds up nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from payments.evidence import Evidence, EvidenceKind
from payments.inbox import RowState
from payments.payment import State
from payments.values import PaymentId
from storage.connect import Store
from storage.inbox import LEASE_S
from tests.webhooks.inbox_desk import LIMITS, PAYMENT, Desk, Unclosed, a_desk, running
from tests.webhooks.web_stand import Clock, callback, items
from webhooks.worker import WorkerLimits

Rows = Callable[[], list[dict[str, Any]]]
Fail = Callable[..., Awaitable[None]]
DISK_FULL = 14_031
K = EvidenceKind
AGAIN = PaymentId("ffff0000ffff0000")
AGAIN_CHECKOUT = "ws_CO_04022026101630412700000123"


@pytest.fixture
def desk(store: Store, clock: Clock, rows: Rows) -> Desk:
    return a_desk(store, clock, rows)


async def test_a_stored_success_makes_the_payment_paid(desk: Desk) -> None:
    await desk.prompted()
    await desk.add(callback())
    assert await desk.worker.work_batch() == 1
    assert await desk.state_of() is State.PAID
    (row,) = desk.rows()
    assert (row["state"], row["verdict"]) == ("done", "callback_paid: prompted to paid")
    assert await desk.worker.work_batch() == 0


async def test_a_row_taken_twice_counts_once(desk: Desk) -> None:
    """The first to take it died after the payment was moved, and before the row was closed."""
    await desk.prompted()
    await desk.add(callback())
    assert await desk.another(inbox=Unclosed(desk.store)).work_batch() == 1
    assert await desk.state_of() is State.PAID
    assert await desk.worker.work_batch() == 0
    desk.clock.forward(LEASE_S + 1)
    assert await desk.worker.work_batch() == 1
    assert [entry.kind for entry in await desk.history()].count(K.CALLBACK_PAID) == 1
    assert desk.states() == ["done"]


async def test_many_words_about_one_payment_are_worked_as_they_came(desk: Desk) -> None:
    await desk.prompted()
    await desk.add_thirty()
    assert await desk.worker.work_batch() == 30
    assert set(desk.states()) == {"done"}
    assert [entry.code for entry in (await desk.history())[2:]] == [str(code + 5_000) for code in range(30)]


async def test_two_workers_side_by_side_work_every_row_once(desk: Desk) -> None:
    await desk.prompted()
    await desk.add_thirty()
    few = WorkerLimits(idle_s=0.05, batch=4)
    async with running(desk.another(limits=few)), running(desk.another(limits=few)):
        await desk.all_done()
    heard = [entry.evidence_id for entry in await desk.history()]
    assert len(heard) == len(set(heard)) == 32


async def test_a_poisoned_row_is_set_aside_after_a_few_attempts_and_the_queue_goes_on(desk: Desk) -> None:
    desk.service.faulty = AGAIN
    await desk.prompted()
    await desk.add(callback(), AGAIN)
    desk.clock.forward(1)
    await desk.add(callback())
    assert await desk.worker.work_batch() == 2
    assert await desk.state_of() is State.PAID
    for _ in range(LIMITS.most_attempts - 1):
        desk.clock.forward(LEASE_S * 2)
        assert await desk.worker.work_batch() == 1
    poisoned = {row["subject"]: row for row in desk.rows()}[AGAIN]
    assert (poisoned["state"], poisoned["attempts"]) == ("quarantine", LIMITS.most_attempts)
    assert poisoned["verdict"] == "failed too often"
    desk.clock.forward(LEASE_S * 10)
    assert await desk.worker.work_batch() == 0


async def test_a_failed_row_waits_before_it_is_tried_again(desk: Desk) -> None:
    desk.service.faulty = PAYMENT
    await desk.add(callback())
    assert await desk.worker.work_batch() == 1
    assert await desk.worker.work_batch() == 0
    desk.clock.forward(LIMITS.retry_s)
    assert await desk.worker.work_batch() == 1


@pytest.mark.parametrize(
    ("body", "verdict"),
    [(callback(), "there is no such payment"), (b"[]", "unreadable: not an STK callback: ")],
    ids=["an unknown payment", "no callback"],
)
async def test_what_can_never_be_worked_is_set_aside_at_once(desk: Desk, body: bytes, verdict: str) -> None:
    await desk.add(body)
    assert await desk.worker.work_batch() == 1
    (row,) = desk.rows()
    assert (row["state"], row["verdict"]) == ("quarantine", verdict)


async def test_a_row_of_a_kind_that_this_program_does_not_know_is_set_aside_in_the_end(desk: Desk) -> None:
    await desk.add(callback(), kind="pigeon")
    for _ in range(LIMITS.most_attempts):
        assert await desk.worker.work_batch() == 1
        desk.clock.forward(LEASE_S * 2)
    assert [row["state"] for row in desk.rows()] == [RowState.QUARANTINE]


async def test_while_the_store_is_away_a_row_stays_for_later(desk: Desk, fail: Fail) -> None:
    await desk.prompted()
    await desk.add(callback())
    await fail("findAndModify", "payments", 1, errorCode=DISK_FULL)
    assert await desk.worker.work_batch() == 1
    assert desk.states() == ["new"]
    desk.clock.forward(LEASE_S + 1)
    assert await desk.worker.work_batch() == 1
    assert await desk.state_of() is State.PAID


async def test_the_worker_outlives_an_absence_of_the_store(desk: Desk, fail: Fail) -> None:
    await desk.prompted()
    await desk.add(callback())
    await fail("find", "inbox", 2, errorCode=DISK_FULL)
    async with running(desk.worker):
        await desk.all_done()
    assert await desk.state_of() is State.PAID


async def test_a_ring_of_the_bell_wakes_the_worker(desk: Desk) -> None:
    worker = desk.another(limits=WorkerLimits(idle_s=3_600))
    await desk.prompted()
    async with running(worker):
        await desk.add(callback())
        worker.wake.ring()
        await desk.all_done()


async def test_a_success_from_an_unlisted_address_must_be_confirmed(desk: Desk) -> None:
    await desk.prompted()
    await desk.add(callback(), trusted=False)
    await desk.worker.work_batch()
    assert await desk.state_of() is State.UNCLEAR


async def test_a_late_success_is_taken_in_at_once_while_the_phone_shows_another_prompt(desk: Desk) -> None:
    """The first prompt timed out, the second is on the phone: now the first turns out to be paid."""
    await desk.prompted()
    await desk.service.record(PAYMENT, Evidence(id="no", kind=K.CALLBACK_UNPAID, at=desk.clock()))
    desk.clock.forward(30)
    await desk.prompted(AGAIN, AGAIN_CHECKOUT)
    await desk.add(callback())
    assert await desk.worker.work_batch() == 1
    assert desk.states() == ["done"]
    assert await desk.state_of() is State.UNCLEAR  # Safaricom is asked before it is believed.
    assert await desk.state_of(AGAIN) is State.PROMPTED


async def test_f38_absences_of_the_store_never_count_against_a_row(desk: Desk, fail: Fail) -> None:
    await desk.prompted()
    await desk.add(callback())
    for _ in range(LIMITS.most_attempts + 1):
        await fail("findAndModify", "payments", errorCode=DISK_FULL)
        assert await desk.worker.work_batch() == 1
        await fail("findAndModify", "payments", 1, errorCode=DISK_FULL)
    assert await desk.worker.work_batch() == 1  # The last failure ordered above.
    desk.service.faulty = PAYMENT
    assert await desk.worker.work_batch() == 1
    (row,) = desk.rows()
    assert (row["state"], row["attempts"]) == ("new", 1)
    desk.service.faulty = ""
    desk.clock.forward(LIMITS.retry_s)
    assert await desk.worker.work_batch() == 1
    assert await desk.state_of() is State.PAID


async def test_f39_what_a_slow_store_left_no_time_for_is_given_back_and_counts_for_nothing(
    desk: Desk,
) -> None:
    await desk.prompted()
    await desk.add_thirty()
    hasty = desk.another(limits=WorkerLimits(turn_s=-1))
    for _ in range(LIMITS.most_attempts * 6):
        assert await hasty.work_batch() == 30
    assert set(desk.states()) == {"new"}
    desk.clock.forward(LEASE_S)
    assert await desk.worker.work_batch() == 30
    assert set(desk.states()) == {"done"}


async def test_f55_a_row_that_kills_whoever_takes_it_is_set_aside_in_the_end(desk: Desk) -> None:
    await desk.prompted()
    await desk.add(callback())
    for _ in range(LIMITS.most_takes):
        assert len(await desk.store.inbox.take(1)) == 1
        desk.clock.forward(LEASE_S)
    assert await desk.worker.work_batch() == 1
    (row,) = desk.rows()
    assert (row["state"], row["verdict"]) == ("quarantine", "taken up too often and never finished")


async def test_a_receipt_of_another_payment_makes_a_person_look(desk: Desk) -> None:
    await desk.prompted()
    await desk.add(callback())
    await desk.worker.work_batch()
    await desk.prompted(AGAIN, AGAIN_CHECKOUT, phone="254711000123")
    forged = callback(CheckoutRequestID=AGAIN_CHECKOUT, CallbackMetadata={"Item": items()})
    await desk.add(forged, AGAIN)
    await desk.worker.work_batch()
    assert await desk.state_of(AGAIN) is State.REVIEW
