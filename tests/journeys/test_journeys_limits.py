"""Safaricom is asked no more than it bears, a phone no more than its owner, and whoever waits is told."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx

from legalpro.wiring import wire
from payments.catalogue import FeeKind
from payments.draft import Draft, new_id
from payments.payment import OPEN, Payment, State
from payments.reasons import Reason
from payments.timing import Timing
from payments.values import ChatId, PaymentId, Phone, UserId
from storage.connect import Store
from tests.journeys.house import FIGURES, LIMITS, OFFICE, PHONE, TIMEOUTS, House, built

PATIENT = replace(FIGURES, queue_s=30, prompt_s=20, line_s=22, sending_s=4)
LINE_S = 28.0
"""Within `PATIENT.queue_s`, after which nobody waits any more."""
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@contextlib.asynccontextmanager
async def another_engine(house: House) -> AsyncIterator[None]:
    """A second program on the same store; callbacks still reach the first."""
    async with contextlib.AsyncExitStack() as stack:
        store = await Store.open(house.mongod_uri, house.database)
        stack.push_async_callback(store.close)
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        parts = wire(
            house.settings(), store, http, figures=house.figures, engine_limits=LIMITS, timeouts=TIMEOUTS
        )
        running = asyncio.create_task(parts.engine.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await parts.engine.drain(5)


def a_draft(phone: str, amount_kes: int, *, user: int = 500) -> Draft:
    return Draft(
        id=new_id(),
        user_id=UserId(user),
        chat_id=ChatId(user),
        created_at=datetime.now(UTC),
        kind=FeeKind.CONSULTATION,
        title="First consultation",
        amount_kes=amount_kes,
        phone=Phone(phone),
    )


async def opened(house: House, phone: str, amount_kes: int, scenario: str = "paid") -> PaymentId:
    """A payment as the chat would open it; its client has no chat here, so nobody is told."""
    house.simulator.plan(scenario, phone=phone)
    return (await house.parts.service.open(a_draft(phone, amount_kes))).id


async def all_paid(house: House, ids: list[PaymentId]) -> list[Payment]:
    """Whoever waits in a line of several seconds may see others go first."""
    return [await house.until(State.PAID, payment_id, LINE_S) for payment_id in ids]


def sent_apart(house: House) -> list[float]:
    at = [push.received_mono_s for push in house.simulator.pushes]
    return [later - sooner for sooner, later in pairwise(at)]


async def reopened(house: House, figures: Timing = FIGURES, **changes: object) -> None:
    await house.crash()
    house.figures = figures
    house.changes |= changes
    await house.open()


# One phone


async def test_i29_twenty_payments_of_one_phone_in_two_programs_never_prompt_it_twice_at_once(
    house: House,
) -> None:
    await reopened(house, PATIENT)
    async with another_engine(house):
        ids = [await opened(house, PHONE, 100 + number) for number in range(20)]
        await all_paid(house, ids)
    assert Counter(push.state for push in house.pushes()) == {"paid": 20}


async def test_who_waits_for_another_prompt_on_the_phone_is_told_and_follows_by_itself(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    async with built(mongod_uri, database_name, tmp_path, manual=True, prompt_lifetime_s=30) as house:
        await reopened(house, PATIENT)
        first = await house.pays()
        await house.simulator.wait_for_prompt(PHONE)
        second = await house.pays(amount="1600")
        await house.sees("Another M-Pesa request is open on 0700***117")
        assert (await house.payment(second)).reason is Reason.LINE_BUSY
        assert len(house.pushes()) == 1
        await house.simulator.enter_pin(PHONE, "1234")
        await house.until(State.PAID, first)
        await house.until(State.PROMPTED, second)
        await house.simulator.enter_pin(PHONE, "1234")
        await house.sees("Paid: KES 1,600")
        waits = [entry for entry in (await house.payment(second)).history if entry.kind == "engine_held"]
        assert len(waits) <= 2


async def test_i29_the_same_amount_waits_until_mpesa_takes_it_again_and_the_client_is_told_when(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    async with built(mongod_uri, database_name, tmp_path, repeat_window_s=2) as house:
        await reopened(house, replace(FIGURES, queue_s=1))
        await house.until(State.PAID, await house.pays())
        second = await house.pays()
        await house.sees("takes the same amount only once in two minutes. Yours is sent by itself at")
        waiting = await house.payment(second)
        assert waiting.not_before is not None
        await house.until(State.PAID, second)
        assert [push.state for push in house.pushes()] == ["paid", "paid"]
        assert sent_apart(house)[0] >= FIGURES.repeat_s


async def test_i29_payments_of_one_phone_and_amount_in_two_programs_are_sent_far_enough_apart(
    mongod_uri: str, database_name: str, tmp_path: Path
) -> None:
    async with built(mongod_uri, database_name, tmp_path, repeat_window_s=1) as house:
        await reopened(house, replace(FIGURES, queue_s=20, repeat_s=1))
        async with another_engine(house):
            ids = [await opened(house, PHONE, 700) for _ in range(5)]
            await all_paid(house, ids)
        assert Counter(push.state for push in house.pushes()) == {"paid": 5}
        assert min(sent_apart(house)) >= 1


# All together


async def test_the_push_limit_holds_for_two_programs_and_who_waits_is_told(house: House) -> None:
    await reopened(house, PATIENT, mpesa_pushes_per_second=0.5)
    async with another_engine(house):
        await house.reaches_pay()
        ids = [await opened(house, f"25470000020{number}", 300) for number in range(3)]
        await house.taps("Pay KES")
        await house.sees("Your request is in line and goes out by itself")
        await all_paid(house, [*ids, (await house.payment()).id])
    assert sum(sent_apart(house)) >= 3 * 2 - 0.5
    assert len(house.simulator.pushes) == 4


async def test_the_query_limit_holds_for_two_programs_and_what_waits_is_asked_later(house: House) -> None:
    await reopened(house, PATIENT, mpesa_queries_per_minute=120)
    async with another_engine(house):
        ids = [await opened(house, f"25470000020{number}", 300, "lost") for number in range(8)]
        paid = await all_paid(house, ids)
    answered = sorted(payment.asked_at for payment in paid if payment.asked_at)
    assert len(answered) == 8
    assert (answered[-1] - answered[0]).total_seconds() > 7 * 0.5 - 0.5


async def test_people_first_a_payment_that_is_looked_at_is_asked_about_before_the_routine(
    house: House,
) -> None:
    await reopened(house, PATIENT, mpesa_queries_per_minute=60)
    routine = [await opened(house, f"25470000020{number}", 300, "lost") for number in range(8)]
    mine = await house.pays("lost")
    await house.sees("Check your phone")
    await house.says("/status")
    await house.until(State.PAID, mine)
    states = [(await house.payment(payment_id)).state for payment_id in routine]
    assert states.count(State.PROMPTED) >= 3
    await all_paid(house, routine)


async def test_a_pending_payment_looked_at_in_chat_is_asked_about_on_the_spot(house: House) -> None:
    await reopened(house, replace(FIGURES, prompt_s=60, line_s=60, ladder_s=(600,)))
    payment_id = await house.pays("lost")
    await house.sees("Check your phone")
    await house.simulator.wait_for_result(house.pushes()[0])
    assert (await house.payment(payment_id)).state is State.PROMPTED
    await house.says("/status")
    await house.sees("Paid: KES 1,500")


# A person looks


async def test_review_reaches_the_admins_once_with_the_evidence(house: House) -> None:
    await house.pays("wrong_amount")
    payment = await house.until(State.REVIEW)
    message = await house.sees("Claimed, and not confirmed", user=OFFICE)
    push = house.pushes()[0]
    assert payment.claim is not None
    evidence = [payment.id, "KES\u00a01,500", f"KES\u00a0{payment.claim.amount_kes:,}", "[0]"]
    evidence += [push.receipt or "-", push.merchant_request_id, "amount that arrived is not the amount"]
    assert all(words in message.text for words in evidence)
    assert PHONE[3:] not in message.text
    callback = house.simulator.callbacks[0]
    for _ in range(3):
        await house.simulator.send_callback(callback.url, callback.body)
    await house.at_rest()
    assert house.shown("needs a person", OFFICE) == 1


async def test_a_receipt_of_another_payment_is_shown_to_the_admins_as_claimed(house: House) -> None:
    first = await house.until(State.PAID, await house.pays())
    await house.at_rest()
    second = await house.pays("lost_cancelled", amount="1600")
    push = (await house.simulator.wait_for_pushes(2))[-1]
    items = [{"Name": "Amount", "Value": 1600}, {"Name": "MpesaReceiptNumber", "Value": first.receipt}]
    body = {"CheckoutRequestID": push.checkout_request_id, "ResultCode": 0}
    body |= {"CallbackMetadata": {"Item": items}}
    await house.simulator.send_callback(push.order.callback_url, {"Body": {"stkCallback": body}})
    payment = await house.until(State.REVIEW, second)
    assert payment.receipt is None
    message = await house.sees("belongs to another payment", user=OFFICE)
    assert first.receipt
    assert first.receipt in message.text


# Safaricom away


async def test_while_safaricom_is_away_the_client_is_told_and_when_it_is_back_it_goes_on(
    house: House,
) -> None:
    house.simulator.weather.down = True
    await house.pays()
    await house.sees("M-Pesa cannot be reached just now. Nothing has been sent")
    house.simulator.weather.down = False
    await house.sees("Paid: KES 1,500")
    assert len(house.pushes()) == 1


async def test_what_could_not_be_sent_in_time_is_surely_not_sent_and_may_be_tried_again(
    house: House,
) -> None:
    await reopened(house, replace(FIGURES, queue_s=1))
    house.simulator.weather.down = True
    await house.pays()
    await house.sees("M-Pesa could not be reached, so nothing was sent to your phone")
    assert (await house.payment()).reason is Reason.NOT_SENT
    assert not house.pushes()


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class LongDay:
    """An engine on a clock of its own: hours pass as fast as it can work."""

    def __init__(self, house: House, store: Store, http: httpx.AsyncClient) -> None:
        self.house = house
        self.store = store
        self.time = Time()
        self.parts = wire(house.settings(), store, http, now=self.time, timeouts=TIMEOUTS)

    async def until(self, moment: datetime) -> None:
        """Let the engine do what is due, one due moment after the other."""
        while True:
            await self.parts.engine.rest()
            due_at = await self.store.payments.next_due_at()
            if due_at is None or due_at > moment:
                break
            self.time.now = max(self.time.now + timedelta(milliseconds=20), due_at)
        self.time.now = moment

    async def opens(self, phone: str, amount_kes: int) -> PaymentId:
        draft = replace(a_draft(phone, amount_kes), created_at=self.time.now)
        return (await self.parts.service.open(draft)).id

    async def payment(self, payment_id: PaymentId) -> Payment:
        found = await self.store.payments.get(payment_id)
        assert found is not None
        return found


@contextlib.asynccontextmanager
async def a_long_day(house: House) -> AsyncIterator[LongDay]:
    """The house's own program rests meanwhile."""
    await house._cancel()
    async with httpx.AsyncClient(trust_env=False) as http:
        store = await Store.open(house.mongod_uri, house.database)
        try:
            yield LongDay(house, store, http)
        finally:
            await store.close()


