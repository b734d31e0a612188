"""The one door of refunds, over books in memory: who may ask, who may allow, and what happens once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from payments.admins import NotAllowed
from payments.ports import StoreUnavailable
from payments.refunds.orders import NoSuchRefund, NotTheOne, RefundOrder, WrongProof
from payments.refunds.ports import NoRoom
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import RELEASED, Approval, Route
from payments.refunds.rules import NotRefundable, RefundPolicy
from payments.refunds.service import cooling_ends_at
from payments.service import NoSuchPayment
from payments.table import ImpossibleEvidence
from payments.values import PaymentId, Phone, RefundId, UserId
from tests.payments.builders import ID, NOW, PHONE, a_payment
from tests.payments.refund_builders import ANN, BEN, CODE, PAYOUT_FIGURES, REFUND_ID, S, W, a_say, another
from tests.payments.refund_desk import CARA, Desk, Interrupted, Office, by
from tests.simulation.memory import Disk, Kept
from tests.simulation.memory_refunds import MemoryRefundBook


@pytest.fixture
def desk() -> Desk:
    return Desk()


# Asking.


async def test_what_is_asked_for_is_held_at_once_and_the_office_is_told(desk: Desk) -> None:
    refund = await desk.asked(remark="sorry")
    assert (refund.state, refund.approval, refund.route) == (S.REQUESTED, Approval.SECOND_ADMIN, Route.B2C)
    assert (refund.remark, refund.requested_by) == ("sorry", ANN)
    assert desk.sums == (500, 0)
    assert [notice.event for notice in desk.disk.notices] == [S.REQUESTED]
    assert desk.pokes == 1


async def test_the_same_order_twice_is_one_refund_whatever_became_of_it(desk: Desk) -> None:
    first = await desk.asked()
    assert await desk.asked() == first
    both = await asyncio.gather(desk.asked(), desk.asked(amount_kes=700))
    assert [*both] == [first, first]
    await desk.service.reject(REFUND_ID, by(BEN))
    assert (await desk.asked()).state is S.REJECTED
    assert (list(desk.disk.refunds), desk.sums) == ([REFUND_ID], (0, 0))


async def test_an_order_whose_answer_was_lost_is_found_when_it_is_given_again(desk: Desk) -> None:
    reached = []

    async def loses_the_answer(act: Callable[[], object]) -> None:
        act()
        reached.append(act)
        if len(reached) == 2:
            raise StoreUnavailable("the answer was lost")

    shaky = Desk(disk=desk.disk, book=MemoryRefundBook(desk.disk, loses_the_answer))
    with pytest.raises(StoreUnavailable):
        await shaky.asked()
    assert (await desk.asked()).id == REFUND_ID
    assert desk.sums == (500, 0)


async def test_i13_the_phone_is_the_one_that_was_prompted_and_cannot_be_typed(desk: Desk) -> None:
    refund = await desk.asked()
    assert refund.phone == desk.payment.phone == PHONE
    assert not {"phone", "msisdn"} & {field.name for field in fields(RefundOrder)}


async def test_i13_a_refund_to_another_phone_is_not_kept_by_the_book_either(desk: Desk) -> None:
    with pytest.raises(NoRoom):
        await MemoryRefundBook(desk.disk).add(another("f" * 16, phone=Phone("254799999999")), ())
    assert (desk.disk.refunds, desk.sums) == ({}, (0, 0))


async def test_only_a_payment_that_was_paid_is_given_back() -> None:
    desk = Desk(disk=Disk(payments={ID: Kept(a_payment())}))
    with pytest.raises(NotRefundable, match="not_paid"):
        await desk.asked()
    with pytest.raises(NoSuchPayment):
        await desk.asked(payment_id=PaymentId("0" * 16))
    assert not desk.disk.refunds


async def test_i12_nobody_but_an_admin_asks_looks_or_decides(desk: Desk) -> None:
    await desk.asked()
    stranger = by(UserId(7))
    attempts = [
        desk.asked(RefundId("f" * 16), by=stranger),
        desk.service.prospect(ID, 500, stranger.user_id),
        desk.service.approve(REFUND_ID, stranger),
        desk.service.reject(REFUND_ID, stranger),
        desk.service.resolve(REFUND_ID, stranger, paid=True, note=""),
        desk.service.queue(stranger.user_id),
        desk.service.ask_now(REFUND_ID, stranger),
    ]
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert all(isinstance(outcome, NotAllowed) for outcome in outcomes)
    assert (await desk.service.get(REFUND_ID)).version == 0


async def test_a_prospect_tells_what_would_be_left_and_holds_nothing(desk: Desk) -> None:
    whole = await desk.service.prospect(ID, None, ANN)
    part = await desk.service.prospect(ID, 600, ANN)
    assert (whole.amount_kes, whole.left_after_kes, part.left_after_kes) == (1_500, 0, 900)
    assert desk.sums == (0, 0)


async def test_i10_partial_refunds_that_race_never_hold_more_than_was_paid(desk: Desk) -> None:
    """All are weighed while everything is free; only the book sees them together."""
    all_weighed = asyncio.Barrier(6)

    async def together(act: Callable[[], object]) -> None:
        if not desk.disk.refunds:
            await all_weighed.wait()
        act()

    racing = Desk(disk=desk.disk, book=MemoryRefundBook(desk.disk, together))
    ids = [RefundId(f"{number:016x}") for number in range(6)]
    outcomes = await asyncio.gather(
        *(racing.asked(each, amount_kes=400) for each in ids), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotRefundable)]
    assert (len(refused), len(desk.disk.refunds), desk.sums) == (3, 3, (1_200, 0))
    assert {(each.problem, each.left_kes) for each in refused} == {("too_much", 300)}


async def test_f30_the_last_shilling_goes_to_one_of_two_that_race(desk: Desk) -> None:
    await desk.asked(RefundId("1" * 16), amount_kes=1_000)
    await desk.asked(RefundId("2" * 16), amount_kes=500)
    with pytest.raises(NotRefundable, match="nothing_left"):
        await desk.asked(RefundId("3" * 16), amount_kes=500)
    assert desk.sums == (1_500, 0)


# Allowing.


async def test_i12_another_admin_allows_it_and_is_named(desk: Desk) -> None:
    await desk.asked()
    allowed = await desk.service.approve(REFUND_ID, by(BEN))
    assert (allowed.moved, allowed.refund.state) == (True, S.APPROVED)
    assert (allowed.refund.approved_by, allowed.refund.approved_by_name) == (BEN, "admin 2")


async def test_i12_whoever_asked_cannot_allow_it(desk: Desk) -> None:
    await desk.asked()
    with pytest.raises(NotTheOne):
        await desk.service.approve(REFUND_ID, by(ANN))
    assert (await desk.service.get(REFUND_ID)).state is S.REQUESTED


async def test_f31_an_admin_removed_between_request_and_approval_cannot_allow_it(desk: Desk) -> None:
    await desk.asked()
    desk.office.ids.remove(BEN)
    with pytest.raises(NotAllowed):
        await desk.service.approve(REFUND_ID, by(BEN))
    assert (await desk.service.get(REFUND_ID)).state is S.REQUESTED


async def test_f31_what_an_admin_asked_for_who_was_removed_since_cannot_be_allowed_only_refused(
    desk: Desk,
) -> None:
    await desk.asked()
    desk.office.ids.remove(ANN)
    with pytest.raises(NotAllowed):
        await desk.service.approve(REFUND_ID, by(BEN))
    assert (await desk.service.get(REFUND_ID)).state is S.REQUESTED
    assert (await desk.service.reject(REFUND_ID, by(BEN))).refund.state is S.REJECTED


async def test_f29_two_who_allow_it_at_once_move_it_once_and_the_second_hears_already() -> None:
    desk = Desk(office=Office(ANN, BEN, CARA))
    await desk.asked()
    bens = a_say(W.ADMIN_APPROVED, 1, by=BEN, by_name="Ben")
    late = Desk(disk=desk.disk, office=desk.office, book=Interrupted(desk.disk, bens))
    recorded = await late.service.approve(REFUND_ID, by(CARA))
    assert not recorded.moved
    assert (recorded.refund.approved_by, recorded.refund.state) == (BEN, S.APPROVED)
    assert [entry.by for entry in recorded.refund.history] == [BEN, CARA]


async def test_f29_a_double_tap_is_one_word_and_says_the_same_twice(desk: Desk) -> None:
    await desk.asked()
    taps = [await desk.service.approve(REFUND_ID, by(BEN)) for _ in range(3)]
    assert [tap.moved for tap in taps] == [True, True, True]
    assert len(taps[-1].refund.history) == 1


async def test_f29_one_who_refuses_while_another_allows_is_told_what_came_first(desk: Desk) -> None:
    await desk.asked()
    await desk.service.reject(REFUND_ID, by(ANN))
    late = await desk.service.approve(REFUND_ID, by(BEN))
    assert (late.moved, late.refund.state) == (False, S.REJECTED)
    assert desk.sums == (0, 0)


async def test_whoever_asked_takes_it_back_and_another_says_no(desk: Desk) -> None:
    await desk.asked()
    own = await desk.service.reject(REFUND_ID, by(ANN))
    assert own.refund.obstacle is Obstacle.WITHDRAWN
    other = RefundId("f" * 16)
    await desk.asked(other)
    assert (await desk.service.reject(other, by(BEN), "no")).refund.obstacle is Obstacle.REJECTED
    assert desk.sums == (0, 0)


async def test_an_allowed_refund_may_be_stopped_until_it_is_claimed(desk: Desk) -> None:
    await desk.accepted()
    late = await desk.service.reject(REFUND_ID, by(BEN))
    assert (late.moved, late.refund.state, desk.sums) == (False, S.ACCEPTED, (500, 0))


async def test_what_nobody_ever_asked_for_cannot_be_decided_on(desk: Desk) -> None:
    for attempt in (desk.service.approve(REFUND_ID, by(BEN)), desk.service.reject(REFUND_ID, by(BEN))):
        with pytest.raises(NoSuchRefund):
            await attempt


# The only admin, and small sums.


async def test_i12_the_only_admin_shows_that_they_mean_it_and_may_think_again() -> None:
    desk = Desk(office=Office(ANN))
    refund = await desk.asked(proof=" m9qx ")
    assert (refund.state, refund.approval, refund.approved_by) == (S.APPROVED, Approval.ALONE, ANN)
    assert refund.not_before == refund.next_at == NOW + timedelta(seconds=PAYOUT_FIGURES.cooling_s)
    assert cooling_ends_at(refund, NOW) == refund.not_before
    assert cooling_ends_at(refund, refund.not_before or NOW) is None
    assert (await desk.service.reject(REFUND_ID, by(ANN))).refund.obstacle is Obstacle.WITHDRAWN


@pytest.mark.parametrize("proof", ["", "M9Q", "0000", "UB47K2M9QX", "m9qx.", "м9qx"])
async def test_i12_a_wrong_proof_asks_for_nothing(proof: str) -> None:
    desk = Desk(office=Office(ANN))
    with pytest.raises(WrongProof):
        await desk.asked(proof=proof)
    assert (desk.disk.refunds, desk.sums) == ({}, (0, 0))


async def test_i12_a_proof_does_not_replace_a_second_admin_where_there_is_one(desk: Desk) -> None:
    assert (await desk.asked(proof="M9QX")).state is S.REQUESTED


async def test_a_sum_the_firm_holds_for_small_goes_at_once() -> None:
    desk = Desk(policy=RefundPolicy(approval_above_kes=500))
    refund = await desk.asked()
    assert (refund.state, refund.approval, refund.not_before) == (S.APPROVED, Approval.NOT_NEEDED, None)
    assert (refund.next_at, refund.approved_by) == (NOW, ANN)
    assert (await desk.asked(RefundId("f" * 16), amount_kes=501)).state is S.REQUESTED


# Having Safaricom asked.


async def test_a_person_may_have_safaricom_asked_but_not_over_and_over(desk: Desk) -> None:
    await desk.accepted()
    assert await desk.service.ask_now(REFUND_ID, by(BEN))
    wanted = await desk.service.get(REFUND_ID)
    assert (wanted.ask_wanted, wanted.next_at) == (True, NOW)
    await desk.says(replace(a_say(W.STATUS_ASKED), at=NOW))
    assert not await desk.service.ask_now(REFUND_ID, by(BEN))
    desk.now = NOW + timedelta(seconds=PAYOUT_FIGURES.ask_again_s)
    assert await desk.service.ask_now(REFUND_ID, by(BEN))


async def test_nobody_is_asked_of_a_refund_that_is_settled_or_was_never_sent(desk: Desk) -> None:
    await desk.asked()
    assert not await desk.service.ask_now(REFUND_ID, by(BEN))
    await desk.service.approve(REFUND_ID, by(BEN))
    await desk.says(a_say(W.ENGINE_CLAIMED, 2))
    assert not await desk.service.ask_now(REFUND_ID, by(BEN))
    await desk.says(a_say(W.RESULT_PAID, 4))
    assert not await desk.service.ask_now(REFUND_ID, by(BEN))


async def test_only_a_refund_under_review_is_settled_by_a_person(desk: Desk) -> None:
    await desk.accepted()
    with pytest.raises(ImpossibleEvidence):
        await desk.service.resolve(REFUND_ID, by(BEN), paid=False, note="")
    assert desk.alarms == ["impossible_evidence"]
    await desk.says(a_say(W.RESULT_MISMATCH))
    settled = await desk.service.resolve(REFUND_ID, by(BEN), paid=False, note="not on the statement")
    assert (settled.refund.state, settled.refund.history[-1].note) == (S.FAILED, "not on the statement")
    assert desk.sums == (0, 0)


async def test_the_queue_shows_what_hangs_the_longest_there_first(desk: Desk) -> None:
    old = await desk.asked()
    desk.now = NOW + timedelta(hours=1)
    new = await desk.asked(RefundId("f" * 16))
    assert [each.id for each in await desk.service.queue(BEN)] == [old.id, new.id]
    await desk.service.reject(old.id, by(BEN))
    assert [each.id for each in await desk.service.queue(BEN)] == [new.id]
    assert [each.id for each in await desk.service.queue(BEN, RELEASED)] == [old.id]


# The door.


async def test_i7_the_same_word_many_times_counts_once(desk: Desk) -> None:
    await desk.accepted()
    words = [await desk.service.record(REFUND_ID, a_say(W.RESULT_PAID)) for _ in range(3)]
    assert [word.moved for word in words] == [True, True, True]
    assert desk.sums == (500, 500)
    assert [notice.event for notice in desk.disk.notices].count(S.PAID_OUT) == 2


async def test_a_word_about_a_version_that_has_passed_is_dropped(desk: Desk) -> None:
    before = await desk.asked()
    await desk.service.approve(REFUND_ID, by(BEN))
    late = await desk.service.record(REFUND_ID, a_say(W.DEADLINE_PASSED), only_at=before.version)
    assert (late.moved, late.refund.state) == (False, S.APPROVED)


async def test_of_two_words_at_once_both_are_weighed(desk: Desk) -> None:
    await desk.accepted()
    failed = a_say(W.RESULT_FAILED, 8)
    racing = Desk(disk=desk.disk, book=Interrupted(desk.disk, failed))
    recorded = await racing.service.record(REFUND_ID, a_say(W.RESULT_PAID, 9))
    assert [entry.kind for entry in recorded.refund.history[-2:]] == [W.RESULT_FAILED, W.RESULT_PAID]
    assert (recorded.refund.state, desk.sums) == (S.UNCLEAR, (500, 0))


async def test_a_yes_after_the_money_was_given_to_another_refund_is_a_persons_to_look_at(desk: Desk) -> None:
    await desk.accepted()
    await desk.says(a_say(W.RESULT_FAILED, 8))
    await desk.asked(RefundId("f" * 16), amount_kes=1_500)
    refund = await desk.says(a_say(W.RESULT_PAID, 9))
    assert (refund.state, refund.obstacle, refund.holds) == (S.REVIEW, Obstacle.NO_ROOM, False)
    assert (desk.alarms, desk.sums) == (["refund_without_room"], (1_500, 0))
    assert CODE in refund.history[-1].note


async def test_a_code_that_paid_another_refund_is_a_persons_to_look_at(desk: Desk) -> None:
    other = RefundId("f" * 16)
    await desk.accepted()
    await desk.says(a_say(W.RESULT_PAID, 4))
    await desk.asked(other)
    await desk.service.approve(other, by(BEN))
    for word in (a_say(W.ENGINE_CLAIMED, 5), a_say(W.PAYOUT_ACCEPTED, 6), a_say(W.RESULT_PAID, 7)):
        await desk.service.record(other, word)
    refund = await desk.service.get(other)
    assert (refund.state, refund.obstacle, refund.mpesa_code) == (S.REVIEW, Obstacle.CODE_REUSED, None)
    assert CODE in refund.history[-1].note
    assert (desk.alarms, desk.sums) == (["receipt_reused"], (1_000, 500))
