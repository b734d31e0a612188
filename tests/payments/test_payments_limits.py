"""What a payment waits for before it is sent, for how long, and what its payer is told of it."""

from dataclasses import replace

import pytest

from payments.holding import Hold, hold_by_others, is_news, is_over
from payments.limits import rates
from payments.notices import Audience
from payments.payment import Payment, State
from payments.reasons import Reason
from payments.timing import deadline_at, repeat_free_at
from tests.payments.builders import FIGURES, NOW, K, a_payment, a_word, later, step


def held(payment: Payment, *others: Payment, at_s: float = 30) -> Hold | None:
    return hold_by_others(payment, others, later(at_s), FIGURES, line_pause_s=3)


def paid(at_s: float = 20) -> Payment:
    return step(a_payment(State.PROMPTED), a_word(K.CALLBACK_PAID, at_s)).after


def word_held(reason: Reason, wait_s: float, at_s: float = 30) -> Payment:
    return step(a_payment(), a_word(K.ENGINE_HELD, at_s, reason=reason, retry_after_s=wait_s)).after


@pytest.mark.parametrize("state", [State.SENDING, State.PROMPTED, State.UNCLEAR])
def test_a_payment_waits_while_a_prompt_may_be_on_its_phone(state: State) -> None:
    other = a_payment(state, amount_kes=900)
    assert held(a_payment(), other) == Hold(Reason.LINE_BUSY, 3)


def test_the_same_amount_waits_two_minutes_from_its_payment() -> None:
    assert held(a_payment(), paid(20)) == Hold(Reason.REPEATED, 20 + 120 - 30)
    assert held(a_payment(), paid(20), at_s=140) is None


def test_another_amount_does_not_wait_for_what_was_paid() -> None:
    assert held(a_payment(amount_kes=900), paid(20)) is None


@pytest.mark.parametrize("state", [State.UNCLEAR, State.REVIEW])
def test_what_may_still_be_paid_counts_from_its_claim(state: State) -> None:
    other = a_payment(state)
    assert repeat_free_at(other, FIGURES) == later(120)
    assert held(a_payment(), other, at_s=120) is None


@pytest.mark.parametrize("reason", [Reason.CANCELLED, Reason.WRONG_PIN, Reason.LOW_BALANCE])
def test_after_a_definite_no_the_same_amount_may_be_asked_at_once(reason: Reason) -> None:
    no = step(a_payment(State.PROMPTED), a_word(K.CALLBACK_UNPAID, 10, reason=reason))
    assert not no.holds_repeat
    assert held(a_payment(), no.after) is None


def test_a_push_that_was_surely_not_sent_hinders_nobody() -> None:
    back = step(a_payment(State.SENDING), a_word(K.PUSH_NOT_SENT, 5))
    assert (back.after.state, back.holds_repeat, back.holds_line) == (State.QUEUED, False, False)


def test_a_receipt_dated_in_the_future_blocks_nothing_for_longer() -> None:
    odd = replace(paid(20), paid_at=later(9_999))
    assert repeat_free_at(odd, FIGURES) == later(140)


def test_what_is_over_is_told_apart_for_phone_and_amount() -> None:
    unclear = a_payment(State.UNCLEAR)
    assert is_over(unclear, later(119), FIGURES) == (False, False)
    assert is_over(unclear, later(120), FIGURES) == (True, True)
    assert is_over(paid(20), later(60), FIGURES) == (True, False)


def test_the_wait_of_a_repeated_amount_may_outlast_the_queue_and_is_told_with_its_time() -> None:
    payment = word_held(Reason.REPEATED, 110)
    assert payment.state is State.QUEUED
    assert payment.not_before == payment.next_at == later(140)
    assert payment.deadline_at == later(200)


def test_nobody_waits_for_ever_behind_repeated_amounts() -> None:
    payment = replace(a_payment(), not_before=later(100_000))
    assert deadline_at(payment, NOW, FIGURES) == later(120 + 240)


@pytest.mark.parametrize("reason", [Reason.LINE_BUSY, Reason.IN_LINE, Reason.NOT_SENT])
def test_other_waits_end_with_the_queue_and_say_why(reason: Reason) -> None:
    payment = word_held(reason, 900)
    assert (payment.not_before, payment.next_at, payment.deadline_at) == (None, later(120), later(120))
    ended = step(payment, a_word(K.DEADLINE_PASSED, 120)).after
    assert (ended.state, ended.reason) == (State.UNPAID, reason)


def test_the_payer_is_told_of_a_wait_once_and_again_when_it_changes() -> None:
    payment = a_payment()
    word = a_word(K.ENGINE_HELD, 1, reason=Reason.LINE_BUSY, retry_after_s=3)
    first = step(payment, word)
    assert [(notice.audience, notice.event) for notice in first.notices] == [(Audience.PAYER, State.QUEUED)]
    assert not is_news(first.after, Hold(Reason.LINE_BUSY, 3), later(4))
    assert is_news(first.after, Hold(Reason.REPEATED, 100), later(4))
    repeated = word_held(Reason.REPEATED, 100)
    assert not is_news(repeated, Hold(Reason.REPEATED, 90), later(40))
    assert is_news(repeated, Hold(Reason.REPEATED, 150), later(40))


def test_a_moment_in_line_is_not_worth_a_word() -> None:
    assert not is_news(a_payment(), Hold(Reason.IN_LINE, 0.4), NOW)
    assert is_news(a_payment(), Hold(Reason.IN_LINE, 4), NOW)


def test_what_it_waited_for_is_forgotten_when_it_is_sent() -> None:
    sending = step(word_held(Reason.REPEATED, 100), a_word(K.ENGINE_CLAIMED, 131)).after
    assert (sending.reason, sending.not_before) == (None, None)


def test_a_pause_that_safaricom_asks_for_does_not_outlast_the_queue() -> None:
    word = a_word(K.PUSH_NOT_SENT, 5, reason=Reason.SYSTEM_BUSY, retry_after_s=900)
    assert step(a_payment(State.SENDING), word).after.next_at == later(120)


def test_the_rates_are_spread_with_no_more_at_once_than_a_second_allows() -> None:
    sandbox = rates(queries_per_minute=5, pushes_per_second=5)
    assert (sandbox.queries.interval_s, sandbox.queries.burst) == (12, 1)
    assert (sandbox.pushes.interval_s, sandbox.pushes.burst) == (0.2, 5)
