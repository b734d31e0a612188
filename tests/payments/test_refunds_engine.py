"""The engine of refunds over books in memory: who sends, and what a crash around a payout comes to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from payments.refunds.reasons import Obstacle
from tests.payments.builders import NOW
from tests.payments.refund_builders import ANN, BEN, PAYOUT_FIGURES, REFUND_ID, S, W, a_say
from tests.payments.refund_desk import Desk, Office, Wire, an_engine, by
from tests.simulation.memory_refunds import MemoryRefundBook


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def killed_while_paying_out(desk: Desk, wire: Wire) -> None:
    await desk.asked()
    await desk.service.approve(REFUND_ID, by(BEN))
    engine = an_engine(desk, wire)
    await engine.start_due()
    await wire.took.wait()
    await engine.drain(0)


async def test_f24_a_payout_whose_program_died_is_asked_about_by_its_stored_name_and_never_sent_again(
    desk: Desk,
) -> None:
    wire = Wire(desk, answer=None)
    await killed_while_paying_out(desk, wire)
    assert (await desk.service.get(REFUND_ID)).state is S.SENDING
    for after_s in (61, 121, 601, 3_601):
        desk.now = NOW + timedelta(seconds=after_s)
        await an_engine(desk, wire).rest()
    refund = await desk.service.get(REFUND_ID)
    assert (refund.state, refund.holds) == (S.UNCLEAR, True)
    assert wire.sent == [refund.originator_id]
    assert set(wire.asked) == {refund.originator_id}
    assert len(wire.asked) == 3
    assert (await desk.says(a_say(W.STATUS_PAID, 3_700))).state is S.PAID_OUT
    assert desk.sums == (500, 500)


async def test_f24_a_program_that_was_away_through_the_whole_ladder_asks_before_a_person_looks(
    desk: Desk,
) -> None:
    wire = Wire(desk, answer=None)
    await killed_while_paying_out(desk, wire)
    desk.now = NOW + timedelta(days=3)
    await an_engine(desk, wire).rest()
    refund = await desk.service.get(REFUND_ID)
    assert (refund.state, len(wire.sent), len(wire.asked)) == (S.UNCLEAR, 1, 1)
    desk.now += timedelta(seconds=PAYOUT_FIGURES.grace_s)
    await an_engine(desk, wire).rest()
    assert (await desk.service.get(REFUND_ID)).state is S.REVIEW
    assert desk.sums == (500, 0)


async def test_f24_a_payout_that_was_not_taken_is_sent_again_under_the_same_name_only(desk: Desk) -> None:
    wire = Wire(desk, answer=W.PAYOUT_NOT_SENT)
    await desk.asked()
    await desk.service.approve(REFUND_ID, by(BEN))
    for after_s in (1, 60, 600):
        desk.now = NOW + timedelta(seconds=after_s)
        await an_engine(desk, wire).rest()
    refund = await desk.service.get(REFUND_ID)
    assert wire.sent == [refund.originator_id] * 2
    assert {entry.kind for entry in refund.history} >= {W.PAYOUT_NOT_SENT, W.PAYOUT_SEEN_BEFORE}
    assert refund.holds


async def test_i11_two_engines_that_find_the_same_refund_send_it_once(desk: Desk) -> None:
    wire = Wire(desk, answer=W.PAYOUT_ACCEPTED)
    await desk.asked()
    await desk.service.approve(REFUND_ID, by(BEN))
    await asyncio.gather(*(an_engine(desk, wire).rest() for _ in range(5)))
    assert len(wire.sent) == 1
    assert (await desk.service.get(REFUND_ID)).state is S.ACCEPTED


async def test_a_payout_that_was_turned_away_is_not_tried_at_once_by_another_engine(desk: Desk) -> None:
    wire = Wire(desk, answer=W.PAYOUT_NOT_SENT)
    await desk.asked()
    await desk.service.approve(REFUND_ID, by(BEN))
    await asyncio.gather(*(an_engine(desk, wire).rest() for _ in range(5)))
    assert len(wire.sent) == 1
    refund = await desk.service.get(REFUND_ID)
    assert (refund.state, refund.attempts) == (S.APPROVED, 1)


async def test_i12_nothing_goes_out_before_somebody_else_allowed_it(desk: Desk) -> None:
    wire = Wire(desk, answer=W.PAYOUT_ACCEPTED)
    await desk.asked()
    desk.now = NOW + timedelta(hours=70)
    await an_engine(desk, wire).rest()
    assert wire.sent == []


async def test_i12_nothing_goes_out_while_the_only_admin_may_think_again() -> None:
    desk = Desk(office=Office(ANN))
    wire = Wire(desk, answer=W.PAYOUT_ACCEPTED)
    await desk.asked(proof="M9QX")
    desk.now = NOW + timedelta(seconds=PAYOUT_FIGURES.cooling_s - 1)
    await an_engine(desk, wire).rest()
    assert wire.sent == []
    desk.now = NOW + timedelta(seconds=PAYOUT_FIGURES.cooling_s)
    await an_engine(desk, wire).rest()
    assert len(wire.sent) == 1


async def test_a_request_nobody_allowed_in_time_lapses_and_its_money_is_free(desk: Desk) -> None:
    wire = Wire(desk, answer=W.PAYOUT_ACCEPTED)
    await desk.asked()
    desk.now = NOW + timedelta(seconds=PAYOUT_FIGURES.approval_s)
    await an_engine(desk, wire).rest()
    refund = await desk.service.get(REFUND_ID)
    assert (refund.state, refund.obstacle) == (S.REJECTED, Obstacle.NOBODY_APPROVED)
    assert (desk.sums, wire.sent) == ((0, 0), [])


async def test_an_engine_that_was_paused_after_its_claim_does_not_send(desk: Desk) -> None:
    """Its right to send is old by then, and somebody else may have acted."""

    async def slowly(act: Callable[[], object]) -> None:
        act()
        paused.now += timedelta(seconds=16)

    await desk.asked()
    await desk.service.approve(REFUND_ID, by(BEN))
    paused = Desk(disk=desk.disk, book=MemoryRefundBook(desk.disk, slowly))
    wire = Wire(paused, answer=W.PAYOUT_ACCEPTED)
    engine = an_engine(paused, wire)
    await engine.start_due()
    await engine.drain(1)
    refund = await desk.service.get(REFUND_ID)
    assert (refund.state, refund.attempts, refund.holds) == (S.APPROVED, 1, True)
    assert wire.sent == []