async def test_f36_safaricom_away_for_six_hours_loses_nothing_and_ends_by_itself(house: House) -> None:
    async with a_long_day(house) as day:
        house.simulator.plan("lost", phone=PHONE)
        before = await day.opens(PHONE, 1_500)
        await day.until(START + timedelta(seconds=2))
        assert (await day.payment(before)).state is State.PROMPTED
        await house.simulator.wait_for_result(house.pushes()[0])

        house.simulator.weather.down = True
        seen = len(house.simulator.requests)
        during = []
        for number in range(12):
            during.append(await day.opens(f"2547000003{number:02}", 900))
            await day.until(START + timedelta(minutes=30 * (number + 1)))
        assert (await day.payment(before)).state in OPEN - {State.QUEUED}
        ended = [await day.payment(payment_id) for payment_id in during]
        fates = Counter((payment.state, payment.reason) for payment in ended)
        assert fates.pop((State.REVIEW, Reason.NO_ANSWER), 0) <= 3
        assert set(fates) == {(State.UNPAID, Reason.NOT_SENT)}
        assert max(len(payment.history) for payment in ended) < 20
        assert len(house.simulator.requests) - seen < 12 * 10 + 6 * 60 * 2

        house.simulator.weather.down = False
        seen = len(house.simulator.requests)
        after = [await day.opens(f"2547000004{number:02}", 800) for number in range(5)]
        await day.until(day.time.now + timedelta(minutes=2))
        assert (await day.payment(before)).state is State.PAID
        assert {(await day.payment(payment_id)).state for payment_id in after} <= {State.PROMPTED, State.PAID}
        assert len(house.simulator.requests) - seen < 5 * 6 + 5
        assert all(push.state != "refused" for push in house.simulator.pushes)
