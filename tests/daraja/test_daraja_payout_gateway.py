"""The gateway of money out before a simulated Safaricom: each answer is one word, none is sent twice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from daraja.transport import Timeouts
from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import Route
from payments.values import ChatId, OriginatorId, UserId
from sandbox.safaricom.envelopes import ANSWER_NAMES
from tests.daraja.gateway_stand import HURRY, NOBODY, PHONE, AwayVault
from tests.daraja.payout_fakes import OUR_ID
from tests.daraja.payout_stand import (
    NoCount,
    OpenPayoutStand,
    PayoutStand,
    a_refund,
    address,
    paying_out,
)

NOW = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)
CHECK = BalanceCheck(id="00ff", asked_by=UserId(1), chat_id=ChatId(1), created_at=NOW, ends_at=NOW)
AT_THE_DOOR = [*sorted(ANSWER_NAMES), "cut_off"]


@pytest_asyncio.fixture
async def open_stand() -> AsyncIterator[OpenPayoutStand]:
    async with paying_out() as opened:
        yield opened


@pytest_asyncio.fixture
async def stand(open_stand: OpenPayoutStand) -> PayoutStand:
    return await open_stand()


# What is sent


async def test_an_accepted_payout_names_its_conversation_and_the_id_we_chose(stand: PayoutStand) -> None:
    word = await stand.pay()
    (out,) = stand.simulator.payouts
    assert (word.kind, word.at) == (Word.PAYOUT_ACCEPTED, stand.clock())
    assert (word.conversation_id, word.originator_id) == (out.conversation_id, OUR_ID)
    assert (word.obstacle, word.retry_after_s) == (None, None)


async def test_a_payout_asks_for_what_the_refund_says_at_its_own_addresses(stand: PayoutStand) -> None:
    await stand.pay(originator_id=OriginatorId("refund-stored-before"), amount_kes=700)
    order = stand.simulator.payouts[0].order
    assert (order.kind, order.originator_id) == ("b2c", "refund-stored-before")
    assert (order.amount_kes, order.phone, order.remarks) == (700, PHONE, "Refund r1")
    assert order.result_url == address("b2c", "r1")
    assert order.timeout_url == address("timeout", "r1")


async def test_a_reversal_gives_the_whole_payment_back_and_is_known_by_safaricoms_id(
    stand: PayoutStand,
) -> None:
    word = await stand.reverse()
    (out,) = await stand.simulator.wait_for_payouts()
    assert word.kind is Word.PAYOUT_ACCEPTED
    assert (word.originator_id, word.conversation_id) == (out.order.originator_id, out.conversation_id)
    assert word.originator_id != OUR_ID
    assert (out.order.kind, out.order.receipt, out.order.amount_kes) == (
        "reversal",
        stand.simulator.pushes[0].receipt,
        1_500,
    )
    assert out.order.result_url == address("reversal", "r1")
    assert out.order.timeout_url == address("timeout", "r1")
    assert stand.simulator.phone(PHONE).balance_kes == stand.simulator.config.phone_balance_kes


@pytest.mark.parametrize(("route", "path"), [(Route.B2C, "b2c"), (Route.REVERSAL, "reversal")])
async def test_a_refund_goes_by_its_own_route_and_never_by_the_other(
    stand: PayoutStand, route: Route, path: str
) -> None:
    for fault in ("internal_error", "invalid_field", "gateway_spike_arrest", "duplicate_id"):
        stand.simulator.spoil(path, fault)
        await stand.pay(route=route)
        stand.clock.pass_s(60)
    await stand.pay(route=route)
    assert stand.seen(path) == 5
    assert stand.seen("b2c") + stand.seen("reversal") == 5


async def test_a_second_call_for_the_same_refund_pays_nothing_and_says_that_it_was_seen(
    stand: PayoutStand,
) -> None:
    await stand.pay()
    word = await stand.pay()
    assert (word.kind, word.obstacle, word.code) == (
        Word.PAYOUT_SEEN_BEFORE,
        Obstacle.DUPLICATE,
        "500.002.1001",
    )
    await stand.simulator.wait_for_payouts()
    assert stand.simulator.treasury.paid_out_kes == 1_200


async def test_every_call_is_a_word_of_its_own_even_at_the_same_moment(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "internal_error", times=2)
    words: list[object] = [await stand.pay() for _ in range(3)]
    words += [await stand.gateway.ask(a_refund()) for _ in range(2)]
    named = [word for word in words if isinstance(word, RefundEvidence)]
    assert len({word.id for word in named}) == 5
    assert {word.at for word in named} == {stand.clock()}


# What the answers mean

NO: tuple[Word, Obstacle, float | None] = (Word.PAYOUT_REFUSED, Obstacle.REFUSED, None)
BUSY_S = {"gateway_spike_arrest": 15.0, "spike_arrest": 60.0, "system_busy": 60.0, "quota": 900.0}
KEYS = (Word.PAYOUT_NOT_SENT, Obstacle.MISCONFIGURED, None)
MAYBE = (Word.PAYOUT_UNCERTAIN, None, None)
FRESH_TOKEN = (Word.PAYOUT_ACCEPTED, None, None)
HEARD: dict[str, tuple[Word, Obstacle | None, float | None]] = {
    **{name: (Word.PAYOUT_NOT_SENT, Obstacle.SYSTEM_BUSY, pause_s) for name, pause_s in BUSY_S.items()},
    "invalid_authentication": KEYS,
    "invalid_token": FRESH_TOKEN,
    "invalid_token_401": FRESH_TOKEN,
    "invalid_token_400": FRESH_TOKEN,
    "duplicate_id": (Word.PAYOUT_SEEN_BEFORE, Obstacle.DUPLICATE, None),
    "invalid_grant_type": NO,
    "invalid_field": NO,
    "threat_detected": NO,
    "invalid_payload": NO,
    "not_found": NO,
    "invalid_header": NO,
    "method_not_allowed": NO,
    "no_merchant": NO,
    "wrong_credentials": NO,
    "gateway_no_product": NO,
    "line_busy": MAYBE,
    "processing": MAYBE,
    "internal_error": MAYBE,
    "incapsula": MAYBE,
    "soap_fault": MAYBE,
    "empty_500": MAYBE,
    "cut_off": MAYBE,
}


def test_every_answer_that_the_simulator_knows_is_expected_here() -> None:
    assert set(HEARD) == set(AT_THE_DOOR)


@pytest.mark.parametrize("route", Route)
@pytest.mark.parametrize("fault", AT_THE_DOOR)
async def test_every_answer_at_the_door_is_one_word_and_only_a_certain_no_is_a_no(
    stand: PayoutStand, fault: str, route: Route
) -> None:
    stand.simulator.spoil(route.value, fault)
    word = await stand.pay(route=route)
    assert (word.kind, word.obstacle, word.retry_after_s) == HEARD[fault]
    assert stand.seen(route.value) == (2 if HEARD[fault] is FRESH_TOKEN else 1)


@pytest.mark.parametrize(
    "scenario", ["reply_lost", "reply_slow", "reply_and_result_lost", "half_answer", "error_but_sent"]
)
@pytest.mark.parametrize("route", Route)
async def test_a_payout_whose_fate_nobody_can_tell_is_uncertain_and_sent_once(
    open_stand: OpenPayoutStand, scenario: str, route: Route
) -> None:
    stand = await open_stand(timeouts=HURRY)
    word = await (stand.pay(scenario) if route is Route.B2C else stand.reverse(scenario))
    assert (word.kind, word.obstacle, word.retry_after_s) == MAYBE
    await stand.simulator.wait_for_payouts()
    (out,) = stand.simulator.payouts
    assert out.moved


async def test_a_reply_that_trickles_past_every_deadline_is_uncertain(open_stand: OpenPayoutStand) -> None:
    stand = await open_stand(timeouts=Timeouts(read_s=5.0, total_s=0.2))
    assert (await stand.pay("reply_slow")).kind is Word.PAYOUT_UNCERTAIN


@pytest.mark.parametrize("fault", ["cut_off", "internal_error", "incapsula", "soap_fault", "empty_500"])
async def test_without_a_token_nothing_is_sent(stand: PayoutStand, fault: str) -> None:
    stand.simulator.spoil("oauth", fault)
    word = await stand.pay()
    assert (word.kind, word.obstacle) == (Word.PAYOUT_NOT_SENT, Obstacle.NOT_SENT)
    assert stand.seen("b2c") == 0


@pytest.mark.parametrize("fault", ["invalid_authentication", "gateway_no_product"])
async def test_keys_that_are_refused_are_for_an_operator_to_mend(stand: PayoutStand, fault: str) -> None:
    stand.simulator.spoil("oauth", fault)
    word = await stand.pay()
    assert (word.kind, word.obstacle) == (Word.PAYOUT_NOT_SENT, Obstacle.MISCONFIGURED)
    assert stand.seen("b2c") == 0


@pytest.mark.parametrize("fault", ["invalid_token", "invalid_token_401", "invalid_token_400"])
async def test_a_token_that_is_refused_again_and_again_pays_nothing(stand: PayoutStand, fault: str) -> None:
    stand.simulator.spoil("b2c", fault, times=10)
    word = await stand.pay()
    assert (word.kind, word.obstacle, word.retry_after_s) == KEYS
    assert stand.seen("b2c") == 2
    assert not stand.simulator.payouts


async def test_what_is_noted_of_an_answer_never_holds_the_token(stand: PayoutStand) -> None:
    stand.simulator.spoil("b2c", "invalid_token_401", times=2)
    word = await stand.pay()
    stand.simulator.spoil("b2c", "invalid_field")
    refused = await stand.pay()
    assert re.search(r"HTTP 400: Bad Request", refused.note)
    assert refused.code == "400.002.02"
    assert "Bearer" not in word.note + refused.note


CANNOT: dict[str, dict[str, Any]] = {
    "less than M-Pesa pays out": {"amount_kes": 9},
    "more than M-Pesa pays out": {"amount_kes": 250_001},
    "no phone": {"phone": "0712345678"},
    "no id": {"originator_id": ""},
    "a reversal without a receipt": {"route": Route.REVERSAL, "receipt": None},
    "an id that makes no address": {"id": "mpesa"},
}


@pytest.mark.parametrize("changes", CANNOT.values(), ids=CANNOT)
async def test_a_refund_that_safaricom_could_never_accept_is_refused_unsent(
    stand: PayoutStand, changes: dict[str, Any]
) -> None:
    word = await stand.pay(**changes)
    assert (word.kind, word.obstacle) == (Word.PAYOUT_REFUSED, Obstacle.MISCONFIGURED)
    assert word.note
    assert not stand.simulator.requests


async def test_in_production_a_plain_http_address_is_refused_unsent(open_stand: OpenPayoutStand) -> None:
    stand = await open_stand(production=True)
    word = await stand.pay()
    assert (word.kind, word.obstacle) == (Word.PAYOUT_REFUSED, Obstacle.MISCONFIGURED)
    assert isinstance(await stand.gateway.ask(a_refund()), AskLater)
    assert isinstance(await stand.gateway.ask_balance(CHECK), BalanceAnswer)
    assert not stand.simulator.requests


async def test_while_safaricom_cannot_be_reached_nothing_is_sent(open_stand: OpenPayoutStand) -> None:
    stand = await open_stand(url=NOBODY)
    assert (await stand.pay()).kind is Word.PAYOUT_NOT_SENT
    assert isinstance(await stand.gateway.ask(a_refund()), AskLater)
    assert isinstance(await stand.gateway.ask_balance(CHECK), AskLater)


async def test_trouble_with_the_store_before_the_payout_means_not_sent(open_stand: OpenPayoutStand) -> None:
    vault = AwayVault()
    stand = await open_stand(vault=vault)
    word = await stand.pay()
    assert (word.kind, word.obstacle, word.note) == (Word.PAYOUT_NOT_SENT, Obstacle.NOT_SENT, "no primary")
    assert await stand.gateway.ask(a_refund()) == AskLater(None, "no primary")
    assert await stand.gateway.ask_balance(CHECK) == AskLater(None, "no primary")
    assert not stand.simulator.requests
    vault.away = False
    assert (await stand.pay()).kind is Word.PAYOUT_ACCEPTED


async def test_without_the_shared_count_nothing_is_sent(stand: PayoutStand) -> None:
    stand.gateway.limit = NoCount()
    word = await stand.pay()
    assert (word.kind, word.obstacle) == (Word.PAYOUT_NOT_SENT, Obstacle.NOT_SENT)
    for answer in (await stand.gateway.ask(a_refund()), await stand.gateway.ask_balance(CHECK)):
        assert isinstance(answer, AskLater)
        assert answer.retry_after_s is None
    assert not stand.simulator.requests
