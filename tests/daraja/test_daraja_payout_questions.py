"""Questions about money out, the pace of payouts, and what an outage does to both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from payments.limits import PAYOUTS, STATUSES
from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.ports import Asked
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import Route
from payments.values import ChatId, OriginatorId, UserId
from sandbox.safaricom.envelopes import ANSWER_NAMES
from tests.daraja.payout_stand import (
    RATES,
    NoCount,
    OpenPayoutStand,
    PayoutStand,
    a_refund,
    address,
    paying_out,
)

NOW = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)
CHECK = BalanceCheck(id="00ff", asked_by=UserId(1), chat_id=ChatId(1), created_at=NOW, ends_at=NOW)
FRESH_TOKEN_HELPS = {"invalid_token", "invalid_token_401", "invalid_token_400"}
TROUBLES = sorted(ANSWER_NAMES - FRESH_TOKEN_HELPS | {"cut_off"})
BUSY_S = {"gateway_spike_arrest": 15.0, "spike_arrest": 60.0, "system_busy": 60.0, "quota": 900.0}
TO_BE_MENDED = {
    "invalid_authentication",
    "invalid_grant_type",
    "invalid_field",
    "threat_detected",
    "invalid_payload",
    "not_found",
    "invalid_header",
    "method_not_allowed",
    "no_merchant",
    "wrong_credentials",
    "gateway_no_product",
}
"""Asking again does not help before somebody has set something right."""


@pytest_asyncio.fixture
async def open_stand() -> AsyncIterator[OpenPayoutStand]:
    async with paying_out() as opened:
        yield opened


@pytest_asyncio.fixture
async def stand(open_stand: OpenPayoutStand) -> PayoutStand:
    return await open_stand()


# The breaker, and the count shared by all processes


async def test_payouts_are_counted_and_more_than_safaricom_bears_wait(stand: PayoutStand) -> None:
    stand.limit.left = 1
    assert (await stand.pay()).kind is Word.PAYOUT_ACCEPTED
    word = await stand.pay()
    assert (word.kind, word.obstacle, word.retry_after_s) == (
        Word.PAYOUT_NOT_SENT,
        Obstacle.SYSTEM_BUSY,
        RATES.payouts.interval_s,
    )
    assert stand.limit.asked == [(PAYOUTS, False), (PAYOUTS, False)]
    assert stand.seen("b2c") == 1


async def test_after_safaricom_was_busy_nobody_knocks_until_it_is_time(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "gateway_spike_arrest")
    assert (await stand.pay()).retry_after_s == 15
    stand.clock.pass_s(10)
    word = await stand.pay()
    assert (word.kind, word.obstacle, word.retry_after_s) == (
        Word.PAYOUT_NOT_SENT,
        Obstacle.SYSTEM_BUSY,
        5,
    )
    assert stand.seen("b2c") == 1
    stand.clock.pass_s(5)
    assert (await stand.pay()).kind is Word.PAYOUT_ACCEPTED


async def test_three_unanswered_payouts_in_a_row_keep_the_others_here(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "cut_off", times=3)
    words = [await stand.pay() for _ in range(4)]
    assert [word.kind for word in words] == [Word.PAYOUT_UNCERTAIN] * 3 + [Word.PAYOUT_NOT_SENT]
    assert words[-1].retry_after_s == 5
    assert stand.seen("b2c") == 3


async def test_after_an_outage_one_payout_tries_and_the_others_wait_for_it(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "gateway_spike_arrest")
    await stand.pay()
    stand.clock.pass_s(15)
    ids = [OriginatorId(f"refund-{number}") for number in range(4)]
    words = await asyncio.gather(*(stand.pay(originator_id=one) for one in ids))
    assert sorted(word.kind for word in words) == [Word.PAYOUT_ACCEPTED, *[Word.PAYOUT_NOT_SENT] * 3]
    assert len(stand.simulator.payouts) == 1


async def test_while_one_tries_trouble_with_the_store_lets_nobody_else_try(
    open_stand: OpenPayoutStand,
) -> None:
    stand = await open_stand(payout_delay_s=0.5)
    stand.simulator.spoil("b2c", "gateway_spike_arrest")
    await stand.pay()
    stand.clock.pass_s(15)
    trying = asyncio.create_task(stand.pay("early", originator_id=OriginatorId("refund-1")))
    await stand.simulator.until(lambda: stand.simulator.payouts or None)
    counting, stand.gateway.limit = stand.gateway.limit, NoCount()
    await stand.pay(originator_id=OriginatorId("refund-2"))
    stand.gateway.limit = counting
    word = await stand.pay(originator_id=OriginatorId("refund-3"))
    assert (word.kind, word.retry_after_s) == (Word.PAYOUT_NOT_SENT, 1)
    assert (await trying).kind is Word.PAYOUT_ACCEPTED


async def test_no_place_is_taken_by_a_payout_that_is_kept_here(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "gateway_spike_arrest")
    await stand.pay()
    await stand.pay()
    assert stand.limit.asked == [(PAYOUTS, False)]


async def test_a_busy_door_for_payouts_does_not_keep_questions_away(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "gateway_spike_arrest")
    await stand.pay()
    assert isinstance(await stand.gateway.ask(a_refund()), RefundEvidence)
    stand.simulator.spoil("status", "gateway_spike_arrest")
    assert isinstance(await stand.gateway.ask(a_refund()), AskLater)
    stand.clock.pass_s(15)
    assert (await stand.pay()).kind is Word.PAYOUT_ACCEPTED


# Questions


async def test_a_question_taken_says_so_and_its_answer_comes_to_the_refunds_own_address(
    stand: PayoutStand,
) -> None:
    await stand.pay("lost")
    await stand.simulator.wait_for_payouts()
    word = await stand.gateway.ask(a_refund())
    assert isinstance(word, RefundEvidence)
    assert (word.kind, word.at) == (Word.STATUS_ASKED, stand.clock())
    [told] = await stand.simulator.wait_for_callbacks()
    assert told.url == address("status", "r1")
    assert "Completed" in str(told.body)


async def test_a_reversal_is_asked_about_by_the_id_that_safaricom_gave_it(stand: PayoutStand) -> None:
    word = await stand.reverse("lost")
    await stand.simulator.wait_for_payouts()
    refund = a_refund(route=Route.REVERSAL, provider_originator_id=word.originator_id)
    assert isinstance(await stand.gateway.ask(refund), RefundEvidence)
    told = (await stand.simulator.wait_for_callbacks(2))[-1]
    assert "Completed" in str(told.body)


async def test_people_who_wait_for_an_answer_come_before_the_routine(stand: PayoutStand) -> None:
    await stand.gateway.ask(a_refund())
    await stand.gateway.ask(a_refund(ask_wanted=True))
    await stand.gateway.ask_balance(CHECK)
    assert stand.limit.asked == [(STATUSES, False), (STATUSES, True), (STATUSES, True)]


@pytest.mark.parametrize("fault", TROUBLES)
async def test_trouble_with_a_question_says_nothing_of_the_money(stand: PayoutStand, fault: str) -> None:
    stand.simulator.spoil("status", fault)
    answer = await stand.gateway.ask(a_refund())
    assert isinstance(answer, AskLater)
    assert answer.retry_after_s == BUSY_S.get(fault)
    assert answer.why
    assert stand.seen("transactionstatus") == 1


async def test_questions_too_fast_wait_without_asking(stand: PayoutStand) -> None:
    stand.limit.left = 0
    answer = await stand.gateway.ask(a_refund())
    assert isinstance(answer, AskLater)
    assert answer.retry_after_s == RATES.statuses.interval_s
    assert not stand.simulator.requests


async def test_no_place_is_taken_while_nobody_is_asked(stand: PayoutStand) -> None:
    stand.simulator.spoil("status", "gateway_spike_arrest")
    await stand.gateway.ask(a_refund())
    later = await stand.gateway.ask(a_refund())
    assert isinstance(later, AskLater)
    assert later.retry_after_s == 15
    assert len(stand.limit.asked) == 1


async def test_a_question_that_cannot_be_put_does_not_keep_the_next_one_waiting(stand: PayoutStand) -> None:
    stand.simulator.spoil("status", "gateway_spike_arrest")
    await stand.gateway.ask(a_refund())
    stand.clock.pass_s(15)
    assert isinstance(await stand.gateway.ask(a_refund(originator_id=OriginatorId("not an id"))), AskLater)
    assert isinstance(await stand.gateway.ask(a_refund()), RefundEvidence)


# The balance


async def test_the_balance_is_asked_for_and_told_at_the_questions_own_address(stand: PayoutStand) -> None:
    assert await stand.gateway.ask_balance(CHECK) == Asked()
    [told] = await stand.simulator.wait_for_callbacks()
    assert told.url == address("balance", "00ff")
    assert "Utility Account|KES|1000000.00" in str(told.body)


@pytest.mark.parametrize("fault", TROUBLES)
async def test_a_balance_that_can_never_be_asked_for_is_told_as_a_problem_and_else_is_asked_later(
    stand: PayoutStand, fault: str
) -> None:
    stand.simulator.spoil("balance", fault)
    answer = await stand.gateway.ask_balance(CHECK)
    assert isinstance(answer, BalanceAnswer) == (fault in TO_BE_MENDED)
    if isinstance(answer, BalanceAnswer):
        assert answer.problem
        assert answer.accounts == ()
    else:
        assert isinstance(answer, AskLater)
        assert answer.retry_after_s == BUSY_S.get(fault)


@pytest.mark.parametrize("fault", sorted(FRESH_TOKEN_HELPS))
async def test_a_token_that_is_refused_is_renewed_and_the_question_put_once_more(
    open_stand: OpenPayoutStand, fault: str
) -> None:
    for_status, for_balance = await open_stand(), await open_stand()
    for_status.simulator.spoil("status", fault)
    assert isinstance(await for_status.gateway.ask(a_refund()), RefundEvidence)
    for_balance.simulator.spoil("balance", fault)
    assert await for_balance.gateway.ask_balance(CHECK) == Asked()
    assert (for_status.seen("transactionstatus"), for_balance.seen("accountbalance")) == (2, 2)
