"""What one word does to a refund: facts, the money held for it, when it is looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payments.refunds.evidence import RefundEvidence
from payments.refunds.progress import Hold
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import RELEASED, RefundState, Route
from payments.refunds.timing import can_be_asked_about
from tests.payments.builders import NOW, later
from tests.payments.refund_builders import (
    BEN,
    CODE,
    PAYOUT_FIGURES,
    S,
    W,
    a_refund,
    a_say,
    hears,
    stepped,
)

HOUR_S = 3_600
MAY_BE_OUT = [S.SENDING, S.ACCEPTED, S.UNCLEAR, S.REVIEW]


# Facts.


def test_an_approval_brings_who_when_and_not_sooner_than() -> None:
    word = a_say(W.ADMIN_APPROVED, 5, not_before=later(600))
    approved = stepped(a_refund(), word).after
    assert (approved.state, approved.approved_by, approved.approved_by_name) == (S.APPROVED, BEN, "Ben")
    assert (approved.approved_at, approved.not_before, approved.next_at) == (later(5), later(600), later(600))


def test_a_success_brings_its_code_and_time_and_names_its_evidence() -> None:
    paid = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_PAID)).after
    assert (paid.state, paid.mpesa_code, paid.paid_out_at) == (S.PAID_OUT, CODE, later(29))
    assert paid.paid_out_by == a_say(W.RESULT_PAID).id
    assert (paid.next_at, paid.deadline_at, paid.obstacle) == (None, None, None)


def test_a_no_brings_its_reason() -> None:
    failed = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_FAILED)).after
    assert (failed.state, failed.obstacle, failed.next_at) == (S.FAILED, Obstacle.LOW_FLOAT, None)


@pytest.mark.parametrize(
    ("state", "kind", "obstacle"),
    [
        (S.REQUESTED, W.ADMIN_REJECTED, Obstacle.REJECTED),
        (S.REQUESTED, W.DEADLINE_PASSED, Obstacle.NOBODY_APPROVED),
        (S.APPROVED, W.DEADLINE_PASSED, Obstacle.NOT_SENT),
        (S.SENDING, W.PAYOUT_REFUSED, Obstacle.REFUSED),
        (S.UNCLEAR, W.PAYOUT_NOT_SENT, Obstacle.NOT_SENT),
        (S.REVIEW, W.ADMIN_RESOLVED_FAILED, Obstacle.RESOLVED),
        (S.UNCLEAR, W.DEADLINE_PASSED, Obstacle.NO_ANSWER),
    ],
)
def test_a_refund_that_did_not_go_says_why(state: RefundState, kind: W, obstacle: Obstacle) -> None:
    assert stepped(a_refund(state), a_say(kind)).after.obstacle is obstacle


def test_what_called_a_queued_refund_off_is_what_kept_it_from_being_sent() -> None:
    busy = a_refund(S.APPROVED, obstacle=Obstacle.SYSTEM_BUSY)
    assert stepped(busy, a_say(W.DEADLINE_PASSED)).after.obstacle is Obstacle.SYSTEM_BUSY


def test_f28_a_success_before_the_answer_is_believed_and_the_late_answer_adds_only_its_ids() -> None:
    paid = stepped(a_refund(S.SENDING), a_say(W.RESULT_PAID, 2)).after
    after = stepped(paid, a_say(W.PAYOUT_ACCEPTED, 3))
    assert (after.after.state, after.after.conversation_id) == (S.PAID_OUT, "AG_1")
    assert (after.notices, after.hold) == ((), Hold.KEEP)


def test_ids_are_adopted_once_and_never_exchanged() -> None:
    accepted = stepped(a_refund(S.SENDING), a_say(W.PAYOUT_ACCEPTED, originator_id="x-1")).after
    again = stepped(
        replace(accepted, state=S.UNCLEAR),
        a_say(W.PAYOUT_ACCEPTED, 31, conversation_id="AG_2", originator_id="x-2"),
    ).after
    assert (again.conversation_id, again.provider_originator_id) == ("AG_1", "x-1")


def test_a_payout_settled_by_hand_gets_its_code_when_the_result_comes_late() -> None:
    paid = stepped(a_refund(S.REVIEW), a_say(W.ADMIN_RESOLVED_PAID)).after
    assert paid.mpesa_code is None
    late = stepped(paid, a_say(W.RESULT_PAID, 60)).after
    assert (late.mpesa_code, late.paid_out_by) == (CODE, paid.paid_out_by)


def test_every_word_is_kept_as_it_was_said_and_as_it_was_weighed() -> None:
    after = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_PAID, trusted=False)).after
    entry = after.history[-1]
    assert (entry.said, entry.kind) == (W.RESULT_PAID, W.RESULT_UNCONFIRMED)
    assert (entry.before, entry.after, after.version) == (S.ACCEPTED, S.UNCLEAR, 1)


# Weighing.


@pytest.mark.parametrize(
    "word", [a_say(W.RESULT_PAID, amount_kes=499), a_say(W.RESULT_PAID, amount_kes=None, amount_odd=True)]
)
def test_another_amount_is_looked_at_by_a_person(word: RefundEvidence) -> None:
    after = stepped(a_refund(S.ACCEPTED), word).after
    assert (after.state, after.obstacle, after.holds) == (S.REVIEW, Obstacle.AMOUNT_DIFFERS, True)


@pytest.mark.parametrize("kind", [W.RESULT_PAID, W.STATUS_PAID])
def test_a_yes_that_names_another_payout_is_looked_at_by_a_person(kind: W) -> None:
    after = stepped(a_refund(S.ACCEPTED), a_say(kind, originator_id="refund-of-somebody")).after
    assert (after.state, after.obstacle) == (S.REVIEW, Obstacle.IDENTITY_DIFFERS)


@pytest.mark.parametrize("kind", [W.RESULT_FAILED, W.STATUS_FAILED])
def test_i14_a_no_that_names_another_payout_frees_nothing(kind: W) -> None:
    after = stepped(a_refund(S.ACCEPTED), a_say(kind, originator_id="refund-of-somebody")).after
    assert (after.state, after.holds) == (S.REVIEW, True)


def test_a_reversal_is_known_by_the_name_that_safaricom_gave_it() -> None:
    reversal = a_refund(S.ACCEPTED, route=Route.REVERSAL, provider_originator_id="29115-1")
    named = a_say(W.RESULT_PAID, originator_id="29115-1", amount_kes=None)
    assert stepped(reversal, named).after.state is S.PAID_OUT
    ours = a_say(W.RESULT_PAID, originator_id=reversal.originator_id)
    assert stepped(reversal, ours).after.state is S.REVIEW


@pytest.mark.parametrize(
    "word",
    [
        a_say(W.RESULT_PAID, mpesa_code=None),
        a_say(W.RESULT_PAID, amount_kes=None),
        a_say(W.RESULT_PAID, trusted=False),
    ],
)
def test_a_success_that_lacks_something_is_asked_about_at_once(word: RefundEvidence) -> None:
    after = stepped(a_refund(S.ACCEPTED), word).after
    assert (after.state, after.next_at, after.holds) == (S.UNCLEAR, later(30), True)
    assert after.claim is not None


def test_a_confirmed_claim_keeps_the_code_and_the_time_it_claimed() -> None:
    claimed = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_PAID, trusted=False)).after
    paid = stepped(claimed, a_say(W.STATUS_PAID, 31, mpesa_code=None)).after
    assert (paid.state, paid.mpesa_code, paid.paid_out_at, paid.claim) == (S.PAID_OUT, CODE, later(29), None)


def test_i14_a_no_from_an_unlisted_address_frees_nothing() -> None:
    after = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_FAILED, trusted=False)).after
    assert (after.state, after.holds) == (S.UNCLEAR, True)
    still = stepped(after, a_say(W.STATUS_FAILED, 40, trusted=False)).after
    assert (still.state, still.holds) == (S.UNCLEAR, True)


def test_two_unlisted_addresses_that_name_the_same_code_are_believed_and_others_are_not() -> None:
    claimed = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_PAID, trusted=False)).after
    agreeing = a_say(W.STATUS_PAID, 40, trusted=False)
    assert stepped(claimed, agreeing).after.state is S.PAID_OUT
    assert stepped(claimed, replace(agreeing, mpesa_code=None)).after.state is S.UNCLEAR
    assert stepped(a_refund(S.ACCEPTED), agreeing).after.state is S.ACCEPTED


def test_of_two_results_that_contradict_each_other_safaricom_decides() -> None:
    claimed = stepped(a_refund(S.ACCEPTED), a_say(W.RESULT_PAID, trusted=False)).after
    both = stepped(claimed, a_say(W.RESULT_FAILED, 31)).after
    assert (both.state, both.next_at) == (S.UNCLEAR, later(31))
    assert stepped(both, a_say(W.STATUS_PAID, 32)).after.state is S.PAID_OUT
    denied = stepped(both, a_say(W.STATUS_FAILED, 32)).after
    assert (denied.state, denied.obstacle, denied.holds) == (S.REVIEW, Obstacle.ANSWERS_DISAGREE, True)


@pytest.mark.parametrize("kind", [W.PAYOUT_REFUSED, W.PAYOUT_NOT_SENT])
def test_i14_a_call_turned_away_beside_a_word_of_somebody_who_has_it_frees_nothing(kind: W) -> None:
    for word in (W.QUEUE_TIMED_OUT, W.RESULT_UNCLEAR, W.RESULT_UNCONFIRMED):
        unclear = hears(a_refund(S.SENDING), a_say(word, 2))
        after = stepped(unclear, a_say(kind, 3)).after
        assert (after.state, after.holds) == (S.REVIEW, True)


@pytest.mark.parametrize("kind", [W.PAYOUT_REFUSED, W.PAYOUT_NOT_SENT])
def test_two_definite_noes_need_nobody(kind: W) -> None:
    words = (a_say(W.QUEUE_TIMED_OUT, 2), a_say(W.RESULT_FAILED, 3), a_say(kind, 4))
    refund = hears(a_refund(S.SENDING), *words)
    assert (refund.state, refund.holds) == (S.FAILED, False)


@pytest.mark.parametrize("kind", [W.STATUS_FAILED, W.RESULT_FAILED])
def test_i14_that_a_second_reversal_was_declined_frees_nothing(kind: W) -> None:
    before = a_say(W.RESULT_MISMATCH, 2, obstacle=Obstacle.ALREADY_REVERSED)
    looked_at = hears(a_refund(S.ACCEPTED), before)
    assert looked_at.state is S.REVIEW
    after = hears(looked_at, a_say(kind, 3))
    assert (after.state, after.holds) == (S.REVIEW, True)


# The money held.


@pytest.mark.parametrize("state", [S.APPROVED, *MAY_BE_OUT])
def test_a_success_keeps_what_is_held(state: RefundState) -> None:
    kind = W.ADMIN_RESOLVED_PAID if state is S.REVIEW else W.RESULT_PAID
    step = stepped(a_refund(state), a_say(kind))
    assert (step.hold, step.settles, step.after.holds) == (Hold.KEEP, True, True)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (S.REQUESTED, W.ADMIN_REJECTED),
        (S.APPROVED, W.ADMIN_REJECTED),
        (S.SENDING, W.PAYOUT_REFUSED),
        (S.ACCEPTED, W.RESULT_FAILED),
        (S.UNCLEAR, W.STATUS_FAILED),
        (S.REVIEW, W.ADMIN_RESOLVED_FAILED),
    ],
)
def test_i14_a_definite_no_lets_the_money_go_once(state: RefundState, kind: W) -> None:
    step = stepped(a_refund(state), a_say(kind))
    assert (step.hold, step.settles, step.after.holds) == (Hold.RELEASE, False, False)
    again = stepped(step.after, replace(a_say(W.RESULT_FAILED), id="again"))
    assert again.hold is Hold.KEEP


@pytest.mark.parametrize("state", MAY_BE_OUT)
@pytest.mark.parametrize("kind", [W.QUEUE_TIMED_OUT, W.RESULT_UNCLEAR, W.DEADLINE_PASSED])
def test_i14_what_proves_nothing_keeps_what_is_held(state: RefundState, kind: W) -> None:
    step = stepped(a_refund(state), a_say(kind))
    assert (step.hold, step.after.holds) == (Hold.KEEP, True)


@pytest.mark.parametrize("state", sorted(RELEASED))
def test_a_no_that_proves_wrong_takes_the_money_again_if_it_is_free(state: RefundState) -> None:
    step = stepped(a_refund(state), a_say(W.RESULT_PAID))
    assert (step.after.state, step.hold, step.after.holds) == (S.UNCLEAR, Hold.TAKE, True)


def test_safaricoms_own_yes_after_a_no_takes_the_money_again_if_it_is_free() -> None:
    step = stepped(a_refund(S.FAILED), a_say(W.STATUS_PAID))
    assert (step.after.state, step.hold, step.settles) == (S.PAID_OUT, Hold.TAKE, True)


def test_money_that_was_given_to_another_refund_is_taken_by_nobody_but_a_person() -> None:
    word = a_say(W.RESULT_MISMATCH, obstacle=Obstacle.NO_ROOM)
    review = stepped(a_refund(S.FAILED), word)
    assert (review.after.state, review.hold, review.after.holds) == (S.REVIEW, Hold.KEEP, False)
    assert review.after.obstacle is Obstacle.NO_ROOM
    paid = stepped(review.after, a_say(W.ADMIN_RESOLVED_PAID, 60))
    assert (paid.hold, paid.after.holds) == (Hold.TAKE_ANYWAY, True)
    unpaid = stepped(review.after, a_say(W.ADMIN_RESOLVED_FAILED, 60))
    assert (unpaid.hold, unpaid.after.holds) == (Hold.KEEP, False)


# When it is looked at.


def test_a_request_that_nobody_allows_lapses_after_three_days() -> None:
    assert a_refund().deadline_at == a_refund().next_at == later(72 * HOUR_S)


def test_an_allowed_refund_is_sent_at_once_or_when_its_admin_has_thought_again() -> None:
    at_once = stepped(a_refund(), a_say(W.ADMIN_APPROVED, 5)).after
    assert (at_once.next_at, at_once.deadline_at) == (later(5), later(5 + 24 * HOUR_S))
    thinks = stepped(a_refund(), a_say(W.ADMIN_APPROVED, 5, not_before=later(605))).after
    assert (thinks.next_at, thinks.deadline_at) == (later(605), later(605 + 24 * HOUR_S))


def test_what_surely_was_not_taken_is_tried_again_after_growing_pauses_then_at_the_last_of_them() -> None:
    refund = a_refund(S.APPROVED)
    for attempt, pause_s in enumerate((10, 60, 300, 900, 900), start=1):
        refund = hears(refund, a_say(W.ENGINE_CLAIMED, attempt), a_say(W.PAYOUT_NOT_SENT, attempt))
        assert (refund.attempts, refund.next_at) == (attempt, later(attempt + pause_s))
    assert refund.deadline_at == later(24 * HOUR_S)


def test_safaricoms_own_wish_for_a_longer_pause_is_heeded_but_never_past_the_deadline() -> None:
    sending = a_refund(S.SENDING)
    longer = stepped(sending, a_say(W.PAYOUT_NOT_SENT, 0, retry_after_s=120)).after
    assert longer.next_at == later(120)
    endless = stepped(sending, a_say(W.PAYOUT_NOT_SENT, 0, retry_after_s=99 * HOUR_S)).after
    assert endless.next_at == endless.deadline_at == later(24 * HOUR_S)


def test_an_answer_that_does_not_come_counts_as_lost_after_a_minute() -> None:
    sending = stepped(a_refund(S.APPROVED), a_say(W.ENGINE_CLAIMED, 5)).after
    assert sending.deadline_at == sending.next_at == later(65)


def test_f25_safaricom_is_asked_after_2m_10m_1h_6h_24h_and_then_a_person_looks() -> None:
    refund, asked = a_refund(S.ACCEPTED), []
    while refund.next_at is not None:
        at_s = (refund.next_at - NOW).total_seconds()
        if refund.deadline_at == refund.next_at:
            refund = hears(refund, a_say(W.DEADLINE_PASSED, at_s))
            continue
        asked.append(at_s)
        refund = hears(refund, a_say(W.STATUS_ASKED, at_s), a_say(W.STATUS_PENDING, at_s + 1))
    assert asked == [120, 600, HOUR_S, 6 * HOUR_S, 24 * HOUR_S]
    assert (refund.state, refund.obstacle, refund.holds) == (S.REVIEW, Obstacle.NO_ANSWER, True)
    assert refund.changed_at == later(24 * HOUR_S + PAYOUT_FIGURES.grace_s)


def test_a_reversal_whose_name_nobody_knows_is_a_persons_after_an_hour() -> None:
    lost = stepped(a_refund(S.SENDING, route=Route.REVERSAL), a_say(W.PAYOUT_UNCERTAIN, 5)).after
    assert not can_be_asked_about(lost)
    assert lost.next_at == lost.deadline_at == later(HOUR_S)
    named = stepped(lost, a_say(W.PAYOUT_ACCEPTED, 9, originator_id="29115-1")).after
    assert can_be_asked_about(named)
    assert named.next_at == later(120)


def test_a_reversal_may_wait_a_day_for_its_result() -> None:
    assert a_refund(S.ACCEPTED, route=Route.REVERSAL).deadline_at == later(24 * HOUR_S)
    assert a_refund(S.ACCEPTED).deadline_at == later(900)


def test_f26_what_became_of_a_payout_that_was_seen_before_is_asked_at_once() -> None:
    after = stepped(a_refund(S.SENDING), a_say(W.PAYOUT_SEEN_BEFORE, 5)).after
    assert (after.state, after.next_at, after.holds) == (S.ACCEPTED, later(5), True)


def test_f27_a_queue_timeout_is_unclear_keeps_the_money_and_goes_on_with_the_ladder() -> None:
    step = stepped(a_refund(S.ACCEPTED), a_say(W.QUEUE_TIMED_OUT, 130))
    assert (step.after.state, step.hold) == (S.UNCLEAR, Hold.KEEP)
    assert step.after.next_at == later(600)


def test_a_claim_that_comes_late_is_asked_about_at_once_and_along_a_ladder_of_its_own() -> None:
    late_s = 23 * HOUR_S
    after = stepped(a_refund(S.UNCLEAR), a_say(W.RESULT_PAID, late_s, trusted=False)).after
    assert (after.ladder_from, after.next_at) == (later(late_s), later(late_s))
    asked = stepped(after, a_say(W.STATUS_ASKED, late_s)).after
    assert asked.next_at == later(late_s + 120)
    assert asked.deadline_at == later(late_s + 24 * HOUR_S + PAYOUT_FIGURES.grace_s)


def test_a_no_that_was_contradicted_starts_the_ladder_anew() -> None:
    failed = a_refund(S.FAILED)
    after = stepped(failed, a_say(W.RESULT_PAID, 100 * HOUR_S)).after
    assert (after.ladder_from, after.next_at) == (later(100 * HOUR_S), later(100 * HOUR_S))
    assert after.deadline_at == later(124 * HOUR_S + PAYOUT_FIGURES.grace_s)


@pytest.mark.parametrize("state", [S.REVIEW, S.PAID_OUT, S.REJECTED, S.FAILED])
def test_what_is_settled_or_a_persons_is_not_looked_at(state: RefundState) -> None:
    assert a_refund(state).next_at is None
