"""The gateway before a simulated Safaricom: each answer becomes the right word, nothing is sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from daraja.breaker import LONGEST_PAUSE_S, Breaker
from payments.evidence import Evidence, EvidenceKind
from payments.ports import AskLater
from payments.reasons import Reason
from tests.daraja.daraja_fakes import Clock
from tests.daraja.gateway_stand import (
    CHECKOUT,
    HURRY,
    NOBODY,
    PHONE,
    AwayVault,
    OpenStand,
    Stand,
    a_payment,
    standing,
)

K = EvidenceKind


@pytest_asyncio.fixture
async def open_stand() -> AsyncIterator[OpenStand]:
    async with standing() as opened:
        yield opened


@pytest_asyncio.fixture
async def stand(open_stand: OpenStand) -> Stand:
    return await open_stand()


# Pushes


async def test_an_accepted_push_names_its_request(stand: Stand) -> None:
    word = await stand.push("paid")
    (push,) = stand.simulator.pushes
    assert word.kind is K.PUSH_ACCEPTED
    assert (word.checkout_id, word.merchant_request_id) == (
        push.checkout_request_id,
        push.merchant_request_id,
    )
    assert word.at == stand.clock()


async def test_a_push_asks_for_what_the_payment_says(stand: Stand) -> None:
    await stand.push("paid")
    order = stand.simulator.pushes[0].order
    assert (order.amount_kes, order.phone, order.account) == (1_500, PHONE, "HCCCE1232026")
    assert order.callback_url == f"{NOBODY}/c/stk/00aa11bb22cc33dd/00"


SURELY_NO_PROMPT = {
    "busy_line": (K.PUSH_REFUSED, Reason.LINE_BUSY, 60.0),
    "spike_arrest": (K.PUSH_NOT_SENT, Reason.SYSTEM_BUSY, 15.0),
    "spike_arrest_500": (K.PUSH_NOT_SENT, Reason.SYSTEM_BUSY, 60.0),
    "system_busy": (K.PUSH_NOT_SENT, Reason.SYSTEM_BUSY, 60.0),
    "quota": (K.PUSH_NOT_SENT, Reason.SYSTEM_BUSY, 900.0),
}


@pytest.mark.parametrize(("scenario", "told"), SURELY_NO_PROMPT.items(), ids=SURELY_NO_PROMPT)
async def test_a_push_turned_away_says_why_and_for_how_long(
    stand: Stand, scenario: str, told: tuple[EvidenceKind, Reason, float]
) -> None:
    word = await stand.push(scenario)
    assert (word.kind, word.reason, word.retry_after_s) == told
    assert word.checkout_id is None


@pytest.mark.parametrize(
    "scenario",
    ["reply_lost", "reply_slow", "half_answer", "error_but_sent", "incapsula", "soap_fault", "empty_500"],
)
async def test_a_push_whose_fate_nobody_can_tell_is_uncertain_and_sent_once(
    open_stand: OpenStand, scenario: str
) -> None:
    stand = await open_stand(timeouts=HURRY)
    word = await stand.push(scenario)
    assert (word.kind, word.reason, word.retry_after_s) == (K.PUSH_UNCERTAIN, None, None)
    async with asyncio.timeout(5):
        await stand.simulator.until(lambda: stand.simulator.pushes or None)
    assert len(stand.simulator.pushes) == 1


@pytest.mark.parametrize("fault", ["cut_off", "internal_error", "incapsula", "soap_fault", "empty_500"])
async def test_trouble_at_the_door_is_uncertain_too(stand: Stand, fault: str) -> None:
    stand.simulator.spoil("push", fault)
    assert (await stand.push()).kind is K.PUSH_UNCERTAIN
    assert stand.pushes_seen() == 1


@pytest.mark.parametrize("fault", ["cut_off", "internal_error", "incapsula", "soap_fault", "empty_500"])
async def test_without_a_token_nothing_is_sent(stand: Stand, fault: str) -> None:
    stand.simulator.spoil("oauth", fault)
    word = await stand.push()
    assert (word.kind, word.reason) == (K.PUSH_NOT_SENT, Reason.NOT_SENT)
    assert stand.pushes_seen() == 0


@pytest.mark.parametrize("fault", ["invalid_authentication", "gateway_no_product"])
async def test_keys_that_are_refused_are_for_an_operator_to_mend(stand: Stand, fault: str) -> None:
    stand.simulator.spoil("oauth", fault)
    word = await stand.push()
    assert (word.kind, word.reason) == (K.PUSH_NOT_SENT, Reason.MISCONFIGURED)
    assert stand.pushes_seen() == 0


@pytest.mark.parametrize("fault", ["no_merchant", "wrong_credentials", "threat_detected", "not_found"])
async def test_a_push_that_breaks_a_rule_is_refused_for_good(stand: Stand, fault: str) -> None:
    stand.simulator.spoil("push", fault)
    word = await stand.push()
    assert (word.kind, word.reason) == (K.PUSH_REFUSED, Reason.MISCONFIGURED)
    assert word.code
    assert word.note


async def test_a_payment_that_daraja_could_never_accept_is_refused_unsent(stand: Stand) -> None:
    word = await stand.gateway.push(replace(a_payment(), account_reference="far too long a reference"))
    assert (word.kind, word.reason) == (K.PUSH_REFUSED, Reason.MISCONFIGURED)
    assert stand.pushes_seen() == 0


async def test_while_safaricom_cannot_be_reached_nothing_is_sent(open_stand: OpenStand) -> None:
    stand = await open_stand(url=NOBODY)
    assert (await stand.push()).kind is K.PUSH_NOT_SENT
    assert isinstance(await stand.ask(CHECKOUT), AskLater)


async def test_trouble_with_the_store_before_the_push_means_not_sent(open_stand: OpenStand) -> None:
    vault = AwayVault()
    stand = await open_stand(vault=vault)
    word = await stand.push("paid")
    assert (word.kind, word.reason) == (K.PUSH_NOT_SENT, Reason.NOT_SENT)
    assert await stand.ask(CHECKOUT) == AskLater(None, "no primary")
    assert not stand.simulator.requests
    vault.away = False
    assert (await stand.push()).kind is K.PUSH_ACCEPTED


@pytest.mark.parametrize("fault", ["invalid_token", "invalid_token_401", "invalid_token_400"])
async def test_a_token_that_is_refused_is_renewed_once_and_the_push_repeated_once(
    stand: Stand, fault: str
) -> None:
    stand.simulator.spoil("push", fault)
    assert (await stand.push("paid")).kind is K.PUSH_ACCEPTED
    assert (stand.simulator.tokens_issued, stand.pushes_seen(), len(stand.simulator.pushes)) == (2, 2, 1)


async def test_a_token_killed_by_somebody_else_costs_one_refresh_and_one_push(stand: Stand) -> None:
    await stand.ended("cancelled")
    stand.simulator.expire_tokens()
    assert (await stand.push("paid")).kind is K.PUSH_ACCEPTED
    assert stand.simulator.tokens_issued == 2
    assert len(stand.simulator.pushes) == 2


async def test_a_token_that_is_refused_again_and_again_sends_nothing(stand: Stand) -> None:
    stand.simulator.spoil("push", "invalid_token", times=10)
    words = [await stand.push() for _ in range(3)]
    assert {(word.kind, word.reason) for word in words} == {(K.PUSH_NOT_SENT, Reason.MISCONFIGURED)}
    assert stand.simulator.tokens_issued == 2
    assert not stand.simulator.pushes


# The breaker


async def test_after_safaricom_was_busy_nobody_knocks_until_it_is_time(stand: Stand) -> None:
    first = await stand.push("spike_arrest")
    assert first.retry_after_s == 15
    stand.clock.pass_s(10)
    word = await stand.push()
    assert (word.kind, word.reason, word.retry_after_s) == (K.PUSH_NOT_SENT, Reason.SYSTEM_BUSY, 5)
    assert stand.pushes_seen() == 1
    stand.clock.pass_s(5)
    assert (await stand.push()).kind is K.PUSH_ACCEPTED
    assert stand.pushes_seen() == 2


async def test_each_refusal_in_a_row_makes_the_pause_longer_up_to_a_minute(stand: Stand) -> None:
    pauses = []
    for _ in range(4):
        pause_s = (await stand.push("spike_arrest")).retry_after_s
        assert pause_s is not None
        pauses.append(pause_s)
        stand.clock.pass_s(pause_s)
    assert pauses == [15, 30, 60, 60]


async def test_a_success_closes_the_breaker(stand: Stand) -> None:
    for _ in range(2):
        await stand.push("spike_arrest")
        stand.clock.pass_s(60)
    await stand.ended("cancelled")
    assert (await stand.push("spike_arrest")).retry_after_s == 15


async def test_many_refused_at_once_are_one_refusal(stand: Stand) -> None:
    stand.simulator.spoil("push", "gateway_spike_arrest", times=5)
    words = await asyncio.gather(*(stand.gateway.push(a_payment(f"25470000000{n}")) for n in range(5)))
    assert {word.retry_after_s for word in words} == {15}


async def test_queries_and_pushes_are_turned_away_apart(stand: Stand) -> None:
    await stand.push("system_busy")
    answer = await stand.ask(CHECKOUT)
    assert isinstance(answer, Evidence)
    assert answer.kind is K.QUERY_PENDING


def test_a_long_pause_is_not_cut_short_by_a_shorter_one() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    assert breaker.turned_away(900.0) == 900
    assert breaker.turned_away(None) == 900
    clock.pass_s(900)
    assert breaker.left_s() == 0
    assert breaker.turned_away(None) == 10
    for _ in range(2_000):
        clock.pass_s(breaker.left_s())
        assert breaker.turned_away(None) <= LONGEST_PAUSE_S


# Queries

ANSWERS = {
    "paid": (K.QUERY_PAID, None, "0"),
    "lost": (K.QUERY_PAID, None, "0"),
    "cancelled": (K.QUERY_UNPAID, Reason.CANCELLED, "1032"),
    "wrong_pin": (K.QUERY_UNPAID, Reason.WRONG_PIN, "2001"),
    "low_balance": (K.QUERY_UNPAID, Reason.LOW_BALANCE, "1"),
    "unreachable": (K.QUERY_UNPAID, Reason.UNREACHABLE, "1037"),
    "expired": (K.QUERY_UNPAID, Reason.EXPIRED, "1019"),
    "string_code": (K.QUERY_UNPAID, Reason.MISCONFIGURED, "SFC_IC0003"),
    "unknown_code": (K.QUERY_PENDING, Reason.UNKNOWN, "7431"),
    "pending_queries": (K.QUERY_PENDING, None, "500.001.1001"),
    "pending_4999": (K.QUERY_PENDING, None, "4999"),
    "query_contradicts": (K.QUERY_UNPAID, Reason.CANCELLED, "1032"),
}


@pytest.mark.parametrize(("scenario", "told"), ANSWERS.items(), ids=ANSWERS)
async def test_safaricom_asked_tells_what_became_of_a_push(
    stand: Stand, scenario: str, told: tuple[EvidenceKind, Reason | None, str]
) -> None:
    answer = await stand.ask(await stand.ended(scenario))
    assert isinstance(answer, Evidence)
    assert (answer.kind, answer.reason, answer.code) == told


async def test_while_the_prompt_is_open_the_answer_is_pending(open_stand: OpenStand) -> None:
    stand = await open_stand(manual=True, prompt_lifetime_s=60.0)
    word = await stand.push()
    await stand.simulator.wait_for_prompt(PHONE)
    answer = await stand.ask(word.checkout_id)
    assert isinstance(answer, Evidence)
    assert answer.kind is K.QUERY_PENDING


async def test_an_id_that_safaricom_does_not_know_is_no_answer_about_money(stand: Stand) -> None:
    answer = await stand.ask(CHECKOUT)
    assert isinstance(answer, Evidence)
    assert (answer.kind, answer.reason) == (K.QUERY_PENDING, Reason.UNKNOWN)


async def test_queries_too_fast_wait_longer_each_time_without_asking(open_stand: OpenStand) -> None:
    stand = await open_stand(query_limit=5, query_burst=1)
    assert isinstance(await stand.ask(CHECKOUT), Evidence)
    later = await stand.ask(CHECKOUT)
    assert isinstance(later, AskLater)
    assert later.retry_after_s == 15
    asked = len(stand.simulator.requests)
    again = await stand.ask(CHECKOUT)
    assert isinstance(again, AskLater)
    assert again.retry_after_s == 15
    assert len(stand.simulator.requests) == asked
    stand.clock.pass_s(15)
    longer = await stand.ask(CHECKOUT)
    assert isinstance(longer, AskLater)
    assert longer.retry_after_s == 30


async def test_an_answer_makes_the_next_pause_short_again(stand: Stand) -> None:
    for spoilt in (True, False, True):
        if spoilt:
            stand.simulator.spoil("query", "gateway_spike_arrest")
        answer = await stand.ask(CHECKOUT)
        assert isinstance(answer, AskLater) is spoilt
        assert not isinstance(answer, AskLater) or answer.retry_after_s == 15
        stand.clock.pass_s(15)


@pytest.mark.parametrize(
    "fault", ["cut_off", "internal_error", "incapsula", "soap_fault", "empty_500", "no_merchant"]
)
async def test_trouble_with_a_query_says_nothing_about_the_payment(stand: Stand, fault: str) -> None:
    checkout_id = await stand.ended("paid")
    stand.simulator.spoil("query", fault)
    assert isinstance(await stand.ask(checkout_id), AskLater)
    answer = await stand.ask(checkout_id)
    assert isinstance(answer, Evidence)
    assert answer.kind is K.QUERY_PAID


async def test_without_an_id_nobody_can_be_asked(stand: Stand) -> None:
    assert isinstance(await stand.ask(None), AskLater)
    assert not stand.simulator.requests


async def test_every_call_is_a_word_of_its_own_even_at_the_same_moment(stand: Stand) -> None:
    checkout_id = await stand.ended("cancelled")
    words = [await stand.push("system_busy"), await stand.push()]
    words += [word for word in [await stand.ask(checkout_id) for _ in range(3)] if isinstance(word, Evidence)]
    assert len({word.id for word in words}) == 5
    assert {word.at for word in words} == {stand.clock()}
