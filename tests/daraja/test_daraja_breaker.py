"""When Safaricom is away nobody knocks, one tries whether it is back, and then everybody may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from daraja.breaker import FAILURES_TO_OPEN, LONGEST_PAUSE_S, PROBE_S, Breaker
from payments.evidence import Evidence, EvidenceKind
from payments.holding import Hold
from payments.limits import PUSHES, QUERIES
from payments.ports import AskLater
from payments.reasons import Reason
from tests.daraja.daraja_fakes import Clock
from tests.daraja.gateway_stand import CHECKOUT, NOBODY, OpenStand, Stand, a_payment, standing

K = EvidenceKind


@pytest_asyncio.fixture
async def open_stand() -> AsyncIterator[OpenStand]:
    async with standing() as opened:
        yield opened


@pytest_asyncio.fixture
async def stand(open_stand: OpenStand) -> Stand:
    return await open_stand()


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES_TO_OPEN):
        assert breaker.admit() == 0
        breaker.failed()
    return breaker


def test_one_failure_is_chance_and_three_in_a_row_are_an_outage() -> None:
    breaker = Breaker(Clock())
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
    assert breaker.left_s() == 0
    breaker.let_in()
    for _ in range(FAILURES_TO_OPEN - 1):
        breaker.failed()
    assert breaker.left_s() == 0
    breaker.failed()
    assert breaker.left_s() > 0
    assert not breaker.busy


def test_after_the_pause_one_tries_and_the_others_wait_for_what_comes_of_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.pass_s(breaker.left_s())
    assert breaker.admit() == 0
    assert breaker.left_s() > 0
    assert breaker.admit() > 0
    breaker.let_in()
    assert breaker.admit() == breaker.left_s() == 0


def test_a_try_that_fails_makes_the_pause_longer_up_to_a_minute() -> None:
    clock = Clock()
    breaker = opened(clock)
    pauses = []
    for _ in range(6):
        pauses.append(breaker.left_s())
        clock.pass_s(breaker.left_s())
        assert breaker.admit() == 0
        breaker.failed()
    assert pauses == [5, 10, 20, 40, 60, 60]
    assert max(pauses) == LONGEST_PAUSE_S


def test_a_try_that_tells_nothing_or_never_ends_keeps_nobody_out_for_ever() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.pass_s(breaker.left_s())
    assert breaker.admit() == 0
    breaker.no_word()
    assert breaker.admit() == 0
    clock.pass_s(PROBE_S)
    assert breaker.admit() == 0


async def test_while_safaricom_is_away_pushes_are_surely_not_sent_and_it_is_said(
    open_stand: OpenStand,
) -> None:
    stand = await open_stand(url=NOBODY)
    for _ in range(FAILURES_TO_OPEN):
        assert await stand.gateway.hold() is None
        assert (await stand.push()).kind is K.PUSH_NOT_SENT
    assert await stand.gateway.hold() == Hold(Reason.NOT_SENT, 5)
    word = await stand.push()
    assert (word.kind, word.reason, word.retry_after_s) == (K.PUSH_NOT_SENT, Reason.NOT_SENT, 5)


async def test_an_outage_makes_three_pushes_unclear_and_no_more(stand: Stand) -> None:
    stand.simulator.spoil("push", "incapsula", times=50)
    kinds = [(await stand.push()).kind for _ in range(10)]
    assert kinds == [K.PUSH_UNCERTAIN] * 3 + [K.PUSH_NOT_SENT] * 7
    assert stand.pushes_seen() == 3


async def test_when_safaricom_is_back_one_push_tries_and_the_rest_follow(stand: Stand) -> None:
    stand.simulator.spoil("push", "incapsula", times=3)
    for _ in range(3):
        await stand.push()
    stand.clock.pass_s(5)
    words = await asyncio.gather(*(stand.gateway.push(a_payment(f"25470000000{n}")) for n in range(5)))
    assert [word.kind for word in words].count(K.PUSH_ACCEPTED) == 1
    assert {word.kind for word in words} == {K.PUSH_ACCEPTED, K.PUSH_NOT_SENT}
    assert await stand.gateway.hold() is None
    assert (await stand.gateway.push(a_payment("254700000009"))).kind is K.PUSH_ACCEPTED


async def test_before_a_push_tries_a_question_does_so_that_no_more_payments_become_unclear(
    stand: Stand,
) -> None:
    stand.simulator.weather.down = True
    for _ in range(3):
        await stand.push()
    before = stand.pushes_seen()
    for pause_s in (10, 20, 40, 60):
        stand.clock.pass_s(60)
        assert await stand.gateway.hold() == Hold(Reason.NOT_SENT, pause_s)
    stand.simulator.weather.down = False
    stand.clock.pass_s(60)
    assert await stand.gateway.hold() is None
    assert stand.pushes_seen() == before
    assert (await stand.push()).kind is K.PUSH_ACCEPTED


async def test_a_refusal_shows_that_safaricom_is_there(stand: Stand) -> None:
    for fault in ("incapsula", "incapsula", "no_merchant", "incapsula", "incapsula"):
        stand.simulator.spoil("push", fault)
        await stand.push()
    assert await stand.gateway.hold() is None


async def test_wrong_keys_open_no_breaker(stand: Stand) -> None:
    stand.simulator.spoil("oauth", "invalid_authentication", times=9)
    for _ in range(FAILURES_TO_OPEN + 1):
        await stand.push()
    assert await stand.gateway.hold() is None


async def test_queries_that_find_nobody_three_times_are_not_made_for_a_while(stand: Stand) -> None:
    checkout_id = await stand.ended("paid")
    stand.simulator.spoil("query", "empty_500", times=9)
    for _ in range(5):
        assert isinstance(await stand.ask(checkout_id), AskLater)
    asked = [seen for seen in stand.simulator.requests if "stkpushquery" in seen.path]
    assert len(asked) == 3
    assert [name for name, _ in stand.limit.asked] == [QUERIES] * 3


async def test_over_the_limit_nobody_is_asked_and_the_wait_is_told(stand: Stand) -> None:
    stand.limit.left = 1
    assert isinstance(await stand.ask(CHECKOUT), Evidence)
    assert await stand.ask(CHECKOUT) == AskLater(12, "as many were asked as Safaricom bears")
    assert sum("stkpushquery" in seen.path for seen in stand.simulator.requests) == 1


async def test_what_a_person_wants_asked_goes_first(stand: Stand) -> None:
    await stand.gateway.ask(replace(a_payment(), checkout_id=CHECKOUT, ask_wanted=True))
    assert stand.limit.asked == [(QUERIES, True)]


async def test_over_the_limit_a_push_waits_in_line(stand: Stand) -> None:
    stand.limit.left = 1
    assert await stand.gateway.hold() is None
    assert await stand.gateway.hold() == Hold(Reason.IN_LINE, 0.2)
    assert [name for name, _ in stand.limit.asked] == [PUSHES] * 2


@pytest.mark.parametrize("fault", ["cut_off", "incapsula"])
async def test_where_no_token_can_be_had_safaricom_is_away(stand: Stand, fault: str) -> None:
    stand.simulator.spoil("oauth", fault, times=50)
    for _ in range(FAILURES_TO_OPEN):
        await stand.push()
    assert await stand.gateway.hold() == Hold(Reason.NOT_SENT, 5)
